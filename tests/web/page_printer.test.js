/*
 * What the page says of a printer that has trouble, is silent or cannot speak, and what a person does about it.
 */
import assert from "node:assert/strict";
import test from "node:test";
import { id_label_text } from "../../daemon/web/js/id.js";
import { digit, wedge } from "./browser.js";
import { card, date_number, gone, mock, page, posted, seen, sign_in, text, tile_ids, visit_open } from "./chair.js";

const READ_MS = 1000; /* a question takes no answer in its first second */
const WEDGE_ENTER_MS = 350; /* sooner after a code an Enter is the scanner's own */

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

test("a printer with other labels in it than it is set up for says which to load, red, and nothing prints until it has them", async () => {
	await visit_open(1);
	mock.clinic.printer_set({ mode: "wrong_stock", labels_left: null });
	await digit(page, String(await date_number(1)));
	await seen(".label-state.queued");
	await seen(".band.printer.stopped");
	assert.match(await text(".band.printer"), /Room 1 printer:.*WRONG LABELS: load 50.8 x 25.4 mm labels/);
	assert.match(await text(".label-state.queued"), /waiting \(Room 1 printer: WRONG LABELS: load 50.8 x 25.4 mm labels/);
	assert.match(await text(".trouble .choice.big"), /Print the rest here.*WRONG LABELS: load 50.8 x 25.4 mm labels/);
	await seen(".trouble .choice.big:disabled");
	if (process.env.SPECIMEND_SHOTS)
		await page.screenshot({ path: `${process.env.SPECIMEND_SHOTS}/wrong_stock.png` });
	mock.clinic.printer_set({ mode: "ok", labels_left: null });
	await seen(".trouble .choice.big:enabled");
	await page.locator(".band.printer").waitFor({ state: "detached" });
	assert.equal(await page.locator('.tile[data-state="printed"]').count(), 0, "nothing prints by itself");
	await page.keyboard.press("Enter");
	await seen('.tile[data-state="printed"]');
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
