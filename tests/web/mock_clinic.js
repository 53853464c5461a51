/*
 * A clinic in memory for the mock server: just enough of contrib/CONTRACTS.md 3 and 4 that the page can be driven through
 * every screen without a database. The rules that matter are SQL's and are tested there, not here.
 */
import { createHash, randomUUID } from "node:crypto";
import { id_make, id_of_typed } from "../../daemon/web/js/id.js";
import { say_date } from "../../daemon/web/js/words.js";
import { custody_new } from "./mock_custody.js";
import { analyzers_new } from "./mock_analyzer.js";
import { downtime_new } from "./mock_downtime.js";
import { stock_new } from "./mock_stock.js";
import { enrol_new } from "./mock_enrol.js";
import { kept_new } from "./mock_kept.js";
import { pages_new } from "./mock_page.js";
import { pass_new } from "./mock_pass.js";
import { policies_new } from "./mock_policy.js";
import { rules_new } from "./mock_rules.js";
import { printers_new } from "./mock_printer.js";
import { templates_new } from "./mock_template.js";
import { badge, cards, containers, patients_first, people, pin, reasons, tests } from "./mock_data.js";

const PRINT_MS = 60;
const me_operator = people[0].operator;
const left_states = ["waiting", "printed"];
const card_name = (command) => cards.find((one) => one.command === command).name;

/* Four dates with the right one among them, at a place that differs by patient. */
function dates_of(patient) {
	const [year, month, day] = patient.birth_date.split("-").map(Number);
	const two = (n) => String(n).padStart(2, "0");
	const others = [[year, month % 12 + 1, day], [year - 1, month, day], [year, month, day % 28 + 1]];
	const dates = others.map(([y, m, d]) => `${y}-${two(m)}-${two(d)}`);
	dates.splice(patient.patient_id % 4, 0, patient.birth_date);
	return dates;
}

export function reply(verdict, code, title, todo, data = {}) {
	return { verdict, code, title, do: todo, data };
}

/* changed(kind, data) tells the page's feed. */
export function clinic_new(changed) {
	let sequence = 0;
	let visits = 0;
	let open = null;    /* the visit that is open, or null */
	let over = null;    /* the one that ended last */
	const sessions = new Map(); /* token of a page -> {station, who} */
	let shaded = false;
	const parked = [];
	const held = new Set(); /* tubes that Stop held, one by one */
	const armed = new Map(); /* station -> since when it waits for what Stop is about */
	const patients = [];
	const specimens = new Map(); /* specimen_id -> {tube, patient, events} */
	const printer = { device_id: 11, stock: "50.8 x 25.4 mm", mode: "ok", left: null, one_way: false, labels: [] };
	let hold = null;    /* since its trouble nothing prints by itself: {why, since} */
	const stations = [["Room 1", "collection"], ["Room 2", "collection"], ["Courier phone", "pickup"], ["Lab dock", "receiving"], ["Lab bench 1", "receiving"],
		["Lab bench 2", "receiving"]].map(([name, kind], n) => ({ station_id: n + 1, station: id_make("station", 900, n + 1, 0), name, kind }));
	const custody = custody_new(changed);
	const templates = templates_new({ reply, people });
	const stock = stock_new({ reply, people });
	const analyzers = analyzers_new({ reply });
	const downtime = downtime_new({ reply, people, patients, changed });
	const printers = printers_new({ reply, people });
	const enrol = enrol_new({ reply, people });
	const pages = pages_new({ reply, people, stations, sessions });
	const pass = pass_new({ reply, people, stations });
	const rules = rules_new({ reply, people });
	const kept = kept_new({ reply, stations });
	const settings = policies_new({ reply, people, tests });

	function patient_add(known) {
		const patient_id = patients.length + 1;
		const patient = {
			patient_id, slip: id_make("visit slip", 900, patient_id, 0), since: new Date(Date.now() - 600000 * patient_id).toISOString(),
			stat: false, look_alike: false, amber: [], done: false, ...known,
		};
		patients.push(patient);
		return patient;
	}
	patients_first.forEach(patient_add);
	const waiting = patients.find((one) => one.amber.length);
	const at = new Date().toISOString();
	const policies = { idle: { shade_min: 5 }, papers: ["requisition", "packing_list"], identity_check: "either" };
	const amber = [{
		message_id: 501, lab_order_id: 77, kind: "test_unknown", title: "Test not known: ABC", do: "Ask the doctor's office, then pick the test.",
		patient: { name: waiting.name, number: waiting.number }, codes: [{ code: "ABC", name: "Anti-B panel" }], at,
	}, {
		message_id: 502, lab_order_id: null, kind: "cancel_unknown", title: "A cancel for an order that is not here",
		do: "Look whether it was drawn already.", patient: null, codes: [], at,
	}];

	/* --- specimens and printing --- */

	function event(specimen_id, kind, words, set_code) {
		const { events } = specimens.get(specimen_id);
		const n = events.length + 1;
		const now = new Date().toISOString();
		const after = n > 1 ? `8191:${n - 1}:${events[n - 2].hash}` : "";
		const device = { name: "Room 1 printer", transport: "virtual", counter: n, evidence: { kind: "the printer reported it", sha256: "ab12" } };
		events.push({
			event_id: 9000 + n, subject: specimen_id, n, node: 8191, kind, set_code, words, moves: true, occurred_at: now, recorded_at: now, operator: me_operator.name,
			station: "Room 1", device: kind === "printed" ? device : null, body: "{}", after,
			hash: createHash("sha256").update(`${specimen_id}${n}${after}`).digest("hex"),
			seal: n < 3 ? { no: 4, state: "sealed" } : { no: null, state: "pending" },
		});
	}

	/* What is shown before identity: no specimen exists yet. */
	function tubes_planned(visit) {
		return visit.tubes.map((tube) => ({ ...tube, specimen_id: null, labels: [] }));
	}

	function tubes_make(patient) {
		const wanted = [...new Set(patient.codes.map((code) => tests.find((one) => one.code === code).container))];
		wanted.sort((a, b) => containers[a].order - containers[b].order);
		return wanted.map((key, index) => {
			const specimen_id = id_make("specimen", 900, ++sequence, 0);
			const { name, kind, cap, cap_colour, volume_ul, handling, order } = containers[key];
			const tube = {
				specimen_id, number: index + 1, of: wanted.length, order_of_draw: order, key,
				container: { name, kind, cap, cap_colour, volume_ul, handling },
				tests: tests.filter((one) => one.container === key && patient.codes.includes(one.code)).map((one) => ({ code: one.code, name: one.name })),
				priority: patient.stat ? "STAT" : "", state: "waiting", reason: null, next_place: null, due_at: null, filled_from: null, fill_by: null, square_code_only: false, labels: [],
				jar: kind === "jar" ? { letter: "A", site: "", side: "" } : null,
			};
			specimens.set(specimen_id, { tube, patient, events: [] });
			event(specimen_id, "prepared", "Tube planned", "S38");
			return tube;
		});
	}

	function label_print(tube) {
		const label = {
			copy: tube.labels.length + 1, state: "printing", print_job_id: Number(tube.specimen_id.slice(3, 10)) * 100 + tube.labels.length,
			job_state: "sent", one_way: false, printer: "Room 1 printer", device_id: printer.device_id, message: null, hint: null,
		};
		tube.labels.push(label);
		setTimeout(() => label_result(tube, label), PRINT_MS * tube.number);
	}

	function printer_words() {
		const words = { out_of_labels: ["media_out"], head_open: ["head_open"], paused: ["paused"], jam: ["jam"], silent: ["silent"], wrong_stock: ["wrong_stock"] }[printer.mode];
		return words ?? (printer.left === 0 ? ["media_out"] : ["ok"]);
	}

	function hold_begin() {
		hold ??= { why: printer_words()[0], since: new Date().toISOString() };
	}

	function label_result(tube, label) {
		const was_held = hold !== null;
		if (printer_words()[0] !== "ok" && !printer.one_way)
			hold_begin();
		if (printer.mode === "silent" && (!was_held || printer.one_way)) {
			Object.assign(label, { state: "unknown", job_state: "unknown", one_way: printer.one_way });
			if (printer.one_way && tube.state === "waiting")
				tube.state = "printed";
		}
		else if (!hold)
			label_out(tube, label);
		else
			Object.assign(label, { state: "queued", job_state: "queued", message: "the printer is not ready", hint: "see to the printer" });
		printer_tell();
		changed("visit");
	}

	function label_out(tube, label) {
		Object.assign(label, { state: "printed", job_state: "printed", message: null, hint: null });
		printer.labels.unshift({ number: printer.labels.length + 1, print_job_id: label.print_job_id, at: new Date().toISOString() });
		printer.left = printer.left === null ? null : printer.left - 1;
		if (tube.state === "waiting")
			tube.state = "printed";
		tube.square_code_only = tube.labels.filter((one) => one.state !== "failed").length > 1;
		event(tube.specimen_id, "printed", `Label printed (print ${label.copy})`, null);
		changed("virtual_label", { device_id: printer.device_id, number: printer.labels[0].number });
	}

	function printer_tell() {
		changed("printer", { device_id: printer.device_id, state: printer_words(), one_way: printer.one_way });
	}

	function printer_set({ mode, labels_left, one_way = false }) {
		Object.assign(printer, { mode, left: labels_left, one_way });
		printer_tell();
		changed("visit");
	}

	function queued_out(name) {
		for (const tube of open?.tubes ?? [])
			for (const label of tube.labels.filter((one) => one.state === "queued")) {
				label.printer = name;
				label_out(tube, label);
			}
	}

	function trouble_of(visit) {
		const n = labels_with(visit, ["queued"]).length;
		const state = printer_words();
		const is_ready = state[0] === "ok";
		return hold && n ? {
			device_id: printer.device_id, printer: "Room 1 printer", why: hold.why, since: hold.since, state, stock: printer.stock, n, is_ready, is_labels: true, waits_for: null, name: null,
			title: `Room 1 printer: ${hold.why}. ${n} labels wait`, do: "Look into it. Then print the rest here, or scan the station code at another printer.",
		} : null;
	}

	/* Here, or at the printer of Room 2: by the code of that station. */
	function print_rest({ printer: other }) {
		if (!hold || !open)
			return answer("repeat", "printer_goes", "That printer is not stopped", null);
		if (other && other !== stations[1].station)
			return answer("question", "printer_unknown", `No printer is known by ${other}`, "Scan the code of the station where the printer stands.");
		if (!other && printer_words()[0] !== "ok")
			return answer("question", "printer_not_ready", "Room 1 printer is not ready", "See to it.");
		if (!other)
			hold = null;
		queued_out(other ? "Room 2 printer" : "Room 1 printer");
		return answer("stored", other ? "rest_moves" : "rest_prints", other ? "The rest prints at Room 2 printer" : "The rest prints here", null);
	}

	/* --- the visit --- */

	function ask_of(visit) {
		if (visit.third_missing)
			return { code: "third_identifier", title: "Somebody much alike is here today", do: "Scan the slip, or scan or type the patient number.",
				asked_at: visit.opened_at, specimen_id: null, copy: null, print_job_id: null, commands: [] };
		for (const tube of visit.tubes) {
			const label = tube.labels.find((one) => one.state === "unknown" && !one.one_way);
			if (label)
				return {
					code: "did_it_come_out", title: `Did label ${tube.number} come out?`, do: `${tube.container.cap} ${tube.container.name}. Look at the printer.`,
					asked_at: visit.opened_at, specimen_id: tube.specimen_id, copy: label.copy, print_job_id: label.print_job_id,
					commands: ["yes", "no", "not_sure"].map((command) => ({ command, name: card_name(command) })),
				};
		}
		return null;
	}

	function labels_with(visit, states) {
		return visit.tubes.flatMap((tube) => tube.labels).filter((label) => states.includes(label.state));
	}

	function view(visit) {
		if (!visit)
			return null;
		const { patient } = visit;
		const known = visit.stated_by !== null;
		return {
			visit_id: visit.visit_id, state: visit.state, held_by: { operator_id: 1, name: me_operator.name }, opened_at: visit.opened_at, parked_at: null,
			collected_at: null, open_labels: labels_with(visit, ["printed", "unknown", "old"]).length,
			patient: { patient_id: patient.patient_id, name: patient.name, label_name: patient.label_name ?? null, number: patient.number, sex: patient.sex, birth_date: known ? patient.birth_date : null },
			stated_by: visit.stated_by, birth_choices: visit.state === "identify" ? visit.dates.map(say_date) : [],
			guardian: true, co_signed_by: null, second_person: null, gaps: [],
			look_alikes: patients.filter((one) => patient.look_alike && one.look_alike && one !== patient).map(({ name, number }) => ({ name, number })),
			tubes: visit.state === "identify" ? tubes_planned(visit) : visit.tubes, ask: ask_of(visit), alarm: visit.alarm, trouble: trouble_of(visit),
			jobs_waiting_for: labels_with(visit, ["queued"]).length ? "Labels wait for Room 1 printer" : null,
			closing: visit.state === "check" ? { check: "patient_read", title: null, do: null } : null,
		};
	}

	function answer(verdict, code, title, todo, more = {}) {
		changed("visit");
		return reply(verdict, code, title, todo, { ...more, visit: view(open ?? over), jobs: [] });
	}

	function visit_open({ slip, patient_id }) {
		const patient = patients.find((one) => slip ? one.slip === slip : one.patient_id === Number(patient_id));
		if (!patient || patient.done)
			return answer("question", "slip_unknown", "Nothing is due for this slip", "Find the patient by name or number.");
		if (open)
			return answer("question", "visit_open", "Another visit is open", "Close it or park it first.");
		over = null;
		open = visit_new(patient, patient.look_alike && !slip);
		changed("due");
		return answer("stored", "visit_opened", patient.name, "Ask for full name and birth date.");
	}

	function visit_new(patient, third_missing) {
		return {
			visit_id: 1000 + ++visits, state: "identify", patient, dates: dates_of(patient), opened_at: new Date().toISOString(), stated_by: null,
			tubes: tubes_make(patient), alarm: null, third_missing,
		};
	}

	function visit_over(state) {
		open.state = state;
		open.alarm = null;
		[over, open] = [open, null];
		changed("due");
	}

	function labels_check() {
		if (open?.state === "labels" && open.tubes.every((tube) => !left_states.includes(tube.state)))
			open.state = "check";
	}

	function alarm_raise(tube, title, todo, more) {
		open.alarm = {
			code: "wrong_label", title, do: todo, specimen_id: tube.specimen_id, rescanned: false, raised_at: new Date().toISOString(),
			choices: ["label_removed", "tube_set_aside"].map((choice) => ({ choice, name: card_name(choice) })),
			gone: { tubes: [tube.specimen_id], held: [tube.specimen_id] },
		};
		return answer("stop", "alarm", title, todo, more);
	}

	function label_stick(tube, label, more) {
		Object.assign(label, { state: "on_tube", one_way: false });
		for (const other of tube.labels.filter((one) => one !== label && one.state === "printed"))
			other.state = "old";
		const { place, within_min } = containers[tube.key];
		tube.state = "labelled";
		tube.next_place = { name: place, by: within_min ? new Date(Date.now() + within_min * 60000).toISOString() : null };
		event(tube.specimen_id, "labelled", "Label on the tube, scanned back", null);
		labels_check();
		return open.state === "check" ? answer("complete", "all_labelled", "All tubes labelled", "Show the tubes to the patient.", more)
			: answer("stored", "labelled", `Tube ${tube.number} of ${tube.of}: ${tube.container.cap}`, `To: ${place}`, more);
	}

	function scan_specimen(id, more) {
		const found = specimens.get(id.specimen_id);
		if (!found || !open)
			return answer("question", "unexpected", found ? "No visit is open for this tube" : "This number is not known here", "Put it on the QUESTIONS rack.", more);
		if (open.alarm) {
			open.alarm.rescanned ||= open.alarm.specimen_id === id.specimen_id;
			open.alarm.gone = open.alarm.rescanned ? null : open.alarm.gone;
			return answer("stop", "alarm_open", open.alarm.title, open.alarm.do, more);
		}
		const { tube } = found;
		if (!open.tubes.includes(tube))
			return alarm_raise(tube, "This label is another patient's", "Do not use this tube. Take the label off, or set the tube aside.", more);
		if (tube.square_code_only && id.kind === "specimen")
			return answer("question", "square_code", "Scan the square code", "This tube has more than one label.", more);
		const label = tube.labels.find((one) => one.copy === (id.copy || 1));
		if (!label || ["destroyed", "voided"].includes(label.state))
			return alarm_raise(tube, "This label is not valid", "It was torn up or cancelled. Do not use it.", more);
		if (tube.state === "labelled")
			return answer("repeat", "already_labelled", "Already on the tube", `Tube ${tube.number} of ${tube.of}`, more);
		return label_stick(tube, label, more);
	}

	function scan_command(text, more, here) {
		const card = cards.find((one) => one.code === text);
		more.about.command = card?.command ?? null;
		more.about.done = card?.command === "stop";
		return more.about.done ? mistake(more, {}, here) : answer("note", "command", card?.name ?? "This card is not known", null, more);
	}

	/* Of the open visit, of one that is named, or asks which tube. */
	function mistake(more, { visit_id } = {}, here = { station: stations[0] }) {
		const away = parked.findIndex((one) => one.visit.visit_id === visit_id);
		if (away >= 0) {
			const [{ visit }] = parked.splice(away, 1);
			visit.state = "mistake";
			changed("due");
			return reply("stored", "mistake", "Stopped", "Thank you. Everything of this visit is on hold.", { ...more, visit: view(visit), jobs: [] });
		}
		if (!open && visit_id === undefined) {
			armed.set(here.station.station, new Date().toISOString());
			return reply("question", "which_tube", "Which tube is it about?", "Scan the tube.", { ...more, visit: station_view(here) });
		}
		if (open)
			visit_over("mistake");
		else
			over.state = "mistake";
		return answer("stored", "mistake", "Stopped", "Thank you. Everything of this visit is on hold.", more);
	}

	/* What stands on a station's screen with no visit: the question of Stop, the alarm of a bench. */
	function station_view(here) {
		const seen = here?.station.kind === "receiving" ? custody.receiving.visit_view(here) : null;
		const asked_at = armed.get(here?.station.station);
		if (!asked_at)
			return downtime.ask(here) ? { visit_id: null, state: null, patient: null, tubes: [], open_labels: 0, alarm: null, ...seen, ask: downtime.ask(here) } : seen;
		return { visit_id: null, state: null, patient: null, tubes: [], open_labels: 0, alarm: null, ...seen, ask: { code: "which_tube", title: "Which tube is it about?", do: "Scan the tube.",
			asked_at, specimen_id: null, copy: null, print_job_id: null, commands: [{ command: "back", name: "Back" }] } };
	}

	/* Stop was pressed here with no visit open: this tube's. */
	function scan_stops(specimen_id, here, more) {
		armed.delete(here.station.station);
		held.add(specimen_id);
		if (specimens.has(specimen_id))
			event(specimen_id, "held", "Stopped: a mistake", null);
		changed("visit");
		changed("custody");
		return reply("stored", "mistake", "Stopped. 1 tube is on hold", "Good that you said it.", { ...more, visit: null, touched: "custody" });
	}

	function scan_slip(text, more) {
		const done = open?.state === "check" && open.patient.slip === text ? actions.visit_close({ check: "slip" }) : visit_open({ slip: text });
		return { ...done, data: { ...more, ...done.data } };
	}

	function scan({ raw }, here = { station: stations[0], operator: me_operator }) {
		const text = Buffer.from(raw, "base64").toString("utf8");
		const about = id_of_typed(text);
		if (about?.specimen_id && armed.has(here.station.station))
			return scan_stops(about.specimen_id, here, { scan: { text, kind: about.kind }, about: { kind: "specimen", specimen_id: about.specimen_id, command: null, done: true } });
		const entered = downtime.scan(text, about, here);
		if (entered)
			return entered;
		const judged = id_of_typed(text)?.kind === "command card" ? null : custody.scan(text, id_of_typed(text), here);
		if (judged)
			return judged;
		if (open?.third_missing && text === open.patient.number) {
			open.third_missing = false;
			return answer("stored", "third_identifier_right", "That is this patient's", "Now the birth date.", { scan: { text, kind: null }, about: null });
		}
		const id = id_of_typed(text);
		const kinds = { label: "specimen", "visit slip": "patient", "command card": "command" };
		const kind = id ? kinds[id.kind] ?? id.kind : "unknown";
		const more = { scan: { text, kind: id?.kind ?? "unknown" }, about: { kind, specimen_id: id?.specimen_id ?? null, command: null, done: null } };
		if (kind === "specimen")
			return scan_specimen(id, more);
		if (kind === "command" && here.station.kind !== "collection")
			return { ...scan_command(text, more, here), data: { ...more, visit: station_view(here) } };
		if (kind === "command")
			return scan_command(text, more, here);
		if (kind === "patient")
			return scan_slip(text, more);
		if (kind === "station" && open && trouble_of(open))
			return print_rest({ printer: text });
		return id ? answer("note", "not_here", `A ${id.kind}: nothing to do with it here`, null, more)
			: answer("question", "code_unknown", "This code is not one of ours", "Scan the label that we printed.", more);
	}

	/* --- what can be asked for --- */

	const tube_of = (specimen_id) => open.tubes.find((one) => one.specimen_id === specimen_id);

	const actions = {
		...kept.actions, visit_open, scan, print_rest,
		mistake: (args, here) => mistake({}, args, here),
		visit_answer: ({ code }, here) => {
			armed.delete(here.station.station);
			downtime.ask_end(here);
			changed("visit");
			return reply("note", "left_as_it_is", "Nothing was changed", null, { code, visit: station_view(here) });
		},
		...custody.actions, ...templates.actions, ...stock.actions, ...printers.actions, ...analyzers.actions, ...downtime.actions, ...enrol.actions, ...pages.actions, ...pass.actions, ...rules.actions, ...settings.actions,
		sign_out: (args, here) => {
			sessions.delete(here.token);
			return reply("stored", "signed_out", "Signed out", null);
		},
		shade: () => {
			shaded = true;
			return reply("stored", "shaded", "Shade", null);
		},
		slip_print: ({ patient_id }) => {
			const { name, slip } = patients.find((one) => one.patient_id === patient_id);
			return reply("stored", "slip_printed", "The slip is printing", name, { slip, print_job_id: 1 });
		},
		visit_identify: ({ choice, stated_by }) => {
			if (open.dates[choice - 1] !== open.patient.birth_date) {
				visit_over("closed");
				return answer("stop", "wrong_date", "This is not the birth date on record", "Is this the right patient? Start again from the slip.");
			}
			Object.assign(open, { state: "labels", stated_by });
			open.tubes.filter((tube) => !tube.jar).forEach(label_print);
			return answer("stored", "identified", "Identified", "Labels are printing in order of draw.");
		},
		visit_close: ({ check }) => {
			for (const tube of open.tubes.filter((one) => one.state === "labelled")) {
				tube.state = "collected";
				event(tube.specimen_id, "collected", "Collected", "S39");
			}
			open.patient.done = true;
			visit_over("closed");
			return answer("complete", "closed", "Collected", check === "no_patient" ? "Closed without the patient's check." : "Tubes to their places.");
		},
		visit_park: ({ visit_id }) => {
			if (visit_id !== open.visit_id)
				return answer("question", "another_visit", "Another visit is open now: nothing was done", "Look whose it is. Then do it again.");
			parked.push({ visit: open, parked_at: new Date(Date.now() - 16 * 60000).toISOString() });
			open = null;
			changed("due");
			return answer("stored", "parked", "Parked", "Go on from the list.");
		},
		visit_resume: ({ visit_id }) => {
			open = parked.splice(parked.findIndex((one) => one.visit.visit_id === visit_id), 1)[0].visit;
			changed("due");
			return answer("stored", "resumed", open.patient.name, "Go on.");
		},
		not_collected: ({ specimen_id, reason }) => {
			const tube = tube_of(specimen_id);
			Object.assign(tube, { state: "not_collected", reason: reasons.not_collected.find((one) => one.reason === reason).name });
			for (const label of tube.labels.filter((one) => one.state === "printed"))
				label.state = "voided";
			labels_check();
			return answer("stored", "not_collected", "Not collected", tube.reason);
		},
		reprint: ({ specimen_id }) => {
			const tube = tube_of(specimen_id);
			tube.state = "waiting";
			label_print(tube);
			return answer("stored", "reprint", "Printing again", "Tear up the old label.");
		},
		jar_set: ({ specimen_id, site, side }) => {
			const tube = tube_of(specimen_id);
			Object.assign(tube.jar, { site: site.toUpperCase(), side });
			tube.state = "waiting";
			label_print(tube);
			return answer("stored", "jar_prints", `Jar ${tube.jar.letter}: ${side} ${tube.jar.site}. Its label prints`, null);
		},
		label_end: ({ specimen_id, copy }) => {
			tube_of(specimen_id).labels.find((one) => one.copy === copy).state = "destroyed";
			return answer("stored", "torn_up", "Torn up", null);
		},
		print_answer: ({ print_job_id, came_out }) => {
			const supply = stock.came_out({ print_job_id, came_out });
			if (supply)
				return supply;
			const tube = open.tubes.find((one) => one.labels.some((label) => label.print_job_id === print_job_id));
			const label = tube.labels.find((one) => one.print_job_id === print_job_id);
			if (came_out === "yes") {
				label_out(tube, label);
				return answer("stored", "printed", "Printed", null);
			}
			label.state = came_out === "no" ? "failed" : "old";
			label_print(tube);
			return answer("stored", "print_again", "Printing again", null);
		},
		alarm_answer: ({ choice }, here) => {
			if (here?.station.kind === "receiving")
				return custody.receiving.alarm_answer({ choice }, here);
			if (choice === "gone" ? !open.alarm?.gone : !open.alarm?.rescanned)
				return answer("stop", "alarm_open", "Scan it again first", null);
			open.alarm = null;
			return answer("stored", choice, card_name(choice), "Go on.");
		},
		order_here: (args) => {
			const { family, given, birth_date, sex, number } = args.patient ?? {};
			const patient = patients.find((one) => one.patient_id === args.patient_id)
				?? patient_add({ name: `${family.toUpperCase()}, ${given}`, number, birth_date, sex, codes: [] });
			patient.codes = [...new Set([...patient.codes, ...args.tests])];
			changed("due");
			return reply("stored", "order_stored", "Order entered here", patient.name, { lab_order_id: 1, patient_id: patient.patient_id });
		},
		order_mend: ({ lab_order_id }) => {
			amber.splice(amber.findIndex((one) => one.lab_order_id === lab_order_id), 1);
			waiting.amber = [];
			changed("due");
			return reply("stored", "mended", "Mended", null);
		},
		message_done: ({ message_id }) => {
			amber.splice(amber.findIndex((one) => one.message_id === message_id), 1);
			changed("due");
			return reply("stored", "looked", "Looked at", null);
		},
	};

	function due_row(one) {
		const wanted = tests.filter((test) => one.codes.includes(test.code));
		return {
			patient_id: one.patient_id, name: one.name, number: one.number, birth_year_hidden: true, tests: wanted.map((test) => test.name),
			containers: new Set(wanted.map((test) => test.container)).size, stat: one.stat, since: one.since, slip: one.slip, amber: one.amber,
			printable: one.amber.length === 0, look_alike: one.look_alike,
		};
	}

	function parked_row({ visit, parked_at }) {
		const { visit_id, held_by, open_labels, patient: { patient_id, name, number } } = view(visit);
		return { visit_id, patient_id, name, number, parked_at, held_by, open_labels, remind: true };
	}

	function due() {
		const busy = [open, ...parked.map((one) => one.visit)].map((visit) => visit?.patient);
		return {
			due: patients.filter((one) => !one.done && !busy.includes(one)).map(due_row), parked: parked.map(parked_row), amber,
			cups_out: [], to_fill: [], cups_kept: [], matches: [], unmatched: [], rejected: [],
		};
	}

	function timeline({ specimen_id }) {
		const found = specimens.get(specimen_id.slice(0, 12));
		if (!found)
			return null;
		const { tube: { number, of, container, tests: wanted, state }, patient: { name, number: patient_number }, events } = found;
		return {
			specimen: { specimen_id: specimen_id.slice(0, 12), number, of, container, tests: wanted }, patient: { name, number: patient_number }, events, state,
			acts: [], verified: events.some((one) => one.seal.state === "pending") ? "pending" : "intact", broken_at: null,
		};
	}

	function catalogue() {
		return {
			tests: tests.map(({ code, name, container }) => ({ code, name, container_type_id: container })), container_types: [],
			favourites: [{ name: "Annual check", tests: ["CBC", "CMP", "LIPID"] }, { name: "Diabetes", tests: ["A1C", "CMP"] }], providers: ["Dr. Lee", "Dr. Haddad"],
		};
	}

	function patient_find({ query }) {
		const found = patients.filter((one) => `${one.name} ${one.number}`.toLowerCase().includes(query.toLowerCase()));
		return { patients: found.map(({ patient_id, name, number, sex }) => ({ patient_id, name, number, sex })) };
	}

	return {
		stations, actions, held, specimens, badge, pin, cards, patients, policies, printer, printer_set, custody, people, templates, downtime, enrol, pages, pass, stock, kept, settings,
		views: { ...custody.views, ...templates.views, ...stock.views, ...printers.views, ...analyzers.views, ...downtime.views, ...enrol.views, ...pages.views, ...pass.views, ...rules.views, ...settings.views, visit: (query, here) => view(here && here.station.kind !== "collection" ? null : open) ?? station_view(here), collections_due: due, timeline, catalogue, patient_find, messages: () => ({ messages: [] }) },
		stranger: () => tubes_make(patients.find((one) => one !== open?.patient))[0].specimen_id,
		sign_in: (given, typed, page, token) => {
			const { station } = page.station;
			const who = people.find((one) => one.badge === given)?.operator;
			if (!who || !(shaded && sessions.has(token)) && typed !== pin)
				return reply("question", "sign_in_refused", "Badge or PIN is not right", "Try again, or ask a lead.");
			const mine = token ?? randomUUID();
			sessions.set(mine, { station, page, who });
			shaded = false;
			return reply("stored", "signed_in", `Good morning, ${who.name}`, null, { operator: who, token: mine });
		},
		policy_second: ({ badge: given, pin: typed, args }, here) => {
			const who = people.find((one) => one.badge === given)?.operator;
			return settings.second(typed === pin ? who : null, args, here);
		},
		/* Of a page by its token; of a scanner whoever signed in last at its station. */
		here: (station, token) => {
			const found = token === undefined ? [...sessions.values()].findLast((one) => one.station === station.station) : sessions.get(token);
			return { station, token, operator: found && found.station === station?.station ? found.who : null };
		},
		signed_in: ({ operator }) => operator !== null && !shaded,
		me: ({ station, operator }) => ({
			station, operator, shaded, shade_at: null, expires_at: null, practice: true, pages_waiting: operator?.roles.includes("admin") ? pages.waiting() : 0, visit_id: open?.visit_id ?? null,
			sees_patients: station.kind !== "pickup", policies, commands: cards, reasons,
			devices: [...enrol.mine(station), station.kind === "collection" && { device_id: 11, kind: "printer", name: "Room 1 printer", transport: "virtual", stock: printer.stock, state: printer_words(), one_way: printer.one_way, labels_left: printer.left },
				{ device_id: station.station_id * 10 + 2, kind: "scanner", name: `${station.name} scanner`, transport: "virtual", state: ["ok"], labels_left: null }].filter(Boolean),
		}),
	};
}
