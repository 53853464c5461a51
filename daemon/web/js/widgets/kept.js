/* What waits on this device, not stored, and what became of what was sent late: a band with the count, and the list behind it. */
import { choice, fill, h } from "../dom.js";
import { kept_state } from "../keeping.js";
import { say, say_moment } from "../words.js";

const over = ["late", "in_time", "asked", "refused", "old"];
const bad = ["waiting", "elsewhere", "old", "refused"];

const when = (at_ms) => say_moment(new Date(at_ms).toISOString());
const states_of = (ctx) => ctx.kept.list().map((one) => ({ ...one, state: kept_state(one, ctx.kept.who(), Date.now()) }));
const is_mine = (ctx, one) => one.operator_id === ctx.kept.who()?.operator_id;

let shown = null; /* draws the open list anew */

export function kept_bands(ctx) {
	shown?.();
	const all = states_of(ctx);
	const waiting = all.filter((one) => !one.told);
	const told = all.filter((one) => one.told && is_mine(ctx, one));
	const band = (name, n) => n > 0 && h("button", { type: "button", class: "band warn kept", data: { kept: name, focus: `kept/${name}` }, on: { click: () => kept_open(ctx) } },
		say(`kept_band_${name}`, { n }));
	return [band("waiting", waiting.length), band("told", told.length)];
}

function row(one) {
	return h("li", { class: `kept-row ${bad.includes(one.state) ? "lost" : ""}`, data: { state: one.state } },
		h("code", {}, one.raw), h("span", { class: "kept-at" }, when(one.at_ms)), h("span", { class: "kept-said" }, say(`kept_state_${one.state}`, { station: one.station_name ?? one.station })));
}

/* Another person's: how many and since when; what they are is for that person. */
function others(all) {
	const groups = new Map();
	for (const one of all) {
		const key = `${one.operator_id}/${one.station}`;
		groups.set(key, [...groups.get(key) ?? [], one]);
	}
	return [...groups.values()].map((some) => h("li", { class: "kept-row lost", data: { state: "of_another" } },
		h("span", { class: "kept-said" }, say("kept_others", { n: some.length, name: some[0].operator, station: some[0].station_name ?? some[0].station, since: when(some[0].at_ms) }))));
}

function kept_open(ctx) {
	const root = h("div", { class: "kept-list" });

	function draw() {
		const all = states_of(ctx);
		const shown = all.filter((one) => one.state === "old" || is_mine(ctx, one));
		const rest = all.filter((one) => one.state === "of_another");
		fill(root, all.length === 0 && h("p", {}, say("kept_none")), !ctx.kept.who() && all.length > 0 && h("p", {}, say("kept_nobody")),
			h("ul", {}, shown.map(row), others(rest)),
			ctx.kept.who() && shown.some((one) => over.includes(one.state)) && choice({
				label: say("kept_read"), act: () => ctx.kept.read_off(),
			}));
	}

	let drawn = null;
	shown = () => {
		const now = JSON.stringify(states_of(ctx));
		if (now !== drawn)
			draw();
		drawn = now;
	};
	shown();
	ctx.dialog_open(say("kept_list_title"), () => root);
}
