/*
 * A phone at the chair is a full collection station: a whole visit on 390 x 844, by touch alone, nothing wider than the screen and
 * every button as large as a thumb; and the desk's page, which shows what the phone was told without a sound. On the mock.
 */
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { id_label_text } from "../../daemon/web/js/id.js";
import { browser_open, browser_path } from "./browser.js";
import { page_code, shot } from "./scenario.js";
import { world_open } from "./world.js";

const THUMB_PX = 40;
const READ_MS = 1200; /* a question takes no answer in its first second */
let world = null;
let browser = null;
let page = null;

/* What is wider than the phone, and what is too small to be hit. */
async function fits(what) {
	const found = await page.evaluate((least) => {
		const shown = [...document.querySelectorAll("button.choice, button")].filter((one) => one.offsetParent !== null && !one.closest("[hidden]"));
		return {
			wide: document.documentElement.scrollWidth > innerWidth,
			cut: [...document.querySelectorAll("#screen *")].filter((one) => one.offsetParent !== null && one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.textContent),
			off: shown.filter((one) => one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.textContent),
			small: shown.filter((one) => one.getBoundingClientRect().height < least).map((one) => `${one.textContent} ${one.getBoundingClientRect().height}`),
		};
	}, THUMB_PX);
	assert.deepEqual(found, { wide: false, cut: [], off: [], small: [] }, what);
	await shot(page, `phone-${what}`);
}

async function digits(text) {
	for (const digit of text)
		await page.locator(".pad-key", { hasText: digit }).first().tap();
}

/* As a ring scanner gives it: nobody has a keyboard here. */
async function scan(raw) {
	await page.evaluate(([device_id, text]) => fetch("/api/virtual_scan", { method: "POST", headers: { "Content-Type": "application/json", "X-Specimend": "1" },
		body: JSON.stringify({ device_id, text, aim: "]d1" }) }), [world.mock.clinic.stations[0].station_id * 10 + 2, raw]);
}

before(async () => {
	assert.ok(browser_path, "no Chromium: install the package chromium, or name one with CHROMIUM");
	world = await world_open(true);
	browser = await browser_open({ width: 390, height: 844 }, { touch: true });
	page = browser.page;
	page.setDefaultTimeout(20000);
});

after(async () => {
	await browser?.close();
	await world?.close();
});

test("it is bound and signed in with a finger and a scanner", async () => {
	await page.goto(world.url);
	await page.waitForSelector(".bind-page .pad");
	await fits("1-bind");
	await digits(page_code(world.mock, world.stations["Room 1"]));
	await page.waitForSelector(".badge-picture");
	await fits("2-badge");
	await scan(world.people.ma.badge);
	await page.waitForSelector(".pad");
	await fits("3-pin");
	await digits(world.people.ma.pin);
	await page.locator(".pad-key.go").tap();
	await page.waitForSelector(".due-page");
	await fits("4-due");
});

test("a visit is opened, the birth date picked, the labels come out", async () => {
	const { patients } = world.mock.clinic;
	await page.locator(".due", { hasText: patients[2].name }).locator(".choice.go").tap();
	await page.waitForSelector(".dates .choice");
	await fits("5-identify");
	const wanted = new Date(`${patients[2].birth_date}T00:00:00`).getTime();
	const dates = await page.$$eval(".dates .label", (all) => all.map((one) => one.textContent));
	await page.locator(".dates .choice").nth(dates.findIndex((one) => new Date(one).getTime() === wanted)).tap();
	await page.waitForSelector(".tile[data-state='printed']");
	await fits("6-labels");
});

test("each tube is scanned back, and the patient checked", async () => {
	const ids = await page.$$eval(".tile", (all) => all.map((one) => one.dataset.specimen));
	assert.ok(ids.length > 0);
	for (const id of ids) {
		const done = `.tile[data-specimen="${id}"][data-state="labelled"]`;
		await scan(id_label_text(id, 1));
		await page.waitForSelector(`${done}, .ask:not([hidden])`);
		if (await page.isVisible(".ask")) {
			await fits("7-ask");
			await page.waitForTimeout(READ_MS);
			await scan(id_label_text(id, 1));
		}
		await page.waitForSelector(done);
	}
	await fits("8-labelled");
	await page.locator("[data-command='patient_checked'], .choice", { hasText: "Patient checked" }).first().tap();
	await page.waitForSelector(".over.closed");
	await fits("9-over");
});

test("what the phone was told stands on the desk's page too, without a sound there", async () => {
	const tone = () => page.evaluate(() => document.documentElement.dataset.tone ?? null);
	const before = await tone();
	world.mock.feed("seen", { request_id: crypto.randomUUID(), reply: { verdict: "stop", code: "wrong_patient", title: "Another patient's tube, at the chair", do: "Set it aside.", data: { scan: { text: "900000000251" } } } }, 1);
	await page.waitForSelector("#verdict.stop");
	assert.match(await page.textContent("#verdict"), /at the chair/);
	assert.equal(await tone(), before, "the beep was where the scan was");
	await scan("LOT 7Z9");
	await page.waitForSelector("#verdict:not(.stop)");
	assert.notEqual(await tone(), before, "and its own scans are heard");
});

test("no error on the way", () => {
	assert.deepEqual(browser.errors.filter((one) => !/status of 401/.test(one)), []);
});
