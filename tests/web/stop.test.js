/*
 * Stop, and what the station waits for, on every page: in a browser against the mock.
 */
import assert from "node:assert/strict";
import test, { beforeEach } from "node:test";
import { wedge } from "./browser.js";
import { gone, page, posted, seen, text, world } from "./mock_world.js";
import { shot as picture } from "./scenario.js";
import { card, page_open } from "./world.js";

let clinic = null;

beforeEach(() => {
	clinic = world.mock.clinic;
});

const READ_MS = 1100; /* a question takes no answer in its first second */
const shot = (name) => picture(page, `stop-${name}`);
const asked = ".ask:not([hidden]) h2:has-text('Which tube is it about?')";
const room = () => page_open(page, world, world.stations["Room 1"], world.people.ma, ".due-page");
const bench = () => page_open(page, world, world.stations["Lab bench 1"], world.people.receiver, ".lab-page");

async function go(hash) {
	await page.evaluate((where) => { location.hash = where; }, hash);
}

/* Two tubes that are nobody's visit now. */
const strangers = () => [clinic.stranger(), clinic.stranger()];

test("on a tube's story the tube that is scanned after Stop is held; the story shows it", async () => {
	const [one] = strangers();
	await room();
	await go(`#timeline/${one}`);
	await seen(".timeline-head");
	await page.keyboard.press("F9");
	await seen(asked);
	await shot("timeline-asked");
	await wedge(page, one);
	await seen("#verdict.stored:has-text('on hold')");
	assert.deepEqual([...clinic.held], [one]);
	await seen(".timeline td:has-text('Stopped: a mistake')");
	assert.equal(await page.locator(asked).count(), 0);
	await shot("timeline-stopped");
});

test("on Find, where the field has the keys, F9 asks and the scan answers the station, not the search", async () => {
	const [one] = strangers();
	await room();
	await page.keyboard.press("f");
	await page.waitForFunction(() => document.activeElement?.dataset.focus === "find");
	await page.keyboard.press("F9");
	await seen(asked);
	await shot("find-asked");
	await wedge(page, one);
	await seen("#verdict.stored:has-text('on hold')");
	assert.deepEqual([...clinic.held], [one]);
	await seen(".timeline-head");
});

for (const hash of ["#pack", "#still-here", "#new-order", "#ledger", "#find"])
	test(`at ${hash} Stop asks, says so, and holds what is scanned`, async () => {
		const [one] = strangers();
		await room();
		await go(hash);
		await gone(".due-page");
		await page.locator("#head [data-command='stop']").click();
		await seen(asked);
		await wedge(page, one);
		await seen("#verdict.stored:has-text('on hold')");
		assert.deepEqual([...clinic.held], [one]);
	});

for (const hash of ["#questions", "#delivery", "#ledger"])
	test(`in the laboratory at ${hash} too`, async () => {
		const tube = [...clinic.custody.tubes.keys()][0];
		await bench();
		await go(hash);
		await gone(".lab-split");
		await page.keyboard.press("F9");
		await seen(asked);
		await wedge(page, tube);
		await seen("#verdict.stored:has-text('on hold')");
		assert.deepEqual([...clinic.held], [tube]);
		assert.ok(await page.locator(".lab-split").count() === 0, "it is seen where it was stopped");
	});

test("a scan that comes while Stop is still on its way is what Stop is about", async () => {
	const [one] = strangers();
	await room();
	await go(`#timeline/${clinic.stranger()}`);
	await seen(".timeline-head");
	await page.route("**/api/mistake", async (route) => {
		await new Promise((later) => setTimeout(later, 800));
		await route.continue();
	}, { times: 1 });
	await page.keyboard.press("F9");
	await wedge(page, one);
	await seen("#verdict.stored:has-text('on hold')");
	assert.deepEqual([...clinic.held], [one]);
});

test("Escape takes the question of Stop back, on a page whose own Back is Escape too", async () => {
	await room();
	await go("#still-here");
	await seen(".still-numbers");
	await page.keyboard.press("F9");
	await seen(asked);
	await page.waitForTimeout(READ_MS);
	await page.keyboard.press("Escape");
	await gone(".ask");
	assert.deepEqual(posted("visit_answer"), [{ code: "which_tube", choice: "back" }]);
	assert.ok(await page.isVisible(".still-numbers"));
	await page.keyboard.press("Escape");
	await seen(".due-page");
});

test("Find offers a patient's finished visit, and Stop there is about that one", async () => {
	await room();
	await wedge(page, clinic.patients[1].slip);
	await seen(".dates");
	const wanted = await page.evaluate((date) => [...document.querySelectorAll(".dates .label")].findIndex((one) => new Date(one.textContent).getTime() === new Date(`${date}T00:00:00`).getTime()), clinic.patients[1].birth_date);
	await page.locator(".dates .choice").nth(wanted).click();
	await seen('.tile[data-state="printed"]');
	await wedge(page, await page.getAttribute(".tile", "data-specimen"));
	await seen(".check");
	const closing = page.waitForResponse("**/api/visit_close");
	await card(page, "patient_checked");
	await seen(".over.closed");
	const { visit } = (await (await closing).json()).data;
	await page.route("**/api/patient_find?*", (route) => route.fulfill({ json: { verdict: "note", code: "ok", title: "", do: "", data: { patients: [
		{ patient_id: visit.patient.patient_id, name: visit.patient.name, number: visit.patient.number, sex: "F", visits: [{ visit_id: visit.visit_id, state: "closed", closed_at: visit.opened_at, tubes: visit.tubes.length }] }] } } }), { times: 1 });
	await page.route(`**/api/visit?visit_id=${visit.visit_id}`, (route) => route.fulfill({ json: { verdict: "note", code: "ok", title: "", do: "", data: visit } }), { times: 1 });
	await page.locator(".over [data-command='back']").click();
	await seen(".due-page");
	await go("#find");
	await page.fill("[data-focus='find']", visit.patient.name.slice(0, 3));
	await page.keyboard.press("Enter");
	await seen(".choice[data-key='2']:has-text('and Stop')");
	await shot("find-finished");
	await page.keyboard.press("2");
	await seen(".over.closed");
	assert.equal(await page.locator(".tiles .tile").count(), visit.tubes.length);
	await page.keyboard.press("F9");
	await seen(".over.mistake");
	assert.deepEqual(posted("mistake"), [{ note: null, visit_id: visit.visit_id }]);
});

test("a Stop that waited its time asks no more", async () => {
	await room();
	await page.route("**/api/mistake", async (route) => {
		const answer = await route.fetch();
		const reply = await answer.json();
		reply.data.visit.ask.seconds = 2;
		await route.fulfill({ response: answer, json: reply });
	}, { times: 1 });
	await page.keyboard.press("F9");
	await seen(asked);
	await page.waitForTimeout(READ_MS);
	assert.ok(await page.isVisible(asked));
	await gone(".ask");
});

test("Stop on the page of a visit that is done stops that visit", async () => {
	await room();
	await wedge(page, clinic.patients[1].slip);
	await seen(".dates");
	const wanted = await page.evaluate((date) => [...document.querySelectorAll(".dates .label")].findIndex((one) => new Date(one.textContent).getTime() === new Date(`${date}T00:00:00`).getTime()), clinic.patients[1].birth_date);
	await page.locator(".dates .choice").nth(wanted).click();
	await seen('.tile[data-state="printed"]');
	await wedge(page, await page.getAttribute(".tile", "data-specimen"));
	await seen(".check");
	await card(page, "patient_checked");
	await seen(".over.closed");
	await seen("#head [data-command='stop']");
	assert.equal(await page.locator(".ask").count(), 1, "the visit's own, and no other beside it");
	await shot("done");
	await page.keyboard.press("F9");
	await seen(".over.mistake");
	assert.equal(posted("mistake").length, 1);
	assert.equal(typeof posted("mistake")[0].visit_id, "number");
	await page.keyboard.press("F9"); /* and once more, there: now about another tube */
	await seen(asked);
	assert.deepEqual(posted("mistake")[1], { note: null });
});

test("a rejection that waits for its tube is seen on every page of the bench, and its scan is the station's", async () => {
	const tube = [...clinic.custody.tubes.keys()][0];
	await bench();
	await card(page, "reject");
	await seen(".sheet .choice[data-key='2']");
	await card(page, "choice_2");
	await seen(".lab-main .reject-wait");
	assert.equal(await page.locator(".reject-wait").count(), 1);
	await go("#find");
	await seen("#asked .reject-wait");
	await shot("find-reject");
	await wedge(page, tube);
	await gone("#asked .reject-wait");
	assert.equal(clinic.custody.tubes.get(tube).state, "rejected");
});
