/*
 * What goes wrong at a collection station, in a browser against the mock: alarms, lost answers, outages, shared pages.
 */
import assert from "node:assert/strict";
import test from "node:test";
import { digit, wedge } from "./browser.js";
import { browser, card, gone, labels, mock, page, posted, seen, sign_in, text, tone, visit_open } from "./chair.js";

const TOLD_MS = 2000; /* an outage must be told within this */

test("another patient's label locks the screen until it is scanned again and a choice is made", async () => {
	await labels(0);
	const stranger = mock.clinic.stranger();
	await wedge(page, stranger);
	await seen("#alarm h1");
	assert.match(await text("#alarm .raw"), new RegExp(stranger));
	assert.equal(await tone(), "stop");
	await digit(page, "1");
	await card("label_removed");
	await card("patient_checked");
	await page.waitForTimeout(400);
	assert.equal(posted("alarm_answer").length, 0);
	assert.ok(await page.isVisible("#alarm"));
	await wedge(page, stranger);
	await seen("#alarm .choice.big:enabled");
	await card("label_removed");
	await page.waitForSelector("#alarm", { state: "hidden" });
	assert.deepEqual(posted("alarm_answer").map((one) => one.body.args), [{ choice: "label_removed" }]);
});

test("a label that is gone before it was scanned again is said to be, by its own card, key or finger, and what that does is on the button", async () => {
	await labels(0);
	const stranger = mock.clinic.stranger();
	for (const say_gone of [() => card("gone"), () => digit(page, "0"), () => page.click('#alarm [data-command="gone"]')]) {
		await wedge(page, stranger);
		await seen("#alarm h1");
		assert.match(await text('#alarm [data-command="gone"]'), new RegExp(`It is not here any more.*On hold, and void: \u2026${stranger.slice(-4)}`));
		for (const command of ["label_removed", "ok", "not_sure", "done"].filter((one) => mock.clinic.cards.some((any) => any.command === one)))
			await card(command);
		assert.ok(await page.isVisible("#alarm"), "no other card is an answer");
		await say_gone();
		await page.waitForSelector("#alarm", { state: "hidden" });
	}
	assert.deepEqual(posted("alarm_answer").map((one) => one.body.args), Array(3).fill({ choice: "gone" }));
	await wedge(page, stranger);
	await seen("#alarm h1");
	await wedge(page, stranger);
	await seen("#alarm .choice.big:enabled");
	assert.equal(await page.locator('#alarm [data-command="gone"]').count(), 0, "what was scanned again is here");
	await card("label_removed");
	await page.waitForSelector("#alarm", { state: "hidden" });
});

test("of two labels that a bench held up the one that did not come alone may be gone", async () => {
	await sign_in();
	const alarm = { code: "held_up", title: "SCAN BOTH AGAIN", do: null, specimen_id: "900000000053", rescanned: false, raised_at: "2026-01-01T00:00:00Z",
		choices: [{ choice: "tube_set_aside", name: "Tube set aside" }] };
	mock.clinic.views.visit = () => ({ visit_id: null, state: null, patient: null, tubes: [], open_labels: 0, ask: null, alarm });
	for (const [tubes, held, told] of [
		[["900000000053", "900000000150"], ["900000000053", "900000000150"], /Neither is here any more.*\u20260053, \u20260150\. A lead decides/],
		[["900000000053"], ["900000000053"], /The other one is not here.*\u20260053\. A lead decides/],
		[["900000000150"], [], /The other one is not here.*Nothing counts by it/]]) {
		alarm.gone = { tubes, held };
		mock.feed("visit", null);
		await page.waitForFunction((words) => new RegExp(words).test(document.querySelector('#alarm [data-command="gone"]')?.textContent), told.source);
	}
});

test("the alarm sounds three times and no more", async () => {
	await labels(0);
	await page.evaluate(() => performance.clearMarks());
	await wedge(page, mock.clinic.stranger());
	await seen("#alarm h1");
	await page.waitForTimeout(8500);
	assert.equal(await page.evaluate(() => performance.getEntriesByName("tone-stop").length), 3);
});

test("a scan that is not stored says so, with its code, until it is scanned again", async () => {
	const [first] = await labels(0);
	mock.not_stored = 1;
	await wedge(page, first);
	await seen("#verdict.not_stored");
	assert.match(await text("#verdict"), /NOT STORED \u2013 scan again/);
	assert.match(await text("#verdict .raw"), new RegExp(first));
	assert.equal(await tone(), "not_stored");
	assert.equal(await page.locator(".tile.labelled").count(), 0);
	await wedge(page, first);
	await seen(`.tile.labelled[data-specimen="${first}"]`);
	await seen("#verdict.stored");
});

test("a scan that was stored after its NOT STORED says so, in no good tone; a card that was does nothing", async () => {
	const [first] = await labels(0);
	const here = mock.clinic.here(mock.clinic.stations.find((one) => one.kind === "collection"));
	const came = (raw) => {
		const scan = { request_id: crypto.randomUUID(), reply: { verdict: "not_stored", code: "not_stored", title: "Not stored", do: "Scan it again.", data: null } };
		mock.feed("scan", scan);
		return { ...scan, told: true, reply: mock.clinic.actions.scan({ raw: Buffer.from(raw).toString("base64") }, here) };
	};
	const late = came(first);
	await seen("#verdict.not_stored");
	mock.feed("scan", late);
	await seen(`.tile.labelled[data-specimen="${first}"]`);
	await seen("#verdict.question");
	assert.match(await text("#verdict"), /Was stored after all/);
	assert.match(await text("#verdict .raw"), new RegExp(first));
	assert.equal(await tone(), "question");
	const card_late = came(mock.clinic.cards.find((one) => one.command === "park").code);
	await seen("#verdict.not_stored");
	mock.feed("scan", card_late);
	await page.waitForTimeout(400);
	assert.equal(posted("visit_park").length, 0);
	assert.ok(await page.isVisible("#verdict.not_stored"));
});

test("an answer that got lost is asked for again with the same request id and done once", async () => {
	const [first] = await labels(0);
	mock.drop_answers = 1;
	await wedge(page, first);
	await seen(`.tile.labelled[data-specimen="${first}"]`);
	await seen("#verdict.stored");
	const scans = posted("scan").slice(-2).map((one) => one.body);
	assert.equal(scans[0].request_id, scans[1].request_id);
	assert.deepEqual(scans[0].args, scans[1].args);
});

for (const part of ["database", "bench", "press", "core"])
	test(`an outage of the ${part} is told within 2 s and is gone when it is back`, async () => {
		await sign_in();
		const start = Date.now();
		mock.health_set(part, false);
		await seen("#bands .band.down, #bands .band.warn");
		assert.ok(Date.now() - start < TOLD_MS);
		mock.health_set(part, true);
		await page.waitForFunction(() => !document.querySelector("#bands .band.down, #bands .band.warn"));
	});

test("of a database that takes nothing the page says why, and what to do", async () => {
	await sign_in();
	mock.health_set("database", false, { message: "the database's disk is full", hint: "make room on it" });
	await page.waitForFunction(() => document.querySelector("#bands .band.down")?.textContent.includes("the database's disk is full. make room on it"));
	mock.health_set("database", true);
	await page.waitForFunction(() => !document.querySelector("#bands .band.down"));
});

test("a service that is gone is told within 2 s, and when it is back the page reads everything again", async () => {
	await sign_in();
	const start = Date.now();
	await mock.stop();
	await seen("#bands .band.down");
	assert.ok(Date.now() - start < TOLD_MS, `${Date.now() - start} ms`);
	await page.waitForFunction(() => document.documentElement.dataset.tone === "offline");
	mock.clinic.actions.order_here({ patient_id: null, patient: { family: "Late", given: "Lena", birth_date: "1990-01-01", sex: "F", number: "L1" }, tests: ["CBC"] });
	await mock.again();
	await seen('.due:has-text("LATE, Lena")');
	await page.waitForFunction(() => !document.querySelector("#bands .band.down"));
});

test("Stop is one action from a key, a card and the alarm; Park keeps the visit for later", async () => {
	await labels(0);
	await card("park");
	await seen(".parked");
	await card("park");
	await seen(".labels-lead");
	await wedge(page, mock.clinic.stranger());
	await seen("#alarm h1");
	await page.keyboard.press("F9");
	await seen(".over.mistake");
	assert.equal(posted("mistake").length, 1);
});

test("Stop is about the visit on the page, not about the one that is open by now", async () => {
	await labels(0);
	const known = await page.evaluate(() => fetch("/api/visit").then((response) => response.json()));
	await page.route("**/api/visit", (route) => route.fulfill({ json: known }));
	mock.clinic.actions.visit_park({ visit_id: known.data.visit_id });
	mock.clinic.actions.visit_open({ slip: mock.clinic.patients[1].slip });
	assert.ok(await page.isVisible(".labels-lead"), "the page knows nothing of it");
	await page.keyboard.press("F9");
	await seen(".over.mistake");
	assert.match(await text(".patient-name"), new RegExp(mock.clinic.patients[0].name));
	await page.unroute("**/api/visit");
	assert.deepEqual(posted("mistake").map((one) => one.body.args), [{ note: null, visit_id: known.data.visit_id }]);
	mock.feed("visit", null);
	await seen(".dates"); /* the other one is as it was */
	assert.match(await text(".patient-name"), new RegExp(mock.clinic.patients[1].name));
});

test("under the shade the badge alone brings the person back, and no patient is shown", async () => {
	await sign_in();
	mock.clinic.actions.shade();
	mock.feed("sign_in", null);
	await seen(".badge-picture");
	assert.match(await text(".centre h1"), /Ana Torres/);
	assert.doesNotMatch(await text("body"), /GONZALEZ/);
	await wedge(page, mock.clinic.badge);
	await seen(".due-page");
	assert.equal(posted("sign_in").at(-1).body.pin, null);
});

test("what its person scans elsewhere does not keep a desk from its shade", async () => {
	await page.route("**/api/me", async (route) => {
		const response = await route.fetch();
		const json = await response.json();
		if (json.data?.policies)
			json.data.policies.idle.shade_min = 0.1;
		await route.fulfill({ response, json });
	});
	await sign_in();
	const end_ms = Date.now() + 40000;
	while (!await page.isVisible(".badge-picture")) {
		assert.ok(Date.now() < end_ms, "the shade never fell");
		mock.feed("seen", { request_id: crypto.randomUUID(), reply: { verdict: "stored", code: "on_tube", title: "On tube 1", do: null, data: {} } }, mock.clinic.stations[0].station_id);
		await page.waitForTimeout(200);
	}
	assert.equal(posted("shade").length, 1);
	await page.unroute("**/api/me");
});

test("hostile words stay words", async () => {
	const bad = '<img src=x onerror="document.title=1">{name}';
	mock.clinic.patients[0].name = bad;
	await visit_open(0);
	assert.equal(await text(".patient-name"), bad);
	await wedge(page, bad);
	await seen("#verdict.question");
	assert.equal(await text("#verdict .raw code"), bad);
	assert.equal(await page.locator("img").count(), 0);
});

test("an alarm and a question are shown with no visit open", async () => {
	await sign_in();
	const view = { visit_id: null, state: null, patient: null, tubes: [], open_labels: 0, ask: { code: "take_over", title: "Take over this visit?", do: null, asked_at: "2026-01-01T00:00:00Z",
		specimen_id: null, copy: null, print_job_id: null, commands: [{ command: "yes", name: "Yes" }, { command: "no", name: "No" }] }, alarm: null };
	mock.clinic.views.visit = () => view;
	mock.feed("visit", null);
	await seen(".due-page");
	await seen(".ask .choice:enabled");
	mock.clinic.actions.visit_answer = ({ code, choice }) => ({ verdict: "note", code, title: choice, do: null, data: { visit: null } });
	await page.keyboard.press("n");
	await page.waitForSelector(".ask", { state: "hidden" });
	assert.deepEqual(posted("visit_answer")[0].body.args, { code: "take_over", choice: "no" });
	Object.assign(view, { ask: null, alarm: { code: "void_label", title: "Old label", do: "Tear it up", specimen_id: "900000000053", rescanned: true,
		raised_at: "2026-01-01T00:00:00Z", choices: [{ choice: "label_removed", name: "Label removed" }] } });
	mock.feed("visit", null);
	await seen("#alarm .choice.big:enabled");
});

test("two pages of one station do what a command card says once", async () => {
	await labels(0);
	const other = await browser.context.newPage();
	await other.goto(mock.url);
	await other.waitForSelector(".labels-lead");
	const { code } = mock.clinic.cards.find((one) => one.command === "park");
	await page.evaluate((raw) => fetch("/api/virtual_scan", { method: "POST", headers: { "Content-Type": "application/json", "X-Specimend": "1" },
		body: JSON.stringify({ device_id: 12, text: raw, aim: "]C0" }) }), code);
	await seen(".parked");
	await other.waitForSelector(".parked");
	await other.close();
	const parks = posted("visit_park").map((one) => one.body.request_id);
	assert.equal(parks.length, 2);
	assert.equal(new Set(parks).size, 1);
});

test("loudness and muted sounds are kept for the station", async () => {
	await sign_in();
	await page.click("#head >> text=Sound");
	await page.locator(".sound-row", { hasText: "already done" }).locator(".choice.on").click();
	await page.reload();
	await seen(".due-page");
	await page.click("#head >> text=Sound");
	await page.locator(".sound-row", { hasText: "already done" }).locator(".choice.off").waitFor();
	await page.keyboard.press("Escape");
	await page.waitForSelector(".sheet", { state: "detached" });
});
