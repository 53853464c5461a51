/*
 * A number typed by hand, slower than a wedge, anywhere on the page, told from the single digits that choose. Pure, as
 * keys.js, which gives the keys one by one. A digit chooses only when no other follows within DIGIT_WAIT_MS; two and more,
 * none later than RUN_MS after the one before, are a number: it is shown, Enter sends it, Escape drops it, and no digit of it
 * chooses anything.
 */
export const DIGIT_WAIT_MS = 500;  /* assumed: who types a number is faster, who chooses does not mind */
export const RUN_MS = 1500;        /* assumed: between the digits of who reads them off a label */
const IDLE_MS = 15000;             /* one that nobody goes on with is dropped */
const SHORT_BURST = 6;             /* as keys.js: fewer fast characters are no scan */

/*
 * pad_digits()   how many digits what is shown takes for itself, at once: 0; a pad for a count; Infinity: a PIN, of which
 *                nothing is kept here
 * on_key(key)    a key that is no part of a number; true when it did something
 * on_number(text), on_shown(text)   the number is sent; what is to be shown of it now, "" for nothing
 *
 * Gives {key(key, at_ms) -> as on_key, scanned(): a scanner's code came, joins(text, at_ms): fast characters that go on with
 * it, is_open(), drop(), pause(), wait_ms() -> pause is due when no key came for so long, or null}.
 */
export function numbers_new({ pad_digits, on_key, on_number, on_shown }) {
	let text = "";
	let last_ms = -Infinity;
	let taken = 0; /* the first so many digits were pressed, or are the pad's */

	const is_open = () => text.length > Math.max(taken, 1);
	const is_waiting = () => text.length === 1 && taken === 0;

	function show() {
		on_shown(text.length > taken ? text : "");
	}

	function drop() {
		text = "";
		taken = 0;
		show();
	}

	function choose() {
		taken = 1;
		show();
		return on_key(text);
	}

	function digit(key, at_ms) {
		const pad = pad_digits();
		if (pad === Infinity) {
			drop();
			return on_key(key);
		}
		if (!is_open() && at_ms - last_ms > RUN_MS)
			drop();
		if (text === "")
			taken = pad;
		text += key;
		last_ms = at_ms;
		if (pad > 0 && text.length === taken + 1)
			on_key("Backspace"); /* more than a count: the pad forgets it */
		show();
		if (text.length <= taken)
			on_key(key);
		return true;
	}

	function number_key(key, at_ms) {
		const number = text;
		if (key === "Backspace" && number.length > taken + 1) {
			text = number.slice(0, -1);
			show();
		} else if (key.length === 1) {
			text += key;
			last_ms = at_ms;
			show();
		} else {
			drop();
			if (key === "Enter")
				on_number(number);
			else if (key !== "Escape" && key !== "Backspace")
				return on_key(key);
		}
		return true;
	}

	return {
		key(key, at_ms) {
			if (/^[0-9]$/.test(key))
				return digit(key, at_ms);
			if (is_open())
				return number_key(key, at_ms);
			if (is_waiting() && key !== "Escape") {
				choose();
				return key === "Enter" || on_key(key);
			}
			const was_waiting = is_waiting();
			drop();
			return was_waiting || on_key(key);
		},
		scanned() {
			if (is_waiting())
				choose();
			drop();
		},
		joins(fast, at_ms) {
			const is_going_on = text !== "" && at_ms - last_ms <= RUN_MS || is_open() && fast.length < SHORT_BURST;
			return is_going_on && /^[0-9]+$/.test(fast);
		},
		is_open, drop,
		pause() {
			if (is_waiting())
				choose();
			else
				drop();
		},
		wait_ms() {
			if (is_waiting())
				return DIGIT_WAIT_MS;
			return is_open() ? IDLE_MS : null;
		},
	};
}
