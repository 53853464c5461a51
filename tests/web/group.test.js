/*
 * A room group in several browsers against the real service (tests/web/run): an administrator lets a phone in at the chair; who
 * holds the visit scans there, and the desk shows it; another person, and a room outside the group, are asked why, and the scan
 * is stored; and the phone that is lost is taken away.
 */
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { id_label_text } from "../../daemon/web/js/id.js";
import { say_date } from "../../daemon/web/js/words.js";
import { browser_open, browser_path, digit, wedge } from "./browser.js";
import { act, real, shot, sql, view } from "./scenario.js";
import { page_open, setup_go, world_open } from "./world.js";

const HAND_MS = 400; /* no hand takes the next tube sooner */
const run = Date.now().toString().slice(-7);
const chair = `Chair ${run}`;
const far = `Far ${run}`;
const born = "1957-11-23";
const browsers = {};
let world = null;
let tubes = [];

const pages = () => Object.values(browsers);
const page_of = (who) => browsers[who].page;

/* A test on the real service; when it fails, what was on the screens. */
const scenario = (name, fn) => test(name, { skip: real ? false : "no running service" }, async () => {
	try {
		await fn();
	} catch (error) {
		for (const [who, { page }] of Object.entries(browsers))
			await shot(page, `failed-group-${who}`).catch(() => undefined); /* the browser may be what failed */
		throw error;
	}
});

const tile = (page, n, state) => page.waitForSelector(`.tile[data-specimen="${tubes[n]}"][data-state="${state}"]`);
const tone = (page) => page.evaluate(() => document.documentElement.dataset.tone ?? null);
const wide = (page) => page.evaluate(() => document.documentElement.scrollWidth > innerWidth);

/* Label 1 of that tube, into that page; ends when it shows a verdict of that kind. */
async function scan(page, n, verdict) {
	await page.waitForTimeout(HAND_MS);
	await wedge(page, id_label_text(tubes[n], 1));
	await page.waitForSelector(`#verdict.${verdict}`);
}

/* The last scan that the service keeps of that tube: verdict, and where. */
const kept = (n) => sql(`select x.verdict, s.name from clinic.scan x join clinic.station s using (station_id)
	where convert_from(x.raw, 'UTF8') like '${tubes[n]}%' order by x.scan_id desc limit 1`);

async function sign_in(page, { badge, pin }) {
	await wedge(page, badge);
	await page.waitForSelector(".pad");
	await page.keyboard.type(pin, { delay: 150 });
	await page.keyboard.press("Enter");
	await page.waitForSelector(".pad", { state: "detached" });
}

before(async () => {
	if (!real)
		return;
	assert.ok(browser_path, "no Chromium: install the package chromium, or name one with CHROMIUM");
	for (const [name, group] of [[chair, "(select room_group from clinic.station where name = 'Room 1')"], [far, `'${far}'`]])
		sql(`insert into clinic.station (station_id, code, name, kind, room_group)
			values (custody.row_id(nextval('clinic.station_seq')), custody.id_next('station'), '${name}', 'collection', ${group})`);
	world = await world_open();
	for (const [who, size, more] of [["desk", { width: 1280, height: 900 }], ["phone", { width: 390, height: 844 }, { touch: true }], ["other", { width: 1280, height: 800 }], ["far", { width: 1280, height: 800 }]]) {
		browsers[who] = await browser_open(size, more);
		browsers[who].page.setDefaultTimeout(15000);
	}
});

after(async () => {
	for (const one of pages())
		await one.close();
	await world?.close();
	if (real)
		sql(`update clinic.station set active = false where name in ('${chair}', '${far}')`);
});

scenario("an administrator lets the phone at the chair in, by digits that a finger types", async () => {
	const [admin, phone] = [page_of("other"), page_of("phone")];
	await page_open(admin, world, world.stations["Room 2"], world.people.admin, ".due-page");
	await setup_go(admin, "Pages");
	await admin.locator(".choice", { hasText: chair }).first().click();
	await admin.locator(".enrol-open canvas[data-kind='datamatrix']").waitFor();
	await shot(admin, "group-1-code");
	const code = (await admin.textContent(".enrol-open .page-code")).replaceAll(" ", "");
	assert.match(code, /^[0-9]{12}$/);
	await phone.goto(world.url);
	await phone.waitForSelector(".bind-page .pad");
	await wedge(phone, "900000000001"); /* twelve digits of nobody */
	await phone.waitForSelector("#verdict.question");
	assert.match(await phone.textContent("#verdict"), /code is not good/);
	for (const key of code)
		await phone.locator(".bind-page .pad-key", { hasText: key }).first().tap();
	await phone.waitForSelector(".badge-picture");
	assert.match(await phone.textContent("#head"), new RegExp(chair));
	await shot(phone, "group-2-bound");
	await admin.locator(".page-over[data-ended='bound']").waitFor();
	assert.match(await admin.locator(`.scanner-list .panel[data-station="${chair}"]`).textContent(), /Let in by Dee Admin/);
	await shot(admin, "group-3-pages");
	await admin.locator("#head .choice", { hasText: "Sign out" }).click();
	await admin.waitForSelector(".badge-picture");
});

scenario("Ana opens a visit at the desk, and it is on her phone too", async () => {
	const [desk, phone] = [page_of("desk"), page_of("phone")];
	await page_open(desk, world, world.stations["Room 1"], world.people.ma, ".due-page");
	const patient = { family: "GROUPER", given: "Gale", birth_date: born, sex: "F", number: `GR-${run}` };
	const order = await act(desk, "order_here", { patient_id: null, patient, tests: ["CBC", "CMP", "PT"], provider: "Dr. Lee", source: "paper", read_back: false });
	assert.equal(order.verdict, "stored", order.title);
	const { data } = await act(desk, "slip_print", { patient_id: order.data.patient_id });
	await wedge(desk, data.slip);
	await desk.waitForSelector(".dates .choice");
	const dates = await desk.$$eval(".dates .label", (all) => all.map((one) => one.textContent));
	await digit(desk, String(dates.indexOf(say_date(born)) + 1));
	await desk.waitForSelector(".tile[data-state='printed'] ~ .tile[data-state='printed'] ~ .tile[data-state='printed']");
	tubes = await desk.$$eval(".tile", (all) => all.map((one) => one.dataset.specimen));
	assert.equal(tubes.length, 3);
	sql(`update clinic.print_job set state_at = state_at - interval '6 seconds' where specimen_id in (${tubes.map((one) => `'${one}'`)})`); /* they lay there for a while */
	await sign_in(phone, world.people.ma);
	await tile(phone, 0, "printed");
	assert.match(await phone.textContent("body"), /GROUPER/);
	assert.equal(await wide(phone), false, "nothing is wider than the phone");
	await shot(phone, "group-4-phone");
});

scenario("what she scans at the chair is taken, and stands on the desk's page without a sound there", async () => {
	const [desk, phone] = [page_of("desk"), page_of("phone")];
	const before = await tone(desk);
	await scan(phone, 0, "stored");
	await tile(phone, 0, "labelled");
	assert.equal(kept(0), `stored|${chair}`);
	await tile(desk, 0, "labelled");
	await desk.waitForSelector("#verdict.stored");
	assert.equal(await tone(desk), before, "the beep was where the scan was");
	assert.equal(await desk.textContent("#verdict"), await phone.textContent("#verdict"), "both pages say the same");
	await shot(desk, "group-5-desk");
	await shot(phone, "group-5-phone");
});

scenario("another person of the group is asked, and it is stored", async () => {
	const [desk, other] = [page_of("desk"), page_of("other")];
	await sign_in(other, world.people.other_ma);
	await other.waitForSelector(".due-page");
	await scan(other, 1, "question");
	assert.match(await other.textContent("#verdict"), /is in the visit of Ana Ruiz, Room 1/);
	assert.equal(kept(1), "question|Room 2");
	assert.equal(await desk.locator(`.tile[data-specimen="${tubes[1]}"][data-state="printed"]`).count(), 1, "the tube is where it was");
	await shot(other, "group-6-other-person");
});

scenario("she herself outside the group is asked, and it is stored", async () => {
	const room = page_of("far");
	await page_open(room, world, world.stations[far], world.people.ma, ".tile");
	await scan(room, 1, "question");
	assert.match(await room.textContent("#verdict"), /This visit is in another room/);
	assert.equal(kept(1), `question|${far}`);
	assert.equal(sql(`select count(*) from custody.event e join clinic.station s using (station_id) where e.subject = '${tubes[1]}' and e.kind = 'scanned' and s.name = '${far}'`), "1", "in the tube's story too");
	await shot(room, "group-7-far");
	await room.locator("#head .choice", { hasText: "Sign out" }).click();
	await room.waitForSelector(".badge-picture");
});

scenario("at the chair the same tube is taken, and the visit is closed there", async () => {
	const [desk, phone] = [page_of("desk"), page_of("phone")];
	for (const n of [1, 2]) {
		await scan(phone, n, n === 2 ? "complete" : "stored");
		await tile(desk, n, "labelled");
	}
	const { visit_id } = await view(phone, "visit");
	await phone.locator(".choice", { hasText: "Patient checked" }).first().tap();
	await phone.waitForSelector(".over.closed");
	await desk.waitForSelector(".due-page");
	await desk.waitForSelector("#verdict.complete", { state: "detached" }); /* nothing is to be shown to a patient here */
	assert.equal(sql(`select state from clinic.visit where visit_id = ${visit_id}`), "closed");
	assert.equal(sql(`select string_agg(distinct s.name, ' ') from custody.event e join clinic.station s using (station_id)
		where e.kind = 'labelled' and e.subject in (${tubes.map((one) => `'${one}'`)})`), chair, "the story tells where each was scanned");
	await shot(phone, "group-8-closed-phone");
	await shot(desk, "group-8-closed-desk");
});

scenario("the phone is lost: it is taken away, and shows nothing any more", async () => {
	const [admin, phone] = [page_of("other"), page_of("phone")];
	await admin.locator("#head .choice", { hasText: "Sign out" }).click();
	await admin.waitForSelector(".badge-picture");
	await sign_in(admin, world.people.admin);
	await setup_go(admin, "Pages");
	const mine = admin.locator(`.scanner-list .panel[data-station="${chair}"]`);
	await mine.locator("p", { hasText: "Signed in: Ana Ruiz" }).waitFor();
	await mine.locator(".choice", { hasText: "Take it away" }).click();
	await admin.locator("#dialog .choice", { hasText: "Yes, take it away" }).click();
	await mine.waitFor({ state: "detached" });
	await phone.waitForSelector(".bind-page .pad");
	assert.doesNotMatch(await phone.textContent("body"), /Ana Ruiz|GROUPER/);
	await shot(phone, "group-9-lost");
});

scenario("no error on the way", () => {
	for (const { errors } of pages())
		assert.deepEqual(errors.filter((one) => !/status of 401/.test(one)), []);
});
