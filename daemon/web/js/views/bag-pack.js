/*
 * Packing: a bag is scanned, tubes go in, they are counted blind, and it is closed; where it does not add up the list is
 * shown. A place (fridge, lockbox) is filled with closed bags. What may go where the service judges.
 */
import { choice, fill, h } from "../dom.js";
import { say, say_time } from "../words.js";
import { bag_code, bag_state_words, bag_tile, class_words } from "../widgets/bag.js";
import { bag_release_act } from "../widgets/bag_release.js";
import { nine_new } from "../widgets/nine.js";
import { bag_papers } from "../widgets/paper.js";
import { pad_new } from "../widgets/pad.js";
import { reason_words, reasons_of, reasons_open } from "../widgets/reasons.js";
import { tube_row } from "../widgets/tube_row.js";

/* A tube that was scanned and stands against this bag: out, or in with a reason. */
const pack_questions = ["wrong_class", "wrong_stat", "wrong_bag_lab", "tube_in_bag", "tube_is_back", "tube_not_collected"];

/* What a choice of destination looks like, and does. */
function for_choice(ctx, one, key, act) {
	return h("li", { class: "for-row" },
		choice({ key, label: one.lab ?? "", kind: "for", focus: `for/${one.lab_id}/${one.class}/${one.stat}`, act }),
		class_words(one.class), one.stat && h("span", { class: "stat" }, say("due_stat")));
}

/* Out of this bag, or into it all the same. */
function tube_open(ctx, bag, tube) {
	const rows = (kind, action) => reasons_of(ctx, kind).map((one) => ({
		name: one.name, act: () => ctx.act(action, { bag, specimen_id: tube.specimen_id, reason: one.reason }),
	}));
	const title = tube.container ? `${tube.container.cap} ${tube.container.name}` : tube.specimen_id;
	reasons_open(ctx, title, h("p", { class: "lead" }, tube.patient ? `${tube.patient.name}, ${tube.patient.number}` : tube.specimen_id), [
		{ title: say("leave_out_because"), command: "leave_out", rows: rows("left_out", "tube_leave_out") },
		{ title: say("tube_pack_because"), command: "pack", rows: rows("pack", "tube_pack") },
	]);
}

/* A numbered seal is asked for where the site uses them. */
function bag_close(ctx, work) {
	const send = (seal) => ctx.act("bag_close", { bag: work.bag, seal });
	if (work.seal !== "numbered")
		return send(null);
	const number = h("input", { type: "text", autocomplete: "off", "aria-label": say("bag_seal"), data: { focus: "seal" } });
	ctx.dialog_open(say("seal_title"), (close) => h("form", { class: "line", on: { submit: (event) => {
		event.preventDefault();
		if (!number.value.trim())
			return;
		close();
		send(number.value.trim());
	} } }, h("label", {}, say("bag_seal"), " ", number), h("button", { type: "submit", class: "choice go" }, say("bag_close"))));
	number.focus();
}

export function bag_pack_view(root, ctx) {
	const page = h("div", { class: "pack-page" });
	root.replaceChildren(page);
	const nine = nine_new(() => update());
	let again = false;
	let bag = null;  /* that is being packed */
	const packing = () => ctx.state.lists.packing;
	const pad = pad_new({ title: say("count_title"), lead: say("count_do"), on_ok: (count) => {
		again = false;
		ctx.act("bag_count", { bag: packing().work.bag, count });
	} });

	const close_choice = (work) => choice({ key: "C", command: "close_bag", label: say("bag_close"), kind: "go big", act: () => bag_close(ctx, work) });

	/* Every tube that should be inside, ticked when it was scanned; the numbers open what can be done with one. */
	function tubes(work, list, scanned) {
		const inside = new Set(scanned.map((tube) => tube.specimen_id));
		const open = [...list].sort((a, b) => inside.has(a.specimen_id) - inside.has(b.specimen_id));
		return [h("ul", { class: "tube-rows" }, open.map((tube, index) => tube_row(tube, {
			key: nine.key_at(index, open.length), action: say("tube_act"), good: inside.has(tube.specimen_id),
			lines: [say(inside.has(tube.specimen_id) ? "tube_scanned" : tube.inside ? "tube_not_again" : "tube_not_scanned")], act: () => tube_open(ctx, work.bag, tube),
		}))), nine.more(open.length)];
	}

	function left_of(p) {
		const inside = new Set(p.scanned.map((tube) => tube.specimen_id));
		return (p.expected ?? []).filter((tube) => !inside.has(tube.specimen_id)).length;
	}

	function each_nodes(p) {
		const left = left_of(p);
		return [h("div", { class: "step" }, h("h2", {}, say("each_title")), h("p", { class: "left" }, left ? say("each_left", { n: left }) : say("each_done"))),
			left === 0 && close_choice(p.work), tubes(p.work, p.expected ?? p.scanned, p.scanned)];
	}

	function differs_nodes(p) {
		return [
			h("div", { class: "step differs" }, h("h2", {}, `? ${say("count_differs")}`), h("p", {}, say("count_differs_do")),
				h("p", { class: "facts" }, h("b", {}, say("count_told", { n: p.work.counted.count })), h("b", { class: "left" }, left_of(p) ? say("each_left", { n: left_of(p) }) : say("each_done")))),
			h("div", { class: "choices" }, left_of(p) === 0 && close_choice(p.work),
				choice({ key: "N", command: "not_sure", label: say("count_again"), act: () => {
					again = true;
					update();
				} })),
			tubes(p.work, p.expected ?? [], p.scanned),
		];
	}

	/* The count comes before anything that is expected is shown. */
	function step_nodes(p) {
		if (p.work.how === "trust")
			return close_choice(p.work);
		if (p.work.how === "scan_each")
			return each_nodes(p);
		if (!p.work.counted || again)
			return pad.root;
		if (!p.work.counted.agrees)
			return differs_nodes(p);
		return [h("div", { class: "step agrees" }, h("h2", {}, "\u2713 ", say("count_agrees", { n: p.work.counted.count })), p.work.inner_bags > 1 && h("p", {}, say("pack_inner", { n: p.work.inner_bags }))), close_choice(p.work),
			choice({ key: "N", command: "not_sure", label: say("count_again"), kind: "quiet", act: () => {
				again = true;
				update();
			} })];
	}

	function left_out_nodes(p) {
		return p.left_out?.length > 0 && h("section", { class: "panel" }, h("h2", {}, say("left_out")), h("ul", { class: "tube-rows" }, p.left_out.map((tube) => tube_row(tube, { reason: reason_words(ctx, "leave_out", tube.reason) }))));
	}

	function work_nodes(p) {
		const { work } = p;
		return h("div", { class: "pack-work" },
			h("div", { class: "work-bag" },
				bag_tile({ ...work, state: "open" }, { lines: [say("bag_to", { lab: work.lab }), say("pack_since", { time: say_time(work.since) })] }),
				choice({ key: "E", label: say("pack_done"), kind: "quiet small", act: () => ctx.act("work_end", {}) })),
			h("div", { class: "work-step" }, step_nodes(p), left_out_nodes(p)));
	}

	function asked_nodes(p) {
		return h("section", { class: "panel" }, h("h1", {}, say("pack_which")), h("p", { class: "lead" }, bag_code(p.work.bag)),
			h("ul", { class: "for-rows" }, p.choices.map((one, index) => for_choice(ctx, one, nine.key_at(index, p.choices.length),
				() => ctx.act("bag_open", { bag: p.work.bag, lab_id: one.lab_id, class: one.class, stat: one.stat })))), nine.more(p.choices.length), end_choice("pack_done"));
	}

	function end_choice(words) {
		return choice({ key: "D", command: "done", label: say(words), kind: "go big", act: () => ctx.act("work_end", {}) });
	}

	function placing_nodes({ place, bags }) {
		const inside = bags.filter((bag) => bag.state !== "departed" && bag.place === place.name);
		return h("section", { class: "panel placing" }, h("h1", {}, say("place_title", { name: place.name })), h("p", { class: "lead" }, say("place_do")),
			h("p", { class: "left" }, say("place_bags", { n: inside.length })),
			h("div", { class: "bags" }, inside.map((bag) => bag_tile(bag, { good: true }))), end_choice("place_done"));
	}

	/* A courier without a phone: the bags are scanned here. */
	function hand_over_nodes({ hand_over }) {
		return h("section", { class: "panel placing" }, h("h1", {}, say("courier_to", { name: hand_over.to })), h("p", { class: "lead" }, say("courier_to_do")),
			h("p", { class: "left" }, say("courier_to_n", { n: hand_over.n })), end_choice("place_done"));
	}

	function idle_nodes(p) {
		return h("section", { class: "panel" }, h("h2", {}, say("pack_new")),
			p.choices.length === 0 && h("p", { class: "none" }, say("pack_new_none")),
			h("ul", { class: "for-rows" }, p.choices.map((one, index) => for_choice(ctx, one, nine.key_at(index, p.choices.length),
				() => ctx.act("bag_new", { lab_id: one.lab_id, class: one.class, stat: one.stat })))), nine.more(p.choices.length));
	}

	function bags_nodes(p) {
		return h("section", { class: "panel" }, h("h2", {}, say("pack_bags"), p.bags.length > 0 && h("span", { class: "count" }, String(p.bags.length))),
			p.bags.length === 0 && h("p", { class: "none" }, say("pack_bags_none")),
			h("div", { class: "bags" }, p.bags.map((bag) => bag_tile(bag, { lines: [bag_state_words(bag)], good: bag.state === "departed", flag: bag.late ? say("bag_late") : null, papers: bag_papers(ctx, bag), ...bag_release_act(ctx, bag) }))));
	}

	function head() {
		return h("div", { class: "page-head" }, h("div", {}, h("h1", {}, say("pack_title")), h("p", { class: "lead" }, say("pack_do"))),
			h("div", { class: "page-acts" },
				choice({ key: "H", command: "still_here", label: say("still_here"), act: () => ctx.go("#still-here") }),
				choice({ key: "Esc", command: "back", label: say("back"), kind: "quiet", act: () => ctx.go("#due") })));
	}

	function update() {
		const p = packing();
		if (!p)
			return fill(page, h("p", { class: "none big-none" }, say("reading")));
		if (p.work?.bag !== bag) {
			bag = p.work?.bag ?? null;
			again = false;
			pad.clear();
		}
		fill(page, () => p.work && !p.work.choose ? work_nodes(p) : [head(), step_of(p), bags_nodes(p)]);
	}

	function step_of(p) {
		if (p.work)
			return asked_nodes(p);
		if (p.place)
			return placing_nodes(p);
		return p.hand_over ? hand_over_nodes(p) : idle_nodes(p);
	}

	function reopen_open(code) {
		ctx.dialog_open(say("pack_reopen_title"), (close) => [h("p", { class: "lead" }, bag_code(code)), choice({ key: "Y", command: "yes", label: say("pack_reopen"), kind: "warn big", act: () => {
			close();
			ctx.act("bag_open", { bag: code, lab_id: null, class: null, stat: null });
		} })]);
	}

	/* A tube that stands against this bag is asked about at once; so is a bag that is closed already. */
	function scanned(about, reply) {
		const work = packing()?.work;
		if (work && about?.specimen_id && pack_questions.includes(reply.code))
			tube_open(ctx, work.bag, { specimen_id: about.specimen_id, patient: null, container: null });
		if (reply.code === "bag_closed_already")
			reopen_open(reply.data.scan.text);
	}

	return { update, scanned };
}
