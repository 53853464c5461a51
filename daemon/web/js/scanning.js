/*
 * Scans on their way: typed or from the feed, in order, each once; and what a command card presses on the screen. One that nobody took
 * is NOT STORED, and kept for later (keeping.js).
 */
import { ApiError, api_action, api_base64, api_request_after, server_ahead_ms } from "./api.js";
import { id_of_typed } from "./id.js";
import { licence_new } from "./licence.js";
import { say } from "./words.js";

const SEEN_MAX = 50;
const good = ["stored", "complete", "repeat"];
const kept_words = { kept: "kept_do_kept", page: "kept_do_page", full: "kept_do_full", none: "kept_do_none" };
const is_later = (error) => error instanceof ApiError && (error.status === 0 || error.status === 401 || error.status === 429 || error.status >= 500);

/*
 * view() -> the screen's view; asked(): the station waits for a scan; acting() -> promise of an act on its way, or null;
 * press(command) -> true when something on the screen was pressed; taken(about, reply): an answer was shown; keeping: of keeping.js; who() -> {operator_id, operator, station, station_name} or null; signed_out(): the service says so. Gives {scan_typed(text), scan_text(text), scan_came({request_id, reply}), command_request()}.
 */
export function scanning_new(state, { view, asked, acting, press, taken, keeping, who, signed_out, reply_take, error_show, nothing_pressed, draw_verdict }) {
	const seen = [];
	const sent = new Map(); /* request_id -> a scan that is not answered yet */
	let scan_chain = Promise.resolve();
	let command_request = null;

	function seen_before(request_id) {
		if (seen.includes(request_id))
			return true;
		seen.push(request_id);
		seen.splice(0, Math.max(0, seen.length - SEEN_MAX));
		return false;
	}

	const licence_feed = licence_new({ on_scan: scan_text });

	/*
	 * A code was typed or scanned into the page. The screen may want it for itself, but what the station asks for comes
	 * first, also when Stop is still on its way; else the station judges it. source: "typed" by a keyboard wedge, or by a
	 * "hand", which is what a person does with a code that does not read, or seen by the "camera".
	 */
	function scan_typed(text, source = "typed", aim = null) {
		const wait = acting();
		if (wait)
			return wait.then(() => scan_typed(text, source, aim));
		if (state.me && licence_feed(text))
			return;
		performance.mark("scan");
		const id = id_of_typed(text);
		const plain = id?.text ?? text;
		if (!asked() && view()?.scan?.(plain, id?.kind ?? null))
			return;
		if (state.me)
			scan_text(plain, source, aim);
	}

	/* In order: an answer belongs to the scan before the next one. */
	function scan_text(text, source = "typed", aim = null) {
		const scan = { request_id: crypto.randomUUID(), raw: text, aim, source, ...who(), at_ms: Date.now(), ahead_ms: server_ahead_ms() };
		state.waiting++;
		sent.set(scan.request_id, scan);
		scan_chain = scan_chain.then(() => scan_send(scan)).finally(() => {
			sent.delete(scan.request_id);
			state.waiting--;
			draw_verdict();
		});
	}

	async function scan_send(scan) {
		const { request_id, raw, aim, source } = scan;
		seen_before(request_id);
		try {
			const args = { raw: api_base64(raw), aim, source, device_id: null, device_at_us: null, evidence: null };
			const reply = await api_action("scan", args, request_id, undefined, () => state.online); /* without a connection one try, as long as any: a weak signal may do it */
			if (reply.verdict === "not_stored")
				return await scan_lost(scan, reply);
			keeping.drop(request_id); /* the page was hidden meanwhile */
			keeping.scanned(raw, reply.verdict);
			await scan_take(reply, request_id, raw);
		} catch (error) {
			if (!is_later(error))
				return error_show(error, raw);
			await scan_lost(scan, { request_id, verdict: "not_stored", code: "no_answer", title: null, data: null });
			if (error.status === 401)
				await signed_out();
		}
	}

	/* Nobody took it: red, and never as if it were good; kept for later. */
	function scan_lost(scan, reply) {
		return scan_take({ ...reply, do: say(kept_words[keeping.keep(scan)]) }, scan.request_id, scan.raw);
	}

	/* The page goes: what has no answer yet would be lost with it. A phone that sleeps ends a hidden page without another word. */
	function sent_keep() {
		for (const scan of sent.values())
			keeping.keep(scan);
	}

	addEventListener("pagehide", sent_keep);
	document.addEventListener("visibilitychange", () => document.hidden && sent_keep());

	/* The station's answer to a scan, of this page's or of a real scanner. */
	async function scan_take(reply, request_id, raw) {
		const about = reply.data?.about;
		const text = reply.data?.scan?.text ?? raw;
		if (about?.kind === "badge" && !about.done && view()?.scan?.(text, "badge"))
			return;
		if (about?.kind === "command" && !about.done)
			return command_do(about.command, request_id);
		await reply_take(reply, raw);
		await taken(about, reply);
	}

	async function command_do(command, request_id) {
		command_request = await api_request_after(request_id, command);
		const done = press(command);
		command_request = null;
		if (!done)
			nothing_pressed();
	}

	/* Stored after its person was told NOT STORED: no badge or card acts so late, and nothing is good without a word. */
	async function scan_counts(reply) {
		if (!["badge", "command"].includes(reply.data?.about?.kind))
			await reply_take(good.includes(reply.verdict) ? { ...reply, verdict: "question", title: say("kept_state_in_time"), do: reply.title } : reply);
	}

	function scan_came({ request_id, reply, told }) {
		if (told)
			return scan_counts(reply);
		if (!seen_before(request_id))
			scan_take(reply, request_id, null);
	}

	return { scan_typed, scan_text, scan_came, command_request: () => command_request ?? undefined };
}
