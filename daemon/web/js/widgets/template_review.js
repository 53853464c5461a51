/* What a second person sees of a version: what it changes of what is live, and who proposed it or turned it down, and why. */
import { lines_changed, template_lines } from "../diff.js";
import { h } from "../dom.js";
import { say, say_moment } from "../words.js";
import { mend_form } from "./mend.js";

/* Who sees templates at all (contrib/POLICIES.md 2). */
export const template_roles = ["lab_lead", "quality", "admin"];

function change_line({ sign, line }) {
	return h("li", { data: { sign } }, h("span", { class: "sign" }, sign), line);
}

function history_line(one) {
	return h("li", { data: { act: one.act } }, say(`template_act_${one.act}`), " ", say("template_by", { name: one.by, time: say_moment(one.at) }), one.note && h("p", {}, one.note));
}

/* chosen, live: as api.template_get gave them; live null: nothing else is live. */
export function review_nodes(chosen, live) {
	const changed = live && !chosen.published_at ? lines_changed(template_lines(live.body), template_lines(chosen.body)) : null;
	return [
		changed && h("h2", {}, say("template_changes", live)),
		changed && (changed.length ? h("ul", { class: "template-changes" }, changed.map(change_line)) : h("p", { class: "none" }, say("template_changes_none"))),
		chosen.history.length > 0 && [h("h2", {}, say("template_history")), h("ul", { class: "template-history" }, chosen.history.map(history_line))],
		chosen.proposed_at && !chosen.published_at && chosen.acts.every((act) => act !== "publish" && act !== "turn_down") && h("p", {}, say("template_second")),
	].flat().filter(Boolean);
}

/* Asks why; act(why). */
export function turn_down_open(ctx, chosen, act) {
	ctx.dialog_open(say("template_turn_down_title", chosen), (close) => {
		const input = h("input", { type: "text", required: true, autocomplete: "off", maxlength: "500" });
		return mend_form(say("template_turn_down_why"), input, say("template_turn_down"), () => {
			close();
			act(input.value.trim());
		});
	});
}
