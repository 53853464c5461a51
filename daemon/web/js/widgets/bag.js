/* A bag: temperature class in word, colour and sign, where it goes, its number, how it stands. Never a patient. */
import { choice, h, svg } from "../dom.js";
import { say, say_time } from "../words.js";

const classes = ["AMB", "REF", "FRZ"];

function flake() {
	return [0, 60, 120].map((turn) => svg("path", {
		d: "M20 4v32M20 9l-4-4M20 9l4-4M20 31l-4 4M20 31l4 4", transform: `rotate(${turn} 20 20)`, fill: "none", stroke: "currentColor", "stroke-width": 3, "stroke-linecap": "round",
	}));
}

/* Sun, refrigerator, snowflake: told apart without colour. */
const signs = {
	AMB: () => [svg("circle", { cx: 20, cy: 20, r: 8, fill: "currentColor" }),
		[0, 45, 90, 135, 180, 225, 270, 315].map((turn) => svg("path", {
			d: "M20 3v6", transform: `rotate(${turn} 20 20)`, stroke: "currentColor", "stroke-width": 3.5, "stroke-linecap": "round",
		}))],
	REF: () => [svg("rect", { x: 9, y: 3, width: 22, height: 34, rx: 3, fill: "none", stroke: "currentColor", "stroke-width": 3 }),
		svg("path", { d: "M9 15h22M14 8v4M14 19v8", stroke: "currentColor", "stroke-width": 3, "stroke-linecap": "round" })],
	FRZ: flake,
};

export function class_of(name) {
	return classes.includes(name) ? name : null;
}

/* Sign and word of a temperature class, as on the bag's label. */
export function class_words(name) {
	const known = class_of(name);
	return h("span", { class: `bag-class ${known ? known.toLowerCase() : ""}` },
		known && svg("svg", { class: "class-sign", viewBox: "0 0 40 40", "aria-hidden": "true" }, signs[known]()),
		h("span", {}, known ? say(`class_${known}`) : name ?? ""));
}

/* "B900 0000012 34": the number in the middle is what people read to each other. */
export function bag_code(bag) {
	const [, block, number, check] = /^([A-Z]\d{3})(\d{7})(\d\d)$/.exec(bag) ?? [null, "", bag, ""];
	return h("code", { class: "bag-code" }, block, " ", h("b", {}, number), " ", check);
}

/*
 * bag: {bag, class, stat, state, ...}; more: {key, act, lines: [text], good, flag: text, small, papers: [nodes]}. With act it is a button
 * that key presses.
 */
export function bag_tile(bag, { key = null, act = null, lines = [], good = false, flag = null, action = null, papers = [] } = {}) {
	return h("article", { class: `bag ${(class_of(bag.class) ?? "").toLowerCase()} ${bag.state ?? ""} ${good ? "good" : ""} ${flag ? "flagged" : ""}`, data: { bag: bag.bag, state: bag.state } },
		h("div", { class: "bag-top" }, bag.class && class_words(bag.class), bag.stat && h("span", { class: "stat" }, say("due_stat")),
			good && h("span", { class: "bag-tick", "aria-label": say("bag_good") }, "\u2713")),
		bag_code(bag.bag),
		lines.filter(Boolean).map((text) => h("p", { class: "bag-line" }, text)),
		flag && h("p", { class: "bag-flag" }, "! ", flag),
		act && choice({ key, label: action, kind: "small", focus: `bag/${bag.bag}`, act }), papers.length > 0 && h("div", { class: "bag-papers" }, papers));
}

/* A bag as one line of a phone; the whole line is the button. good: done; word: how it stands; line: more of it; flag: what is wrong. */
export function bag_row(bag, { key = null, act = null, good = false, word = "", line = null, flag = null }) {
	const root = h(act ? "button" : "article", {
		type: act ? "button" : null, class: `bag bag-row ${(class_of(bag.class) ?? "").toLowerCase()} ${bag.state ?? ""} ${good ? "good" : ""} ${flag ? "flagged" : ""}`,
		data: { bag: bag.bag, state: bag.state, key, focus: `bag/${bag.bag}` }, on: act ? { click: act } : {},
	}, h("span", { class: "bag-row-words" },
		h("span", { class: "bag-row-top" }, class_words(bag.class), bag.stat && h("span", { class: "stat" }, say("due_stat"))),
		bag_code(bag.bag), line && h("span", { class: "bag-line" }, line), flag && h("span", { class: "bag-flag" }, "! ", flag)),
	h("span", { class: "bag-row-state" }, good ? h("span", { class: "bag-tick", "aria-hidden": "true" }, "\u2713") : null, h("span", { class: "bag-row-word" }, word)),
	key && h("span", { class: "keycap", "aria-hidden": "true" }, key));
	return root;
}

/* How a bag of the clinic stands, in words. */
export function bag_state_words(bag) {
	if (bag.state === "held")
		return say("bag_held");
	if (bag.left?.reason)
		return say("bag_left_behind", { time: say_time(bag.left.at), reason: bag.left.reason });
	if (bag.state === "placed" && bag.place)
		return say("bag_placed", { place: bag.place.name ?? bag.place });
	if (bag.closed_at && bag.state === "closed")
		return say("bag_closed_at", { time: say_time(bag.closed_at) });
	return say(`bag_${bag.state}`);
}
