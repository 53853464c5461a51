/*
 * Policies: an administrator sees what the site decides, looks at what a new value changes, and sets it; what is less safe
 * needs a second person. On the mock, and on the running practice clinic, where a visit's page behaves differently after.
 */
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { say_date } from "../../daemon/web/js/words.js";
import { browser_open, wedge } from "./browser.js";
import { act, real, shot as picture, sql, view } from "./scenario.js";
import { admin_open, labels_scan, page_open, setup_go, world_open } from "./world.js";

let world = null;
let browser = null;
let page = null;
const shot = (name) => picture(page, `policies-${name}`);
const why = `a try ${Date.now().toString(36)}`;
const verdict = (kind, words) => page.locator(`#verdict.${kind}`, { hasText: words }).waitFor();
const panel = (policy) => page.locator(`.policy[data-policy="${policy}"]`);
const button = (label) => page.locator(".policy-form .choice", { hasText: new RegExp(`^${label}$`) });
const field = (label) => page.locator(".policy-form").getByLabel(label, { exact: true });
const change = (policy) => panel(policy).locator(".choice", { hasText: "Change" }).click();
const is_wide = () => page.evaluate(() => document.getElementById("screen").scrollWidth <= document.getElementById("screen").clientWidth);

async function look() {
	await field("Why").fill(why);
	await button("Look what changes").click();
	await verdict("question", "Look first");
	await page.locator(".policy-look").waitFor();
}

/* The second's badge by a scanner, the PIN by hand. */
async function second({ badge, pin }) {
	await wedge(page, badge);
	await page.locator(".policy-second p", { hasText: `Badge ... ${badge.slice(-4)}` }).waitFor();
	assert.equal((await page.locator(".policy-second").textContent()).includes(badge), false, "nobody copies a badge from the screen");
	await field("PIN").fill(pin);
	await button("Say yes, and set it").click();
}

/* On the service other tests come after, and an earlier run may have ended in between. */
function as_it_came() {
	if (real)
		sql("insert into clinic.policy_setting (policy, value, to_default, reason) select policy, value, true, 'the end of a test' from clinic.policy where clinic.policy_value(policy) <> value and policy in ('park_limit', 'closing_check', 'risky')");
}

before(async () => {
	as_it_came();
	world = await world_open();
	browser = await admin_open(world);
	page = browser.page;
});

after(async () => {
	await browser?.close();
	await world?.close();
	as_it_came();
});

test("every policy that is read is listed, as it came", async () => {
	await setup_go(page, "Policies");
	await panel("closing_check").waitFor();
	const listed = await page.locator(".policy").evaluateAll((all) => all.map((one) => one.dataset.policy));
	assert.deepEqual(world.mock ? listed.length : listed.sort().join(), world.mock ? 8 : sql("select string_agg(policy, ',' order by policy collate \"C\") from clinic.policy where form is not null"));
	assert.match(await panel("closing_check").textContent(), /Closing checksafety default.*before a visit can close\..*the patient reads the tubes \(as it came\)/);
	assert.match(await panel("papers").textContent(), /Set by the laboratory, not here/);
	assert.equal(await panel("papers").locator(".choice").count(), 0);
	for (const [width, height] of [[1280, 800], [1024, 768], [390, 844]]) {
		await page.setViewportSize({ width, height });
		assert.ok(await is_wide(), `all of it is seen at ${width}`);
		await shot(`1-list-${width}`);
	}
	await page.setViewportSize({ width: 1280, height: 800 });
});

test("a new value is shown with what it changes, and set with its reason", async () => {
	await change("park_limit");
	assert.equal(await field("parked by one person at most").inputValue(), "1");
	assert.equal(await button("Look what changes").isDisabled(), true, "a setting has its reason");
	await field("parked by one person at most").fill("3");
	await field("Why").fill(why);
	await button("Look what changes").click();
	await verdict("question", "parked by one person at most: a whole number from 0 to 2, visits");
	await field("parked by one person at most").fill("0");
	await look();
	assert.match(await page.locator(".policy-look").textContent(), /parked by one person at most: 1 visits? \u2192 0 visits.*from the next act on, in open visits too/);
	assert.equal(await field("Badge").count(), 0, "no second person for that");
	await shot("2-look");
	await button("Go back").click();
	assert.equal(await field("parked by one person at most").inputValue(), "0", "what was said stays");
	await button("Look what changes").click();
	await button("Set it").click();
	await verdict("stored", "Parked visits is now: parked by one person at most: 0 visits");
	await panel("park_limit").locator("p", { hasText: why }).waitFor();
	assert.match(await panel("park_limit").textContent(), /0 visits.*Default: parked by one person at most: 1 visit.*Set by/);
	assert.equal(await page.locator(".policy-form").count(), 0);
});

test("it goes back to the default, and what was is kept", async () => {
	await change("park_limit");
	await field("Why").fill(`${why} is over`);
	await button("Back to the default").click();
	await page.locator(".policy-look", { hasText: "Back to the default:" }).waitFor();
	await button("Set it").click();
	await panel("park_limit").locator(".policy-now", { hasText: "(as it came)" }).waitFor();
	await panel("park_limit").locator("summary").click();
	assert.match(await panel("park_limit").locator("details").textContent(), new RegExp(`0 visits.*${why}`));
});

test("less safe than before needs somebody else, by badge and PIN", async () => {
	const { admin, ma, quality } = world.people;
	await change("closing_check");
	await field("Closing check").selectOption("rescan_token");
	await look();
	assert.match(await page.locator(".policy-look").textContent(), /the patient reads the tubes \u2192 the slip is scanned againless safe than before.*A second person says yes/);
	assert.equal(await button("Set it").count(), 0);
	assert.equal(await button("Say yes, and set it").isDisabled(), true);
	await second(admin);
	await verdict("question", "asked for this");
	assert.equal(await field("PIN").inputValue(), "", "a PIN that was sent is gone");
	await second({ ...quality, pin: "000000" });
	await verdict("question", "Badge and PIN do not fit");
	await second(ma);
	await verdict("question", "cannot say yes to a policy");
	await shot("3-second");
	await page.setViewportSize({ width: 390, height: 844 });
	await page.locator(".policy-second").scrollIntoViewIfNeeded();
	assert.ok(await is_wide(), "the form fits a phone");
	await shot("3-second-390");
	await page.setViewportSize({ width: 1280, height: 800 });
	await second(quality);
	await verdict("stored", "Closing check is now: the slip is scanned again");
	await panel("closing_check").locator("p", { hasText: new RegExp(` with .*: ${why}$`) }).waitFor();
	await shot("4-set");
});

test("what another set meanwhile is shown, and decided again", async () => {
	await change("risky");
	await field("since the identification more than").fill("5"); /* stricter: nobody else is asked for */
	await look();
	if (world.mock)
		world.mock.clinic.settings.set_by("risky", { minutes: 30, search: true }, world.people.quality.operator.operator_id);
	else
		sql("insert into clinic.policy_setting (policy, value, set_by, reason) select 'risky', jsonb_set(clinic.policy_value('risky'), '{minutes}', '30'), min(operator_id), 'quicker' from clinic.operator");
	await button("Set it").click();
	await verdict("question", "Risky visits was changed meanwhile, by");
	await page.locator(".policy-look", { hasText: "changed it meanwhile. This is what would change now." }).waitFor();
	assert.match(await page.locator(".policy-changes").textContent(), /since the identification more than: 30 minutes \u2192 5 minutes/);
	await shot("5-meanwhile");
	await button("Set it").click();
	await verdict("stored", "Risky visits is now");
	await panel("risky").locator("p", { hasText: why }).waitFor();
});

test("lists, templates and a word instead are chosen", async () => {
	await change("second_person_tests");
	await page.locator(".policy-form .tick", { hasText: "TSH" }).locator("input").check();
	await look();
	assert.match(await page.locator(".policy-changes").textContent(), /ABO.* \u2192 ABO.*TSH/);
	await button("Go back").click();
	await button("Go back").click();
	await change("cancel_after_draw");
	await field("thrown away").check();
	assert.equal(await field("kept for").isVisible(), false);
	await look();
	assert.match(await page.locator(".policy-changes").textContent(), /kept for: 7 days \u2192 thrown away/);
	await button("Go back").click();
	await button("Go back").click();
	await change("label_templates");
	await field("EDTA 4 mL, number 1").selectOption("tube30x21");
	await field("EDTA 4 mL, number 2").selectOption("auto12");
	await shot("6-templates");
	await look();
	assert.match(await page.locator(".policy-changes").textContent(), /EDTA 4 mL: not set \u2192 tube30x21, auto12/);
	await button("Go back").click();
	await button("Go back").click();
	assert.equal(await page.locator(".policy-form").count(), 0);
	assert.deepEqual(browser.errors.filter((one) => !/status of 401/.test(one)), []);
});

/* A visit that is open: the mock has no policies of that kind. */
test("a page that is open closes its visit by the new policy", { skip: !real && "needs the service" }, async () => {
	const other = await browser_open({ width: 1280, height: 800 });
	/* her own page's session: one at the same station would end it */
	const ma = { act: (name, args) => act(other.page, name, args), view: (name) => view(other.page, name),
		scan: (text) => act(other.page, "scan", { raw: btoa(text), aim: null, source: "typed", device_id: null, device_at_us: null, evidence: null }) };
	const family = `POLICY${Date.now().toString(36).toUpperCase()}`;
	const born = "1961-03-14";
	try {
		other.page.setDefaultTimeout(15000);
		await page_open(other.page, world, world.stations["Room 1"], world.people.ma, ".due-page");
		const order = await ma.act("order_here", { patient_id: null, patient: { family, given: "Paula", birth_date: born, sex: "F", number: `PO-${Date.now()}` }, tests: ["CBC"],
			provider: "Dr. Lee", source: "paper", read_back: false });
		const slip = (await ma.act("slip_print", { patient_id: order.data.patient_id })).data.slip;
		await wedge(other.page, slip);
		await other.page.locator(".patient-name").waitFor();
		const { visit_id, birth_choices } = await ma.view("visit");
		await new Promise((resolve) => setTimeout(resolve, 1100)); /* a question takes no answer in its first second */
		const picked = await ma.act("visit_identify", { visit_id, choice: birth_choices.indexOf(say_date(born)) + 1, stated_by: { who: "patient", name: null, relation: null } });
		assert.equal(picked.verdict, "stored", picked.title);
		await labels_scan(ma);
		const asked = (await ma.view("visit")).closing;
		assert.equal(asked.check, "slip", "as it was set above");
		const close = () => ma.act("visit_close", { visit_id, check: "patient_read", reason: null, collected_at: null, collected_source: null });
		assert.equal((await close()).code, "closing_slip", "nothing else closes it");
		await other.page.locator("#screen", { hasText: asked.title }).waitFor();
		await picture(other.page, "policies-7-slip");
		/* and while she looks at it, it is the default again */
		await change("closing_check");
		await field("Why").fill(`${why} is over`);
		await button("Back to the default").click();
		await button("Set it").click();
		await panel("closing_check").locator(".policy-now", { hasText: "(as it came)" }).waitFor();
		const now = (await ma.view("visit")).closing;
		assert.equal(now.check, "patient_read");
		await other.page.locator("#screen", { hasText: now.title }).waitFor(); /* the page heard of it by itself */
		await picture(other.page, "policies-8-patient-reads");
		const closed = await close();
		assert.ok(["stored", "complete"].includes(closed.verdict), closed.title);
	} finally {
		await other.close();
	}
});
