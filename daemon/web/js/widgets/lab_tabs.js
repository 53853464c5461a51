/* Where one may go in the laboratory: receive, questions, deliveries, ledger. */
import { choice, h } from "../dom.js";
import { say } from "../words.js";

const tabs = [["#lab", "lab_receive", "1"], ["#questions", "lab_questions", "2"], ["#delivery", "lab_deliveries", "3"], ["#ledger", "lab_ledger", "4"]];
const letters = { "#lab": "W", "#questions": "Q", "#delivery": "V", "#ledger": "G" };

/* On the first screen the numbers choose, elsewhere letters; the card *back* comes back to it. */
export function lab_tabs(ctx, here, n_questions) {
	return h("nav", { class: "lab-tabs" }, tabs.map(([hash, words, number]) => choice({
		key: here === "#lab" ? number : letters[hash], command: hash === "#lab" && here !== "#lab" ? "back" : null,
		label: hash === "#questions" && n_questions ? `${say(words)} ${n_questions}` : say(words),
		kind: `tab ${hash === here ? "chosen" : ""} ${hash === "#questions" && n_questions ? "warn" : ""}`, focus: `tab/${hash}`, act: () => ctx.go(hash),
	})));
}

export function questions_open(receiving) {
	return (receiving?.questions ?? []).filter((one) => !one.settled);
}
