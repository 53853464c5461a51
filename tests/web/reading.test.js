import assert from "node:assert/strict";
import test from "node:test";
import { reading_new } from "../../daemon/web/js/reading.js";

const station = { station_id: 1, station: "T1", name: "Room 1", kind: "collection" };

function answer_of(status, body) {
	return { ok: status === 200, status, headers: new Headers(), json: async () => body };
}

/* A page that reads, and what it has asked for: each answered when the test says so. */
function rig(t) {
	const asked = [];
	const state = { me: null, visit: null, due: null, lists: {} };
	t.mock.method(globalThis, "fetch", (path) => new Promise((resolve) => asked.push({ path, resolve })));
	const reading = reading_new(state, { draw() {}, visit_set: (visit) => (state.visit = visit), wanted: () => [] });
	return { state, asked, reading };
}

test("who is here is not forgotten for an older answer that comes late", async (t) => {
	const { state, asked, reading } = rig(t);
	const before = reading.refresh();
	const after = reading.refresh(); /* the page was bound meanwhile */
	asked[1].resolve(answer_of(200, { station, operator: null }));
	await after;
	asked[0].resolve(answer_of(401, { error: { code: "ERR_UNAUTHORIZED", message: "not bound" } }));
	await before;
	assert.deepEqual(state.me, { station, operator: null });
});

test("a page that is bound no more says so; one that gets no answer stays as it is", async (t) => {
	const { state, asked, reading } = rig(t);
	state.me = { station, operator: null };
	const unheard = reading.refresh();
	asked[0].resolve(answer_of(503, { error: { code: "ERR_BUSY", message: "later" } }));
	await unheard;
	assert.equal(state.me.station, station);
	const heard = reading.refresh();
	asked[1].resolve(answer_of(401, { error: { code: "ERR_UNAUTHORIZED", message: "not bound" } }));
	await heard;
	assert.equal(state.me, null);
});
