/*
 * Pass-through: an administrator switches it on for a station, sees what became of the last number, and switches it off. On the
 * mock, and on the running practice clinic; that a number really goes on is tests/scenario/13-pass.sh.
 */
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { real, shot as picture } from "./scenario.js";
import { admin_open, setup_go, world_open } from "./world.js";

let world = null;
let browser = null;
let page = null;
const shot = (name) => picture(page, `pass-${name}`);
const verdict = (kind, words) => page.locator(`#verdict.${kind}`, { hasText: words }).waitFor();
const panel = (name) => page.locator(`.pass-station[data-station="${name}"]`);
const field = (name, label) => panel(name).getByLabel(label, { exact: true });
const save = (name) => panel(name).locator(".choice", { hasText: "Save" });

before(async () => {
	world = await world_open();
	browser = await admin_open(world);
	page = browser.page;
});

after(async () => {
	await browser?.close();
	await world?.close();
});

test("it is off at every station, and says what it would do", async () => {
	await setup_go(page, "Pass-through");
	await panel("Room 1").waitFor();
	assert.match(await page.textContent(".pass-page .lead"), /Amber and red, repeats, cards and badges are never handed on/);
	assert.equal(await page.locator(".pass-station").count(), await page.locator(".pass-station[data-way='off']").count());
	assert.match(await panel("Room 1").textContent(), /Nothing is handed on.*Never set/);
	assert.equal(await save("Room 1").isDisabled(), true, "nothing was changed");
	assert.equal(await field("Room 1", "Keyboard of that computer").isVisible(), false);
	for (const [width, height] of [[1280, 800], [1024, 768]]) {
		await page.setViewportSize({ width, height });
		assert.ok(await page.evaluate(() => document.getElementById("screen").scrollWidth <= document.getElementById("screen").clientWidth), `all of it is seen at ${width}`);
	}
	await page.setViewportSize({ width: 1280, height: 800 });
	await shot("1-off");
});

test("a keyboard, of a country", async () => {
	await field("Room 1", "How").selectOption("keyboard");
	assert.match(await panel("Room 1").textContent(), /types into the window that is in front/);
	await field("Room 1", "Keyboard of that computer").selectOption("fr");
	assert.equal(await field("Room 1", "Serial line").count(), 0);
	await save("Room 1").click();
	await verdict("stored", "Room 1 hands its codes on");
	await page.locator(".pass-station[data-station='Room 1'][data-way='keyboard']").waitFor();
	assert.match(await panel("Room 1").textContent(), /Typed as by a keyboard.*Set by .*No number was handed on since/);
	assert.equal(await field("Room 1", "Keyboard of that computer").inputValue(), "fr");
	assert.equal(await save("Room 1").isDisabled(), true);
	await shot("2-keyboard");
});

test("what makes no sense, and what is another's, is refused and stays in the fields", async () => {
	await field("Room 2", "How").selectOption("keyboard");
	await save("Room 2").click();
	await verdict("question", "Room 1 hands its codes on by that way");
	await field("Room 2", "How").selectOption("serial");
	assert.equal(await save("Room 2").isDisabled(), true, "a line has a name");
	await field("Room 2", "Serial line").fill("/dev/watchdog");
	await save("Room 2").click();
	await verdict("question", "That is no serial line");
	assert.equal(await field("Room 2", "Serial line").inputValue(), "/dev/watchdog");
	assert.equal(await panel("Room 2").getAttribute("data-way"), "off");
	await shot("3-refused");
});

test("an address, with what follows each number", async () => {
	await field("Room 2", "How").selectOption("tcp");
	await field("Room 2", "Address").fill("tcp:192.0.2.7:9100");
	assert.deepEqual(await field("Room 2", "After each number").locator("option").allTextContents(), ["Line end (LF)", "Enter (CR)", "CR and LF", "Tab"]);
	await field("Room 2", "After each number").selectOption("cr_lf");
	await save("Room 2").click();
	await page.locator(".pass-station[data-station='Room 2'][data-way='tcp'] code", { hasText: "tcp:192.0.2.7:9100" }).waitFor();
	assert.equal(await field("Room 2", "After each number").inputValue(), "cr_lf");
});

test("what became of the last number is said", { skip: Boolean(real) }, async () => {
	world.mock.clinic.pass.last("Room 1", { at: new Date().toISOString(), ok: false, why: "Caps Lock is on" });
	world.mock.feed("devices", null);
	await page.evaluate(() => {
		location.hash = "#due";
	});
	await page.locator(".due-page").waitFor();
	await setup_go(page, "Pass-through");
	await panel("Room 1").locator("[data-last='bad']", { hasText: "was not handed on" }).waitFor();
	assert.match(await panel("Room 1").textContent(), /Caps Lock is on/);
	await shot("4-last");
});

test("and off again", async () => {
	for (const name of ["Room 1", "Room 2"]) {
		await field(name, "How").selectOption("off");
		await save(name).click();
		await verdict("stored", `${name} hands nothing on`);
		await page.locator(`.pass-station[data-station="${name}"][data-way='off']`).waitFor();
	}
	assert.deepEqual(browser.errors.filter((one) => !/status of 401/.test(one)), []);
});
