/*
 * A medical assistant packs what lies in the rack: a new bag, the blind count that does not add up, a tube left out,
 * closing, the fridge, and what is still here. By scanner and keys alone.
 */
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { browser_open, browser_path, wedge } from "./browser.js";
import { real, shot as picture, view } from "./scenario.js";
import { card, page_open, place_of, person_at, tubes_draw, world_open } from "./world.js";

let world = null;
let browser = null;
let page = null;
const shot = (name) => picture(page, `pack-${name}`);
const seen = (selector) => page.waitForSelector(selector);
const text = (selector) => page.textContent(selector);
const packing = () => view(page, "packing");

before(async () => {
	assert.ok(browser_path, "no Chromium: install the package chromium, or name one with CHROMIUM");
	world = await world_open();
	if (real) { /* the person's session ends where she signs in on the page */
		const ma = await person_at(world, world.stations["Room 1"], world.people.ma);
		for (const tests of [["CMP"], ["TSH", "CBC"], ["LIPID"]])
			await tubes_draw(ma, tests);
		await ma.act("work_end", {}); /* of an earlier scenario */
	}
	browser = await browser_open();
	page = browser.page;
	page.setDefaultTimeout(20000);
	await page_open(page, world, world.stations["Room 1"], world.people.ma, ".due-page");
});

after(async () => {
	await browser?.close();
	await world?.close();
});

test("the card *pack* opens the packing screen: what is to be packed, class in words and sign", async () => {
	await card(page, "pack");
	await seen(".for-row");
	for (const words of await page.$$eval(".for-row .bag-class", (all) => all.map((one) => [one.textContent, one.querySelector("svg") !== null])))
		assert.ok(["AMBIENT", "REFRIGERATED", "FROZEN"].includes(words[0]) && words[1], String(words));
	await shot("1-start");
});

test("a new bag for refrigerated tubes is begun by its number, and shows no count before it was told", async () => {
	const row = page.locator(".for-row", { hasText: "REFRIGERATED" }).first();
	await card(page, `choice_${await row.locator(".choice").getAttribute("data-key")}`);
	await seen(".work-bag .bag");
	await seen(".count-pad");
	assert.match(await text(".work-bag"), /REFRIGERATED/);
	assert.equal(await page.locator(".tube-row").count(), 0, "blind: nothing of what is expected");
	await shot("2-count");
});

test("a wrong count, told by the number cards, shows what should be inside", async () => {
	for (const [digit, shown] of [["1", "1"], ["0", "10"]]) {
		await card(page, `choice_${digit}`);
		await page.waitForFunction((count) => document.querySelector(".count-shown")?.textContent === count, shown);
	}
	await card(page, "done");
	await seen(".step.differs");
	await page.waitForFunction((n) => document.querySelectorAll(".tube-row").length === n, (await packing()).expected.length);
	await shot("3-differs");
});

test("a tube that is not ready is left out with two cards", async () => {
	const before_n = await page.locator(".work-step > .tube-rows > .tube-row").count();
	await card(page, "choice_1");
	await seen(".sheet");
	await shot("4-leave-out");
	await card(page, "choice_1");
	await page.waitForSelector(".sheet", { state: "detached" });
	await page.waitForFunction((n) => document.querySelectorAll(".work-step > .tube-rows > .tube-row").length === n, before_n - 1);
	assert.equal((await packing()).left_out.length, 1);
});

test("each tube scanned turns green until it agrees, and the bag is closed by its card", async () => {
	const { expected, work } = await packing();
	for (const { specimen_id } of expected) {
		await wedge(page, specimen_id);
		await seen(`.tube-row.good[data-specimen="${specimen_id}"]`);
	}
	await seen('[data-command="close_bag"]');
	await shot("5-agrees");
	await card(page, "close_bag");
	await seen("#verdict.complete");
	await seen(`.bag[data-bag="${work.bag}"][data-state="closed"]`);
	await shot("6-closed");
});

test("the closed bag goes into the fridge: place, bag, done", async () => {
	const { bags } = await packing();
	const { bag } = bags.findLast((one) => one.state === "closed");
	await wedge(page, await place_of(world, "fridge"));
	await seen(".placing");
	await wedge(page, bag);
	await seen(`.placing .bag[data-bag="${bag}"]`);
	await shot("7-fridge");
	await card(page, "done");
	await seen(`.bag[data-bag="${bag}"][data-state="placed"]`);
});

test("what is still here: big numbers, and the tube that was left out", async () => {
	await card(page, "still_here");
	await seen(".still-number");
	const still = await view(page, "still_here");
	assert.equal(Number(await text('.still-number[data-count="unpacked"] .n')), still.counts.unpacked);
	assert.ok(still.counts.unpacked > 0);
	assert.equal(await page.locator(".still-lists .tube-row").count(), still.unpacked.length);
	await shot("8-still-here");
	await card(page, "back");
	await seen(".due-page");
});

test("the page itself had no error", () => {
	assert.deepEqual(browser.errors.filter((one) => !/status of 401/.test(one)), []);
});
