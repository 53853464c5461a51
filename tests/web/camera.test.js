/*
 * The camera of a phone as a scanner: what of what it sees is a scan; where its aiming box lies; the vendored decoder is the one that
 * was looked at, and decodes beside the page; a label of ours held before Chromium's fake camera is scanned once each time it comes, of
 * two the one that is tapped, and none outside the box, by the mock or the running practice clinic.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { after, before } from "node:test";
import { aim_crop, aim_outline } from "../../daemon/web/js/aim.js";
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

/* What frames, FRAME_MS apart, give: a text for each scan, "several", or ""; each scan is answered at once. "tap", or {tap: text}: a finger. */
function told(frames, verdict = "stored") {
	const gate = camera_gate_new();
	return frames.map((codes, n) => {
		if (codes === "tap") {
			gate.again();
			return "";
		}
		if (codes.tap) {
			const { text = "" } = gate.pick(codes.tap, n * FRAME_MS) ?? {};
			gate.answered(text, verdict);
			return text;
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
	const misread = bars(id_make("specimen", 900, 35, 0));
	assert.deepEqual(told([[bars(tube)], [wrong], [misread], [bars(tube)]]), ["", "", "several", "several"], "frames that do not agree");
	assert.deepEqual(told([[bars(tube)], ...times(12, []), [bars(tube)]]).at(-1), "", "nor when they are far apart");
});

test("bars and square of one label are one code", () => {
	assert.deepEqual(told([[bars(tube), label], [bars(tube), label], [bars(tube)], [bars(tube)]]), [label.text, "", "", ""]);
	assert.deepEqual(told([[bars(tube)], [bars(tube)], [label]]), ["", tube, ""]);
});

test("with two tubes in view nothing is a scan; then the one that stays is", () => {
	const both = [label, other];
	assert.deepEqual(told([both, both, ...times(4, [other]), [other]]), ["several", "several", ...times(4, "several"), other.text], "when the first was away longer than a blur");
	assert.deepEqual(told([both, [label], both, [other], both, [], both, [label]]), times(8, "several"), "a frame that misses one makes no scan of the other");
	assert.deepEqual(told([[label], both, ...times(5, [other])]).filter(Boolean), [label.text, ...times(5, "several"), other.text], "the one before is known");
	assert.deepEqual(told([[label, square(id_label_text(tube, 2))]]), ["several"], "two copies of one tube's label are two things");
	assert.deepEqual(told([[label], [bars(tube)], [label, bars(tube)]]), [label.text, "", ""], "bars and square of one are one, seen by turns");
});

test("of several codes a tap takes one, and no other follows by itself", () => {
	const both = [label, other];
	assert.deepEqual(told([both, { tap: other.text }, both, both]), ["several", other.text, "several", "several"]);
	assert.deepEqual(told([both, { tap: other.text }, both, ...times(10, [other])]).filter((one) => one !== "several" && one), [other.text], "it is known when it stays alone");
	assert.deepEqual(told([both, { tap: other.text }, { tap: label.text }, ...times(10, [other])]).filter((one) => one !== "several" && one), [other.text, label.text], "each of two");
	assert.deepEqual(told([both, { tap: other.text }, both, { tap: other.text }]), ["several", other.text, "several", other.text], "a tap more is meant");
	assert.deepEqual(told([both, { tap: id_make("specimen", 900, 36, 0) }]), ["several", ""], "what is not there");
	const [one, two] = [bars(tube), bars(id_make("specimen", 900, 35, 0))];
	assert.deepEqual(told([[one, two], { tap: one.text }, [one, two], { tap: one.text }]), ["several", "", "several", one.text], "bars when two frames agree");
	assert.deepEqual(told([both, ...times(6, []), { tap: label.text }]).at(-1), "", "nor what has left");
});

test("the box is read, and nothing beside it", () => {
	const box = { x: 50, y: 40, width: 100, height: 60 };
	assert.deepEqual(aim_crop({ x: 0, y: 0, width: 200, height: 120 }, box, { width: 2000, height: 1200 }), { x: 500, y: 400, width: 1000, height: 600 });
	assert.deepEqual(aim_crop({ x: 0, y: 0, width: 200, height: 120 }, box, { width: 2000, height: 3000 }), { x: 500, y: 1300, width: 1000, height: 600 }, "a picture cut above and below");
	assert.deepEqual(aim_crop({ x: 10, y: 20, width: 200, height: 120 }, { ...box, x: 60, y: 60 }, { width: 4000, height: 1200 }), { x: 1500, y: 400, width: 1000, height: 600 }, "at both sides");
	assert.deepEqual(aim_crop({ x: 0, y: 0, width: 200, height: 120 }, { x: -50, y: -50, width: 400, height: 400 }, { width: 2000, height: 1200 }), { x: 0, y: 0, width: 2000, height: 1200 }, "never more than there is");
	const at = (x, y) => ({ x, y });
	const corners = (x, y, width, height) => ({ topLeft: at(x, y), topRight: at(x + width, y), bottomLeft: at(x, y + height), bottomRight: at(x + width, y + height) });
	const outline = (...four) => aim_outline(corners(...four), { width: 1000, height: 2000 }, { width: 200, height: 400 });
	assert.deepEqual(outline(100, 200, 400, 600), { x: 20, y: 40, width: 80, height: 120 });
	assert.deepEqual(outline(100, 200, 400, 20), { x: 20, y: 20, width: 80, height: 44 }, "as large as a thumb");
	assert.deepEqual(outline(-200, 1990, 100, 10), { x: 0, y: 356, width: 44, height: 44 }, "within the box");
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
const BESIDE = id_make("specimen", 900, 35, 0);
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
	await film_make(maker.page, join(folder, "bars.y4m"), { bars_only: true });
	await film_make(maker.page, join(folder, "two.y4m"), { beside: BESIDE });
	await film_make(maker.page, join(folder, "far.y4m"), { beside: BESIDE, far: true });
	await maker.close();
});

after(async () => {
	await phone?.close();
	await world?.close();
	rmSync(folder, { recursive: true, force: true });
});

async function phone_open(film, init = null) {
	phone = await browser_open({ width: 390, height: 844 }, { touch: true, more: camera_flags(join(folder, film)) });
	phone.page.setDefaultTimeout(20000);
	phone.scans = [];
	if (init)
		await phone.page.addInitScript(init);
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

test("one stream or none, however often the camera is opened and closed while the browser asks for it", async () => {
	await phone_open("label.y4m", () => {
		const lend = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
		window.lent = [];
		window.asked = [];
		navigator.mediaDevices.getUserMedia = (what) => new Promise((resolve, reject) => {
			window.asked.push((is_granted) => is_granted ? lend(what).then((stream) => {
				window.lent.push(stream);
				resolve(stream);
			}) : reject(new DOMException("no", "NotAllowedError")));
		});
	});
	const answer = (n, is_granted = true) => phone.page.evaluate(([which, granted]) => window.asked[which](granted), [n, is_granted]);
	const live = () => phone.page.evaluate(() => window.lent.map((one) => one.getTracks().filter((track) => track.readyState === "live").length));
	const taps = async (n) => {
		for (let tap = 0; tap < n; tap++)
			await camera_button().tap();
	};
	await taps(3); /* open, closed, open: asked twice */
	await answer(0);
	assert.deepEqual(await live(), [0], "what was closed meanwhile is given back");
	await answer(1);
	await phone.page.waitForFunction(() => document.querySelector("#camera video")?.srcObject === window.lent[1]);
	assert.deepEqual(await live(), [0, 1]);
	await taps(1);
	assert.deepEqual(await live(), [0, 0], "closed: none");
	await taps(3);
	await answer(3);
	await phone.page.waitForFunction(() => document.querySelector("#camera video")?.srcObject === window.lent[2]);
	await answer(2, false);
	assert.deepEqual(await live(), [0, 0, 1], "no of the one before is not said of this one");
	assert.equal(await phone.page.locator(".camera-trouble").count(), 0);
	await phone.close();
});

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

/* What the page itself fetched, of the decoder. */
const fetched = () => phone.page.evaluate(() => performance.getEntriesByType("resource").filter((one) => /zxing|decoder_worker/.test(one.name)).map((one) => one.name.split("/").at(-1)));

test("it decodes beside the page, which answers a finger meanwhile", async () => {
	assert.deepEqual(phone.page.workers().map((one) => one.url().split("/").at(-1)), ["decoder_worker.js"]);
	assert.deepEqual(await fetched(), ["decoder_worker.js"], "the page itself has no decoder");
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

test("of two tubes in the box none is a scan until it is tapped", async () => {
	await phone.close();
	await phone_open("two.y4m");
	await camera_button().tap();
	const codes = phone.page.locator('.camera-code[aria-disabled="false"]');
	await phone.page.waitForSelector(`.camera-code[aria-disabled="false"]:has-text("${LABEL.slice(8, 12)}")`);
	await phone.page.waitForSelector(`.camera-code[aria-disabled="false"]:has-text("${BESIDE.slice(-4)}")`);
	assert.match(await phone.page.textContent("#camera"), /tap yours/);
	await shot(phone.page, "camera-3-two");
	assert.equal(await codes.count(), 2);
	const small = await codes.evaluateAll((all) => all.filter((one) => one.getBoundingClientRect().height < 40 || one.getBoundingClientRect().width < 40).length);
	assert.equal(small, 0, "as large as a thumb");
	assert.equal(phone.scans.length, 0, "none by itself");
	await phone.page.waitForSelector(`.camera-code[aria-disabled="false"]:has-text("${BESIDE.slice(-4)}")`);
	await phone.page.locator(".camera-code", { hasText: BESIDE.slice(-4) }).tap();
	assert.deepEqual(await scanned(1), [`camera ]C0 ${BESIDE}`]);
	await phone.page.waitForSelector(".camera-code", { state: "detached" });
	assert.equal(phone.scans.length, 1, "and the other not");
});

test("what lies outside the box is not read", async () => {
	await phone.close();
	await phone_open("far.y4m");
	await camera_button().tap();
	assert.deepEqual(await scanned(1), [`camera ]C0 ${BESIDE}`]);
	await shot(phone.page, "camera-4-far");
});

test("light, zoom and focus are asked for together, where the camera has them", async () => {
	await phone.close();
	await phone_open("far.y4m", () => {
		globalThis.asked = [];
		MediaStreamTrack.prototype.getCapabilities = () => ({ torch: true, zoom: { min: 1, max: 2.5 }, focusMode: ["manual", "continuous"] });
		MediaStreamTrack.prototype.applyConstraints = async (constraints) => void globalThis.asked.push(constraints);
	});
	const asked = (n) => phone.page.evaluate(async (many) => {
		while (globalThis.asked.length < many)
			await new Promise((resolve) => setTimeout(resolve, 20));
		return globalThis.asked.at(-1);
	}, n);
	const tap = (words) => phone.page.locator("#camera .choice", { hasText: words }).tap();
	await camera_button().tap();
	const first = await asked(1);
	assert.deepEqual(first.advanced, [{ focusMode: "continuous" }, { torch: false }, { zoom: 1 }]);
	assert.ok(first.width.ideal >= 1280 && first.height.ideal >= 720 && first.facingMode.ideal === "environment", "and what was asked at first still is");
	await tap("Light");
	assert.deepEqual((await asked(2)).advanced, [{ focusMode: "continuous" }, { torch: true }, { zoom: 1 }]);
	await tap("Zoom 2");
	assert.deepEqual((await asked(3)).advanced, [{ focusMode: "continuous" }, { torch: true }, { zoom: 2 }], "the light stays on");
	await tap("Zoom off");
	assert.deepEqual((await asked(4)).advanced[2], { zoom: 1 }, "three times is more than it has");
});

test("a browser without workers decodes in the page", async () => {
	await phone.close();
	await phone_open("bars.y4m", () => delete globalThis.Worker);
	await camera_button().tap();
	assert.deepEqual(await scanned(1), [`camera ]C0 ${BARS}`]);
	assert.deepEqual(phone.page.workers(), []);
	assert.ok((await fetched()).includes("zxing_reader.wasm"));
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
