/*
 * Where things stand, on a station's screen and on a phone's: Back is at one place on every page that one comes back from,
 * nothing is wider than the screen, and what asks in a visit leaves its tubes in sight.
 */
import assert from "node:assert/strict";
import test, { beforeEach } from "node:test";
import { digit, wedge } from "./browser.js";
import { page, world } from "./mock_world.js";
import { shot as picture } from "./scenario.js";
import { page_open } from "./world.js";

const sizes = [{ width: 1280, height: 800 }, { width: 390, height: 844 }];
const pages = ["#printers", "#scanners", "#pages", "#pass", "#templates", "#analyzers", "#stock", "#find", "#timeline/901000050847"];

beforeEach(async () => {
	const { operator } = world.mock.clinic.people.find((one) => one.operator.roles.includes("ma"));
	operator.roles.push(...["admin", "lab_lead", "quality"].filter((role) => !operator.roles.includes(role)));
	await page.setViewportSize(sizes[0]);
	await page_open(page, world, world.stations["Room 1"], world.people.ma, ".due-page");
});

const wide = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
const box = (selector) => page.evaluate((one) => {
	const { left, top, right, bottom } = document.querySelector(one).getBoundingClientRect();
	return { left: Math.round(left), top: Math.round(top), right: Math.round(right), bottom: Math.round(bottom) };
}, selector);

for (const size of sizes)
	test(`at ${size.width} x ${size.height} Back is at one place, and no page is wider than the screen`, async () => {
		await page.setViewportSize(size);
		const places = {};
		for (const hash of pages) {
			await page.evaluate((to) => {
				location.hash = to;
			}, hash);
			await page.waitForFunction((to) => document.querySelectorAll('#screen [data-command="back"]').length === 1 && location.hash === to, hash);
			places[hash] = JSON.stringify(await box('#screen [data-command="back"]'));
			assert.ok(await wide() <= 0, `${hash} is ${await wide()} px too wide`);
			await picture(page, `back-${size.width}-${hash.slice(1).split("/")[0]}`);
		}
		assert.deepEqual([...new Set(Object.values(places))].length, 1, JSON.stringify(places));
	});

for (const { width, height } of sizes)
	test(`at ${width} x ${height} a printer in trouble leaves the tubes of the visit in sight`, async () => {
		const { clinic } = world.mock;
		await wedge(page, clinic.patients[0].slip);
		await page.waitForSelector(".dates");
		const born = new Date(`${clinic.patients[0].birth_date}T00:00:00`).getTime();
		const dates = await page.$$eval(".dates .label", (all) => all.map((one) => one.textContent));
		clinic.printer_set({ mode: "ok", labels_left: 1 });
		await digit(page, String(dates.findIndex((one) => new Date(one).getTime() === born) + 1));
		await page.waitForSelector(".trouble");
		await page.setViewportSize({ width, height });
		await page.waitForFunction((w) => innerWidth === w, width);
		assert.ok(await wide() <= 0);
		const bar_px = 72; /* the answer's, when there is one */
		const first = page.locator(".tile").first();
		const seen_to = width > 600 ? await box(".tile .labels") : await box(".tile .cap");
		assert.ok(seen_to.bottom <= height - bar_px, `the first tube ends at ${seen_to.bottom} px`);
		assert.ok(await first.isVisible());
		const stop = await box('#head [data-command="stop"]');
		assert.ok(stop.right <= width && stop.left >= 0, `Stop is at ${stop.left} to ${stop.right}`);
		const number = await page.evaluate(() => {
			const { right } = document.querySelector(".patient-number").getBoundingClientRect();
			return document.querySelector(".patient").getBoundingClientRect().right - right;
		});
		assert.ok(number >= 0, "the patient's number is inside its frame");
		await picture(page, `trouble-${width}`);
	});
