/*
 * An administrator enrols a scanner at a station: the code on the screen, what the scanner sent instead, and what it was found
 * to be; a scanner that was changed since. On the mock, which says what the bench would; the way through the real bench is
 * tests/scenario/12-enrol.sh.
 */
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { browser_open, browser_path } from "./browser.js";
import { shot } from "./scenario.js";
import { page_open, setup_go, world_open } from "./world.js";

const GUN = "usb:0c2e:0967:19214B0217";
let world = null;
let browser = null;
let page = null;
const panel = (identity) => page.locator(`.scanner-list .panel[data-identity="${identity}"]`);

before(async () => {
	assert.ok(browser_path, "no Chromium: install the package chromium, or name one with CHROMIUM");
	world = await world_open(true);
	browser = await browser_open({ width: 1280, height: 900 });
	page = browser.page;
	page.setDefaultTimeout(20000);
	await page_open(page, world, world.stations["Room 1"], world.people.admin, ".due-page");
});

after(async () => {
	await browser?.close();
	await world?.close();
});

test("what is plugged in is listed, and what is no scanner can not be enrolled", async () => {
	await setup_go(page, "Scanners");
	await panel(GUN).locator("b", { hasText: "Not enrolled" }).waitFor();
	assert.match(await page.locator(".scanner-page .lead").textContent(), /^What is plugged in here/);
	assert.equal(await page.locator(".scanner-list .panel").count(), 3);
	assert.equal(await panel(GUN).locator(".choice", { hasText: "Enrol at this station" }).count(), 1);
	assert.equal(await panel("usb:1234:0001@1-5").locator(".choice").count(), 0);
	assert.match(await panel("usb:1234:0001@1-5").textContent(), /no scanner that is known here/);
	await shot(page, "enrol-1-list");
});

test("the code is shown in both kinds, with how long it is good", async () => {
	await panel(GUN).locator(".choice", { hasText: "Enrol at this station" }).click();
	await page.locator(".enrol-open canvas[data-kind='code128']").waitFor();
	assert.equal(await page.locator(".enrol-open canvas.enrol-code").count(), 2);
	assert.match(await page.locator(".enrol-open h2").textContent(), /Scan this code with Honeywell N5600/);
	assert.equal(await page.locator(".enrol-open li").count(), 3);
	assert.match(await page.locator(".enrol-left").textContent(), /^[23]:\d\d left/);
	assert.equal(await panel(GUN).count(), 0, "it is above, not in the list");
	await shot(page, "enrol-2-code");
});

test("what it sends instead of the code is said, with what to do", async () => {
	world.mock.clinic.enrol.read({ reading: "case", says: "it changes capital and small letters", hint: "set its letters to 'as they are'", seen: "e900000000123042317qZ\"=<GS>m" });
	await page.locator(".enrol-read[data-reading='case']").waitFor();
	assert.match(await page.locator(".enrol-read").textContent(), /Not yet: it changes capital and small letters.*as they are.*e900000000123042317qZ"=<GS>m/);
	assert.equal(await page.locator(".enrol-open canvas.enrol-code").count(), 2, "the code stays");
	await shot(page, "enrol-3-not-yet");
});

test("when it reads the code it is this station's, as it was found", async () => {
	world.mock.clinic.enrol.read(undefined, {}, [{ word: "no_aim", says: "it sends codes without their identifier", hint: "scan the code for it" }]);
	await page.locator(".enrol-done h2", { hasText: "Honeywell N5600 belongs to this station now" }).waitFor();
	assert.match(await page.locator(".enrol-done").textContent(), /Set up as USB HID POS.*without their identifier/);
	assert.match(await panel(GUN).textContent(), /Scanner of Room 1.*Enrolled by Dee Admin/);
	await panel(GUN).locator(".scanner-here", { hasText: "Listened to" }).waitFor();
	assert.equal(await page.locator(".scanner-here").count(), 1, "of those of nobody nothing is promised");
	assert.equal(await page.locator(".enrol-open").count(), 0);
	await shot(page, "enrol-4-done");
});

test("one that is a keyboard is enrolled with its country; a code that nobody scanned runs out", async () => {
	await panel("usb:05e0:1200@1-4").locator(".choice", { hasText: "Enrol" }).click();
	await page.locator(".enrol-open canvas[data-kind='datamatrix']").waitFor();
	world.mock.clinic.enrol.expire();
	await page.locator(".enrol-over h2", { hasText: "three minutes are over" }).waitFor();
	await panel("usb:05e0:1200@1-4").locator(".choice", { hasText: "Enrol" }).click();
	await page.locator(".enrol-open .enrol-read, .enrol-open .none").first().waitFor();
	await page.locator(".enrol-open .choice", { hasText: "Stop this" }).click();
	await page.locator(".enrol-over h2", { hasText: "No scanner was enrolled" }).waitFor();
	await panel("usb:05e0:1200@1-4").locator(".choice", { hasText: "Enrol" }).click();
	await page.locator(".enrol-open canvas[data-kind='datamatrix']").waitFor();
	world.mock.clinic.enrol.read(undefined, { keyboard: "fr", terminator: "cr_lf", has_aim: true });
	await page.locator(".enrol-done").waitFor();
	assert.match(await page.locator(".enrol-done").textContent(), /a keyboard: keyboard FR, ends with CR LF, tells the kind of code/);
});

test("a scanner that is plugged in and not listened to is not shown as ready, and it is said why", async () => {
	const held = "USB device is held by another program: end the program that uses it";
	world.mock.clinic.enrol.silence(GUN, { code: "device_deaf", title: "Honeywell N5600 is plugged in, and not used", do: held }, held);
	world.mock.feed("devices", null);
	await page.locator("#bands .band.stopped[data-scanner][data-trouble='device_deaf']", { hasText: "held by another program" }).waitFor();
	await panel(GUN).locator("[data-silence='device_deaf']", { hasText: "plugged in, and not used" }).waitFor();
	assert.equal(await panel(GUN).locator(".scanner-here").count(), 0);
	assert.equal((await panel(GUN).textContent()).split("held by another program").length, 2, "why is said once");
	await shot(page, "enrol-5-deaf");
	world.mock.clinic.enrol.silence(GUN, { code: "device_opening", title: "plugged in, and not used yet", do: "Wait a moment. If it stays so, unplug it and plug it in again." });
	world.mock.feed("devices", null);
	await panel(GUN).locator("[data-silence='device_opening']", { hasText: "Wait a moment" }).waitFor();
	await page.locator("#bands .band.stopped[data-scanner]").waitFor({ state: "detached" });
	world.mock.clinic.enrol.silence(GUN, null);
	await panel(GUN).locator(".scanner-here").waitFor();
});

test("a scanner that was changed is told on the station's page, and who mends it", async () => {
	world.mock.clinic.enrol.drift(GUN, { code: "scanner_changed", title: "Honeywell N5600 was changed by a configuration code, and is not used", do: "An administrator enrols it again: Scanners, Enrol at this station." });
	world.mock.feed("devices", null);
	await page.locator("#bands .band.stopped[data-scanner]", { hasText: "changed by a configuration code" }).waitFor();
	await panel(GUN).locator(".scanner-drift[data-drift='scanner_changed']").waitFor();
	assert.equal(await panel(GUN).locator(".scanner-here").count(), 0);
	assert.equal(await panel(GUN).locator(".scanner-drift").count(), 1);
	await shot(page, "enrol-6-changed");
	await panel(GUN).locator(".choice", { hasText: "Enrol it again" }).waitFor();
});

test("no error on the way", async () => {
	await page.keyboard.press("Escape");
	await page.locator(".due-page").waitFor();
	assert.deepEqual(browser.errors.filter((one) => !/status of 401/.test(one)), []);
});
