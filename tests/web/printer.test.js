/*
 * An administrator looks at the printers: how well their labels read, day by day; prints the test pattern, and says what is
 * seen on it. On the mock, and on the running practice clinic, where a label's number is typed by hand first.
 */
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { id_label_text } from "../../daemon/web/js/id.js";
import { browser_open, browser_path, wedge } from "./browser.js";
import { shot, sql } from "./scenario.js";
import { page_open, person_at, tubes_draw, setup_go, world_open } from "./world.js";

let world = null;
let browser = null;
let page = null;
const panel = (name) => page.locator(".printer-list .panel", { has: page.locator("h2", { hasText: name }) });

/* The bench of the mock needs no time; the real one prints, and the page is told nothing of it. */
async function patterns_out(n) {
	while (!world.mock && Number(sql("select count(*) from clinic.print_job where kind = 'pattern' and state = 'printed'")) < n)
		await page.waitForTimeout(50);
}

/* By the virtual scanner of this room, until it is stored. */
async function scanned(text) {
	const device_id = Number(sql("select device_id from clinic.device where name = 'Room 2 scanner'"));
	const stored = () => Number(sql(`select count(*) from clinic.scan where device_id = ${device_id}`));
	const before_it = stored();
	const status = await page.evaluate((body) => fetch("/api/virtual_scan", { method: "POST", headers: { "Content-Type": "application/json", "X-Specimend": "1" }, body })
		.then((answer) => answer.status), JSON.stringify({ device_id, text, aim: "]C0" }));
	assert.equal(status, 200);
	while (stored() === before_it)
		await page.waitForTimeout(50);
}

before(async () => {
	assert.ok(browser_path, "no Chromium: install the package chromium, or name one with CHROMIUM");
	world = await world_open();
	browser = await browser_open({ width: 1280, height: 900 });
	page = browser.page;
	page.setDefaultTimeout(20000);
	if (!world.mock) {
		const ma = await person_at(world, world.stations["Room 1"], world.people.ma);
		await tubes_draw(ma, ["CBC"]);
	}
	await page_open(page, world, world.stations["Room 2"], world.people.admin, ".due-page");
	if (!world.mock)
		await scanned("4711");
});

after(async () => {
	await browser?.close();
	await world?.close();
});

test("the head leads to the printers; each has its numbers, its days and what they mean", async () => {
	await setup_go(page, "Printers");
	await panel("Room 1 printer").waitFor();
	assert.equal(await panel("Room 1 printer").locator(".printer-trend g").count(), 14);
	assert.match(await panel("Room 1 printer").locator(".counts").textContent(), /^[1-9]\d* read, \d+ typed by hand or misread, \d+ scanned twice, \d+ of [1-9]\d* refused/);
	assert.match(await panel("Room 2 printer").locator(".judged").textContent(), world.mock ? /too few labels/ : /\w/);
	assert.ok(await panel("Room 1 printer").locator(".printer-trend .read").count() > 0, "what was read is drawn");
	if (world.mock) {
		assert.match(await panel("Room 1 printer").locator(".judged").textContent(), /do not read/);
		assert.equal(await panel("Room 1 printer").locator(".printer-trend .no-read").count(), 2);
	}
	await shot(page, "printer-1-health");
});

test("below them each scanner has the same: its numbers, its days and what they mean", async () => {
	const scanner = (name) => page.locator(".scanner-list .panel", { has: page.locator("h2", { hasText: name }) });
	const used = scanner(world.mock ? "Room 1 scanner" : "Room 2 scanner");
	await used.waitFor();
	assert.equal(await used.locator(".printer-trend g").count(), 14);
	assert.ok(await used.locator(".printer-trend .read").count() > 0, "its scans are drawn");
	assert.match(await used.locator(".counts").first().textContent(), world.mock
		? /^\d+ scans, 31 of what was done already, 44 asked about, 3 stopped, \d+ misread, 1 near miss, 2 not taken where they were read, 1 maker's code that/ : /^[1-9]\d* scans?/);
	assert.match(await used.textContent(), /were stored within \d+ ms/);
	if (world.mock) {
		assert.match(await used.locator(".judged").textContent(), /is wrong/);
		assert.equal(await used.locator(".printer-trend .no-read").count(), 3);
		assert.match(await used.textContent(), /Failed checks: Code 128 5, symbology not told 2/);
		assert.match(await used.locator(".scanner-times").textContent(), /^19 of 20 were stored within 38 ms \(5980 up to 50 ms, 21 up to 100 ms, 2 longer than a second\)$/);
		assert.match(await used.locator(".device-alarm").textContent(), /breaks off what it sends: 4 times in two days\. Plug it into another socket.*hub.*cable/);
		assert.equal(await used.locator(".device-faults").textContent(), "Its cable and socket: 4 stalls, away and back 1 time");
		assert.equal(await used.locator(".printer-trend circle.fault").count(), 2, "the days of it are marked");
		assert.match(await used.locator(".printer-trend g").nth(12).locator("title").textContent(), /4 faults of its cable$/);
		assert.equal(await scanner("Room 2 scanner").locator(".device-alarm, .device-faults").count(), 0);
		assert.match(await used.locator(".near").textContent(), /almost those of printed labels/);
		const miss = page.locator(".near-misses li");
		assert.equal(await miss.count(), 1, "each near miss is listed");
		assert.match(await miss.textContent(), /Read 900000100071the label most likely says 900000101041.*Room 1 scanner, Room 1\. Copy 1, printed .* by Room 1 printer, Room 1\.$/);
		assert.deepEqual(await miss.locator("mark").allTextContents(), ["0", "7", "1", "4"], "what differs stands out in both");
		assert.match(await page.locator(".near-misses > p").textContent(), /look at its bars.*another scanner/);
		assert.equal(await scanner("Room 2 scanner").locator(".near").count(), 0);
		assert.match(await scanner("Room 2 scanner").locator(".judged").textContent(), /too few scans/);
	}
	if (world.mock) {
		await page.locator(".near-misses").scrollIntoViewIfNeeded();
		await shot(page, "printer-1-near");
	}
	await used.scrollIntoViewIfNeeded();
	await shot(page, "printer-1-scanners");
});

test("the test pattern is printed, and what is seen on it is kept", async () => {
	await panel("Room 2 printer").locator(".printer-due").waitFor();
	await panel("Room 2 printer").locator(".choice", { hasText: "Print the test pattern" }).click();
	await panel("Room 2 printer").locator("b", { hasText: "white line" }).waitFor();
	await shot(page, "printer-2-asked");
	await patterns_out(1);
	await panel("Room 2 printer").locator(".choice", { hasText: "No" }).click();
	await panel("Room 2 printer").locator(".printer-tests li[data-lines='false']", { hasText: "Dee Admin" }).waitFor();
	assert.equal(await panel("Room 2 printer").locator(".printer-due").count(), 0);
	assert.equal(await panel("Room 2 printer").locator(".judged.white").count(), 0);
	await panel("Room 2 printer").locator(".choice", { hasText: "Print the test pattern" }).click();
	await panel("Room 2 printer").locator("b", { hasText: "white line" }).waitFor();
	await patterns_out(2);
	await panel("Room 2 printer").locator(".choice", { hasText: "Yes" }).click();
	await panel("Room 2 printer").locator(".judged.white").waitFor();
	assert.equal(await panel("Room 2 printer").locator(".printer-tests li").count(), 2);
	await shot(page, "printer-3-seen");
});

test("a number typed by hand says so, a wedge does not", { skip: Boolean(process.env.SPECIMEND_URL) && "asked of the mock" }, async () => {
	const code = id_label_text("900000000150", 1);
	const sent = () => world.mock.requests.filter((one) => one.name === "scan").map((one) => one.body.args.source);
	const asked = async (n) => {
		while (sent().length < n)
			await page.waitForTimeout(20);
	};
	const before_it = sent().length;
	await wedge(page, code);
	await asked(before_it + 1);
	await page.keyboard.type(code, { delay: 130 });
	await page.keyboard.press("Enter");
	await asked(before_it + 2);
	assert.deepEqual(sent().slice(before_it), ["typed", "hand"]);
	assert.deepEqual(browser.errors.filter((one) => !/status of 401/.test(one)), []);
});
