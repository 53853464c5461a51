/*
 * Listens to the keyboard for the whole page, whatever has the focus. In a field, a burst of characters that
 * is a code is taken out of the field again and goes where every scan goes.
 */
import { keys_new } from "./keys.js";
import { id_of_typed } from "./id.js";
import { numbers_new } from "./numbers.js";

const is_code = (text) => id_of_typed(text) !== null;

function is_field(element) {
	return element instanceof HTMLInputElement && !["checkbox", "radio", "range"].includes(element.type)
		|| element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement;
}

function is_plain(event) {
	return !(event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.key === "Shift");
}

/*
 * on_scan(text); on_number(text): a number that a hand typed; on_key(key) -> true when it did something; pad_digits(), on_shown(text): as in numbers.js; on_use(): a hand
 * is here.
 */
export function typing_start({ on_scan, on_number, on_key, pad_digits, on_shown, on_use }) {
	const number = numbers_new({ pad_digits, on_key, on_number, on_shown });
	const page = keys_new({
		is_code, on_key: number.key, number,
		on_scan: (text) => {
			number.scanned();
			on_scan(text);
		},
	});
	let field = null;
	let before = "";
	let timer = null;
	const in_field = keys_new({
		is_code,
		on_scan: (text) => {
			if (!is_code(text))
				return false;
			field.value = before;
			on_scan(text);
			return true;
		},
		on_key: (key) => {
			const did = (key === "Escape" || /^F\d+$/.test(key)) && on_key(key);
			if (key === "Escape" && !did)
				field.blur(); /* out of the field: digits choose again */
			return did;
		},
	});

	/* Gives true when the browser must not put the key into the field, nor send its form. */
	function field_feed(event) {
		in_field.pause(event.timeStamp);
		const held = in_field.pending();
		if (!held || field !== event.target)
			[field, before] = [event.target, event.target.value];
		const taken = in_field.feed(event.key, event.timeStamp);
		if (event.key === "Enter")
			return taken && (held.length < 2 || is_code(held));
		return event.key.length === 1 && in_field.pending() === "";
	}

	/* One timer, set anew by every key: when the page is busy, keys that wait in line are never cut apart. */
	function wait(keys) {
		const wait_ms = keys.pending() ? keys.wait_ms() : number.wait_ms();
		clearTimeout(timer);
		timer = wait_ms === null ? null : setTimeout(() => {
			if (keys.pending())
				keys.pause(Infinity);
			else
				number.pause();
			wait(keys);
		}, wait_ms);
	}

	document.addEventListener("keydown", (event) => {
		on_use();
		if (!is_plain(event))
			return;
		const keys = is_field(event.target) ? in_field : page;
		if (keys === in_field)
			number.drop();
		if (keys === in_field ? field_feed(event) : page.feed(event.key, event.timeStamp))
			event.preventDefault();
		wait(keys);
	}, true);
	document.addEventListener("pointerdown", on_use, true);
}
