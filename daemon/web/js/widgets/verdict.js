/* The answer to the last scan or act: colour, sign and word, what to do, and the raw code when it was not plain good. */
import { h } from "../dom.js";
import { say } from "../words.js";

const signs = { stored: "\u2713", complete: "\u2713\u2713", repeat: "=", question: "?", stop: "\u2715", note: "i", not_stored: "!" };
const good = ["stored", "complete"];

export function verdict_nodes(verdict, waiting) {
	if (!verdict)
		return [waiting > 1 && h("p", { class: "queue" }, say("scans_waiting", { n: waiting }))];
	const lost = verdict.verdict === "not_stored";
	return [
		h("span", { class: "sign", "aria-hidden": "true" }, signs[verdict.verdict]),
		!lost && h("strong", { class: "word" }, say(`verdict_${verdict.verdict}`)),
		h("div", { class: "said" },
			h("p", { class: "title" }, lost ? say("not_stored_title") : verdict.title),
			h("p", { class: "do" }, lost ? verdict.do ?? say("not_stored_do") : verdict.do)),
		verdict.raw && !good.includes(verdict.verdict) && h("p", { class: "raw" }, say("raw"), " ", h("code", {}, verdict.raw)),
		waiting > 1 && h("p", { class: "queue" }, say("scans_waiting", { n: waiting })),
	];
}
