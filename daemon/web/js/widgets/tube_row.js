/* One tube in a list: whose, which, its class, what is odd about it. */
import { choice, h } from "../dom.js";
import { say, say_time, say_word } from "../words.js";
import { class_words } from "./bag.js";
import { tube_picture } from "./tube.js";

/*
 * tube: as in `packing`; more: {key, action, act, good, reason: words, lines: [text], number: in place of its number}.
 */
export function tube_row(tube, { key = null, action = null, act = null, good = false, reason = null, lines = [], number = null } = {}) {
	const { container } = tube;
	return h("li", { class: `tube-row ${good ? "good" : ""} ${tube.warnings?.length ? "odd" : ""}`, data: { specimen: tube.specimen_id } },
		h("span", { class: "row-sign", "aria-hidden": "true" }, good ? "\u2713" : ""),
		container && tube_picture(container, good ? "labelled" : "printed"),
		h("div", { class: "row-words" },
			h("p", { class: "row-name" }, tube.patient?.name ?? say("tube_no_patient"), " ", h("span", { class: "number" }, tube.patient?.number ?? "")),
			h("p", { class: "facts" }, container && h("b", {}, container.cap), container && h("span", {}, container.name), tube.of > 1 && h("span", {}, say("tube_of", tube)), number ?? h("code", {}, tube.specimen_id),
				tube.class && class_words(tube.class)),
			(tube.warnings ?? []).map((name) => h("p", { class: "row-warning" }, "! ", say_word("warning_", name))),
			reason && h("p", { class: "row-warning" }, reason),
			lines.filter(Boolean).map((text) => h("p", { class: "row-line" }, text))),
		act && choice({ key, label: action, kind: "small", focus: `tube/${tube.specimen_id}`, act }));
}

/* Who has it, since when. */
export function holder_words(holder) {
	if (!holder)
		return null;
	return say(holder.at ? "holder_since" : "holder", { name: holder.name ?? "?", time: holder.at ? say_time(holder.at) : "" });
}
