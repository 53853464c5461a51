/*
 * Tells a scanner's typing from a person's keys. Pure: the caller gives keys with their times and asks
 * again after a pause. A keyboard wedge types faster than GAP_MS a key and ends with Enter, or with nothing.
 *
 * Characters are held until they are known to be a code or not, so no shortcut fires in the middle of a
 * code; an Enter that ends a code never presses the button that happens to have the focus.
 */
export const GAP_MS = 100;
const BURST_WAIT_MS = 300; /* characters that came together are not cut apart by a machine that is busy for a moment */
const ENTER_AFTER_MS = 300; /* assumed: the wedge's own Enter comes within this of the last character */
const BURST_MIN = 6;        /* as many fast characters without Enter are a scan of something foreign */

/*
 * is_code(text)   true for a whole id of ours
 * on_scan(text)   a code came; false: it was only fast typing, and the Enter after it is its own
 * on_key(key, at_ms)   a single key came, key as in KeyboardEvent.key; true when it did something
 * number          a number that a hand is typing (numbers.js), or null where digits are text
 *
 * Gives {feed(key, at_ms) -> true when the browser must not act on it, pause(at_ms), pending(), wait_ms()}: pause is due
 * when no key came for wait_ms().
 */
export function keys_new({ is_code, on_scan, on_key, number = null }) {
	let held = "";
	let last_ms = -Infinity;
	let scanned_ms = -Infinity;

	function take() {
		const text = held;
		held = "";
		return text;
	}

	/* Characters of a hand that was fast for a moment are no scan of something foreign. */
	const is_hand = (at_ms) => !is_code(held) && (number?.joins(held, at_ms) ?? false);

	function scan(at_ms) {
		const was_one = on_scan(take()) !== false;
		scanned_ms = was_one ? at_ms : -Infinity;
	}

	function flush(at_ms) {
		if ((held.length >= BURST_MIN || is_code(held)) && !is_hand(at_ms))
			return scan(at_ms);
		for (const key of take()) {
			scanned_ms = -Infinity; /* a hand is at the keys: the next Enter is its own */
			on_key(key, at_ms);
		}
	}

	function enter(at_ms) {
		if (held.length > 1 && !is_hand(at_ms)) {
			scan(at_ms);
			return true;
		}
		flush(at_ms);
		if (at_ms - scanned_ms < ENTER_AFTER_MS)
			return true;
		return on_key("Enter", at_ms) === true;
	}

	/* 12 digits may be the first 12 of 16, so only the pause or Enter ends them. */
	function is_whole(text) {
		return text.length > 12 && is_code(text);
	}

	return {
		feed(key, at_ms) {
			if (held && at_ms - last_ms > GAP_MS)
				flush(last_ms);
			if (key === "Enter")
				return enter(at_ms);
			if (key.length !== 1) {
				flush(at_ms);
				on_key(key, at_ms);
				return false;
			}
			const alone = held === "";
			held += key;
			last_ms = at_ms;
			if (is_whole(held))
				scan(at_ms);
			return !(alone && key === " ") || (number?.is_open() ?? false);
		},
		pause(at_ms) {
			if (held && at_ms - last_ms >= GAP_MS)
				flush(last_ms);
		},
		pending: () => held,
		wait_ms: () => held.length > 1 ? BURST_WAIT_MS : GAP_MS,
	};
}
