/*
 * The list of who is due and what needs a person; cups that are out; tubes that come back.
 */
import assert from "node:assert/strict";
import test from "node:test";
import { digit } from "./browser.js";
import { labels, mock, page, posted, seen, sign_in, text } from "./chair.js";

test("what needs a person is mended in the list: an unknown test by number, a message by a note", async () => {
	await sign_in();
	await page.locator(".amber", { hasText: "ABC" }).locator(".choice").click();
	await seen(".mend .choice");
	await page.fill(".mend input", "blood count");
	await page.locator(".mend .choice").first().click();
	await page.waitForFunction(() => document.querySelectorAll(".amber").length === 1);
	assert.deepEqual(posted("order_mend")[0].body.args, { lab_order_id: 77, birth_date: null, test_map: { ABC: "CBC" } });
	await page.locator(".amber .choice").click();
	await page.fill(".mend input", "called the office");
	await page.keyboard.press("Enter");
	await page.waitForFunction(() => document.querySelectorAll(".amber").length === 0);
	assert.deepEqual(posted("message_done")[0].body.args, { message_id: 502, note: "called the office" });
});

test("a cup is labelled before it is filled, is out until its time, and when it was filled may be asked", async () => {
	await labels(3);
	const view = mock.clinic.views.visit();
	mock.clinic.views.visit = () => view;
	const cup = view.tubes.find((one) => one.container.kind === "cup");
	assert.match(await text(`.tile[data-specimen="${cup.specimen_id}"]`), /label the cup, then scan it and hand it out/);
	Object.assign(cup, { state: "handed_out", due_at: new Date(Date.now() - 60000).toISOString() });
	mock.feed("visit", null);
	await seen(".tile.handed_out.late");
	assert.match(await text(".tile.handed_out"), /handed out, due back \d\d:\d\d.*Cup is back: scan it/);
	view.ask = { code: "cup_time", title: "Handed out 31 minutes ago. Filled just now?", do: "", asked_at: view.opened_at, visit_id: view.visit_id, specimen_id: cup.specimen_id,
		copy: 1, print_job_id: null, commands: [{ command: "yes", name: "Yes" }, { command: "no", name: "No" }] };
	mock.feed("visit", null);
	await seen(".ask .choice:enabled");
	await page.keyboard.press("n");
	await seen(".drawn-at");
	mock.clinic.actions.visit_answer = ({ code }) => ({ verdict: "stored", code, title: "", do: null, data: { visit: view } });
	await digit(page, "8");
	await digit(page, "4");
	await page.waitForSelector(".sheet", { state: "detached" });
	const { choice, collected_source, collected_at } = posted("visit_answer")[0].body.args;
	assert.deepEqual([choice, collected_source], ["no", "patient_stated"]);
	const ago_s = (Date.now() - new Date(collected_at)) / 1000;
	assert.ok(ago_s >= 900 && ago_s < 970, `${ago_s} s`); /* to the minute before */
});

test("a cup that a patient keeps is listed, and given up with a reason", async () => {
	const cup = { specimen_id: "900000000053", visit_id: 1, patient_id: 1, name: "RIVERA, Maria", number: "77", container: { name: "URINE CUP 90 mL", kind: "cup", cap: "YELLOW" },
		handed_out_at: new Date(Date.now() - 9e6).toISOString(), due_at: new Date(Date.now() - 1e6).toISOString(), late: true };
	const { collections_due } = mock.clinic.views;
	mock.clinic.views.collections_due = () => ({ ...collections_due(), cups_out: [cup] });
	mock.clinic.actions.not_collected = () => ({ verdict: "stored", code: "not_collected", title: "Not collected", do: null, data: { visit: null } });
	await sign_in();
	assert.match(await text(".cup-out"), /RIVERA, Maria.*LATE/);
	await page.keyboard.press("u");
	await seen(".sheet");
	await digit(page, "4");
	await page.waitForSelector(".sheet", { state: "detached" });
	assert.deepEqual(posted("not_collected")[0].body.args, { specimen_id: cup.specimen_id, reason: "left" });
});

const kept = { name: "RIVERA, Maria", number: "77" };

/* What the list of who is due has besides. */
function lists_with(more) {
	const { collections_due } = mock.clinic.views;
	mock.clinic.views.collections_due = () => ({ ...collections_due(), ...more });
}

/* Presses a key and waits until the action was answered. */
async function pressed(key, name) {
	const answer = page.waitForResponse((one) => one.url().endsWith(`/api/${name}`));
	await page.keyboard.press(key);
	await answer;
}

function stored(name, title) {
	mock.clinic.actions[name] = () => ({ verdict: "stored", code: name, title, do: null, data: {} });
}

test("a tube that the laboratory rejected is asked for again, or what was decided is written down", async () => {
	const failed = { event_id: 7, specimen_id: "900000000053", number: 1, of: 2, kind: "rejected", title: "The laboratory can not use it: Haemolysed", do: "",
		patient: kept, container: { name: "SST 5 mL", kind: "tube", cap: "GOLD" }, tests: ["Lipid panel"], at: new Date().toISOString(), again: true };
	lists_with({ rejected: [failed, { ...failed, event_id: 8, again: false }] });
	stored("collect_again", "Asked for again: RIVERA, Maria");
	stored("setback_done", "Looked at");
	await sign_in();
	assert.match(await text(".setback"), /Haemolysed.*RIVERA, Maria.*GOLD SST 5 mL: Lipid panel/);
	await page.keyboard.press("r");
	await seen(".setback .keycap");
	await digit(page, "1");
	await seen(".sheet");
	await digit(page, "1");
	await page.waitForSelector(".sheet", { state: "detached" });
	assert.deepEqual(posted("collect_again")[0].body.args, { specimen_id: failed.specimen_id });
	await digit(page, "2");
	await seen(".sheet");
	assert.equal(await page.locator(".sheet .choice.go:has-text(\"Collect again\")").count(), 0);
	await page.fill(".sheet input", "Dr Dale does not need it");
	await page.keyboard.press("Enter");
	await page.waitForSelector(".sheet", { state: "detached" });
	assert.deepEqual(posted("setback_done")[0].body.args, { event_id: 8, note: "Dr Dale does not need it" });
});

test("an order that may have been drawn already is joined by one key; a cup to be poured says what to do", async () => {
	lists_with({
		matches: [{ lab_order_id: 5, specimen_id: "900000000053", kind: "cancelled", patient: kept, tests: ["Lipid panel"], placer_number: "D9", old_placer_number: "D3",
			container: "GOLD SST 5 mL", collected_at: new Date().toISOString(), title: "Drawn already? Order D3 was cancelled after the draw, D9 is new", do: "Join it." }],
		to_fill: [{ specimen_id: "900000000150", visit_id: 1, patient_id: 1, ...kept, container: { name: "URINE CUP 90 mL", kind: "cup", cap: "YELLOW" }, tubes: 2,
			fill_by: new Date(Date.now() - 1e6).toISOString(), late: true }],
		cups_kept: [{ specimen_id: "900000000247", ...kept, container: { name: "URINE CUP 90 mL", kind: "cup", cap: "YELLOW" }, since: new Date().toISOString() }],
		unmatched: [{ lab_order_id: 6, patient: kept, tests: ["Lipid panel"], provider: "R. Dale", source: "paper", at: new Date().toISOString(), late: false }],
	});
	stored("order_match", "Joined: nobody is drawn again");
	stored("cup_discard", "The cup is thrown away");
	await sign_in();
	assert.match(await text(".to-fill"), /RIVERA, Maria.*2 tubes to fill.*by \d\d:\d\d.*Scan the cup.*LATE/);
	await pressed("j", "order_match");
	assert.deepEqual(posted("order_match")[0].body.args, { lab_order_id: 5, specimen_id: "900000000053" });
	await pressed("d", "cup_discard");
	assert.deepEqual(posted("cup_discard")[0].body.args, { specimen_id: "900000000247" });
	await page.keyboard.press("o");
	await seen(".sheet");
	await page.fill(".sheet input", "walk-in, paid cash");
	await page.keyboard.press("Enter");
	await page.waitForSelector(".sheet", { state: "detached" });
	assert.deepEqual(posted("order_match")[1].body.args, { lab_order_id: 6, specimen_id: null, note: "walk-in, paid cash" });
});

test("a tube that is filled from a cup says from which, and by when; the cup is kept or not by one answer", async () => {
	await labels(0);
	const view = mock.clinic.views.visit();
	mock.clinic.views.visit = () => view;
	const [cup, tube] = view.tubes;
	Object.assign(cup, { state: "handed_out", due_at: new Date(Date.now() + 1e6).toISOString() });
	Object.assign(tube, { state: "waiting", filled_from: 1, labels: [] });
	const left = view.tubes.filter((one) => ["waiting", "printed"].includes(one.state)).length - 1;
	mock.feed("visit", null);
	await seen(`.tile:has-text("filled from cup 1 when it is back")`);
	assert.match(await text(".labels-lead .left"), new RegExp(`^${left} `));
	Object.assign(cup, { state: "collected", due_at: null });
	Object.assign(tube, { state: "printed", fill_by: new Date(Date.now() - 6e4).toISOString() });
	mock.feed("visit", null);
	await seen(".tile.late");
	assert.match(await text(".tile.late"), /fill it from cup 1 by \d\d:\d\d, then scan/);
	view.ask = { code: "cup_kept", title: "Is the cup kept?", do: "", asked_at: view.opened_at, visit_id: view.visit_id, specimen_id: cup.specimen_id,
		copy: null, print_job_id: null, commands: [{ command: "yes", name: "Yes" }, { command: "no", name: "No" }] };
	mock.feed("visit", null);
	await seen(".ask .choice:enabled");
	mock.clinic.actions.visit_answer = ({ code }) => ({ verdict: "stored", code, title: "", do: null, data: { visit: view } });
	await pressed("n", "visit_answer");
	assert.deepEqual(posted("visit_answer").at(-1).body.args, { code: "cup_kept", choice: "no", visit_id: view.visit_id });
});

test("who may ends a hold from the tube's story, with a reason", async () => {
	const [first] = await labels(0);
	const { timeline } = mock.clinic.views;
	mock.clinic.views.timeline = (args) => ({ ...timeline(args), acts: ["release", "collect_again"] });
	stored("release", "The hold is over");
	stored("collect_again", "Asked for again");
	await page.evaluate((id) => { location.hash = `#timeline/${id}`; }, first.slice(0, 12));
	await seen(".timeline-head .page-acts");
	await page.keyboard.press("h");
	await seen(".sheet");
	await pressed("2", "release");
	assert.deepEqual(posted("release")[0].body.args, { specimen_id: first.slice(0, 12), reason: "cleared" });
	await pressed("a", "collect_again");
	assert.deepEqual(posted("collect_again")[0].body.args, { specimen_id: first.slice(0, 12) });
	mock.clinic.views.timeline = (args) => ({ ...timeline(args), bag: "B900000000155", acts: ["release_bag"] });
	await page.evaluate(() => { location.hash = "#due"; });
	await page.evaluate((id) => { location.hash = `#timeline/${id}`; }, first.slice(0, 12));
	await seen(".timeline-head .page-acts [data-key=b], .timeline-head .page-acts [data-key=B]");
	await page.keyboard.press("b");
	await seen(".sheet");
	await pressed("2", "release");
	assert.deepEqual(posted("release")[1].body.args, { bag: "B900000000155", reason: "cleared", note: null });
});

test("a row past the ninth is reached by typing part of a name or number; slips print by number", async () => {
	for (let n = 0; n < 12; n++)
		mock.clinic.actions.order_here({ patient_id: null, patient: { family: `Queue${n}`, given: "Quentin", birth_date: "1990-01-01", sex: "M", number: `Q-${n}-77` }, tests: ["CBC"] });
	await sign_in();
	await page.waitForFunction(() => document.querySelectorAll(".due").length > 15);
	await page.keyboard.press("s");
	await page.waitForFunction(() => document.activeElement?.matches(".page-acts input"));
	await page.keyboard.press("Escape");
	assert.ok(await page.evaluate(() => document.activeElement === document.body), "out of the empty field: digits choose again");
	await page.keyboard.press("s");
	await page.waitForFunction(() => document.activeElement?.matches(".page-acts input"));
	await page.keyboard.type("quentin 11-", { delay: 120 });
	await page.waitForFunction(() => document.querySelectorAll(".due").length === 1);
	await page.keyboard.press("Escape");
	await page.waitForFunction(() => document.querySelectorAll(".due").length > 15);
	await page.keyboard.press("l");
	await seen(".due-acts .warn .keycap");
	const name = await page.locator(".due .name").nth(1).textContent();
	await digit(page, "2");
	await seen(`#verdict.stored:has-text("${name}")`);
	assert.equal(posted("visit_open").length, 0);
	await page.keyboard.press("s");
	await page.waitForFunction(() => document.activeElement?.matches(".page-acts input"));
	await page.keyboard.type("q-9-77", { delay: 120 });
	await page.waitForFunction(() => document.querySelectorAll(".due").length === 1);
	await page.keyboard.press("Enter");
	await seen(".dates");
	assert.match(await text(".patient-name"), /QUEUE9/);
});

test("every row that needs a person is reached by its key and number", async () => {
	await sign_in();
	await page.keyboard.press("m");
	await seen(".amber .keycap");
	await digit(page, "2");
	await seen(".sheet");
	assert.match(await text(".sheet h2"), /A cancel for an order/);
});

test("nobody is said to be waiting, or not, before the list was read", async () => {
	const url = "**/api/collections_due*";
	let answer = null;
	const asked = new Promise((heard) => {
		page.route(url, async (route) => {
			if (!answer) {
				heard();
				await new Promise((go) => { answer = go; });
			}
			await route.continue();
		});
	});

	await sign_in();
	await asked;
	assert.equal(await text(".due-main .none"), "Reading the list ...");
	assert.equal(await text(".due-side"), "");
	answer();
	await page.reload({ waitUntil: "commit" }); /* the held answer may have come too late for the page */
	await seen(".due-list");
	await page.unroute(url);
});
