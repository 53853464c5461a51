/*
 * A page is bound by a one-time code: wrong ones, digits typed with a finger, a code that an administrator opens on her screen
 * for a phone; the list of pages, and a phone that is lost. On the mock; the rules themselves are tests/schema/clinic/page.sql.
 */
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { about_of } from "../../daemon/web/js/about.js";
import { browser_open, browser_path, wedge } from "./browser.js";
import { shot } from "./scenario.js";
import { page_open, setup_go, world_open } from "./world.js";

let world = null;
let desk = null;
let phone = null;
const code_shown = async () => (await desk.page.textContent(".enrol-open .page-code")).replaceAll(" ", "");
const panel = (station) => desk.page.locator(`.scanner-list .panel[data-station="${station}"]`);

before(async () => {
	assert.ok(browser_path, "no Chromium: install the package chromium, or name one with CHROMIUM");
	world = await world_open(true);
	desk = await browser_open({ width: 1280, height: 900 });
	phone = await browser_open({ width: 390, height: 844 });
	for (const { page } of [desk, phone])
		page.setDefaultTimeout(20000);
	await page_open(desk.page, world, world.stations["Room 1"], world.people.admin, ".due-page");
});

after(async () => {
	await desk?.close();
	await phone?.close();
	await world?.close();
});

test("what a browser says of itself is told in two words", () => {
	const said = [["Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36", "Chrome, Android"],
		["Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 Mobile/15E148 Safari/604.1", "Safari, iPhone"],
		["Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36 Edg/120.0.0.0", "Edge, Windows"],
		["Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Firefox/115.0", "Firefox, Linux"], ["curl/8", ""], ["", ""]];
	for (const [user_agent, words] of said)
		assert.equal(about_of(user_agent), words);
});

test("a page that no station has says what it needs, and a station's own code is not it", async () => {
	const { page } = phone;
	await page.goto(world.url);
	await page.waitForSelector(".bind-page .pad");
	assert.match(await page.textContent(".bind-page"), /Which station is this\?.*twelve digits/);
	await wedge(page, world.stations["Room 2"]);
	await page.waitForSelector("#verdict.question");
	assert.match(await page.textContent("#verdict"), /code is not good/);
	assert.equal(await page.locator(".bind-page .pad").count(), 1);
});

test("an administrator lets a phone in: its code in digits and in two pictures", async () => {
	await setup_go(desk.page, "Pages");
	await desk.page.locator(".choice", { hasText: "Room 2" }).click();
	await desk.page.locator(".enrol-open canvas[data-kind='datamatrix']").waitFor();
	assert.equal(await desk.page.locator(".enrol-open canvas").count(), 2);
	assert.match(await code_shown(), /^[0-9]{12}$/);
	assert.match(await desk.page.textContent(".enrol-open h2"), /A new page for Room 2/);
	assert.match(await desk.page.textContent(".enrol-left"), /^[45]:\d\d left/);
	await shot(desk.page, "bind-1-code");
});

test("a finger types it on the phone, whole on the screen, and mends a slip", async () => {
	const { page } = phone;
	const code = await code_shown();
	const tap = (digit) => page.locator(".bind-page .pad-key", { hasText: digit }).first().click();
	await tap("9");
	assert.match(await page.textContent(".bind-page .page-code"), /^9/);
	await page.locator(".bind-page .pad-key.quiet").click();
	for (const digit of code.slice(0, 11))
		await tap(digit);
	assert.equal((await page.textContent(".bind-page .page-code")).replace(/[ \u2013]/g, ""), code.slice(0, 11));
	assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "nothing is wider than the phone");
	await shot(page, "bind-2-phone");
	await tap(code[11]);
	await page.waitForSelector(".badge-picture");
	assert.match(await page.textContent("#head"), /Room 2/);
});

test("she sees that it came, and who is signed in there", async () => {
	await desk.page.locator(".page-over[data-ended='bound'] h2", { hasText: "There is a new page of Room 2" }).waitFor();
	assert.match(await panel("Room 2").textContent(), /Chrome, Linux.*Let in by Dee Admin.*Nobody signed in there yet/);
	assert.match(await panel("Room 1").textContent(), /This page.*Signed in: Dee Admin/);
	await wedge(phone.page, world.people.ma.badge);
	await phone.page.waitForSelector(".pad");
	await phone.page.keyboard.type(world.people.ma.pin, { delay: 150 });
	await phone.page.keyboard.press("Enter");
	await phone.page.waitForSelector(".due-page");
	await panel("Room 2").locator("p", { hasText: "Signed in: Ana Torres" }).waitFor();
});

test("a code runs out, is taken back, and is good once", async () => {
	await desk.page.locator(".choice", { hasText: "Courier phone" }).click();
	await desk.page.locator(".enrol-open h2", { hasText: "Courier phone" }).waitFor();
	world.mock.clinic.pages.expire();
	await desk.page.locator(".page-over[data-ended='expired']").waitFor();
	await desk.page.locator(".choice", { hasText: "Courier phone" }).click();
	await desk.page.locator(".enrol-open").waitFor();
	await desk.page.locator(".choice", { hasText: "Stop this" }).click();
	await desk.page.locator(".page-over[data-ended='cancelled']").waitFor();
});

test("a phone that is lost is taken away, after one question, and shows nothing any more", async () => {
	await panel("Room 2").locator(".choice", { hasText: "Take it away" }).click();
	await desk.page.locator("#dialog h2", { hasText: "Take this page away from Room 2?" }).waitFor();
	await shot(desk.page, "bind-3-take");
	await desk.page.locator("#dialog .choice", { hasText: "Yes, take it away" }).click();
	await desk.page.waitForFunction(() => !document.querySelector(".scanner-list .panel[data-station='Room 2']"));
	world.mock.feed("sign_in", null, 2);
	await phone.page.waitForSelector(".bind-page .pad");
	assert.doesNotMatch(await phone.page.textContent("body"), /Ana Torres/);
});

test("pages from before there were codes stand first, and go or stay by one press", async () => {
	for (const station of ["Room 2", "Lab bench 1"])
		world.mock.clinic.pages.old(station);
	await desk.page.reload();
	await desk.page.locator("#head .choice", { hasText: "Set up" }).locator(".sub", { hasText: "2 pages wait" }).waitFor();
	await desk.page.locator(".scanner-list .panel[data-waits='true']").nth(1).waitFor();
	assert.deepEqual(await desk.page.$$eval(".scanner-list .panel", (all) => all.map((one) => one.dataset.station)), ["Room 2", "Lab bench 1", "Room 1"]);
	assert.match(await panel("Room 2").textContent(), /Bound before there were codes.*Keep it if you know this browser/);
	assert.equal(await panel("Room 1").locator(".choice", { hasText: "Keep it" }).count(), 0, "who was let in by a code needs no such word");
	await shot(desk.page, "bind-4-old");
	await panel("Room 2").locator(".choice", { hasText: "Keep it" }).click();
	await panel("Room 2").locator("p", { hasText: "Kept by Dee Admin" }).waitFor();
	await desk.page.locator("#head .choice", { hasText: "Set up" }).locator(".sub", { hasText: "1 page waits" }).waitFor();
	await desk.page.setViewportSize({ width: 390, height: 844 });
	assert.ok(await desk.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "nothing is wider than a phone");
	await shot(desk.page, "bind-5-old-phone");
	await panel("Lab bench 1").locator(".choice", { hasText: "Take it away" }).click();
	await desk.page.locator("#dialog .choice", { hasText: "Yes, take it away" }).click();
	await panel("Lab bench 1").waitFor({ state: "detached" });
	await desk.page.locator("#head .choice .sub", { hasText: "waits" }).waitFor({ state: "detached" });
});

test("who signs in where an administrator was does not land on her page", async () => {
	await desk.page.locator("#head .choice", { hasText: "Sign out" }).click();
	await desk.page.waitForSelector(".badge-picture");
	await wedge(desk.page, world.people.ma.badge);
	await desk.page.waitForSelector(".pad");
	await desk.page.keyboard.type(world.people.ma.pin, { delay: 150 });
	await desk.page.keyboard.press("Enter");
	await desk.page.waitForSelector(".due-page");
});

test("no error on the way", () => {
	for (const { errors } of [desk, phone])
		assert.deepEqual(errors.filter((one) => !/status of 401/.test(one)), []);
});
