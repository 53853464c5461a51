/*
 * Why, in a dialog with a note: the last tube is rejected or gets a remark. Or the reason first: then the screen waits,
 * amber, for the scan of the tube that is rejected, until it comes, the person goes back, or the time is up.
 */
import { choice, h } from "../dom.js";
import { say } from "../words.js";
import { reasons_of, reasons_open } from "./reasons.js";

const SECOND_MS = 1000;

/* Reason, and a note for who wants to write one. more: under the note. */
export function judge_open(ctx, title, kind, head, send, more = null) {
	const note = h("input", { type: "text", autocomplete: "off", placeholder: say("lab_note"), "aria-label": say("lab_note"), data: { focus: "lab-note" } });
	const lead = h("div", { class: "judge-lead" }, h("p", { class: "lead" }, head), note, more);
	reasons_open(ctx, title, lead, [{ title: null, command: null, rows: reasons_of(ctx, kind).map((one) => ({ name: one.name, act: () => send(one.reason, note.value.trim() || null) })) }]);
}

/* The next tube that is scanned here. */
function next_open(ctx) {
	judge_open(ctx, say("lab_reject_next_title"), "reject", say("lab_reject_next_do"), (reason, note) => ctx.act("reject", { reason, note }));
}

export function reject_next(ctx, { key, command = null, label = say("lab_reject_next") }) {
	return choice({ key, command, label, sub: say("lab_reject_next_sub"), kind: "warn", act: () => next_open(ctx) });
}

const waited = ["scan_to_reject", "reject_needs_tube"];

/* Gives {node(reject, answer) -> what is shown while a tube is waited for, or null; came(): its tube was scanned; end()}. */
export function reject_wait_new(ctx) {
	const left = h("p", { class: "reject-left" });
	let shown = null; /* as the view gave it */
	let is_over = false;
	let until_ms = 0;
	let timer = null;

	function tick() {
		const seconds = Math.ceil((until_ms - Date.now()) / SECOND_MS);
		left.textContent = say("lab_reject_left", { n: Math.max(seconds, 0) });
		timer = seconds > 0 ? setTimeout(tick, SECOND_MS) : null;
		if (!timer)
			time_up();
	}

	/* What said that the next tube is rejected is true no more, wherever it stands. */
	function time_up() {
		if (waited.includes(ctx.state.verdict?.code))
			ctx.verdict_show({ verdict: "note", code: "reject_over", title: say("lab_reject_over"), do: say("lab_reject_over_do") });
		came();
	}

	/* The view is asked: it knows whether something waits still. */
	function came() {
		end();
		is_over = true;
		ctx.lists_read();
		ctx.draw();
	}

	function end() {
		clearTimeout(timer);
		timer = null;
	}

	function take(reject) {
		end();
		shown = reject;
		is_over = false;
		until_ms = Date.now() + (reject?.seconds ?? 0) * SECOND_MS;
		if (reject)
			timer = setTimeout(tick, 0);
	}

	function node(reject, answer) {
		if (reject !== shown)
			take(reject);
		if (!shown || is_over)
			return null;
		return h("section", { class: "last question reject-wait" },
			h("div", { class: "last-head" }, h("p", { class: "last-word" }, h("span", { class: "last-sign", "aria-hidden": "true" }, "✕"), say("lab_reject_wait"))),
			h("p", { class: "reject-reason" }, shown.name), shown.note && h("p", { class: "last-title" }, shown.note),
			h("p", { class: "last-do" }, shown.do),
			answer?.reply.code === "reject_needs_tube" && h("p", { class: "last-title reject-other" }, "! ", answer.reply.title),
			left, h("div", { class: "last-acts" }, choice({ key: "Esc", command: "back", label: say("lab_reject_not"), act: () => ctx.act("reject", { undo: true }) })));
	}

	return { node, came: () => shown && !is_over && came(), end };
}
