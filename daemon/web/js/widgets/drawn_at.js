/*
 * Asks when it was drawn or filled, where no scan says so: a quick pick or a typed time, and who says it. One action
 * for "five minutes ago": the pick is the answer.
 */
import { server_now } from "../api.js";
import { choice, fill, h } from "../dom.js";
import { minute_of_typed, say, say_time } from "../words.js";

const picks_min = [0, 5, 10, 15, 30];
const MINUTE_MS = 60000;
const sources = [["typed", 7], ["patient_stated", 8], ["paper", 9]];
const done = ["stored", "complete"];

function pick_words(minutes) {
	return minutes ? say("drawn_at_ago", { minutes }) : say("drawn_at_now");
}

/*
 * since      ISO time before which only a paper can say it, or null
 * send(time) -> the reply; time: {collected_at, collected_source}. Good, it closes; else it stays for another try.
 */
export function drawn_at_open(ctx, { title, since, send }) {
	const root = h("div", { class: "drawn-at" });
	const typed = h("input", {
		type: "text", inputmode: "numeric", autocomplete: "off", maxlength: 5, placeholder: "HH:MM", "aria-label": say("drawn_at_typed"),
		data: { key: "t", focus: "drawn-at" }, on: { input: () => draw(), click: () => typed.focus() },
	});
	const since_ms = since ? Math.floor(new Date(since).getTime() / MINUTE_MS) * MINUTE_MS : -Infinity;
	let source = "typed";
	let busy = false;

	const possible = (at_ms) => source === "paper" || at_ms >= since_ms;

	async function answer(at_ms) {
		if (busy)
			return;
		busy = true;
		const reply = await send({ collected_at: new Date(at_ms).toISOString(), collected_source: source });
		busy = false;
		if (done.includes(reply?.verdict))
			ctx.dialog_close();
	}

	function pick(minutes, key) {
		const at_ms = Math.floor(server_now() / MINUTE_MS) * MINUTE_MS - minutes * MINUTE_MS;
		return choice({
			key, label: pick_words(minutes), sub: say_time(at_ms), kind: "go big", disabled: !possible(at_ms), focus: `pick/${minutes}`,
			act: () => answer(at_ms),
		});
	}

	function typed_send(event) {
		event.preventDefault();
		const at_ms = minute_of_typed(typed.value, server_now());
		if (at_ms !== null && possible(at_ms))
			answer(at_ms);
	}

	function typed_words() {
		const at_ms = minute_of_typed(typed.value, server_now());
		if (at_ms === null)
			return null;
		const today = new Date(at_ms).getDate() === new Date(server_now()).getDate();
		return say(today ? "drawn_at_today" : "drawn_at_yesterday", { time: say_time(at_ms) });
	}

	function nodes() {
		const words = typed_words();
		const at_ms = minute_of_typed(typed.value, server_now());
		return [
			h("h3", {}, say("drawn_at_who")),
			h("div", { class: "choices" }, sources.map(([name, key]) => choice({
				key, label: say(`drawn_at_source_${name}`), kind: name === source ? "chosen" : "", focus: `source/${name}`,
				act: () => {
					source = name;
					draw();
				},
			}))),
			h("h3", {}, say("drawn_at_when")),
			h("div", { class: "picks" }, picks_min.map((minutes, index) => pick(minutes, index + 1))),
			h("form", { class: "line", on: { submit: typed_send } },
				h("label", { class: "line" }, h("span", { class: "keycap" }, "T"), say("drawn_at_typed"), typed),
				h("button", { type: "submit", class: "choice go", disabled: at_ms === null || !possible(at_ms) }, words ?? say("drawn_at_ok"))),
			source !== "paper" && since && h("p", { class: "none" }, say("drawn_at_since", { time: say_time(since) })),
		];
	}

	function draw() {
		fill(root, nodes);
	}

	draw();
	ctx.dialog_open(title ?? say("drawn_at_title"), () => root);
}
