/* The pages of those who set things up, behind one button of the top line: there is no room for each of them. */
import { choice, h } from "../dom.js";
import { say } from "../words.js";
import { analyzer_roles } from "../views/analyzers-set.js";
import { page_roles } from "../views/page-allow.js";
import { stock_may } from "../views/stock-print.js";
import { template_roles } from "./template_review.js";

const has = (roles) => (me) => me.operator.roles.some((role) => roles.includes(role));

/* In the order in which they are offered; may(me): for whom. */
const pages = [
	{ hash: "#templates", label: "templates", may: has(template_roles) },
	{ hash: "#stock", label: "stock", may: stock_may },
	{ hash: "#analyzers", label: "analyzers", may: has(analyzer_roles) },
	{ hash: "#printers", label: "printers", may: has(["admin"]) },
	{ hash: "#scanners", label: "enrol_page", may: has(["admin"]) },
	{ hash: "#pages", label: "pages", may: has(page_roles) },
	{ hash: "#policies", label: "policies_page", may: has(["admin"]) },
	{ hash: "#rules", label: "rules_page", may: has(["admin"]) },
	{ hash: "#pass", label: "pass_page", may: has(["admin"]) },
];

export function setup_may(me) {
	return pages.some((one) => one.may(me));
}

/* Whether it is one of them and not for this person: who signs in after an administrator does not land there. */
export function setup_keeps_out(me, hash) {
	return pages.some((one) => one.hash === hash && !one.may(me));
}

/* Numbered, so that a key chooses. */
export function setup_open(ctx) {
	const mine = pages.filter((one) => one.may(ctx.state.me));
	ctx.dialog_open(say("setup"), (close) => h("div", { class: "choices wide" }, mine.map((one, index) => choice({
		key: index + 1, label: say(one.label), act: () => {
			close();
			ctx.go(one.hash);
		},
	}))));
}
