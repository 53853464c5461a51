/* The courier's part of the mock: a stop, its bags, who signed, hand-overs. */

export function courier_new({ bags, works, stops, places, people, now, said, touch }) {
	let pickups = 8191 * 2 ** 40;
	let receipt = null;
	const mine = (here) => [...bags.values()].filter((bag) => bag.state === "departed" && bag.courier === here.operator.operator_id);
	const person = (badge) => people.find((one) => one.badge === badge)?.operator ?? null;
	const work_of = (here) => works.get(here.station.station) ?? null;
	const options = { blind: false, not_closed: null };

	function waiting(work) {
		return [...bags.values()].filter((bag) => ["closed", "placed"].includes(bag.state) && !work.left.has(bag.bag));
	}

	function pickup_end(here, how, signed_by) {
		const work = work_of(here);
		receipt = { pickup_id: work.pickup_id, number: 41, at: now(), how, bags: work.taken.length, left: work.left.size, signed_by };
		works.delete(here.station.station);
		touch();
		return said("complete", "picked_up", `Handed over: ${receipt.bags} bags`, `Receipt ${receipt.number}`);
	}

	function bag_scan(text, here, more) {
		const work = work_of(here);
		const bag = bags.get(text);
		touch();
		if (text === options.not_closed)
			return said("question", "bag_not_closed", "This bag was not closed", "Count the tubes inside.", more);
		if (work?.kind === "hand_over") {
			bag.courier = work.to.operator_id;
			work.n++;
			return said("stored", "handed_over", `To ${work.to.name}`, null, more);
		}
		if (work?.kind !== "pickup")
			return said("question", "no_stop", "At which stop are you?", "Scan the code at the door first.", more);
		if (work.taken.includes(text))
			return said("repeat", "taken_already", "Already taken", null, more);
		work.taken.push(text);
		const listed = bag && bag.state !== "open";
		if (!bag)
			bags.set(text, { bag: text, class: "AMB", stat: false, state: "departed", tubes: new Set(), listed: false });
		Object.assign(bags.get(text), { state: "departed", courier: here.operator.operator_id, from: work.name, since: now(), listed: Boolean(listed) });
		if (!listed)
			return said("question", "bag_not_on_list", "Not on the list: taken, lab will check", null, more);
		return waiting(work).length ? said("stored", "bag_taken", "Taken", null, more) : said("complete", "all_taken", "All bags taken", "Now the clinic's badge.", more);
	}

	function scan(text, id, here, more) {
		const work = work_of(here);
		if (!here.operator)
			return said("note", "badge_signs_in", "Scan your badge", null, { ...more, about: { ...more.about, done: false } });
		if (id?.kind === "stop") {
			works.set(here.station.station, { kind: "pickup", pickup_id: ++pickups, ...stops.find((one) => one.stop === text), taken: [], left: new Map(), count: null });
			touch();
			return said("stored", "stop_begun", "Scan the bags", null, more);
		}
		if (id?.kind === "bag")
			return bag_scan(text, here, more);
		if (id?.kind === "badge" && work?.kind === "pickup")
			return waiting(work).length ? said("question", "bags_missing", "1 on the list, not with you", "Take them, or say why they stay.", more) : { ...pickup_end(here, "signed", person(text).name), data: { ...more, visit: null, touched: "custody" } };
		if (id?.kind === "badge" && person(text)?.roles.includes("courier") && person(text) !== here.operator) {
			works.set(here.station.station, { kind: "hand_over", to: person(text), n: 0 });
			touch();
			return said("stored", "hand_over", `To ${person(text).name}`, "Scan each bag.", more);
		}
		if (id?.kind === "place") {
			works.set(here.station.station, { kind: "place", ...places.find((one) => one.place === text), n: 0 });
			works.get(here.station.station).kind = "place";
			touch();
			return said("stored", "place_open", "Scan the bags that you put there", null, more);
		}
		return said("note", "not_here", "Nothing to do with it here", null, { ...more, touched: undefined });
	}

	const actions = {
		pickup_close: ({ how, count, left }, here) => {
			const work = work_of(here);
			for (const { bag, reason } of left ?? [])
				work.left.set(bag, reason);
			work.count = count ?? work.count;
			touch();
			if (how === null)
				return said("stored", "pickup_noted", "Noted", "Now the clinic's badge.");
			if (how === "lockbox" && work.count === null)
				return said("question", "count_bags", "How many bags do you have?", "Count them.");
			if (work.count !== null && work.count !== work.taken.length)
				return said("question", "pickup_count_differs", `You counted ${work.count}, scanned ${work.taken.length}`, "Scan the rest; or count again.");
			return pickup_end(here, how, null);
		},
		pickup_none: ({ how }, here) => {
			works.delete(here.station.station);
			touch();
			return said("stored", how, how === "nothing_here" ? "Nothing here" : "Could not get in", "The clinic and the dispatcher are told.");
		},
		bag_take_open: ({ bag, count }, here) => {
			options.not_closed = null;
			return bag_scan(bag, here, { about: null, scan: null, count });
		},
	};

	function pickup_view(work) {
		const taken = work.taken.map((bag) => bags.get(bag));
		const blind = options.blind && work.count === null;
		const here = blind ? [] : [...waiting(work), ...[...work.left.keys()].map((bag) => bags.get(bag))];
		const row = (bag, state) => ({ bag: bag.bag, class: bag.class, stat: bag.stat, state, listed: bag.listed !== false, place: bag.place, since: bag.closed_at, late: false });
		const classes = new Map();
		for (const bag of [...here, ...taken])
			classes.set(bag.class, (classes.get(bag.class) ?? 0) + 1);
		return {
			pickup_id: work.pickup_id, stop: work.stop, name: work.name, staffed: true, lockbox: true, blind, count: work.count, left: Object.fromEntries(work.left), taken: taken.length,
			expected: blind ? null : [...here, ...taken].filter((bag) => bag.listed !== false).length,
			classes: blind ? [] : [...classes].map(([name, n]) => ({ class: name, stat: false, n })),
			bags: [...here.map((bag) => row(bag, "waiting")), ...taken.map((bag) => row(bag, "taken"))],
		};
	}

	function courier(query, here) {
		const work = work_of(here);
		return {
			work: work && { pickup: work.kind === "pickup" ? pickup_view(work) : null, hand_over: work.kind === "hand_over" ? { to: work.to.name, n: work.n } : null, place: work.kind === "place" ? { place: work.place, name: work.name } : null },
			holding: mine(here).map((bag) => ({ bag: bag.bag, class: bag.class, stat: bag.stat, since: bag.since, from: bag.from })), receipt, stops,
		};
	}

	return { actions, views: { courier }, scan, options };
}
