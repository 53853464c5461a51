/*
 * Rules of codes (LB-13), for administrators: what is taken where, who made it so, and a form whose rule is held against the
 * scans of the last week before it can be made.
 */
import { choice, fill, h } from "../dom.js";
import { say, say_moment } from "../words.js";

const CHARS_MAX = 100;

const where_words = (rule) => [rule.station_kind && say(`rules_kind_${rule.station_kind}`), rule.step && say(`rules_step_${rule.step}`)].filter(Boolean).join(", ");
const name_of = (rule) => [say(`rules_code_${rule.code}`), where_words(rule)].filter(Boolean).join(" \u00b7 ");
const text_of = (rule) => rule.ended ? say("rules_is_ended") : rule.expected || say("rules_any");

function look_nodes(look, rule) {
	const what = (one) => [one.text || say("rules_stranger", { symbology: one.symbology || "?", chars: one.chars }), one.text && one.symbology].filter(Boolean).join(", ");
	return [h("p", {}, h("b", {}, say("rules_looked", look))), look.good > 0 && h("p", { class: "pass-bad" }, say("rules_looked_good", look)), rule.step && h("p", { class: "none" }, say("rules_looked_step")),
		h("ul", {}, look.examples.map((one) => h("li", {}, say("rules_example", { time: say_moment(one.at), station: one.station, what: what(one) }))))];
}

/* Gives {node, edit(rule or null), end_rule(rule)}. done: after a rule was made. */
function form_part(ctx, terms, done) {
	const option = (value, label) => h("option", { value }, label);
	const select = (label, list, words) => h("select", { "aria-label": say(label) }, list.map((one) => option(one, one ? say(words + one) : say("rules_all"))));
	const number = (label) => h("input", { type: "number", min: 1, max: CHARS_MAX, "aria-label": say(label) });
	const text = (label, maxlength) => h("input", { type: "text", maxlength, "aria-label": say(label) });
	const inputs = { code: select("rules_code", terms.codes, "rules_code_"), station_kind: select("rules_station_kind", ["", ...terms.station_kinds], "rules_kind_"),
		step: select("rules_step", ["", ...terms.steps], "rules_step_"), min_chars: number("rules_min"), max_chars: number("rules_max"), prefix: text("rules_prefix", 40), reason: text("rules_reason", 200) };
	const labels = { code: "rules_code", station_kind: "rules_station_kind", step: "rules_step", min_chars: "rules_min", max_chars: "rules_max", prefix: "rules_prefix", reason: "rules_reason" };
	const boxes = terms.symbologies.map((one) => h("input", { type: "checkbox", value: one }));
	const field = (key) => h("label", { class: "field" }, say(labels[key]), inputs[key]);
	const rest = h("div", {}, h("div", { class: "fields" }, Object.keys(inputs).filter((key) => key !== "reason").map(field)),
		h("p", {}, say("rules_symbologies")), h("div", { class: "line" }, boxes.map((box) => h("label", { class: "tick" }, box, " ", box.value))));
	const fields = h("div", {}, rest, field("reason"));
	const title = h("h2", {});
	const foot = h("div", {});
	const node = h("section", { class: "panel rules-form" }, title, fields, foot);
	let ending = null; /* the rule that is to be no more */
	node.addEventListener("input", foot_draw);

	const args = () => ({ ...Object.fromEntries(Object.entries(inputs).map(([key, input]) => [key, input.value.trim() || null])), symbologies: boxes.filter((box) => box.checked).map((box) => box.value) });

	const wanted_now = () => ending ? { code: ending.code, station_kind: ending.station_kind, step: ending.step, ended: true, reason: inputs.reason.value.trim() } : args();

	function foot_draw() {
		const numbers = inputs.min_chars.checkValidity() && inputs.max_chars.checkValidity();
		title.textContent = ending ? say("rules_end_title", { name: name_of(ending) }) : say("rules_form");
		fields.hidden = false;
		rest.hidden = ending !== null;
		fill(foot, h("div", { class: "line" }, choice({ label: say("rules_look"), kind: "go", disabled: !numbers || !inputs.reason.value.trim(), focus: "rules/look", act: () => ask(wanted_now()) }),
			ending && choice({ label: say("rules_back"), kind: "quiet", focus: "rules/back", act: () => edit(null) })));
	}

	/* What the service would do with it; nothing is made before a person has seen that. */
	async function ask(wanted) {
		const reply = await ctx.act("scan_rule_set", wanted);
		if (reply?.verdict === "stored") {
			edit(null);
			await done();
		} else if (reply?.code === "scan_rule_look") {
			const look = reply.data.look;
			fields.hidden = true;
			fill(foot, h("div", { class: "rules-look", data: { refused: look.refused } }, h("p", {}, name_of(wanted)), look_nodes(look, wanted),
				h("div", { class: "line" }, choice({ label: say(wanted.ended ? "rules_make_end" : "rules_make"), kind: "go", focus: "rules/make", act: () => ask({ ...wanted, seen: look.refused }) }),
					choice({ label: say("rules_back"), kind: "quiet", focus: "rules/back", act: foot_draw }))));
			foot.scrollIntoView({ block: "nearest" });
		}
	}

	function edit(rule) {
		ending = null;
		for (const [key, input] of Object.entries(inputs))
			input.value = rule?.[key] ?? (key === "code" ? terms.codes[0] : "");
		inputs.reason.value = "";
		for (const box of boxes)
			box.checked = rule?.symbologies.includes(box.value) ?? false;
		foot_draw();
	}

	function end_rule(rule) {
		edit(rule);
		ending = rule;
		foot_draw();
		inputs.reason.focus();
	}

	edit(null);
	return { node, edit, end_rule };
}

export function rules_view(root, ctx) {
	const may = ctx.state.me.operator.roles.includes("admin");
	const now = h("section", { class: "panel" });
	const history = h("section", { class: "panel" });
	const place = h("div", {});
	let form = null;
	let known = "";

	root.replaceChildren(h("div", { class: "printer-page rules-page" }, h("div", { class: "page-head" }, h("div", {}, h("h1", {}, say("rules_page")), h("p", { class: "lead" }, say(may ? "rules_page_do" : "rules_page_none"))),
		choice({ key: "Esc", command: "back", label: say("back"), kind: "quiet", act: ctx.back })), may && h("div", { class: "analyzer-parts" }, h("div", {}, now, history), place)));

	const by = (rule) => rule.shipped ? say("rules_shipped") : say("rules_by", { name: rule.by, time: say_moment(rule.at), reason: rule.reason });

	const rule_line = (rule) => h("li", { data: { rule: rule.scan_rule_id, code: rule.code } }, h("div", {}, h("b", {}, name_of(rule)), h("p", {}, text_of(rule)), h("p", { class: "none" }, by(rule))),
		h("div", { class: "line" }, choice({ label: say("rules_change"), kind: "small", focus: `change/${rule.scan_rule_id}`, act: () => form.edit(rule) }),
			!rule.shipped && choice({ label: say("rules_end"), kind: "small quiet", focus: `end/${rule.scan_rule_id}`, act: () => form.end_rule(rule) })));

	function update() {
		const list = ctx.state.lists.scan_rules;
		const text = JSON.stringify(list ?? null);
		if (!may || !list || text === known)
			return; /* else a list that is open would close under the hand */
		known = text;
		if (!form) {
			form = form_part(ctx, list, () => ctx.lists_read());
			place.append(form.node);
		}
		fill(now, h("h2", {}, say("rules_now")), h("ul", { class: "rules-list" }, list.rules.map(rule_line)));
		fill(history, h("h2", {}, say("rules_history")), list.history.length === 0 ? h("p", { class: "none" }, say("rules_history_none"))
			: h("ul", { class: "rules-history" }, list.history.map((rule) => h("li", {}, h("div", {}, h("b", {}, name_of(rule)), ": ", text_of(rule), h("p", { class: "none" }, by(rule)))))));
	}

	return { update, end: () => undefined };
}
