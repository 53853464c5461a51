/* One tube of the visit: which, how much, what with it, its label's state and its next place. */
import { choice, h } from "../dom.js";
import { say, say_time } from "../words.js";
import { jar_waits, jar_words } from "./jar.js";
import { trouble_label_words } from "./trouble.js";
import { tube_picture } from "./tube.js";

const closed_labels = ["destroyed", "on_tube"];
const unfilled = ["waiting", "printed"];

export function place_words(place) {
	if (!place)
		return null;
	return place.by ? say("place_by", { name: place.name, time: say_time(place.by) }) : place.name;
}

export function label_words(label) {
	return label.copy === 1 ? say("label_name_1") : say("label_name", { copy: label.copy });
}

function label_line(label, trouble) {
	const told = trouble_label_words(label, trouble);
	return h("li", { class: `label-state ${label.one_way ? "one-way" : label.state} ${told ? "in-trouble" : ""}` },
		`${label_words(label)}: ${told ?? say(label.one_way ? "label_one_way" : `label_${label.state}`)}`,
		!told && label.printer && !closed_labels.includes(label.state) && h("span", { class: "printer-name" }, ` (${label.printer})`),
		label.message && h("span", { class: "why" }, `${label.message}${label.hint ? `: ${label.hint}` : ""}`));
}

/* A tube that is filled from a cup: from which, and by when. */
function fill_words(tube) {
	const number = tube.filled_from;
	if (tube.specimen_id === null)
		return say("tile_planned_fill", { number });
	return tube.fill_by ? say("tile_fill", { number, time: say_time(tube.fill_by) }) : say("tile_waits_cup", { number });
}

function state_words(tube) {
	if (tube.filled_from && unfilled.includes(tube.state))
		return fill_words(tube);
	if (tube.specimen_id === null)
		return say("tile_planned");
	if (tube.state === "handed_out")
		return say("tile_handed_out_due", { time: tube.due_at ? say_time(tube.due_at) : "" });
	if (tube.state === "not_collected" && tube.reason)
		return `${say("tile_not_collected")}: ${tube.reason}`;
	if (tube.state === "printed" && tube.square_code_only)
		return say("tile_square");
	if (tube.state === "printed" && tube.container.kind === "cup")
		return say("tile_printed_cup");
	return say(`tile_${tube.state}`);
}

function is_late(tube) {
	const due_at = tube.state === "handed_out" ? tube.due_at : tube.fill_by ?? null;
	return due_at !== null && new Date(due_at) < Date.now();
}

function volume_words(volume_ul) {
	return volume_ul ? say("tube_volume", { ml: volume_ul / 1000 }) : null;
}

/* key: the number that picks it, or null; act: what picking does; trouble: of the visit's view, or null. */
export function tile(tube, { key, act, trouble }) {
	const place = place_words(tube.next_place);
	return h("article", { class: `tile ${tube.state} ${is_late(tube) ? "late" : ""}`, data: { specimen: tube.specimen_id, state: tube.state } },
		h("div", { class: "tile-top" },
			h("span", { class: "of" }, say("tube_of", tube)),
			tube.priority && h("span", { class: "stat" }, say("due_stat")),
			act && choice({ key, label: say(jar_waits(tube) ? "tile_jar" : "tile_more"), kind: "tile-more", focus: `tile/${tube.specimen_id}`, act })),
		h("div", { class: "tile-body" },
			tube_picture(tube.container, tube.state),
			h("div", { class: "tile-words" },
				h("p", { class: "cap" }, tube.container.cap),
				h("p", { class: "container" }, tube.container.name),
				tube.jar && h("p", { class: `jar-where ${jar_waits(tube) ? "asked" : ""}` }, jar_words(tube.jar)),
				h("p", { class: "volume" }, volume_words(tube.container.volume_ul)),
				h("p", { class: "handling" }, tube.container.handling),
				h("p", { class: "tests" }, tube.tests.map((test) => test.name).join(", ")))),
		h("div", { class: "tile-foot" }, h("p", { class: "tile-state" }, state_words(tube)),
			tube.state === "handed_out" && h("p", { class: "cup-back" }, say("tile_cup_back")), place && h("p", { class: "place" }, "\u2192 ", place)),
		tube.labels.length > 0 && h("ul", { class: "labels" }, tube.labels.map((label) => label_line(label, trouble))));
}
