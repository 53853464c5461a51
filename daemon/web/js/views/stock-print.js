/*
 * Supplies, for administrators and leads: FOUND stickers, downtime labels, badges and command cards, printed ahead at a
 * printer that is chosen here. What became of each is read again while some are on their way.
 */
import { choice, fill, h } from "../dom.js";
import { draws_blood } from "../reading.js";
import { say, say_moment } from "../words.js";

const LOOK_MS = 1500;
const may_roles = ["admin", "site_lead", "lab_lead"];
const count_first = { found: 20, downtime: 40, command: 1 };
const sets_max = 5;
const enters = ["ma", "site_lead"]; /* what was drawn on downtime labels */

export function stock_may(me) {
	return me?.operator?.roles.some((role) => may_roles.includes(role)) ?? false;
}

function states_words(run) {
	return ["printed", "waiting", "unknown", "failed"].filter((state) => run[state] > 0).map((state) => say(`stock_run_${state}`, { n: run[state] })).join(", ");
}

/* One of which nobody knows. It is named in the answer. */
function unsure_line(ctx, { print_job_id, name }) {
	const told = (answer) => choice({ label: say(`stock_came_out_${answer}`), kind: "small", focus: `came_out/${print_job_id}/${answer}`, act: async () => {
		await ctx.act("print_answer", { print_job_id, came_out: answer });
		await ctx.lists_read();
	} });
	return h("li", { data: { unsure: print_job_id } }, h("span", {}, say("stock_came_out", { name })), told("yes"), told("no"));
}

function run_line(ctx, run) {
	const n = run.printed + run.waiting + run.unknown + run.failed;
	return h("li", { data: { run: run.stock_run_id, what: run.what, waiting: run.waiting } },
		h("b", {}, run.what === "badge" ? `${say("stock_badge")}: ${run.name}` : say("stock_run", { n, what: say(`stock_${run.what}`) })),
		h("p", {}, states_words(run)), run.message && h("p", { class: "none" }, run.message),
		h("p", { class: "none" }, say("stock_run_by", { by: run.by, time: say_moment(run.at), printer: run.printer })),
		run.unsure.length > 0 && h("ul", { class: "stock-unsure" }, run.unsure.map((one) => unsure_line(ctx, one))));
}

export function stock_view(root, ctx) {
	const may = stock_may(ctx.state.me);
	const printer = h("select", { "aria-label": say("stock_printer") });
	const whose = h("select", { "aria-label": say("stock_operator") });
	const counts = Object.fromEntries(Object.entries(count_first).map(([what, n]) => [what, h("input", { type: "number", min: 1, max: what === "command" ? sets_max : 100, value: n,
		"aria-label": say(what === "command" ? "stock_sets" : "stock_count") })]));
	const abouts = Object.fromEntries(["found", "downtime", "badge", "command"].map((what) => [what, h("p", {})]));
	const runs = h("section", { class: "panel stock-runs" });
	const page = h("div", { class: "stock-page" });
	let timer = null;
	let known = ""; /* the lists that the two choices were made of */
	let busy = false;

	/* A second press of what is on its way prints nothing; that it is on its way is seen. */
	function busy_set(is_busy) {
		busy = is_busy;
		page.toggleAttribute("data-busy", busy);
	}

	async function print(what, more) {
		if (busy)
			return;
		busy_set(true);
		await ctx.act("stock_print", { what, device_id: Number(printer.value), ...more });
		busy_set(false);
		await ctx.lists_read();
	}

	const enters_here = draws_blood(ctx.state) && ctx.state.me?.operator?.roles.some((role) => enters.includes(role));

	function part(what, field, more) {
		return h("section", { class: "panel", data: { stock: what } }, h("h2", {}, say(`stock_${what}`)), abouts[what],
			h("div", { class: "line" }, field, choice({ label: say("stock_print"), kind: "go", focus: `print/${what}`, act: () => print(what, more()) })),
			what === "downtime" && enters_here && choice({ label: say("downtime_title"), kind: "small", act: () => ctx.go("#downtime") }));
	}

	const counted = (what) => part(what, counts[what], () => ({ count: Number(counts[what].value) }));
	fill(page, h("div", { class: "page-head" }, h("div", {}, h("h1", {}, say("stock")), h("p", { class: "lead" }, say(may ? "stock_do" : "stock_none"))),
		choice({ key: "Esc", command: "back", label: say("back"), kind: "quiet", act: ctx.back })),
	may && [h("div", { class: "line" }, h("label", {}, say("stock_printer"), " ", printer)),
		h("div", { class: "stock-parts" }, counted("found"), counted("downtime"), part("badge", whose, () => ({ count: 1, operator_id: Number(whose.value) })), counted("command")), runs]);
	root.replaceChildren(page);

	function options(select, list, value, words, none = null) {
		const chosen = select.value;
		fill(select, none && h("option", { value: "" }, none), list.map((one) => h("option", { value: one[value], selected: String(one[value]) === chosen }, words(one))));
	}

	function update() {
		const list = ctx.state.lists.stock;
		if (!may || !list)
			return;
		const now = JSON.stringify([list.printers, list.operators]);
		if (now !== known) { /* else a list that is open would close under the hand */
			known = now;
			options(printer, list.printers, "device_id", (one) => say(one.held ? "stock_printer_held" : "stock_printer_at", one));
			options(whose, list.operators, "operator_id", (one) => one.name, say("stock_operator_none")); /* nobody loses a badge by a slip of the hand */
		}
		for (const [what, about] of Object.entries(abouts))
			about.textContent = say(`stock_${what}_do`, { ...list.downtime, cards: list.cards });
		page.querySelector("[data-stock='badge']").hidden = list.operators.length === 0;
		fill(runs, h("h2", {}, say("stock_runs")), list.runs.length === 0 && h("p", { class: "none" }, say("stock_runs_none")), h("ul", {}, list.runs.map((run) => run_line(ctx, run))));
		clearTimeout(timer);
		if (list.runs.some((run) => run.waiting > 0))
			timer = setTimeout(() => ctx.lists_read(), LOOK_MS);
	}

	return { update, end: () => clearTimeout(timer) };
}
