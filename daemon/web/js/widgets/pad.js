/*
 * A count, told by big keys, by the keyboard or by the command cards 0-9, done and back. It shows nothing of what is expected.
 */
import { choice, fill, h } from "../dom.js";
import { say } from "../words.js";

export const PAD_DIGITS = 3;
const rows = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];

/* title, lead: words; on_ok(count). Gives {root, update(), clear(), key(key)}; key: Backspace and Enter, true when taken. */
export function pad_new({ title, lead, ok, on_ok }) {
	const root = h("section", { class: "count-pad" });
	let text = "";

	function digit(one) {
		if (text.length < PAD_DIGITS)
			text = text === "0" ? one : text + one;
		update();
	}

	function clear() {
		text = "";
		update();
	}

	function send() {
		const count = text === "" ? null : Number(text);
		clear();
		if (count !== null)
			on_ok(count);
	}

	const pad_key = (one) => choice({ key: one, label: one, kind: "pad-key digit", focus: `count/${one}`, act: () => digit(one) });

	function update() {
		fill(root,
			h("div", { class: "count-head" }, h("h2", {}, title), lead && h("p", { class: "lead" }, lead),
				h("output", { class: "count-shown", "aria-live": "polite" }, text || "\u2013")),
			h("div", { class: "pad" }, rows.map(pad_key),
				choice({ key: "Backspace", command: "back", label: say("pin_clear"), kind: "pad-key quiet word", focus: "count/clear", act: clear }),
				pad_key("0"),
				choice({ key: "Enter", command: "done", label: ok ?? say("pin_ok"), kind: "pad-key go word", focus: "count/ok", disabled: text === "", act: send })));
	}

	update();
	return { root, update, clear };
}

/* The same in a dialog. */
export function pad_open(ctx, { title, lead, on_ok }) {
	ctx.dialog_open(title, (close) => pad_new({ title: "", lead, on_ok: (count) => {
		close();
		on_ok(count);
	} }).root);
}
