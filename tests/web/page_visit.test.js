/*
 * A visit from the patient's name to its end, in a browser against the mock.
 */
import assert from "node:assert/strict";
import test from "node:test";
import { id_label_text } from "../../daemon/web/js/id.js";
import { digit, wedge } from "./browser.js";
import { card, date_number, labels, mock, page, posted, seen, sign_in, text, tile_ids, tone, visit_open } from "./chair.js";

test("a visit from slip to closing by scanner alone", async () => {
	await visit_open(0);
	await card(`choice_${await date_number(0)}`);
	await page.waitForFunction(() => document.querySelectorAll('.tile[data-state="printed"]').length === 3);
	for (const specimen_id of await tile_ids()) {
		await wedge(page, id_label_text(specimen_id, 1));
		await seen(`.tile.labelled[data-specimen="${specimen_id}"]`);
	}
	await seen(".check");
	await card("patient_checked");
	await seen(".over.closed");
	await card("back");
	await seen(".due-page");
	assert.deepEqual(posted("visit_close").map((one) => [one.body.args.check, Number.isSafeInteger(one.body.args.visit_id)]), [["patient_read", true]]);
});

test("what was read before the closing and comes after it does not bring the visit back", async () => {
	for (const specimen_id of await labels(0))
		await wedge(page, specimen_id);
	await seen(".check");
	let read = null;
	await page.route("**/api/visit", async (route) => {
		read = { route, response: await route.fetch() };
	}, { times: 1 });
	mock.feed("visit", null);
	while (read === null)
		await page.waitForTimeout(50);
	assert.equal((await read.response.json()).data.state, "check");
	await card("patient_checked");
	await seen(".over.closed");
	const came = page.waitForResponse("**/api/visit");
	await read.route.fulfill({ response: read.response });
	await (await came).finished();
	await page.waitForTimeout(200);
	await seen(".over.closed");
	mock.feed("visit", null);
	await page.waitForTimeout(200);
	assert.ok(await page.isVisible(".over.closed"));
});

test("a tube that was not collected and a label printed again take two scans each, and the old label is torn up", async () => {
	await labels(0);
	await card("choice_1");
	await seen(".sheet");
	await card("not_collected");
	await page.waitForFunction(() => /Patient refused/.test(document.querySelector('.sheet [data-key="1"]').textContent));
	await card("choice_1");
	await seen(".tile.not_collected");
	assert.equal(posted("not_collected")[0].body.args.reason, "refused");
	await card("choice_2");
	await seen(".sheet");
	await card("reprint");
	await card("choice_1");
	await page.waitForFunction(() => document.querySelectorAll(".tile")[1].textContent.includes("SQUARE"));
	const [, second] = await tile_ids();
	await wedge(page, second);
	await seen("#verdict.question");
	await wedge(page, id_label_text(second, 2));
	await seen(".label-state.old");
	assert.match(await text(".label-state.old"), /old label: tear it up/);
	await card("choice_2");
	await page.locator(".sheet .choice", { hasText: "I tore up" }).click();
	await seen(".label-state.destroyed");
});

test("the wrong birth date stops the visit and shows no date on record", async () => {
	await visit_open(0);
	await digit(page, String(await date_number(0, false)));
	await seen(".over.stopped");
	assert.doesNotMatch(await text("#screen"), /1984|Done/);
	assert.equal(await tone(), "stop");
	assert.equal(mock.clinic.printer.labels.length, 0);
});

test("a name alike today asks the number, which may be typed", async () => {
	await sign_in();
	await page.locator(".due", { hasText: "Maria Elena" }).locator(".choice.go").click();
	await seen(".ask input");
	assert.match(await text(".look-alike"), /GONZALES, Maria E/);
	await page.fill(".ask input", mock.clinic.patients[0].number);
	await page.keyboard.press("Enter");
	await page.waitForSelector(".ask", { state: "hidden" });
	await page.locator(".dates .choice").nth(await date_number(0) - 1).click();
	await seen(".labels-lead");
});

test("a guardian's name is asked before a date can be chosen, and is kept", async () => {
	await visit_open(3);
	const { visit_id } = mock.clinic.views.visit();
	await page.locator(".who-choice", { hasText: "Guardian" }).click();
	const right = await date_number(3);
	await page.locator(".dates .choice").nth(right - 1).click();
	await seen("#verdict.question");
	assert.equal(posted("visit_identify").length, 0);
	await page.keyboard.type("Jo", { delay: 150 });
	mock.feed("visit", null); /* the screen is drawn again while somebody types */
	await page.waitForTimeout(300);
	await page.keyboard.type(" Berg", { delay: 150 });
	await page.getByLabel("Relation to the patient").fill("mother");
	await page.locator(".dates .choice").nth(right - 1).click();
	await seen(".labels-lead");
	assert.deepEqual(posted("visit_identify")[0].body.args, { choice: right, visit_id, stated_by: { who: "guardian", name: "Jo Berg", relation: "mother" } });
	assert.match(await text(".stated"), /guardian, Jo Berg, mother/);
});

/* Everything labelled, and the service asks when it was drawn before it closes. */
async function close_asks_time(press) {
	const { visit_close } = mock.clinic.actions;
	mock.clinic.actions.visit_close = (args) => args.collected_at ? visit_close(args)
		: { verdict: "question", code: "collected_time", title: "When were the tubes drawn?", do: "", data: { visit: mock.clinic.views.visit() } };
	const [only] = await labels(1);
	await wedge(page, only);
	await seen(".check");
	await press();
	await seen(".drawn-at");
}

test("when nothing says when it was drawn, one key says it; before the visit only a paper can", async () => {
	await close_asks_time(() => page.keyboard.press("c"));
	await digit(page, "2");
	await page.waitForTimeout(300);
	assert.equal(posted("visit_close").length, 1, "five minutes ago nobody was identified yet");
	await digit(page, "9");
	await seen(".drawn-at .chosen >> text=paper");
	await digit(page, "2");
	await seen(".over.closed");
	const { check, collected_at, collected_source } = posted("visit_close")[1].body.args;
	assert.deepEqual([check, collected_source], ["patient_read", "paper"]);
	const ago_s = (Date.now() - new Date(collected_at)) / 1000;
	assert.ok(ago_s >= 300 && ago_s < 370, `${ago_s} s`);
	assert.match(collected_at, /:00\.000Z$/);
});

test("the time of the draw may be typed, and after a slip as the check it goes with the slip", async () => {
	await close_asks_time(() => wedge(page, mock.clinic.patients[1].slip));
	await digit(page, "8");
	await page.keyboard.press("t");
	await page.waitForFunction(() => document.activeElement?.matches(".drawn-at input"));
	await page.keyboard.type("2561", { delay: 150 });
	await page.keyboard.press("Enter");
	await page.waitForTimeout(200);
	assert.deepEqual(posted("visit_close").map((one) => one.body.args), [], "a scan asked, and 25:61 is no time");
	await page.fill(".drawn-at input", "");
	const now = new Date();
	await page.keyboard.type(`${now.getHours()}:${String(now.getMinutes()).padStart(2, "0")}`, { delay: 150 });
	await seen(".drawn-at >> text=Today");
	await page.keyboard.press("Enter");
	await seen(".over.closed");
	const args = posted("visit_close")[0].body.args;
	assert.deepEqual([args.check, args.slip, args.collected_source], ["slip", mock.clinic.patients[1].slip, "patient_stated"]);
	assert.equal(new Date(args.collected_at).getTime(), now.setSeconds(0, 0));
});

const licence_lines = ["@", "ANSI 636000100002DL00410278ZC03190008DLDAQT64235789", "DCSRIVERA", "DDEN", "DACMARIA", "DBB03141984", "DCGUSA"];

test("a photo ID typed by a wedge is one scan, and nothing of it is shown", async () => {
	await visit_open(0);
	assert.match(await text(".identify .lead"), /or scan the photo ID/);
	await wedge(page, licence_lines.join("\n")); /* at once: the page waits for the next line 400 ms */
	await seen("#verdict.question");
	const scans = posted("scan").map((one) => Buffer.from(one.body.args.raw, "base64").toString("utf8"));
	assert.equal(scans.length, 2, "the slip and the ID");
	assert.equal(scans[1], `@\n\x1e\r${licence_lines.slice(1).join("\n")}\r`);
	assert.doesNotMatch(await text("body"), /RIVERA|0314|T64235789/);
});

test("where the site reads photo IDs the dates are shown when there is none, and that is said", async () => {
	mock.clinic.policies.identity_check = "scan_photo_id";
	await sign_in();
	await wedge(page, mock.clinic.patients[0].slip);
	await seen(".identify h1 >> text=Scan the photo ID");
	assert.equal(await page.locator(".dates").count(), 0);
	await page.keyboard.press("n");
	await seen(".dates");
	const right = await date_number(0);
	await digit(page, String(right));
	await seen(".labels-lead");
	assert.equal(posted("visit_identify")[0].body.args.no_photo_id, true);
});

test("before identity the tubes that will be drawn are shown, in order", async () => {
	await visit_open(0);
	assert.deepEqual(await page.$$eval(".tile .cap", (all) => all.map((one) => one.textContent)), ["LIGHT BLUE", "GOLD", "LAVENDER"]);
	assert.equal(await page.locator(".tile[data-specimen]").count(), 0);
	assert.match(await text(".tile"), /will be drawn/);
	assert.equal(await page.locator(".tile-more").count(), 0);
});

test("a co-sign waits for a colleague's badge; to attest is a question with who said it", async () => {
	await visit_open(0);
	const view = mock.clinic.views.visit();
	mock.clinic.views.visit = () => view;
	view.ask = { code: "co_sign", title: "Somebody stands by", do: "An assistant or a lead scans the own badge here.", asked_at: view.opened_at, visit_id: view.visit_id,
		specimen_id: null, copy: null, print_job_id: null, commands: [] };
	mock.feed("visit", null);
	await seen(".ask-badge >> text=co-sign");
	Object.assign(view, { co_signed_by: "Carol Lindqvist", birth_choices: [], guardian: false, gaps: ["No sex: goes on without it"],
		ask: { ...view.ask, code: "attest", title: "Did the patient say full name and birth date?", commands: [{ command: "yes", name: "Yes" }] } });
	mock.feed("visit", null);
	await seen(".ask .choice:enabled");
	assert.match(await text(".patient"), /Carol Lindqvist stands by/);
	assert.match(await text(".gaps"), /No sex/);
	assert.equal(await page.locator(".who-choice", { hasText: "Guardian" }).count(), 0);
	await page.locator(".who-choice", { hasText: "Interpreter" }).click();
	await page.keyboard.press("y");
	await seen("#verdict.question");
	assert.equal(posted("visit_answer").length, 0, "without the interpreter's name it is not sent");
	await page.getByLabel("Name of the interpreter").fill("Ida Moe");
	mock.clinic.actions.visit_answer = ({ code }) => ({ verdict: "stored", code, title: "", do: null, data: { visit: view } });
	await page.locator(".ask .choice").click();
	await seen("#verdict.stored");
	assert.deepEqual(posted("visit_answer")[0].body.args,
		{ code: "attest", choice: "yes", visit_id: view.visit_id, stated_by: { who: "interpreter", name: "Ida Moe", relation: null } });
});

test("a name that no font can write: one yes, then the screen has the true name and what the labels say", async () => {
	await labels(0);
	const view = mock.clinic.views.visit();
	mock.clinic.views.visit = () => view;
	view.patient.name = "شاہ, فاطمہ";
	view.ask = { code: "spelling", title: "Labels here can not say \u2068شاہ, فاطمہ\u2069. May they say ≈XSHAXXG, FAXTTMXXG?", do: "Compare with the passport or card; then: Yes.",
		asked_at: view.opened_at, visit_id: view.visit_id, specimen_id: view.tubes[0].specimen_id, copy: null, print_job_id: 7, commands: [{ command: "yes", name: "Yes" }] };
	mock.feed("visit", null);
	await seen(".ask .choice:enabled");
	assert.match(await text(".ask h2"), /شاہ, فاطمہ.*≈XSHAXXG, FAXTTMXXG/);
	assert.equal(await page.locator(".spelled-name").count(), 0, "no label says it yet");
	mock.clinic.actions.visit_answer = ({ code }) => {
		Object.assign(view, { ask: null, patient: { ...view.patient, label_name: "≈XSHAXXG, FAXTTMXXG" } });
		return { verdict: "stored", code, title: "The labels print with that name", do: null, data: { visit: view } };
	};
	await page.locator(".ask .choice").click();
	await seen(".spelled-name");
	assert.equal(await text(".spelled-name"), "On the labels: ≈XSHAXXG, FAXTTMXXG");
	assert.equal(await text(".patient-name"), "شاہ, فاطمہ");
	assert.deepEqual(posted("visit_answer")[0].body.args, { code: "spelling", choice: "yes", visit_id: view.visit_id });
});

/* An unusual identity, as the service asks about it; answered(args) is what it says to the form. */
async function unusual(answered, facts = ["only one name, \u2068SUHARTO\u2069", "birth date 1962 (year only)"]) {
	await visit_open(0);
	const view = mock.clinic.views.visit();
	mock.clinic.views.visit = () => view;
	const ask = { visit_id: view.visit_id, specimen_id: null, copy: null, print_job_id: null, asked_at: view.opened_at };
	const identifiers = [["address", "Address, one line"], ["phone", "Phone number"], ["mother", "Mother's given name"],
		["document", "ID card or passport"]].map(([kind, name]) => ({ kind, name }));
	Object.assign(view, { unusual: { facts, confirmed_by: null, identifier: null, second_person: null }, birth_choices: [] });
	view.patient.name = "SUHARTO";
	view.ask = { ...ask, code: "unusual", title: `Look twice: ${facts.join("; ")}`, do: "Ask for one more identifier and compare it with the paper or card; it is kept, with your name.",
		commands: [{ command: "ok", name: "OK" }], identifiers, number_by_scan: true };
	mock.clinic.actions.visit_answer = (args) => answered(args, view, ask);
	mock.feed("visit", null);
	await seen(".unusual-form");
	await seen(".ask .choice:enabled");
	return view;
}

function unusual_done({ code }, view, ask) {
	if (code === "attest_name")
		return { verdict: "stored", code: "identified", title: "Right. The labels print", do: null, data: { visit: view } };
	Object.assign(view, { unusual: { ...view.unusual, confirmed_by: "Ana Ruiz", identifier: "Address, one line" },
		ask: { ...ask, code: "attest_name", title: "Did the patient say the full name?", do: "Known of the birth date: 1962 (year only).", commands: [{ command: "yes", name: "Yes" }] } });
	return { verdict: "stored", code, title: "Kept, with your name", do: null, data: { visit: view } };
}

test("an unusual identity is said, and one more identifier asked before anything else", async () => {
	const { visit_id } = await unusual(unusual_done);
	assert.match(await text(".ask h2"), /only one name.*1962 \(year only\)/);
	assert.equal(await page.locator(".dates, .who-row .who-choice:has-text('Interpreter')").count(), 0, "nothing else is asked yet");
	await page.locator(".ask .choice").click();
	await seen("#verdict.question");
	assert.match(await text("#verdict"), /Choose first/);
	assert.match(await text(".unusual-scan"), /scan the patient number/, "the number on the screen is not to be typed");
	await page.keyboard.press("1");
	await seen(".who-choice.chosen >> text=Address");
	await page.locator(".ask .choice").click();
	await seen("#verdict >> text=Write what it says");
	assert.equal(posted("visit_answer").length, 0, "half a form is not sent");
	await page.getByLabel("What it says").fill("12 Elm Street");
	mock.feed("visit", null);
	await seen(".who-choice.chosen >> text=Address");
	assert.equal(await page.getByLabel("What it says").inputValue(), "12 Elm Street", "what was typed stays while the page is drawn again");
	if (process.env.SHOTS)
		await page.screenshot({ path: `${process.env.SHOTS}/unusual-form.png` });
	await page.keyboard.press("Enter");
	await seen(".unusual");
	assert.deepEqual(posted("visit_answer")[0].body.args, { code: "unusual", choice: "ok", visit_id, identifier: { kind: "address", text: "12 Elm Street" } });
	assert.match(await text(".unusual"), /Looked at by Ana Ruiz: Address, one line/);
	await seen(".ask .choice:enabled");
	await seen(".who-choice >> text=Interpreter");
	if (process.env.SHOTS)
		await page.screenshot({ path: `${process.env.SHOTS}/unusual-attest.png` });
	await page.keyboard.press("y");
	await seen("#verdict >> text=The labels print");
	assert.deepEqual(posted("visit_answer")[1].body.args, { code: "attest_name", choice: "yes", visit_id, stated_by: { who: "patient", name: null, relation: null } });
});

test("a refused identifier leaves the form as it was; a second person's badge is asked by name", async () => {
	const view = await unusual(({ code }) => ({ verdict: "question", code, title: "That is known already", do: null, data: { visit: view } }));
	await page.locator(".who-choice", { hasText: "Phone number" }).click();
	await page.getByLabel("What it says").fill("S101");
	await page.locator(".ask .choice").click();
	await seen("#verdict >> text=known already");
	assert.equal(await page.getByLabel("What it says").inputValue(), "S101");
	view.ask = { ...view.ask, identifiers: [], asked_at: "now" };
	mock.feed("visit", null);
	await page.waitForSelector(".unusual-form", { state: "detached" });
	await seen(".unusual-scan");
	view.ask = { ...view.ask, code: "unusual_second", title: "A second person looks at this identity", commands: [], asked_at: "later" };
	mock.feed("visit", null);
	await seen(".ask-badge");
	assert.equal(await page.locator(".unusual-form").count(), 0);
});

test("a birth date is said as far as it is known; a visit without one is no stopped visit", async () => {
	await labels(0);
	const view = mock.clinic.views.visit();
	mock.clinic.views.visit = () => view;
	for (const [known, said] of [["1962-03-14", "14 Mar 1962"], ["1962-03", "Mar 1962 (no day)"], ["1962", "1962 (year only)"], ["", "unknown"]]) {
		view.patient = { ...view.patient, birth_date: known };
		mock.feed("visit", null);
		await seen(`.patient-birth >> text="Born ${said}"`);
	}
	view.state = "closed";
	mock.feed("visit", null);
	await seen(".over.closed");
});

test("a walk-in's birth date may be what is known of it", async () => {
	await sign_in();
	await card("new_order");
	await page.click("text=New patient");
	await page.getByLabel("Family name").fill("Sukarno");
	await page.getByLabel("Patient number").fill("W2");
	await page.locator(".part .choice", { hasText: "Complete blood count" }).first().click();
	await page.getByLabel("Provider").fill("Dr. Lee");
	const save = page.locator(".choice", { hasText: "Save the order" });
	await page.click("text=On paper");
	await page.getByLabel("or what is known of it").fill("last century");
	assert.ok(await save.isDisabled(), "that is no part of a date");
	await page.getByLabel("or what is known of it").fill("1962");
	if (process.env.SHOTS)
		await page.screenshot({ path: `${process.env.SHOTS}/order.png` });
	await save.click();
	await seen(".due-page");
	assert.deepEqual(posted("order_here")[0].body.args.patient, { family: "Sukarno", given: "", birth_date: null, sex: "", number: "W2", birth_text: "1962" });
});

/* LB-01: no label of a jar without its site; the side is said before it. */
test("a jar waits for side and site: two taps, and its label prints", async () => {
	mock.clinic.patients[1].codes = ["CBC", "HISTO"];
	await visit_open(1);
	await wedge(page, mock.clinic.patients[1].number.replaceAll(" ", ""));
	await seen(".dates .choice:not([disabled])");
	await digit(page, String(await date_number(1)));
	await seen('.tile[data-state="printed"]');
	const jar = page.locator(".tile", { hasText: "FORMALIN" });
	assert.match(await jar.textContent(), /Jar A: from where\? Its label waits/);
	assert.deepEqual(posted("jar_set"), []);
	await jar.locator(".tile-more").click();
	await page.locator(".sheet .choice", { hasText: "From where?" }).click();
	await seen(".sheet .jar");
	assert.equal(await page.locator(".jar .choices.wide .choice:not([disabled])").count(), 0, "no site before the side");
	if (process.env.SPECIMEND_SHOTS)
		await page.screenshot({ path: `${process.env.SPECIMEND_SHOTS}/jar.png` });
	await page.locator(".jar .choice", { hasText: "Left" }).click();
	await page.locator(".jar .choice", { hasText: "Upper back" }).click();
	await page.locator(".tile", { hasText: "Jar A: LEFT UPPER BACK" }).waitFor();
	assert.deepEqual(posted("jar_set").map(({ body: { args: { site, side } } }) => [site, side]), [["Upper back", "LEFT"]]);
	await jar.locator(".label-state.printed").waitFor();
	await jar.locator(".tile-more").click();
	await page.locator(".sheet .choice", { hasText: "From elsewhere" }).click();
	await page.locator(".jar .choice", { hasText: "No side" }).click();
	await page.fill(".jar input", "Left shin, below the knee");
	await page.locator(".jar .choice.go").click();
	await page.locator(".tile", { hasText: "Jar A: LEFT SHIN, BELOW THE KNEE" }).waitFor();
	assert.equal(posted("jar_set")[1].body.args.side, "");
});
