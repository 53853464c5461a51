/*
 * Who waits for a collection here, who is parked, whose cup is out, and what needs a person. The numbers open a visit;
 * a key gives them to another list (slips, parked, cups, what is to be mended), the same key again to its next nine. A
 * group without the word for "none" is shown only while there is something in it.
 */
import { choice, fill, h } from "../dom.js";
import { minutes_since, say, say_time } from "../words.js";
import { due_more } from "../widgets/due_more.js";
import { mend_open } from "../widgets/mend.js";

const SHOWN_MAX = 30;
const KEYS = 9;

function pill(kind, text) {
	return h("span", { class: `pill ${kind}` }, text);
}

export function due_row(one, { key, slip_key }, ctx) {
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
				one.amber.map((text) => pill("warn", text)),
				(one.unusual ?? []).map((text) => pill("warn", text)),
				(one.gaps ?? []).map((text) => pill("gap", text)))),
		h("div", { class: "due-acts" },
			choice({ key, label: say("due_open"), kind: "go", focus: `open/${one.patient_id}`, act: () => ctx.act("visit_open", args) }),
			choice({ key: slip_key, label: say("due_slip"), kind: slip_key ? "warn" : "quiet", focus: `slip/${one.patient_id}`, act: () => ctx.act("slip_print", { patient_id: one.patient_id }) })));
}

/* The card *park* goes on with the first one, as it parked it. */
function parked_row(one, keys, ctx) {
	const minutes = minutes_since(one.parked_at);
	return h("li", { class: `parked ${one.remind ? "remind" : ""}` },
		h("div", {},
			h("p", { class: "name" }, one.name),
			h("p", { class: "facts" }, h("span", { class: "number" }, one.number), say("parked_by", { name: one.held_by.name, minutes }),
				one.open_labels > 0 && pill("warn", one.open_labels === 1 ? say("parked_labels_1") : say("parked_labels", { n: one.open_labels })))),
		choice({ ...keys, command: keys.first ? "park" : null, label: say("parked_resume"), kind: "go", focus: `resume/${one.visit_id}`, act: () => ctx.act("visit_resume", { visit_id: one.visit_id }) }));
}

function amber_row(one, keys, ctx) {
	return h("li", { class: "amber" },
		h("div", {},
			h("p", { class: "title" }, one.title),
			one.patient && h("p", { class: "facts" }, one.patient.name, h("span", { class: "number" }, one.patient.number)),
			h("p", { class: "do" }, one.do)),
		choice({ ...keys, label: say("mend"), kind: "warn", focus: `mend/${one.message_id}`, act: () => mend_open(ctx, one) }));
}

/* A cup that will not be brought back: why, by number. */
function cup_lost(ctx, cup) {
	ctx.dialog_open(say("cups_lost_title"), (close) => [
		h("p", { class: "lead" }, `${cup.name}, ${cup.number}`),
		h("div", { class: "choices wide" }, (ctx.state.me.reasons?.not_collected ?? []).map((one, index) => choice({
			key: index < KEYS ? index + 1 : null, label: one.name, act: async () => {
				close();
				await ctx.act("not_collected", { specimen_id: cup.specimen_id, reason: one.reason });
				await ctx.due_read();
				ctx.draw();
			},
		}))),
	]);
}

function cup_row(cup, keys, ctx) {
	return h("li", { class: `cup-out ${cup.late ? "late" : ""}` },
		h("div", {},
			h("p", { class: "name" }, cup.name),
			h("p", { class: "facts" }, h("span", { class: "number" }, cup.number), `${cup.container.cap} ${cup.container.name}`,
				h("span", {}, say("cups_due", { from: say_time(cup.handed_out_at), time: say_time(cup.due_at) })),
				cup.late && pill("warn", say("cups_late")))),
		choice({ ...keys, label: say("cups_lost"), kind: "quiet", focus: `cup/${cup.specimen_id}`, act: () => cup_lost(ctx, cup) }));
}

const groups = [
	{ name: "amber", key: "M", title: "amber_title", none: "amber_none", row: amber_row },
	{ name: "parked", key: "P", title: "parked_title", none: "parked_none", row: parked_row },
	{ name: "cups_out", key: "U", title: "cups_title", row: cup_row },
	...due_more,
];

function stat_first(a, b) {
	return Number(b.stat) - Number(a.stat) || a.since.localeCompare(b.since);
}

function fits(one, text) {
	return text.toLowerCase().split(/\s+/).every((word) => `${one.name} ${one.number} ${one.number.replace(/\s/g, "")}`.toLowerCase().includes(word));
}

export function due_view(root, ctx) {
	const page = h("div", { class: "due-page" });
	root.replaceChildren(page);
	const minute = setInterval(() => update(), 30000);
	const filter = h("input", {
		type: "text", autocomplete: "off", spellcheck: "false", placeholder: say("due_filter"), "aria-label": say("due_filter"),
		data: { key: "s", focus: "due-filter" }, on: { input: () => numbers_to("open"), click: () => filter.focus() },
	});
	let numbers = "open"; /* the list that the numbers choose from: open, slip, or a group's name */
	let from = 0;

	function numbers_to(name, first = 0) {
		[numbers, from] = [name, first];
		update();
	}

	const key_at = (name, index) => name === numbers && index >= from && index < from + KEYS ? index - from + 1 : null;

	/* The list as it is narrowed by what was typed. */
	function due_list(due) {
		if (!ctx.state.due) /* not read yet: nobody may be said to be waiting, or not */
			return h("p", { class: "none big-none" }, say("due_reading"));
		const found = due.filter((one) => fits(one, filter.value.trim()));
		const rows = found.slice(0, SHOWN_MAX).map((one, index) =>
			due_row(one, { key: key_at("open", index), slip_key: key_at("slip", index) }, ctx));
		if (found.length > SHOWN_MAX)
			rows.push(h("li", { class: "none" }, say("due_more", { n: found.length - SHOWN_MAX })));
		return rows.length ? h("ul", { class: "due-list" }, rows) : h("p", { class: "none big-none" }, say(due.length ? "due_filter_none" : "due_none"));
	}

	/* With one row its own key does it; with more the key on the title gives the list the numbers. */
	function panel({ name, key, title, none, row }, list) {
		const many = list.length > 1;
		const next = numbers === name && from + KEYS < list.length ? from + KEYS : 0;
		const head = many ? choice({ key, label: say(title), kind: `quiet group-title ${numbers === name ? "chosen" : ""}`, focus: `numbers/${name}`, act: () => numbers_to(name, next) }) : say(title);
		const rows = list.map((one, index) => row(one, { key: many ? key_at(name, index) : key, first: index === 0 }, ctx));
		return h("section", { class: "panel" }, h("h2", {}, head, list.length > 0 && h("span", { class: "count" }, String(list.length))),
			rows.length ? h("ul", {}, rows) : h("p", { class: "none" }, say(none)));
	}

	/* Enter in the field: the numbers choose among what is left; one that is left opens. */
	const form = h("form", { class: "line", on: { submit: (event) => {
		event.preventDefault();
		filter.blur();
		const open = page.querySelectorAll(".due .choice.go");
		if (filter.value.trim() && open.length === 1)
			open[0].click();
	} } }, h("span", { class: "keycap", "aria-hidden": "true" }, "S"), filter);

	function head(due) {
		return h("div", { class: "page-head" },
			h("div", {}, h("h1", {}, say("due_title")), h("p", { class: "lead" }, say(numbers === "slip" ? "due_slip_do" : "due_do"))),
			h("div", { class: "page-acts" },
				due.length > 0 && form,
				due.length > 0 && choice({ key: "L", label: say("due_slip_mode"), kind: numbers === "slip" ? "chosen" : "", focus: "slips", act: () => numbers_to(numbers === "slip" ? "open" : "slip") }),
				choice({ key: "K", command: "pack", label: say("pack"), act: () => ctx.go("#pack") }),
				choice({ key: "H", command: "still_here", label: say("still_here"), act: () => ctx.go("#still-here") }),
				choice({ key: "F", command: "find", label: say("find"), act: () => ctx.go("#find") }),
				choice({ key: "N", command: "new_order", label: say("new_order"), act: () => ctx.go("#new-order") })));
	}

	function update() {
		const lists = ctx.state.due ?? {};
		const due = [...lists.due ?? []].sort(stat_first);
		fill(page, () => [
			h("div", { class: "due-main" }, head(due), due_list(due)),
			h("div", { class: "due-side" }, groups.filter(({ name, none }) => ctx.state.due && (none || lists[name]?.length))
				.map((group) => panel(group, lists[group.name] ?? []))),
		]);
	}

	return {
		update,
		end: () => clearInterval(minute),
		key: (key) => {
			if (key !== "Escape" || numbers === "open" && !filter.value)
				return false;
			filter.value = "";
			filter.blur();
			numbers_to("open");
			return true;
		},
	};
}
