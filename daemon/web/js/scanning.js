/*
 * Scans on their way: typed or from the feed, in order, each once; and what a command card presses on the screen.
 */
import { api_action, api_base64, api_request_after } from "./api.js";
import { id_of_typed } from "./id.js";
import { licence_new } from "./licence.js";

const SEEN_MAX = 50;

/*
 * view() -> the screen's view; asked(): the station waits for a scan; acting() -> promise of an act on its way, or null;
 * press(command) -> true when something on the screen was pressed; taken(about, reply): an answer was shown. Gives {scan_typed(text), scan_text(text), scan_came({request_id, reply}), command_request()}.
 */
export function scanning_new(state, { view, asked, acting, press, taken, reply_take, error_show, nothing_pressed, draw_verdict }) {
	const seen = [];
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
		state.waiting++;
		scan_chain = scan_chain.then(() => scan_send(text, source, aim)).finally(() => {
			state.waiting--;
			draw_verdict();
		});
	}

	async function scan_send(text, source, aim) {
		const request_id = crypto.randomUUID();
		seen_before(request_id);
		try {
			const args = { raw: api_base64(text), aim, source, device_id: null, device_at_us: null, evidence: null };
			await scan_take(await api_action("scan", args, request_id), request_id, text);
		} catch (error) {
			error_show(error, text);
		}
	}

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

	function scan_came({ request_id, reply }) {
		if (!seen_before(request_id))
			scan_take(reply, request_id, null);
	}

	return { scan_typed, scan_text, scan_came, command_request: () => command_request ?? undefined };
}
