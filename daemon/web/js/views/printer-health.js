/*
 * Printers and scanners, for administrators: how well each one's labels read, or it reads, day by day, as the database counted
 * and judged it; the test pattern with what a person saw on it.
 */
import { choice, fill, h, svg } from "../dom.js";
import { quietly } from "../reading.js";
import { say, say_date, say_moment } from "../words.js";

const DAY_PX = 22;
const HIGH_PX = 64;
const FAULT_PX = 4;
const LEAST_PX = 4; /* one label in thousands is still seen */

const high = (n, most) => n ? Math.max(LEAST_PX, Math.round(n / most * HIGH_PX)) : 0;

/* kind: "printer" or "scanner"; of each day what was read well, and what was not, as the database names them. */
const counted = { printer: ["read", "no_read"], scanner: ["scans", "misread"] };

function day_bars(kind, one, index, most) {
	const [read, no_read] = counted[kind];
	const bar = (name, n) => n > 0 && svg("rect", { class: name, x: index * DAY_PX + 2, y: HIGH_PX - high(n, most), width: DAY_PX - 4, height: high(n, most) });
	return svg("g", { data: { day: one.day } }, svg("title", {}, say(`${kind}_day${one.faults ? "_faults" : ""}`, { ...one, day: say_date(one.day) })),
		svg("rect", { class: "day", x: index * DAY_PX, y: 0, width: DAY_PX, height: HIGH_PX }), bar("read", one[read]), bar("no-read", one[no_read]),
		one.faults > 0 && svg("circle", { class: "fault", cx: index * DAY_PX + DAY_PX / 2, cy: FAULT_PX, r: FAULT_PX - 1 }));
}

function trend(kind, days) {
	const most = Math.max(1, ...days.flatMap((one) => counted[kind].map((name) => one[name])));
	return svg("svg", { class: "printer-trend", role: "img", "aria-label": say(`${kind}_trend`), viewBox: `0 0 ${days.length * DAY_PX} ${HIGH_PX}`, width: days.length * DAY_PX, height: HIGH_PX },
		days.map((one, index) => day_bars(kind, one, index, most)));
}

const times_words = (times) => times.filter((one) => one.scans > 0).map((one) => say(one.upto_ms === null ? "scanner_time_more" : "scanner_time", one)).join(", ");

/* What its cable does: told when it rises, with what to do; and all that there was. */
const fault_kinds = ["stall", "babble", "broken_off", "mute", "left", "garbled"];

const alarm_node = ({ alarm }) => alarm && h("p", { class: "device-alarm", data: { alarm: alarm.code } }, h("b", {}, alarm.title), ". ", alarm.do);

function faults_node({ faults }) {
	const list = fault_kinds.filter((kind) => faults[kind] > 0).map((kind) => say(`fault_${kind}`, { n: faults[kind] }));
	return list.length > 0 && h("p", { class: "counts device-faults" }, say("faults", { list: list.join(", ") }));
}

function scanner_panel(scanner) {
	const failed = scanner.checks_failed.map((one) => say("scanner_failed", { symbology: one.symbology || say("scanner_symbology_none"), n: one.n }));
	const words = ["scans", "repeats", "questions", "stops", "misread", "near", "refused", "broken", "held_up"]
		.filter((count) => count === "scans" || scanner[count] > 0).map((count) => say(`scanner_${count}`, scanner));
	return h("section", { class: "panel", data: { device: scanner.device_id, judged: scanner.judged } },
		h("h2", {}, scanner.name, " ", h("small", {}, scanner.station)),
		h("p", { class: "judged" }, say(`scanner_${scanner.judged}`)),
		alarm_node(scanner),
		scanner.judged === "worse" && h("p", {}, say("scanner_worse_do")),
		scanner.near > 0 && h("p", { class: "near" }, say("scanner_near_do", scanner)),
		trend("scanner", scanner.trend),
		h("p", { class: "counts" }, words.join(", ")),
		faults_node(scanner),
		failed.length > 0 && h("p", { class: "counts" }, say("scanner_checks", { list: failed.join(", ") })),
		scanner.slow_ms !== null && h("p", { class: "counts scanner-times" }, say("scanner_slow", scanner), " ", say("scanner_times", { list: times_words(scanner.times) })));
}

/* The digits that are not those of the label stand out. */
const digits_nodes = (read, near) => [...read].map((digit, index) => digit === near[index] ? digit : h("mark", {}, digit));

/* Numbers that pass their check and are nobody's, each with the label that it most likely was. */
function misses_panel(misses) {
	return misses.length > 0 && h("section", { class: "panel near-misses" }, h("h2", {}, say("near_misses")), h("p", {}, say("near_misses_do")),
		h("ul", {}, misses.map((one) => h("li", { data: { near: one.near } },
			h("p", { class: "near-codes" }, h("span", {}, say("near_read"), " ", h("code", {}, digits_nodes(one.read, one.near))), h("span", {}, say("near_label"), " ", h("code", {}, digits_nodes(one.near, one.read)))),
			h("p", { class: "none" }, say("near_where", { ...one, scanner: one.scanner ?? say("near_by_hand"), station: one.station ?? "", time: say_moment(one.at), printed: say_moment(one.printed_at) }))))));
}

function test_line(test) {
	const seen = test.white_lines === null ? say("pattern_asked", { time: say_moment(test.asked_at) }) : say(test.white_lines ? "pattern_white" : "pattern_clean");
	return h("li", { data: { test: test.printer_test_id, lines: test.white_lines } }, seen,
		test.answered_by && h("span", { class: "none" }, " ", say("pattern_by", { name: test.answered_by, time: say_moment(test.answered_at) })));
}

export function printers_view(root, ctx) {
	const list = h("div", { class: "printer-list" });
	const scanners = h("div", { class: "printer-list scanner-list" });
	const misses = h("div", {});
	const leave = h("div", {});
	const lead = h("p", { class: "lead" });
	let health = null;
	const may = ctx.state.me.operator.roles.includes("admin");

	root.replaceChildren(h("div", { class: "printer-page" }, h("div", { class: "page-head" }, h("div", {}, h("h1", {}, say("printers")), lead), leave), list,
		may && h("div", { class: "page-head" }, h("div", {}, h("h1", {}, say("scanners")), h("p", { class: "lead" }, say("scanners_do")))), misses, scanners));

	/* Not with every event, as the lists are: counting a fortnight takes the database a second. */
	async function read() {
		health = await quietly(() => ctx.view("printer_health", {})) ?? health;
		update();
	}

	async function act(name, args) {
		await ctx.act(name, args);
		await read();
	}

	function answer(test) {
		const button = (label, white_lines) => choice({ label, kind: "small", focus: `lines/${test.printer_test_id}/${white_lines}`,
			act: () => act("pattern_answer", { printer_test_id: test.printer_test_id, white_lines }) });
		return h("div", { class: "line" }, h("b", {}, say("pattern_ask")), button(say("yes"), true), button(say("no"), false));
	}

	function pattern_nodes({ device_id, tests, test_due }) {
		return [(test_due || !tests.length) && h("p", { class: "printer-due" }, say(tests.length ? "pattern_due" : "pattern_never")),
			tests[0]?.white_lines === null && answer(tests[0]),
			choice({ label: say("pattern_print"), kind: "small", focus: `pattern/${device_id}`, act: () => act("pattern_print", { device_id }) }),
			tests.length > 0 && h("ul", { class: "printer-tests" }, tests.map(test_line))];
	}

	function printer_panel(printer) {
		const seen = printer.tests.find((test) => test.white_lines !== null); /* the newest that somebody looked at */
		return h("section", { class: "panel", data: { device: printer.device_id, judged: printer.judged } },
			h("h2", {}, printer.name, " ", h("small", {}, printer.station)),
			h("p", { class: "judged" }, say(`printer_${printer.judged}`)),
			alarm_node(printer),
			seen?.white_lines && h("p", { class: "judged white" }, say("pattern_seen")),
			printer.judged === "worse" && h("p", {}, say("printer_worse_do")),
			trend("printer", printer.trend),
			h("p", { class: "counts" }, ["read", "no_read", "again", "failed"].map((count) => say(`printer_${count}`, printer)).join(", ")),
			faults_node(printer),
			pattern_nodes(printer));
	}

	function update() {
		fill(leave, choice({ key: "Esc", command: "back", label: say("back"), kind: "quiet", act: ctx.back }));
		fill(lead, may ? say("printers_do", { days: health?.days ?? 14 }) : say("printers_none"));
		if (may) {
			fill(list, (health?.printers ?? []).map(printer_panel));
			fill(misses, misses_panel(health?.near_misses ?? []));
			fill(scanners, (health?.scanners ?? []).map(scanner_panel));
		}
	}

	if (may)
		read();

	return { update, end: () => undefined };
}
