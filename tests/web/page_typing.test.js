/*
 * What is typed or scanned into the page: numbers by hand, codes into fields, the PIN.
 */
import assert from "node:assert/strict";
import test from "node:test";
import { wedge } from "./browser.js";
import { card, labels, mock, page, posted, seen, sign_in, text } from "./chair.js";
import { page_bind, page_code } from "./scenario.js";

test("a number typed by hand at 200 ms a key chooses nothing, is seen, and counts as the scan it stands for", async () => {
	const [first, second] = await labels(0);
	await page.waitForTimeout(1600); /* the digit of the birth date is long ago */
	await page.focus("[data-command='park']");
	await page.keyboard.type(first.slice(0, 6), { delay: 200 });
	await seen(`#typed code:has-text("${first.slice(0, 6)}")`);
	if (process.env.SPECIMEND_SHOTS)
		await page.screenshot({ path: `${process.env.SPECIMEND_SHOTS}/typed-number.png` });
	await page.keyboard.type(first.slice(6), { delay: 200 });
	assert.equal(await page.locator(".sheet").count(), 0, "no Problem was opened");
	await page.keyboard.press("Enter");
	await seen(`.tile.labelled[data-specimen="${first}"]`);
	assert.ok(!await page.isVisible("#typed"));
	await page.keyboard.type(second, { delay: 350 });
	await page.keyboard.press("Escape");
	assert.ok(!await page.isVisible("#typed"));
	for (const name of ["reprint", "not_collected", "visit_park", "label_end"])
		assert.deepEqual(posted(name), [], name);
	assert.equal(posted("scan").length, 2, "the slip and the first");
});

test("an open list of reasons is not answered by a number that is typed", async () => {
	const [first] = await labels(0);
	await page.locator(".tile .choice").first().click();
	await seen(".sheet");
	await page.keyboard.type(first, { delay: 200 });
	await page.keyboard.press("Enter");
	await seen(`.tile.labelled[data-specimen="${first}"]`);
	assert.deepEqual([posted("reprint"), posted("not_collected")], [[], []]);
});

test("a code never presses what its characters are keys of, nor does its Enter", async () => {
	await sign_in();
	await page.focus('[data-command="new_order"]');
	await wedge(page, "1N2F3-445566");
	await seen("#verdict.question");
	await page.waitForTimeout(400);
	assert.ok(await page.isVisible(".due-page"));
	assert.equal(posted("visit_open").length, 0);
	assert.match(await text("#verdict .raw"), /1N2F3-445566/);
});

test("a code scanned into a field leaves the field and goes where scans go", async () => {
	await sign_in();
	await card("new_order");
	await page.fill(".part input[type=search]", "Ok");
	await page.focus(".part input[type=search]");
	await wedge(page, mock.clinic.patients[1].slip);
	await seen(".dates");
	assert.equal(posted("order_here").length, 0);
	assert.equal(posted("scan").length, 2);
});

test("a PIN goes nowhere but into the sign-in", async () => {
	await page.goto(mock.url);
	await page_bind(page, page_code(mock, mock.clinic.stations[0].station));
	await wedge(page, mock.clinic.pin);
	await wedge(page, mock.clinic.badge);
	await seen(".pad");
	await wedge(page, "987654321");
	await seen("#verdict.question");
	for (const key of mock.clinic.pin)
		await page.locator(".pad-key", { hasText: key }).click();
	assert.doesNotMatch(await page.content(), new RegExp(mock.clinic.pin));
	await page.locator(".pad-key.go").click();
	await seen(".due-page");
	assert.equal(posted("scan").length, 0);
	assert.deepEqual(posted("sign_in").map((one) => one.body.pin), ["987654321", mock.clinic.pin]);
	const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href]));
	assert.doesNotMatch(kept, new RegExp(`${mock.clinic.pin}|specimend_`));
});
