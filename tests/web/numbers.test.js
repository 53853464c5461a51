import assert from "node:assert/strict";
import test from "node:test";
import { id_of_typed } from "../../daemon/web/js/id.js";
import { GAP_MS, keys_new } from "../../daemon/web/js/keys.js";
import { DIGIT_WAIT_MS, RUN_MS, numbers_new } from "../../daemon/web/js/numbers.js";

/* The page's keyboard with its one timer, on a clock of its own. */
function rig(pad = 0) {
	const out = [];
	let shown = "";
	let due_ms = Infinity;
	const number = numbers_new({
		pad_digits: () => pad, on_key: (key) => { out.push(`key ${key}`); },
		on_number: (text) => { out.push(`number ${text}`); }, on_shown: (text) => { shown = text; },
	});
	const keys = keys_new({
		is_code: (text) => id_of_typed(text) !== null, on_key: number.key, number,
		on_scan: (text) => {
			number.scanned();
			out.push(`scan ${text}`);
		},
	});

	function wait(at_ms) {
		const wait_ms = keys.pending() ? keys.wait_ms() : number.wait_ms();
		due_ms = wait_ms === null ? Infinity : at_ms + wait_ms;
	}

	function until(at_ms) {
		while (due_ms <= at_ms) {
			const now_ms = due_ms;
			if (keys.pending())
				keys.pause(Infinity);
			else
				number.pause();
			wait(now_ms);
		}
	}

	return {
		out, until, shown: () => shown,
		press(key, at_ms) {
			until(at_ms);
			const kept = keys.feed(key, at_ms);
			wait(at_ms);
			return kept;
		},
		type(text, from_ms, step_ms) {
			[...text].forEach((key, n) => this.press(key, from_ms + n * step_ms));
			return from_ms + text.length * step_ms;
		},
	};
}

for (const step_ms of [120, 200, 400, 499])
	test(`a number typed at ${step_ms} ms a key chooses nothing, is shown, and goes by Enter`, () => {
		const it = rig();
		const end_ms = it.type("101000000156", 0, step_ms);
		it.until(end_ms + GAP_MS);
		assert.deepEqual(it.out, []);
		assert.equal(it.shown(), "101000000156");
		assert.equal(it.press("Enter", end_ms + 2 * GAP_MS), true, "the button in focus is not pressed");
		assert.deepEqual(it.out, ["number 101000000156"]);
		assert.equal(it.shown(), "");
	});

test("slower still the first digit chooses, and no other", () => {
	const it = rig();
	const end_ms = it.type("9000", 0, 1200);
	it.until(end_ms);
	assert.deepEqual(it.out, ["key 9"]);
	assert.equal(it.shown(), "9000");
	it.press("Enter", end_ms);
	assert.deepEqual(it.out, ["key 9", "number 9000"]);
});

test("a single digit chooses after the pause, one more after that chooses again", () => {
	const it = rig();
	it.press("2", 0);
	it.until(DIGIT_WAIT_MS);
	assert.deepEqual(it.out, []);
	assert.equal(it.shown(), "2");
	it.until(DIGIT_WAIT_MS + GAP_MS);
	assert.deepEqual(it.out, ["key 2"]);
	it.press("4", RUN_MS + 1);
	it.until(RUN_MS + 1 + DIGIT_WAIT_MS + GAP_MS);
	assert.deepEqual(it.out, ["key 2", "key 4"]);
});

test("another key ends the wait of a digit; Enter confirms it; Escape takes it back", () => {
	const letter = rig();
	letter.type("2r", 0, 200);
	letter.until(1000);
	assert.deepEqual(letter.out, ["key 2", "key r"]);
	const enter = rig();
	enter.press("2", 0);
	assert.equal(enter.press("Enter", 200), true);
	enter.until(1000);
	assert.deepEqual(enter.out, ["key 2"]);
	const escape = rig();
	escape.press("2", 0);
	escape.press("Escape", 200);
	escape.until(1000);
	assert.deepEqual(escape.out, []);
});

test("Escape drops a number, Backspace its last digit, a letter and a blank are of it, and F9 is Stop all the same", () => {
	const it = rig();
	it.type("1234", 0, 200);
	it.press("Escape", 900);
	it.press("Enter", 1500);
	assert.deepEqual(it.out, ["key Enter"]);
	const mend = rig();
	mend.type("1299", 0, 200);
	mend.press("Backspace", 900);
	mend.press("Backspace", 1000);
	assert.equal(mend.press(" ", 1200), true, "no button in focus is pressed by a blank");
	mend.type("x34", 1400, 200);
	mend.press("Enter", 2200);
	assert.deepEqual(mend.out, ["number 12 x34"]);
	const stop = rig();
	stop.type("123", 0, 200);
	stop.press("F9", 800);
	assert.deepEqual(stop.out, ["key F9"]);
	assert.equal(stop.shown(), "");
});

test("digits that came fast for a moment are of the number, also the last ones before Enter", () => {
	const it = rig();
	it.type("90", 0, 300);
	it.type("0000012", 700, 30); /* seven fast ones would be a scan of something foreign */
	it.type("34", 1500, 40);
	it.press("Enter", 1600);
	assert.deepEqual(it.out, ["number 90000001234"]);
});

test("a wedge's code is a scan as ever, and what was typed before is dropped, or chosen", () => {
	const number = rig();
	number.type("12", 0, 200);
	number.type("B101000000188", 900, 10);
	assert.deepEqual(number.out, ["scan B101000000188"]);
	assert.equal(number.shown(), "");
	const digit = rig();
	digit.press("1", 0);
	digit.type("101000000156", 300, 10);
	digit.press("Enter", 430);
	assert.deepEqual(digit.out, ["key 1", "scan 101000000156"]);
	const alone = rig();
	alone.type("4006381", 0, 10);
	alone.until(1000);
	assert.deepEqual(alone.out, ["scan 4006381"]);
});

test("a pad for a count has its digits at once; more than it takes are a number, and the pad is cleared", () => {
	const it = rig(3);
	it.type("12", 0, 150);
	it.until(150 + GAP_MS);
	assert.deepEqual(it.out, ["key 1", "key 2"]);
	assert.equal(it.shown(), "");
	const long = rig(3);
	long.type("9000", 0, 200);
	long.until(1000);
	assert.deepEqual(long.out, ["key 9", "key 0", "key 0", "key Backspace"]);
	assert.equal(long.shown(), "9000");
	long.press("Enter", 1100);
	assert.equal(long.out.at(-1), "number 9000");
});

test("of a PIN nothing is shown, nor kept", () => {
	const it = rig(Infinity);
	it.type("2580", 0, 150);
	it.until(800);
	assert.deepEqual(it.out, ["key 2", "key 5", "key 8", "key 0"]);
	assert.equal(it.shown(), "");
	it.press("Enter", 900);
	assert.equal(it.out.at(-1), "key Enter");
});

test("a number that nobody goes on with is dropped", () => {
	const it = rig();
	it.type("12", 0, 200);
	it.until(60000);
	assert.equal(it.shown(), "");
	assert.deepEqual(it.out, []);
});
