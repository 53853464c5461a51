/*
 * An administrator changes a template: finds it from the head of the page, sees its label dot for dot while typing, stores
 * a version, tries it with the golden set, proposes it. Quality, on another page, sees what changes, turns it down with
 * words, then publishes it. On the mock, and on the running practice clinic.
 */
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { browser_open, browser_path } from "./browser.js";
import { shot as picture } from "./scenario.js";
import { page_open, setup_go, world_open } from "./world.js";

const GOLDEN_MS = 30000;
let world = null;
let browser = null;
let page = null;
let other = null; /* the second person's */
let text = ""; /* of slip, as it is live */
const seen = (selector, options) => page.waitForSelector(selector, options);
const button = (label, on = page) => on.locator(".template-editor .line .choice", { hasText: label });
const shot = (name, on = page) => picture(on, `template-${name}`);
const line_of = (version, words, on = page) => on.locator(`.template-versions li[data-version='${version}']`, { hasText: words }).waitFor();
const words_of = (selector, on = page) => on.locator(selector).allTextContents();

async function newest() {
	return page.locator(".template-versions li").first().getAttribute("data-version").then(Number);
}

/* Writes into the editor as a person who pastes. */
async function write(body) {
	await page.locator(".template-text").fill(body);
}

before(async () => {
	assert.ok(browser_path, "no Chromium: install the package chromium, or name one with CHROMIUM");
	world = await world_open();
	browser = await browser_open({ width: 1920, height: 1080 });
	page = browser.page;
	page.setDefaultTimeout(20000);
	await page_open(page, world, world.stations["Room 2"], world.people.admin, ".due-page");
	other = await browser_open({ width: 1920, height: 1080 });
	other.page.setDefaultTimeout(20000);
	await page_open(other.page, world, world.stations["Room 1"], world.people.quality, ".due-page");
});

after(async () => {
	await browser?.close();
	await other?.close();
	await world?.close();
});

test("the head leads to the templates; one shows its text and its label, dot for dot", async () => {
	await setup_go(page, "Templates");
	await page.locator(".template-list .choice", { hasText: "slip" }).click();
	await seen(".template-versions li[data-version='1']");
	await seen("canvas.label-dots");
	assert.deepEqual(await page.$eval("canvas.label-dots", (one) => [one.width, one.height]), world.mock ? [406, 203] : [400, 200], "50 x 25 mm at 203 dpi");
	text = await page.inputValue(".template-text");
	assert.equal(JSON.parse(text).name, "slip");
	assert.equal(await button("Propose").count() + await button("Publish").count(), 0, "what is live is not published again");
	await shot("1-live");
});

test("what does not print is said while it is written, and can be taken back", async () => {
	await write(text.replace(/"size_min": [0-9.]+/, "\"size_min\": 99").replace("\"subject\"", world.mock ? "\"bad\": 1, \"subject\"" : "\"subject\""));
	await seen(".template-fails");
	assert.ok((await page.textContent(".template-fails p")).length > 5);
	assert.equal(await button("Run the golden set").count(), 0, "nothing is tried but what is stored");
	assert.equal(await page.locator(".template-list .choice").first().isDisabled(), true, "nor lost by a look at another");
	await shot("2-fails");
	await page.locator(".template-text").press("Escape");
	assert.equal(await page.locator(".template-text").isVisible(), true, "nor by Escape");
	await button("Take my changes back").click();
	await seen("canvas.label-dots");
	assert.equal(await page.inputValue(".template-text"), text);
});

test("a draft is a version by name and time, and is not live", async () => {
	const body = JSON.parse(text);
	body.boxes.push({ kind: "rule", x: 1, y: 23.6, width: 30, height: 0.25 });
	await write(JSON.stringify(body, null, "\t"));
	await page.locator(".template-editor .line > input").fill("a line below");
	const before_it = await newest();
	await button("Store as a new version").click();
	await seen(`.template-versions li[data-version='${before_it + 1}']`);
	const line = await page.textContent(`.template-versions li[data-version='${before_it + 1}']`);
	assert.match(line, /draft/);
	assert.match(line, /Admin/);
	assert.match(line, /not tried/);
	assert.match(line, /a line below/);
	assert.equal(await button("Propose").isDisabled(), true, "not before it was tried");
});

test("it passes the golden set; who wrote it may propose it, not publish it", async () => {
	const version = await newest();
	await button("Run the golden set").click();
	await page.locator(`.template-versions li[data-version='${version}']`, { hasText: "passes the golden set" }).waitFor({ timeout: GOLDEN_MS });
	await shot("3-passes");
	await button("Propose").click();
	await line_of(version, "proposed");
	await page.locator(".template-review p", { hasText: "Another person" }).waitFor();
	assert.equal(await button("Publish").count(), 0);
	assert.equal(await button("Turn it down").count(), 0);
	assert.match(await page.textContent(".template-list .chosen"), new RegExp(`Version ${version} waits`));
	await shot("4-proposed");
});

test("who proposed it takes it back, and proposes it again", async () => {
	const version = await newest();
	await button("Take the proposal back").click();
	await line_of(version, "draft");
	await button("Propose").click();
	await line_of(version, "proposed");
	assert.equal((await words_of(".template-history li")).length, 3);
});

test("quality sees what waits: its label, what prints now, and what it changes; it writes nothing", async () => {
	const version = await newest();
	await setup_go(other.page, "Templates");
	await other.page.locator(".template-list .choice", { hasText: `Version ${version} waits` }).click();
	await other.page.locator(".template-now canvas.label-dots").waitFor();
	assert.equal(await other.page.locator("canvas.label-dots").count(), 2, "the new one, and the one of now");
	assert.equal(await other.page.locator(".template-text").getAttribute("readonly"), "");
	const signs = (await other.page.locator(".template-changes li").evaluateAll((lines) => lines.map((line) => [line.dataset.sign, line.textContent])))
		.filter(([, line]) => !/"version"/.test(line)); /* a stored text says its own version */
	assert.deepEqual(signs.map(([sign]) => sign), ["+"], "just the line that came");
	assert.match(signs[0][1], /"rule".*23\.6/);
	assert.equal(await button("Propose", other.page).count(), 0);
	await shot("5-second", other.page);
});

test("quality turns it down, with words; who proposed it reads them", async () => {
	const version = await newest();
	await button("Turn it down", other.page).click();
	await other.page.locator("#dialog input").fill("The line is too near to the edge.");
	await shot("6-why", other.page);
	await other.page.locator("form.mend button[type=submit]").click();
	await line_of(version, "draft", other.page);
	await button("Publish", other.page).waitFor({ state: "detached" }); /* what is turned down is not published */
	await page.locator(`.template-versions li[data-version='${version}'] .choice`).click();
	await page.locator(".template-history li[data-act='turned_down']", { hasText: "too near to the edge" }).waitFor();
	await shot("7-turned-down");
});

test("proposed again, quality publishes it: the next labels print with it", async () => {
	const version = await newest();
	await button("Propose").click();
	await line_of(version, "proposed");
	await other.page.locator(`.template-versions li[data-version='${version}'] .choice`).click();
	await button("Publish", other.page).click();
	await line_of(version, "live", other.page);
	const line = await other.page.textContent(`.template-versions li[data-version='${version}']`);
	assert.match(line, /proposed Dee Admin/);
	assert.match(line, /published Quinn Vale/);
	await shot("8-live", other.page);
	await page.locator(`.template-versions li[data-version='${version}'] .choice`).click();
	await line_of(version, "live");
	assert.match(await page.textContent(".template-list .chosen"), new RegExp(`Version ${version}`));
	assert.deepEqual(other.errors.filter((one) => !/status of 401/.test(one)), []);
});

test("what fails the golden set says why and can not be proposed", async () => {
	const body = JSON.parse(await page.inputValue(".template-text"));
	for (const box of body.boxes.filter((one) => one.field === "name")) {
		delete box.gives_way_to;
		delete box.narrow_width;
		Object.assign(box, { width: 14, size_min: 3, size_max: 3 });
	}
	if (world.mock)
		body.bad = true;
	await write(JSON.stringify(body, null, "\t"));
	await button("Store as a new version").click();
	await page.locator(".template-versions li", { hasText: "not tried" }).first().waitFor();
	await button("Run the golden set").click();
	await seen(".template-failures li", { timeout: GOLDEN_MS });
	assert.equal(await button("Propose").isDisabled(), true);
	await shot("9-fails");
	assert.deepEqual(browser.errors.filter((one) => !/status of 401/.test(one)), []); /* before the page was bound */
});
