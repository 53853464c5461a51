/*
 * Analyzers (LB-05), for leads of the laboratory, quality and administrators: which models a laboratory has, whether they read
 * our container ids, and the limits of models that the site knows from a document or a measurement of its own.
 */
import { choice, fill, h } from "../dom.js";
import { say } from "../words.js";

export const analyzer_roles = ["lab_lead", "quality", "admin"];
const codes = ["CODE128", "CODE39", "CODABAR", "ITF", "DATAMATRIX", "QR"];
const CHARS_MAX = 100;

function limits_words(model) {
	return [say(model.max_chars === null ? "analyzer_limits_open" : "analyzer_limits", model), model.even_only && say("analyzer_even"), say("analyzer_reads", { codes: model.symbologies.join(", ") })]
		.filter(Boolean).join("; ");
}

/* Gives {node, edit(model or null), update()}. */
function form_part(ctx, done) {
	const field = (label, props) => h("input", { "aria-label": say(label), ...props });
	const inputs = { vendor: field("analyzer_vendor", { type: "text", maxlength: 50 }), model: field("analyzer_model", { type: "text", maxlength: 50 }),
		min_chars: field("analyzer_min", { type: "number", min: 1, max: CHARS_MAX }), max_chars: field("analyzer_max", { type: "number", min: 1, max: CHARS_MAX }),
		source: field("analyzer_says", { type: "text", maxlength: 200 }) };
	const even = h("input", { type: "checkbox" });
	const boxes = Object.fromEntries(codes.map((code) => [code, h("input", { type: "checkbox", value: code })]));
	const title = h("h2", {});
	const foot = h("div", { class: "line" });
	const labelled = (label, input) => h("label", { class: "field" }, say(label), input);
	const node = h("section", { class: "panel analyzer-form" }, title, h("div", { class: "fields" }, labelled("analyzer_vendor", inputs.vendor), labelled("analyzer_model", inputs.model),
		labelled("analyzer_min", inputs.min_chars), labelled("analyzer_max", inputs.max_chars)),
	h("p", {}, say("analyzer_codes")), h("div", { class: "line" }, codes.map((code) => h("label", { class: "tick" }, boxes[code], " ", code)), h("label", { class: "tick" }, even, " ", say("analyzer_even_only"))),
	labelled("analyzer_says", inputs.source), foot);
	node.addEventListener("input", foot_draw);

	const ticked = () => codes.filter((code) => boxes[code].checked);

	function args() {
		const text = (name) => inputs[name].value.trim() || null;
		return { vendor: text("vendor"), model: text("model"), min_chars: Number(inputs.min_chars.value) || 1, max_chars: Number(inputs.max_chars.value) || null, even_only: even.checked,
			symbologies: ticked(), source: text("source") };
	}

	function foot_draw() {
		const { vendor, model, source } = args();
		/* what is no number would read as "not stated" */
		const are_numbers = inputs.min_chars.checkValidity() && inputs.max_chars.checkValidity();
		const is_whole = vendor && model && source && ticked().length > 0 && are_numbers;
		fill(foot, choice({ label: say("analyzer_save"), kind: "go", disabled: !is_whole, focus: "analyzer/save", act: async () => {
			const reply = await ctx.act("analyzer_put", args());
			if (reply?.verdict === "stored")
				edit(null);
			await done();
		} }), choice({ label: say("analyzer_drop"), kind: "quiet", focus: "analyzer/drop", act: () => edit(null) }), !is_whole && h("p", { class: "none" }, say("analyzer_missing")));
	}

	/* The name is what is changed by: it stays. */
	function edit(model) {
		title.textContent = model ? say("analyzer_changed", model) : say("analyzer_new");
		for (const [name, input] of Object.entries(inputs)) {
			input.value = model?.[name] ?? "";
			input.readOnly = Boolean(model) && (name === "vendor" || name === "model");
		}
		even.checked = model?.even_only ?? false;
		for (const code of codes)
			boxes[code].checked = (model?.symbologies ?? ["CODE128"]).includes(code);
		foot_draw();
	}

	edit(null);
	return { node, edit };
}

export function analyzers_view(root, ctx) {
	const may = ctx.state.me.operator.roles.some((role) => analyzer_roles.includes(role));
	const lead = h("p", { class: "lead" });
	const labs = h("div", {});
	const models = h("div", {});
	const form = form_part(ctx, () => ctx.lists_read());
	let known = "";

	root.replaceChildren(h("div", { class: "analyzer-page" }, h("div", { class: "page-head" }, h("div", {}, h("h1", {}, say("analyzers")), lead),
		choice({ key: "Esc", command: "back", label: say("back"), kind: "quiet", act: ctx.back })),
	may && h("div", { class: "analyzer-parts" }, labs, h("div", {}, form.node, models))));

	async function lab_set(lab_id, analyzers) {
		await ctx.act("lab_analyzers", { lab_id, analyzers });
		await ctx.lists_read();
	}

	function lab_panel(lab, list) {
		const name = (id) => say("analyzer_name", list.models.find((one) => one.analyzer === id));
		const has = list.models.filter((one) => lab.analyzers.includes(one.analyzer));
		const others = list.models.filter((one) => !lab.analyzers.includes(one.analyzer));
		const which = h("select", { "aria-label": say("analyzer_which", lab) }, h("option", { value: "" }, say("analyzer_choose")), others.map((one) => h("option", { value: one.analyzer }, name(one.analyzer))));
		return h("section", { class: "panel analyzer-lab", data: { lab: lab.lab_id, fault: lab.fault ? "yes" : null } }, h("h2", {}, lab.lab),
			h("p", { class: lab.fault ? "analyzer-bad" : "none" }, lab.fault ? say("analyzer_lab_fault", lab) : say(has.length ? "analyzer_lab_fine" : "analyzer_lab_unknown")),
			h("ul", {}, has.map((one) => h("li", { class: one.fault ? "analyzer-bad" : null }, h("span", {}, name(one.analyzer)),
				choice({ label: say("analyzer_take_off"), kind: "quiet small", focus: `off/${lab.lab_id}/${one.analyzer}`, act: () => lab_set(lab.lab_id, lab.analyzers.filter((id) => id !== one.analyzer)) })))),
			h("div", { class: "line" }, which, choice({ label: say("analyzer_add"), kind: "small", focus: `add/${lab.lab_id}`, act: () => which.value && lab_set(lab.lab_id, [...lab.analyzers, Number(which.value)]) })));
	}

	function model_line(model) {
		return h("li", { data: { analyzer: model.analyzer } }, h("div", {}, h("b", {}, say("analyzer_name", model)), " ", model.shipped && h("small", {}, say("analyzer_shipped")),
			h("p", {}, limits_words(model)), model.fault && h("p", { class: "analyzer-bad" }, say("analyzer_fault", model)), h("p", { class: "none" }, say("analyzer_source", model))),
		!model.shipped && choice({ label: say("analyzer_change"), kind: "small", focus: `change/${model.analyzer}`, act: () => form.edit(model) }));
	}

	function update() {
		const list = ctx.state.lists.analyzers;
		lead.textContent = may ? say("analyzers_do", { chars: list?.chars ?? "" }) : say("analyzers_none");
		const now = JSON.stringify(list ?? null);
		if (!may || !list || now === known)
			return; /* else a list that is open would close under the hand */
		known = now;
		fill(labs, h("h2", {}, say("analyzer_labs")), list.labs.length === 0 && h("p", { class: "none" }, say("analyzer_labs_none")), list.labs.map((lab) => lab_panel(lab, list)));
		fill(models, h("section", { class: "panel" }, h("h2", {}, say("analyzer_models")), h("ul", { class: "analyzer-models" }, list.models.map(model_line))));
	}

	return { update, end: () => undefined };
}
