/*
 * Rules of codes: an administrator sees what holds, makes a rule after having seen what it would have refused, and ends it. On
 * the mock, and on the running practice clinic.
 */
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { shot as picture } from "./scenario.js";
import { admin_open, setup_go, world_open } from "./world.js";

let world = null;
let browser = null;
let page = null;
const shot = (name) => picture(page, `rules-${name}`);
const why = `a try ${Date.now().toString(36)}`;
const verdict = (kind, words) => page.locator(`#verdict.${kind}`, { hasText: words }).waitFor();
const button = (label) => page.locator(".rules-form .choice", { hasText: label });
const field = (label) => page.locator(".rules-form").getByLabel(label, { exact: true });
const mine = () => page.locator(".rules-list li", { hasText: why });

before(async () => {
	world = await world_open();
	browser = await admin_open(world);
	page = browser.page;
});

after(async () => {
	await browser?.close();
	await world?.close();
});

test("what holds is listed, with who made it so", async () => {
	await setup_go(page, "Rules of codes");
	await page.locator(".rules-list li").first().waitFor();
	assert.match(await page.locator(".rules-list li[data-code='specimen']").first().textContent(), /tube, bars.*Code 128 or Data Matrix.*came with specimend/);
	assert.equal(await page.locator(".rules-list li", { hasText: "came with specimend" }).locator(".choice", { hasText: "End it" }).count(), 0, "what came with specimend is changed, not ended");
	for (const [width, height] of [[1280, 800], [1024, 768]]) {
		await page.setViewportSize({ width, height });
		assert.ok(await page.evaluate(() => document.getElementById("screen").scrollWidth <= document.getElementById("screen").clientWidth), `all of it is seen at ${width}`);
	}
	await page.setViewportSize({ width: 1280, height: 800 });
	await shot("1-list");
});

test("a rule is made only after what it would have refused was seen", async () => {
	await field("Code").selectOption("other");
	await field("Kind of station").selectOption("hub");
	await field("Step of the work").selectOption("pickup");
	await field("At most so many characters").fill("20");
	await page.locator(".rules-form .tick", { hasText: "Data Matrix" }).last().locator("input").check();
	assert.equal(await button("Look what it refuses").isDisabled(), true, "a rule has its reason");
	await field("Why").fill(why);
	await button("Look what it refuses").click();
	await verdict("question", "Look first");
	await page.locator(".rules-look").waitFor();
	assert.match(await page.locator(".rules-look").textContent(), /code of others . hub, pickup.*in the last seven days it would have refused \d+.*all are held against it/);
	assert.equal(await mine().count(), 0, "it does not hold yet");
	await shot("2-look");
	await button("Go back").click();
	assert.equal(await field("At most so many characters").inputValue(), "20", "what was said stays");
	await button("Look what it refuses").click();
	await button("Make it a rule").click();
	await verdict("stored", "The rule holds from now on");
	await mine().waitFor();
	assert.match(await mine().textContent(), /code of others . hub, pickup.*Data Matrix, at most 20 characters/);
	await page.locator(".rules-history li", { hasText: why }).waitFor();
	assert.equal(await field("Why").inputValue(), "", "the form is empty again");
	await shot("3-made");
});

test("it is ended with a reason, and kept", async () => {
	await mine().locator(".choice", { hasText: "End it" }).click();
	await page.locator(".rules-form h2", { hasText: "No more: code of others" }).waitFor();
	assert.equal(await field("Code").isVisible(), false);
	assert.equal(await button("Look what it refuses").isDisabled(), true);
	await field("Why").fill(`${why} is over`);
	await button("Look what it refuses").click();
	await button("End this rule").click();
	await verdict("stored", "The rule is no more");
	await page.locator(".rules-history li", { hasText: `${why} is over` }).waitFor();
	assert.equal(await mine().count(), 0);
	assert.match(await page.locator(".rules-history li", { hasText: `${why} is over` }).textContent(), /no more: the next wider rule holds/);
	assert.deepEqual(browser.errors.filter((one) => !/status of 401/.test(one)), []);
});
