/* Who waits for a collection here, who is parked, and what needs a person. */
import { choice, fill, h } from "../dom.js";
import { minutes_since, say, say_time } from "../words.js";
import { ask_new } from "../widgets/ask.js";
import { mend_open } from "../widgets/mend.js";

const SHOWN_MAX = 30;
const KEYS = 9;

function pill(kind, text) {
	return h("span", { class: `pill ${kind}` }, text);
}

export function due_row(one, key, ctx) {
	const args = { slip: null, patient_id: one.patient_id };
	return h("li", { class: `due ${one.stat ? "stat-row" : ""}`, data: { patient: one.patient_id } },
		h("div", { class: "due-words" },
			h("p", { class: "name" }, one.name),
			h("p", { class: "facts" }, h("span", { class: "number" }, one.number),
				h("span", {}, one.containers === 1 ? say("due_tubes_1") : say("due_tubes", { n: one.containers })),
				h("span", {}, say("due_since", { time: say_time(one.since) }))),
			h("p", { class: "tests" }, one.tests.join(", ")),
			h("p", { class: "pills" },
				one.stat && pill("stat", say("due_stat")),
				one.look_alike && pill("warn", say("due_look_alike")),
				!one.printable && pill("warn", say("due_not_printable")),
				one.amber.map((text) => pill("warn", text)))),
		h("div", { class: "due-acts" },
			choice({ key, label: say("due_open"), kind: "go", focus: `open/${one.patient_id}`, act: () => ctx.act("visit_open", args) }),
			choice({ label: say("due_slip"), kind: "quiet", focus: `slip/${one.patient_id}`, act: () => ctx.act("slip_print", { patient_id: one.patient_id }) })));
}

/* The card *park* goes on with the first one, as it parked it. */
function parked_row(one, first, ctx) {
	const minutes = minutes_since(one.parked_at);
	return h("li", { class: `parked ${one.remind ? "remind" : ""}` },
		h("div", {},
			h("p", { class: "name" }, one.name),
			h("p", { class: "facts" }, h("span", { class: "number" }, one.number), say("parked_by", { name: one.held_by.name, minutes }),
				one.open_labels > 0 && pill("warn", one.open_labels === 1 ? say("parked_labels_1") : say("parked_labels", { n: one.open_labels })))),
		choice({ key: first ? "P" : null, command: first ? "park" : null, label: say("parked_resume"), kind: "go", focus: `resume/${one.visit_id}`, act: () => ctx.act("visit_resume", { visit_id: one.visit_id }) }));
}

function amber_row(one, first, ctx) {
	return h("li", { class: "amber" },
		h("div", {},
			h("p", { class: "title" }, one.title),
			one.patient && h("p", { class: "facts" }, one.patient.name, h("span", { class: "number" }, one.patient.number)),
			h("p", { class: "do" }, one.do)),
		choice({ key: first ? "M" : null, label: say("mend"), kind: "warn", focus: `mend/${one.message_id}`, act: () => mend_open(ctx, one) }));
}

function panel(title, count, none, rows) {
	return h("section", { class: "panel" }, h("h2", {}, title, count > 0 && h("span", { class: "count" }, String(count))),
		rows.length ? h("ul", {}, rows) : h("p", { class: "none" }, none));
}

function stat_first(a, b) {
	return Number(b.stat) - Number(a.stat) || a.since.localeCompare(b.since);
}

export function due_view(root, ctx) {
	const page = h("div", { class: "due-page" });
	const ask = ask_new(ctx); /* what is asked with no visit open: take over, go on with the parked one */
	root.replaceChildren(ask.root, page);
	const minute = setInterval(() => update(), 30000);

	function due_list(due) {
		const rows = due.slice(0, SHOWN_MAX).map((one, index) => due_row(one, index < KEYS ? index + 1 : null, ctx));
		if (due.length > SHOWN_MAX)
			rows.push(h("li", { class: "none" }, say("due_more", { n: due.length - SHOWN_MAX })));
		return rows;
	}

	function update() {
		ask.update(ctx.state.visit?.ask ?? null);
		const { due = [], parked = [], amber = [] } = ctx.state.due ?? {};
		fill(page,
			h("div", { class: "due-main" },
				h("div", { class: "page-head" },
					h("div", {}, h("h1", {}, say("due_title")), h("p", { class: "lead" }, say("due_do"))),
					h("div", { class: "page-acts" },
						choice({ key: "F", command: "find", label: say("find"), act: () => ctx.go("#find") }),
						choice({ key: "N", command: "new_order", label: say("new_order"), act: () => ctx.go("#new-order") }))),
				due.length ? h("ul", { class: "due-list" }, due_list([...due].sort(stat_first))) : h("p", { class: "none big-none" }, say("due_none"))),
			h("div", { class: "due-side" },
				panel(say("amber_title"), amber.length, say("amber_none"), amber.map((one, index) => amber_row(one, index === 0, ctx))),
				panel(say("parked_title"), parked.length, say("parked_none"), parked.map((one, index) => parked_row(one, index === 0, ctx)))));
	}

	return { update, end: () => clearInterval(minute) };
}
