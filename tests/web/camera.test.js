/*
 * The camera of a phone as a scanner: what of what it sees is a scan; the vendored decoder is the one that was looked at; a label
 * of ours held before Chromium's fake camera is scanned once each time it comes, by the mock or the running practice clinic.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { after, before } from "node:test";
import { ASKED_MS, AWAY_MS, camera_gate_new } from "../../daemon/web/js/camera.js";
import { id_label_text, id_make } from "../../daemon/web/js/id.js";
import { browser_open, browser_path } from "./browser.js";
import { camera_flags, film_make } from "./camera.js";
import { real, shot, sql } from "./scenario.js";
import { page_open, world_open } from "./world.js";

const vendor = new URL("../../daemon/web/vendor/zxing-wasm/", import.meta.url);
const tube = id_make("specimen", 900, 34, 0);
const bars = (text) => ({ text, aim: "]C0", is_linear: true });
const square = (text) => ({ text, aim: "]d1", is_linear: false });
const label = square(id_label_text(tube, 1));
const other = square(id_label_text(id_make("specimen", 900, 35, 0), 1));
const FRAME_MS = 100;

/* What frames, FRAME_MS apart, give: a text for each scan, "several", or ""; each scan is answered at once. */
function told(frames, verdict = "stored") {
	const gate = camera_gate_new();
	return frames.map((codes, n) => {
		if (codes === "tap") {
			gate.again();
			return "";
		}
		const { scan, several } = gate.frame(codes, n * FRAME_MS);
		if (scan && verdict)
			gate.answered(scan.text, verdict);
		return scan?.text ?? (several ? "several" : "");
	});
}

const times = (n, frame) => Array(n).fill(frame);
const away = AWAY_MS / FRAME_MS + 1;

test("a square code is a scan at once, and once while it is in view", () => {
	assert.deepEqual(told([[], [label], [label], [], [label]]), ["", label.text, "", "", ""]);
});

test("bars are a scan when two frames agree, and only with check digits of ours", () => {
	assert.deepEqual(told([[bars(tube)], [], [bars(tube)], [bars(tube)]]), ["", "", tube, ""]);
	const wrong = bars(`${tube.slice(0, 11)}${(Number(tube[11]) + 1) % 10}`);
	assert.deepEqual(told([[wrong], [wrong], [wrong]]), ["", "", ""]);
	assert.deepEqual(told([[bars("12345678")], [bars("12345678")]]), ["", ""]);
	assert.deepEqual(told([[bars(tube)], [wrong], [bars(id_make("specimen", 900, 35, 0))], [bars(tube)]]), ["", "", "", ""], "frames that do not agree");
	assert.deepEqual(told([[bars(tube)], ...times(12, []), [bars(tube)]]).at(-1), "", "nor when they are far apart");
});

test("bars and square of one label are one code", () => {
	assert.deepEqual(told([[bars(tube), label], [bars(tube), label], [bars(tube)], [bars(tube)]]), [label.text, "", "", ""]);
	assert.deepEqual(told([[bars(tube)], [bars(tube)], [label]]), ["", tube, ""]);
});

test("with two tubes in view nothing is a scan; then the one that stays is", () => {
	assert.deepEqual(told([[label, other], [label, other], [other]]), ["several", "several", other.text]);
	assert.deepEqual(told([[label], [label, other], [other]]), [label.text, "several", other.text], "the one before is known");
	assert.deepEqual(told([[label, square(id_label_text(tube, 2))]]), ["several"], "two copies of one tube's label are two things");
});

test("out of view for a while, it may be scanned again", () => {
	assert.deepEqual(told([[label], ...times(away, []), [label]]).filter(Boolean), [label.text, label.text]);
	assert.deepEqual(told([[label], ...times(away - 3, []), [label]]).filter(Boolean), [label.text]);
	assert.deepEqual(told([...times(40, [label])]).filter(Boolean), [label.text], "held there it never is");
});

test("what asked or stopped is answered by no blur: it takes longer out of view, or a tap", () => {
	const asked = ASKED_MS / FRAME_MS + 1;
	for (const verdict of ["question", "stop", null]) {
		assert.deepEqual(told([[label], ...times(asked - 3, []), [label]], verdict).filter(Boolean), [label.text], `${verdict}: a blur`);
		assert.deepEqual(told([[label], ...times(asked, []), [label]], verdict).filter(Boolean), [label.text, label.text], `${verdict}: shown anew`);
		assert.deepEqual(told([[label], [label], "tap", [label], [label]], verdict), [label.text, "", "", label.text, ""], `${verdict}: a tap`);
	}
	const gate = camera_gate_new();
	gate.frame([label], 0);
	gate.answered(other.text, "stored");
	assert.equal(gate.frame([label], AWAY_MS + 1).scan, null, "the answer to another code");
});

test("the decoder is what its README says", () => {
	const rows = [...readFileSync(new URL("README.md", vendor), "utf8").matchAll(/^\| (\S+) \| dist\/\S+ \| ([0-9a-f]{64}) \|$/gm)];
	assert.equal(rows.length, 3);
	for (const [, name, sha256] of rows)
		assert.equal(createHash("sha256").update(readFileSync(new URL(name, vendor))).digest("hex"), sha256, name);
});

const LABEL = "9000000003440186"; /* contrib/pictures/label.png */
const BARS = "900000000344";
let world = null;
let folder = null;
let phone = null;

before(async () => {
	assert.ok(browser_path, "no Chromium: install the package chromium, or name one with CHROMIUM");
	folder = mkdtempSync(join(tmpdir(), "specimend-film-"));
	world = await world_open();
	const maker = await browser_open();
	await maker.page.goto(world.url);
	await film_make(maker.page, join(folder, "label.y4m"));
	await film_make(maker.page, join(folder, "bars.y4m"), true);
	await maker.close();
});

after(async () => {
	await phone?.close();
	await world?.close();
	rmSync(folder, { recursive: true, force: true });
});

async function phone_open(film) {
	phone = await browser_open({ width: 390, height: 844 }, { touch: true, more: camera_flags(join(folder, film)) });
	phone.page.setDefaultTimeout(20000);
	phone.scans = [];
	phone.page.on("request", (request) => {
		if (request.method() === "POST" && request.url().endsWith("/api/scan"))
			phone.scans.push({ ...request.postDataJSON().args, at_ms: Date.now() });
	});
	await page_open(phone.page, world, world.stations["Room 1"], world.people.ma, ".due-page");
	phone.scans.length = 0; /* the badge */
}

const camera_button = () => phone.page.locator("#head .choice", { hasText: "Camera" });

/* The texts that the camera scanned until there were n. */
async function scanned(n) {
	const end_ms = Date.now() + 30000;
	while (phone.scans.length < n) {
		assert.ok(Date.now() < end_ms, `${phone.scans.length} scans of ${n}`);
		await phone.page.waitForTimeout(100);
	}
	return phone.scans.map((one) => `${one.source} ${one.aim} ${atob(one.raw)}`);
}

test("a label that is held before the camera is scanned once each time it comes", async () => {
	await phone_open("label.y4m");
	await camera_button().tap();
	assert.deepEqual(await scanned(2), Array(2).fill(`camera ]d1 ${LABEL}`));
	assert.ok(phone.scans[1].at_ms - phone.scans[0].at_ms > ASKED_MS, "it was away between");
	await phone.page.waitForSelector("#verdict:not(:empty)");
	assert.match(await phone.page.textContent("#verdict"), new RegExp(LABEL));
	assert.ok(await phone.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "nothing is wider than the phone");
	await shot(phone.page, "camera-1-label");
	if (real)
		assert.equal(sql(`select distinct source || ' ' || aim from clinic.scan where raw = convert_to('${LABEL}', 'UTF8') and source = 'camera'`), "camera ]d1", "kept with the scan");
});

test("closed, it sees nothing more", async () => {
	await phone.page.locator("#camera .choice", { hasText: "Close camera" }).tap();
	await phone.page.waitForSelector("#camera", { state: "hidden" });
	assert.equal(await phone.page.evaluate(() => document.querySelector("#camera video").srcObject), null);
	assert.deepEqual(phone.errors.filter((one) => !/status of 401/.test(one)), []);
	await phone.close();
});

test("its bars alone are scanned too", async () => {
	await phone_open("bars.y4m");
	await camera_button().tap();
	assert.deepEqual(await scanned(1), [`camera ]C0 ${BARS}`]);
});

test("it ends with whoever opened it", async () => {
	await phone.page.locator("#head .choice", { hasText: "Sign out" }).tap();
	await phone.page.waitForSelector("#camera", { state: "hidden" });
	assert.equal(await phone.page.evaluate(() => document.querySelector("#camera video").srcObject), null);
});

test("a page that did not come by HTTPS says so", async () => {
	await phone.page.addInitScript(() => Object.defineProperty(globalThis, "isSecureContext", { value: false }));
	await phone.page.reload();
	await camera_button().tap();
	await phone.page.waitForSelector(".camera-trouble");
	assert.match(await phone.page.textContent("#camera"), /HTTPS/);
	await shot(phone.page, "camera-2-no-https");
});
