/*
 * Templates, for administrators: what is live, who made which version and when, the text of one with its preview at true
 * dots, the golden set, publishing. What may be published the database says; this page only offers it.
 */
import { ApiError } from "../api.js";
import { choice, fill, h } from "../dom.js";
import { quietly } from "../reading.js";
import { say, say_moment } from "../words.js";

const PREVIEW_MS = 400;   /* after the last key */
const GOLDEN_MS = 120000; /* labels go first */
const resolutions = [203, 300, 600];

function golden_words(golden) {
	return golden ? say(golden.passed ? "template_golden_passed" : "template_golden_failed", golden) : say("template_golden_none");
}

function state_words(version, live) {
	return say(version.version === live ? "template_live" : version.published_at ? "template_published" : "template_draft");
}

/* PNG as base64 -> a canvas of just its dots: the page's policy lets no picture come from a text. */
async function picture_new(base64) {
	const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
	const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
	const canvas = h("canvas", { class: "label-dots", width: bitmap.width, height: bitmap.height });
	canvas.getContext("2d").drawImage(bitmap, 0, 0);
	return canvas;
}

function failure_line(one) {
	return h("li", { data: { check: one.check } }, h("div", {}, one.dpi > 0 && h("b", {}, say("template_failure", one)), h("p", {}, one.message)));
}

export function templates_view(root, ctx) {
	const list = h("nav", { class: "template-list" });
	const versions = h("div", { class: "template-versions" });
	const acts = h("div", { class: "line" });
	const sizes = h("div", { class: "line" });
	const picture = h("div", { class: "template-picture" });
	const found = h("div", {});
	const text = h("textarea", { class: "template-text", spellcheck: "false", "aria-label": say("template_text"), on: { input: typed } });
	const note = h("input", { type: "text", autocomplete: "off", maxlength: "500", placeholder: say("template_note"), "aria-label": say("template_note") });
	const title = h("h2", {});
	const editor = h("div", { class: "template-editor", hidden: true },
		h("section", { class: "panel" }, title, text, h("div", { class: "line" }, note), acts, found),
		h("div", {}, h("section", { class: "panel" }, h("h2", {}, say("template_preview")), sizes, picture), h("section", { class: "panel" }, versions)));
	const leave = h("div", {});
	const page = h("div", { class: "template-page" });
	const may = ctx.state.me.operator.roles.includes("admin");
	let chosen = null;  /* as api.template_get gave it */
	let dpi = resolutions[0];
	let timer = null;
	let asked = 0;      /* only the answer to the last question is shown */
	let trying = false;

	fill(page, h("div", { class: "page-head" }, h("div", {}, h("h1", {}, say("templates")), h("p", { class: "lead" }, say(may ? "templates_do" : "templates_none"))), leave), may && h("div", { class: "template-parts" }, list, editor));
	root.replaceChildren(page);

	const changed = () => chosen !== null && text.value !== chosen.body;
	const listed = () => ctx.state.lists.template_list?.templates ?? [];

	async function choose(template, version) {
		const got = await quietly(() => ctx.view("template_get", { template, version }));
		if (!got)
			return;
		chosen = got;
		text.value = got.body;
		editor.hidden = false;
		update();
		preview();
	}

	function typed() {
		clearTimeout(timer);
		timer = setTimeout(preview, PREVIEW_MS);
		update();
	}

	async function preview() {
		const no = ++asked;
		try {
			const made = await ctx.post("template_preview", { template: chosen.template, body: text.value, dpi });
			const shown = made.ok ? await picture_new(made.png) : null;
			if (no === asked)
				fill(picture, shown ?? h("div", { class: "template-fails", data: { check: made.check } }, h("b", {}, say("template_fails")), h("p", {}, made.message ?? made.title), made.hint && h("p", {}, made.hint)),
					made.warnings?.length > 0 && h("p", { class: "none" }, made.warnings.join(", ")));
		} catch (error) {
			if (!(error instanceof ApiError))
				throw error;
			if (no === asked)
				fill(picture, h("p", { class: "none" }, error.message));
		}
	}

	/* An act about the chosen version; then the lists and the version are read again. */
	async function act(name, args, deadline_ms) {
		const reply = await ctx.act(name, args, deadline_ms);
		await ctx.lists_read();
		if (reply?.data?.version && (name === "template_put" ? reply.verdict === "stored" : !changed()))
			await choose(reply.data.template, reply.data.version);
		return reply;
	}

	async function store() {
		const reply = await act("template_put", { template: chosen.template, body: text.value, note: note.value });
		if (reply?.verdict === "stored")
			note.value = "";
	}

	async function golden() {
		trying = true;
		update();
		await act("template_golden", { template: chosen.template, version: chosen.version }, GOLDEN_MS);
		trying = false;
		update();
	}

	function list_update() {
		fill(list, listed().map((one) => choice({ label: one.template, sub: one.live && say("template_version", { version: one.live }), kind: `small quiet ${one.template === chosen?.template ? "chosen" : ""}`,
			disabled: changed() || trying, act: () => choose(one.template, one.live ?? one.versions[0].version) })));
	}

	function versions_update() {
		const of = listed().find((one) => one.template === chosen.template);
		fill(title, chosen.template, ", ", say("template_version", chosen));
		fill(versions, h("ul", {}, (of?.versions ?? []).map((one) => h("li", { data: { version: one.version } },
			choice({ label: say("template_version", one), sub: state_words(one, of.live), kind: `small quiet ${one.version === chosen.version ? "chosen" : ""}`, disabled: changed() || trying, act: () => choose(chosen.template, one.version) }),
			h("div", {}, h("p", {}, one.created_by ? say("template_by", { name: one.created_by, time: say_moment(one.created_at) }) : say("template_shipped")),
				h("p", { class: "none" }, golden_words(one.golden)), one.note && h("p", {}, one.note),
				one.published_by && h("p", { class: "none" }, say("template_published"), " ", say("template_by", { name: one.published_by, time: say_moment(one.published_at) })))))));
	}

	function acts_update() {
		const passed = chosen.golden?.passed === true && !chosen.published_at;
		fill(acts, changed() ? [choice({ label: say("template_store"), kind: "go", act: store }),
			choice({ label: say("template_discard"), kind: "quiet", act: () => choose(chosen.template, chosen.version) })]
			: [choice({ label: say(trying ? "template_trying" : "template_try"), disabled: trying, act: golden }),
				choice({ label: say("template_publish"), sub: say("template_publish_sub"), kind: "go", disabled: !passed || trying, act: () => act("template_publish", { template: chosen.template, version: chosen.version }) })]);
		fill(sizes, resolutions.map((one) => choice({ label: say("template_dpi", { dpi: one }), kind: `small quiet ${one === dpi ? "chosen" : ""}`, act: () => {
			dpi = one;
			update();
			preview();
		} })));
		fill(found, !changed() && chosen.golden?.failures?.length > 0 && [h("h3", {}, say("template_failures")), h("ul", { class: "template-failures" }, chosen.golden.failures.map(failure_line))]);
	}

	function update() {
		/* Escape in the text is a key of the hand that writes: what is not stored is not lost by it */
		fill(leave, choice({ key: "Esc", command: "back", label: say("back"), kind: "quiet", disabled: changed(), act: ctx.back }));
		if (!may)
			return;
		list_update();
		if (chosen) {
			versions_update();
			acts_update();
		}
	}

	return { update, end: () => clearTimeout(timer) };
}
