/* Where one may go in the laboratory: receive, questions, deliveries, ledger, find. */
import { choice, h } from "../dom.js";
import { say } from "../words.js";

const tabs = [["#lab", "lab_receive", "W"], ["#questions", "lab_questions", "Q"], ["#delivery", "lab_deliveries", "V"], ["#ledger", "lab_ledger", "G"], ["#find", "find", "F"]];

/* The keys are letters everywhere. On the first screen the cards 1 to 4 choose too; the card *back* comes back to it. */
function command_of(hash, here, index) {
	if (hash === "#find")
		return "find";
	if (here === "#lab")
		return `choice_${index + 1}`;
	return hash === "#lab" ? "back" : null;
}

export function lab_tabs(ctx, here, n_questions) {
	return h("nav", { class: "lab-tabs" }, tabs.map(([hash, words, key], index) => choice({
		key, command: command_of(hash, here, index),
		label: hash === "#questions" && n_questions ? `${say(words)} ${n_questions}` : say(words),
		kind: `tab ${hash === here ? "chosen" : ""} ${hash === "#questions" && n_questions ? "warn" : ""}`, focus: `tab/${hash}`, act: () => ctx.go(hash),
	})));
}

export function questions_open(receiving) {
	return (receiving?.questions ?? []).filter((one) => !one.settled);
}
