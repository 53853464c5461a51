/*
 * The laboratory's first screen, for the dock and for every bench: what was scanned last, the running count over all and
 * by bag, what to open first. Live on all stations: it is read again when custody changes anywhere.
 */
import { choice, fill, h } from "../dom.js";
import { say, say_time, say_word } from "../words.js";
import { bag_code, bag_row } from "../widgets/bag.js";
import { reject_wait_new } from "../widgets/lab_reject.js";
import { lab_tabs, questions_open } from "../widgets/lab_tabs.js";
import { bag_remark_open } from "../widgets/bag_remark.js";
import { lab_tube_new } from "../widgets/lab_tube.js";

const shown = ["specimen", "label", "other", "unknown", "bag"];
const open_first = { opened: 0, arrived: 1, expected: 2, complete: 3 };

function sum(deliveries, field) {
	return deliveries.reduce((n, one) => n + (one[field] ?? 0), 0);
}

/* done of all, big, with a bar that says the same. */
function count_nodes(deliveries) {
	const done = sum(deliveries, "accepted") + sum(deliveries, "rejected");
	const all = sum(deliveries, "tubes");
	const numbers = [["lab_rejected_n", "rejected"], ["lab_held_n", "held"], ["lab_unexpected", "unexpected"]];
	return h("section", { class: "lab-count", data: { done, all } },
		h("p", { class: "lab-n" }, h("b", {}, String(done)), " ", h("span", {}, say("lab_of", { n: all }))),
		h("progress", { value: done, max: Math.max(all, 1), "aria-label": say("lab_tubes") }), h("p", {}, say("lab_tubes")),
		h("p", { class: "facts" }, numbers.filter(([, field]) => sum(deliveries, field) > 0).map(([words, field]) => h("b", { class: `n-${field}` }, `${sum(deliveries, field)} ${say(words)}`))));
}

function lab_bag(bag, in_hand) {
	const counted = bag.tubes !== null && bag.state !== "expected";
	return bag_row(bag, {
		good: bag.state === "complete", flag: bag.flags?.length ? bag.flags.map((flag) => say_word("flag_", flag)).join(", ") : null,
		word: counted ? `${bag.done ?? 0} / ${bag.tubes}` : "", line: [bag.bag === in_hand ? say("lab_in_hand") : null, say_word("lab_bag_", bag.state)].filter(Boolean).join(", "),
	});
}

function bags_nodes(receiving) {
	const in_hand = receiving.work?.bag ?? null;
	const order = (bag) => bag.bag === in_hand ? -1 : open_first[bag.state] ?? 2;
	const bags = [...receiving.bags].sort((a, b) => order(a) - order(b) || Number(b.stat) - Number(a.stat));
	return h("section", { class: "lab-bags" }, h("h2", {}, say("lab_bags"), h("span", { class: "count" }, String(bags.length))),
		bags.length === 0 && h("p", { class: "none" }, say("lab_bags_none")),
		h("div", { class: "bags" }, bags.map((bag) => lab_bag(bag, in_hand))));
}

function first_nodes(receiving) {
	return receiving.open_first?.length > 0 && h("section", { class: "open-first" }, h("h2", {}, say("lab_open_first")),
		h("ol", {}, receiving.open_first.map((one) => h("li", {}, bag_code(one.bag), " ", h("b", {}, one.why)))));
}

function dock_nodes(ctx, delivery, answer) {
	const here = delivery.bags ?? 0;
	const of = delivery.expected_bags;
	const short = of !== null && of !== undefined && here < of ? of - here : 0;
	return h("section", { class: `dock ${short ? "short" : "all"}` },
		h("h1", {}, delivery.courier ? say("lab_dock", { name: delivery.courier.name ?? delivery.courier }) : say("lab_no_courier")),
		answer && h("p", { class: `dock-said ${answer.reply.verdict}` }, answer.reply.title, " ", answer.reply.do),
		h("p", { class: "dock-count" }, of === null || of === undefined ? say("lab_dock_bags_open", { n: here }) : say("lab_dock_bags", { n: here, of })),
		h("p", { class: "lead" }, say("lab_dock_do")),
		answer?.about?.bag && choice({ key: "R", command: "remark", label: say("lab_bag_problem"), kind: "quiet", act: () => bag_remark_open(ctx, answer.about.bag) }),
		h("div", { class: "sign-here" }, h("span", { class: "badge-small", "aria-hidden": "true" }),
			h("div", {}, short > 0 && h("p", { class: "title row-warning" }, "! ", short === 1 ? say("lab_sign_short_1") : say("lab_sign_short", { n: short })), h("p", { class: "title" }, say("lab_sign")))));
}

export function delivery_receive_view(root, ctx) {
	const page = h("div", { class: "lab-page receive" });
	const tube = lab_tube_new(ctx, (about, reply) => {
		answer = { about, reply };
		ctx.draw(); /* and the answer below with it */
	});
	const reject = reject_wait_new(ctx);
	let alarm = null;  /* the newest that made this screen red */
	let answer = null; /* to the last scan at this page that was not a card or a badge */

	root.replaceChildren(page);

	function in_hand_nodes(bag) {
		return h("section", { class: "in-hand" }, h("p", {}, say("lab_in_hand"), " ", bag_code(bag)),
			choice({ key: "D", command: "done", label: say("done"), kind: "small", focus: "bag-done", act: () => ctx.act("work_end", {}) }),
			choice({ key: "B", command: "remark", label: say("lab_problem"), kind: "small quiet", focus: "bag-remark", act: () => bag_remark_open(ctx, bag) }));
	}

	function main(receiving) {
		const { work } = receiving;
		const waits = reject.node(receiving.reject, answer);
		if (waits)
			return waits;
		const dock = work?.kind === "dock" ? receiving.deliveries.find((one) => one.delivery === work.delivery) : null;
		if (dock)
			return dock_nodes(ctx, dock, answer);
		tube.update(receiving.last, answer, ctx.state.verdict?.verdict === "not_stored");
		return [work?.kind === "dock" && h("section", { class: "in-hand" }, h("p", {}, say("lab_dock_over")),
			choice({ key: "D", command: "done", label: say("lab_dock_done"), kind: "small", focus: "dock-done", act: () => ctx.act("work_end", {}) })), tube.root];
	}

	/* Of a question that is over (a rejection that waited, the red screen) nothing is asked any more. */
	function answer_forget(receiving) {
		const red = ctx.state.visit?.alarm ?? null;
		if (alarm && !red && answer?.reply.verdict === "stop" || answer?.reply.code === "reject_needs_tube" && !receiving?.reject)
			answer = null;
		alarm = red ?? alarm;
	}

	function update() {
		answer_forget(ctx.state.lists.receiving);
		const receiving = ctx.state.lists.receiving;
		if (!receiving)
			return fill(page, h("p", { class: "none big-none" }, say("reading")));
		const open = receiving.deliveries.filter((one) => !one.closed_at);
		fill(page, lab_tabs(ctx, "#lab", questions_open(receiving).length), h("div", { class: "lab-split" },
			h("div", { class: "lab-main" }, main(receiving)),
			h("div", { class: "lab-side" }, count_nodes(open), receiving.work?.kind === "bench" && receiving.work.bag && in_hand_nodes(receiving.work.bag), first_nodes(receiving), bags_nodes(receiving),
				h("p", { class: "facts" }, open.map((one) => h("span", {}, `${one.courier?.name ?? one.courier ?? ""} ${say("lab_opened", { time: say_time(one.opened_at) })}`))))));
	}

	function scanned(about, reply) {
		answer = shown.includes(about?.kind) || about?.specimen_id ? { about, reply } : null;
		if (about?.specimen_id)
			reject.came();
		update();
	}

	/* What was done with the tube of the red screen takes the place of its question. */
	function acted(name, reply) {
		if (name !== "alarm_answer" || !alarm?.specimen_id || ctx.state.visit?.alarm)
			return;
		answer = { about: { kind: "specimen", specimen_id: alarm.specimen_id }, reply };
		alarm = null;
		update();
	}

	return { update, scanned, acted, is_red: () => page.contains(tube.root) && tube.is_red(), rejects: true, end: reject.end };
}
