/*
 * What the page's tests against the mock share: a browser, a mock for each test, and hands at a collection station. Importing
 * it sets up the hooks; page and mock are those of the test that runs.
 */
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach } from "node:test";
import { browser_open, browser_path, digit, wedge } from "./browser.js";
import { mock_start } from "./mock.js";
import { page_bind, page_code } from "./scenario.js";

export let browser = null;
export let mock = null;
export let page = null;

before(async () => {
	assert.ok(browser_path, "no Chromium: install the package chromium, or name one with CHROMIUM");
	browser = await browser_open();
	page = browser.page;
	page.setDefaultTimeout(20000);
});
after(() => browser?.close());
beforeEach(async () => {
	await browser.context.clearCookies();
	mock = await mock_start();
	browser.errors.length = 0;
});
afterEach(async () => {
	await page.goto("about:blank");
	await mock.stop();
	assert.deepEqual(browser.errors.filter((text) => !/status of (401|503)|net::ERR/.test(text)), []);
});

export const seen = (selector) => page.waitForSelector(selector);
export const gone = (selector) => page.waitForSelector(selector, { state: "hidden" });
export const text = (selector) => page.textContent(selector);
export const card = (command) => wedge(page, mock.clinic.cards.find((one) => one.command === command).code);
export const posted = (name) => mock.requests.filter((one) => one.name === name);
export const tone = () => page.evaluate(() => document.documentElement.dataset.tone);
export const tile_ids = () => page.$$eval(".tile", (all) => all.map((one) => one.dataset.specimen));

export async function sign_in() {
	await page.goto(mock.url);
	await page_bind(page, page_code(mock, mock.clinic.stations[0].station));
	await wedge(page, mock.clinic.badge);
	await seen(".pad");
	await wedge(page, mock.clinic.pin);
	await seen(".due-page");
}

export async function visit_open(n) {
	await sign_in();
	await wedge(page, mock.clinic.patients[n].slip);
	await seen(".dates");
}

export async function date_number(n, right = true) {
	const wanted = new Date(`${mock.clinic.patients[n].birth_date}T00:00:00`).getTime();
	const dates = await page.$$eval(".dates .label", (all) => all.map((one) => one.textContent));
	return dates.findIndex((one) => (new Date(one).getTime() === wanted) === right) + 1;
}

/* A visit of patient n with its labels printed; gives the specimen ids. */
export async function labels(n) {
	await visit_open(n);
	await digit(page, String(await date_number(n)));
	await page.waitForFunction(() => document.querySelector(".labels-lead") && !document.querySelector('.tile[data-state="waiting"]'));
	return tile_ids();
}
