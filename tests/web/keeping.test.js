/* Scans that nobody took: what is kept, of whom, for how long, in which order it is sent, and what becomes of each. */
import assert from "node:assert/strict";
import test from "node:test";
import { id_label_text, id_make } from "../../daemon/web/js/id.js";
import { KEPT_DAYS, KEPT_MAX, keeping_new, kept_state } from "../../daemon/web/js/keeping.js";

const tubes = [1, 2, 3, 4].map((n) => id_make("specimen", 900, n, 0));
const ana = { operator_id: 7, operator: "Ana Torres", station: "T9000000001", station_name: "Room 1" };
const ben = { ...ana, operator_id: 8, operator: "Ben Okafor" };
const REST_MS = 5000;
const DAY_MS = 86400000;

/* What localStorage is; full: it takes nothing. */
function storage_new() {
	const held = new Map();
	return {
		full: false,
		get length() {
			return held.size;
		},
		key: (n) => [...held.keys()][n] ?? null,
		getItem: (key) => held.get(key) ?? null,
		setItem(key, text) {
			if (this.full)
				throw new Error("quota");
			held.set(key, text);
		},
		removeItem: (key) => held.delete(key),
	};
}

let n = 0;
const scan_of = (raw, who = ana, more = {}) => ({ request_id: `request-${++n}`, raw, aim: "]C0", source: "camera", ...who, at_ms: 1000000, ahead_ms: 90000, ...more });

function kept_new() {
	const clock = { ms: 1000000 };
	const storage = storage_new();
	const open = (page = "page-1") => keeping_new({ storage: () => storage, now: () => clock.ms, page });
	return { clock, storage, open, keeping: open() };
}

const late = { verdict: "note", code: "scan_late" };

/* Sends all to a service that answers each so; gives what it was sent and what somebody is told of. */
async function sent(keeping, clock, who, answer = () => late) {
	clock.ms += REST_MS;
	const posted = [];
	const told = await keeping.send(who, async (one) => {
		posted.push(one);
		return answer(one, posted.length);
	});
	return { posted, told };
}
const raws = (all) => all.map((one) => one.raw);

test("what names a thing is kept; what may name a person, or lets in, is not", () => {
	const { keeping, storage } = kept_new();
	for (const kind of ["specimen", "bag", "place", "stop", "delivery", "FOUND sticker", "visit slip"])
		assert.equal(keeping.keep(scan_of(id_make(kind, 900, 5, 0))), "kept", kind);
	assert.equal(keeping.keep(scan_of(id_label_text(tubes[0], 1))), "kept", "a label");
	const before = storage.length;
	for (const raw of [id_make("badge", 900, 5, 0), id_make("command card", 900, 5, 0), id_make("enrolment code", 900, 5, 0), "MRN 12345 DOE, JANE", "@\n\x1e\rANSI 636000090002DL", "900000000345", ""])
		assert.equal(keeping.keep(scan_of(raw)), "none", raw);
	assert.equal(keeping.keep(scan_of(tubes[0], { operator_id: undefined })), "none", "nobody is signed in");
	assert.equal(storage.length, before, "nothing of it lies there");
});

test("it is there after a reload, with who, where, when and how far off the clock was", () => {
	const { keeping, open } = kept_new();
	const scan = scan_of(tubes[0]);
	keeping.keep(scan);
	assert.deepEqual(open().list(), [{ ...scan, page: "page-1", kept_ms: 1000000, n: 1 }]);
});

test("two pages of one browser: each sends what it made; of a page that is gone another does, after a minute", async () => {
	const { keeping, clock, open } = kept_new();
	const other = open("page-2");
	keeping.keep(scan_of(tubes[0]));
	other.changed();
	assert.equal(other.list().length, 1, "seen on both");
	assert.deepEqual((await sent(other, clock, ana)).posted, [], "it may be on its way on the page that made it");
	other.keep(scan_of(tubes[1]));
	keeping.changed();
	const [mine, others] = [await sent(keeping, clock, ana), await sent(other, clock, ana)];
	assert.deepEqual([raws(mine.posted), raws(mine.told), raws(others.posted), raws(others.told)], [[tubes[0]], [tubes[0]], [tubes[1]], [tubes[1]]]);
	keeping.keep(scan_of(tubes[2]));
	other.changed();
	clock.ms += 60000;
	assert.deepEqual(raws((await sent(other, clock, ana)).told), [tubes[2]]);
});

test("what two pages sent at once is told on the first that was answered", async () => {
	const { keeping, clock, open } = kept_new();
	keeping.keep(scan_of(tubes[0]));
	clock.ms += 60000;
	const other = open("page-2");
	const told_late = await keeping.send(ana, async () => {
		assert.equal((await other.send(ana, async () => late)).length, 1);
		return late;
	});
	assert.deepEqual(told_late, []);
});

test("all is sent in the order of the scans, each with its own id, and nobody's green until then", async () => {
	const { keeping, clock, open } = kept_new();
	const scans = tubes.map((raw, i) => scan_of(raw, ana, { at_ms: 1000000 - i }));
	scans.forEach(keeping.keep);
	assert.deepEqual(keeping.list().map((one) => kept_state(one, ana, clock.ms)), Array(4).fill("waiting"));
	const { posted, told } = await sent(open(), clock, ana);
	assert.deepEqual(posted.map((one) => one.request_id), scans.map((one) => one.request_id), "also when the clock was set back between");
	assert.deepEqual(raws(told), tubes);
	keeping.changed();
	assert.deepEqual(keeping.list().map((one) => kept_state(one, ana, clock.ms)), Array(4).fill("late"));
	assert.deepEqual((await sent(keeping, clock, ana)).posted, [], "once");
});

test("whoever stands there scans again first; then it is sent, and nobody is bothered", async () => {
	const { keeping, clock } = kept_new();
	keeping.keep(scan_of(tubes[0]));
	assert.deepEqual(await keeping.send(ana, () => assert.fail("too early")), []);
	keeping.scanned(id_label_text(tubes[0], 1), "question");
	keeping.scanned(id_label_text(tubes[1], 1), "stored");
	assert.equal(keeping.list()[0].again, undefined, "a question or another tube is not that");
	keeping.scanned(id_label_text(tubes[0], 1), "stored");
	const { posted, told } = await sent(keeping, clock, ana);
	assert.deepEqual([raws(posted), told, keeping.list()], [[tubes[0]], [], []], "the fact is stored all the same");
});

test("scanned again after it was told, it is off the list", async () => {
	const { keeping, clock } = kept_new();
	keeping.keep(scan_of(tubes[0]));
	keeping.keep(scan_of(tubes[1]));
	await sent(keeping, clock, ana);
	keeping.scanned(tubes[0], "repeat");
	assert.deepEqual(raws(keeping.list()), [tubes[1]]);
});

test("it is never sent as another person's, nor from elsewhere, nor when nobody is there", async () => {
	const { keeping, clock } = kept_new();
	keeping.keep(scan_of(tubes[0]));
	keeping.keep(scan_of(tubes[1], ben));
	assert.deepEqual((await sent(keeping, clock, null)).posted, []);
	assert.deepEqual((await sent(keeping, clock, { ...ana, station: "T9000000002" })).posted, []);
	assert.equal(kept_state(keeping.list()[0], { ...ana, station: "T9000000002" }, clock.ms), "elsewhere");
	assert.deepEqual(raws((await sent(keeping, clock, ben)).posted), [tubes[1]]);
	assert.equal(kept_state(keeping.list()[0], ben, clock.ms), "of_another");
	keeping.read_off(ben);
	assert.deepEqual(raws(keeping.list()), [tubes[0]], "and nobody else takes it off");
	assert.deepEqual(raws((await sent(keeping, clock, ana)).posted), [tubes[0]]);
});

test("what the service refuses stays; what follows waits for it", async () => {
	for (const answer of [{ verdict: "question", code: "kept_of_another" }, { verdict: "question", code: "kept_elsewhere" }, { verdict: "not_stored", code: "no_answer" }]) {
		const { keeping, clock } = kept_new();
		tubes.forEach((raw) => keeping.keep(scan_of(raw)));
		const { posted, told } = await sent(keeping, clock, ana, (one, no) => no === 2 ? answer : late);
		assert.deepEqual([raws(posted), raws(told)], [tubes.slice(0, 2), tubes.slice(0, 1)], answer.code);
		assert.deepEqual(raws((await sent(keeping, clock, ana)).posted), tubes.slice(1), "and it goes on there");
	}
	for (const status of [0, 401, 404, 429, 503]) {
		const { keeping, clock } = kept_new();
		keeping.keep(scan_of(tubes[0]));
		await sent(keeping, clock, ana, () => Promise.reject(Object.assign(new Error("refused"), { status })));
		assert.deepEqual(keeping.list().map((one) => kept_state(one, ana, clock.ms)), ["waiting"], String(status));
	}
});

test("each is told as what it became", async () => {
	for (const [answer, state] of [[late, "late"], [{ verdict: "stored", code: "on_tube" }, "in_time"], [{ verdict: "repeat", code: "on_tube_already" }, "in_time"], [{ verdict: "complete", code: "all_taken" }, "in_time"],
		[{ verdict: "question", code: "just_printed" }, "asked"], [{ verdict: "stop", code: "wrong_patient" }, "asked"]]) {
		const { keeping, clock } = kept_new();
		keeping.keep(scan_of(tubes[0]));
		const { told } = await sent(keeping, clock, ana, () => ({ ...answer, title: "ABBOTT, Maria", data: { visit: { name: "ABBOTT" } } }));
		assert.equal(told.length, 1);
		assert.equal(kept_state(keeping.list()[0], ana, clock.ms), state);
		assert.doesNotMatch(JSON.stringify(keeping.list()), /ABBOTT/, "no words of the answer are kept");
		keeping.read_off(ana);
		assert.deepEqual(keeping.list(), [], "until it was read");
	}
	const { keeping, clock } = kept_new();
	keeping.keep(scan_of(tubes[0]));
	await sent(keeping, clock, ana, () => Promise.reject(Object.assign(new Error("malformed"), { status: 400, code: "ERR_INVALID" })));
	assert.equal(kept_state(keeping.list()[0], ana, clock.ms), "refused");
});

test("no more than so many, and none that is too old is sent", async () => {
	const { keeping, clock } = kept_new();
	for (let i = 0; i < KEPT_MAX; i++)
		assert.equal(keeping.keep(scan_of(tubes[0])), "kept");
	assert.equal(keeping.keep(scan_of(tubes[1])), "full");
	assert.equal(keeping.list().length, KEPT_MAX);
	clock.ms += (KEPT_DAYS + 1) * DAY_MS;
	assert.deepEqual((await sent(keeping, clock, ana)).posted, []);
	assert.equal(kept_state(keeping.list()[0], ben, clock.ms), "old", "shown to whoever is there, who writes it down");
	keeping.read_off(ben);
	assert.deepEqual(keeping.list(), []);
});

test("a browser that stores nothing keeps it as long as the page, and says so", async () => {
	const { keeping, storage, clock, open } = kept_new();
	storage.full = true;
	assert.equal(keeping.keep(scan_of(tubes[0])), "page");
	assert.equal(open().list().length, 0);
	assert.deepEqual(raws((await sent(keeping, clock, ana)).posted), [tubes[0]]);
	keeping.read_off(ana);
	assert.deepEqual(keeping.list(), []);
	const none = keeping_new({ storage: () => {
		throw new Error("SecurityError");
	}, now: () => 1000000 });
	assert.equal(none.keep(scan_of(tubes[0])), "page");
	assert.deepEqual(raws(none.list()), [tubes[0]]);
});

test("what somebody else wrote there is nothing of ours", () => {
	const { storage, open, keeping } = kept_new();
	for (const text of ["{", "null", "[]", "7", '{"request_id": 7}', JSON.stringify(scan_of(tubes[0], { ...ana, operator_id: "7" }))])
		storage.setItem(`specimend/kept/${text.length}`, text);
	storage.setItem("specimend/T9000000001", "{}");
	assert.deepEqual(open().list(), []);
	keeping.keep(scan_of(tubes[0]));
	assert.deepEqual(raws(open().list()), [tubes[0]], "and hides nothing of ours");
});

test("two pages of one browser: each sees what the other kept and sent", async () => {
	const { keeping, clock, open } = kept_new();
	const other = open();
	assert.deepEqual(other.list(), []);
	keeping.keep(scan_of(tubes[0]));
	other.changed();
	assert.deepEqual(raws(other.list()), [tubes[0]]);
	await sent(other, clock, ana);
	keeping.changed();
	assert.equal(kept_state(keeping.list()[0], ana, clock.ms), "late");
});
