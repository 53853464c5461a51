import assert from "node:assert/strict";
import test, { mock } from "node:test";
import { READ_EVERY_MS, newest_new, reader_new } from "../../daemon/web/js/reader.js";

const settle = () => new Promise((resolve) => setImmediate(resolve));

function rig() {
	const asked = [];
	const taken = [];
	const answers = [];
	const reader = reader_new(() => new Promise((resolve) => {
		asked.push(performance.now());
		answers.push(resolve);
	}), (answer) => taken.push(answer));
	return { reader, asked, taken, answers };
}

test("it reads at once, then never more often than twice a second, and the last wish is served", () => {
	let now_ms = 10000;
	const clock = mock.method(performance, "now", () => now_ms);
	mock.timers.enable({ apis: ["setTimeout"] });
	const { reader, asked } = rig();
	for (let n = 0; n < 100; n++) {
		reader.ask();
		now_ms += 20;
		mock.timers.tick(20);
	}
	now_ms += READ_EVERY_MS;
	mock.timers.tick(READ_EVERY_MS);
	mock.timers.reset();
	clock.mock.restore();
	assert.equal(asked[0], 10000);
	assert.equal(asked.length, 5, "2 s of wishes, and what was wished last");
	for (const [n, at_ms] of asked.slice(1).entries())
		assert.ok(at_ms - asked[n] >= READ_EVERY_MS, `${at_ms - asked[n]} ms`);
});

test("an answer that a newer one overtook is dropped, and none comes after the end", async () => {
	let now_ms = 0;
	const clock = mock.method(performance, "now", () => now_ms);
	const { reader, taken, answers } = rig();
	for (let n = 0; n < 3; n++) {
		reader.ask();
		now_ms += READ_EVERY_MS;
	}
	clock.mock.restore();
	answers[1]("second");
	await settle();
	answers[0]("first");
	await settle();
	assert.deepEqual(taken, ["second"]);
	reader.end();
	answers[2]("third");
	await settle();
	assert.deepEqual(taken, ["second"]);
});

test("what came by itself makes every answer old that was asked for before", async () => {
	const answers = [];
	const newest = newest_new(() => new Promise((resolve) => answers.push(resolve)));
	const first = newest.read();
	newest.came();
	const second = newest.read();
	answers[1]("second");
	answers[0]("first");
	assert.deepEqual([await second, await first], [{ answer: "second", is_old: false }, { answer: "first", is_old: true }]);
});
