/*
 * A name that no font can write, on a slip before any label: the station asks, yes prints it, and the labels do not ask
 * again. Another patient of today whose labels would read the same is said. On the running practice clinic.
 */
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { browser_open, browser_path } from "./browser.js";
import { act, real, shot as picture, sql, view } from "./scenario.js";
import { page_open, world_open } from "./world.js";

const READ_MS = 1100;
let world = null;
let browser = null;
let page = null;
let patients = [];
const mark = Date.now().toString(36).toUpperCase();
const shot = (name) => picture(page, `names-${name}`);
const another = Array.from({ length: 4 }, () => "بجدرسكلمن"[Math.floor(Math.random() * 9)]).join(""); /* a name of this run: one of before would be a look-alike */
const names = [[`${another}شاہ`, `${another}فاطمہ`, "1966-06-06"], [`${another}ہاشمی`, `${another}فرح`, "1971-01-07"]]; /* both have a letter that DejaVu has not: U+06C1 */

async function patient_new(family, given, birth_date, n) {
	const reply = await act(page, "order_here", { patient_id: null, patient: { family, given, birth_date, sex: "F", number: `NM-${mark}-${n}` }, tests: ["CBC"], provider: "Dr. Lee", source: "paper", read_back: false });
	assert.equal(reply.verdict, "stored", reply.title);
	return reply.data.patient_id;
}

const job = (patient) => JSON.parse(sql(`select to_jsonb(j) from (select x.state, x.content, x.failed_check from clinic.print_job x join clinic.slip s using (slip)
	where s.patient_id = ${patient} and x.kind = 'slip' order by x.print_job_id desc limit 1) j`) || "null");

async function until(what, fn) {
	for (const end_ms = Date.now() + 20000; ;) {
		const found = await fn();
		if (found)
			return found;
		assert.ok(Date.now() < end_ms, `waited for ${what} in vain`);
		await page.waitForTimeout(100);
	}
}

before(async () => {
	if (!real)
		return;
	assert.ok(browser_path, "no Chromium: install the package chromium, or name one with CHROMIUM");
	world = await world_open();
	browser = await browser_open({ width: 1280, height: 800 });
	page = browser.page;
	page.setDefaultTimeout(15000);
	await page_open(page, world, world.stations["Room 1"], world.people.ma, ".due-page");
	for (const [n, name] of names.entries())
		patients.push(await patient_new(...name, n));
	await page.reload();
	await page.waitForSelector(".due-page");
});

after(async () => {
	await browser?.close();
	await world?.close();
});

test("a slip that can not say the name asks at its station; yes prints it", { skip: !real }, async () => {
	await act(page, "slip_print", { patient_id: patients[0] });
	await page.locator(".ask", { hasText: "The slip can not say" }).waitFor();
	const asked = await page.textContent(".ask h2");
	assert.ok(asked.includes(names[0].slice(0, 2).join(", ")) && asked.includes("≈"), asked);
	await shot("1-asked");
	assert.equal(job(patients[0]).failed_check, "spelling");
	await page.waitForTimeout(READ_MS);
	await page.locator(".ask .choice", { hasText: "Yes" }).click();
	await page.locator("#verdict.stored", { hasText: "The slip prints with that name" }).waitFor();
	await until("the slip", () => job(patients[0]).state === "printed");
	assert.ok(job(patients[0]).content.spelled_family);
	await page.locator(".ask").waitFor({ state: "detached" });
	await shot("2-printed");
});

test("no prints nothing, and is not asked again", { skip: !real }, async () => {
	await act(page, "slip_print", { patient_id: patients[1] });
	await page.locator(".ask", { hasText: "The slip can not say" }).waitFor();
	await page.waitForTimeout(READ_MS);
	await page.keyboard.press("n");
	await page.locator("#verdict.note", { hasText: "No slip is printed" }).waitFor();
	await page.locator(".ask").waitFor({ state: "detached" });
	assert.equal(job(patients[1]).state, "failed");
	assert.equal((await view(page, "visit"))?.ask ?? null, null);
});

test("the labels of the first do not ask what the slip asked", { skip: !real }, async () => {
	const slip = sql(`select slip from clinic.slip where patient_id = ${patients[0]}`);
	const { data } = await act(page, "scan", { raw: btoa(slip), aim: null, source: "typed", device_id: null, device_at_us: null, evidence: null });
	assert.equal(data.visit.patient.patient_id, patients[0]);
	const born = new Date(`${names[0][2]}T00:00:00Z`);
	const choice = data.visit.birth_choices.findIndex((one) => one === `${born.getUTCDate()} ${born.toLocaleString("en", { month: "short", timeZone: "UTC" })} ${born.getUTCFullYear()}`) + 1;
	await page.waitForTimeout(READ_MS);
	await act(page, "visit_identify", { choice, stated_by: { who: "patient", name: null, relation: null } });
	await until("the label", async () => (await view(page, "visit"))?.tubes?.[0]?.state === "printed");
	const { patient } = await view(page, "visit");
	assert.match(patient.label_name, /^≈/);
	const { specimen_id } = (await view(page, "visit")).tubes[0];
	await act(page, "not_collected", { specimen_id, reason: "refused" });
	await act(page, "label_end", { specimen_id, copy: 1, end: "destroyed", reason: null });
	await act(page, "visit_close", { check: "patient_read", reason: null, collected_at: null, collected_source: null });
});

test("two long names that labels shorten to the same ask for a third identifier", { skip: !real }, async () => {
	const long = [await patient_new(`WOLFESCHLEGEL${mark}`, "Hubertus", "1950-01-01", 2), await patient_new(`WOLFESBERGER${mark}`, "Hubertine", "1972-07-07", 3)];
	const reply = await act(page, "visit_open", { slip: null, patient_id: long[0], found_by: "list" });
	assert.equal(reply.code, "third_identifier");
	await page.reload();
	await page.locator(".ask").first().waitFor();
	assert.ok((await view(page, "visit")).look_alikes.some((one) => one.number === `NM-${mark}-3`));
	await shot("3-alike");
	await act(page, "scan", { raw: btoa(`NM-${mark}-2`), aim: null, source: "typed", device_id: null, device_at_us: null, evidence: null });
	const { birth_choices } = await view(page, "visit");
	const wrong = await act(page, "visit_identify", { choice: birth_choices.findIndex((one) => one !== "1 Jan 1950") + 1, stated_by: { who: "patient", name: null, relation: null } });
	assert.equal(wrong.code, "wrong_birth_date"); /* ends it */
	sql(`update clinic.lab_order_test t set state = 'cancelled' from clinic.lab_order o where o.lab_order_id = t.lab_order_id and o.patient_id in (${[...patients, ...long].join(", ")}) and t.state = 'due'`);
});
