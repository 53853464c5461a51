/*
 * A courier's stop, on a phone held upright: the stop's code, four bags of which one is not there, one that leaks, the
 * clinic's badge, the receipt; a lockbox with an own count; nothing here; could not get in; a hand-over to a colleague.
 * Never a patient's name.
 */
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { browser_open, browser_path, wedge } from "./browser.js";
import { post, real, shot as picture, view } from "./scenario.js";
import { bags_close, card, page_open, person_at, world_open } from "./world.js";

const phone = { width: 390, height: 844 };
let world = null;
let browser = null;
let page = null;
let bags = [];
let stop = null;
let held = 0; /* bags that the courier has from before */
const shot = (name) => picture(page, `courier-${name}`);
const seen = (selector) => page.waitForSelector(selector);
const text = (selector) => page.textContent(selector);
const taken = (bag) => seen(`.bag[data-bag="${bag}"][data-state="taken"]`);

async function fits() {
	const { over, cut } = await page.evaluate(() => ({
		over: document.documentElement.scrollWidth - innerWidth,
		cut: [...document.querySelectorAll("#screen .choice, #screen h1, #screen .bag-code")].filter((one) => one.offsetParent && one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.textContent),
	}));
	assert.equal(over, 0);
	assert.deepEqual(cut, []);
}

before(async () => {
	assert.ok(browser_path, "no Chromium: install the package chromium, or name one with CHROMIUM");
	world = await world_open();
	const ma = await person_at(world, world.stations["Room 2"], world.people.ma);
	bags = await bags_close(world, ma, 4);
	browser = await browser_open(phone);
	page = browser.page;
	page.setDefaultTimeout(20000);
	await page_open(page, world, world.stations["Courier phone"], world.people.courier, ".courier-page");
	await seen(".stop-head, .receipt");
	if (await page.isVisible(".receipt")) /* of an earlier scenario */
		await page.keyboard.press("Enter");
	held = (await view(page, "courier")).holding.length;
	stop = (await view(page, "courier")).stops[0].stop;
});

after(async () => {
	await browser?.close();
	await world?.close();
});

test("before a stop the phone says what to scan and what the courier holds", async () => {
	await seen(".stop-head h1");
	assert.match(await text(".courier-page"), held ? new RegExp(`You hold ${held} bag`) : /You hold no bag/);
	await fits();
	await shot("1-idle");
});

test("the stop's code shows its bags, waiting", async () => {
	await wedge(page, stop);
	await seen('.bag[data-state="waiting"]');
	for (const bag of bags)
		await seen(`.bag[data-bag="${bag}"][data-state="waiting"]`);
	assert.match(await text(".stop-count"), /^0 of \d+$/);
	await fits();
	await shot("2-stop");
});

test("each bag scanned turns green, and the count goes up", async () => {
	const before_n = Number(/of (\d+)/.exec(await text(".stop-count"))[1]);
	for (const bag of bags.slice(0, 2)) {
		await wedge(page, bag);
		await taken(bag);
	}
	/* as a scanner does that hangs on the bench: its answer comes by the feed, to who may see no patient */
	const scanner = (await view(page, "me")).devices.find((one) => one.kind === "scanner");
	await post(page, "virtual_scan", { device_id: scanner.device_id, text: bags[2], aim: "]C0" });
	await taken(bags[2]);
	await seen("#verdict.stored, #verdict.complete");
	assert.equal(await text(".stop-count"), `3 of ${before_n}`);
	await wedge(page, bags[0]);
	await seen("#verdict.repeat");
	await fits();
	await shot("3-three");
});

test("a bag that leaks is remarked by cards alone", async () => {
	await card(page, "remark");
	await seen(".sheet .bag");
	await card(page, "choice_1");
	await page.waitForFunction(() => /What is wrong/.test(document.querySelector(".sheet h2")?.textContent));
	await shot("4-remark");
	await card(page, "choice_1");
	await page.waitForSelector(".sheet", { state: "detached" });
	await seen("#verdict.stored");
});

test("the clinic's badge does not sign while a bag is neither taken nor left", async () => {
	await wedge(page, world.people.ma.badge);
	await seen("#verdict.question");
	assert.ok((await view(page, "courier")).work.pickup, "the pickup is still open");
});

test("it leaves with the bags that are there, with a reason, and the badge signs", async () => {
	await card(page, "done");
	await seen(".sheet");
	await shot("5-leave");
	await card(page, "choice_1");
	await seen(".sign-here");
	await seen(`.bag[data-bag="${bags[3]}"][data-state="left"]`);
	await fits();
	await shot("6-sign");
	await wedge(page, world.people.ma.badge);
	await seen(".receipt");
	assert.match(await text(".receipt"), /3 bags/);
	assert.match(await text(".receipt-no"), /Receipt \d+/);
	await fits();
	await shot("7-receipt");
	await card(page, "done");
	await page.waitForFunction((n) => document.body.textContent.includes(`You hold ${n} bags`), held + 3);
	await shot("8-holding");
});

test("nothing here, and could not get in, are two actions at the most", async () => {
	await wedge(page, stop);
	await seen('[data-command="nothing_here"]');
	await card(page, "no_access");
	await seen(".sheet");
	await shot("9-no-access");
	await card(page, "choice_1");
	await seen("#verdict.stored, #verdict.note");
	await seen(".stop-head h1:has-text('Next stop')");
	await wedge(page, stop);
	await seen('[data-command="nothing_here"]');
	await card(page, "nothing_here");
	await seen(".stop-head h1:has-text('Next stop')");
});

test("bags go to another courier: the badge, the bags, done", async () => {
	await wedge(page, world.people.other_courier.badge);
	await seen(".stop-head h1:has-text('Handing over to')");
	await wedge(page, bags[2]);
	await page.waitForFunction(() => /^1 handed over/.test(document.querySelector(".stop-count").textContent));
	await shot("a-hand-over");
	await card(page, "done");
	await page.waitForFunction((n) => document.body.textContent.includes(`You hold ${n} bags`), held + 2);
});

test("Stop asks which bag it is about", { skip: real ? false : "the mock stops visits only" }, async () => {
	await card(page, "stop");
	await seen(".ask:not([hidden]) .choice:enabled");
	await shot("b-stop");
	await card(page, "back");
	await page.waitForSelector(".ask", { state: "hidden" });
});

test("no patient was ever on this phone", async () => {
	const said = JSON.stringify(await view(page, "courier"));
	assert.doesNotMatch(said, /patient|birth|PACKED|"name":"[A-Z]{3,}, /);
	assert.doesNotMatch(await page.content(), /PACKED|ABBOTT|BIANCHI|GONZALEZ/);
});

test("the page itself had no error", () => {
	assert.deepEqual(browser.errors.filter((one) => !/status of 401/.test(one)), []);
});
