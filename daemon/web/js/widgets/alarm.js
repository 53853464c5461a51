/*
 * The red full screen. Nothing but the code scanned once more opens its two choices; the tone sounds at most three times.
 */
import { choice, fill, h } from "../dom.js";
import { say } from "../words.js";
import { stop_args } from "./head.js";

const TONES_MAX = 3;
const TONE_EVERY_MS = 2500;
const draws_blood = ["collection", "processing"]; /* elsewhere nothing but what the alarm itself offers */
let raised = null;
let timer = null;

function sound(ctx, left) {
	timer = left > 0 ? setTimeout(() => {
		ctx.player.play("stop");
		sound(ctx, left - 1);
	}, TONE_EVERY_MS) : null;
}

function raise(ctx, alarm) {
	const key = alarm ? `${alarm.code}/${alarm.specimen_id}/${alarm.raised_at}` : null;
	if (key === raised)
		return;
	raised = key;
	clearTimeout(timer);
	if (!key)
		return;
	ctx.dialog_close();
	sound(ctx, TONES_MAX - 1); /* the answer that raised it was the first */
}

function how(alarm) {
	if (alarm.code.startsWith("held_up"))
		return alarm.rescanned ? "alarm_choose_held" : "alarm_rescan_held";
	return alarm.rescanned ? "alarm_choose" : "alarm_rescan";
}

function gone_word(alarm) {
	if (!alarm.code.startsWith("held_up"))
		return "alarm_gone";
	return alarm.gone.tubes.length > 1 ? "alarm_gone_both" : "alarm_gone_other";
}

export function alarm_update(root, ctx, alarm) {
	raise(ctx, alarm);
	root.hidden = !alarm;
	if (!alarm)
		return fill(root);
	const last = ctx.state.verdict?.verdict === "stop" ? ctx.state.verdict.raw : null;
	fill(root,
		h("div", { class: "alarm-sheet" },
			h("p", { class: "alarm-word" }, "\u2715 ", say("verdict_stop")),
			h("h1", {}, alarm.title),
			h("p", { class: "alarm-do" }, alarm.do),
			alarm.specimen_id && h("p", { class: "raw" }, say("alarm_label"), " ", h("code", {}, alarm.specimen_id)),
			last && h("p", { class: "raw" }, say("raw"), " ", h("code", {}, last)),
			h("p", { class: "alarm-how" }, say(how(alarm))),
			h("div", { class: "alarm-choices" }, alarm.choices.map((one, index) => choice({
				key: index + 1, command: one.choice, label: one.name ?? say(one.choice), kind: "big", disabled: !alarm.rescanned,
				act: () => ctx.act("alarm_answer", { choice: one.choice }),
			}))),
			alarm.gone && choice({
				key: "0", command: "gone", label: say(gone_word(alarm)), sub: alarm.gone.held.length > 0
					? say("alarm_gone_held", { tubes: alarm.gone.held.map((tube) => `\u2026${tube.slice(-4)}`).join(", ") }) : say("alarm_gone_sub"),
				act: () => ctx.act("alarm_answer", { choice: "gone" }),
			}),
			!alarm.rescanned && h("p", { class: "alarm-locked" }, say("alarm_locked")),
			draws_blood.includes(ctx.state.me?.station?.kind) && choice({
				key: "F9", command: "stop", label: say("stop"), sub: say("stop_sub"), kind: "stop",
				act: () => ctx.act("mistake", stop_args(ctx.state.visit)),
			})));
}
