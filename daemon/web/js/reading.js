/*
 * What the page has read: who is here, the open visit, the lists. Nothing here draws; draw() is called when something
 * came. A list of custody (packing, courier, receiving ...) is read for the screen that wants it, often but not too often.
 */
import { ApiError, api_view } from "./api.js";
import { newest_new, reader_new } from "./reader.js";

export async function quietly(fn) {
	try {
		return await fn();
	} catch (error) {
		if (!(error instanceof ApiError))
			throw error;
		return undefined; /* the health band says it; the next event reads again */
	}
}

export function signed_in(state) {
	return Boolean(state.me?.operator) && !state.me.shaded;
}

/* A finished visit stays on the screen until the person goes on. */
function visit_is_over(visit) {
	return visit?.state === "closed" || visit?.state === "mistake";
}

/* Who is here; null: this page is not bound to a station yet. */
async function me_ask() {
	try {
		return await api_view("me");
	} catch (error) {
		if (error.status !== 401 && error.code !== "station_unknown")
			throw error;
		return null;
	}
}

const blood_stations = ["collection", "processing"];

export function draws_blood(state) {
	return blood_stations.includes(state.me?.station?.kind);
}

/* {name, args} as one text: the place of its answer in state.lists. */
export function list_key({ name, args }) {
	return args ? `${name}/${Object.values(args).join("/")}` : name;
}

/* wanted() -> [{name, args}] of the screen that is shown. */
export function reading_new(state, { draw, visit_set, wanted }) {
	const readers = new Map();
	const mes = newest_new(() => quietly(me_ask));
	const visits = newest_new(() => quietly(() => api_view("visit")));
	const dues = newest_new(() => quietly(() => api_view("collections_due")));

	async function me_read() {
		const { answer: me, is_old } = await mes.read();
		if (is_old || me === undefined)
			return;
		state.me = me;
		if (!signed_in(state)) {
			Object.assign(state, { visit: null, due: null, lists: {} });
			for (const reader of readers.values())
				reader.end();
			readers.clear();
		}
	}

	/* An act's answer carried the visit: what was asked before it was known is old. */
	function visit_came(visit) {
		visits.came();
		visit_set(visit);
	}

	async function visit_read() {
		if (!signed_in(state))
			return;
		const { answer: visit, is_old } = await visits.read();
		if (is_old)
			return visit_read(); /* it may tell of something that the newer one did not know yet */
		if (signed_in(state) && visit !== undefined && (visit?.visit_id || !visit_is_over(state.visit)))
			visit_set(visit);
	}

	async function due_read() {
		if (!signed_in(state) || !draws_blood(state))
			return;
		const { answer: due, is_old } = await dues.read();
		if (!is_old && signed_in(state))
			state.due = due ?? state.due;
	}

	async function catalogue_read() {
		state.catalogue ??= await quietly(() => api_view("catalogue")) ?? null;
		return state.catalogue;
	}

	function reader_for(list) {
		const key = list_key(list);
		if (!readers.has(key))
			readers.set(key, reader_new(() => quietly(() => api_view(list.name, list.args ?? {})), (answer) => {
				if (answer === undefined)
					return;
				state.lists[key] = answer;
				draw();
			}));
		return readers.get(key);
	}

	function lists_read() {
		if (signed_in(state))
			for (const list of wanted())
				reader_for(list).ask();
	}

	async function refresh() {
		await me_read();
		await Promise.all([visit_read(), due_read()]);
		draw();
		lists_read();
	}

	return { refresh, visit_came, visit_read, due_read, catalogue_read, lists_read };
}
