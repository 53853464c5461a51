/*
 * Papers and supplies: the packing list and the requisitions of a closed bag, the requisition at a visit's end, each as PDF
 * in a tab of its own; an administrator prints FOUND stickers, downtime labels and a badge. On the mock, and on the running
 * practice clinic, where the PDF is read (pdftotext of poppler-utils).
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import test, { after, before } from "node:test";
import { browser_open, browser_path } from "./browser.js";
import { shot as picture, sql } from "./scenario.js";
import { bags_close, page_open, person_at, tubes_draw, tubes_of, setup_go, world_open } from "./world.js";

const PRINT_MS = 30000;
const NOBODY = "Nadia Nobody"; /* whose badge no scenario needs: the one before it ends */
let world = null;
let bag = null;
let ma = null; /* {browser, page} */
let admin = null;
const shot = (page, name) => picture(page, `paper-${name}`);

async function opened(station, person, first) {
	const browser = await browser_open({ width: 1600, height: 1000 });
	browser.page.setDefaultTimeout(20000);
	await page_open(browser.page, world, world.stations[station], person, first);
	return { browser, page: browser.page };
}

/* What a press of that button opens: its path and query, and what is there. */
async function paper_of({ browser, page }, paper, button) {
	const [request] = await Promise.all([browser.context.waitForEvent("request", (one) => one.url().includes(`/api/paper?paper=${paper}`)), button.click()]);
	const url = new URL(request.url());
	const got = await page.evaluate(async (path) => {
		const answer = await fetch(path);
		const bytes = new Uint8Array(await answer.arrayBuffer());
		return { status: answer.status, type: answer.headers.get("Content-Type"), name: answer.headers.get("Content-Disposition"), bytes: Array.from(bytes) };
	}, url.pathname + url.search);
	assert.equal(got.status, 200);
	assert.equal(got.type, "application/pdf");
	const pdf = Buffer.from(got.bytes);
	assert.equal(pdf.subarray(0, 5).toString("latin1"), "%PDF-");
	return { asked: Object.fromEntries(url.searchParams), name: got.name, text: world.mock ? "" : execFileSync("pdftotext", ["-layout", "-", "-"], { input: pdf, encoding: "utf8" }) };
}

before(async () => {
	assert.ok(browser_path, "no Chromium: install the package chromium, or name one with CHROMIUM");
	world = await world_open();
	const hands = await person_at(world, world.stations["Room 1"], world.people.ma);
	if (!world.mock) {
		await hands.act("work_end", {}); /* of an earlier scenario */
		sql(`select clinic.operator_add('${NOBODY}', 'NN', array['ma'], '$argon2id$') where not exists (select 1 from clinic.operator where name = '${NOBODY}')`);
	}
	[bag] = await bags_close(world, hands, 1);
	ma = await opened("Room 1", world.people.ma, ".due-page");
	admin = await opened("Room 2", world.people.admin, ".due-page");
});

after(async () => {
	await ma?.browser.close();
	await admin?.browser.close();
	await world?.close();
});

test("a closed bag has its packing list: each tube in it, the code of the bag, page by page", async () => {
	const { page } = ma;
	await page.evaluate(() => {
		location.hash = "#pack";
	});
	const tile = page.locator(`.bag[data-bag="${bag}"]`);
	await tile.waitFor();
	await shot(page, "1-bag");
	const { asked, name, text } = await paper_of(ma, "packing_list", tile.locator(".paper", { hasText: "Packing list" }));
	assert.deepEqual(asked, { paper: "packing_list", bag });
	if (world.mock)
		return;
	assert.equal(name, "inline; filename=\"packing-list.pdf\"");
	assert.ok(text.includes("Packing list") && text.includes("PRACTICE") && text.includes(bag) && text.includes("1 of 1"), text);
	for (const tube of await tubes_of(world, bag))
		assert.ok(text.includes(tube), `${tube} is on the list`);
	assert.match(text, /PACKED\w+, Paula/, "with true names");
});

test("and its requisitions, a part for each patient", async () => {
	const { asked, text } = await paper_of(ma, "requisition", ma.page.locator(`.bag[data-bag="${bag}"] .paper`, { hasText: "Requisition" }));
	assert.deepEqual(asked, { paper: "requisition", bag });
	if (!world.mock)
		assert.ok(text.includes("Requisition") && text.includes("Dr. Lee") && text.includes("Born 14 Mar 19"), text);
});

test("who had which paper is kept", { skip: !process.env.SPECIMEND_URL }, () => {
	assert.equal(sql(`select string_agg(distinct paper, ' ' order by paper) from clinic.paper_made where bag = '${bag}' and made_by is not null`), "packing_list requisition");
});

test("a visit that is over has its requisition", async () => {
	const { page } = ma;
	if (world.mock) { /* the mock's patient is drawn on the page itself in ma.test.js */
		const asked = await page.evaluate(async (path) => (await fetch(path)).status, "/api/paper?paper=requisition&visit_id=1");
		return assert.equal(asked, 200);
	}
	const [tube] = await tubes_draw({ act: (name, args) => page.evaluate(([path, body]) => fetch(path, { method: "POST", body, headers: { "Content-Type": "application/json", "X-Specimend": "1" } }).then((one) => one.json()),
		[`/api/${name}`, JSON.stringify({ request_id: crypto.randomUUID(), args })]),
	scan: (text) => page.evaluate(([body]) => fetch("/api/scan", { method: "POST", body, headers: { "Content-Type": "application/json", "X-Specimend": "1" } }).then((one) => one.json()),
		[JSON.stringify({ request_id: crypto.randomUUID(), args: { raw: btoa(text), aim: null, source: "typed", device_id: null, device_at_us: null, evidence: null } })]),
	view: (name) => page.evaluate((path) => fetch(path).then((one) => one.json()).then((one) => one.data), `/api/${name}`) }, ["CBC"]);
	const visit = sql(`select visit_id from clinic.specimen where specimen_id = '${tube}'`);
	const answer = await page.evaluate(async (path) => {
		const got = await fetch(path);
		return { status: got.status, type: got.headers.get("Content-Type") };
	}, `/api/paper?paper=requisition&visit_id=${visit}`);
	assert.deepEqual(answer, { status: 200, type: "application/pdf" });
});

test("an administrator's top line is one line, on small screens too", async () => {
	const { page } = admin;
	for (const [width, height] of [[1280, 800], [1024, 768]]) {
		await page.setViewportSize({ width, height });
		const lines = await page.locator("#head .choice .label").evaluateAll((all) => all.map((one) => {
			const range = document.createRange();
			range.selectNodeContents(one);
			return new Set([...range.getClientRects()].map((rect) => Math.round(rect.top))).size;
		}));
		assert.ok(lines.length >= 4 && lines.every((n) => n === 1), `lines of the buttons at ${width}: ${lines}`);
		assert.ok(await page.evaluate(() => document.getElementById("head").scrollWidth <= innerWidth), `all of it is seen at ${width}`);
		await shot(page, `3-head-${width}`);
		await page.locator("#head .choice", { hasText: "Set up" }).click();
		await page.waitForSelector("#dialog .choice");
		await shot(page, `4-setup-${width}`);
		await page.keyboard.press("Escape");
		await page.waitForSelector("#dialog", { state: "hidden" });
	}
	await page.setViewportSize({ width: 1600, height: 1000 });
});

test("an administrator prints FOUND stickers, downtime labels and a badge", async () => {
	const { page } = admin;
	await setup_go(page, "Supplies");
	await page.waitForSelector("[data-stock='found'] .choice");
	await page.locator(".stock-page select").first().selectOption({ index: 0 });
	const print = async (what) => {
		await page.locator(".stock-page:not([data-busy])").waitFor(); /* the run before shows as soon as it is stored */
		await page.locator(`[data-stock='${what}'] .choice`).click();
	};
	for (const [what, count, said] of [["found", "2", "2 FOUND stickers"], ["downtime", "3", "3 Downtime labels"]]) {
		await page.locator(`[data-stock='${what}'] input`).fill(count);
		await print(what);
		await page.locator(".stock-runs li", { hasText: said }).filter({ hasText: `${count} printed` }).first().waitFor({ timeout: PRINT_MS });
	}
	await print("badge");
	await page.locator("#verdict.question").waitFor(); /* nobody is chosen */
	const name = world.mock ? (await page.locator("[data-stock='badge'] option").allTextContents()).at(-1) : NOBODY;
	await page.locator("[data-stock='badge'] select").selectOption({ label: name });
	await print("badge");
	await page.locator(".stock-runs li", { hasText: `Badge: ${name}` }).filter({ hasText: "1 printed" }).first().waitFor({ timeout: PRINT_MS });
	assert.match(await page.textContent("[data-stock='downtime'] p"), /^Tube numbers for when the system is away\. \d+ of \d+ belong to no patient yet\. Afterwards: scan one at a collection station\.$/);
	await shot(page, "2-supplies");
});

test("what nobody knows of is asked by its number, once; what did not come out is not printed again", async () => {
	const { page } = admin;
	const lose = () => world.mock ? world.mock.clinic.stock.lose()
		: sql("update clinic.print_job set state = 'unknown' where print_job_id = (select max(print_job_id) from clinic.print_job where kind = 'found')");
	await page.locator("[data-stock='found'] input").fill("2");
	for (const [words, told, said] of [["It came out", "Stored: it came out", "2 printed"], ["It did not", "it is not printed again", "1 printed, 1 not printed"]]) {
		await page.locator(".stock-page:not([data-busy])").waitFor();
		const runs = page.locator(".stock-runs li[data-what='found']");
		const before = await runs.count();
		await page.locator("[data-stock='found'] .choice").click();
		await runs.nth(before).waitFor(); /* the one before stands first until then, and is printed already */
		const run = runs.first();
		await run.filter({ hasText: "2 printed" }).waitFor({ timeout: PRINT_MS });
		await page.locator(".stock-page:not([data-busy])").waitFor();
		lose();
		await page.reload();
		await setup_go(page, "Supplies");
		await run.filter({ hasText: "1 printed, 1 not sure" }).waitFor();
		await run.locator("[data-unsure]").filter({ hasText: /^Did .+ come out\?/ }).waitFor();
		await shot(page, `6-unsure-${said.length}`);
		await run.locator("[data-unsure] .choice", { hasText: words }).click();
		await page.locator("#verdict", { hasText: told }).waitFor();
		await run.filter({ hasText: said }).waitFor();
		await run.locator("[data-unsure]").waitFor({ state: "detached" });
		await page.locator("[data-stock='found'] input").fill("2");
	}
});

test("too many at once are refused in words", async () => {
	const { page } = admin;
	await page.locator("[data-stock='found'] input").fill("101");
	await page.locator("[data-stock='found'] .choice").click();
	await page.locator("#verdict.question", { hasText: "Print 1 to 100 at once" }).waitFor();
});

test("the pages themselves had no error", () => {
	for (const { browser } of [ma, admin])
		assert.deepEqual(browser.errors.filter((one) => !/status of 401/.test(one)), []);
});
