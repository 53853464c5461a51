/* What is still in the building, at any minute: big numbers, then what they are. */
import { choice, fill, h } from "../dom.js";
import { say, say_time, say_word } from "../words.js";
import { bag_state_words, bag_tile } from "../widgets/bag.js";
import { bag_release_act } from "../widgets/bag_release.js";
import { tube_row } from "../widgets/tube_row.js";

const counted = ["unpacked", "in_open_bags", "bags_here", "to_spin", "cups_out", "open_visits", "parked", "rejected_unread"];

function number_tile(name, n) {
	return h("div", { class: `still-number ${n ? "some" : "none-left"}`, data: { count: name } },
		h("p", { class: "n" }, n ? String(n) : "\u2713"), h("p", {}, say_word("still_", name)), !n && h("p", { class: "sub" }, say("still_ok")));
}

function tube_line(tube) {
	return tube_row(tube, { lines: [tube.place && say("bag_placed", { place: tube.place.name ?? tube.place }), tube.since && say("still_since", { time: say_time(tube.since) })] });
}

function pickup_line(one) {
	return h("p", { class: `pickup-line ${one.end}` }, h("b", {}, say(`still_${one.end}`, one)), [say_time(one.at), one.stop, one.reason, one.left > 0 && say("still_left", { n: one.left })].filter(Boolean).map((text) => h("span", {}, text)));
}

function panel(title, rows) {
	return rows.length > 0 && h("section", { class: "panel" }, h("h2", {}, title, h("span", { class: "count" }, String(rows.length))), rows);
}

export function clinic_still_view(root, ctx) {
	const page = h("div", { class: "still-page" });
	root.replaceChildren(page);
	const timer = setInterval(() => ctx.lists_read(), 30000);

	function update() {
		const still = ctx.state.lists.still_here;
		if (!still)
			return fill(page, h("p", { class: "none big-none" }, say("reading")));
		const names = [...counted, ...Object.keys(still.counts).filter((name) => !counted.includes(name))].filter((name) => name in still.counts);
		const clear = names.every((name) => still.counts[name] === 0);
		fill(page, h("div", { class: "page-head" }, h("h1", {}, say("still_title")),
			h("div", { class: "page-acts" }, choice({ key: "K", command: "pack", label: say("pack"), act: () => ctx.go("#pack") }),
				choice({ key: "Esc", command: "back", label: say("back"), kind: "quiet", act: () => ctx.go("#due") }))),
		clear && h("p", { class: "still-clear" }, "\u2713 ", say("still_clear")),
		h("div", { class: "still-numbers" }, names.map((name) => number_tile(name, still.counts[name]))),
		h("div", { class: "still-lists" },
			panel(say("still_tubes"), still.unpacked.map(tube_line)),
			panel(say("still_bags"), still.bags.map((bag) => bag_tile(bag, { lines: [bag_state_words(bag)], flag: bag.late ? say("bag_late") : null, ...bag_release_act(ctx, bag) }))),
			panel(say("still_unfinished"), (still.unfinished ?? []).map((one) => h("p", { class: "pickup-line unfinished" }, h("b", {}, one.name), [one.courier, say_time(one.at), say("still_unfinished_bags", { n: one.bags })].map((text) => h("span", {}, text))))),
			panel(say("still_pickups"), (still.pickups ?? []).map(pickup_line)),
			panel(say("still_visits"), (still.visits ?? []).map((visit) => h("p", { class: "facts" }, say("still_visit", visit.patient ?? visit), visit.held_by?.name)))));
	}

	return { update, end: () => clearInterval(timer) };
}
