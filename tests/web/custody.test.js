/*
 * What is out of the ordinary in packing, on the courier's phone and in the laboratory, in a browser against the mock.
 */
import assert from "node:assert/strict";
import test, { beforeEach } from "node:test";
import { wedge } from "./browser.js";
import { page, posted, seen, text, world } from "./mock_world.js";
import { shot as picture } from "./scenario.js";
import { card, foreign_bag, page_open, setup_go } from "./world.js";

const TOLD_MS = 20000; /* ten times what is promised, for a slow machine */

let custody = null;

beforeEach(() => {
	custody = world.mock.clinic.custody;
});

const shot = (name) => picture(page, `custody-${name}`);
const own = () => [...custody.bags.keys()];
const bag_of = (class_name) => [...custody.bags.values()].find((one) => one.class === class_name).bag;
const loose = (class_name) => [...custody.tubes.values()].find((one) => one.class === class_name && !one.bag).specimen_id;

async function at(name, who, first, size = { width: 1280, height: 800 }) {
	await page.setViewportSize(size);
	await page_open(page, world, world.stations[name], world.people[who], first);
}
const pack = () => at("Room 1", "ma", ".due-page");
const phone = () => at("Courier phone", "courier", ".courier-page", { width: 390, height: 844 });
const bench = () => at("Lab bench 1", "receiver", ".lab-page");

/* The courier's bags stand at the dock of the laboratory, signed for. */
async function deliver() {
	for (const bag of custody.bags.values())
		Object.assign(bag, { state: "departed", courier: world.mock.clinic.people.find((one) => one.operator.roles[0] === "courier").operator.operator_id });
	await bench();
	await wedge(page, world.people.courier.badge);
	await seen(".dock");
	for (const bag of own()) {
		await wedge(page, bag);
		await seen(`.bag[data-bag="${bag}"][data-state="arrived"]`);
	}
	await seen(".dock.all");
	await wedge(page, world.people.receiver.badge);
	await seen(".last");
	assert.equal(posted("scan").length, own().length + 2);
}

const kinds = { courier: phone, laboratory: bench, administrator: async () => {
	await at("Room 2", "admin", ".due-page");
	await setup_go(page, "Pages");
} };
for (const [name, open] of Object.entries(kinds))
	test(`what is down is told on the page of the ${name}, and no longer than it is`, async () => {
		await open();
		for (const [part, kind] of [["database", "down"], ["core", "down"], ["bench", "warn"]]) {
			const start_ms = Date.now();
			world.mock.health_set(part, false);
			await page.locator(`#bands .band.${kind}`).waitFor();
			assert.ok(Date.now() - start_ms < TOLD_MS, `${part}: ${Date.now() - start_ms} ms`);
			assert.ok(await page.evaluate(() => document.querySelector("#bands .band").getBoundingClientRect().top < innerHeight), "where it is seen");
			world.mock.health_set(part, true);
			await page.waitForSelector("#bands .band.down, #bands .band.warn", { state: "detached" });
		}
		await world.mock.stop();
		await page.locator("#bands .band.down").waitFor();
		await world.mock.again();
		await page.waitForSelector("#bands .band.down", { state: "detached" });
	});

test("what is down is told over a dialog and an alarm", async () => {
	const is_seen = () => page.evaluate(() => {
		const band = document.querySelector("#bands .band.down");
		const { x, y, width, height } = band.getBoundingClientRect();
		return band.contains(document.elementFromPoint(x + width / 2, y + height / 2));
	});
	await at("Room 2", "admin", ".due-page");
	await page.locator("#head .choice", { hasText: "Set up" }).click();
	await seen("#dialog .choice");
	world.mock.health_set("database", false);
	await page.locator("#bands .band.down").waitFor();
	assert.ok(await is_seen(), "over a dialog");
	assert.ok(await page.evaluate(() => {
		document.getElementById("alarm").hidden = false; /* until the page draws again */
		const band = document.querySelector("#bands .band.down").getBoundingClientRect();
		const is_over = document.elementFromPoint(band.x + band.width / 2, band.y + band.height / 2).closest("#bands") !== null;
		document.getElementById("alarm").hidden = true;
		return is_over;
	}), "over an alarm");
	world.mock.health_set("database", true);
	await page.locator("#bands .band.down").waitFor({ state: "detached" });
});

test("a bag that is not known asks what it is for, in the words of its destinations", async () => {
	await pack();
	await wedge(page, foreign_bag);
	await seen("h1:has-text('What is this bag for?')");
	assert.equal(await page.locator(".bag-code", { hasText: foreign_bag.slice(4, 11) }).count(), 1);
	await shot("bag-for-what");
	await card(page, "choice_1");
	await seen(".work-bag .bag");
	assert.equal(posted("bag_open")[0].bag, foreign_bag);
});

test("a closed bag that is scanned may be opened again with one more card", async () => {
	await pack();
	await wedge(page, bag_of("FRZ"));
	await seen(".sheet h2:has-text('This bag is closed')");
	await card(page, "yes");
	await seen(".work-bag .bag.frz");
	assert.deepEqual(posted("bag_open"), [{ bag: bag_of("FRZ"), lab_id: null, class: null, stat: null }]);
});

test("a tube of another temperature is asked about at once, and goes in with a reason by two cards", async () => {
	await pack();
	await card(page, "pack");
	await seen(".for-row");
	await card(page, `choice_${await page.locator(".for-row", { hasText: "AMBIENT" }).locator(".choice").getAttribute("data-key")}`);
	await seen(".count-pad");
	await wedge(page, loose("REF"));
	await seen(".sheet");
	await shot("wrong-class");
	await card(page, "pack");
	await page.waitForFunction(() => document.querySelector(".sheet .group-title.chosen")?.textContent.includes("all the same"));
	await card(page, "choice_1");
	await page.waitForSelector(".sheet", { state: "detached" });
	assert.deepEqual(posted("tube_pack").map((one) => one.reason), ["last_courier"]);
});

test("the count is typed as well: digits, Backspace, Enter, and a code in between stays a scan", async () => {
	await pack();
	await card(page, "pack");
	await seen(".for-row");
	await card(page, "choice_1");
	await seen(".count-pad");
	for (const key of ["1", "2", "Backspace", "4"])
		await page.keyboard.press(key, { delay: 150 });
	assert.equal(await text(".count-shown"), "4");
	await wedge(page, loose("AMB"));
	await seen("#verdict.stored");
	assert.equal(await text(".count-shown"), "4", "the scan left no digits");
	await page.waitForTimeout(400); /* an Enter right after a code is the scanner's own */
	await page.keyboard.press("Enter");
	await seen(".step.agrees");
	assert.equal(await text("#verdict .word"), "ALL THERE", "not all done: the bag is open");
	await shot("agrees");
	assert.deepEqual(posted("bag_count").map((one) => one.count), [4]);
	await page.keyboard.press("c");
	await seen("#verdict.complete");
});

test("with more than nine tubes the card 0 gives the numbers to the next nine", async () => {
	for (let n = 0; n < 9; n++) {
		const [specimen_id, one] = [...custody.tubes][0];
		const other = `${specimen_id.slice(0, 6)}9${n}0000`.slice(0, 12);
		custody.tubes.set(other, { ...one, specimen_id: other, class: "AMB", stat: false, state: "collected", bag: null, warnings: [] });
	}
	await pack();
	await card(page, "pack");
	await seen(".for-row");
	await card(page, "choice_1");
	await seen(".count-pad");
	await page.keyboard.press("1");
	await page.keyboard.press("Enter");
	await seen(".step.differs");
	assert.equal(await page.locator(".tube-row [data-key='1']").count(), 1);
	const first = await page.locator(".tube-row").first().getAttribute("data-specimen");
	await card(page, "choice_0");
	await page.waitForFunction((id) => !document.querySelector(`.tube-row[data-specimen="${id}"] [data-key]`), first);
	assert.equal(await page.locator(".tube-row").nth(9).locator("[data-key='1']").count(), 1);
});

test("a pack act that is not stored says so, and nothing on the screen pretends it was", async () => {
	await pack();
	await card(page, "pack");
	await seen(".for-row");
	await card(page, "choice_1");
	await seen(".count-pad");
	world.mock.not_stored = 1;
	await page.keyboard.press("4");
	await page.keyboard.press("Enter");
	await seen("#verdict.not_stored");
	assert.equal(await page.locator(".step.agrees").count(), 0);
	await seen(".count-pad");
});

test("at a blind stop nothing that is expected is on the phone before the courier's own count", async () => {
	custody.courier.options.blind = true;
	await phone();
	await wedge(page, custody.stops[0].stop);
	await seen('[data-command="nothing_here"]');
	assert.equal(await page.locator(".bag").count(), 0);
	assert.equal(await text(".stop-count"), "0 taken");
	await wedge(page, bag_of("AMB"));
	await seen('.bag[data-state="taken"]');
	await shot("blind");
	await card(page, "done");
	await seen(".sheet .count-pad");
	await shot("blind-count");
	await card(page, "choice_1");
	await card(page, "done");
	await seen('.bag[data-state="waiting"]');
	assert.deepEqual(posted("pickup_close"), [{ how: null, reason: null, count: 1, left: [] }]);
});

test("from a lockbox the own count goes with the closing, and a wrong one is told", async () => {
	await phone();
	await wedge(page, custody.stops[0].stop);
	await seen('.bag[data-state="waiting"]');
	for (const bag of own()) {
		await wedge(page, bag);
		await seen(`.bag[data-bag="${bag}"][data-state="taken"]`);
	}
	await seen(".sign-here");
	await page.keyboard.press("b");
	await seen(".sheet .count-pad");
	await page.keyboard.press("3");
	await page.keyboard.press("Enter");
	await seen("#verdict.question");
	await seen(".sign-here");
	await wedge(page, world.people.ma.badge);
	await seen(".receipt");
});

test("nobody to sign is taken alone, with a reason", async () => {
	await phone();
	await wedge(page, custody.stops[0].stop);
	await seen('.bag[data-state="waiting"]');
	for (const bag of own()) {
		await wedge(page, bag);
		await seen(`.bag[data-bag="${bag}"][data-state="taken"]`);
	}
	await seen(".sign-here");
	await card(page, "taken_alone");
	await seen(".sheet");
	await card(page, "choice_2");
	await seen(".receipt");
	assert.match(await text(".receipt"), /taken alone/);
	assert.deepEqual(posted("pickup_close"), [{ how: "taken_alone", reason: "with_patient", count: null, left: [] }]);
});

test("a bag that nobody closed is counted and closed on the phone; an unlisted one is taken, amber", async () => {
	await phone();
	await wedge(page, custody.stops[0].stop);
	await seen('.bag[data-state="waiting"]');
	custody.courier.options.not_closed = bag_of("FRZ");
	await wedge(page, bag_of("FRZ"));
	await seen(".sheet h2:has-text('not closed')");
	await shot("not-closed");
	await page.keyboard.press("7");
	await page.keyboard.press("Enter");
	await seen(`.bag[data-bag="${bag_of("FRZ")}"][data-state="taken"]`);
	assert.deepEqual(posted("bag_take_open"), [{ bag: bag_of("FRZ"), count: 7 }]);
	await wedge(page, foreign_bag);
	await seen(`.bag.flagged[data-bag="${foreign_bag}"]`);
	assert.match(await text(`.bag[data-bag="${foreign_bag}"]`), /not on the list: taken, lab will check/);
	assert.equal(await page.evaluate(() => document.documentElement.dataset.tone), "question");
	await shot("unlisted");
});

test("the screens of the clinic are not to be had on the courier's phone, nor the laboratory's", async () => {
	await phone();
	for (const hash of ["#due", "#new-order", "#find", "#visit", "#pack", "#still-here", "#lab", "#questions", "#ledger", "#timeline/900000000053"]) {
		await page.evaluate((where) => { location.hash = where; }, hash);
		await page.waitForTimeout(60);
		assert.ok(await page.isVisible(".courier-page"), hash);
	}
	assert.deepEqual(await page.evaluate(() => performance.getEntriesByType("resource").map((one) => new URL(one.name).pathname).filter((path) => /^\/api\/(collections_due|packing|receiving|timeline|ledger)/.test(path))), []);
});

test("a scan at the laboratory brings its own screen back, and closes a question about the tube before", async () => {
	await deliver();
	const [first, second] = [...custody.bags.get(bag_of("REF")).tubes];
	await wedge(page, bag_of("REF"));
	await wedge(page, first);
	await seen(".last.received .last-name");
	await card(page, "reject");
	await seen(".sheet");
	await wedge(page, second);
	await page.waitForSelector(".sheet", { state: "detached" });
	await card(page, "choice_2");
	await seen("h1:has-text('Questions')");
	await wedge(page, first);
	await seen(".last.already");
	assert.deepEqual(posted("reject"), []);
});

test("a tube scanned a second time may be rejected now: a reason past the ninth, with a note", async () => {
	await deliver();
	const [first] = [...custody.bags.get(bag_of("FRZ")).tubes];
	await wedge(page, first);
	await seen(".last .last-name");
	await card(page, "reject");
	await seen(".sheet");
	await page.fill(".sheet input", "two names on it");
	await page.keyboard.press("Tab");
	await card(page, "choice_0");
	await card(page, "choice_1");
	await seen(".last.rejected");
	assert.deepEqual(posted("reject"), [{ specimen_id: first, reason: "id_doubt", note: "two names on it" }]);
});

test("a temperature is entered at the dock in degrees, with its minus", async () => {
	for (const bag of custody.bags.values())
		Object.assign(bag, { state: "departed", courier: world.mock.clinic.people[1].operator.operator_id });
	await at("Lab dock", "receiver", ".lab-page");
	await wedge(page, world.people.courier.badge);
	await seen(".dock");
	await wedge(page, bag_of("FRZ"));
	await seen('.dock [data-command="remark"]');
	await card(page, "remark");
	await seen(".sheet");
	await page.locator(".sheet .choice", { hasText: "Temperature" }).click();
	await page.keyboard.type("19,5", { delay: 120 });
	await page.locator(".sheet .choice", { hasText: "\u2212" }).click();
	await page.keyboard.press("Enter");
	await page.waitForSelector(".sheet", { state: "detached" });
	assert.deepEqual(posted("bag_remark"), [{ bag: bag_of("FRZ"), remark: "temperature", celsius: -19.5, note: null }]);
});

/* As the view says it, with other questions. */
function questions_are(questions) {
	const { receiving } = world.mock.clinic.views;
	world.mock.clinic.views.receiving = (query, here) => ({ ...receiving(query, here), questions });
}

const question_of = (specimen_id, kind, event_id) => ({ event_id, kind, title: `Tube ...${specimen_id.slice(-4)} is on hold`, do: "Do not use it. A lead ends the hold.", specimen_id, text: null, bag: null,
	at: new Date().toISOString(), by: "Lena Brandt", settled: null });

test("a lead ends a hold from the questions, and every number there leads to the tube's story and back", async () => {
	await deliver();
	const [tube] = [...custody.bags.get(bag_of("FRZ")).tubes];
	const { operator } = world.mock.clinic.people.find((one) => one.operator.roles.includes("receiver"));
	questions_are([question_of(tube, "held", 7), question_of(tube, "rejected", 8)]);
	world.mock.clinic.actions.release = () => ({ verdict: "stored", code: "hold_released", title: "The hold is over", do: null, data: { touched: "custody", visit: null } });
	operator.roles.push("lab_lead");
	try {
		await page.reload();
		await seen(".lab-tabs");
		await page.keyboard.press("q");
		await seen(".lab-question.held .choice >> text=End the hold");
		assert.equal(await page.locator(".lab-question.rejected .choice").count(), 1, "of no other kind");
		await shot("release");
		await page.keyboard.press("1");
		await seen(".sheet h2:has-text('End the hold')");
		await page.locator(".sheet .choice", { hasText: "It is right" }).click();
		await seen("#verdict.stored");
		assert.deepEqual(posted("release"), [{ specimen_id: tube, reason: "cleared" }]);
	} finally {
		operator.roles.pop();
	}
	await page.locator(".lab-question.held .tube-link").click();
	await seen(".timeline-page");
	assert.equal(await page.evaluate(() => location.hash), `#timeline/${tube}`);
	await page.keyboard.press("Escape");
	await seen("h1:has-text('Questions')");
	await page.reload();
	await seen(".lab-question.held");
	assert.equal(await page.locator(".lab-question .choice >> text=End the hold").count(), 0, "nor to who may not");
});

test("Find works in the laboratory by key and card; the last tube and a delivery's tubes lead to their stories", async () => {
	await deliver();
	const [tube] = [...custody.bags.get(bag_of("FRZ")).tubes];
	await wedge(page, tube);
	await seen(".last.received .tube-link");
	await page.keyboard.press("f");
	await seen("h1:has-text('Find')");
	assert.doesNotMatch(await text("#screen"), /patient/i);
	await shot("find");
	await page.keyboard.press("Escape");
	await seen(".lab-split");
	await card(page, "find");
	await seen("h1:has-text('Find')");
	await page.keyboard.type(tube, { delay: 120 });
	await page.keyboard.press("Enter");
	await seen(".timeline-page");
	await card(page, "back");
	await page.locator(".last .tube-link").click();
	await seen(".timeline-page");
	await card(page, "back");
	await seen(".lab-split");
	await page.keyboard.press("v");
	await page.locator(".delivery-row .choice").first().click();
	await page.locator(".reconcile .tube-link").first().click();
	await seen(".timeline-page");
	await card(page, "back");
	await seen(".reconcile");
});

test("the keys of the tabs are letters on every page; on the first the number cards choose too", async () => {
	await deliver();
	for (const key of ["q", "v", "g", "w"]) {
		assert.deepEqual(await page.$$eval(".lab-tabs .keycap", (all) => all.map((one) => one.textContent)), ["W", "Q", "V", "G", "F"]);
		await page.keyboard.press(key);
		await page.waitForFunction((one) => document.querySelector(".tab.chosen .keycap")?.textContent === one, key.toUpperCase());
	}
});

test("a rejection whose minute is over is said to be over, below as well", async () => {
	await bench();
	const { receiving } = world.mock.clinic.views;
	let until_ms = Infinity;
	world.mock.clinic.views.receiving = (query, here) => {
		const view = receiving(query, here);
		if (view.reject && until_ms === Infinity)
			until_ms = Date.now() + 1500;
		return { ...view, reject: view.reject && Date.now() < until_ms ? { ...view.reject, seconds: 2 } : null };
	};
	await card(page, "reject");
	await card(page, "choice_1");
	await seen(".reject-wait");
	assert.match(await text("#verdict"), /next tube scanned is rejected/);
	await page.waitForSelector(".reject-wait", { state: "detached" });
	await seen("#verdict.note");
	assert.match(await text("#verdict"), /time is up.*next tube scanned is received/i);
});

test("the list of a busy laboratory is read at most twice a second", async () => {
	await deliver();
	await page.evaluate(() => performance.clearResourceTimings());
	for (let n = 0; n < 60; n++) {
		world.mock.feed("custody", null);
		await new Promise((resolve) => setTimeout(resolve, 25));
	}
	await page.waitForTimeout(700);
	const read_ms = await page.evaluate(() => performance.getEntriesByType("resource").filter((one) => one.name.endsWith("/api/receiving")).map((one) => one.startTime));
	assert.ok(read_ms.length >= 3 && read_ms.length <= 6, `${read_ms.length} times`);
	for (const [n, at_ms] of read_ms.slice(1).entries())
		assert.ok(at_ms - read_ms[n] > 480, `${at_ms - read_ms[n]} ms apart`);
});

test("hostile words in a bag's list stay words", async () => {
	const bad = '<img src=x onerror="document.title=1">{name}';
	for (const tube of custody.tubes.values())
		tube.patient = { name: bad, number: bad };
	await pack();
	await card(page, "still_here");
	await seen(".tube-row");
	assert.match(await text(".tube-row"), /<img src=x onerror/);
	assert.equal(await page.locator("img").count(), 0);
});

test("the practice devices of a bench scan what the lists name", async () => {
	await deliver();
	await page.click("text=Practice devices");
	await seen("#practice details");
	await page.locator("#practice .choice", { hasText: bag_of("REF") }).first().click();
	await seen(".in-hand");
	await shot("practice");
});
