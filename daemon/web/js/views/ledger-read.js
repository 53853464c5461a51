/* Collected, handed over, received: every tube once, and whether it adds up. */
import { choice, fill, h } from "../dom.js";
import { say, say_word } from "../words.js";
import { lab_tabs, questions_open } from "../widgets/lab_tabs.js";

/* In the order of a tube's life; what a newer service counts besides comes after. */
const order = ["printed", "applied", "collected", "without_collection", "packed", "still_here", "alone", "unlisted", "gone", "departed", "in_bags_here", "in_bags_without_pickup", "ahead",
	"accepted", "rejected", "held", "missing", "under_way", "unexpected", "handed_out", "voided", "destroyed", "open"];
const place_of = ([name]) => (order.indexOf(name) + 1) || order.length + 1;

function numbers(title, counts) {
	return h("section", { class: "panel" }, h("h2", {}, title), h("table", { class: "ledger" }, h("tbody", {},
		Object.entries(counts).sort((a, b) => place_of(a) - place_of(b)).map(([name, n]) => h("tr", { data: { count: name } }, h("th", { scope: "row" }, say_word("ledger_", name)), h("td", {}, String(n)))))));
}

function balance(lines) {
	return h("section", { class: "panel" }, h("h2", {}, say("ledger_balance")), h("ul", {}, lines.map((one) => h("li", { class: `balance ${one.ok ? "ok" : "bad"}` },
		h("b", {}, one.ok ? `\u2713 ${say("ledger_ok")}` : `\u2715 ${say("ledger_bad")}`), h("span", {}, say_word("balance_", one.line)), h("span", { class: "number" }, `${one.left} = ${one.right}`)))));
}

export function ledger_view(root, ctx) {
	const page = h("div", { class: "lab-page" });
	root.replaceChildren(page);

	function head() {
		if (ctx.state.me.station.kind === "receiving")
			return lab_tabs(ctx, "#ledger", questions_open(ctx.state.lists.receiving).length);
		return choice({ key: "Esc", command: "back", label: say("back"), kind: "quiet", act: () => ctx.go("#still-here") });
	}

	function update() {
		const { ledger } = ctx.state.lists;
		fill(page, head(), h("div", { class: "page-head" }, h("div", {}, h("h1", {}, say("ledger_title")), h("p", { class: "lead" }, say("ledger_do")))),
			ledger ? h("div", { class: "ledger-parts" }, numbers(say("ledger_tubes"), { ...ledger.tubes, unexpected: ledger.unexpected }), numbers(say("ledger_labels"), ledger.labels), balance(ledger.balance))
				: h("p", { class: "none big-none" }, say("reading")));
	}

	return { update };
}
