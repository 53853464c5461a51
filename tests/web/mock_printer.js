/* Printers' and scanners' health in the mock: of each one that is worn, one of which nothing is known. */
export function printers_new({ reply, people }) {
	const day = (n, counts) => ({ day: new Date(Date.now() - (13 - n) * 86400000).toISOString().slice(0, 10), made: 0, failed: 0, read: 0, no_read: 0, again: 0, ...counts });
	const worn = Array.from({ length: 14 }, (none, n) => day(n, n % 7 < 5 ? { made: 52 + n, failed: n === 3 ? 1 : 0, read: 50 + n, no_read: n > 9 ? n - 9 : 0, again: 2 } : {}));
	const sum = (trend, name) => trend.reduce((total, one) => total + one[name], 0);
	const printer = (device_id, name, station, judged, trend) => ({ device_id, name, station, language: "zpl", judged, trend, faults: {}, alarm: null, tests: [], test_due: true,
		...Object.fromEntries(["made", "failed", "read", "no_read", "again"].map((one) => [one, sum(trend, one)])) });
	const printers = [printer(11, "Room 1 printer", "Room 1", "worse", worn), printer(21, "Room 2 printer", "Room 2", "open", Array.from({ length: 14 }, (none, n) => day(n, {})))];
	const scans = Array.from({ length: 14 }, (none, n) => ({ day: day(n).day, scans: n % 7 < 5 ? 180 + 3 * n : 0, misread: n > 8 && n % 7 < 5 ? n - 8 : 0, faults: n === 4 ? 1 : n === 12 ? 4 : 0 }));
	const scanner = (device_id, name, station, judged, trend, more) => ({ device_id, name, station, judged, trend, repeats: 0, questions: 0, stops: 0, broken: 0, refused: 0, near: 0, held_up: 0, faults: {}, alarm: null,
		checks_failed: [], slow_ms: null, times: [], scans: sum(trend, "scans"), misread: sum(trend, "misread"), ...more });
	const scanners = [scanner(12, "Room 1 scanner", "Room 1", "worse", scans, { repeats: 31, questions: 44, stops: 3, broken: 1, refused: 2, near: 1, held_up: 3, slow_ms: 38, faults: { stall: 4, left: 1 },
			alarm: { code: "device_faults_bus", title: "Room 1 scanner breaks off what it sends: 4 times in two days", do: "Plug it into another socket, of the computer itself and not of a hub. If it goes on, take another cable, then another device." }, times: [{ upto_ms: 50, scans: 5980 }, { upto_ms: 100, scans: 21 }, { upto_ms: 200, scans: 0 }, { upto_ms: 500, scans: 0 }, { upto_ms: 1000, scans: 0 }, { upto_ms: null, scans: 2 }],
			checks_failed: [{ symbology: "Code 128", n: 5 }, { symbology: "", n: 2 }] }),
		scanner(22, "Room 2 scanner", "Room 2", "open", scans.map((one) => ({ ...one, scans: 0, misread: 0, faults: 0 })), {})];
	const near_misses = [{ at: new Date(Date.now() - 3600000).toISOString(), read: "900000100071", near: "900000101041", specimen_id: "900000101041", copy: 1, scanner: "Room 1 scanner", station: "Room 1",
		printer: "Room 1 printer", printer_station: "Room 1", printed_at: new Date(Date.now() - 4000000).toISOString() }];
	const who = (here) => people.find((one) => one.operator.operator_id === here.operator?.operator_id)?.operator.name;
	let made = 0;

	return {
		actions: {
			pattern_print: ({ device_id }) => {
				const one = printers.find((x) => x.device_id === device_id);
				one.tests.unshift({ printer_test_id: ++made, asked_at: new Date().toISOString(), state: "printed", white_lines: null, answered_at: null, answered_by: null });
				return reply("stored", "pattern_prints", `The test pattern prints on ${one.name}`, "Look at its black bars.", { printer_test_id: made });
			},
			pattern_answer: ({ printer_test_id, white_lines }, here) => {
				const one = printers.find((x) => x.tests.some((test) => test.printer_test_id === printer_test_id));
				Object.assign(one.tests.find((test) => test.printer_test_id === printer_test_id), { white_lines, answered_at: new Date().toISOString(), answered_by: who(here) });
				one.test_due = false;
				return reply("stored", white_lines ? "pattern_lines" : "pattern_clean", `${one.name}: ${white_lines ? "white lines" : "no white lines"}`, "");
			},
		},
		views: { printer_health: () => ({ days: 14, printers, scanners, near_misses }) },
	};
}
