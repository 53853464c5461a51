/*
 * One more identifier, where a name or birth date is unusual: what it is, then the text of it. It is kept with the name of
 * who asked for it, who compares it. The patient number stands on the screen, so it is none to be typed: it is scanned.
 */
import { fill, h } from "../dom.js";
import { say } from "../words.js";

/* Gives {nodes(ask), send(ask), reset()}; what was typed stays while the same question stands. */
export function unusual_new(ctx) {
	const text = h("input", { type: "text", autocomplete: "off", spellcheck: "false", maxlength: "80", data: { focus: "unusual-text" } });
	const kinds = h("div", { class: "who-row" });
	let kind = null;

	function kinds_draw(ask) {
		fill(kinds, ask.identifiers.map((one, index) => h("button", {
			type: "button", class: `who-choice ${one.kind === kind ? "chosen" : ""}`, "aria-pressed": String(one.kind === kind),
			data: { focus: `identifier/${one.kind}`, key: String(index + 1) },
			on: { click: () => {
				kind = one.kind;
				kinds_draw(ask);
				text.focus();
			} },
		}, h("span", { class: "keycap", "aria-hidden": "true" }, String(index + 1)), " ", one.name)));
	}

	function send(ask) {
		const said = text.value.trim();
		if (!kind || !said) {
			ctx.verdict_show({ verdict: "question", title: say(kind ? "unusual_text_needed" : ask.identifiers.length ? "unusual_kind_needed" : "unusual_scan"), do: null });
			return kind && text.focus();
		}
		return ctx.act("visit_answer", { code: ask.code, choice: "ok", visit_id: ask.visit_id, identifier: { kind, text: said } });
	}

	function nodes(ask) {
		if (ask.identifiers.length === 1)
			kind = ask.identifiers[0].kind;
		const by_scan = ask.number_by_scan && h("p", { class: "unusual-scan" }, say("unusual_scan"));
		if (!ask.identifiers.length)
			return by_scan;
		kinds_draw(ask);
		return h("form", { class: "unusual-form", on: { submit: (event) => {
			event.preventDefault();
			send(ask);
		} } }, kinds, h("label", {}, say("unusual_text"), " ", text), by_scan);
	}

	function reset() {
		kind = null;
		text.value = "";
	}

	return { nodes, send, reset };
}
