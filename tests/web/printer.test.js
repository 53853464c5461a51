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

before(async () => {
	assert.ok(browser_path, "no Chromium: install the package chromium, or name one with CHROMIUM");
	world = await world_open();
	browser = await browser_open({ width: 1280, height: 900 });
	page = browser.page;
	page.setDefaultTimeout(10000);
	if (!world.mock) {
		const ma = await person_at(world.url, world.stations["Room 1"], world.people.ma);
		await tubes_draw(ma, ["CBC"]);
	}
	await page_open(page, world, world.stations["Room 2"], world.people.admin, ".due-page");
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
