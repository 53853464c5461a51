/* The laboratory's questions: what lies on the QUESTIONS rack and why; each is dealt with by a person, in words. */
import { choice, fill, h } from "../dom.js";
import { say, say_time, say_word } from "../words.js";
import { bag_code } from "../widgets/bag.js";
import { lab_tabs, questions_open } from "../widgets/lab_tabs.js";
import { nine_new } from "../widgets/nine.js";
import { reasons_of, reasons_open } from "../widgets/reasons.js";
import { tube_link } from "../widgets/tube_link.js";

function settle_open(ctx, question) {
	const note = h("input", { type: "text", required: true, autocomplete: "off", "aria-label": say("lab_settle_note"), data: { focus: "settle" } });
	ctx.dialog_open(say("lab_settle_title"), (close) => h("form", { class: "mend", on: { submit: (event) => {
		event.preventDefault();
		if (!note.value.trim())
			return;
		close();
		ctx.act("question_settle", { event_id: question.event_id, note: note.value.trim() });
	} } }, h("p", { class: "lead" }, question.title), h("label", {}, say("lab_settle_note"), note), h("button", { type: "submit", class: "choice go" }, say("lab_settle"))));
	note.focus();
}

/* The hold of a tube that lies here ends, because ... */
function release_open(ctx, question) {
	reasons_open(ctx, say("release_title"), h("p", { class: "lead" }, question.title), [{ title: null, command: null, rows: reasons_of(ctx, "release").map((one) => ({
		name: one.name, act: () => ctx.act("release", { specimen_id: question.specimen_id, reason: one.reason }),
	})) }]);
}

const ends_holds = "lab_lead"; /* as the service says it again */

function release_choice(ctx, one, key) {
	const may = one.kind === "held" && one.specimen_id && !one.settled && ctx.state.me.operator.roles.includes(ends_holds);
	return may && choice({ key, label: say("release"), kind: "warn", focus: `release/${one.event_id}`, act: () => release_open(ctx, one) });
}

/* key: its number; what a lead does with a tube on hold is the hold's end, and the number's. */
function question_row(ctx, one, key) {
	const release = release_choice(ctx, one, key);
	return h("li", { class: `lab-question ${one.kind}`, data: { question: one.event_id } },
		h("div", { class: "row-words" },
			h("p", { class: "title" }, one.title ?? say_word("flag_", one.kind)), one.do && h("p", { class: "do" }, one.do),
			h("p", { class: "facts" }, one.patient && h("span", {}, `${one.patient.name} ${one.patient.number}`), one.specimen_id && tube_link(ctx, one.specimen_id), one.text && h("code", {}, one.text),
				one.bag && bag_code(one.bag), h("span", {}, say_time(one.at)), h("span", {}, one.by?.name ?? one.by)),
			one.settled && h("p", { class: "row-line" }, say("lab_settled", { name: one.settled.by?.name ?? one.settled.by, time: say_time(one.settled.at), note: one.settled.note }))),
		release, !one.settled && choice({ key: release ? null : key, label: say("lab_settle"), kind: "warn", focus: `settle/${one.event_id}`, act: () => settle_open(ctx, one) }));
}

export function question_settle_view(root, ctx) {
	const page = h("div", { class: "lab-page" });
	root.replaceChildren(page);
	const nine = nine_new(() => update());

	function update() {
		const receiving = ctx.state.lists.receiving;
		if (!receiving)
			return fill(page, h("p", { class: "none big-none" }, say("reading")));
		const open = questions_open(receiving);
		const settled = receiving.questions.filter((one) => one.settled);
		fill(page, lab_tabs(ctx, "#questions", open.length),
			h("div", { class: "page-head" }, h("div", {}, h("h1", {}, say("lab_questions")), h("p", { class: "lead" }, say("lab_questions_do"))), nine.more(open.length)),
			open.length === 0 && h("p", { class: "none big-none" }, "\u2713 ", say("lab_questions_none")),
			h("ul", { class: "lab-questions" }, open.map((one, index) => question_row(ctx, one, nine.key_at(index, open.length)))),
			settled.length > 0 && h("details", { class: "panel" }, h("summary", {}, `${say("lab_settled_title")} (${settled.length})`), h("ul", {}, settled.map((one) => question_row(ctx, one, null)))));
	}

	return { update };
}
