/*
 * Printers, for administrators: how well each one's labels read, day by day, as the database counted and judged it; the test
 * pattern with what a person saw on it.
 */
import { choice, fill, h, svg } from "../dom.js";
import { quietly } from "../reading.js";
import { say, say_date, say_moment } from "../words.js";

const DAY_PX = 22;
const HIGH_PX = 64;
const LEAST_PX = 4; /* one label in thousands is still seen */

const high = (n, most) => n ? Math.max(LEAST_PX, Math.round(n / most * HIGH_PX)) : 0;

function day_bars(one, index, most) {
	const bar = (kind, n) => n > 0 && svg("rect", { class: kind, x: index * DAY_PX + 2, y: HIGH_PX - high(n, most), width: DAY_PX - 4, height: high(n, most) });
	return svg("g", { data: { day: one.day } }, svg("title", {}, say("printer_day", { ...one, day: say_date(one.day) })),
		svg("rect", { class: "day", x: index * DAY_PX, y: 0, width: DAY_PX, height: HIGH_PX }), bar("read", one.read), bar("no-read", one.no_read));
}

function trend(printer) {
	const most = Math.max(1, ...printer.trend.map((one) => Math.max(one.read, one.no_read)));
	return svg("svg", { class: "printer-trend", role: "img", "aria-label": say("printer_trend"), viewBox: `0 0 ${printer.trend.length * DAY_PX} ${HIGH_PX}`, width: printer.trend.length * DAY_PX, height: HIGH_PX },
		printer.trend.map((one, index) => day_bars(one, index, most)));
}

function test_line(test) {
	const seen = test.white_lines === null ? say("pattern_asked", { time: say_moment(test.asked_at) }) : say(test.white_lines ? "pattern_white" : "pattern_clean");
	return h("li", { data: { test: test.printer_test_id, lines: test.white_lines } }, seen,
		test.answered_by && h("span", { class: "none" }, " ", say("pattern_by", { name: test.answered_by, time: say_moment(test.answered_at) })));
}

export function printers_view(root, ctx) {
	const list = h("div", { class: "printer-list" });
	const leave = h("div", {});
	const lead = h("p", { class: "lead" });
	let health = null;
	const may = ctx.state.me.operator.roles.includes("admin");

	root.replaceChildren(h("div", { class: "printer-page" }, h("div", { class: "page-head" }, h("div", {}, h("h1", {}, say("printers")), lead), leave), list));

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
			seen?.white_lines && h("p", { class: "judged white" }, say("pattern_seen")),
			printer.judged === "worse" && h("p", {}, say("printer_worse_do")),
			trend(printer),
			h("p", { class: "counts" }, ["read", "no_read", "again", "failed"].map((count) => say(`printer_${count}`, printer)).join(", ")),
			pattern_nodes(printer));
	}

	function update() {
		fill(leave, choice({ key: "Esc", command: "back", label: say("back"), kind: "quiet", act: ctx.back }));
		fill(lead, may ? say("printers_do", { days: health?.days ?? 14 }) : say("printers_none"));
		if (may)
			fill(list, (health?.printers ?? []).map(printer_panel));
	}

	if (may)
		read();

	return { update, end: () => undefined };
}
