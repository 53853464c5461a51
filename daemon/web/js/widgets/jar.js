/*
 * A jar: from where is what is in it? The side first, said even when there is none, then the site: two taps, and the label prints.
 */
import { choice, fill, h } from "../dom.js";
import { say } from "../words.js";
import { reasons_of } from "./reasons.js";

const SITE_MAX = 48;
const sides = [["LEFT", "L"], ["RIGHT", "R"], ["BOTH", "B"], ["", "N"]];
const side_words = (side) => say(`jar_side_${side.toLowerCase() || "none"}`);

/* Does this tube's label wait for it? */
export function jar_waits(tube) {
	return tube.jar && tube.jar.site === "";
}

/* "Jar A: LEFT UPPER BACK" */
export function jar_words({ letter, side, site }) {
	return say(site ? "jar_is" : "jar_asked", { letter, where: [side, site].filter(Boolean).join(" ") });
}

export function jar_open(ctx, tube) {
	const root = h("div", { class: "groups jar" });
	const other = h("input", { type: "text", autocomplete: "off", maxlength: SITE_MAX, "aria-label": say("jar_other") });
	let chosen = null;

	ctx.dialog_open(say("jar_title", { letter: tube.jar.letter, number: tube.number }), (close) => {
		function send(site) {
			close();
			ctx.act("jar_set", { specimen_id: tube.specimen_id, site, side: chosen });
		}

		function draw() {
			const waits = chosen === null;
			fill(root,
				h("section", { class: "group" }, h("h3", {}, say("jar_side")),
					h("div", { class: "choices sides" }, sides.map(([side, key]) => choice({
						key, label: side_words(side), kind: side === chosen ? "chosen" : "", focus: `jar/side/${side}`, act: () => {
							chosen = side;
							draw();
						},
					})))),
				h("section", { class: "group" }, h("h3", {}, say("jar_site")),
					h("div", { class: "choices wide" }, reasons_of(ctx, "jar_site").map(({ reason, name }, index) => choice({
						key: index < 9 ? index + 1 : null, label: name, disabled: waits, focus: `jar/site/${reason}`, act: () => send(name),
					}))),
					h("form", { class: "line", on: { submit: (event) => {
						event.preventDefault();
						if (chosen !== null && other.value.trim())
							send(other.value.trim());
					} } }, h("label", {}, say("jar_other"), " ", other), h("button", { type: "submit", class: "choice go", disabled: waits }, say("jar_other_ok")))));
		}

		draw();
		return root;
	});
}
