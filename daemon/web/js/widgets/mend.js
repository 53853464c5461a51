/* Mends an order that a message left incomplete: an unknown test, a missing birth date, or only "looked at". */
import { choice, fill, h } from "../dom.js";
import { say, say_date } from "../words.js";

const TESTS_SHOWN = 9;

/* Does it; closes when it was stored, and reads the list anew. */
export async function mend_send(ctx, close, name, args) {
	const reply = await ctx.act(name, args);
	if (reply?.verdict === "stored" || reply?.verdict === "complete")
		close();
	await ctx.due_read();
	ctx.draw();
}

/* One unknown code after the other: the tests that match, by number. */
function mend_tests(ctx, amber, close) {
	const root = h("div", { class: "mend" });
	const filter = h("input", { type: "text", autocomplete: "off", placeholder: say("mend_filter"), "aria-label": say("mend_filter") });
	const options = h("div", { class: "choices wide" });
	const test_map = {};

	function pick(code, test) {
		test_map[code] = test;
		filter.value = "";
		step();
	}

	function draw_options(code) {
		const part = filter.value.trim().toLowerCase();
		const found = (ctx.state.catalogue?.tests ?? []).filter((test) => `${test.code} ${test.name}`.toLowerCase().includes(part));
		fill(options, found.slice(0, TESTS_SHOWN).map((test, index) => choice({
			key: index + 1, label: test.name, sub: test.code, act: () => pick(code, test.code),
		})));
	}

	function step() {
		const next = amber.codes.find(({ code }) => !(code in test_map));
		if (!next)
			return mend_send(ctx, close, "order_mend", { lab_order_id: amber.lab_order_id, birth_date: null, test_map });
		filter.oninput = () => draw_options(next.code);
		fill(root, h("p", { class: "lead" }, say("mend_pick_test", { code: next.code, name: next.name ? `(${next.name})` : "" })), filter, options);
		draw_options(next.code);
	}

	ctx.catalogue_read().then(step);
	return root;
}

export function mend_form(label, input, button, save) {
	return h("form", { class: "mend", on: { submit: (event) => {
		event.preventDefault();
		save();
	} } }, h("label", {}, label, input), h("button", { type: "submit", class: "choice go" }, button));
}

function mend_birth_date(ctx, amber, close) {
	const input = h("input", { type: "date", required: true, max: new Date().toISOString().slice(0, 10) });
	const said = h("output", { class: "said-date" });
	input.addEventListener("input", () => { said.textContent = say_date(input.value); });
	return mend_form(say("mend_birth_date"), [input, said], say("mend_save"),
		() => mend_send(ctx, close, "order_mend", { lab_order_id: amber.lab_order_id, birth_date: input.value, test_map: null }));
}

function mend_looked(ctx, amber, close) {
	const input = h("input", { type: "text", required: true, autocomplete: "off" });
	return mend_form(say("mend_note"), input, say("mend_looked"),
		() => mend_send(ctx, close, "message_done", { message_id: amber.message_id, note: input.value.trim() }));
}

const ways = { test_unknown: mend_tests, birth_date_missing: mend_birth_date };

export function mend_open(ctx, amber) {
	ctx.dialog_open(amber.title, (close) => [
		amber.patient && h("p", { class: "lead" }, `${amber.patient.name}, ${amber.patient.number}`),
		h("p", {}, amber.do),
		(ways[amber.kind] ?? mend_looked)(ctx, amber, close),
	]);
}
