/*
 * The courier's page, for a phone in a gloved hand: the stop, its bags, what was taken, who signed; what the courier holds
 * and to whom it goes. Never a patient.
 */
import { server_now } from "../api.js";
import { choice, fill, h } from "../dom.js";
import { say, say_time } from "../words.js";
import { bag_code, bag_row, class_words } from "../widgets/bag.js";
import { nine_new } from "../widgets/nine.js";
import { pad_new, pad_open } from "../widgets/pad.js";
import { reason_words, reasons_of, reasons_open } from "../widgets/reasons.js";

const flags = { late: "courier_late" };
const state_words = { waiting: "courier_waiting", taken: "courier_is_taken", left: "courier_left", held: "courier_held" };
/* What is odd comes first, then what is still to be done. */
const order_of = (bag) => bag.listed === false && bag.state === "taken" ? 0 : ["waiting", "held", "left", "taken"].indexOf(bag.state) + 1;
const RECEIPT_MS = 600000; /* so long it is shown, unless it was put away */

function reason_rows(ctx, kind, act) {
	return reasons_of(ctx, kind).map((one) => ({ name: one.name, act: () => act(one.reason) }));
}

function lead_of(bag) {
	return h("p", { class: "lead" }, bag_code(bag.bag), " ", class_words(bag.class));
}

/* These bags stay here, and why; the pickup goes on. */
function stay(ctx, bags, reason) {
	return ctx.act("pickup_close", { how: null, reason: null, count: null, left: bags.map(({ bag }) => ({ bag, reason })) });
}

/* A listed bag that is not there, or one that leaks. */
function bag_open(ctx, bag) {
	reasons_open(ctx, say("courier_remark_title"), lead_of(bag), [
		...(bag.state === "waiting" ? [{ title: say("courier_leave_title"), command: "leave_out", rows: reason_rows(ctx, "bag_left", (reason) => stay(ctx, [bag], reason)) }] : []),
		{ title: bag.state === "waiting" ? say("courier_remark") : null, command: "remark",
			rows: reason_rows(ctx, "remark", (remark) => ctx.act("bag_remark", { bag: bag.bag, remark, celsius: null, note: null })) },
	]);
}

/* Which bag has the problem: one of those here, by number. */
function remark_open(ctx, bags) {
	if (bags.length === 1)
		return bag_open(ctx, { ...bags[0], state: "taken" });
	ctx.dialog_open(say("courier_remark_which"), (close) => h("div", { class: "bags" }, bags.map((bag, index) => bag_row(bag, {
		key: index < 9 ? String(index + 1) : null, act: () => {
			close();
			bag_open(ctx, { ...bag, state: "taken" });
		},
	}))));
}

function leave_open(ctx, bags) {
	reasons_open(ctx, say("courier_leave_all"), null, [{ title: null, command: null, rows: reason_rows(ctx, "bag_left", (reason) => stay(ctx, bags, reason)) }]);
}

function pickup_close(ctx, how, reason, count = null) {
	return ctx.act("pickup_close", { how, reason, count, left: [] });
}

function alone_open(ctx) {
	reasons_open(ctx, say("courier_alone_title"), null, [{ title: null, command: null, rows: reason_rows(ctx, "taken_alone", (reason) => pickup_close(ctx, "taken_alone", reason)) }]);
}

function no_access_open(ctx, stop) {
	reasons_open(ctx, say("courier_no_access_title"), null, [{ title: null, command: null, rows: reason_rows(ctx, "no_access", (reason) => ctx.act("pickup_none", { stop, how: "no_access", reason })) }]);
}

/* The courier's own count; how null: only noted, the clinic's badge comes after. */
function count_open(ctx, how) {
	pad_open(ctx, { title: say("courier_count"), lead: say("courier_count_do"), on_ok: (count) => pickup_close(ctx, how, null, count) });
}

function lockbox_close(ctx, pickup) {
	if (pickup.count !== null || ctx.state.me.policies?.courier_count?.lockbox === "off")
		return pickup_close(ctx, "lockbox", null);
	count_open(ctx, "lockbox");
}

/* One bag at the stop: waiting, taken (green, ticked) or left. */
function pickup_bag(ctx, bag, key) {
	const unlisted = bag.listed === false && bag.state === "taken";
	const stays = bag.state === "left" || bag.state === "held";
	const problem = unlisted ? say("courier_unlisted") : Object.keys(flags).filter((name) => bag[name]).map((name) => say(flags[name])).join(", ") || null;
	const place = bag.state !== "taken" && bag.place ? say("courier_in_place", { place: bag.place.name ?? bag.place }) : null;
	return bag_row(bag, {
		key, good: bag.state === "taken", flag: problem, act: stays ? null : () => bag_open(ctx, bag),
		word: say(state_words[bag.state] ?? "courier_waiting"), line: bag.state === "left" ? reason_words(ctx, "bag_left", bag.reason) : place,
	});
}

/* What can be done now, at the thumb. */
function pickup_acts(ctx, pickup, bags) {
	const taken = bags.filter((bag) => bag.state === "taken").length;
	const waiting = bags.filter((bag) => bag.state === "waiting").length;
	const listed = bags.filter((bag) => bag.listed !== false).length;
	const held = bags.some((bag) => bag.state === "held");
	if (taken === 0 && bags.every((bag) => bag.state !== "left"))
		return h("div", { class: "thumb two" },
			choice({ key: "N", command: "nothing_here", label: say(held ? "courier_nothing_held" : "courier_nothing"), sub: say(held ? "courier_nothing_held_sub" : "courier_nothing_sub"), kind: "warn big", act: () => ctx.act("pickup_none", { stop: pickup.stop, how: "nothing_here", reason: null }) }),
			choice({ key: "A", command: "no_access", label: say("courier_no_access"), kind: "warn big", act: () => no_access_open(ctx, pickup.stop) }));
	if (waiting > 0)
		return h("div", { class: "thumb" }, choice({ key: "L", command: "done", label: say("courier_leave", { taken: bags.filter((bag) => bag.state === "taken" && bag.listed !== false).length, listed }), sub: say("courier_leave_all"), kind: "warn big", act: () => leave_open(ctx, bags.filter((bag) => bag.state === "waiting")) }));
	if (pickup.blind)
		return h("div", { class: "thumb" }, choice({ key: "D", command: "done", label: say("courier_blind_all"), kind: "go big", act: () => count_open(ctx, null) }));
	return h("div", { class: "thumb" },
		h("div", { class: "sign-here" }, h("span", { class: "badge-small", "aria-hidden": "true" }),
			h("div", {}, h("p", { class: "title" }, say("courier_sign")), h("p", {}, say("courier_sign_do", { n: taken })))),
		h("div", { class: "choices" },
			pickup.lockbox && choice({ key: "B", command: "done", label: say("courier_lockbox"), sub: say("courier_lockbox_do"), kind: "big", act: () => lockbox_close(ctx, pickup) }),
			choice({ key: "T", command: "taken_alone", label: say("courier_alone"), kind: "big", act: () => alone_open(ctx) })));
}

function receipt_nodes(ctx, receipt, on_next) {
	const how = receipt.how === "signed" ? say("courier_receipt_signed", { name: receipt.signed_by ?? "" }) : say(`courier_receipt_${receipt.how}`);
	return h("section", { class: "receipt" }, h("p", { class: "receipt-sign", "aria-hidden": "true" }, "\u2713\u2713"), h("h1", {}, say("courier_receipt")),
		h("p", { class: "receipt-bags" }, receipt.bags === 1 ? say("courier_receipt_bags_1") : say("courier_receipt_bags", { n: receipt.bags })),
		h("p", {}, [say_time(receipt.at), how].filter(Boolean).join(", ")),
		receipt.left > 0 && h("p", {}, say("courier_receipt_left", { n: receipt.left })),
		h("p", { class: "receipt-no" }, say("courier_receipt_no", { no: receipt.number })),
		choice({ key: "Enter", command: "done", label: say("courier_next"), kind: "big", act: on_next }));
}

export function pickup_view(root, ctx) {
	const page = h("div", { class: "courier-page" });
	root.replaceChildren(page);
	const nine = nine_new(() => update());
	let receipt = null;  /* the one that was read and put away */

	function pickup_nodes(pickup) {
		const bags = pickup.bags.map((bag) => bag.state === "waiting" && pickup.left?.[bag.bag] ? { ...bag, state: "left", reason: pickup.left[bag.bag] } : bag)
			.sort((a, b) => order_of(a) - order_of(b));
		const taken = bags.filter((bag) => bag.state === "taken");
		const listed = pickup.expected ?? bags.filter((bag) => bag.listed !== false).length;
		const known = taken.filter((bag) => bag.listed !== false).length;
		const held = bags.filter((bag) => bag.state === "held").length;
		return [
			h("div", { class: "stop-head at-stop" }, h("h1", {}, pickup.name),
				h("p", { class: "stop-count" }, pickup.blind ? say("courier_taken", { n: taken.length }) : listed + taken.length === 0 && held > 0 ? say("courier_of_held", { n: held }) : say("courier_of", { taken: known, listed })),
				h("div", { class: "stop-classes" }, (pickup.classes ?? []).map((one) => h("span", { class: "stop-class" }, class_words(one.class), one.stat && h("span", { class: "stat" }, say("due_stat")), h("b", {}, String(one.n))))),
				h("p", { class: "lead" }, say(pickup.blind ? "courier_blind" : "courier_scan"))),
			h("div", { class: "bags" }, bags.map((bag, index) => pickup_bag(ctx, bag, nine.key_at(index, bags.length)))), nine.more(bags.length),
			taken.length > 0 && choice({ key: "R", command: "remark", label: say("courier_remark"), kind: "quiet", act: () => remark_open(ctx, taken) }),
			pickup_acts(ctx, pickup, bags),
		];
	}

	function moving_nodes(title, n) {
		return [h("div", { class: "stop-head" }, h("h1", {}, title), h("p", { class: "stop-count" }, say("courier_to_n", { n })), h("p", { class: "lead" }, say("courier_to_do"))),
			h("div", { class: "thumb" }, choice({ key: "D", command: "done", label: say("done"), kind: "go big", act: () => ctx.act("work_end", {}) }))];
	}

	function holding_nodes(holding) {
		const title = holding.length === 0 ? say("courier_holding_none") : holding.length === 1 ? say("courier_holding_1") : say("courier_holding", { n: holding.length });
		return h("section", { class: "panel" }, h("h2", {}, title), holding.length > 0 && h("p", { class: "lead" }, say("courier_holding_do")),
			h("div", { class: "bags" }, holding.map((bag) => bag_row(bag, { line: say("courier_from", { name: bag.from?.name ?? bag.from ?? "", time: say_time(bag.since) }) }))));
	}

	function idle_nodes(c) {
		return [h("div", { class: "stop-head" }, h("h1", {}, say("courier_title")), h("p", { class: "lead" }, say("courier_do"))),
			c.left_open && h("p", { class: "row-warning left-open" }, "! ", say("courier_left_open", c.left_open)),
			(c.unfinished ?? []).map((one) => h("p", { class: "row-warning unfinished" }, "! ", say("courier_unfinished", { ...one, time: say_time(one.at) }))),
			holding_nodes(c.holding ?? []),
			c.stops?.length > 0 && h("details", { class: "panel" }, h("summary", {}, say("courier_stop")),
				h("div", { class: "choices wide" }, c.stops.map((one, index) => choice({ key: nine.key_at(index, c.stops.length), label: one.name, focus: `stop/${one.stop}`, act: () => ctx.scan_text(one.stop) }))))];
	}

	function nodes(c) {
		const { pickup, hand_over, place } = c.work ?? {};
		if (pickup)
			return pickup_nodes(pickup);
		if (hand_over)
			return moving_nodes(say("courier_to", { name: hand_over.to }), hand_over.n);
		if (place)
			return moving_nodes(say("place_title", { name: place.name }), place.n ?? 0);
		if (c.receipt && c.receipt.pickup_id !== receipt && server_now() - Date.parse(c.receipt.at) < RECEIPT_MS)
			return [receipt_nodes(ctx, c.receipt, () => {
				receipt = c.receipt.pickup_id;
				update();
			})];
		return idle_nodes(c);
	}

	function update() {
		const c = ctx.state.lists.courier;
		fill(page, c ? nodes(c) : h("p", { class: "none big-none" }, say("reading")));
	}

	/* The own count is asked, or a bag that nobody closed is counted and closed here. */
	function scanned(about, reply) {
		if (reply.code === "count_bags")
			return count_open(ctx, about?.kind === "place" ? "lockbox" : null);
		if (reply.code !== "bag_not_closed" || !ctx.state.lists.courier?.work?.pickup)
			return;
		const bag = reply.data?.scan?.text;
		const count = pad_new({ title: say("courier_inside"), lead: say("courier_not_closed_do"), on_ok: (n) => {
			ctx.dialog_close();
			ctx.act("bag_take_open", { bag, count: n });
		} });
		ctx.dialog_open(say("courier_not_closed"), () => [bag_code(bag), count.root]);
	}

	return { update, scanned };
}
