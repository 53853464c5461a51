/*
 * A courier's phone in a cellar without signal: what is scanned there is NOT STORED and says so, waits over a reload, and is sent late
 * when the service answers again: in order, once, by who made it and nobody else, moving nothing. On the mock or the running practice clinic.
 */
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { browser_open, browser_path, wedge } from "./browser.js";
import { page_open, bags_close, person_at, world_open } from "./world.js";
import { real, shot as picture, sql, view } from "./scenario.js";

const WAIT_MS = 40000;
let world = null;
let browser = null;
let page = null;
let stop = null;
let bags = [];
const sent = [];    /* what scan_kept was asked, in order */
const shot = (name) => picture(page, `kept-${name}`);
const seen = (selector) => page.waitForSelector(selector);
const band = (name) => page.locator(`.band.kept[data-kept="${name}"]`);
const tone = () => page.evaluate(() => document.documentElement.dataset.tone);
const stored = () => page.evaluate(() => Object.entries(localStorage).filter(([key]) => key.startsWith("specimend/kept/")).map(([, text]) => JSON.parse(text)));

async function until(what, fn) {
	const end_ms = Date.now() + WAIT_MS;
	while (!await fn()) {
		assert.ok(Date.now() < end_ms, `waited for ${what} in vain`);
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
}

/* Nobody takes what was kept, though all else goes. */
const held_back = (is_held) => is_held ? page.route("**/api/scan_kept", (route) => route.abort()) : page.unroute("**/api/scan_kept");

async function offline(is_off) {
	await browser.context.setOffline(is_off);
	await page.waitForSelector(".band.down", { state: is_off ? "visible" : "detached" });
}

/* Scans what is not stored, and sees that it is said so. */
async function scan_lost(code) {
	await wedge(page, code);
	await until(`NOT STORED of ${code}`, async () => (await page.locator("#verdict.not_stored .raw").allTextContents()).join("").includes(code));
	assert.equal(await tone(), "not_stored");
	assert.match(await page.textContent("#verdict"), /NOT STORED/);
	assert.doesNotMatch(await page.textContent("#verdict"), /not kept/i);
}

/* So many lines of a list behind a band, by state. */
async function list_open(name) {
	await band(name).tap();
	await seen("#dialog .kept-list");
	return page.$$eval("#dialog .kept-row", (rows) => rows.map((row) => row.dataset.state));
}

const list_close = () => page.locator("#dialog [data-command='back']").tap();

before(async () => {
	assert.ok(browser_path, "no Chromium: install the package chromium, or name one with CHROMIUM");
	world = await world_open();
	bags = await bags_close(world, await person_at(world, world.stations["Room 2"], world.people.ma), 2);
	browser = await browser_open({ width: 390, height: 844 }, { touch: true });
	page = browser.page;
	page.setDefaultTimeout(20000);
	page.on("requestfinished", async (request) => {
		if (request.url().endsWith("/api/scan_kept"))
			sent.push(request.postDataJSON());
	});
	await page_open(page, world, world.stations["Courier phone"], world.people.courier, ".courier-page");
	await seen(".stop-head, .receipt");
	if (await page.isVisible(".receipt")) /* of an earlier scenario */
		await page.keyboard.press("Enter");
	({ stop } = (await view(page, "courier")).stops[0]);
});

after(async () => {
	await browser?.close();
	await world?.close();
});

test("what is scanned without signal is NOT STORED, and waits with its count", async () => {
	const taken = () => page.locator(".bag[data-state='taken']").count();
	const before_n = await taken(); /* of an earlier scenario */
	await offline(true);
	for (const code of [stop, ...bags])
		await scan_lost(code);
	await until("the count", async () => /^3 scans wait/.test(await band("waiting").textContent()));
	assert.match(await band("waiting").textContent(), /NOT STORED/);
	assert.equal(await taken(), before_n, "nothing looks done");
	assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
	await shot("1-cellar");
	assert.deepEqual(await list_open("waiting"), Array(3).fill("waiting"));
	await shot("2-waiting");
	await list_close();
});

test("a badge, a card and a code of others are not kept, and it is said so", async () => {
	for (const code of [world.people.other_courier.badge, "MRN 4711 DOE JANE"]) {
		await wedge(page, code);
		await until(code, async () => (await page.locator("#verdict.not_stored .raw").allTextContents()).join("").includes(code));
		assert.match(await page.textContent("#verdict"), /not kept/i);
	}
	const kept = await stored();
	assert.deepEqual(kept.map((one) => one.raw).sort(), [stop, ...bags].sort());
	assert.doesNotMatch(JSON.stringify(kept), /DOE|patient|birth/i);
});

test("they are there after a reload, and nobody is told good of them", async () => {
	await held_back(true);
	await offline(false);
	await page.reload();
	await until("the count", async () => /^3 scans wait/.test(await band("waiting").textContent()));
	assert.equal(await page.locator("#verdict.stored, #verdict.complete").count(), 0);
	assert.equal(sent.length, 0);
});

test("sent late, in order, each with the id and the clock of then; they move nothing", async () => {
	const before_work = (await view(page, "courier")).work;
	const kept = (await stored()).sort((a, b) => a.n - b.n);
	await held_back(false);
	await until("all of them", async () => /^3 scans were sent late/.test(await band("told").textContent({ timeout: 60000 })));
	assert.deepEqual(sent.map((one) => one.request_id), kept.map((one) => one.request_id));
	assert.deepEqual(sent.map((one) => atob(one.args.raw)), [stop, ...bags]);
	for (const { args } of sent) {
		assert.ok(Math.abs(Date.now() - args.at_ms) < 600000 && Number.isFinite(args.ahead_ms) && Number.isFinite(args.ahead_now_ms));
		assert.equal(args.station, world.stations["Courier phone"]);
	}
	assert.deepEqual(await list_open("told"), Array(3).fill("late"));
	await shot("3-told");
	await list_close();
	assert.deepEqual((await view(page, "courier")).work, before_work, "no stop was begun and no bag taken by it");
	if (real)
		for (const { request_id } of kept)
			assert.match(sql(`select s.code || ' ' || (s.device_at is not null) || ' ' || (evidence -> 'kept' ? 'ahead_ms') || ' ' || o.name from clinic.scan s join clinic.operator o using (operator_id)
				where request_id = '${request_id}'`), /^scan_late true true .*\S/);
});

test("each is off the list when it is scanned again; the rest when it was read", async () => {
	await wedge(page, stop);
	await seen('.bag[data-state="waiting"]');
	await wedge(page, bags[0]);
	await seen(`.bag[data-bag="${bags[0]}"][data-state="taken"]`);
	await until("one left", async () => /^1 scan was/.test(await band("told").textContent()));
	await list_open("told");
	await page.locator("#dialog .choice", { hasText: "Read" }).tap();
	await page.waitForSelector("#dialog .kept-row", { state: "detached" });
	await list_close();
	await band("told").waitFor({ state: "detached" });
	assert.deepEqual(await stored(), []);
});

test("stored, and the answer lost on its way: it is told that it was, and nothing is done twice", async () => {
	const ids = new Set();
	let posts = 0;
	await page.route("**/api/scan", async (route) => {
		posts++;
		ids.add(route.request().postDataJSON().request_id);
		await route.fetch();
		await route.abort();
	});
	await scan_lost(bags[1]);
	await page.unroute("**/api/scan");
	assert.deepEqual([ids.size, posts], [1, 3], "tried three times, one request");
	await band("told").waitFor();
	await seen("#verdict.question");
	assert.match(await page.textContent("#verdict"), /stored after all/, "nor does NOT STORED stand there any longer");
	assert.deepEqual(await list_open("told"), ["in_time"]);
	await shot("4-in-time");
	await page.locator("#dialog .choice", { hasText: "Read" }).tap();
	await list_close();
	const { work } = await view(page, "courier");
	assert.equal(work.pickup.bags.filter((one) => one.bag === bags[1] && one.state === "taken").length, 1);
	if (real)
		assert.equal(sql(`select count(*) from clinic.scan where request_id = '${[...ids][0]}'`), "1");
});

/* Whoever is here signs out, and that one signs in with badge and PIN. */
async function change_to({ badge, pin }) {
	await page.locator("#head .choice", { hasText: "Sign out" }).tap();
	await seen(".badge-picture");
	await wedge(page, badge);
	await seen(".pad");
	await page.keyboard.type(pin, { delay: 150 });
	await page.keyboard.press("Enter");
	await seen(".courier-page");
}

test("what one courier scanned is never sent by the next one", async () => {
	const n = sent.length;
	await offline(true);
	await scan_lost(bags[0]);
	await held_back(true);
	await offline(false);
	await change_to(world.people.other_courier);
	await held_back(false);
	await until("the count", async () => /^1 scan waits/.test(await band("waiting").textContent()));
	await page.waitForTimeout(7000); /* longer than it rests before it is sent */
	assert.equal(sent.length, n);
	assert.deepEqual(await list_open("waiting"), ["of_another"]);
	assert.doesNotMatch(await page.textContent("#dialog"), new RegExp(bags[0]));
	await shot("5-another");
	await list_close();
	const [mine] = await stored();
	const forged = await page.evaluate(([body, text]) => fetch("/api/scan_kept", { method: "POST", headers: { "Content-Type": "application/json", "X-Specimend": "1" },
		body: JSON.stringify({ request_id: body.request_id, args: { ...body, raw: btoa(text) } }) }).then((answer) => answer.json()), [mine, mine.raw]);
	assert.equal(forged.code, "kept_of_another", "nor would the service take it");
	sent.length = n;
});

test("it goes when the first one signs in again", async () => {
	const n = sent.length;
	await change_to(world.people.courier);
	await band("told").waitFor();
	assert.deepEqual(sent.slice(n).map((one) => atob(one.args.raw)), [bags[0]]);
	assert.deepEqual(await list_open("told"), ["late"]);
	await page.locator("#dialog .choice", { hasText: "Read" }).tap();
	await list_close();
});

test("what is on its way when the phone is put to sleep is kept, and dropped when it is answered", async () => {
	const n = sent.length;
	let answer = null;
	await page.route("**/api/scan", (route) => {
		answer = () => route.continue();
	});
	await wedge(page, bags[0]);
	await until("the scan", () => answer !== null);
	assert.deepEqual(await stored(), []);
	await page.evaluate(() => {
		Object.defineProperty(document, "hidden", { configurable: true, get: () => true });
		document.dispatchEvent(new Event("visibilitychange"));
		delete document.hidden;
	});
	assert.deepEqual((await stored()).map((one) => one.raw), [bags[0]]);
	await answer();
	await until("its answer", async () => (await stored()).length === 0);
	await page.unroute("**/api/scan");
	assert.equal(sent.length, n, "nothing was sent late");
	assert.equal(await page.locator("#verdict.not_stored").count(), 0);
});

test("the service itself is gone and comes again", { skip: real ? "the mock is stopped here; the scenarios kill the real one" : false }, async () => {
	await world.mock.stop();
	await seen(".band.down");
	await scan_lost(bags[0]);
	await world.mock.again();
	await band("told").waitFor();
	assert.deepEqual(await list_open("told"), ["late"]);
	await page.locator("#dialog .choice", { hasText: "Read" }).tap();
	await list_close();
});

test("a browser that stores nothing says that the page must stay", async () => {
	await page.addInitScript(() => {
		Storage.prototype.setItem = () => {
			throw new DOMException("no", "QuotaExceededError");
		};
	});
	await page.reload();
	await seen(".courier-page");
	await offline(true);
	await scan_lost(bags[0]);
	assert.match(await page.textContent("#verdict"), /Leave the page open/);
	await shot("6-no-storage");
	assert.deepEqual(await stored(), []);
	await offline(false);
	await band("told").waitFor();
	assert.deepEqual(await list_open("told"), ["late"]);
});

test("the page itself had no error", () => {
	assert.deepEqual(browser.errors.filter((one) => !/status of 401|zxing-wasm|ERR_INTERNET_DISCONNECTED|ERR_FAILED|ERR_CONNECTION_REFUSED|ERR_NETWORK_CHANGED|ERR_INCOMPLETE|ERR_EMPTY|ERR_CONNECTION_RESET/.test(one)), []);
});
