/*
 * One verdict, one colour: while something on the page is red nothing on it is green. In a browser against the mock.
 */
import assert from "node:assert/strict";
import test from "node:test";
import { wedge } from "./browser.js";
import { page, seen, text, world } from "./mock_world.js";
import { shot as picture } from "./scenario.js";
import { tones } from "../../daemon/web/js/tone.js";
import { page_open } from "./world.js";

const tone = () => page.evaluate(() => document.documentElement.dataset.tone);
const shot = (name) => picture(page, `colour-${name}`);

/* Green, red ... of what stands behind the words, by hue; grey is none. */
const colour = (selector) => page.evaluate((one) => {
	const [r, g, b] = getComputedStyle(document.querySelector(one)).backgroundColor.match(/\d+/g).map(Number);
	const most = Math.max(r, g, b);
	return most - Math.min(r, g, b) < 16 ? "none" : most === g ? "green" : most === r ? g > 150 && b < 200 ? "amber" : "red" : "blue";
}, selector);

async function at(name, who, first) {
	await page_open(page, world, world.stations[name], world.people[who], first);
}

/* A tube that is received at the bench. */
async function received() {
	const { custody } = world.mock.clinic;
	const bag = [...custody.bags.values()].find((one) => one.tubes.size > 1);
	await at("Lab bench 1", "receiver", ".lab-page");
	Object.assign(bag, { arrived: true, state: "departed" });
	const [tube] = [...bag.tubes];
	await wedge(page, tube);
	await seen(".last.received .last-name");
	assert.equal(await colour("#verdict"), "green");
	assert.equal(await colour(".last"), "green");
	return tube;
}

test("DUPLICATE is red all over and locked, and when the tube is set aside nothing is green above it", async () => {
	const tube = await received();
	await page.locator('[data-command="duplicate"]').click();
	await seen("#alarm:not([hidden]) h1:has-text('TWO TUBES WITH ONE NUMBER')");
	assert.equal(await tone(), "stop");
	assert.equal(await colour("#verdict"), "red");
	await shot("duplicate");
	await wedge(page, tube);
	await seen("#alarm .choice:enabled");
	await page.locator("#alarm .choice:enabled").first().click();
	await seen("#verdict:has-text('Tube set aside')");
	await seen(".last.held");
	assert.equal(await colour(".last"), "red");
	assert.equal(await colour("#verdict"), "none", "it is stored, and said without green");
	assert.equal(await tone(), "stored");
	await shot("set-aside");
});

test("a rejected tube is red, and what is stored of it is not green", async () => {
	await received();
	await page.locator('.last [data-command="reject"]').first().click();
	await page.locator(".sheet .choice[data-key='1']").click();
	await seen(".last.rejected");
	assert.equal(await colour("#verdict"), "none");
});

test("NOT STORED takes the green from the tube before", async () => {
	const tube = await received();
	world.mock.not_stored = 1;
	await wedge(page, tube);
	await seen("#verdict.not_stored");
	assert.equal(await tone(), "not_stored");
	await seen(".last.lost");
	assert.match(await text(".last"), /NOT STORED/);
	assert.doesNotMatch(await text(".last"), /RECEIVED|RACK/, "what was said of the tube before is not of this one");
	await shot("not-stored");
	await wedge(page, tube);
	await seen("#verdict.repeat");
	assert.equal(await colour(".last"), "blue", "it is stored now, and was before");
});

for (const [mode, words] of [["out_of_labels", "OUT OF LABELS"], ["head_open", "OPEN"], ["jam", "JAM"]])
	test(`${words}: the good answer from before is gone, the next one is said without green, and it comes back with the labels`, async () => {
		const { clinic } = world.mock;
		await at("Room 1", "ma", ".due-page");
		clinic.printer_set({ mode: "ok", labels_left: null });
		clinic.actions.scan = () => ({ verdict: "stored", code: "on_tube", title: "On the tube: 1 of 3", do: "", data: { scan: { text: "900000000156" }, about: { kind: "other" }, visit: null } });
		await wedge(page, "900000000156");
		await seen("#verdict.stored");
		assert.equal(await colour("#verdict"), "green");
		clinic.printer_set({ mode, labels_left: null });
		await seen(".band.printer.stopped");
		assert.match(await text(".band.printer"), new RegExp(words));
		assert.equal(await page.locator("#verdict p").count(), 0, "what was good before says nothing of now");
		await wedge(page, "900000000156");
		await seen("#verdict.stored");
		assert.equal(await tone(), "stored");
		assert.equal(await colour("#verdict"), "none");
		await shot(mode);
		clinic.printer_set({ mode: "ok", labels_left: null });
		await page.waitForSelector(".band.printer", { state: "detached" });
		await wedge(page, "900000000156");
		await seen("#verdict.stored");
		assert.equal(await colour("#verdict"), "green");
	});

test("while nothing can be stored nothing is green", async () => {
	await received();
	world.mock.health_set("database", false);
	await seen(".band.down");
	assert.equal(await page.locator("#verdict p").count(), 0);
	assert.notEqual(await colour(".last"), "green");
	world.mock.health_set("database", true);
	await page.waitForSelector(".band.down", { state: "detached" });
});

/*
 * The matrix of contrib/FLOWS.md 1.4, as far as an answer decides it: which kind of answer an event gets is tests/schema/lab/matrix.sql.
 * heard: what the tone is made of, as [Hz, ms] without its pauses.
 */
const first = (heard) => heard[0];
const matrix = [
	{ event: "stored OK", verdict: "stored", colour: "green", word: "OK", heard: (all) => all.length === 1 && first(all)[0] > 1500 && first(all)[1] < 100, raw: false },
	{ event: "set complete", verdict: "complete", colour: "green", word: "ALL DONE", heard: (all) => all.length === 2 && all[1][0] > all[0][0], raw: false },
	{ event: "repeat of something already done", verdict: "repeat", colour: "blue", word: "ALREADY", heard: (all) => all.length === 2 && all[1][0] === all[0][0] && all.every(([, ms]) => ms < 150), raw: true },
	{ event: "unexpected but accepted", verdict: "question", colour: "amber", word: "QUESTION", heard: (all) => all.length === 2 && all[1][0] < all[0][0], raw: true },
	{ event: "two tubes, a void label, a hold", verdict: "stop", colour: "red", word: "ALARM", heard: (all) => all.length === 1 && first(all)[0] < 300 && first(all)[1] >= 700, raw: true },
	{ event: "a code that is not ours to judge", verdict: "note", colour: "none", word: "NOTE", heard: (all) => all.length === 0, raw: true },
	{ event: "not stored", verdict: "not_stored", colour: null, word: null, heard: (all) => all.length === 3 && all.every(([hz]) => hz < 300), raw: true },
];

test("each row of the feedback matrix has its colour, its word and its tone, and none but the red screen locks", async () => {
	const { clinic } = world.mock;
	await at("Room 1", "ma", ".due-page");
	for (const row of matrix) {
		clinic.actions.scan = () => ({ verdict: row.verdict, code: "x", title: row.event, do: "what to do", data: { scan: { text: "900000000156" }, about: { kind: "other" }, visit: null } });
		await wedge(page, "900000000156");
		await seen(`#verdict.${row.verdict} .title`);
		assert.equal(await tone(), row.verdict, row.event);
		assert.ok(row.heard(tones[row.verdict].filter(([hz]) => hz > 0)), `${row.event}: ${JSON.stringify(tones[row.verdict])}`);
		if (row.colour)
			assert.equal(await colour("#verdict"), row.colour, row.event);
		else
			assert.match(await page.evaluate(() => getComputedStyle(document.querySelector("#verdict")).backgroundImage), /repeating-linear-gradient/, "stripes");
		if (row.word)
			assert.equal(await text("#verdict .word"), row.word);
		assert.notEqual((await text("#verdict .sign")).trim(), "", "never by colour alone");
		assert.equal(await page.locator("#verdict .raw code").count(), row.raw ? 1 : 0, `${row.event}: the raw code`);
		assert.equal(await page.locator("#alarm:not([hidden])").count(), 0, "an answer alone locks nothing: the station's alarm does");
		await shot(`matrix-${row.verdict}`);
	}
});

test("a red screen sounds three times at most and takes no card; an outage sounds once, softly", async () => {
	const tube = await received();
	await page.evaluate(() => {
		performance.clearMarks();
	});
	await page.locator('[data-command="duplicate"]').click();
	await seen("#alarm:not([hidden])");
	await wedge(page, world.mock.clinic.cards.find((one) => one.command === "yes").code);
	await seen("#alarm:not([hidden]) .choice:disabled");
	await page.waitForFunction(() => performance.getEntriesByName("tone-stop").length >= 3);
	await wedge(page, tube);
	await seen("#alarm .choice:enabled");
	await page.locator("#alarm .choice:enabled").first().click();
	await page.waitForSelector("#alarm", { state: "hidden" });
	await world.close();
	await seen(".band.down");
	assert.equal(await page.evaluate(() => performance.getEntriesByName("tone-offline").length), 1);
	assert.equal(await colour(".band.down"), "red", "nothing is stored while it lasts");
});
