import assert from "node:assert/strict";
import test from "node:test";
import { licence_is, licence_new } from "../../daemon/web/js/licence.js";

/* A timer that the test fires. */
function rig() {
	const scans = [];
	let due = null;
	const feed = licence_new({ on_scan: (text) => scans.push(text), later: (fn) => (due = fn), cancel: () => { due = null; } });
	return { scans, feed, pause: () => due?.() };
}

test("lines of a photo ID become one scan after a pause", () => {
	const { scans, feed, pause } = rig();
	assert.ok(feed("ANSI 636000100002DL00410278DLDAQT1"));
	assert.ok(feed("DCSRIVERA"));
	assert.ok(feed("DBB03141984"));
	assert.deepEqual(scans, []);
	pause();
	assert.deepEqual(scans, ["@\n\x1e\rANSI 636000100002DL00410278DLDAQT1\nDCSRIVERA\nDBB03141984\r"]);
	assert.ok(!feed("DCSRIVERA"), "the next is a code of its own");
});

test("a header in the same line as its sign is the same", () => {
	const { scans, feed, pause } = rig();
	assert.ok(feed("@AAMVA36001DL"));
	pause();
	assert.deepEqual(scans, ["@\n\x1e\rAAMVA36001DL\r"]);
});

for (const text of ["101000000156", "V900000000249", "@home", "DCSRIVERA", "ANSIX", ""])
	test(`"${text}" is no photo ID`, () => {
		assert.ok(!licence_is(text));
		assert.ok(!rig().feed(text));
	});
