/* The laboratory's part of the mock: dock, bench, questions, reconciliation, ledger. */
import { id_make } from "../../daemon/web/js/id.js";

const REJECT_MS = 60000;

export function lab_new({ bags, tubes, works, people, now, said, tube_view, touch }) {
	let event_id = 9000;
	const deliveries = [];
	const questions = [];
	const last = new Map(); /* station -> {specimen_id, at, station} */
	const unexpected = [];
	const alarms = new Map(); /* station -> what locks it */
	const rejects = new Map(); /* station -> {reason, note, until_ms}: the next tube scanned is rejected */
	const reject_of = (here) => rejects.get(here.station.station)?.until_ms > Date.now() ? rejects.get(here.station.station) : null;
	const work_of = (here) => works.get(here.station.station) ?? null;
	const person = (badge) => people.find((one) => one.badge === badge)?.operator ?? null;
	const of = (delivery) => [...bags.values()].filter((bag) => bag.delivery === delivery);
	const tubes_of = (delivery) => of(delivery).flatMap((bag) => [...bag.tubes].map((one) => tubes.get(one)));
	const state_of = (bag) => !bag.arrived ? "expected" : [...bag.tubes].every((one) => ["accepted", "rejected"].includes(tubes.get(one).state)) ? "complete" : bag.opened ? "opened" : "arrived";

	function question(kind, title, todo, more) {
		questions.push({ event_id: ++event_id, kind, title, do: todo, specimen_id: null, text: null, bag: null, at: now(), by: "Lena Brandt", settled: null, ...more });
	}

	function dock(courier, here) {
		const delivery = id_make("delivery", 900, deliveries.length + 1, 0);
		deliveries.unshift({ delivery, courier: courier.name, opened_at: now(), signed_at: null, closed_at: null });
		for (const bag of bags.values())
			if (bag.courier === courier.operator_id && !bag.delivery)
				bag.delivery = delivery;
		works.set(here.station.station, { kind: "dock", delivery, bag: null });
		touch();
		return said("stored", "delivery_opened", `${courier.name} is at the dock`, "Scan each bag.");
	}

	function bag_scan(text, here, more) {
		const bag = bags.get(text);
		const work = work_of(here);
		touch();
		if (work?.kind === "dock") {
			if (bag.arrived)
				return said("repeat", "arrived_already", "Already at the lab", null, more);
			Object.assign(bag, { arrived: true, delivery: work.delivery });
			return of(work.delivery).every((one) => one.arrived) ? said("complete", "all_arrived", "All bags are here", "Your badge: they are yours.", more) : said("stored", "arrived", "At the lab", null, more);
		}
		if (!bag?.arrived)
			return said("question", "bag_not_on_list", "This bag has not come through the dock", "Take it to the dock.", more);
		bag.opened = true;
		works.set(here.station.station, { kind: "bench", delivery: bag.delivery, bag: text });
		return said("stored", "bag_opened", "Bag in hand", `${bag.tubes.size} tubes`, more);
	}

	function tube_scan(text, id, here, more) {
		const tube = tubes.get(id.specimen_id);
		const in_hand = work_of(here)?.bag ?? null;
		const chosen = reject_of(here);
		rejects.delete(here.station.station);
		touch();
		if (!tube) {
			question("unexpected", "A number that is not known here", "Look at the label.", { text });
			unexpected.push({ text, at: now(), by: here.operator.name, bag: in_hand });
			return said("question", "unknown_code", "This number is not known", "QUESTIONS rack", more);
		}
		last.set(here.station.station, { specimen_id: tube.specimen_id, station: here.station.name });
		if (tube.on_hold)
			return alarm_raise(tube, here, more);
		if (chosen && tube.state !== "rejected")
			return tube_reject(tube, chosen.reason, here, more);
		if (["accepted", "rejected"].includes(tube.state))
			return said("repeat", "accepted_already", `Already received, ${tube.station}`, "Two tubes in your hands? Scan DUPLICATE", more);
		Object.assign(tube, { state: "accepted", at: now(), station: here.station.name, flags: in_hand && in_hand !== tube.bag ? ["wrong_bag"] : [] });
		if (tube.flags.length) {
			question("wrong_bag", "From another bag", "Put it to its own bag.", { specimen_id: tube.specimen_id, bag: tube.bag });
			return said("question", "wrong_bag", "From another bag", "QUESTIONS rack", more);
		}
		const bag = bags.get(tube.bag);
		if (bag && state_of(bag) === "complete")
			return said("complete", of(bag.delivery).every((one) => state_of(one) === "complete") ? "delivery_complete" : "bag_complete", "This bag is complete", "RACK 4", more);
		return said("stored", "accepted", "Received", "RACK 4", more);
	}

	function tube_reject(tube, reason, here, more) {
		Object.assign(tube, { state: "rejected", reason, at: now(), station: here.station.name });
		question("rejected", `Rejected: ${reason}`, "Tell the clinic.", { specimen_id: tube.specimen_id });
		return said("stored", "rejected", `Rejected: ${reason}`, "QUESTIONS rack", more);
	}

	const reds = {
		on_hold: ["THIS TUBE IS ON HOLD", "Do not use it. Scan it again, then: tube set aside."],
		two_tubes: ["TWO TUBES WITH ONE NUMBER", "Both are on hold: use neither. QUESTIONS rack. Scan one again, then: tube set aside."],
	};

	/* tube.on_hold: why. The second scan of it opens the choice. */
	function alarm_raise(tube, here, more) {
		const before = alarms.get(here.station.station);
		const [title, todo] = reds[tube.on_hold];
		alarms.set(here.station.station, { code: tube.on_hold, title, do: todo, specimen_id: tube.specimen_id,
			rescanned: before?.specimen_id === tube.specimen_id, raised_at: before?.raised_at ?? now(), choices: [{ choice: "tube_set_aside", name: "Tube set aside" }] });
		return said("stop", tube.on_hold, title, todo, { ...more, visit: visit_view(here) });
	}

	function visit_view(here) {
		const alarm = alarms.get(here.station.station) ?? null;
		return alarm && { visit_id: null, state: null, patient: null, tubes: [], open_labels: 0, ask: null, alarm };
	}

	function scan(text, id, here, more) {
		if (!here.operator)
			return said("note", "badge_signs_in", "Scan your badge", null, { ...more, about: { ...more.about, done: false } });
		const who = id?.kind === "badge" ? person(text) : null;
		if (reject_of(here) && !id?.specimen_id && !who)
			return said("question", "reject_needs_tube", "That is no tube: it was only seen", `Scan the tube to reject: ${reject_of(here).reason}.`, more);
		if (who?.roles.includes("courier"))
			return { ...dock(who, here), data: { ...more, visit: null, touched: "custody" } };
		if (who && work_of(here)?.kind === "dock")
			return { ...actions.delivery_sign({}, here), data: { ...more, visit: null, touched: "custody" } };
		if (id?.kind === "bag")
			return bag_scan(text, here, more);
		if (id?.specimen_id)
			return tube_scan(text, id, here, more);
		if (id)
			return said("note", "not_here", "Nothing to do with it here", null, more);
		touch();
		question("unexpected", "A code that is not known", "QUESTIONS rack", { text });
		unexpected.push({ text, at: now(), by: here.operator.name, bag: null });
		return said("question", "unknown_code", "This code is not one of ours", "QUESTIONS rack", more);
	}

	const actions = {
		delivery_sign: (args, here) => {
			const work = work_of(here);
			deliveries.find((one) => one.delivery === work.delivery).signed_at = now();
			works.delete(here.station.station);
			touch();
			return said("complete", "signed", "The bags are the lab's", "Open the first ones.");
		},
		reject: ({ specimen_id, reason, note, undo }, here) => {
			touch();
			if (undo)
				return rejects.delete(here.station.station) ? said("stored", "reject_undone", "Cancelled: no tube waits to be rejected", "The next tube scanned is received.") : said("repeat", "reject_idle", "No tube was waited for", null);
			rejects.delete(here.station.station);
			if (!specimen_id) {
				rejects.set(here.station.station, { reason, note: note ?? "", until_ms: Date.now() + REJECT_MS });
				return said("question", "scan_to_reject", `Scan the tube to reject: ${reason}`, "The next tube scanned is rejected, no other.");
			}
			const tube = tubes.get(specimen_id);
			if (tube.state === "packed")
				return said("question", "receive_first", "This tube is not received yet", "Scan it first.");
			return tube_reject(tube, reason, here, { about: { kind: "specimen", specimen_id } });
		},
		accept_remark: ({ specimen_id, remark }) => {
			tubes.get(specimen_id).remark = remark;
			touch();
			return said("stored", "accepted_remark", `Received, with a remark: ${remark}`, null);
		},
		duplicate: ({ specimen_id }, here) => {
			question("duplicate", "Two tubes with one number", "Find out whose each is. Neither is used.", { specimen_id });
			touch();
			tubes.get(specimen_id).on_hold = "two_tubes";
			return alarm_raise(tubes.get(specimen_id), here, {});
		},
		question_settle: ({ event_id: which, note }, here) => {
			questions.find((one) => one.event_id === which).settled = { at: now(), by: here.operator.name, note };
			touch();
			return said("stored", "settled", "Dealt with", null);
		},
		delivery_close: ({ delivery }) => {
			deliveries.find((one) => one.delivery === delivery).closed_at = now();
			touch();
			const missing = tubes_of(delivery).filter((tube) => tube.state === "packed").length;
			return missing ? said("question", "delivery_closed_short", `Closed: ${missing} missing`, "The clinics are told.") : said("complete", "delivery_closed", "Closed", "Nothing is missing.");
		},
	};

	function delivery_view(one) {
		const inside = tubes_of(one.delivery);
		const n = (state) => inside.filter((tube) => tube.state === state).length;
		return { ...one, bags: of(one.delivery).filter((bag) => bag.arrived).length, expected_bags: of(one.delivery).length, tubes: inside.length, accepted: n("accepted"), rejected: n("rejected"),
			held: 0, missing: n("packed"), unexpected: unexpected.length };
	}

	function last_view(here) {
		const tube = tubes.get(last.get(here.station.station)?.specimen_id);
		return tube ? { specimen_id: tube.specimen_id, container: tube.container, patient: tube.patient, printed: tube.tests, state: tube.on_hold ? "held" : tube.state, flags: tube.flags ?? [], title: null, do: null,
			place: tube.on_hold ? "QUESTIONS rack" : tube.flags?.length || tube.state === "rejected" ? null : "RACK 4", bag: tube.bag, expected_bag: tube.bag, at: tube.at ?? null, station: tube.station ?? null, can_reject: tube.state !== "rejected" && !tube.on_hold } : null;
	}

	function reject_view(here) {
		const chosen = reject_of(here);
		return chosen && { reason: chosen.reason, name: chosen.reason, note: chosen.note, seconds: Math.ceil((chosen.until_ms - Date.now()) / 1000),
			title: `Scan the tube to reject: ${chosen.reason}`, do: "The next tube scanned is rejected, no other. Changed your mind? Scan the card: back." };
	}

	function receiving(query, here) {
		const open = deliveries.filter((one) => !one.closed_at);
		const here_now = open.flatMap((one) => of(one.delivery));
		return {
			deliveries: deliveries.map(delivery_view), work: work_of(here) && { kind: work_of(here).kind, delivery: work_of(here).delivery, bag: work_of(here).bag ?? null },
			open_first: here_now.filter((bag) => state_of(bag) === "arrived" && bag.stat).map((bag) => ({ bag: bag.bag, why: "STAT" })),
			bags: here_now.map((bag) => ({ bag: bag.bag, class: bag.class, stat: bag.stat, state: state_of(bag), tubes: bag.tubes.size, flags: bag.remark ? [bag.remark] : [],
				done: [...bag.tubes].filter((one) => ["accepted", "rejected"].includes(tubes.get(one).state)).length })),
			last: last_view(here), reject: reject_view(here), questions,
		};
	}

	function reconciliation({ delivery }) {
		const inside = tubes_of(delivery);
		const row = deliveries.find((one) => one.delivery === delivery);
		const held_by = { name: row.courier, at: row.opened_at };
		const pick = (state) => inside.filter((tube) => tube.state === state).map((tube) => ({ ...tube_view(tube), bag: tube.bag, holder: held_by }));
		return { delivery, state: row.closed_at ? "closed" : "open", accepted: pick("accepted").length, rejected: pick("rejected"), held: [], missing: pick("packed").map((tube) => ({ ...tube, brought: { by: row.courier, at: row.opened_at },
				opened: bags.get(tube.bag).opened ? { by: "Lena Brandt", station: "Lab bench 1", at: now() } : null })), unexpected,
			bags_missing: of(delivery).filter((bag) => !bag.arrived).map((bag) => ({ bag: bag.bag, holder: held_by })), without_pickup: [] };
	}

	function ledger() {
		const all = [...tubes.values()];
		const n = (state) => all.filter((tube) => tube.state === state).length;
		return { labels: { printed: all.length, applied: all.length, handed_out: 0, voided: 0, destroyed: 0, open: 0 },
			tubes: { collected: all.length, still_here: n("collected"), packed: n("packed"), accepted: n("accepted"), rejected: n("rejected"), missing: 0 }, unexpected: unexpected.length,
			balance: [{ line: "collected = still here + packed + received + rejected", left: all.length, right: n("collected") + n("packed") + n("accepted") + n("rejected"), ok: true }] };
	}

	function alarm_answer(args, here) {
		alarms.delete(here.station.station);
		return said("stored", "tube_set_aside", "Tube set aside: it is on hold. Go on", "Put it on the QUESTIONS rack.");
	}

	return { actions, views: { receiving, reconciliation, ledger }, scan, visit_view, alarm_answer };
}
