/*
 * What the tests share that have a world of the mock's own (world.js) for each test, and one browser for them all: both
 * open before a test begins, and a fault in the page's console fails the test.
 */
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach } from "node:test";
import { browser_open, browser_path } from "./browser.js";
import { world_open } from "./world.js";

export let browser = null;
export let page = null;
export let world = null;

before(async () => {
	assert.ok(browser_path, "no Chromium: install the package chromium, or name one with CHROMIUM");
	browser = await browser_open();
	page = browser.page;
	page.setDefaultTimeout(20000);
});
after(() => browser?.close());
beforeEach(async () => {
	await browser.context.clearCookies();
	world = await world_open(true);
	browser.errors.length = 0;
});
afterEach(async () => {
	await page.goto("about:blank");
	await world.close();
	assert.deepEqual(browser.errors.filter((text) => !/status of (401|503)|net::ERR/.test(text)), []);
});

export const seen = (selector) => page.waitForSelector(selector);
export const gone = (selector) => page.waitForSelector(selector, { state: "hidden" });
export const text = (selector) => page.textContent(selector);
export const posted = (name) => world.mock.requests.filter((one) => one.name === name).map((one) => one.body.args);
