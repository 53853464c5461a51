/*
 * A patient with one name and a birth year only, as the interface sends it: the list says so, the visit asks for one more
 * identifier before anything else, and the label prints with what is known. On the running practice clinic.
 */
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { browser_open, browser_path } from "./browser.js";
import { act, order_send, real, shot as picture, sql, view } from "./scenario.js";
import { page_open, world_open } from "./world.js";

const mark = Date.now().toString(36).toUpperCase();
const number = `UN-${mark}`;
let world = null;
let browser = null;
let page = null;
let patient = null;
const shot = (name) => picture(page, `unusual-${name}`);

/* An order of one test for this name, its parts as PID-5 has them; born as PID-7 has it. */
function order(name, born, id) {
	return order_send(`MSH|^~\\&|EPIC|HILL|SPECIMEND|HERE|20260304050607||ORM^O01|${id}${mark}|T|2.3
PID|1||${id}${mark}^^^EPI^MR||${name}||${born}|F
ORC|NW|${id}${mark}|||||||||||9^DALE^ROBIN
OBR|1|${id}${mark}||CBC^Complete blood count^L`);
}

async function until(what, fn) {
	for (const end_ms = Date.now() + 20000; ;) {
		const found = await fn();
		if (found)
			return found;
		assert.ok(Date.now() < end_ms, `waited for ${what} in vain`);
		await page.waitForTimeout(100);
	}
}

const due_of = async (wanted) => (await view(page, "collections_due")).due.find((one) => one.number === wanted);

before(async () => {
	if (!real)
		return;
	assert.ok(browser_path, "no Chromium: install the package chromium, or name one with CHROMIUM");
	world = await world_open();
	browser = await browser_open({ width: 1280, height: 800 });
	page = browser.page;
	page.setDefaultTimeout(15000);
	await page_open(page, world, world.stations["Room 1"], world.people.ma, ".due-page");
});

after(async () => {
	await browser?.close();
	await world?.close();
});

test("the list says what is unusual", { skip: !real }, async () => {
	assert.ok((await order(`SUKARNO${mark}`, "1962", "UN-")).some((line) => line.startsWith("MSA|AA")));
	patient = (await until("the order", () => due_of(number))).patient_id;
	const row = page.locator(`.due[data-patient="${patient}"]`);
	await row.locator(".pill", { hasText: "only one name" }).waitFor();
	await row.locator(".pill", { hasText: "birth date 1962 (year only)" }).waitFor();
	assert.equal(await row.locator(".pill.gap").filter({ hasText: /given name|birth date/i }).count(), 0);
	await row.scrollIntoViewIfNeeded();
	await shot("1-list");
	await row.locator(".choice", { hasText: "Open" }).click();
});

test("the form comes before anything else, and the label after it", { skip: !real }, async () => {
	await page.locator(".unusual-form").waitFor();
	await shot("2-form");
	await page.locator(".who-choice", { hasText: "Phone" }).click();
	await page.getByLabel("What it says").fill("555 0199");
	await page.locator(".ask .choice:enabled", { hasText: "OK" }).click();
	await page.locator(".unusual", { hasText: "Phone number" }).waitFor();
	await page.locator(".ask", { hasText: "say the full name" }).waitFor();
	await shot("3-name");
	await page.locator(".ask .choice:enabled", { hasText: "Yes" }).click();
	await page.locator(".patient-birth", { hasText: "Born 1962 (year only)" }).waitFor();
	await until("the label", async () => (await view(page, "visit"))?.tubes?.[0]?.state === "printed");
	await shot("4-labels");
	assert.equal((await view(page, "visit")).ask, null, "nothing is asked about a label that says what is known");
	const content = JSON.parse(sql(`select content from clinic.print_job j join clinic.specimen s using (specimen_id) where s.patient_id = ${patient}`));
	assert.deepEqual([content.family, content.given, content.birth_date, content.confirmed_unusual], [`SUKARNO${mark}`, "", "1962", true]);
	assert.equal(sql(`select identifier_kind || ' ' || identifier from clinic.unusual_confirmed where patient_id = ${patient}`), "phone 555 0199");
	const { specimen_id } = (await view(page, "visit")).tubes[0];
	await act(page, "not_collected", { specimen_id, reason: "refused" });
	await act(page, "label_end", { specimen_id, copy: 1, end: "destroyed", reason: null });
	assert.equal((await act(page, "visit_close", { check: "patient_read", reason: null, collected_at: null, collected_source: null })).verdict, "complete");
});

test("nobody's name opens no visit, and says what to do", { skip: !real }, async () => {
	await order("UNKNOWN", "19620304", "UK-");
	const one = await until("the order", () => due_of(`UK-${mark}`));
	assert.equal(one.printable, false);
	const told = await act(page, "visit_open", { slip: null, patient_id: one.patient_id, found_by: "list" });
	assert.equal(told.code, "nobody_name");
	assert.match(told.do, /registration/);
	sql(`update clinic.lab_order_test t set state = 'cancelled' from clinic.lab_order o where o.lab_order_id = t.lab_order_id and o.patient_id = ${one.patient_id} and t.state = 'due'`);
});
