/* Downtime labels in the mock: twelve that nobody entered; what is entered waits for another's badge, which is anybody's but a courier's. */
import { id_make } from "../../daemon/web/js/id.js";
import { containers, tests } from "./mock_data.js";

const COUNT = 12;
const FIRST = 5001;

export function downtime_new({ reply, people, patients, changed }) {
	const labels = Array.from({ length: COUNT }, (none, n) => id_make("specimen", 900, FIRST + n, 0));
	const bound = new Map();  /* label -> patient */
	const asks = new Map();   /* station -> {ask, claim} */
	const entered = [];

	function plan(patient) {
		const wanted = [...new Set(patient.codes.map((code) => tests.find((one) => one.code === code).container))].sort((a, b) => containers[a].order - containers[b].order);
		return wanted.map((key, index) => ({ number: index + 1, priority: "", ids: tests.flatMap((one, n) => one.container === key && patient.codes.includes(one.code) ? [n + 1] : []),
			tests: tests.filter((one) => one.container === key && patient.codes.includes(one.code)).map(({ code, name }) => ({ code, name })), container: containers[key] }))
			.filter((tube) => !entered.some((one) => one.patient === patient && one.codes.includes(tube.tests[0].code)));
	}

	function ask(here, code, title, todo, more, claim = null) {
		asks.set(here.station.station, { claim, ask: { code, title, do: todo, asked_at: new Date().toISOString(), seconds: 300, specimen_id: null, copy: null, print_job_id: null, visit_id: null,
			commands: [{ command: "back", name: "Back" }], ...more } });
		changed("visit");
	}

	const station_view = (here) => ({ visit_id: null, state: null, patient: null, tubes: [], open_labels: 0, alarm: null, ask: asks.get(here.station.station)?.ask ?? null });

	function bind(claim, second, by) {
		const patient = patients.find((one) => one.patient_id === claim.patient_id);
		for (const { specimen_id } of claim.tubes)
			bound.set(specimen_id, patient);
		const of_plan = plan(patient).filter((tube) => claim.tubes.some((one) => one.tests.join() === tube.ids.join()));
		entered.unshift({ visit_id: 900 + entered.length, at: new Date().toISOString(), name: patient.name, number: patient.number, collected_at: claim.collected_at, by, second,
			tubes: claim.tubes.map((one) => one.specimen_id), patient, codes: of_plan.map((tube) => tube.tests[0].code) });
	}

	function badge(text, here, more) {
		const { claim } = asks.get(here.station.station);
		const person = people.find((one) => one.badge === text)?.operator;
		if (!person || person.operator_id === here.operator.operator_id || person.roles.includes("courier"))
			return reply("question", "downtime_self", "Another person's badge is asked", "Somebody else looks at tubes and form.", { ...more, visit: station_view(here) });
		asks.delete(here.station.station);
		bind(claim, person.name, here.operator.name);
		changed("visit");
		return reply("complete", "downtime_entered", `${claim.tubes.length} tubes are entered`, `${person.name} looked at it too.`, { ...more, about: { ...more.about, done: true }, visit: null, touched: "custody" });
	}

	/* What a scan means here, or null. */
	function scan(text, id, here) {
		const waits = asks.get(here.station.station)?.ask.code;
		const more = { scan: { text, kind: id?.kind ?? null }, about: { kind: "downtime", specimen_id: id?.specimen_id ?? null, command: null, done: false } };
		if (id?.kind === "badge" && waits === "downtime_second")
			return badge(text, here, { ...more, about: { ...more.about, kind: "badge" } });
		if (id?.kind === "visit slip" && waits === "downtime_whose") {
			const patient = patients.find((one) => one.slip === text);
			return reply("note", "downtime_patient", patient.name, "Enter the birth date and the time as the form has them.",
				{ ...more, about: { ...more.about, patient_id: patient.patient_id }, visit: station_view(here) });
		}
		if (!labels.includes(id?.specimen_id) || here.station.kind !== "collection")
			return null;
		if (bound.has(id.specimen_id))
			return reply("repeat", "collected_already", "Collected already", null, { ...more, about: { ...more.about, kind: "specimen", downtime: true }, visit: station_view(here) });
		ask(here, "downtime_whose", "Whose tube is it?", "Take its paper form.", { specimen_id: id.specimen_id });
		return reply("question", "downtime_whose", `Downtime label ...${id.specimen_id.slice(-4)}: whose tube is it?`, "Take its paper form.", { ...more, visit: station_view(here) });
	}

	function enter(claim, here) {
		const patient = patients.find((one) => one.patient_id === claim.patient_id);
		const taken = claim.tubes.map((one) => bound.get(one.specimen_id)).find(Boolean);
		if (taken)
			return taken === patient ? reply("repeat", "downtime_entered_already", "This label was entered already", null, { visit: station_view(here) })
				: reply("stop", "downtime_twice", "This label is on another patient's tube", "Set both tubes aside, and call a lead.", { visit: station_view(here) });
		if (claim.birth_date !== patient.birth_date)
			return reply("question", "downtime_birth_date", `That is not the birth date of ${patient.name}`, "Look at the form again.", { visit: station_view(here) });
		const title = `A second person: look at ${claim.tubes.length} tubes of ${patient.name}, number ${patient.number}`;
		ask(here, "downtime_second", title, "Tube and form say this name and birth date? Then scan your badge. Not so? Back.", {}, claim);
		return reply("question", "downtime_second", title, "Scan your badge.", { visit: station_view(here) });
	}

	return {
		labels, scan, ask: (here) => asks.get(here?.station.station)?.ask ?? null, ask_end: (here) => asks.delete(here.station.station),
		actions: { downtime_enter: enter },
		views: {
			downtime: ({ patient_id }) => {
				const patient = patients.find((one) => one.patient_id === Number(patient_id));
				return {
					labels: { issued: COUNT, unassigned: COUNT - bound.size }, operators: people.filter((one) => one.operator.roles.includes("ma")).map(({ operator: { operator_id, name } }) => ({ operator_id, name })),
					patient: patient ? { patient_id: patient.patient_id, name: patient.name, number: patient.number, look_alikes: [] } : null, tubes: patient ? plan(patient) : [],
					entered: entered.map(({ patient: whose, codes, ...one }) => one),
				};
			},
		},
	};
}
