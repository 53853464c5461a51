/*
 * What the scenarios of packing, courier and laboratory share: a service (the mock, or the running practice clinic of
 * scenario.js), its stations by name, its people by role, and hands without a browser that prepare what a scenario needs.
 *   SPECIMEND_PEOPLE   lines "badge PIN name roles" (contrib/run writes them)
 */
import assert from "node:assert/strict";
import { id_label_text, id_make } from "../../daemon/web/js/id.js";
import { say_date } from "../../daemon/web/js/words.js";
import { browser_open, browser_path, wedge } from "./browser.js";
import { mock_start } from "./mock.js";
import { page_bind, page_code, real, sql } from "./scenario.js";

const READ_MS = 1100;  /* a question takes no answer in its first second */
const PRINT_MS = 10000;

/* A session at a station. */
export async function person_at({ url, mock }, station, { badge, pin }) {
	const jar = new Map();

	async function send(path, body) {
		const answer = await fetch(new URL(path, url), {
			method: body ? "POST" : "GET", body: body && JSON.stringify(body),
			headers: { Cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; "), ...(body && { "Content-Type": "application/json", "X-Specimend": "1" }) },
		});
		for (const line of answer.headers.getSetCookie()) {
			const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
			jar.set(name, value);
		}
		return answer.json();
	}
	const act = (name, args) => send(`/api/${name}`, { request_id: crypto.randomUUID(), args });
	const scan = (text) => act("scan", { raw: btoa(text), aim: null, source: "typed", device_id: null, device_at_us: null, evidence: null });
	const view = async (name, args = {}) => (await send(`/api/${name}?${new URLSearchParams(args)}`)).data;

	const bound = await send("/api/station_bind", { code: page_code(mock, station) });
	assert.equal(bound.verdict, "stored", bound.title);
	const signed = await send("/api/sign_in", { badge, pin });
	assert.equal(signed.verdict, "stored", signed.title);
	return { act, scan, view };
}

function people_of_mock({ clinic }) {
	const of = (role, n = 0) => ({ ...clinic.people.filter((one) => one.operator.roles.includes(role))[n], pin: clinic.pin });
	return { ma: of("ma"), other_ma: of("ma", 1), courier: of("courier"), other_courier: of("courier", 1), receiver: of("receiver"), admin: of("admin"), lab_lead: of("lab_lead"), quality: of("quality") };
}

function people_of_run() {
	const rows = process.env.SPECIMEND_PEOPLE.trim().split("\n").map((line) => line.trim().split(/\s+/));
	const of = (role, n = 0) => {
		const [badge, pin] = rows.filter((row) => row.at(-1).split(",").includes(role))[n];
		return { badge, pin };
	};
	return { ma: of("ma"), other_ma: of("ma", 1), courier: of("courier"), other_courier: of("courier", 1), receiver: of("receiver"), admin: of("admin"), lab_lead: of("lab_lead"), quality: of("quality") };
}

/* {url, stations: {name: code}, people, mock, close()}; only_mock: also where a service runs. */
export async function world_open(only_mock = false) {
	const mock = real && !only_mock ? null : await mock_start();
	const url = mock?.url ?? real.url;
	const { data } = await fetch(new URL("/api/stations", url)).then((answer) => answer.json());
	const stations = Object.fromEntries(data.stations.map(({ name, station }) => [name, station]));
	return { url, stations, mock, people: mock ? people_of_mock(mock) : people_of_run(), close: () => mock?.stop() };
}

/* Binds and signs in on the page, by scanner and keys; ends on that first screen. */
export async function page_open(page, { url, mock }, station, { badge, pin }, first) {
	await page.goto(url);
	await page_bind(page, page_code(mock, station));
	await wedge(page, badge);
	await page.waitForSelector(".pad");
	await page.keyboard.type(pin, { delay: 150 });
	await page.keyboard.press("Enter");
	await page.waitForSelector(first);
}

/* A browser of a station's size whose page is Room 2's, with the administrator signed in. */
export async function admin_open(world) {
	assert.ok(browser_path, "no Chromium: install the package chromium, or name one with CHROMIUM");
	const browser = await browser_open({ width: 1280, height: 800 });
	browser.page.setDefaultTimeout(15000);
	await page_open(browser.page, world, world.stations["Room 2"], world.people.admin, ".due-page");
	return browser;
}

/* Goes to one of the pages of those who set things up. */
export async function setup_go(page, label) {
	await page.locator("#head .choice", { hasText: "Set up" }).click();
	await page.locator("#dialog .choice", { hasText: label }).click();
}

const cards = new Map();

/* Scans a command card into the page, as a wedge does. */
export async function card(page, command) {
	if (!cards.has(page))
		cards.set(page, (await page.evaluate(() => fetch("/api/me").then((answer) => answer.json()))).data.commands);
	await wedge(page, cards.get(page).find((one) => one.command === command).code);
}

async function until(what, fn) {
	const end_ms = Date.now() + PRINT_MS;
	for (;;) {
		const found = await fn();
		if (found)
			return found;
		assert.ok(Date.now() < end_ms, `waited for ${what} in vain`);
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
}

/* Scans every label of the open visit, as it prints, on its tube; gives the tubes' ids. */
export async function labels_scan(ma) {
	const { tubes } = await until("the labels", async () => {
		const now = await ma.view("visit");
		return now.tubes.every((tube) => tube.state === "printed") && now;
	});
	for (const { specimen_id } of tubes) {
		const first = await ma.scan(id_label_text(specimen_id, 1));
		if (first.verdict !== "question")
			continue;
		await new Promise((resolve) => setTimeout(resolve, READ_MS));
		await ma.scan(id_label_text(specimen_id, 1)); /* printed only just now: is it on the tube? */
	}
	return tubes.map(({ specimen_id }) => specimen_id);
}

let patients = 0;

/* Draws tubes from a new patient at the station where she is; gives their ids. With the mock: those that lie there. */
export async function tubes_draw(ma, tests) {
	const born = `19${60 + patients % 30}-03-14`;
	const family = `PACKED${Date.now().toString(36).toUpperCase()}${++patients}`;
	const order = await ma.act("order_here", { patient_id: null, patient: { family, given: "Paula", birth_date: born, sex: "F", number: `PK-${Date.now()}-${patients}` }, tests,
		provider: "Dr. Lee", source: "paper", read_back: false });
	assert.equal(order.verdict, "stored", order.title);
	const slip = await ma.act("slip_print", { patient_id: order.data.patient_id });
	const { data: { visit } } = await ma.scan(slip.data.slip);
	await new Promise((resolve) => setTimeout(resolve, READ_MS));
	const identified = await ma.act("visit_identify", { choice: visit.birth_choices.indexOf(say_date(born)) + 1, stated_by: { who: "patient", name: null, relation: null } });
	assert.equal(identified.verdict, "stored", identified.title);
	const tubes = await labels_scan(ma);
	const closed = await ma.act("visit_close", { check: "patient_read", reason: null, collected_at: null, collected_source: null });
	assert.ok(["stored", "complete"].includes(closed.verdict), closed.title);
	return tubes;
}

export const foreign_bag = id_make("bag", 999, 4321, 0);

/* The code on a place of that kind. */
export async function place_of({ mock }, kind) {
	return mock ? mock.clinic.custody.places.find((one) => one.kind === kind).place : sql(`select place from clinic.place where kind = '${kind}' limit 1`);
}

const kinds = [["CMP", "REF"], ["CBC", "AMB"], ["TSH", "REF"], ["NH3", "FRZ"]];

/* Bags of this clinic, closed and waiting for the courier: n of them, of which one is STAT where the mock says so. */
export async function bags_close(world, ma, n) {
	if (world.mock)
		return [...world.mock.clinic.custody.bags.keys()].slice(0, n);
	const made = [];
	for (let i = 0; i < n; i++) {
		const [test, wanted] = kinds[i % kinds.length];
		await tubes_draw(ma, [test]);
		await tubes_draw(ma, [test]);
		const { choices } = await ma.view("packing");
		const choice = choices.find((one) => one.class === wanted && !one.stat);
		const opened = await ma.act("bag_new", choice);
		assert.equal(opened.verdict, "stored", opened.title);
		const { work } = await ma.view("packing");
		const count = await ma.act("bag_count", { bag: work.bag, count: choice.n });
		assert.equal(count.code, "count_agrees", count.title);
		const closed = await ma.act("bag_close", { bag: work.bag, seal: null });
		assert.ok(["stored", "complete"].includes(closed.verdict), closed.title);
		made.push(work.bag);
	}
	return made;
}

/* A courier takes these bags from the clinic, alone, and holds them. */
export async function bags_fetch(world, bags) {
	const courier = await person_at(world, world.stations["Courier phone"], world.people.courier);
	const { stops } = await courier.view("courier");
	await courier.scan(stops[0].stop);
	for (const bag of bags)
		await courier.scan(bag);
	const { work } = await courier.view("courier");
	const left = work.pickup.bags.filter((one) => one.state === "waiting").map(({ bag }) => ({ bag, reason: "not_there" }));
	const closed = await courier.act("pickup_close", { how: "taken_alone", reason: world.mock ? "nobody_there" : "nobody_here", count: null, left });
	assert.equal(closed.verdict, "complete", closed.title);
}

/* The tubes that were closed into a bag. */
export async function tubes_of({ mock }, bag) {
	if (mock)
		return [...mock.clinic.custody.bags.get(bag).tubes];
	return sql(`select specimen_id from clinic.bag_content where bag = '${bag}' order by event_id desc, specimen_id`).split("\n");
}
