/*
 * What goes wrong at a collection station, in a browser against the mock: alarms, lost answers, outages, printers, odd typing.
 */
import assert from "node:assert/strict";
import test, { after, afterEach, before, beforeEach } from "node:test";
import { id_label_text } from "../../daemon/web/js/id.js";
import { browser_open, browser_path, digit, wedge } from "./browser.js";
import { mock_start } from "./mock.js";

const TOLD_MS = 2000; /* an outage must be told within this */
const READ_MS = 1000; /* a question takes no answer in its first second */
let browser = null;
let mock = null;
let page = null;

before(async () => {
	assert.ok(browser_path, "no Chromium: install the package chromium, or name one with CHROMIUM");
	browser = await browser_open();
	page = browser.page;
	page.setDefaultTimeout(8000);
});
after(() => browser?.close());
beforeEach(async () => {
	await browser.context.clearCookies();
	mock = await mock_start();
	browser.errors.length = 0;
});
afterEach(async () => {
	await page.goto("about:blank");
	await mock.stop();
	assert.deepEqual(browser.errors.filter((text) => !/status of (401|503)|net::ERR/.test(text)), []);
});

const seen = (selector) => page.waitForSelector(selector);
const gone = (selector) => page.waitForSelector(selector, { state: "hidden" });
const text = (selector) => page.textContent(selector);
const card = (command) => wedge(page, mock.clinic.cards.find((one) => one.command === command).code);
const posted = (name) => mock.requests.filter((one) => one.name === name);
const tone = () => page.evaluate(() => document.documentElement.dataset.tone);
const tile_ids = () => page.$$eval(".tile", (all) => all.map((one) => one.dataset.specimen));

const WEDGE_ENTER_MS = 350; /* sooner after a code an Enter is the scanner's own */

async function sign_in() {
	await page.goto(mock.url);
	await seen(".centre .choice");
	await wedge(page, mock.clinic.stations[0].station);
	await seen(".badge-picture");
	await wedge(page, mock.clinic.badge);
	await seen(".pad");
	await wedge(page, mock.clinic.pin);
	await seen(".due-page");
}

async function visit_open(n) {
	await sign_in();
	await wedge(page, mock.clinic.patients[n].slip);
	await seen(".dates");
}

async function date_number(n, right = true) {
	const wanted = new Date(`${mock.clinic.patients[n].birth_date}T00:00:00`).getTime();
	const dates = await page.$$eval(".dates .label", (all) => all.map((one) => one.textContent));
	return dates.findIndex((one) => (new Date(one).getTime() === wanted) === right) + 1;
}

/* A visit of patient n with its labels printed; gives the specimen ids. */
async function labels(n) {
	await visit_open(n);
	await digit(page, String(await date_number(n)));
	await page.waitForFunction(() => document.querySelector(".labels-lead") && !document.querySelector('.tile[data-state="waiting"]'));
	return tile_ids();
}

test("another patient's label locks the screen until it is scanned again and a choice is made", async () => {
	await labels(0);
	const stranger = mock.clinic.stranger();
	await wedge(page, stranger);
	await seen("#alarm h1");
	assert.match(await text("#alarm .raw"), new RegExp(stranger));
	assert.equal(await tone(), "stop");
	await digit(page, "1");
	await card("label_removed");
	await card("patient_checked");
	await page.waitForTimeout(400);
	assert.equal(posted("alarm_answer").length, 0);
	assert.ok(await page.isVisible("#alarm"));
	await wedge(page, stranger);
	await seen("#alarm .choice.big:enabled");
	await card("label_removed");
	await page.waitForSelector("#alarm", { state: "hidden" });
	assert.deepEqual(posted("alarm_answer").map((one) => one.body.args), [{ choice: "label_removed" }]);
});

test("the alarm sounds three times and no more", async () => {
	await labels(0);
	await page.evaluate(() => performance.clearMarks());
	await wedge(page, mock.clinic.stranger());
	await seen("#alarm h1");
	await page.waitForTimeout(8500);
	assert.equal(await page.evaluate(() => performance.getEntriesByName("tone-stop").length), 3);
});

test("a scan that is not stored says so, with its code, until it is scanned again", async () => {
	const [first] = await labels(0);
	mock.not_stored = 1;
	await wedge(page, first);
	await seen("#verdict.not_stored");
	assert.match(await text("#verdict"), /NOT STORED \u2013 scan again/);
	assert.match(await text("#verdict .raw"), new RegExp(first));
	assert.equal(await tone(), "not_stored");
	assert.equal(await page.locator(".tile.labelled").count(), 0);
	await wedge(page, first);
	await seen(`.tile.labelled[data-specimen="${first}"]`);
	await seen("#verdict.stored");
});

test("an answer that got lost is asked for again with the same request id and done once", async () => {
	const [first] = await labels(0);
	mock.drop_answers = 1;
	await wedge(page, first);
	await seen(`.tile.labelled[data-specimen="${first}"]`);
	await seen("#verdict.stored");
	const scans = posted("scan").slice(-2).map((one) => one.body);
	assert.equal(scans[0].request_id, scans[1].request_id);
	assert.deepEqual(scans[0].args, scans[1].args);
});

for (const part of ["database", "bench", "press", "core"])
	test(`an outage of the ${part} is told within 2 s and is gone when it is back`, async () => {
		await sign_in();
		const start = Date.now();
		mock.health_set(part, false);
		await seen("#bands .band.down, #bands .band.warn");
		assert.ok(Date.now() - start < TOLD_MS);
		mock.health_set(part, true);
		await page.waitForFunction(() => !document.querySelector("#bands .band.down, #bands .band.warn"));
	});

test("a service that is gone is told within 2 s, and when it is back the page reads everything again", async () => {
	await sign_in();
	const start = Date.now();
	await mock.stop();
	await seen("#bands .band.down");
	assert.ok(Date.now() - start < TOLD_MS, `${Date.now() - start} ms`);
	await page.waitForFunction(() => document.documentElement.dataset.tone === "offline");
	mock.clinic.actions.order_here({ patient_id: null, patient: { family: "Late", given: "Lena", birth_date: "1990-01-01", sex: "F", number: "L1" }, tests: ["CBC"] });
	await mock.again();
	await seen('.due:has-text("LATE, Lena")');
	await page.waitForFunction(() => !document.querySelector("#bands .band.down"));
});

test("an uncertain print is asked about; nothing answers in the first second; no prints the next copy", async () => {
	await visit_open(1);
	mock.clinic.printer_set({ mode: "silent", labels_left: null });
	await page.evaluate(() => { /* the page's clock stands still: its first second lasts until it goes on */
		const at_ms = Date.now();
		globalThis.date_now = Date.now;
		Date.now = () => at_ms;
	});
	await digit(page, String(await date_number(1)));
	await seen(".ask:not([hidden]) .choice:disabled");
	await Promise.all([page.waitForResponse("**/api/scan"), card("no")]);
	await page.waitForTimeout(200);
	assert.equal(posted("print_answer").length, 0);
	await page.evaluate(() => {
		Date.now = globalThis.date_now;
	});
	await page.evaluate((ms) => new Promise((resolve) => setTimeout(resolve, ms)), READ_MS);
	mock.health_set("core", true); /* something to draw for */
	await seen(".ask .choice:enabled");
	mock.clinic.printer_set({ mode: "ok", labels_left: null });
	await card("no");
	await seen(".trouble .choice.big:enabled");
	await page.waitForTimeout(WEDGE_ENTER_MS);
	await page.keyboard.press("Enter");
	await seen('.tile[data-state="printed"]');
	assert.equal(posted("print_answer")[0].body.args.came_out, "no");
	const [specimen_id] = await tile_ids();
	await wedge(page, id_label_text(specimen_id, 2));
	await seen(".check");
});

test("a visit from slip to closing by scanner alone", async () => {
	await visit_open(0);
	await card(`choice_${await date_number(0)}`);
	await page.waitForFunction(() => document.querySelectorAll('.tile[data-state="printed"]').length === 3);
	for (const specimen_id of await tile_ids()) {
		await wedge(page, id_label_text(specimen_id, 1));
		await seen(`.tile.labelled[data-specimen="${specimen_id}"]`);
	}
	await seen(".check");
	await card("patient_checked");
	await seen(".over.closed");
	await card("back");
	await seen(".due-page");
	assert.deepEqual(posted("visit_close").map((one) => one.body.args.check), ["patient_read"]);
});

test("a tube that was not collected and a label printed again take two scans each, and the old label is torn up", async () => {
	await labels(0);
	await card("choice_1");
	await seen(".sheet");
	await card("not_collected");
	await page.waitForFunction(() => /Patient refused/.test(document.querySelector('.sheet [data-key="1"]').textContent));
	await card("choice_1");
	await seen(".tile.not_collected");
	assert.equal(posted("not_collected")[0].body.args.reason, "refused");
	await card("choice_2");
	await seen(".sheet");
	await card("reprint");
	await card("choice_1");
	await page.waitForFunction(() => document.querySelectorAll(".tile")[1].textContent.includes("SQUARE"));
	const [, second] = await tile_ids();
	await wedge(page, second);
	await seen("#verdict.question");
	await wedge(page, id_label_text(second, 2));
	await seen(".label-state.old");
	assert.match(await text(".label-state.old"), /old label: tear it up/);
	await card("choice_2");
	await page.locator(".sheet .choice", { hasText: "I tore up" }).click();
	await seen(".label-state.destroyed");
});

test("the wrong birth date stops the visit and shows no date on record", async () => {
	await visit_open(0);
	await digit(page, String(await date_number(0, false)));
	await seen(".over.stopped");
	assert.doesNotMatch(await text("#screen"), /1984|Done/);
	assert.equal(await tone(), "stop");
	assert.equal(mock.clinic.printer.labels.length, 0);
});

test("a name alike today asks the number, which may be typed", async () => {
	await sign_in();
	await page.locator(".due", { hasText: "Maria Elena" }).locator(".choice.go").click();
	await seen(".ask input");
	assert.match(await text(".look-alike"), /GONZALES, Maria E/);
	await page.fill(".ask input", mock.clinic.patients[0].number);
	await page.keyboard.press("Enter");
	await page.waitForSelector(".ask", { state: "hidden" });
	await page.locator(".dates .choice").nth(await date_number(0) - 1).click();
	await seen(".labels-lead");
});

test("a guardian's name is asked before a date can be chosen, and is kept", async () => {
	await visit_open(3);
	await page.locator(".who-choice", { hasText: "Guardian" }).click();
	const right = await date_number(3);
	await page.locator(".dates .choice").nth(right - 1).click();
	await seen("#verdict.question");
	assert.equal(posted("visit_identify").length, 0);
	await page.keyboard.type("Jo", { delay: 150 });
	mock.feed("visit", null); /* the screen is drawn again while somebody types */
	await page.waitForTimeout(300);
	await page.keyboard.type(" Berg", { delay: 150 });
	await page.getByLabel("Relation to the patient").fill("mother");
	await page.locator(".dates .choice").nth(right - 1).click();
	await seen(".labels-lead");
	assert.deepEqual(posted("visit_identify")[0].body.args, { choice: right, stated_by: { who: "guardian", name: "Jo Berg", relation: "mother" } });
	assert.match(await text(".stated"), /guardian, Jo Berg, mother/);
});

test("Stop is one action from a key, a card and the alarm; Park keeps the visit for later", async () => {
	await labels(0);
	await card("park");
	await seen(".parked");
	await card("park");
	await seen(".labels-lead");
	await wedge(page, mock.clinic.stranger());
	await seen("#alarm h1");
	await page.keyboard.press("F9");
	await seen(".over.mistake");
	assert.equal(posted("mistake").length, 1);
});

test("a number typed by hand at 200 ms a key chooses nothing, is seen, and counts as the scan it stands for", async () => {
	const [first, second] = await labels(0);
	await page.waitForTimeout(1600); /* the digit of the birth date is long ago */
	await page.focus("[data-command='park']");
	await page.keyboard.type(first.slice(0, 6), { delay: 200 });
	await seen(`#typed code:has-text("${first.slice(0, 6)}")`);
	if (process.env.SPECIMEND_SHOTS)
		await page.screenshot({ path: `${process.env.SPECIMEND_SHOTS}/typed-number.png` });
	await page.keyboard.type(first.slice(6), { delay: 200 });
	assert.equal(await page.locator(".sheet").count(), 0, "no Problem was opened");
	await page.keyboard.press("Enter");
	await seen(`.tile.labelled[data-specimen="${first}"]`);
	assert.ok(!await page.isVisible("#typed"));
	await page.keyboard.type(second, { delay: 350 });
	await page.keyboard.press("Escape");
	assert.ok(!await page.isVisible("#typed"));
	for (const name of ["reprint", "not_collected", "visit_park", "label_end"])
		assert.deepEqual(posted(name), [], name);
	assert.equal(posted("scan").length, 2, "the slip and the first");
});

test("an open list of reasons is not answered by a number that is typed", async () => {
	const [first] = await labels(0);
	await page.locator(".tile .choice").first().click();
	await seen(".sheet");
	await page.keyboard.type(first, { delay: 200 });
	await page.keyboard.press("Enter");
	await seen(`.tile.labelled[data-specimen="${first}"]`);
	assert.deepEqual([posted("reprint"), posted("not_collected")], [[], []]);
});

test("a code never presses what its characters are keys of, nor does its Enter", async () => {
	await sign_in();
	await page.focus('[data-command="new_order"]');
	await wedge(page, "1N2F3-445566");
	await seen("#verdict.question");
	await page.waitForTimeout(400);
	assert.ok(await page.isVisible(".due-page"));
	assert.equal(posted("visit_open").length, 0);
	assert.match(await text("#verdict .raw"), /1N2F3-445566/);
});

test("a code scanned into a field leaves the field and goes where scans go", async () => {
	await sign_in();
	await card("new_order");
	await page.fill(".part input[type=search]", "Ok");
	await page.focus(".part input[type=search]");
	await wedge(page, mock.clinic.patients[1].slip);
	await seen(".dates");
	assert.equal(posted("order_here").length, 0);
	assert.equal(posted("scan").length, 2);
});

test("a PIN goes nowhere but into the sign-in", async () => {
	await page.goto(mock.url);
	await seen(".centre .choice");
	await wedge(page, mock.clinic.stations[0].station);
	await seen(".badge-picture");
	await wedge(page, mock.clinic.pin);
	await wedge(page, mock.clinic.badge);
	await seen(".pad");
	await wedge(page, "987654321");
	await seen("#verdict.question");
	for (const key of mock.clinic.pin)
		await page.locator(".pad-key", { hasText: key }).click();
	assert.doesNotMatch(await page.content(), new RegExp(mock.clinic.pin));
	await page.locator(".pad-key.go").click();
	await seen(".due-page");
	assert.equal(posted("scan").length, 0);
	assert.deepEqual(posted("sign_in").map((one) => one.body.pin), ["987654321", mock.clinic.pin]);
	const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href]));
	assert.doesNotMatch(kept, new RegExp(`${mock.clinic.pin}|specimend_`));
});

test("under the shade the badge alone brings the person back, and no patient is shown", async () => {
	await sign_in();
	mock.clinic.actions.shade();
	mock.feed("sign_in", null);
	await seen(".badge-picture");
	assert.match(await text(".centre h1"), /Ana Torres/);
	assert.doesNotMatch(await text("body"), /GONZALEZ/);
	await wedge(page, mock.clinic.badge);
	await seen(".due-page");
	assert.equal(posted("sign_in").at(-1).body.pin, null);
});

test("what needs a person is mended in the list: an unknown test by number, a message by a note", async () => {
	await sign_in();
	await page.locator(".amber", { hasText: "ABC" }).locator(".choice").click();
	await seen(".mend .choice");
	await page.fill(".mend input", "blood count");
	await page.locator(".mend .choice").first().click();
	await page.waitForFunction(() => document.querySelectorAll(".amber").length === 1);
	assert.deepEqual(posted("order_mend")[0].body.args, { lab_order_id: 77, birth_date: null, test_map: { ABC: "CBC" } });
	await page.locator(".amber .choice").click();
	await page.fill(".mend input", "called the office");
	await page.keyboard.press("Enter");
	await page.waitForFunction(() => document.querySelectorAll(".amber").length === 0);
	assert.deepEqual(posted("message_done")[0].body.args, { message_id: 502, note: "called the office" });
});

test("hostile words stay words", async () => {
	const bad = '<img src=x onerror="document.title=1">{name}';
	mock.clinic.patients[0].name = bad;
	await visit_open(0);
	assert.equal(await text(".patient-name"), bad);
	await wedge(page, bad);
	await seen("#verdict.question");
	assert.equal(await text("#verdict .raw code"), bad);
	assert.equal(await page.locator("img").count(), 0);
});

test("an alarm and a question are shown with no visit open", async () => {
	await sign_in();
	const view = { visit_id: null, state: null, patient: null, tubes: [], open_labels: 0, ask: { code: "take_over", title: "Take over this visit?", do: null, asked_at: "2026-01-01T00:00:00Z",
		specimen_id: null, copy: null, print_job_id: null, commands: [{ command: "yes", name: "Yes" }, { command: "no", name: "No" }] }, alarm: null };
	mock.clinic.views.visit = () => view;
	mock.feed("visit", null);
	await seen(".due-page");
	await seen(".ask .choice:enabled");
	mock.clinic.actions.visit_answer = ({ code, choice }) => ({ verdict: "note", code, title: choice, do: null, data: { visit: null } });
	await page.keyboard.press("n");
	await page.waitForSelector(".ask", { state: "hidden" });
	assert.deepEqual(posted("visit_answer")[0].body.args, { code: "take_over", choice: "no" });
	Object.assign(view, { ask: null, alarm: { code: "void_label", title: "Old label", do: "Tear it up", specimen_id: "900000000053", rescanned: true,
		raised_at: "2026-01-01T00:00:00Z", choices: [{ choice: "label_removed", name: "Label removed" }] } });
	mock.feed("visit", null);
	await seen("#alarm .choice.big:enabled");
});

test("two pages of one station do what a command card says once", async () => {
	await labels(0);
	const other = await browser.context.newPage();
	await other.goto(mock.url);
	await other.waitForSelector(".labels-lead");
	const { code } = mock.clinic.cards.find((one) => one.command === "park");
	await page.evaluate((raw) => fetch("/api/virtual_scan", { method: "POST", headers: { "Content-Type": "application/json", "X-Specimend": "1" },
		body: JSON.stringify({ device_id: 12, text: raw, aim: "]C0" }) }), code);
	await seen(".parked");
	await other.waitForSelector(".parked");
	await other.close();
	const parks = posted("visit_park").map((one) => one.body.request_id);
	assert.equal(parks.length, 2);
	assert.equal(new Set(parks).size, 1);
});

test("a printer out of labels is told, its labels wait, and filled again they print when a person says so", async () => {
	await visit_open(1);
	mock.clinic.printer_set({ mode: "out_of_labels", labels_left: null });
	await digit(page, String(await date_number(1)));
	await seen(".label-state.queued");
	assert.match(await text(".band.printer"), /OUT OF LABELS/);
	assert.match(await text(".waiting-for"), /wait/);
	assert.match(await text(".label-state.queued"), /waiting \(Room 1 printer: OUT OF LABELS/);
	await seen(".trouble .choice.big:disabled");
	assert.match(await text(".trouble .choice.big"), /Print the rest here.*OUT OF LABELS/);
	await page.keyboard.press("Enter");
	await card("print_rest");
	await page.waitForTimeout(WEDGE_ENTER_MS);
	mock.clinic.printer_set({ mode: "ok", labels_left: 5 });
	await seen(".trouble .choice.big:enabled");
	await page.waitForFunction(() => !document.querySelector(".band.printer"));
	assert.equal(await page.locator('.tile[data-state="printed"]').count(), 0, "nothing prints by itself");
	assert.equal(posted("print_rest").length, 0, "and nothing that was pressed before counts");
	await page.keyboard.press("Enter");
	await seen('.tile[data-state="printed"]');
	await gone(".trouble");
	assert.deepEqual(posted("print_rest").map((one) => one.body.args), [{ device_id: 11, printer: null }]);
});

test("after a jam each label is out, not sure or waiting; the rest prints at the printer whose code is scanned", async () => {
	await visit_open(0);
	mock.clinic.printer_set({ mode: "ok", labels_left: 1 });
	await digit(page, String(await date_number(0)));
	await seen(".trouble");
	assert.match(await text(".label-state.printed"), /: out \(Room 1 printer/);
	assert.match(await text(".label-state.queued"), /: waiting \(Room 1 printer: OUT OF LABELS/);
	const waiting = await page.locator(".label-state.queued").count();
	assert.ok(waiting > 0);
	await wedge(page, mock.clinic.stations[2].station);
	await seen("#verdict.question");
	await wedge(page, mock.clinic.stations[1].station);
	await gone(".trouble");
	await page.waitForFunction(() => [...document.querySelectorAll(".tile")].every((one) => one.dataset.state === "printed"));
	assert.equal(await page.locator('.printer-name:has-text("Room 2 printer")').count(), waiting);
});

test("the card Print the rest here does it, and what is uncertain is said in words", async () => {
	await visit_open(1);
	mock.clinic.printer_set({ mode: "silent", labels_left: null });
	await digit(page, String(await date_number(1)));
	await seen(".label-state.unknown");
	mock.clinic.printer_set({ mode: "ok", labels_left: null });
	await page.waitForTimeout(READ_MS);
	await card("not_sure");
	await seen(".trouble .choice.big:enabled");
	assert.match(await text(".label-state.queued"), /: waiting/);
	await card("print_rest");
	await seen(".label-state.printed");
	assert.equal(posted("print_rest").length, 1);
});

test("a printer that cannot answer is told in amber, once; its labels open no question and are scanned like any other", async () => {
	await visit_open(0);
	mock.clinic.printer_set({ mode: "silent", labels_left: null, one_way: true });
	await digit(page, String(await date_number(0)));
	await page.waitForFunction(() => document.querySelectorAll(".label-state.one-way").length === 3);
	assert.deepEqual(await page.$$eval(".band.printer", (all) => all.map((one) => [one.textContent, one.classList.contains("stopped")])),
		[["!Room 1 printer:This printer cannot say whether a label came out: scan each one.", false]]);
	assert.equal(await page.$eval(".band.printer", (band) => getComputedStyle(band).backgroundColor),
		await page.evaluate(() => { /* the amber of what is no alarm */
			const probe = document.createElement("p");
			probe.className = "band warn";
			document.body.append(probe);
			const colour = getComputedStyle(probe).backgroundColor;
			probe.remove();
			return colour;
		}));
	for (const line of await page.$$eval(".label-state", (all) => all.map((one) => one.textContent)))
		assert.match(line, /sent: scan it \(Room 1 printer\)$/);
	await page.waitForTimeout(READ_MS);
	assert.equal(await page.isVisible(".ask"), false);
	for (const specimen_id of await tile_ids()) {
		await wedge(page, id_label_text(specimen_id, 1));
		await seen(`.tile.labelled[data-specimen="${specimen_id}"]`);
	}
	await seen(".check");
	assert.equal(await page.isVisible(".ask"), false);
	assert.equal(await page.locator(".label-state.one-way").count(), 0);
	assert.equal(posted("print_answer").length, 0);
});

test("a printer that cannot answer and is unplugged is trouble, and so is what it says when it answers after all", async () => {
	await sign_in();
	mock.clinic.printer_set({ mode: "silent", labels_left: null, one_way: true });
	await page.waitForFunction(() => /scan each one/.test(document.querySelector(".band.printer")?.textContent));
	mock.clinic.printer_set({ mode: "silent", labels_left: null });
	await seen(".band.printer.stopped");
	assert.match(await text(".band.printer"), /does not answer/);
	mock.clinic.printer_set({ mode: "ok", labels_left: null });
	await page.waitForFunction(() => !document.querySelector(".band.printer"));
	mock.clinic.printer_set({ mode: "head_open", labels_left: null, one_way: true });
	await seen(".band.printer.stopped");
	assert.match(await text(".band.printer"), /HEAD OPEN/);
	mock.clinic.printer_set({ mode: "silent", labels_left: null, one_way: true });
	await page.waitForFunction(() => /scan each one/.test(document.querySelector(".band.printer:not(.stopped)")?.textContent));
	await page.reload(); /* `me` says it too */
	await page.waitForFunction(() => /scan each one/.test(document.querySelector(".band.printer:not(.stopped)")?.textContent));
});

test("loudness and muted sounds are kept for the station", async () => {
	await sign_in();
	await page.click("#head >> text=Sound");
	await page.locator(".sound-row", { hasText: "already done" }).locator(".choice.on").click();
	await page.reload();
	await seen(".due-page");
	await page.click("#head >> text=Sound");
	await page.locator(".sound-row", { hasText: "already done" }).locator(".choice.off").waitFor();
	await page.keyboard.press("Escape");
	await page.waitForSelector(".sheet", { state: "detached" });
});

/* Everything labelled, and the service asks when it was drawn before it closes. */
async function close_asks_time(press) {
	const { visit_close } = mock.clinic.actions;
	mock.clinic.actions.visit_close = (args) => args.collected_at ? visit_close(args)
		: { verdict: "question", code: "collected_time", title: "When were the tubes drawn?", do: "", data: { visit: mock.clinic.views.visit() } };
	const [only] = await labels(1);
	await wedge(page, only);
	await seen(".check");
	await press();
	await seen(".drawn-at");
}

test("when nothing says when it was drawn, one key says it; before the visit only a paper can", async () => {
	await close_asks_time(() => page.keyboard.press("c"));
	await digit(page, "2");
	await page.waitForTimeout(300);
	assert.equal(posted("visit_close").length, 1, "five minutes ago nobody was identified yet");
	await digit(page, "9");
	await seen(".drawn-at .chosen >> text=paper");
	await digit(page, "2");
	await seen(".over.closed");
	const { check, collected_at, collected_source } = posted("visit_close")[1].body.args;
	assert.deepEqual([check, collected_source], ["patient_read", "paper"]);
	const ago_s = (Date.now() - new Date(collected_at)) / 1000;
	assert.ok(ago_s >= 300 && ago_s < 370, `${ago_s} s`);
	assert.match(collected_at, /:00\.000Z$/);
});

test("the time of the draw may be typed, and after a slip as the check it goes with the slip", async () => {
	await close_asks_time(() => wedge(page, mock.clinic.patients[1].slip));
	await digit(page, "8");
	await page.keyboard.press("t");
	await page.waitForFunction(() => document.activeElement?.matches(".drawn-at input"));
	await page.keyboard.type("2561", { delay: 150 });
	await page.keyboard.press("Enter");
	await page.waitForTimeout(200);
	assert.deepEqual(posted("visit_close").map((one) => one.body.args), [], "a scan asked, and 25:61 is no time");
	await page.fill(".drawn-at input", "");
	const now = new Date();
	await page.keyboard.type(`${now.getHours()}:${String(now.getMinutes()).padStart(2, "0")}`, { delay: 150 });
	await seen(".drawn-at >> text=Today");
	await page.keyboard.press("Enter");
	await seen(".over.closed");
	const args = posted("visit_close")[0].body.args;
	assert.deepEqual([args.check, args.slip, args.collected_source], ["slip", mock.clinic.patients[1].slip, "patient_stated"]);
	assert.equal(new Date(args.collected_at).getTime(), now.setSeconds(0, 0));
});

const licence_lines = ["@", "ANSI 636000100002DL00410278ZC03190008DLDAQT64235789", "DCSRIVERA", "DDEN", "DACMARIA", "DBB03141984", "DCGUSA"];

test("a photo ID typed by a wedge is one scan, and nothing of it is shown", async () => {
	await visit_open(0);
	assert.match(await text(".identify .lead"), /or scan the photo ID/);
	for (const line of licence_lines)
		await wedge(page, line);
	await seen("#verdict.question");
	const scans = posted("scan").map((one) => Buffer.from(one.body.args.raw, "base64").toString("utf8"));
	assert.equal(scans.length, 2, "the slip and the ID");
	assert.equal(scans[1], `@\n\x1e\r${licence_lines.slice(1).join("\n")}\r`);
	assert.doesNotMatch(await text("body"), /RIVERA|0314|T64235789/);
});

test("where the site reads photo IDs the dates are shown when there is none, and that is said", async () => {
	mock.clinic.policies.identity_check = "scan_photo_id";
	await sign_in();
	await wedge(page, mock.clinic.patients[0].slip);
	await seen(".identify h1 >> text=Scan the photo ID");
	assert.equal(await page.locator(".dates").count(), 0);
	await page.keyboard.press("n");
	await seen(".dates");
	const right = await date_number(0);
	await digit(page, String(right));
	await seen(".labels-lead");
	assert.equal(posted("visit_identify")[0].body.args.no_photo_id, true);
});

test("before identity the tubes that will be drawn are shown, in order", async () => {
	await visit_open(0);
	assert.deepEqual(await page.$$eval(".tile .cap", (all) => all.map((one) => one.textContent)), ["LIGHT BLUE", "GOLD", "LAVENDER"]);
	assert.equal(await page.locator(".tile[data-specimen]").count(), 0);
	assert.match(await text(".tile"), /will be drawn/);
	assert.equal(await page.locator(".tile-more").count(), 0);
});

test("a co-sign waits for a colleague's badge; to attest is a question with who said it", async () => {
	await visit_open(0);
	const view = mock.clinic.views.visit();
	mock.clinic.views.visit = () => view;
	view.ask = { code: "co_sign", title: "Somebody stands by", do: "An assistant or a lead scans the own badge here.", asked_at: view.opened_at, visit_id: view.visit_id,
		specimen_id: null, copy: null, print_job_id: null, commands: [] };
	mock.feed("visit", null);
	await seen(".ask-badge >> text=co-sign");
	Object.assign(view, { co_signed_by: "Carol Lindqvist", birth_choices: [], guardian: false, gaps: ["No sex: goes on without it"],
		ask: { ...view.ask, code: "attest", title: "Did the patient say full name and birth date?", commands: [{ command: "yes", name: "Yes" }] } });
	mock.feed("visit", null);
	await seen(".ask .choice:enabled");
	assert.match(await text(".patient"), /Carol Lindqvist stands by/);
	assert.match(await text(".gaps"), /No sex/);
	assert.equal(await page.locator(".who-choice", { hasText: "Guardian" }).count(), 0);
	await page.locator(".who-choice", { hasText: "Interpreter" }).click();
	await page.keyboard.press("y");
	await seen("#verdict.question");
	assert.equal(posted("visit_answer").length, 0, "without the interpreter's name it is not sent");
	await page.getByLabel("Name of the interpreter").fill("Ida Moe");
	mock.clinic.actions.visit_answer = ({ code }) => ({ verdict: "stored", code, title: "", do: null, data: { visit: view } });
	await page.locator(".ask .choice").click();
	await seen("#verdict.stored");
	assert.deepEqual(posted("visit_answer")[0].body.args,
		{ code: "attest", choice: "yes", stated_by: { who: "interpreter", name: "Ida Moe", relation: null } });
});

test("a cup is labelled before it is filled, is out until its time, and when it was filled may be asked", async () => {
	await labels(3);
	const view = mock.clinic.views.visit();
	mock.clinic.views.visit = () => view;
	const cup = view.tubes.find((one) => one.container.kind === "cup");
	assert.match(await text(`.tile[data-specimen="${cup.specimen_id}"]`), /label the cup, then scan it and hand it out/);
	Object.assign(cup, { state: "handed_out", due_at: new Date(Date.now() - 60000).toISOString() });
	mock.feed("visit", null);
	await seen(".tile.handed_out.late");
	assert.match(await text(".tile.handed_out"), /handed out, due back \d\d:\d\d.*Cup is back: scan it/);
	view.ask = { code: "cup_time", title: "Handed out 31 minutes ago. Filled just now?", do: "", asked_at: view.opened_at, visit_id: view.visit_id, specimen_id: cup.specimen_id,
		copy: 1, print_job_id: null, commands: [{ command: "yes", name: "Yes" }, { command: "no", name: "No" }] };
	mock.feed("visit", null);
	await seen(".ask .choice:enabled");
	await page.keyboard.press("n");
	await seen(".drawn-at");
	mock.clinic.actions.visit_answer = ({ code }) => ({ verdict: "stored", code, title: "", do: null, data: { visit: view } });
	await digit(page, "8");
	await digit(page, "4");
	await page.waitForSelector(".sheet", { state: "detached" });
	const { choice, collected_source, collected_at } = posted("visit_answer")[0].body.args;
	assert.deepEqual([choice, collected_source], ["no", "patient_stated"]);
	const ago_s = (Date.now() - new Date(collected_at)) / 1000;
	assert.ok(ago_s >= 900 && ago_s < 970, `${ago_s} s`); /* to the minute before */
});

test("a cup that a patient keeps is listed, and given up with a reason", async () => {
	const cup = { specimen_id: "900000000053", visit_id: 1, patient_id: 1, name: "RIVERA, Maria", number: "77", container: { name: "URINE CUP 90 mL", kind: "cup", cap: "YELLOW" },
		handed_out_at: new Date(Date.now() - 9e6).toISOString(), due_at: new Date(Date.now() - 1e6).toISOString(), late: true };
	const { collections_due } = mock.clinic.views;
	mock.clinic.views.collections_due = () => ({ ...collections_due(), cups_out: [cup] });
	mock.clinic.actions.not_collected = () => ({ verdict: "stored", code: "not_collected", title: "Not collected", do: null, data: { visit: null } });
	await sign_in();
	assert.match(await text(".cup-out"), /RIVERA, Maria.*LATE/);
	await page.keyboard.press("u");
	await seen(".sheet");
	await digit(page, "4");
	await page.waitForSelector(".sheet", { state: "detached" });
	assert.deepEqual(posted("not_collected")[0].body.args, { specimen_id: cup.specimen_id, reason: "left" });
});

const kept = { name: "RIVERA, Maria", number: "77" };

/* What the list of who is due has besides. */
function lists_with(more) {
	const { collections_due } = mock.clinic.views;
	mock.clinic.views.collections_due = () => ({ ...collections_due(), ...more });
}

/* Presses a key and waits until the action was answered. */
async function pressed(key, name) {
	const answer = page.waitForResponse((one) => one.url().endsWith(`/api/${name}`));
	await page.keyboard.press(key);
	await answer;
}

function stored(name, title) {
	mock.clinic.actions[name] = () => ({ verdict: "stored", code: name, title, do: null, data: {} });
}

test("a tube that the laboratory rejected is asked for again, or what was decided is written down", async () => {
	const failed = { event_id: 7, specimen_id: "900000000053", number: 1, of: 2, kind: "rejected", title: "The laboratory can not use it: Haemolysed", do: "",
		patient: kept, container: { name: "SST 5 mL", kind: "tube", cap: "GOLD" }, tests: ["Lipid panel"], at: new Date().toISOString(), again: true };
	lists_with({ rejected: [failed, { ...failed, event_id: 8, again: false }] });
	stored("collect_again", "Asked for again: RIVERA, Maria");
	stored("setback_done", "Looked at");
	await sign_in();
	assert.match(await text(".setback"), /Haemolysed.*RIVERA, Maria.*GOLD SST 5 mL: Lipid panel/);
	await page.keyboard.press("r");
	await seen(".setback .keycap");
	await digit(page, "1");
	await seen(".sheet");
	await digit(page, "1");
	await page.waitForSelector(".sheet", { state: "detached" });
	assert.deepEqual(posted("collect_again")[0].body.args, { specimen_id: failed.specimen_id });
	await digit(page, "2");
	await seen(".sheet");
	assert.equal(await page.locator(".sheet .choice.go:has-text(\"Collect again\")").count(), 0);
	await page.fill(".sheet input", "Dr Dale does not need it");
	await page.keyboard.press("Enter");
	await page.waitForSelector(".sheet", { state: "detached" });
	assert.deepEqual(posted("setback_done")[0].body.args, { event_id: 8, note: "Dr Dale does not need it" });
});

test("an order that may have been drawn already is joined by one key; a cup to be poured says what to do", async () => {
	lists_with({
		matches: [{ lab_order_id: 5, specimen_id: "900000000053", kind: "cancelled", patient: kept, tests: ["Lipid panel"], placer_number: "D9", old_placer_number: "D3",
			container: "GOLD SST 5 mL", collected_at: new Date().toISOString(), title: "Drawn already? Order D3 was cancelled after the draw, D9 is new", do: "Join it." }],
		to_fill: [{ specimen_id: "900000000150", visit_id: 1, patient_id: 1, ...kept, container: { name: "URINE CUP 90 mL", kind: "cup", cap: "YELLOW" }, tubes: 2,
			fill_by: new Date(Date.now() - 1e6).toISOString(), late: true }],
		cups_kept: [{ specimen_id: "900000000247", ...kept, container: { name: "URINE CUP 90 mL", kind: "cup", cap: "YELLOW" }, since: new Date().toISOString() }],
		unmatched: [{ lab_order_id: 6, patient: kept, tests: ["Lipid panel"], provider: "R. Dale", source: "paper", at: new Date().toISOString(), late: false }],
	});
	stored("order_match", "Joined: nobody is drawn again");
	stored("cup_discard", "The cup is thrown away");
	await sign_in();
	assert.match(await text(".to-fill"), /RIVERA, Maria.*2 tubes to fill.*by \d\d:\d\d.*Scan the cup.*LATE/);
	await pressed("j", "order_match");
	assert.deepEqual(posted("order_match")[0].body.args, { lab_order_id: 5, specimen_id: "900000000053" });
	await pressed("d", "cup_discard");
	assert.deepEqual(posted("cup_discard")[0].body.args, { specimen_id: "900000000247" });
	await page.keyboard.press("o");
	await seen(".sheet");
	await page.fill(".sheet input", "walk-in, paid cash");
	await page.keyboard.press("Enter");
	await page.waitForSelector(".sheet", { state: "detached" });
	assert.deepEqual(posted("order_match")[1].body.args, { lab_order_id: 6, specimen_id: null, note: "walk-in, paid cash" });
});

test("a tube that is filled from a cup says from which, and by when; the cup is kept or not by one answer", async () => {
	await labels(0);
	const view = mock.clinic.views.visit();
	mock.clinic.views.visit = () => view;
	const [cup, tube] = view.tubes;
	Object.assign(cup, { state: "handed_out", due_at: new Date(Date.now() + 1e6).toISOString() });
	Object.assign(tube, { state: "waiting", filled_from: 1, labels: [] });
	const left = view.tubes.filter((one) => ["waiting", "printed"].includes(one.state)).length - 1;
	mock.feed("visit", null);
	await seen(`.tile:has-text("filled from cup 1 when it is back")`);
	assert.match(await text(".labels-lead .left"), new RegExp(`^${left} `));
	Object.assign(cup, { state: "collected", due_at: null });
	Object.assign(tube, { state: "printed", fill_by: new Date(Date.now() - 6e4).toISOString() });
	mock.feed("visit", null);
	await seen(".tile.late");
	assert.match(await text(".tile.late"), /fill it from cup 1 by \d\d:\d\d, then scan/);
	view.ask = { code: "cup_kept", title: "Is the cup kept?", do: "", asked_at: view.opened_at, visit_id: view.visit_id, specimen_id: cup.specimen_id,
		copy: null, print_job_id: null, commands: [{ command: "yes", name: "Yes" }, { command: "no", name: "No" }] };
	mock.feed("visit", null);
	await seen(".ask .choice:enabled");
	mock.clinic.actions.visit_answer = ({ code }) => ({ verdict: "stored", code, title: "", do: null, data: { visit: view } });
	await pressed("n", "visit_answer");
	assert.deepEqual(posted("visit_answer").at(-1).body.args, { code: "cup_kept", choice: "no" });
});

test("who may ends a hold from the tube's story, with a reason", async () => {
	const [first] = await labels(0);
	const { timeline } = mock.clinic.views;
	mock.clinic.views.timeline = (args) => ({ ...timeline(args), acts: ["release", "collect_again"] });
	stored("release", "The hold is over");
	stored("collect_again", "Asked for again");
	await page.evaluate((id) => { location.hash = `#timeline/${id}`; }, first.slice(0, 12));
	await seen(".timeline-head .page-acts");
	await page.keyboard.press("h");
	await seen(".sheet");
	await pressed("2", "release");
	assert.deepEqual(posted("release")[0].body.args, { specimen_id: first.slice(0, 12), reason: "cleared" });
	await pressed("a", "collect_again");
	assert.deepEqual(posted("collect_again")[0].body.args, { specimen_id: first.slice(0, 12) });
	mock.clinic.views.timeline = (args) => ({ ...timeline(args), bag: "B900000000155", acts: ["release_bag"] });
	await page.evaluate(() => { location.hash = "#due"; });
	await page.evaluate((id) => { location.hash = `#timeline/${id}`; }, first.slice(0, 12));
	await seen(".timeline-head .page-acts [data-key=b], .timeline-head .page-acts [data-key=B]");
	await page.keyboard.press("b");
	await seen(".sheet");
	await pressed("2", "release");
	assert.deepEqual(posted("release")[1].body.args, { bag: "B900000000155", reason: "cleared", note: null });
});

test("a row past the ninth is reached by typing part of a name or number; slips print by number", async () => {
	for (let n = 0; n < 12; n++)
		mock.clinic.actions.order_here({ patient_id: null, patient: { family: `Queue${n}`, given: "Quentin", birth_date: "1990-01-01", sex: "M", number: `Q-${n}-77` }, tests: ["CBC"] });
	await sign_in();
	assert.ok(await page.locator(".due").count() > 15);
	await page.keyboard.press("s");
	await page.waitForFunction(() => document.activeElement?.matches(".page-acts input"));
	await page.keyboard.press("Escape");
	assert.ok(await page.evaluate(() => document.activeElement === document.body), "out of the empty field: digits choose again");
	await page.keyboard.press("s");
	await page.waitForFunction(() => document.activeElement?.matches(".page-acts input"));
	await page.keyboard.type("quentin 11-", { delay: 120 });
	await page.waitForFunction(() => document.querySelectorAll(".due").length === 1);
	await page.keyboard.press("Escape");
	await page.waitForFunction(() => document.querySelectorAll(".due").length > 15);
	await page.keyboard.press("l");
	await seen(".due-acts .warn .keycap");
	const name = await page.locator(".due .name").nth(1).textContent();
	await digit(page, "2");
	await seen(`#verdict.stored:has-text("${name}")`);
	assert.equal(posted("visit_open").length, 0);
	await page.keyboard.press("s");
	await page.keyboard.type("q-9-77", { delay: 120 });
	await page.waitForFunction(() => document.querySelectorAll(".due").length === 1);
	await page.keyboard.press("Enter");
	await seen(".dates");
	assert.match(await text(".patient-name"), /QUEUE9/);
});

test("every row that needs a person is reached by its key and number", async () => {
	await sign_in();
	await page.keyboard.press("m");
	await seen(".amber .keycap");
	await digit(page, "2");
	await seen(".sheet");
	assert.match(await text(".sheet h2"), /A cancel for an order/);
});

test("a page that loads while the printer is out says so, red, with what to do, and chirps; muted it only says", async () => {
	await sign_in();
	mock.clinic.printer.mode = "out_of_labels";
	await page.reload();
	await seen(".band.printer.stopped");
	assert.match(await text(".band.printer"), /Room 1 printer:.*OUT OF LABELS: load a roll/);
	await page.waitForFunction(() => document.documentElement.dataset.tone === "printer");
	await page.evaluate(() => performance.clearMarks());
	await page.waitForFunction(() => performance.getEntriesByName("tone-printer").length === 1, null, { timeout: 12000 });
	const gap_ms = await page.evaluate(() => performance.getEntriesByName("tone-printer")[0].startTime);
	assert.ok(gap_ms > 9000, `${gap_ms} ms after the page began`);
});

test("nobody is said to be waiting, or not, before the list was read", async () => {
	let answer = null;
	const asked = new Promise((heard) => {
		page.route("**/api/collections_due*", async (route) => {
			heard();
			await new Promise((go) => { answer = go; });
			await route.continue();
		}, { times: 1 });
	});

	await sign_in();
	await asked;
	assert.equal(await text(".due-main .none"), "Reading the list ...");
	assert.equal(await text(".due-side"), "");
	answer();
	await page.reload(); /* the held answer may have come too late for the page */
	await seen(".due-list");
});
