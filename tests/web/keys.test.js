import assert from "node:assert/strict";
import test from "node:test";
import { id_of_typed } from "../../daemon/web/js/id.js";
import { GAP_MS, keys_new } from "../../daemon/web/js/keys.js";

/* What came of keys at times: ["scan TEXT", "key K", ...] and which keys the browser was kept from. */
function play(keys) {
	const out = [];
	const kept = [];
	const it = keys_new({
		is_code: (text) => id_of_typed(text) !== null,
		on_scan: (text) => { out.push(`scan ${text}`); },
		on_key: (key) => {
			out.push(`key ${key}`);
			return key === "Enter" && out.includes("key x");
		},
	});
	for (const [key, at_ms] of keys)
		key === null ? it.pause(at_ms) : it.feed(key, at_ms) && kept.push(key);
	return { out, kept, pending: it.pending() };
}

function fast(text, from_ms = 0, step_ms = 10) {
	return [...text].map((key, n) => [key, from_ms + n * step_ms]);
}

test("a pause is waited for longer when characters came together: a busy machine cuts no code apart", () => {
	const it = keys_new({ is_code: () => false, on_scan: () => {}, on_key: () => false });
	it.feed("B", 0);
	assert.equal(it.wait_ms(), GAP_MS);
	it.feed("9", 5);
	assert.ok(it.wait_ms() >= 2 * GAP_MS);
	it.pause(Infinity);
	assert.equal(it.wait_ms(), GAP_MS);
});

test("a 12-digit code with Enter is one scan and no Enter", () => {
	const { out, kept } = play([...fast("101000000156"), ["Enter", 120]]);
	assert.deepEqual(out, ["scan 101000000156"]);
	assert.equal(kept.at(-1), "Enter");
});

test("a 12-digit code without Enter ends by the pause", () => {
	assert.deepEqual(play([...fast("101000000156"), [null, 110 + GAP_MS]]).out, ["scan 101000000156"]);
});

test("12 digits are not taken while they may be the first of 16", () => {
	const { out, pending } = play([...fast("101000000156"), [null, 110 + GAP_MS - 1]]);
	assert.deepEqual(out, []);
	assert.equal(pending, "101000000156");
	assert.deepEqual(play([...fast("1010000001560186"), ["Enter", 160]]).out, ["scan 1010000001560186"]);
});

test("13 and 16 characters are taken at once and their Enter is swallowed", () => {
	assert.deepEqual(play(fast("B101000000188")).out, ["scan B101000000188"]);
	assert.deepEqual(play([...fast("B101000000188"), ["Enter", 150]]).out, ["scan B101000000188"]);
	assert.deepEqual(play(fast("1010000001560186")).out, ["scan 1010000001560186"]);
});

test("two codes without a pause between are two scans", () => {
	assert.deepEqual(play([...fast("101000000156"), ["Enter", 120], ...fast("B101000000188", 130), ["Enter", 260]]).out,
		["scan 101000000156", "scan B101000000188"]);
});

test("no character of a code is a key, though each is a shortcut somewhere", () => {
	const { out } = play([...fast("1010000001560186"), ["Enter", 161], [null, 1000]]);
	assert.equal(out.filter((one) => one.startsWith("key")).length, 0);
});

test("a foreign code with Enter is a scan of what was typed", () => {
	assert.deepEqual(play([...fast("AB-12"), ["Enter", 60]]).out, ["scan AB-12"]);
});

test("a fast burst without Enter is a scan from 6 characters on, keys below", () => {
	assert.deepEqual(play([...fast("4006381"), [null, 500]]).out, ["scan 4006381"]);
	assert.deepEqual(play([...fast("12"), [null, 500]]).out, ["key 1", "key 2"]);
});

test("a single key is a key after the pause only", () => {
	assert.deepEqual(play([["1", 0]]).out, []);
	assert.deepEqual(play([["1", 0], [null, GAP_MS]]).out, ["key 1"]);
});

test("keys pressed slowly are single keys", () => {
	assert.deepEqual(play([["1", 0], ["2", 300], ["3", 600], [null, 900]]).out, ["key 1", "key 2", "key 3"]);
});

test("slow keys before a code do not join it", () => {
	assert.deepEqual(play([["9", 0], ...fast("101000000156", 400), ["Enter", 520]]).out, ["key 9", "scan 101000000156"]);
});

test("Enter alone is a key, kept from the browser only when it did something", () => {
	assert.deepEqual(play([["Enter", 0]]), { out: ["key Enter"], kept: [], pending: "" });
	assert.deepEqual(play([["x", 0], ["Enter", 500]]).kept, ["x", "Enter"]);
});

test("Enter long after a code is a person's", () => {
	assert.deepEqual(play([...fast("B101000000188"), ["Enter", 2000]]).out, ["scan B101000000188", "key Enter"]);
});

test("Enter after a key of a hand is a hand's, however soon after a code", () => {
	assert.deepEqual(play([...fast("B101000000188"), ["c", 130], [null, 230], ["Enter", 240]]).out, ["scan B101000000188", "key c", "key Enter"]);
});

test("Enter after a word that was typed fast is a hand's, where it is no scan", () => {
	const out = [];
	const it = keys_new({ is_code: () => false, on_scan: () => false, on_key: (key) => out.push(key) > 0 });
	for (const [key, at_ms] of fast("redraw"))
		it.feed(key, at_ms);
	it.feed("Enter", 200);
	assert.deepEqual(out, ["Enter"]);
});

test("Escape ends what is held", () => {
	assert.deepEqual(play([["1", 0], ["Escape", 20]]).out, ["key 1", "key Escape"]);
});

test("a lone blank stays the browser's, so that it presses the button in focus", () => {
	assert.deepEqual(play([[" ", 0]]).kept, []);
});
