/*
 * Scans of this page that nobody took: kept on this device, over a reload too, and sent when the service answers again. They are not
 * stored until then, and late when they are: facts that move nothing (contrib/CONTRACTS.md 2, late scans). Kept is what names a thing
 * and nobody: an id of ours with its check digits. No badge, no card, no code of others, which may hold a name. Each belongs to who made
 * it, where it was made, and is sent only when that person is signed in there. Of what was sent only the verdict is kept, until it
 * was read. Pure but for the storage that it is given.
 */
import { id_of_typed } from "./id.js";

export const KEPT_MAX = 200;
export const KEPT_DAYS = 30; /* the database knows a request's id for 60 */
const DAY_MS = 86400000;
const REST_MS = 5000;        /* whoever stands there scans it again at once; that comes first */
const ALONE_MS = 60000;      /* so long it is left to the page that made it, where it may be on its way still */
const PREFIX = "specimend/kept/";
const kinds = ["specimen", "label", "bag", "place", "stop", "delivery", "FOUND sticker", "visit slip"];
const good = ["stored", "complete", "repeat"];
const unsent = ["kept_of_another", "kept_elsewhere"];

const is_whole = (one) => ["request_id", "raw", "station", "operator"].every((name) => typeof one?.[name] === "string")
	&& ["n", "operator_id", "at_ms"].every((name) => Number.isFinite(one[name]));

/* Null: somebody else wrote there. */
function parsed(text) {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}

/* Two codes of one tube are one thing. */
function is_same_thing(a, b) {
	const [one, other] = [a, b].map((text) => id_of_typed(text)?.specimen_id ?? text);
	return one === other;
}

/* What became of it, as a word: waiting old of_another elsewhere, or sent: late in_time asked refused. */
export function kept_state(one, who, now_ms) {
	if (one.told)
		return one.told.code === "scan_late" ? "late" : { question: "asked", stop: "asked", refused: "refused" }[one.told.verdict] ?? "in_time";
	if (now_ms - one.at_ms > KEPT_DAYS * DAY_MS)
		return "old";
	if (one.operator_id !== who?.operator_id)
		return "of_another";
	return one.station === who.station ? "waiting" : "elsewhere";
}

/*
 * storage() -> localStorage or what is like it, may throw; now() -> ms; page: this page of the browser, by a name of its own that a
 * reload keeps: pages share the list, and each sends what it made. A kept scan: {request_id, raw: its text, aim, source, operator_id,
 * operator: that person's name, station: its code, station_name, at_ms and ahead_ms as in api.scan_kept}; who: {operator_id, station} or null.
 */
export function keeping_new({ storage, now = Date.now, page = null }) {
	const loose = new Map(); /* what the browser would not store */
	let known = null;
	let kept_ms = -Infinity;
	let sending = null;

	function read() {
		const found = new Map(loose);
		try {
			const from = storage();
			for (const key of Array.from({ length: from.length }, (_, n) => from.key(n)).filter((one) => one.startsWith(PREFIX))) {
				const one = parsed(from.getItem(key));
				if (is_whole(one))
					found.set(one.request_id, one);
			}
		} catch {
			/* storage is off: what this page knows remains */
		}
		return [...found.values()].sort((a, b) => a.n - b.n);
	}
	const list = () => known ??= read();

	/* True when it outlives the page. */
	function put(one) {
		known = null;
		try {
			storage().setItem(PREFIX + one.request_id, JSON.stringify(one));
			loose.delete(one.request_id);
			return true;
		} catch {
			loose.set(one.request_id, one);
			return false;
		}
	}

	function drop(request_id) {
		known = null;
		loose.delete(request_id);
		try {
			storage().removeItem(PREFIX + request_id);
		} catch {
			/* nothing was stored */
		}
	}

	/* Gives "kept", "page" (until it closes: the browser stores nothing), "full", or "none" (nobody's, or a code that is not kept). */
	function keep(scan) {
		const id = id_of_typed(scan.raw);
		if (!scan.operator_id || !scan.station || !kinds.includes(id?.kind))
			return "none";
		if (list().length >= KEPT_MAX)
			return "full";
		kept_ms = now();
		return put({ ...scan, page, kept_ms, n: (list().at(-1)?.n ?? 0) + 1 }) ? "kept" : "page";
	}

	/* A person scanned it again, and that was stored: nobody needs to be told of the one before. */
	function scanned(text, verdict) {
		for (const one of good.includes(verdict) ? list().filter(({ raw }) => is_same_thing(raw, text)) : [])
			if (one.told)
				drop(one.request_id);
			else if (!one.again)
				put({ ...one, again: true });
	}

	/* Of another page that may live still? */
	function is_of_another(one) {
		return Boolean(one.page) && one.page !== page && Math.abs(now() - one.kept_ms) < ALONE_MS;
	}

	/* What the service made of one: {told}, {why: it stays}, or null: nobody answered. post(one) -> promise of a reply; it throws what has a status. */
	async function outcome(one, post) {
		try {
			const { verdict, code } = await post(one);
			if (verdict === "not_stored")
				return null;
			return unsent.includes(code) ? { why: code } : { told: { verdict, code } };
		} catch (error) {
			if (error.status === undefined)
				throw error;
			return error.status === 400 ? { told: { verdict: "refused", code: error.code } } : null;
		}
	}

	async function send_all(who, post) {
		const told = [];
		for (const one of list().filter((each) => kept_state(each, who, now()) === "waiting" && !is_of_another(each))) {
			const answer = await outcome(one, post);
			if (!answer || answer.why)
				break;
			known = null;
			const { again, told: told_already } = list().find((each) => each.request_id === one.request_id) ?? { again: true };
			if (told_already)
				continue; /* by another page */
			if (again && answer.told.verdict !== "refused") {
				drop(one.request_id);
				continue;
			}
			put({ ...one, told: answer.told });
			told.push({ ...one, told: answer.told });
		}
		return told;
	}

	/* Sends what is this person's and of here, in order, each until it is answered; gives what somebody must be told of. */
	async function send(who, post) {
		if (sending || now() - kept_ms < REST_MS)
			return [];
		sending = send_all(who, post);
		try {
			return await sending;
		} finally {
			sending = null;
		}
	}

	/* Takes off what was read: what this person was told of, and what is too old to be sent. */
	function read_off(who) {
		for (const one of list())
			if (one.told ? one.operator_id === who?.operator_id : kept_state(one, who, now()) === "old")
				drop(one.request_id);
	}

	return { keep, drop, list, scanned, send, read_off, changed: () => known = null };
}
