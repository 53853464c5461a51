/* What came and what did not: the deliveries, and of one the reconciliation, closed by any receiver. */
import { choice, fill, h } from "../dom.js";
import { say, say_time } from "../words.js";
import { bag_code } from "../widgets/bag.js";
import { lab_tabs, questions_open } from "../widgets/lab_tabs.js";
import { nine_new } from "../widgets/nine.js";
import { reason_words } from "../widgets/reasons.js";
import { tube_link } from "../widgets/tube_link.js";
import { holder_words, tube_row } from "../widgets/tube_row.js";

function section(title, rows) {
	return h("section", { class: `panel reconcile ${rows.length ? "some" : ""}` }, h("h2", {}, title, h("span", { class: "count" }, String(rows.length))),
		rows.length ? h("ul", { class: "tube-rows" }, rows) : h("p", { class: "none" }, "\u2713 ", say("lab_none")));
}

function tube_line(ctx, tube) {
	return tube_row(tube, { number: tube_link(ctx, tube.specimen_id), reason: reason_words(ctx, "reject", tube.reason), lines: [holder_words(tube.holder)] });
}

/* One that is missing: who opened its bag and who brought it; of a bag that nobody opened, who has it. */
function missing_line(ctx, tube) {
	const opened = tube.opened && say("missing_opened", { name: tube.opened.by ?? "?", station: tube.opened.station, time: say_time(tube.opened.at) });
	const brought = tube.brought && say("missing_brought", { name: tube.brought.by ?? "?", time: say_time(tube.brought.at) });
	return tube_row(tube, { number: tube_link(ctx, tube.specimen_id), reason: tube.bag && [say("missing_in"), " ", bag_code(tube.bag)], lines: [opened ?? holder_words(tube.holder), brought] });
}

function bag_line(bag, holder) {
	return h("li", { class: "tube-row" }, bag_code(bag), h("span", {}, holder_words(holder)));
}

function text_line(ctx, one) {
	return h("li", { class: "tube-row" }, one.specimen_id ? tube_link(ctx, one.specimen_id) : h("code", {}, one.text ?? ""), h("span", {}, [one.at && say_time(one.at), one.by?.name ?? one.by].filter(Boolean).join(", ")), one.bag && bag_code(one.bag));
}

function number(n, words, kind) {
	return h("div", { class: `still-number ${kind}` }, h("p", { class: "n" }, String(n)), h("p", {}, words));
}

/* A row of the list: who brought it, how far it is. */
function delivery_row(ctx, one, key) {
	return h("li", { class: "delivery-row", data: { delivery: one.delivery } },
		h("div", { class: "row-words" },
			h("p", { class: "name" }, one.courier?.name ?? one.courier ?? say("lab_no_courier")),
			h("p", { class: "facts" }, h("code", {}, one.delivery), h("span", {}, say("lab_opened", { time: say_time(one.opened_at) })), one.signed_at ? h("span", {}, say("lab_signed", { time: say_time(one.signed_at) })) : h("b", { class: "row-warning" }, say("lab_not_signed")),
				one.closed_at && h("span", {}, say("lab_closed", { time: say_time(one.closed_at) }))),
			h("p", { class: "facts" }, h("b", {}, say("lab_dock_bags", { n: one.bags, of: one.expected_bags ?? "?" })), h("b", {}, `${one.accepted + one.rejected} ${say("lab_of", { n: one.tubes })}`),
				one.late > 0 && h("span", {}, say("lab_late", { n: one.late })), one.found > 0 && h("span", {}, say("lab_found", { n: one.found })),
				one.missing > 0 && h("b", { class: "row-warning" }, `${one.missing} ${say(one.closed_at ? "lab_missing" : "lab_not_yet")}`))),
		choice({ key, label: say("lab_open_delivery"), kind: one.closed_at ? "quiet" : "go", focus: `delivery/${one.delivery}`, act: () => ctx.go(`#delivery/${one.delivery}`) }));
}

export function delivery_close_view(root, ctx, delivery) {
	const page = h("div", { class: "lab-page" });
	root.replaceChildren(page);
	const nine = nine_new(() => update());

	function list_nodes(receiving) {
		const rows = receiving.deliveries;
		return [h("div", { class: "page-head" }, h("h1", {}, say("lab_deliveries")), nine.more(rows.length)),
			rows.length === 0 && h("p", { class: "none big-none" }, say("lab_deliveries_none")),
			h("ul", { class: "deliveries" }, rows.map((one, index) => delivery_row(ctx, one, nine.key_at(index, rows.length))))];
	}

	function one_nodes(r, row) {
		const closed = r.state === "closed" || Boolean(row?.closed_at);
		const missing = say(closed ? "lab_missing" : "lab_not_yet");
		const open = r.missing.length + r.unexpected.length + r.bags_missing.length + r.held.length;
		return [
			h("div", { class: "page-head" }, h("div", {}, h("h1", {}, say("lab_reconcile")), h("p", { class: "facts" }, h("code", {}, r.delivery), row && h("span", {}, row.courier?.name ?? row.courier),
				r.late?.length > 0 && h("span", {}, say("lab_late", { n: r.late.length })), closed && r.elsewhere?.length > 0 && h("span", {}, say("lab_found", { n: r.elsewhere.length })))),
				h("div", { class: "page-acts" }, closed ? h("p", { class: "closed-word" }, "\u2713 ", row?.closed_at ? say("lab_closed", { time: say_time(row.closed_at) }) : r.state)
					: choice({ key: "C", command: "done", label: say("lab_close_delivery"), sub: say(open ? "lab_close_sub" : "lab_close_all"), kind: open ? "warn big" : "go big", act: () => ctx.act("delivery_close", { delivery: r.delivery }) }))),
			h("div", { class: "still-numbers" }, number(r.accepted, say("lab_accepted"), "none-left"), number(r.rejected.length, say("lab_rejected_n"), r.rejected.length ? "some" : ""),
				number(r.held.length, say("lab_held_n"), r.held.length ? "some" : ""), number(r.missing.length, missing, r.missing.length ? closed ? "bad" : "some" : ""),
				number(r.unexpected.length, say("lab_unexpected"), r.unexpected.length ? "some" : "")),
			h("div", { class: "reconcile-lists" },
				section(missing, r.missing.map((tube) => missing_line(ctx, tube))),
				section(say("lab_bags_missing"), r.bags_missing.map((one) => bag_line(one.bag, one.holder))),
				section(say("lab_rejected_n"), r.rejected.map((tube) => tube_line(ctx, tube))),
				section(say("lab_held_n"), r.held.map((tube) => tube_line(ctx, tube))),
				section(say("lab_unexpected"), r.unexpected.map((one) => text_line(ctx, one))),
				section(say("lab_without_pickup"), r.without_pickup.map((bag) => bag_line(bag, null)))),
		];
	}

	function update() {
		const { lists } = ctx.state;
		const row = lists.receiving?.deliveries.find((one) => one.delivery === delivery);
		const shown = delivery ? lists[`reconciliation/${delivery}`] : lists.receiving;
		fill(page, lab_tabs(ctx, "#delivery", questions_open(lists.receiving).length),
			!shown ? h("p", { class: "none big-none" }, say("reading")) : delivery ? one_nodes(shown, row) : list_nodes(shown));
	}

	return { update };
}
