/*
 * Policies, for administrators: what the site decides, who made it so and why, and a form made of each policy's own
 * description. What would change is shown before it is stored; what is less safe than before needs a second person.
 */
import { choice, fill, h } from "../dom.js";
import { say, say_moment } from "../words.js";
import { policy_fields } from "../widgets/policy_field.js";
import { second_part } from "../widgets/second.js";

const topics = ["people", "patient", "labels", "orders", "bags", "courier", "lab"];

function set_words(one) {
	const words = { name: one.by ?? say("policies_nobody"), second: one.second, time: say_moment(one.at), reason: one.reason || say("policies_no_reason") };
	return say(one.second ? "policies_set_second" : "policies_set", words);
}

function look_nodes(policy, wanted, look, meanwhile) {
	return [meanwhile && h("p", { class: "pass-bad" }, say("policies_meanwhile", { name: look.by ?? say("policies_nobody") })),
		h("p", {}, h("b", {}, say(wanted.to_default ? "policies_looked_default" : "policies_looked"))),
		h("ul", { class: "policy-changes" }, look.changes.map((one) => h("li", {}, one.label && h("b", {}, `${one.label}: `), say("policies_change_line", one),
			one.loosens && h("span", { class: "policy-loosens" }, say("policies_loosens"))))),
		h("p", { class: "none" }, say(`policies_takes_${policy.takes}`))];
}

/* The form of one policy: {node, scan}. node_of: the site; done(): it was set, or left. */
function form_part(ctx, { node: site, tests, templates }, policy, done) {
	const fields = policy_fields(policy, { tests, templates });
	const reason = h("input", { type: "text", maxlength: 200, "aria-label": say("policies_reason") });
	const form = h("div", {}, fields.node, h("label", { class: "field wide" }, say("policies_reason"), reason));
	const foot = h("div", {});
	const node = h("div", { class: "policy-form" }, form, foot);
	let second = null; /* who says yes is asked for */
	form.addEventListener("input", form_draw);

	const args = (more) => ({ node: site, policy: policy.policy, reason: reason.value.trim(), ...more });

	function form_draw() {
		const says_why = Boolean(reason.value.trim());
		second = null;
		form.hidden = false;
		fill(foot, h("div", { class: "line" },
			choice({ label: say("policies_look"), kind: "go", disabled: !says_why, focus: "policies/look", act: () => ask(args({ value: fields.value() })) }),
			!policy.is_default && choice({ label: say("policies_to_default"), kind: "small", disabled: !says_why, focus: "policies/default", act: () => ask(args({ to_default: true })) }),
			choice({ label: say("policies_go_back"), kind: "quiet", focus: "policies/back", act: done })));
	}

	function look_draw(wanted, look, meanwhile) {
		const again = { ...wanted, seen: look.seen };
		const back = choice({ label: say("policies_go_back"), kind: "quiet", focus: "policies/back", act: form_draw });
		second = look.loosens ? second_part(ctx, (body) => ctx.post("policy_second", { ...body, args: again }), (reply) => answered(again, reply), back) : null;
		form.hidden = true;
		fill(foot, h("div", { class: "policy-look", data: { loosens: look.loosens ? "yes" : null } }, look_nodes(policy, wanted, look, meanwhile), second ? second.node
			: h("div", { class: "line" }, choice({ label: say("policies_make"), kind: "go", focus: "policies/make", act: () => ask(again) }), back)));
		foot.scrollIntoView({ block: "nearest" });
	}

	async function answered(wanted, reply) {
		const look = reply?.data?.look;
		if (reply?.verdict === "stored" || reply?.verdict === "repeat")
			return done();
		if (look)
			look_draw(wanted, look, reply.code === "policy_changed");
	}

	/* Nothing is stored before a person has seen what it changes: the first time it has no `seen`. */
	const ask = async (wanted) => answered(wanted, await ctx.act("policy_set", wanted));

	form_draw();
	return { node, scan: (text, kind) => second?.scan(text, kind) ?? false };
}

export function policies_view(root, ctx) {
	const may = ctx.state.me.operator.roles.includes("admin");
	const list = h("div", {});
	let editing = null; /* {policy, part} */
	let known = "";

	root.replaceChildren(h("div", { class: "printer-page policies-page" }, h("div", { class: "page-head" }, h("div", {}, h("h1", {}, say("policies_page")), h("p", { class: "lead" }, say(may ? "policies_page_do" : "policies_page_none"))),
		choice({ key: "Esc", command: "back", label: say("back"), kind: "quiet", act: ctx.back })), may && list));

	function edit(policy) {
		editing = { policy: policy.policy, part: form_part(ctx, ctx.state.lists.policies, policy, async () => {
			editing = null;
			known = "";
			await ctx.lists_read();
			update();
		}) };
		draw();
	}

	const history_node = (policy) => policy.history.length > 1 && h("details", {}, h("summary", {}, say("policies_history")),
		h("ul", {}, policy.history.slice(1).map((one) => h("li", {}, h("b", {}, one.to_default ? say("policies_back_to_default", one) : one.words), h("p", { class: "none" }, set_words(one))))));

	function policy_node(policy) {
		const is_edited = editing?.policy === policy.policy;
		return h("section", { class: "panel policy", data: { policy: policy.policy, is_default: policy.is_default ? "yes" : "no" } },
			h("h3", {}, policy.title, policy.safety && h("span", { class: "policy-safety" }, say("policies_safety"))), h("p", {}, policy.does),
			h("p", { class: "policy-now" }, h("b", {}, policy.words), policy.is_default && h("span", { class: "none" }, ` (${say("policies_default_now")})`)),
			!policy.is_default && h("p", { class: "none" }, say("policies_default", { words: policy.default_words })),
			policy.last && h("p", { class: "none" }, set_words(policy.last)), history_node(policy),
			is_edited && h("p", { class: "none" }, say("policies_why", policy)),
			policy.by_lab ? h("p", { class: "none" }, say("policies_by_lab"))
				: is_edited ? editing.part.node : choice({ label: say("policies_change"), kind: "small", focus: `policy/${policy.policy}`, act: () => edit(policy) }));
	}

	function draw() {
		const { policies } = ctx.state.lists.policies;
		fill(list, topics.map((topic) => [h("h2", {}, say(`policies_topic_${topic}`)),
			h("div", { class: "policy-list" }, policies.filter((one) => one.topic === topic).map(policy_node))]));
	}

	function update() {
		const text = JSON.stringify(ctx.state.lists.policies ?? null);
		if (!may || text === "null" || text === known)
			return; /* else a list that is open would close under the hand */
		known = text;
		draw();
	}

	return { update, end: () => undefined, scan: (text, kind) => editing?.part.scan(text, kind) ?? false };
}
