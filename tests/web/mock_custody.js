/*
 * Bags in memory for the mock server: just enough of contrib/CONTRACTS.md 8 that packing, the courier's page and the
 * laboratory's can be driven through every screen. The rules that matter are SQL's and are tested there, not here.
 */
import { id_make } from "../../daemon/web/js/id.js";
import { courier_new } from "./mock_courier.js";
import { lab_new } from "./mock_lab.js";
import { containers, patients_first, people } from "./mock_data.js";

export const lab = { lab_id: 1, lab: "Riverside Reference Laboratory" };
const names = ["ABBOTT, Jo", "BIANCHI, Carla", "CHEN, Wei", "DUBOIS, Anne", "EKWUEME, Obi", "FISCHER, Max", "GARCIA, Luz", "HASSAN, Noor"];
const caps = { AMB: "EDTA", REF: "SST", FRZ: "HEP" };
const now = (minutes = 0) => new Date(Date.now() - minutes * 60000).toISOString();

export function said(verdict, code, title, todo, more = {}) {
	return { verdict, code, title, do: todo, data: { scan: null, about: null, visit: null, touched: "custody", ...more } };
}

/* changed(kind) tells the page's feed. */
export function custody_new(changed) {
	let sequence = 500;
	const bags = new Map();  /* code -> {bag, class, stat, state, tubes: Set, count, closed_at, place, ...} */
	const tubes = new Map(); /* specimen_id -> {tube, bag, state, copy ...} */
	const works = new Map(); /* station code -> what it is doing */
	const places = [["Lockbox at the back door", "lockbox"], ["Fridge 1", "fridge"], ["Freezer 1", "freezer"]].map(([name, kind], n) => ({ place: id_make("place", 900, n + 1, 0), name, kind }));
	const stops = [{ stop: id_make("stop", 900, 1, 0), name: "Riverside Clinic" }];
	const world = { bags, tubes, works, places, stops, changed, now, said, people, bag_view, tube_view, touch };

	function touch() {
		setTimeout(() => changed("custody", null), 0);
	}

	function tube_add(class_name, more = {}) {
		const specimen_id = id_make("specimen", 901, ++sequence, 0);
		const { name, kind, cap, cap_colour } = containers[caps[class_name]];
		const who = sequence % names.length;
		tubes.set(specimen_id, {
			specimen_id, number: 1, of: 1, patient: { name: names[who], number: `200 100 ${String(sequence).padStart(3, "0")}` }, container: { name, kind, cap, cap_colour },
			class: class_name, stat: false, state: "collected", warnings: [], bag: null, since: now(40), tests: [{ name: patients_first[0].codes[0] }], ...more,
		});
		return specimen_id;
	}

	function bag_add(class_name, stat, count) {
		const bag = id_make("bag", 900, bags.size + 1, 0);
		const inside = new Set(Array.from({ length: count }, () => tube_add(class_name, { bag, state: "packed", stat })));
		bags.set(bag, { bag, ...lab, class: class_name, stat, state: count ? "closed" : "open", tubes: inside, closed_at: count ? now(20) : null, since: now(5), place: null, listed: true, arrived: false, opened: false });
		return bags.get(bag);
	}
	[["AMB", 4], ["REF", 2]].forEach(([name, n]) => Array.from({ length: n }, () => tube_add(name)));
	tube_add("REF", { warnings: ["not spun yet"] });
	[["AMB", true, 3], ["REF", false, 5], ["REF", false, 4], ["FRZ", false, 2]].forEach((row) => bag_add(...row));

	function tube_view({ specimen_id, number, of, patient, container, class: name, state, warnings, reason, place, since }) {
		return { specimen_id, number, of, patient, container, class: name, state, warnings, reason: reason ?? null, place: place ?? null, since };
	}

	function bag_view({ bag, class: name, stat, lab: to, state, closed_at, place, late }) {
		return { bag, class: name, stat, lab: to, state, closed_at, place, late: late ?? false };
	}

	/* --- packing --- */

	const loose = () => [...tubes.values()].filter((tube) => tube.state === "collected" && !tube.bag);
	const fits = (bag) => (tube) => tube.class === bag.class && tube.stat === bag.stat;

	function expected_of(bag, work) {
		return [...tubes.values()].filter((tube) => bag.tubes.has(tube.specimen_id) || tube.state === "collected" && !tube.bag && fits(bag)(tube) && !work.left_out.has(tube.specimen_id));
	}

	const work_at = (here, kind) => works.get(here.station.station)?.kind === kind ? works.get(here.station.station) : null;

	function pack_begin(here, bag) {
		works.set(here.station.station, { kind: "pack", bag: bag.bag, counted: null, left_out: new Map(), since: now() });
		touch();
		return said("stored", "bag_is_open", `Bag for ${bag.class}`, "Put the tubes in.", { about: { kind: "bag", bag: bag.bag, done: true } });
	}

	function pack_scan(text, id, here, more) {
		const work = work_at(here, "pack");
		if (id.kind === "place") {
			const place = places.find((one) => one.place === text);
			works.set(here.station.station, { ...place, kind: "place" });
			touch();
			return said("stored", "place_open", place.name, "Scan the bags that you put in.", more);
		}
		if (id.kind === "bag")
			return bag_scan(text, here, more);
		const tube = tubes.get(id.specimen_id);
		if (!tube || !work)
			return null;
		const bag = bags.get(work.bag);
		touch();
		if (bag.tubes.has(tube.specimen_id))
			return said("repeat", "packed_already", "Already in this bag", null, more);
		if (!fits(bag)(tube))
			return said("question", "wrong_class", `This tube is ${tube.class}, the bag is ${bag.class}`, "Leave it out, or put it in with a reason.", more);
		bag.tubes.add(tube.specimen_id);
		Object.assign(tube, { bag: bag.bag, state: "packed" });
		if (work.counted && expected_of(bag, work).every((one) => bag.tubes.has(one.specimen_id)))
			return said("complete", "all_in", "All are in", "Close the bag.", more);
		return said("stored", "packed", `${tube.container.cap} in the bag`, null, more);
	}

	function bag_scan(text, here, more) {
		const bag = bags.get(text);
		const placing = work_at(here, "place");
		touch();
		if (placing && bag) {
			Object.assign(bag, { state: "placed", place: placing.name });
			return said("stored", "placed", `In its place: ${placing.name}`, null, more);
		}
		if (bag?.state === "open")
			return pack_begin(here, bag);
		if (bag)
			return said("question", "bag_closed_already", "This bag is closed", "Open it again, or take another bag.", more);
		works.set(here.station.station, { kind: "asked", bag: text });
		return said("question", "bag_for_what", "What is this bag for?", "Choose its destination.", more);
	}

	const actions = {
		bag_new: ({ class: name, stat }, here) => pack_begin(here, bag_add(name, stat, 0)),
		bag_open: ({ bag, class: name, stat }, here) => {
			if (bags.has(bag)) {
				Object.assign(bags.get(bag), { state: "open", closed_at: null });
				return pack_begin(here, bags.get(bag));
			}
			bags.set(bag, { ...bag_add(name, stat, 0), bag });
			return pack_begin(here, bags.get(bag));
		},
		bag_count: ({ bag, count }, here) => {
			const work = work_at(here, "pack");
			const n = expected_of(bags.get(bag), work).length;
			work.counted = { count, agrees: count === n };
			touch();
			return count === n ? said("complete", "count_agrees", "The count agrees", "Close the bag.") : said("question", "count_differs", "It does not add up", "Scan what is in the bag.");
		},
		bag_close: ({ bag }, here) => {
			const work = work_at(here, "pack");
			const row = bags.get(bag);
			for (const tube of expected_of(row, work)) {
				row.tubes.add(tube.specimen_id);
				Object.assign(tube, { bag, state: "packed" });
			}
			Object.assign(row, { state: "closed", closed_at: now() });
			works.delete(here.station.station);
			touch();
			return said("complete", "bag_closed", `Closed with ${row.tubes.size} tubes`, "Put it in its place: scan the fridge, then the bag.");
		},
		tube_leave_out: ({ specimen_id, reason }, here) => {
			const work = work_at(here, "pack");
			work.left_out.set(specimen_id, reason);
			bags.get(work.bag).tubes.delete(specimen_id);
			touch();
			return said("stored", "left_out", "Left out", null);
		},
		tube_pack: ({ specimen_id }, here) => {
			bags.get(work_at(here, "pack").bag).tubes.add(specimen_id);
			touch();
			return said("stored", "packed", "In the bag, with its reason", null);
		},
		work_end: (args, here) => {
			works.delete(here.station.station);
			touch();
			return said("stored", "work_ended", "Done", null);
		},
		bag_remark: ({ bag, remark }) => {
			bags.get(bag).remark = remark;
			touch();
			return said("stored", "remarked", "The lab is told", null);
		},
	};

	function packing(query, here) {
		const work = work_at(here, "pack");
		const bag = work && bags.get(work.bag);
		const placing = work_at(here, "place");
		const asked = work_at(here, "asked");
		const left = work ? [...work.left_out].map(([specimen_id, reason]) => ({ ...tube_view(tubes.get(specimen_id)), reason })) : [];
		const pairs = new Map(loose().map((tube) => [`${tube.class}/${tube.stat}`, { ...lab, class: tube.class, stat: tube.stat }]));
		return {
			work: bag ? { bag: bag.bag, class: bag.class, stat: bag.stat, lab: bag.lab, since: work.since, counted: work.counted, how: "count_blind", seal: "closed", choose: false, inner_bags: 2 }
				: asked ? { bag: asked.bag, choose: true, class: null, stat: false, lab: null, counted: null, how: "count_blind" } : null,
			place: placing && { place: placing.place, name: placing.name }, hand_over: null,
			scanned: bag ? [...bag.tubes].map((one) => tube_view(tubes.get(one))) : [], expected: work?.counted ? expected_of(bag, work).map(tube_view) : null, left_out: left,
			choices: [...pairs.values()], bags: [...bags.values()].map(bag_view),
		};
	}

	function still_here() {
		const here = [...bags.values()].filter((bag) => ["open", "closed", "placed"].includes(bag.state));
		const open = here.filter((bag) => bag.state === "open");
		return {
			counts: { open_visits: 0, parked: 0, cups_out: 0, to_spin: loose().filter((tube) => tube.warnings.length).length, unpacked: loose().length,
				in_open_bags: open.reduce((n, bag) => n + bag.tubes.size, 0), bags_here: here.length, rejected_unread: 0 },
			unpacked: loose().map(tube_view), bags: here.map(bag_view), visits: [],
			pickups: [{ stop: "Riverside Clinic", courier: "Kim Sato", at: now(90), end: "no_access", how: null, reason: "Locked", bags: 0, left: 0 }],
		};
	}

	const courier = courier_new(world);
	const receiving = lab_new(world);

	/* Null: not for here. */
	function scan(text, id, here) {
		const more = { scan: { text, kind: id?.kind ?? "unknown" }, about: { kind: id?.kind === "label" ? "specimen" : id?.kind ?? "other", bag: id?.kind === "bag" ? text : null, specimen_id: id?.specimen_id ?? null, command: null, done: true } };
		if (here.station.kind === "pickup")
			return courier.scan(text, id, here, more);
		if (here.station.kind === "receiving")
			return receiving.scan(text, id, here, more);
		return id && ["bag", "place", "specimen", "label"].includes(id.kind) ? pack_scan(text, id, here, more) : null;
	}

	return { actions: { ...actions, ...courier.actions, ...receiving.actions }, views: { packing, still_here, ...courier.views, ...receiving.views }, scan, courier, receiving, bags, tubes, places, stops };
}
