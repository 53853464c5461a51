/*
 * Pass-through, for administrators: which stations hand good numbers on to the laboratory's own system, how, who set it so
 * and what became of the last one.
 */
import { choice, fill, h } from "../dom.js";
import { say, say_moment } from "../words.js";

const ways = ["off", "keyboard", "serial", "tcp"];

function last_node(one) {
	if (one.way === "off")
		return null;
	if (!one.last)
		return h("p", { class: "none" }, say("pass_last_none"));
	const time = say_moment(one.last.at);
	return h("p", { class: one.last.ok ? "none" : "pass-bad", data: { last: one.last.ok ? "good" : "bad" } }, say(one.last.ok ? "pass_last_good" : "pass_last_bad", { time, why: one.last.why }));
}

/* One station: {node, update(one)}. What a person is changing stays until it is saved or changed elsewhere. */
function station_part(ctx, first, { keyboards, terminators }) {
	const option = (value, label) => h("option", { value }, label);
	const select = (label, options) => h("select", { "aria-label": say(label), on: { change: draw } }, options);
	const way = select("pass_way", ways.map((one) => option(one, say(`pass_way_${one}`))));
	const keyboard = select("pass_keyboard", keyboards.map((one) => option(one, one.toUpperCase())));
	const target = h("input", { type: "text", maxlength: 127, spellcheck: "false", autocapitalize: "off", on: { input: draw } });
	const terminator = select("pass_terminator", []);
	const state = h("div", {});
	const fields = h("div", { class: "fields" });
	const foot = h("div", { class: "line" });
	const labelled = (label, input) => h("label", { class: "field" }, say(label), input);
	let now = first;

	const wanted = () => ({ station: now.station, way: way.value, target: way.value === "serial" || way.value === "tcp" ? target.value.trim() : null,
		keyboard: way.value === "keyboard" ? keyboard.value : null, terminator: way.value === "off" ? "cr" : terminator.value });
	const is_same = (one) => ["way", "keyboard", "terminator"].every((key) => one[key] === now[key]) && (one.target ?? "") === now.target;

	function ends_draw() {
		const list = terminators[way.value] ?? [];
		const chosen = list.includes(terminator.value) ? terminator.value : list[0];
		if ([...terminator.options].map((one) => one.value).join() !== list.join())
			terminator.replaceChildren(...list.map((one) => option(one, say(`pass_end_${one}`))));
		terminator.value = chosen ?? "";
	}

	function draw() {
		ends_draw();
		const needs_target = way.value === "serial" || way.value === "tcp";
		if (needs_target)
			target.setAttribute("aria-label", say(`pass_target_${way.value}`));
		keyboard_label.hidden = way.value !== "keyboard";
		target_label.hidden = !needs_target;
		terminator_label.hidden = way.value === "off";
		target_words.textContent = needs_target ? say(`pass_target_${way.value}`) : "";
		hint.textContent = way.value === "keyboard" ? say("pass_keyboard_do") : needs_target ? say(`pass_target_${way.value}_do`) : "";
		fill(foot, choice({ label: say("pass_save", now), kind: "small go", disabled: is_same(wanted()) || needs_target && !target.value.trim(), focus: `pass/${now.station}`, act: save }));
	}

	async function save() {
		await ctx.act("pass_set", wanted());
		await ctx.lists_read();
	}

	function values_set() {
		way.value = now.way;
		keyboard.value = now.keyboard ?? keyboards[0];
		target.value = now.target;
		ends_draw();
		if (now.way !== "off")
			terminator.value = now.terminator;
	}

	const target_words = h("span", {});
	const way_label = labelled("pass_way", way);
	const keyboard_label = labelled("pass_keyboard", keyboard);
	const target_label = h("label", { class: "field" }, target_words, target);
	const terminator_label = labelled("pass_terminator", terminator);
	const hint = h("p", { class: "none" });
	fields.append(way_label, keyboard_label, target_label, terminator_label);
	const node = h("section", { class: "panel pass-station", data: { station: first.name, way: first.way } }, h("h2", {}, first.name), state, fields, hint, foot);

	function update(one) {
		const is_new = one.set_at !== now.set_at;
		now = one;
		if (is_new)
			values_set();
		node.dataset.way = one.way;
		fill(state, h("p", {}, h("b", {}, say(`pass_way_${one.way}`)), one.target && " ", one.target && h("code", {}, one.target)),
			h("p", { class: "none" }, one.set_by ? say("pass_set_by", { name: one.set_by, time: say_moment(one.set_at) }) : say("pass_never")), last_node(one));
		draw();
	}

	values_set();
	update(first);
	return { node, update };
}

export function pass_view(root, ctx) {
	const may = ctx.state.me.operator.roles.includes("admin");
	const list = h("div", { class: "pass-list" });
	const parts = new Map();

	root.replaceChildren(h("div", { class: "printer-page pass-page" }, h("div", { class: "page-head" }, h("div", {}, h("h1", {}, say("pass_page")), h("p", { class: "lead" }, say(may ? "pass_page_do" : "pass_page_none"))),
		choice({ key: "Esc", command: "back", label: say("back"), kind: "quiet", act: ctx.back })), may && list));

	function update() {
		const known = ctx.state.lists.passes;
		if (!may || !known)
			return;
		for (const one of known.stations) {
			if (parts.has(one.station)) {
				parts.get(one.station).update(one);
				continue;
			}
			const part = station_part(ctx, one, known);
			parts.set(one.station, part);
			list.append(part.node);
		}
	}

	return { update, end: () => undefined };
}
