/*
 * One question at a time, with its own answers. They do nothing in the first second, so that a
 * code on its way never answers a question nobody has read.
 */
import { choice, fill, h } from "../dom.js";
import { say } from "../words.js";
import { drawn_at_open } from "./drawn_at.js";
import { unusual_new } from "./unusual.js";

const READ_MS = 1000;
const SECOND_MS = 1000;
const numbered = ["third_identifier"];
const came_out = ["did_it_come_out", "slip_came_out", "bag_label_came_out"];
const by_badge = { co_sign: "ask_badge_co_sign", second_person: "ask_badge", unusual_second: "ask_badge", downtime_second: "ask_badge" }; /* a colleague's badge, scanned here, is the answer */
const attests = ["attest", "attest_name"];
const hotkeys = { yes: "Y", no: "N", not_sure: "?", back: "Esc" };

/* Not filled just now: then when. */
function cup_time(ctx, ask) {
	return drawn_at_open(ctx, {
		title: say("drawn_at_cup"), since: null,
		send: (time) => ctx.act("visit_answer", { code: ask.code, choice: "no", visit_id: ask.visit_id, ...time }),
	});
}

/* A print and a torn label are named, and else the visit, so that an answer never falls on the question after it. */
function answer(ctx, ask, command, stated_by) {
	if (came_out.includes(ask.code))
		return ctx.act("print_answer", { print_job_id: ask.print_job_id, came_out: command });
	if (ask.code === "old_label" && command === "torn_up")
		return ctx.act("label_end", { specimen_id: ask.specimen_id, copy: ask.copy, end: "destroyed", reason: null });
	if (ask.code === "cup_time" && command === "no")
		return cup_time(ctx, ask);
	const given = { code: ask.code, choice: command, visit_id: ask.visit_id };
	if (!attests.includes(ask.code))
		return ctx.act("visit_answer", given);
	const stated = stated_by();
	return stated && ctx.act("visit_answer", { ...given, stated_by: stated });
}

/* A question whose answer is a number, scanned or typed: it goes where every scan goes. */
function number_form(ctx, input) {
	return h("form", { class: "line", on: { submit: (event) => {
		event.preventDefault();
		const text = input.value.trim();
		input.value = "";
		if (text)
			ctx.scan_text(text);
	} } }, h("label", {}, say("number"), " ", input), h("button", { type: "submit", class: "choice" }, say("ask_number_ok")));
}

/* stated_by() -> who said name and birth date, for the questions attest. Gives {root, update(ask or null)}. */
export function ask_new(ctx, stated_by = () => null) {
	const root = h("section", { class: "ask", hidden: true });
	const number = h("input", { type: "text", autocomplete: "off", spellcheck: "false", data: { focus: "ask-number" } });
	const form = number_form(ctx, number);
	const unusual = unusual_new(ctx);
	let shown = null;
	let shown_ms = 0;
	let until_ms = Infinity; /* Stop waits for its tube or bag no longer: then it is asked no more */

	function show(ask, key) {
		shown = key;
		shown_ms = Date.now();
		unusual.reset();
		until_ms = shown_ms + (ask.seconds ?? Infinity) * SECOND_MS;
		setTimeout(() => shown === key && update(ask), READ_MS);
		if (until_ms < Infinity)
			setTimeout(() => shown === key && update(ask), until_ms - shown_ms);
	}

	function update(ask) {
		const key = ask && `${ask.code}/${ask.visit_id}/${ask.asked_at}/${ask.specimen_id}/${ask.copy}/${ask.print_job_id}`;
		if (ask && key !== shown)
			show(ask, key);
		root.hidden = !ask || Date.now() >= until_ms;
		if (!ask)
			shown = null;
		if (root.hidden)
			return fill(root);
		const early = Date.now() - shown_ms < READ_MS;
		fill(root,
			h("div", { class: "ask-words" }, h("h2", {}, ask.title), ask.do && h("p", {}, ask.do)),
			numbered.includes(ask.code) && form,
			ask.code === "unusual" && (() => unusual.nodes(ask)),
			by_badge[ask.code] && h("p", { class: "ask-badge" }, h("span", { class: "badge-small", "aria-hidden": "true" }), say(by_badge[ask.code])),
			h("div", { class: "ask-acts", title: early ? say("quick_wait") : null }, ask.commands.map((one, index) => choice({
				key: hotkeys[one.command] ?? (index === 0 ? "Y" : null), command: one.command, label: one.name, kind: "warn", disabled: early,
				act: () => ask.code === "unusual" ? unusual.send(ask) : answer(ctx, ask, one.command, stated_by),
			}))));
	}

	return { root, update };
}
