import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import test from "node:test";
import { tones } from "../../daemon/web/js/tone.js";
import { minute_of_typed, say, say_birth, say_date, say_printer, words_all } from "../../daemon/web/js/words.js";

const root = new URL("../../daemon/web/", import.meta.url);
const names = readdirSync(new URL("js/", root), { recursive: true }).filter((name) => name.endsWith(".js"));
const sources = names.map((name) => [`js/${name}`, readFileSync(new URL(`js/${name}`, root), "utf8")]);
const page = readFileSync(new URL("index.html", root), "utf8");

test("every word that a view asks for is in the catalogue", () => {
	let asked = 0;
	for (const [name, text] of sources)
		for (const [, key] of text.matchAll(/say\("(\w+)"/g)) {
			asked++;
			assert.ok(key in words_all, `${name} asks for '${key}'`);
		}
	assert.ok(asked > 100, `${asked} found`);
});

test("no word is said twice: the later one would hide the other", () => {
	const said = new Map();
	for (const [name, text] of sources.filter(([name]) => /js\/words\w*\.js$/.test(name)))
		for (const [, key] of text.matchAll(/^\t(\w+): /gm)) {
			assert.ok(!said.has(key), `'${key}' is in ${said.get(key)} and ${name}`);
			said.set(key, name);
		}
	assert.ok(said.size > 300, `${said.size} found`);
});

const sets = {
	verdict_: ["stored", "complete", "repeat", "question", "stop", "note", "not_stored"],
	drawn_at_source_: ["typed", "patient_stated", "paper"],
	tile_: ["planned", "handed_out_due", "waiting", "printed", "labelled", "collected", "not_collected", "held", "void"],
	label_: ["queued", "printing", "unknown", "failed", "printed", "on_tube", "old", "destroyed", "voided"],
	trouble_: ["out", "not_sure", "waiting", "here", "other", "at"],
	who_: ["patient", "guardian", "interpreter"], health_: ["core", "database", "bench", "press"], verified_: ["intact", "pending", "broken"],
	class_: ["AMB", "REF", "FRZ"], bag_: ["open", "closed", "placed", "departed", "held"], lab_bag_: ["expected", "arrived", "opened", "complete"],
	kept_state_: ["waiting", "old", "of_another", "elsewhere", "late", "in_time", "asked", "refused"], kept_do_: ["kept", "page", "full", "none"], kept_band_: ["waiting", "told"],
	still_: ["open_visits", "parked", "cups_out", "to_spin", "unpacked", "in_open_bags", "bags_here", "rejected_unread", "picked_up", "nothing_here", "no_access"],
	courier_receipt_: ["signed", "taken_alone", "lockbox"],
	flag_: ["unexpected", "rejected", "wrong_bag", "late", "held", "old_copy", "cancelled", "duplicate", "missing", "bag_not_arrived", "not_packed"],
	missing_: ["patient", "tests", "provider", "source", "read_back"], source_: ["paper", "verbal", "standing"], policies_topic_: ["people", "patient", "labels", "orders", "bags", "courier", "lab"], policies_takes_: ["act", "label", "cup", "sign_in"],
	tone_: Object.keys(tones),
};
for (const [start, members] of Object.entries(sets))
	test(`every ${start} of the contract has words`, () => {
		for (const member of members)
			assert.ok(words_all[start + member], start + member);
	});

test("a number has the word that fits it", () => {
	assert.equal(say("lab_dock_bags", { n: 1, of: 1 }), "1 of 1 bag");
	assert.equal(say("lab_dock_bags", { n: 1, of: 3 }), "1 of 3 bags");
	assert.equal(say("courier_sign_do", { n: 1 }), "It says: 1 bag was handed over.");
	for (const [key, text] of Object.entries(words_all).filter(([key]) => !(`${key}_1` in words_all)))
		assert.doesNotMatch(text.replace(/\{\w+\|[^}]*\}/g, ""), /\{(n|bags|of)\} (bags|tubes)\b/, key);
});

test("places are filled and an unknown word is our error", () => {
	assert.equal(say("tube_of", { number: 2, of: 4 }), "2 of 4");
	assert.throws(() => say("no_such"), /no words/);
});

test("every printer state of the contract but ok has words", () => {
	assert.equal(say_printer(["ok"]), null);
	assert.equal(say_printer(undefined), null);
	for (const state of ["media_out", "wrong_stock", "ribbon_out", "head_open", "paused", "jam", "over_temperature", "media_low", "fault", "silent"])
		assert.notEqual(say_printer([state]), state);
	assert.equal(say_printer(["wrong_stock"], "29 x 90 mm"), "WRONG LABELS: load 29 x 90 mm labels");
	assert.equal(say_printer(["wrong_stock", "paused"]), "WRONG LABELS: load its own labels; paused: press its button");
});

test("no two answers sound alike and the good one is under 100 ms", () => {
	const heard = Object.entries(tones).filter(([name]) => name !== "note").map(([, steps]) => JSON.stringify(steps));
	assert.equal(new Set(heard).size, heard.length);
	assert.ok(tones.stored.reduce((sum, [, ms]) => sum + ms, 0) < 100);
	assert.equal(tones.not_stored.filter(([hz]) => hz).length, 3);
	assert.deepEqual(tones.note, []);
});

test("nothing from outside is read as markup, and there is one fetch and one EventSource", () => {
	const where = (pattern) => sources.filter(([, text]) => pattern.test(text)).map(([name]) => name);
	assert.deepEqual(where(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|eval\(|new Function/), []);
	assert.deepEqual(where(/\bfetch\(/), ["js/api.js"]);
	assert.deepEqual(where(/new EventSource/), ["js/events.js"]);
	assert.deepEqual(where(/\.style\b|setAttribute\("style/), []);
	assert.doesNotMatch(page, /<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=/);
});

test("local.mk installs exactly the files that are there", () => {
	const listed = [...readFileSync(new URL("local.mk", root), "utf8").matchAll(/daemon\/web\/(\S+\.(?:js|css|html|svg|wasm))/g)].map(([, name]) => name);
	const vendored = readdirSync(new URL("vendor/", root), { recursive: true }).filter((name) => /\.(js|wasm)$/.test(name));
	assert.deepEqual(listed.sort(), ["app.css", "custody.css", "icon.svg", "index.html", ...names.map((name) => `js/${name}`), ...vendored.map((name) => `vendor/${name}`)].sort());
});

test("a birth date is said as far as it is known", () => {
	for (const [known, said] of [["1962-03-14", "14 Mar 1962"], ["1962-03", "Mar 1962 (no day)"], ["1962", "1962 (year only)"], ["", "unknown"], ["soon", "unknown"]])
		assert.equal(say_birth(known), said);
});

test("a birth date is said one way", () => {
	assert.equal(say_date("1984-03-14"), "14 Mar 1984");
	assert.equal(say_date("2001-12-01"), "1 Dec 2001");
	assert.equal(say_date("1984"), "1984");
	assert.equal(say_date("1984-13-14"), "1984-13-14");
	assert.equal(say_date(null), null);
});

const now_ms = new Date(2026, 6, 2, 10, 15, 30).getTime();
for (const [text, at] of [
	["10:15", [2, 10, 15]], ["1015", [2, 10, 15]], ["9:05", [2, 9, 5]], ["905", [2, 9, 5]], ["00.00", [2, 0, 0]], [" 9:05 ", [2, 9, 5]],
	["10:16", [2, 10, 16]], ["10:25", [2, 10, 25]], ["10:26", [1, 10, 26]], ["2359", [1, 23, 59]], ["24:00", null], ["2561", null], ["9", null], ["", null], ["10:60", null], ["10:155", null],
])
	test(`"${text}" typed at 10:15 is ${at ? `the ${at[0]}. of the month` : "no time of day"}`, () => {
		assert.equal(minute_of_typed(text, now_ms), at && new Date(2026, 6, ...at).getTime());
	});
