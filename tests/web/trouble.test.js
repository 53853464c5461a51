/*
 * What goes wrong in a medical assistant's day, in a browser against the real service (tests/web/run): another patient's
 * label, a roll that ends, a printer that says nothing, Park, Stop, orders that need a person, cups, the missing time.
 */
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { id_label_text } from "../../daemon/web/js/id.js";
import { say_date } from "../../daemon/web/js/words.js";
import { browser_open, browser_path, digit, wedge } from "./browser.js";
import { act, order_send, post, real, shot, sign_in, sql, view } from "./scenario.js";

const READ_MS = 1200; /* a question takes no answer in its first second */
const QUICK_MS = 5200; /* a label younger than this is asked about before it counts */
const OUT_MS = 10000; /* a label comes out */
const run = Date.now().toString().slice(-7);
const people = {
	amy: { family: "ABERNATHY", given: "June", birth_date: "1948-10-19", sex: "F" },
	tom: { family: "NAKAMURA", given: "Tobias", birth_date: "1962-09-22", sex: "M" },
	eva: { family: "FERRARO", given: "Eva", birth_date: "1990-02-03", sex: "F" },
	ola: { family: "OKONKWO", given: "Ola", birth_date: "1975-12-30", sex: "M" },
	ida: { family: "LINDQVIST", given: "Ida", birth_date: "2001-05-06", sex: "F" },
	max: { family: "PETROV", given: "Max", birth_date: "1983-07-17", sex: "M" },
	hal: { family: "HALVORSEN", given: "Hal", birth_date: "1971-01-13", sex: "M" },
	una: { family: "URQUHART", given: "Una", birth_date: "1966-04-21", sex: "F" },
};
let browser = null;
let page = null;
let printer = null;

/* A test on the real service; when it fails, what was on the screen. */
const scenario = (name, fn) => test(name, { skip: real ? false : "no running service" }, async () => {
	try {
		await fn();
	} catch (error) {
		await shot(page, `failed-${name.slice(0, 40)}`).catch(() => undefined); /* the browser may be what failed */
		throw error;
	}
});
const seen = (selector) => page.waitForSelector(selector);
const gone = (selector) => page.waitForSelector(selector, { state: "hidden" });
const text = (selector) => page.textContent(selector);
const tiles = () => page.$$eval(".tile", (all) => all.map(({ dataset }) => ({ specimen_id: dataset.specimen, state: dataset.state })));
const tile_is = (specimen_id, state) => seen(`.tile[data-specimen="${specimen_id}"][data-state="${state}"]`);
const marks = (name) => page.evaluate((mark) => performance.getEntriesByName(mark).length, name);

async function card(command) {
	const { commands } = await view(page, "me");
	await wedge(page, commands.find((one) => one.command === command).code);
}

/* The virtual printer's trouble; the page is told by the feed. */
async function printer_set(mode, labels_left = null) {
	await post(page, "virtual_printer", { device_id: printer.device_id, mode, labels_left });
}

/* Waits until this job's label lies in the printer's tray. (page.waitForFunction takes a promise for a yes.) */
async function label_out(print_job_id) {
	const out = () => page.evaluate(([device_id, job]) => fetch(`/api/virtual_labels?device_id=${device_id}`)
		.then((answer) => answer.json()).then(({ labels }) => labels.some((one) => one.print_job_id === job)), [printer.device_id, print_job_id]);
	for (const end_ms = Date.now() + OUT_MS; !await out();)
		assert.ok(Date.now() < end_ms, `the label of job ${print_job_id} does not come out`);
}

/* Enters the order, prints the slip and, when it is out, scans it: the visit waits for the birth date. */
async function visit_open(who, tests) {
	const person = { ...people[who], number: `${who}-${run}` };
	const order = await act(page, "order_here", { patient_id: null, patient: person, tests, provider: "Dr. Lee", source: "paper", read_back: false });
	assert.equal(order.verdict, "stored", order.title);
	const { data } = await act(page, "slip_print", { patient_id: order.data.patient_id });
	await label_out(data.print_job_id);
	await wedge(page, data.slip);
	await seen(".dates .choice");
	return data.slip;
}

async function identify(who) {
	const right = say_date(people[who].birth_date);
	const dates = await page.$$eval(".dates .label", (all) => all.map((one) => one.textContent));
	assert.ok(dates.includes(right), `${right} is not among ${dates}`);
	await digit(page, String(dates.indexOf(right) + 1));
	await gone(".identify");
}

/* All labels printed; gives the specimen ids in order of draw. */
async function labels(who, tests) {
	await visit_open(who, tests);
	await identify(who);
	await page.waitForFunction((n) => document.querySelectorAll('.tile[data-state="printed"]').length === n, new Set(tests).size);
	return (await tiles()).map(({ specimen_id }) => specimen_id);
}

async function stick(specimen_id, copy = 1, state = "labelled") {
	const done = `.tile[data-specimen="${specimen_id}"][data-state="${state}"]`;
	await wedge(page, id_label_text(specimen_id, copy));
	await seen(`${done}, .ask:not([hidden])`);
	if (await page.locator(done).count() === 0) {
		await page.waitForTimeout(READ_MS);
		await wedge(page, id_label_text(specimen_id, copy));
	}
	await seen(done);
}

/* Answers the question that is on the screen, after its first second, by its key. */
async function answer(key) {
	await seen(".ask:not([hidden]) .choice:enabled");
	await page.keyboard.press(key);
}

/* The printer had trouble with labels waiting: a person goes on. */
async function rest_here() {
	await seen(".trouble .choice.big:enabled");
	await page.keyboard.press("Enter");
	await gone(".trouble");
}

async function to_list() {
	await page.keyboard.press("Enter");
	await seen(".due-page");
}

before(async () => {
	if (!real)
		return;
	assert.ok(browser_path, "no Chromium: install the package chromium, or name one with CHROMIUM");
	browser = await browser_open();
	page = browser.page;
	page.setDefaultTimeout(20000);
	await sign_in(page, real);
	printer = (await view(page, "me")).devices.find((one) => one.kind === "printer");
	await printer_set("ok");
});

after(() => browser?.close());

let parked = [];

scenario("Park keeps a visit with its labels out", async () => {
	parked = await labels("amy", ["PT", "CMP", "CBC"]);
	await page.keyboard.press("p");
	await seen(".parked");
	assert.match(await text(".parked"), /ABERNATHY, June.*3 labels out/);
	await shot(page, "20-parked");
});

scenario("another patient's label turns the station red on every page, and only that label opens it", async () => {
	const [own] = await labels("tom", ["CBC"]);
	await page.waitForTimeout(QUICK_MS);
	const other = await browser.context.newPage();
	await other.goto(real.url);
	await other.waitForSelector(".visit-page");
	await page.evaluate(() => performance.clearMarks());
	await wedge(page, id_label_text(parked[0], 1));
	await seen("#alarm h1");
	await other.waitForSelector("#alarm h1");
	assert.match(await text("#alarm"), /ANOTHER PATIENT'S LABEL/);
	await shot(page, "21-alarm");
	for (const command of ["yes", "label_removed", "patient_checked", "back", "choice_1"])
		await card(command);
	for (const key of ["1", "y", "c", "Escape", "Enter"])
		await page.keyboard.press(key);
	for (const code of [id_label_text(own, 1), own, "4006381333931", real.badge])
		await wedge(page, code);
	await page.reload();
	await seen("#alarm h1");
	assert.deepEqual(await page.$$eval("#alarm .choice:enabled", (all) => all.map((one) => one.dataset.command)), ["gone", "stop"], "nothing else is open");
	const { alarm, tubes } = await view(page, "visit");
	assert.equal(alarm.rescanned, false);
	assert.equal(tubes[0].state, "printed", "a good label does not count while the station is red");
	await wedge(page, id_label_text(parked[0], 1));
	await seen("#alarm .choice.big:enabled");
	assert.ok(await other.locator("#alarm .choice.big").first().isEnabled().catch(() => false) || await other.waitForSelector("#alarm .choice.big:enabled"));
	await shot(page, "22-alarm-open");
	await page.waitForTimeout(READ_MS);
	await card("label_removed");
	await gone("#alarm");
	await other.waitForSelector("#alarm", { state: "hidden" });
	await other.close();
});

scenario("an alarm that nobody answers sounds three times and is silent", async () => {
	await page.evaluate(() => performance.clearMarks());
	await wedge(page, id_label_text(parked[1], 1));
	await seen("#alarm h1");
	await page.waitForTimeout(10500);
	assert.equal(await marks("tone-stop"), 3);
	assert.ok(await page.isVisible("#alarm"));
});

scenario("Stop goes through the alarm: the visit's tubes are on hold and no label of it is good any more", async () => {
	const { tubes: [tube] } = await view(page, "visit");
	await page.keyboard.press("F9");
	await seen(".over.mistake");
	await shot(page, "23-stopped");
	if (await page.isVisible("#alarm")) {
		await wedge(page, id_label_text(parked[1], 1));
		await seen("#alarm .choice.big:enabled");
		await digit(page, "1");
		await gone("#alarm");
	}
	await to_list();
	await wedge(page, id_label_text(tube.specimen_id, 1));
	await seen("#alarm h1");
	assert.match(await text("#alarm"), /HOLD|VOID/);
	await wedge(page, id_label_text(tube.specimen_id, 1));
	await seen("#alarm .choice.big:enabled");
	await digit(page, "2");
	await gone("#alarm");
});

scenario("the parked visit goes on; a tube that was not collected, labels printed again, and old ones torn up", async () => {
	await page.keyboard.press("p");
	await seen(".labels-lead");
	for (let n = 0; n < 2; n++) { /* the two labels that were taken off wrong tubes are void: print again */
		await answer("y");
		await page.waitForFunction((done) => document.querySelectorAll(".label-state.printed").length > done, n + 1);
	}
	await shot(page, "24-printed-again");
	await digit(page, "3");
	await seen(".sheet");
	await card("not_collected");
	await page.waitForFunction(() => /Could not draw/.test(document.querySelector('.sheet [data-key="1"]').textContent));
	await shot(page, "25-not-collected");
	await card("choice_1");
	await tile_is(parked[2], "not_collected");
	assert.match(await text(`.tile[data-specimen="${parked[2]}"]`), /Could not draw/);
	await answer("Y"); /* its label is loose: torn up */
	await page.waitForFunction((id) => document.querySelector(`.tile[data-specimen="${id}"] .label-state.destroyed`), parked[2]);
	await digit(page, "2");
	await seen(".sheet");
	await card("reprint");
	await page.waitForFunction(() => /Did not come out/.test(document.querySelector('.sheet [data-key="1"]').textContent));
	await digit(page, "2");
	await page.waitForFunction((id) => document.querySelectorAll(`.tile[data-specimen="${id}"] .label-state.printed`).length === 2, parked[1]);
	await wedge(page, parked[1]);
	await seen("#verdict.question");
	assert.match(await text("#verdict"), /more than one label.*square/);
	await shot(page, "26-square");
	await stick(parked[1], 3);
	await seen(".ask:not([hidden])");
	assert.match(await text(".ask"), /Old label: tear it up/);
	await shot(page, "27-old-label");
	await answer("Y");
	await gone(".ask");
	await stick(parked[0], 2);
	await seen(".check");
	await page.keyboard.press("c");
	await seen(".over.closed");
	assert.deepEqual((await tiles()).map(({ state }) => state), ["collected", "collected", "not_collected"]);
	await to_list();
});

scenario("the roll ends in mid-set: red with what to do, also after a reload; filled, the rest prints when a person says so", async () => {
	await visit_open("eva", ["PT", "CMP", "CBC"]);
	await printer_set("ok", 1);
	await identify("eva");
	await seen(".band.printer.stopped");
	await page.waitForFunction(() => document.querySelectorAll('.tile[data-state="printed"]').length === 1);
	await page.reload();
	await seen(".band.printer.stopped");
	assert.match(await text(".band.printer"), /OUT OF LABELS/);
	assert.deepEqual((await tiles()).map(({ state }) => state), ["printed", "waiting", "waiting"]);
	await shot(page, "28-out-of-labels");
	assert.match(await text(".label-state.printed"), /: out/);
	assert.match(await text(".label-state.queued"), /: waiting .*OUT OF LABELS/);
	await seen(".trouble .choice.big:disabled");
	await printer_set("ok");
	await gone(".band.printer");
	await seen(".trouble .choice.big:enabled");
	await page.waitForTimeout(4000); /* longer than the service waits before it looks again */
	assert.deepEqual((await tiles()).map(({ state }) => state), ["printed", "waiting", "waiting"], "nothing prints by itself");
	await shot(page, "28-print-the-rest");
	await page.keyboard.press("Enter");
	await page.waitForFunction(() => document.querySelectorAll('.tile[data-state="printed"]').length === 3, null, { timeout: 30000 });
	await gone(".trouble");
	assert.equal(await page.locator(".label-state").count(), 3, "each label printed once");
	for (const { specimen_id } of await tiles())
		await stick(specimen_id);
	await page.keyboard.press("c");
	await seen(".over.closed");
	await to_list();
});

scenario("a printer that says nothing: did it come out? not sure: print 2, by its square code", async () => {
	const [specimen_id] = await labels("ola", ["CBC"]);
	const copy = await print_unknown(specimen_id);
	await shot(page, "29-did-it-come-out");
	assert.match(await text(".band.printer.stopped"), /does not answer/);
	await printer_set("ok");
	await gone(".band.printer");
	await answer("?");
	await rest_here();
	await page.waitForFunction((n) => document.querySelectorAll(".label-state").length === n && document.querySelector(".label-state:last-child.printed"), copy + 1);
	assert.match(await text(".tile"), /SQUARE/);
	await wedge(page, specimen_id);
	await seen('#verdict.question:has-text("square")');
	await stick(specimen_id, copy + 1);
	for (let n = 1; n <= copy; n++) { /* every other one that may be somewhere is torn up */
		await seen('.ask:has-text("Old label")');
		await answer("Y");
		await page.waitForFunction((torn) => document.querySelectorAll(".label-state.destroyed").length === torn, n);
	}
	await seen(".check");
	await page.keyboard.press("c");
	await seen(".over.closed");
	await to_list();
});

/* Prints again and makes the printer silent once the bytes are with it, until a print is uncertain; gives its copy. */
async function print_unknown(specimen_id) {
	for (let copy = 2; copy <= 6; copy++) {
		await page.evaluate(async ([specimen, device_id, number]) => {
			const send = (name, body) => fetch(`/api/${name}`, { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json", "X-Specimend": "1" } });
			await send("reprint", { request_id: crypto.randomUUID(), args: { specimen_id: specimen, reason: "damaged" } });
			for (let tries = 0; tries < 400; tries++) {
				const { data } = await (await fetch("/api/visit")).json();
				if (data.trouble?.is_ready) /* it was quicker the last time, and the printer is held since */
					await send("print_rest", { request_id: crypto.randomUUID(), args: { device_id, printer: null } });
				const label = data.tubes[0].labels.find((one) => one.copy === number);
				if (label?.job_state === "sent")
					return send("virtual_printer", { device_id, mode: "silent", labels_left: null });
				if (label?.job_state === "printed")
					return null;
			}
			return null;
		}, [specimen_id, printer.device_id, copy]);
		await page.waitForSelector(`.ask:has-text("come out"), .label-state.printed:nth-child(${copy})`, { timeout: 30000 });
		if (await page.isVisible(".ask"))
			return copy;
		await printer_set("ok");
	}
	throw new Error("the printer was never silent in time");
}

const order = (patient, control) => `MSH|^~\\&|EHR|CLINIC|SPECIMEND|LAB|20260302170102||ORM^O01|${control}|T|2.3
PID|1||${patient.number}^^^CLN^MRN||${patient.family}^${patient.given}||${patient.birth_date.replaceAll("-", "")}|${patient.sex}
ORC|NW|${control}^EHR||||||||||1437712345^OKAFOR^DANIEL
OBR|1|${control}^EHR||X${control}^TRACE METALS^L|||20260303080000`;

scenario("an order whose test nobody knows comes in, is mended on the page, and prints", async () => {
	const patient = { ...people.ida, number: `ida-${run}` };
	const acknowledged = await order_send(order(patient, `M${run}`));
	assert.match(acknowledged[1], new RegExp(`^MSA\\|AA\\|M${run}`));
	await page.waitForFunction(() => /LINDQVIST/.test(document.querySelector(".due-side")?.textContent));
	await shot(page, "30-needs-a-person");
	const rows = await page.$$eval(".amber", (all) => all.map((one) => one.textContent));
	await page.keyboard.press("m");
	if (rows.length > 1)
		await digit(page, String(rows.findIndex((one) => one.includes(run)) + 1));
	await seen(".mend .choice");
	await page.fill(".mend input", "glucose");
	await shot(page, "31-mend");
	await page.locator(".mend .choice").first().click();
	await page.waitForFunction(() => !/LINDQVIST/.test(document.querySelector(".due-side").textContent));
	await page.keyboard.press("s");
	await page.keyboard.type(`ida-${run}`, { delay: 120 });
	await page.waitForFunction(() => document.querySelectorAll(".due").length === 1);
	await page.keyboard.press("Enter");
	await seen(".dates");
	await identify("ida");
	await seen('.tile[data-state="printed"]');
	assert.equal(await text(".tile .cap"), "GRAY");
	const [{ specimen_id }] = await tiles();
	await stick(specimen_id);
	await page.keyboard.press("c");
	await seen(".over.closed");
	await to_list();
	await page.keyboard.press("f");
	await seen('input[type="search"]');
	await wedge(page, specimen_id);
	await page.waitForFunction(() => /intact|wait for their seal/.test(document.querySelector(".verified")?.textContent));
	let verified = await text(".verified");
	/* seals are a minute apart */
	for (const end_ms = Date.now() + 90000; Date.now() < end_ms && !/verified: intact/.test(verified);) {
		await page.waitForTimeout(1000);
		await page.reload();
		await seen(".verified");
		verified = await text(".verified");
	}
	assert.match(verified, /Record verified: intact/);
	assert.doesNotMatch(await text("table.timeline"), /\[object|undefined|null/);
	await shot(page, "32-timeline");
	await page.keyboard.press("Escape");
	await seen(".due-page");
});

scenario("a cup is labelled, handed out, and taken back with the time that the patient says", async () => {
	await visit_open("max", ["MACR", "CBC"]);
	await shot(page, "33-plan");
	await identify("max");
	await page.waitForFunction(() => document.querySelectorAll('.tile[data-state="printed"]').length === 2);
	const [tube, cup] = (await tiles()).map(({ specimen_id }) => specimen_id);
	await stick(cup, 1, "handed_out");
	await stick(tube);
	assert.match(await text(".tile.handed_out"), /handed out, due back \d\d:\d\d/);
	await shot(page, "34-handed-out");
	sql(`update clinic.visit set opened_at = opened_at - interval '40 minutes', identified_at = identified_at - interval '40 minutes' where state = 'labels';
		update clinic.hand_out set handed_out_at = handed_out_at - interval '31 minutes', scanned_at = scanned_at - interval '31 minutes' where specimen_id = '${cup}'`);
	await wedge(page, id_label_text(cup, 1));
	await seen(".ask:not([hidden])");
	assert.match(await text(".ask"), /31 minutes ago/);
	await answer("n");
	await seen(".drawn-at");
	await digit(page, "8");
	await seen(".drawn-at .chosen >> text=patient");
	await shot(page, "35-when");
	await digit(page, "4");
	await tile_is(cup, "collected");
});

scenario("a site that always asks for the time of the draw gets it, by one key", async () => {
	sql(`insert into clinic.policy_setting (policy, value, reason) values ('collected_time', '{"mode": "always_ask", "within_min": 10, "cup_min": 15}', 'test')`);
	await page.keyboard.press("c");
	await seen(".drawn-at");
	await shot(page, "36-drawn-at");
	await digit(page, "2");
	await seen(".over.closed");
	const { collected_at } = await view(page, "visit") ?? {};
	sql(`insert into clinic.policy_setting (policy, value, reason) values ('collected_time', '{"mode": "scan_back", "within_min": 10, "cup_min": 15}', 'test')`);
	assert.equal(collected_at, undefined, "the visit is closed");
	const tube = (await tiles())[0].specimen_id;
	const [source, minutes] = sql(`select e.body::jsonb ->> 'source', round(extract(epoch from e.recorded_at - e.occurred_at) / 60)
		from custody.event e where e.subject = '${tube}' and e.kind = 'collected'`).split("|");
	assert.equal(source, "typed");
	assert.ok(minutes === "5" || minutes === "6", minutes);
});

scenario("one cup, two tubes: out, back, filled from it, and the cup thrown away", async () => {
	await to_list();
	await visit_open("una", ["UA", "UCUL"]);
	assert.match(await text(".tiles"), /filled from cup 1/);
	await identify("una");
	await page.waitForFunction(() => document.querySelectorAll('.tile[data-state="printed"]').length === 1);
	const [cup, grey, yellow] = (await tiles()).map(({ specimen_id }) => specimen_id);
	await stick(cup, 1, "handed_out");
	await shot(page, "37-cup-out");
	sql(`update clinic.hand_out set handed_out_at = handed_out_at - interval '5 minutes', scanned_at = scanned_at - interval '5 minutes' where specimen_id = '${cup}'`);
	await wedge(page, id_label_text(cup, 1));
	await page.waitForFunction(() => document.querySelectorAll('.tile[data-state="printed"]').length === 2);
	assert.match(await text(`.tile[data-specimen="${grey}"]`), /Boric acid: fill exactly to the line.*fill it from cup 1 by/);
	await shot(page, "38-filling");
	await stick(grey, 1, "collected");
	await stick(yellow, 1, "collected");
	await shot(page, "39-cup-kept");
	await answer("n");
	await seen(".over.closed");
	const story = (specimen) => sql(`select string_agg(kind, ' ' order by n) from custody.event where subject = '${specimen}'`).trim();
	assert.match(story(cup), /^prepared label_printed.* handed_out collected disposed$/);
	assert.match(story(grey), /^prepared label_printed.* labelled collected aliquoted$/);
	await to_list();
});

scenario("of two labels that a bench held up the first fell down: it is on hold, and the second counts when it is scanned alone", async () => {
	const [first, second] = await labels("hal", ["CBC", "CMP"]);
	await page.waitForTimeout(QUICK_MS);
	sql(`insert into clinic.alarm (station_id, visit_id, code, raw, specimen_id, copy)
		select v.station_id, v.visit_id, 'held_up', '${id_label_text(second, 1)}', s.specimen_id, 1 from clinic.specimen s join clinic.visit v using (visit_id) where s.specimen_id = '${first}'`);
	await page.reload();
	await seen("#alarm h1");
	assert.match(await text('#alarm [data-command="gone"]'), /Neither is here any more/);
	await wedge(page, id_label_text(second, 1));
	await page.waitForFunction(() => /The other one is not here/.test(document.querySelector('#alarm [data-command="gone"]')?.textContent));
	assert.match(await text('#alarm [data-command="gone"]'), new RegExp(`On hold, and void: \u2026${first.slice(-4)}`));
	await shot(page, "40-held-up-gone");
	await card("choice_0"); /* presses nothing: it is not the alarm's */
	await page.waitForTimeout(READ_MS);
	assert.ok(await page.isVisible("#alarm"));
	await card("gone");
	await gone("#alarm");
	await seen("#verdict.stored");
	await shot(page, "41-held-up-over");
	assert.equal(sql(`select (custody.state('${first}')).kind || ' ' || (custody.state('${second}')).kind`), "held label_printed");
	await stick(second);
	await card("patient_checked");
	await page.click(".over.closed .choice.big");
	await seen(".due-page");
});

scenario("the page itself had no error", () => {
	assert.deepEqual(browser.errors.filter((one) => !/status of 401/.test(one)), []);
});
