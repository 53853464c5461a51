/*
 * Analyzers: an administrator enters a model from a document, gives it to a laboratory, which then gets no tubes, and takes it
 * off again. On the mock, and on the running practice clinic, where a visit is refused meanwhile.
 */
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { real, shot as picture, sql } from "./scenario.js";
import { admin_open, person_at, setup_go, world_open } from "./world.js";

let world = null;
let browser = null;
let page = null;
const model = `Short ${Date.now().toString(36)}`;
const shot = (name) => picture(page, `analyzer-${name}`);
const verdict = (kind, words) => page.locator(`#verdict.${kind}`, { hasText: words }).waitFor();
const lab = () => page.locator(".analyzer-lab").first();

before(async () => {
	world = await world_open();
	browser = await admin_open(world);
	page = browser.page;
});

after(async () => {
	await browser?.close();
	await world?.close();
});

async function form_fill(max_chars, source) {
	await page.fill(".analyzer-form input[aria-label='Maker']", "Acme");
	await page.fill(".analyzer-form input[aria-label='Model']", model);
	await page.fill(".analyzer-form input[aria-label^='At most']", max_chars);
	await page.fill(".analyzer-form input[aria-label^='Source']", source);
}

test("the page says which models read our labels, and whence that is known", async () => {
	await setup_go(page, "Analyzers");
	await page.waitForSelector(".analyzer-models li");
	assert.match(await page.textContent(".analyzer-page .lead"), /12 digits in Code 128/);
	const urisys = page.locator(".analyzer-models li", { hasText: "Urisys 2400" });
	assert.match(await urisys.textContent(), /4 to 12 characters.*Source: /);
	assert.equal(await urisys.locator(".choice").count(), 0, "what came with specimend is not changed");
	for (const [width, height] of [[1280, 800], [1024, 768]]) {
		await page.setViewportSize({ width, height });
		assert.ok(await page.evaluate(() => document.getElementById("screen").scrollWidth <= document.getElementById("screen").clientWidth), `all of it is seen at ${width}`);
		await shot(`1-page-${width}`);
	}
	await page.setViewportSize({ width: 1280, height: 800 });
});

test("a model needs its source; entered, it says that it can not read our labels", async () => {
	const save = page.locator(".analyzer-form .choice", { hasText: "Save" });
	await form_fill("8", "");
	assert.equal(await save.isDisabled(), true);
	await form_fill("0", "Acme manual p. 7");
	assert.equal(await save.isDisabled(), true, "0 is not \"not stated\"");
	await form_fill("8", "Acme manual p. 7");
	await save.click();
	await verdict("stored", "The model is on the list");
	const line = page.locator(".analyzer-models li", { hasText: model });
	await line.waitFor();
	assert.match(await line.textContent(), /1 to 8 characters.*Can not read our labels: Acme.* reads at most 8 characters.*Source: Acme manual p\. 7/);
});

test("a laboratory that has it gets no tubes", async () => {
	await lab().locator("select").selectOption({ label: `Acme ${model}` });
	await lab().locator(".choice", { hasText: "Add" }).click();
	await verdict("question", "can not read our labels");
	await page.locator(".analyzer-lab[data-fault='yes']").first().waitFor();
	assert.match(await lab().textContent(), /No tubes go there: .*at most 8 characters/);
	await shot("2-barred");
	if (!real)
		return;
	const ma = await person_at(world, world.stations["Room 1"], world.people.ma);
	const order = await ma.act("order_here", { patient_id: null, patient: { family: "BARRED", given: "Bo", birth_date: "1966-04-05", sex: "M", number: `BA-${Date.now()}` }, tests: ["CBC"], provider: "Dr. Lee", source: "paper", read_back: false });
	assert.equal((await ma.act("visit_open", { slip: null, patient_id: order.data.patient_id, found_by: "list" })).code, "lab_barred");
	sql(`update clinic.lab_order_test t set state = 'cancelled' where t.lab_order_id = ${order.data.lab_order_id}`);
});

test("other limits for it open the laboratory again; then it is taken off", async () => {
	await page.locator(".analyzer-models li", { hasText: model }).locator(".choice", { hasText: "Change" }).click();
	assert.equal(await page.inputValue(".analyzer-form input[aria-label^='Source']"), "Acme manual p. 7");
	assert.equal(await page.getAttribute(".analyzer-form input[aria-label='Model']", "readonly"), "");
	await page.fill(".analyzer-form input[aria-label^='At most']", "20");
	await page.fill(".analyzer-form input[aria-label^='Source']", "measured here");
	await page.locator(".analyzer-form .choice", { hasText: "Save" }).click();
	await verdict("stored", "The model is on the list");
	await page.locator(".analyzer-models li", { hasText: model }).filter({ hasText: "1 to 20 characters" }).waitFor();
	await page.locator(".analyzer-lab[data-fault='yes']").waitFor({ state: "detached" });
	await lab().locator("li", { hasText: model }).locator(".choice", { hasText: "Take off" }).click();
	await verdict("stored", "all read our labels");
	await lab().locator("li", { hasText: model }).waitFor({ state: "detached" });
	if (real)
		assert.equal(sql(`select count(*) from clinic.lab_analyzer l join clinic.analyzer a using (analyzer_id) where a.model = '${model}'`), "0");
});

test("the page itself had no error", () => {
	assert.deepEqual(browser.errors.filter((one) => !/status of 401/.test(one)), []);
});
