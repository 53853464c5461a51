/*
 * Templates: what is live, who made which version and when, the text of one with its preview at true dots, the golden set;
 * a lab lead or administrator proposes, a second person looks at what changes and publishes. Who may do what with which
 * version the database says (acts); this page only offers it.
 */
import { ApiError } from "../api.js";
import { choice, fill, h } from "../dom.js";
import { quietly } from "../reading.js";
import { picture_new } from "../widgets/picture.js";
import { review_nodes, template_roles, turn_down_open } from "../widgets/template_review.js";
import { say, say_moment } from "../words.js";

const PREVIEW_MS = 400;   /* after the last key */
const GOLDEN_MS = 120000; /* labels go first */
const resolutions = [203, 300, 600];

function golden_words(golden) {
	return golden ? say(golden.passed ? "template_golden_passed" : "template_golden_failed", golden) : say("template_golden_none");
}

function state_words(version, live) {
	return say(version.version === live ? "template_live" : version.published_at ? "template_published" : version.proposed_at ? "template_proposed" : "template_draft");
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
	const review = h("section", { class: "panel template-review", hidden: true });
	const text = h("textarea", { class: "template-text", spellcheck: "false", "aria-label": say("template_text"), on: { input: typed } });
	const note = h("input", { type: "text", autocomplete: "off", maxlength: "500", placeholder: say("template_note"), "aria-label": say("template_note") });
	const noting = h("div", { class: "line" }, note);
	const title = h("h2", {});
	const editor = h("div", { class: "template-editor", hidden: true },
		h("section", { class: "panel" }, title, text, noting, acts, found),
		h("div", {}, h("section", { class: "panel" }, h("h2", {}, say("template_preview")), sizes, picture), review, h("section", { class: "panel" }, versions)));
	const leave = h("div", {});
	const page = h("div", { class: "template-page" });
	const may = ctx.state.me.operator.roles.some((role) => template_roles.includes(role));
	let chosen = null;  /* as api.template_get gave it */
	let live = null;    /* so the version that is printed with now, when that is another */
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
		const against = got.live && got.live !== got.version ? await quietly(() => ctx.view("template_get", { template, version: got.live })) : null;
		if (against === undefined)
			return;
		chosen = got;
		live = against;
		text.value = got.body;
		text.readOnly = !got.acts.includes("put");
		noting.hidden = text.readOnly;
		editor.hidden = false;
		await ctx.lists_read(); /* another person may have decided meanwhile */
		update();
		preview();
	}

	function typed() {
		clearTimeout(timer);
		timer = setTimeout(preview, PREVIEW_MS);
		update();
	}

	async function drawn(body) {
		try {
			const made = await ctx.post("template_preview", { template: chosen.template, body, dpi });
			const shown = made.ok ? await picture_new(made.png, { class: "label-dots" }) : null;
			return [shown ?? h("div", { class: "template-fails", data: { check: made.check } }, h("b", {}, say("template_fails")), h("p", {}, made.message ?? made.title), made.hint && h("p", {}, made.hint)),
				made.warnings?.length > 0 && h("p", { class: "none" }, made.warnings.join(", "))];
		} catch (error) {
			if (!(error instanceof ApiError))
				throw error;
			return [h("p", { class: "none" }, error.message)];
		}
	}

	/* What is not published yet stands above what is printed now. */
	async function preview() {
		const no = ++asked;
		const beside = chosen.published_at ? null : live;
		const pictures = [await drawn(text.value), beside && await drawn(beside.body)];
		if (no === asked)
			fill(picture, pictures[0], beside && [h("h3", {}, say("template_now", beside)), h("div", { class: "template-now" }, pictures[1].filter(Boolean))]);
	}

	/* An act about the chosen version; then the lists and the version are read again. */
	async function act(name, args, deadline_ms) {
		const reply = await ctx.act(name, args, deadline_ms);
		if (reply?.data?.version && (name === "template_put" ? reply.verdict === "stored" : !changed()))
			await choose(reply.data.template, reply.data.version);
		else
			await ctx.lists_read();
		return reply;
	}

	/* live: what this person held it against */
	const decide = (name, more = {}) => act(name, { template: chosen.template, version: chosen.version, ...more });

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
		const waits = (one) => one.versions.find((version) => version.proposed_at && !version.published_at);
		const sub = (one) => waits(one) ? say("template_waits", waits(one)) : one.live && say("template_version", { version: one.live });
		fill(list, listed().map((one) => choice({ label: one.template, sub: sub(one), kind: `small quiet ${one.template === chosen?.template ? "chosen" : ""}`,
			disabled: changed() || trying, act: () => choose(one.template, waits(one)?.version ?? one.live ?? one.versions[0].version) })));
	}

	function versions_update() {
		const of = listed().find((one) => one.template === chosen.template);
		fill(title, chosen.template, ", ", say("template_version", chosen));
		fill(versions, h("ul", {}, (of?.versions ?? []).map((one) => h("li", { data: { version: one.version } },
			choice({ label: say("template_version", one), sub: state_words(one, of.live), kind: `small quiet ${one.version === chosen.version ? "chosen" : ""}`, disabled: changed() || trying, act: () => choose(chosen.template, one.version) }),
			h("div", {}, h("p", {}, one.created_by ? say("template_by", { name: one.created_by, time: say_moment(one.created_at) }) : say("template_shipped")),
				h("p", { class: "none" }, golden_words(one.golden)), one.note && h("p", {}, one.note),
				one.proposed_by && h("p", { class: "none" }, say("template_proposed"), " ", say("template_by", { name: one.proposed_by, time: say_moment(one.proposed_at) })),
				one.published_by && h("p", { class: "none" }, say("template_published"), " ", say("template_by", { name: one.published_by, time: say_moment(one.published_at) })))))));
	}

	/* What can be done with a stored version; what nobody may do yet stands there, not to be pressed. */
	function stored_acts() {
		const can = (name) => chosen.acts.includes(name) && !trying;
		const is_draft = chosen.acts.includes("put") && !chosen.published_at && !chosen.proposed_at;
		return [choice({ label: say(trying ? "template_trying" : "template_try"), disabled: trying, act: golden }),
			is_draft && choice({ label: say("template_propose"), sub: say("template_propose_sub"), kind: "go", disabled: !can("propose"), act: () => decide("template_propose") }),
			can("publish") && choice({ label: say("template_publish"), sub: say("template_publish_sub"), kind: "go", act: () => decide("template_publish", { live: chosen.live }) }),
			can("turn_down") && choice({ label: say("template_turn_down"), kind: "quiet", act: () => turn_down_open(ctx, chosen, (why) => decide("template_turn_down", { note: why })) }),
			can("withdraw") && choice({ label: say("template_withdraw"), kind: "quiet", act: () => decide("template_withdraw") })];
	}

	function acts_update() {
		fill(acts, changed() ? [choice({ label: say("template_store"), kind: "go", act: store }),
			choice({ label: say("template_discard"), kind: "quiet", act: () => choose(chosen.template, chosen.version) })]
			: stored_acts());
		review.hidden = changed() || !chosen.history.length && (chosen.published_at !== null || !live);
		fill(review, review.hidden ? [] : review_nodes(chosen, live));
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
