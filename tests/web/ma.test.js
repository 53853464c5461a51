/*
 * A medical assistant's morning, in a browser. Against the mock by default; against a running practice clinic when the
 * environment names one (scenario.js). The patient is entered by the scenario itself, so it needs nothing but a station
 * with virtual devices and a person.
 */
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { id_label_text } from "../../daemon/web/js/id.js";
import { browser_open, browser_path, digit, wedge } from "./browser.js";
import { mock_start } from "./mock.js";
import { page_bind, page_code, real as enter, shot as picture } from "./scenario.js";

const family = `SCENARIO${Date.now().toString(36).toUpperCase()}`;
const number = `MA-${Date.now()}`;
const READ_MS = 1200; /* a question takes no answer in its first second */
const born = { iso: "1984-03-14", year: 1984, month: 2, day: 14 };
let mock = null;
let browser = null;
let page = null;

const shot = (name) => picture(page, name);
const tiles = () => page.$$eval(".tile", (all) => all.map(({ dataset }) => ({ specimen_id: dataset.specimen, state: dataset.state })));

/* Scans a label back; a label only just printed is asked about, and the answer is to scan it once more. */
async function stick(specimen_id, scan) {
	const labelled = `.tile[data-specimen="${specimen_id}"][data-state="labelled"]`;
	await scan();
	await page.waitForSelector(`${labelled}, .ask:not([hidden])`);
	if (await page.isVisible(".ask")) {
		await page.waitForTimeout(READ_MS);
		await scan();
	}
	await page.waitForSelector(labelled);
}

before(async () => {
	assert.ok(browser_path, "no Chromium: install the package chromium, or name one with CHROMIUM");
	if (!enter) {
		mock = await mock_start();
	}
	browser = await browser_open();
	page = browser.page;
	page.setDefaultTimeout(20000);
});

after(async () => {
	await browser?.close();
	await mock?.stop();
});

const where = () => enter ?? { url: mock.url, station: mock.clinic.stations[0].station, badge: mock.clinic.badge, pin: mock.clinic.pin };

test("scanning a one-time code binds the page", async () => {
	await page.goto(where().url);
	await page_bind(page, page_code(mock, where().station));
	await shot("01-badge");
});

test("badge and PIN sign in, by keys alone", async () => {
	await wedge(page, where().badge);
	await page.waitForSelector(".pad");
	await page.keyboard.type(where().pin, { delay: 150 });
	await page.keyboard.press("Enter");
	await page.waitForSelector(".due-page");
	await shot("02-due");
});

test("a new order is entered here for a new patient", async () => {
	await page.click('[data-command="new_order"]');
	await page.click("text=New patient");
	await page.getByLabel("Family name").fill(family);
	await page.getByLabel("Given names").fill("Maria");
	await page.getByLabel("Birth date").fill(born.iso);
	await page.getByLabel("Patient number").fill(number);
	await page.locator(".part select").selectOption("F");
	for (const name of ["Complete blood count", "Comprehensive metabolic panel", "Prothrombin time, INR"])
		await page.locator(".part .choice", { hasText: name }).first().click();
	await page.getByLabel("Provider").fill("Dr. Lee");
	await page.click("text=By word");
	assert.ok(await page.locator(".choice", { hasText: "Save the order" }).isDisabled(), "an order by word needs its read-back");
	await page.click("text=I read it back");
	await shot("03-order");
	await page.locator(".choice", { hasText: "Save the order" }).click();
	await page.waitForSelector(`.due:has-text("${family}")`);
});

test("opening the visit hides the birth date", async () => {
	await page.locator(".due", { hasText: family }).locator(".choice.go").click();
	await page.waitForSelector(".dates .choice");
	if (await page.isVisible(".ask input")) { /* this scenario's patient of an earlier run is much alike */
		await page.fill(".ask input", number);
		await page.keyboard.press("Enter");
		await page.waitForSelector(".ask", { state: "hidden" });
	}
	assert.match(await page.textContent(".patient-name"), new RegExp(family));
	assert.match(await page.textContent(".patient-number"), new RegExp(number));
	assert.doesNotMatch(await page.textContent(".patient"), /1984/);
	assert.equal(await page.locator(".dates .choice").count(), 4);
	await shot("04-identify");
});

test("picking the date that the patient said prints the labels, and the tubes stand in order of draw", async () => {
	const dates = (await page.$$eval(".dates .label", (all) => all.map((one) => one.textContent))).map((text) => new Date(text));
	const right = dates.findIndex((date) => date.getFullYear() === born.year && date.getMonth() === born.month && date.getDate() === born.day);
	assert.notEqual(right, -1, "the right date is among the four");
	assert.equal(new Set(dates.map(Number)).size, 4);
	await digit(page, String(right + 1));
	await page.waitForFunction(() => document.querySelectorAll('.tile[data-state="printed"]').length === 3);
	assert.match(await page.textContent(".patient-birth"), /1984/);
	assert.deepEqual(await page.$$eval(".tile .cap", (all) => all.map((one) => one.textContent)), ["LIGHT BLUE", "GOLD", "LAVENDER"]);
	await shot("05-labels");
});

/* What the same person does on another page. */
const post = (name, args) => page.evaluate(([act, body]) => fetch(`/api/${act}`, { method: "POST", headers: { "Content-Type": "application/json", "X-Specimend": "1" },
	body: JSON.stringify({ request_id: crypto.randomUUID(), args: body }) }).then((response) => response.json()), [name, args]);
const get = (name) => page.evaluate((read) => fetch(`/api/${read}`).then((response) => response.json()), name);

test("Park is about the visit on the page: while another one is open by now it does nothing, and says so; Stop stops the one on the page", async () => {
	const known = await get("visit");
	const { data: { due } } = await get("collections_due");
	const { patient_id } = due.find((one) => one.patient_id !== known.data.patient.patient_id) ?? (await post("order_here", { tests: ["CBC"], provider: "Dr. Lee",
		source: "paper", patient: { family: "OTHERWISE", given: "Ola", birth_date: "1951-02-03", sex: "F", number: `${number}-2` } })).data;
	let older = true; /* until the person has pressed Park */
	await page.route("**/api/visit", (route) => older ? route.fulfill({ json: known }) : route.continue());
	assert.equal((await post("visit_park", { visit_id: known.data.visit_id })).verdict, "stored");
	const { data: { visit: other } } = await post("visit_open", { patient_id, found_by: "list" });
	assert.match(await page.textContent(".patient-number"), new RegExp(number), "the page knows nothing of it");
	await page.route("**/api/visit_park", (route) => {
		older = false;
		return route.continue();
	}, { times: 1 });
	await page.click('#head [data-command="park"]');
	await page.waitForSelector("#verdict.question:has-text('Another visit is open now')");
	await page.waitForSelector(`.patient-name:has-text("${other.patient.name}")`);
	await shot("05-another");
	await page.unroute("**/api/visit");
	await page.keyboard.press("F9");
	await page.waitForSelector(".over.mistake");
	assert.match(await page.textContent(".patient-name"), new RegExp(other.patient.name));
	await page.locator(".over [data-command='back']").click();
	await page.locator(".parked", { hasText: family }).locator(".choice").click();
	await page.waitForSelector(`.patient-number:has-text("${number}")`);
	await page.waitForFunction(() => document.querySelectorAll('.tile[data-state="printed"]').length === 3);
});

test("the practice printer shows the three labels", async () => {
	await page.click("text=Practice devices");
	await page.waitForFunction(() => document.querySelectorAll(".pictures img").length >= 3
		&& [...document.querySelectorAll(".pictures img")].every((image) => image.complete && image.naturalWidth > 100));
	await shot("06-practice");
});

test("a label scanned by the practice scanner, through the bench, turns its tile green", async () => {
	const [first] = await tiles();
	await stick(first.specimen_id, () => page.locator(".code-row").first().getByText("square code").click());
	await page.waitForSelector("#verdict.stored");
	assert.ok(await page.textContent(`.tile[data-specimen="${first.specimen_id}"] .place`));
	await page.click("text=Practice devices");
});

test("labels scanned by a wedge do the same, wherever the focus is", async () => {
	const [, second, third] = await tiles();
	await page.keyboard.press("Tab");
	await stick(second.specimen_id, () => wedge(page, id_label_text(second.specimen_id, 1)));
	await wedge(page, second.specimen_id);
	await page.waitForSelector("#verdict.repeat");
	assert.match(await page.textContent("#verdict .raw"), new RegExp(second.specimen_id));
	await stick(third.specimen_id, () => wedge(page, id_label_text(third.specimen_id, 1), false));
	await page.waitForSelector("#verdict.complete");
	await page.waitForSelector(".check");
	await shot("07-check");
});

test("the answer sounds within 150 ms of the scan", async () => {
	const [first] = await tiles();
	const waits = [];
	for (let n = 0; n < 5; n++) {
		await page.evaluate(() => performance.clearMarks());
		await wedge(page, id_label_text(first.specimen_id, 1));
		await page.waitForFunction(() => performance.getEntriesByName("tone-repeat").length === 1);
		waits.push(await page.evaluate(() => performance.getEntriesByName("tone-repeat")[0].startTime - performance.getEntriesByName("scan")[0].startTime));
	}
	waits.sort((a, b) => a - b);
	console.log(`scan to tone, ms: ${waits.map((wait) => wait.toFixed(1)).join(" ")}`);
	assert.ok(waits[2] < 150, `median ${waits[2]} ms`);
});

test("the patient's check collects the tubes and closes the visit", async () => {
	await page.keyboard.press("c");
	await page.waitForSelector(".over.closed");
	assert.deepEqual((await tiles()).map(({ state }) => state), ["collected", "collected", "collected"]);
	await shot("08-closed");
});

test("the timeline of a tube tells every step with its proof", async () => {
	const [first] = await tiles();
	await page.keyboard.press("Enter");
	await page.waitForSelector(".due-page");
	await page.keyboard.press("f");
	await page.waitForSelector('input[type="search"]');
	await wedge(page, first.specimen_id);
	await page.waitForSelector("table.timeline tbody tr");
	assert.equal(await page.inputValue('input[type="search"]').catch(() => "gone"), "gone");
	assert.ok(await page.locator("table.timeline tbody tr").count() >= 3);
	assert.match(await page.textContent(".verified"), /intact/);
	assert.doesNotMatch(await page.textContent("table.timeline"), /\[object/);
	assert.match(await page.textContent("table.timeline"), /sha256/);
	await page.locator("summary").first().click();
	assert.match(await page.locator(".proof dd code").last().textContent() ?? "", /^[0-9a-f]{64}$/);
	await shot("09-timeline");
});

test("signing out leaves no patient on the screen", async () => {
	await page.click('[data-command="sign_out"]');
	await page.waitForSelector(".badge-picture");
	assert.doesNotMatch(await page.textContent("body"), new RegExp(family));
	await shot("10-signed-out");
});

test("the page itself had no error", () => {
	const own = browser.errors.filter((text) => !/status of 401/.test(text)); /* the first question of a page that is not bound */
	assert.deepEqual(own, []);
});
