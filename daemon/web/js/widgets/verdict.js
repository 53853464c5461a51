/* The answer to the last scan or act: colour, sign and word, what to do, and the raw code when it was not plain good. */
import { fill, h } from "../dom.js";
import { say } from "../words.js";
import { bands_red } from "./bands.js";

const signs = { stored: "\u2713", complete: "\u2713\u2713", repeat: "=", question: "?", stop: "\u2715", note: "i", not_stored: "!" };
/* Everything is there, and something is to be done yet: a bag is closed, somebody signs, a patient reads. */
const steps = ["count_agrees", "bag_all_scanned", "bags_all_taken", "bags_complete", "labels_done"];
const good = ["stored", "complete"];

const bad = ["stop", "not_stored"];

function verdict_nodes(verdict, waiting) {
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

/* What is red on the screen besides the answer itself; a printer in trouble is asked about as long as labels wait for it. */
function reds_of(state, view) {
	const { alarm, trouble } = state.visit ?? {};
	return [...bands_red(state), alarm && `alarm/${alarm.raised_at}`, trouble && !trouble.is_ready && `trouble/${trouble.device_id}`, view?.is_red?.() && "screen"].filter(Boolean);
}

let reds = [];

/*
 * Nothing on the page is green while something on it is red: a good answer from before the red is over, a newer one is
 * shown without its colour. What the screen itself shows in red, a tube that is rejected, comes with its answer.
 */
export function verdict_update(root, state, view) {
	const now = reds_of(state, view);
	if (good.includes(state.verdict?.verdict) && now.some((red) => red !== "screen" && !reds.includes(red)))
		state.verdict = null;
	reds = now;
	const is_red = now.length > 0 || bad.includes(state.verdict?.verdict);
	document.body.classList.toggle("red", is_red);
	fill(root, verdict_nodes(state.verdict, state.waiting));
	root.className = state.verdict ? `verdict ${state.verdict.verdict}` : "";
}
