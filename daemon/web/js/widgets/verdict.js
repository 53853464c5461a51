/* The answer to the last scan or act: colour, sign and word, what to do, and the raw code when it was not plain good. */
import { h } from "../dom.js";
import { say } from "../words.js";

const signs = { stored: "\u2713", complete: "\u2713\u2713", repeat: "=", question: "?", stop: "\u2715", note: "i", not_stored: "!" };
/* Everything is there, and something is to be done yet: a bag is closed, somebody signs, a patient reads. */
const steps = ["count_agrees", "bag_all_scanned", "bags_all_taken", "bags_complete", "labels_done"];
const good = ["stored", "complete"];

export function verdict_nodes(verdict, waiting) {
	if (!verdict)
		return [waiting > 1 && h("p", { class: "queue" }, say("scans_waiting", { n: waiting }))];
	const is_step = verdict.verdict === "complete" && steps.includes(verdict.code);
	const lost = verdict.verdict === "not_stored";
	return [
		h("span", { class: "sign", "aria-hidden": "true" }, is_step ? signs.stored : signs[verdict.verdict]),
		!lost && h("strong", { class: "word" }, say(is_step ? "verdict_step" : `verdict_${verdict.verdict}`)),
		h("div", { class: "said" },
			h("p", { class: "title" }, lost ? say("not_stored_title") : verdict.title),
			h("p", { class: "do" }, lost ? verdict.do ?? say("not_stored_do") : verdict.do)),
		verdict.raw && !good.includes(verdict.verdict) && h("p", { class: "raw" }, say("raw"), " ", h("code", {}, verdict.raw)),
		waiting > 1 && h("p", { class: "queue" }, say("scans_waiting", { n: waiting })),
	];
}
