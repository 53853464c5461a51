/*
 * The lists beside who is due that ask a person for something: tubes that failed, cups to be poured, orders that may have
 * been drawn already. Each row of a list: (one, keys of choice(), ctx) -> node.
 */
import { choice, h } from "../dom.js";
import { say, say_moment, say_time } from "../words.js";
import { mend_form, mend_send } from "./mend.js";

function who({ name, number }) {
	return [h("p", { class: "name" }, name), h("p", { class: "facts" }, h("span", { class: "number" }, number))];
}

/* What was decided, in words, when it is nothing else. */
function note_form(ctx, close, label, name, args) {
	const input = h("input", { type: "text", required: true, autocomplete: "off" });
	return mend_form(label, input, say("mend_looked"), () => mend_send(ctx, close, name, { ...args, note: input.value.trim() }));
}

function setback_open(ctx, one) {
	ctx.dialog_open(one.title, (close) => [
		h("p", { class: "lead" }, `${one.patient.name}, ${one.patient.number}`),
		h("p", {}, `${one.container.cap} ${one.container.name}: ${one.tests.join(", ")}`),
		one.again && h("div", { class: "choices wide" }, choice({
			key: 1, label: say("collect_again"), kind: "go",
			act: () => mend_send(ctx, close, "collect_again", { specimen_id: one.specimen_id }),
		})),
		note_form(ctx, close, say("setback_note"), "setback_done", { event_id: one.event_id }),
	]);
}

function setback_row(one, keys, ctx) {
	return h("li", { class: "setback", data: { specimen: one.specimen_id } },
		h("div", {},
			h("p", { class: "title" }, one.title), who(one.patient),
			h("p", { class: "facts" }, `${one.container.cap} ${one.container.name}: ${one.tests.join(", ")}`, h("span", {}, say_moment(one.at)))),
		choice({ ...keys, label: say("setback_act"), kind: "warn", focus: `setback/${one.event_id}`, act: () => setback_open(ctx, one) }));
}

function match_row(one, keys, ctx) {
	return h("li", { class: "match", data: { specimen: one.specimen_id } },
		h("div", {},
			h("p", { class: "title" }, one.title), who(one.patient),
			h("p", { class: "facts" }, `${one.container}: ${one.tests.join(", ")}`, h("span", {}, say("match_drawn", { time: say_moment(one.collected_at) }))),
			h("p", { class: "do" }, one.do)),
		choice({
			...keys, label: say("match_join"), kind: "warn", focus: `match/${one.lab_order_id}/${one.specimen_id}`,
			act: () => mend_send(ctx, () => {}, "order_match", { lab_order_id: one.lab_order_id, specimen_id: one.specimen_id }),
		}));
}

/* Nothing to press: the cup in the hand is scanned. */
function fill_row(one) {
	return h("li", { class: `to-fill ${one.late ? "late" : ""}`, data: { specimen: one.specimen_id } },
		h("div", {},
			h("p", { class: "name" }, one.name),
			h("p", { class: "facts" }, h("span", { class: "number" }, one.number),
				say(one.tubes === 1 ? "fill_tubes_1" : "fill_tubes", { n: one.tubes }), h("span", {}, say("fill_by", { time: say_time(one.fill_by) }))),
			h("p", { class: "do" }, say("fill_do"))),
		one.late && h("span", { class: "pill warn" }, say("cups_late")));
}

function kept_row(one, keys, ctx) {
	return h("li", { class: "cup-kept", data: { specimen: one.specimen_id } },
		h("div", {}, who(one), h("p", { class: "facts" }, `${one.container.cap} ${one.container.name}`, h("span", {}, say_moment(one.since)))),
		choice({
			...keys, label: say("kept_discard"), kind: "quiet", focus: `kept/${one.specimen_id}`,
			act: () => mend_send(ctx, () => {}, "cup_discard", { specimen_id: one.specimen_id }),
		}));
}

function unmatched_open(ctx, one) {
	ctx.dialog_open(say("unmatched_none_title"), (close) => [
		h("p", { class: "lead" }, `${one.patient.name}, ${one.patient.number}`),
		note_form(ctx, close, say("setback_note"), "order_match", { lab_order_id: one.lab_order_id, specimen_id: null }),
	]);
}

function unmatched_row(one, keys, ctx) {
	return h("li", { class: `unmatched ${one.late ? "late" : ""}` },
		h("div", {}, who(one.patient),
			h("p", { class: "facts" }, `${one.tests.join(", ")}; ${one.provider}`, h("span", {}, say_moment(one.at)),
				one.late && h("span", { class: "pill warn" }, say("cups_late")))),
		choice({ ...keys, label: say("unmatched_none"), kind: "quiet", focus: `unmatched/${one.lab_order_id}`, act: () => unmatched_open(ctx, one) }));
}

/* As the groups of collections-due.js; shown only while there is something in them. */
export const due_more = [
	{ name: "rejected", key: "R", title: "setbacks_title", row: setback_row },
	{ name: "matches", key: "J", title: "matches_title", row: match_row },
	{ name: "to_fill", key: "T", title: "fill_title", row: fill_row },
	{ name: "cups_kept", key: "D", title: "kept_title", row: kept_row },
	{ name: "unmatched", key: "O", title: "unmatched_title", row: unmatched_row },
];
