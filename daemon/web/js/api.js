/*
 * The only fetch. A POST that was not answered is sent again with the same request_id: the database
 * does it once. A PIN passes through here and is kept nowhere.
 */
const DEADLINE_MS = 4000;
const RETRY_MS = [250, 750];
const refusals = ["question", "stop"]; /* of a view: it may not be read like this */

/* What the gate or a view refused (status, code, message, hint), or status 0: nobody answered. */
export class ApiError extends Error {
	constructor(status, error) {
		super(error?.message ?? "no answer");
		this.status = status;
		this.code = error?.code ?? "ERR_NO_ANSWER";
		this.hint = error?.hint ?? "";
	}
}

let clock_ms = null; /* how far the service's clock is ahead of this machine's; null: nobody answered yet */

/* The service's own time, in milliseconds, never later than its clock: it judges the times we send. */
export function server_now() {
	return Date.now() + (clock_ms ?? 0);
}

/* How far the service's clock is ahead of this machine's, to a second; null: not known. */
export function server_ahead_ms() {
	return clock_ms;
}

function clock_take(response) {
	const at_ms = Date.parse(response.headers.get("Date") ?? "");
	if (Number.isFinite(at_ms))
		clock_ms = at_ms - Date.now();
}

async function ask(path, options, deadline_ms = DEADLINE_MS) {
	let response;
	try {
		response = await fetch(path, {
			...options, credentials: "same-origin", cache: "no-store", signal: AbortSignal.timeout(deadline_ms),
		});
	} catch {
		throw new ApiError(0, null);
	}
	clock_take(response);
	const answer = await response.json().catch(() => null);
	if (answer === null)
		throw new ApiError(response.status === 200 ? 0 : response.status, null);
	if (response.ok || answer.verdict)
		return answer;
	throw new ApiError(response.status, answer.error);
}

function post_once(path, body, deadline_ms) {
	return ask(path, {
		method: "POST",
		headers: { "Content-Type": "application/json", "X-Specimend": "1" },
		body: JSON.stringify(body),
	}, deadline_ms);
}

/* GET /api/<name>; the data of a view's reply, or the plain answer of a route without one. */
export async function api_view(name, args = {}, deadline_ms = DEADLINE_MS) {
	const given = Object.entries(args).filter(([, value]) => value !== null && value !== undefined);
	const query = new URLSearchParams(given).toString();
	const answer = await ask(`/api/${name}${query ? `?${query}` : ""}`, {}, deadline_ms);
	if (answer.verdict === "not_stored")
		throw new ApiError(503, { code: answer.code, message: answer.title, hint: answer.do });
	if (refusals.includes(answer.verdict))
		throw new ApiError(403, { code: answer.code, message: answer.title, hint: answer.do });
	return answer.verdict ? answer.data : answer;
}

/* Where the browser finds a paper as PDF: {paper, bag} or {paper, visit_id}. */
export function api_paper_url(args) {
	return `/api/paper?${new URLSearchParams(args)}`;
}

/* POST /api/<name> with a plain body: station_bind, sign_in, the virtual devices. Sent once. */
export function api_post(name, body) {
	return post_once(`/api/${name}`, body);
}

/* An action; always a reply: not_stored when nobody answered, even after sending again, as long as goes_on() says so. */
export async function api_action(name, args, request_id = crypto.randomUUID(), deadline_ms = DEADLINE_MS, goes_on = () => true) {
	for (const pause_ms of [...RETRY_MS, null]) {
		try {
			return { request_id, ...await post_once(`/api/${name}`, { request_id, args }, deadline_ms) };
		} catch (error) {
			if (error.status !== 0)
				throw error;
		}
		if (pause_ms === null || !goes_on())
			break;
		await new Promise((resolve) => setTimeout(resolve, pause_ms));
	}
	return { request_id, verdict: "not_stored", code: "no_answer", title: null, do: null, data: null };
}

/* Base64 of the UTF-8 bytes of what was typed. */
export function api_base64(text) {
	return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

/* The request id of what follows from another request, so that two pages of one station act once (UUIDv8 of SHA-256). */
export async function api_request_after(request_id, what) {
	const bytes = new TextEncoder().encode(`${request_id}/${what}`);
	const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).slice(0, 16);
	hash[6] = hash[6] & 0x0f | 0x80;
	hash[8] = hash[8] & 0x3f | 0x80;
	const hex = Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
	return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
