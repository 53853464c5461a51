/*
 * After a downtime: a tube with a label printed ahead is scanned, its patient found, what the paper form says is entered, a
 * colleague looks and scans the badge. On the mock, and on the running practice clinic, where the tube then is on no list of
 * what is due, its number cannot be entered for another patient, and an unentered one is set aside at the laboratory.
 */
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { browser_open, browser_path, wedge } from "./browser.js";
import { act, real, shot as picture, sql } from "./scenario.js";
import { page_open, person_at, world_open } from "./world.js";

const READ_MS = 1100;
let world = null;
let browser = null;
let page = null;
let labels = [];
let second = null; /* the badge of a colleague */
let patient = null; /* {name part, number, birth_date, slip} */
let other = null;
const mark = Date.now().toString(36).toUpperCase();
const shot = (name) => picture(page, `downtime-${name}`);

async function patient_new(family, birth_date) {
	const order = await act(page, "order_here", { patient_id: null, patient: { family, given: "Petra", birth_date, sex: "F", number: `DT-${mark}-${family.at(-1)}` }, tests: ["CBC", "PT"], provider: "Dr. Lee", source: "paper", read_back: false });
	assert.equal(order.verdict, "stored", order.title);
	const slip = await act(page, "slip_print", { patient_id: order.data.patient_id });
	return { patient_id: order.data.patient_id, name: family, birth_date, slip: slip.data.slip };
}

async function world_real() {
	const admin = await person_at(world, world.stations["Room 2"], world.people.admin);
	const { printers } = await admin.view("stock");
	const printed = await admin.act("stock_print", { what: "downtime", count: 4, device_id: printers[0].device_id });
	assert.equal(printed.verdict, "stored", printed.title);
	sql("update clinic.stock_run set made_at = made_at - interval '1 day' where what = 'downtime'"); /* they lay on the shelf */
	labels = sql(`select specimen_id from clinic.downtime_label where stock_run_id = ${printed.data.stock_run_id} order by 1`).split("\n");
	second = sql("select badge from clinic.operator where name = 'Ben Okafor'");
	[patient, other] = [await patient_new(`DOWN${mark}A`, "1961-05-06"), await patient_new(`DOWN${mark}B`, "1972-07-08")];
}

before(async () => {
	assert.ok(browser_path, "no Chromium: install the package chromium, or name one with CHROMIUM");
	world = await world_open();
	browser = await browser_open({ width: 1280, height: 800 });
	page = browser.page;
	page.setDefaultTimeout(15000);
	await page_open(page, world, world.stations["Room 1"], world.people.ma, ".due-page");
	if (real)
		return world_real();
	labels = world.mock.clinic.downtime.labels;
	second = world.mock.clinic.people.find((one) => one.operator.roles.includes("lab_lead")).badge;
	[patient, other] = [world.mock.clinic.patients[3], world.mock.clinic.patients[0]];
});

after(async () => {
	await browser?.close();
	await world?.close();
});

async function form_fill(birth_date, ago_ms = 3600000) {
	const at = new Date(Date.now() - ago_ms);
	await page.fill(".downtime-page input[type=date]", birth_date);
	await page.fill(".downtime-page input[type=datetime-local]", new Date(at - at.getTimezoneOffset() * 60000).toISOString().slice(0, 16));
	await page.selectOption(".downtime-page select", { index: 1 });
}

const verdict = (kind, words) => page.locator(`#verdict.${kind}`, { hasText: words }).waitFor();

test("a downtime label that is scanned asks whose tube it is, and leads to the page", async () => {
	await wedge(page, labels[0]);
	await page.waitForSelector(".downtime-page");
	await verdict("question", "whose tube is it");
	assert.match(await page.textContent(".downtime-hand"), new RegExp(labels[0]));
	assert.equal(await page.locator("#asked .ask").count(), 0, "the page itself is the question's answer");
	await shot("1-label");
});

test("the slip chooses the patient and opens no visit; what is due is chosen from by its cap", async () => {
	await wedge(page, patient.slip);
	await page.waitForSelector(".downtime-tube");
	assert.match(await page.textContent(".chosen-patient"), new RegExp(patient.name.slice(0, 4)));
	assert.equal(await page.locator(".downtime-tube").count() > 1, true);
	await page.locator(".downtime-tube .choice:enabled").first().click();
	assert.equal(await page.locator(".downtime-tube").first().getAttribute("data-label"), labels[0]);
	await wedge(page, labels[1]);
	await page.waitForSelector(".downtime-hand");
	await page.locator(".downtime-tube .choice:enabled:not(.small)").first().click();
	assert.equal(await page.locator(".downtime-tube").nth(1).getAttribute("data-label"), labels[1]);
	assert.match(await page.textContent(".missing"), /birth date/);
	await shot("2-tubes");
});

test("another birth date than the patient's is refused; the right one asks for a second person", async () => {
	await form_fill("1950-01-01");
	const save = page.locator(".order-foot .choice", { hasText: "Ask the second person" });
	await save.click();
	await verdict("question", "not the birth date");
	await form_fill(patient.birth_date);
	await save.click();
	await page.locator("#asked .ask", { hasText: "A second person" }).waitFor();
	await shot("3-second");
});

test("one's own badge is not another's; a colleague's enters it", async () => {
	await wedge(page, world.people.ma.badge);
	await verdict("question", "Another person's badge");
	await wedge(page, second);
	await verdict("complete", "entered");
	await page.locator(".downtime-page li", { hasText: labels[0].slice(-4) }).waitFor();
	assert.equal(await page.locator(".downtime-tube").count(), 0);
	await shot("4-entered");
	if (!real)
		return;
	assert.equal(sql(`select string_agg(kind, ' ' order by n) from custody.event where subject = '${labels[0]}'`), "remark prepared label_printed labelled collected");
	assert.equal(sql(`select count(*) from clinic.collections where patient_id = ${patient.patient_id} and state = 'due'`), "0");
});

test("a label that is entered already is no other patient's: red, and the station is locked", async () => {
	await wedge(page, labels[2]);
	await page.waitForSelector(".downtime-hand");
	await wedge(page, other.slip);
	await page.waitForSelector(".downtime-tube");
	await wedge(page, labels[0]);
	await verdict("stop", "another patient's tube");
	await shot("5-twice");
	if (!real)
		return;
	await page.locator("#alarm", { hasText: "another patient's tube" }).waitFor();
	await wedge(page, labels[0]);
	await page.locator("#alarm .choice.big:enabled", { hasText: "Tube set aside" }).click();
	await page.waitForSelector("#alarm", { state: "hidden" });
	assert.equal(sql(`select (custody.state('${labels[0]}')).kind`), "held");
});

test("the page is left by Back, and the label is still nobody's", async () => {
	await page.keyboard.press("Escape");
	await page.waitForSelector(".due-page");
	if (real)
		assert.equal(sql(`select count(*) from clinic.specimen where specimen_id = '${labels[2]}'`), "0");
});

test("one that nobody entered is set aside at the laboratory, received once it is entered", { skip: !real }, async () => {
	const bench = await person_at(world, world.stations["Lab bench 2"], world.people.receiver);
	const first = await bench.scan(labels[3]);
	assert.equal(`${first.verdict} ${first.code}`, "question downtime_unsaid");
	assert.match(first.title, /nobody said whose: set aside$/);
	const asked = (await bench.view("receiving")).questions.find((one) => one.specimen_id === labels[3]);
	assert.equal(asked.kind, "downtime");
	await page.reload();
	await page.waitForSelector(".due-page");
	await wedge(page, labels[3]);
	await page.waitForSelector(".downtime-page");
	await wedge(page, other.slip);
	await page.waitForSelector(".downtime-tube");
	await page.locator(".downtime-tube .choice:enabled").first().click();
	await form_fill(other.birth_date);
	await page.locator(".order-foot .choice", { hasText: "Ask the second person" }).click();
	await page.locator("#asked .ask", { hasText: "A second person" }).waitFor();
	await wedge(page, second);
	await verdict("complete", "entered");
	assert.equal((await bench.scan(labels[3])).code, "tube_not_packed"); /* received; in no bag that we know of */
	assert.equal(sql(`select (custody.state('${labels[3]}')).kind`), "accepted");
	assert.deepEqual((await bench.view("receiving")).questions.filter((one) => one.kind === "downtime" && one.specimen_id === labels[3] && !one.settled), []);
	for (const { event_id } of (await bench.view("receiving")).questions.filter((one) => one.specimen_id === labels[3] && !one.settled))
		await bench.act("question_settle", { event_id, note: "a downtime" });
	sql(`update clinic.lab_order_test t set state = 'cancelled' from clinic.lab_order o where o.lab_order_id = t.lab_order_id and o.patient_id = ${other.patient_id} and t.state = 'due'`);
	await page.waitForTimeout(READ_MS);
});

test("the page itself had no error", () => {
	assert.deepEqual(browser.errors.filter((one) => !/status of 401/.test(one)), []);
});
