/*
 * The page of a station: holds what is known (state), chooses the screen, takes scans from the feed and from
 * typing, shows answers. Views draw; they decide nothing about custody.
 */
import { ApiError, api_action, api_base64, api_post, api_request_after, api_view } from "./api.js";
import { choice, fill, h, press_command, press_key } from "./dom.js";
import { events_new } from "./events.js";
import { id_of_typed } from "./id.js";
import { licence_is, licence_new } from "./licence.js";
import { settings_get } from "./settings.js";
import { tone_player_new } from "./tone.js";
import { typing_start } from "./typing.js";
import { say } from "./words.js";
import { alarm_update } from "./widgets/alarm.js";
import { bands_update } from "./widgets/bands.js";
import { head_update } from "./widgets/head.js";
import { verdict_nodes } from "./widgets/verdict.js";
import { devices_view } from "./views/devices-virtual.js";
import { due_view } from "./views/collections-due.js";
import { find_view } from "./views/specimen-find.js";
import { order_new_view } from "./views/order-new.js";
import { sign_in_view } from "./views/operator-sign-in.js";
import { station_bind_view } from "./views/station-bind.js";
import { timeline_view } from "./views/specimen-timeline.js";
import { visit_view } from "./views/visit-collect.js";

const HEALTH_MS = 1000;      /* with the deadline below: an outage shows within 2 s */
const HEALTH_DEADLINE_MS = 900;
const SEEN_MAX = 50;
const SHADE_DEFAULT_MIN = 5;

const at = (id) => document.getElementById(id);

const state = {
	me: null, visit: null, due: null, catalogue: null,
	health: null, online: true, events_up: true,
	verdict: null, waiting: 0, practice_open: false, used_ms: Date.now(),
};
const player = tone_player_new(() => settings_get(state.me?.station?.station));
const seen = [];
let screen = null;
let dialog_close = null;

/* --- what views may use -------------------------------------------------------------------- */

const ctx = {
	state, player, say,
	go,
	view: api_view, post: api_post,
	act, scan_text, refresh, visit_read, due_read, catalogue_read, draw, verdict_show,
	dialog_open, dialog_close: () => dialog_close?.(), events_reopen: () => events.open(),
	toggle_practice: () => { state.practice_open = !state.practice_open; draw(); },
};

/*
 * Does an action; its answer is shown and sounded; gives the reply or null when it was refused.
 * Pressed by a command card it takes its request id from the scan.
 */
async function act(name, args) {
	try {
		const reply = await api_action(name, args, command_request ?? undefined);
		await reply_take(reply);
		return reply;
	} catch (error) {
		error_show(error);
		return null;
	}
}

/* A person goes to another screen: what was said on this one is done with, unless it was not stored. */
function go(hash) {
	if (state.verdict?.verdict !== "not_stored")
		state.verdict = null;
	if (location.hash === hash)
		draw();
	location.hash = hash;
}

function error_show(error, raw = null) {
	if (!(error instanceof ApiError))
		throw error;
	if (error.status === 0)
		return verdict_show({ verdict: "not_stored", title: null, do: null }, raw);
	verdict_show({ verdict: "question", title: error.message || say("refused"), do: error.hint }, raw);
	if (error.status === 401)
		refresh();
}

function verdict_show(reply, raw = null) {
	const text = reply.data?.scan?.text ?? raw;
	state.verdict = { ...reply, raw: text && licence_is(text) ? say("photo_id") : text, at_ms: Date.now() };
	player.play(reply.verdict);
	draw_verdict();
}

/* Shows an answer and takes the visit it carries; without one the visit is read. */
async function reply_take(reply, raw = null) {
	verdict_show(reply, raw);
	if (reply.verdict === "not_stored")
		return;
	if (reply.data && "visit" in reply.data)
		visit_set(reply.data.visit);
	else
		await visit_read();
	draw();
}

function visit_set(visit) {
	const now = visit?.state === "parked" ? null : visit;
	if (now?.visit_id && now.visit_id !== state.visit?.visit_id)
		location.hash = "#visit";
	state.visit = now;
}

/* --- reading ------------------------------------------------------------------------------- */

async function quietly(fn) {
	try {
		return await fn();
	} catch (error) {
		if (!(error instanceof ApiError))
			throw error;
		return undefined; /* the health band says it; the next event reads again */
	}
}

async function refresh() {
	await quietly(async () => {
		try {
			state.me = await api_view("me");
		} catch (error) {
			if (error.status !== 401 && error.code !== "station_unknown")
				throw error;
			state.me = null; /* not bound to a station yet */
		}
		if (!signed_in())
			Object.assign(state, { visit: null, due: null });
	});
	await Promise.all([visit_read(), due_read()]);
	draw();
}

async function visit_read() {
	if (!signed_in())
		return;
	const visit = await quietly(() => api_view("visit"));
	if (visit !== undefined && (visit?.visit_id || !visit_is_over(state.visit)))
		visit_set(visit);
}

/* A finished visit stays on the screen until the person goes on. */
function visit_is_over(visit) {
	return visit?.state === "closed" || visit?.state === "mistake";
}

async function due_read() {
	if (signed_in())
		state.due = await quietly(() => api_view("collections_due")) ?? state.due;
}

async function catalogue_read() {
	state.catalogue ??= await quietly(() => api_view("catalogue")) ?? null;
	return state.catalogue;
}

function signed_in() {
	return Boolean(state.me?.operator) && !state.me.shaded;
}

/* --- screens ------------------------------------------------------------------------------- */

const screens = {
	"#due": due_view, "#visit": visit_view, "#new-order": order_new_view, "#find": find_view, "#timeline": timeline_view,
};

function screen_wanted() {
	if (!state.me)
		return { make: station_bind_view, arg: null };
	if (!signed_in())
		return { make: sign_in_view, arg: state.me.operator?.operator_id ?? null };
	const [name, arg] = location.hash.split("/");
	if (name === "#visit" && !state.visit?.visit_id) /* an alarm or a question may wait without a visit */
		return { make: due_view, arg: null };
	return { make: screens[name] ?? due_view, arg: arg ? decodeURIComponent(arg) : null };
}

function draw() {
	const wanted = screen_wanted();
	if (!screen || screen.make !== wanted.make || screen.arg !== wanted.arg) {
		dialog_close?.();
		screen?.view.end?.();
		at("screen").replaceChildren();
		at("screen").scrollTop = 0;
		screen = { ...wanted, view: wanted.make(at("screen"), ctx, wanted.arg) };
	}
	screen.view.update();
	head_update(at("head"), ctx, signed_in());
	bands_update(at("bands"), ctx);
	alarm_update(at("alarm"), ctx, signed_in() ? state.visit?.alarm ?? null : null);
	draw_practice();
	draw_verdict();
}

let practice = null;
function draw_practice() {
	const wanted = Boolean(state.me?.practice) && state.practice_open;
	at("practice").hidden = !wanted;
	if (!wanted)
		return;
	practice ??= devices_view(at("practice"), ctx);
	practice.update();
}

function draw_verdict() {
	fill(at("verdict"), verdict_nodes(state.verdict, state.waiting));
	at("verdict").className = state.verdict ? `verdict ${state.verdict.verdict}` : "";
}

/* Opens a dialog over the screen: build(close) -> nodes. Back, Escape and the card *back* close it. */
function dialog_open(title, build) {
	const root = at("dialog");
	dialog_close = () => {
		root.hidden = true;
		root.replaceChildren();
		dialog_close = null;
	};
	fill(root, h("section", { class: "sheet", role: "dialog", "aria-label": title },
		h("div", { class: "sheet-head" }, h("h2", {}, title),
			choice({ key: "Esc", command: "back", label: say("back"), kind: "quiet", act: () => dialog_close?.() })),
		build(() => dialog_close?.())));
	root.hidden = false;
}

/* --- scans --------------------------------------------------------------------------------- */

function seen_before(request_id) {
	if (seen.includes(request_id))
		return true;
	seen.push(request_id);
	seen.splice(0, Math.max(0, seen.length - SEEN_MAX));
	return false;
}

let scan_chain = Promise.resolve();

const licence_feed = licence_new({ on_scan: scan_text });

/* A code was typed or scanned into the page. The screen may want it for itself; else the station judges it. */
function scan_typed(text) {
	if (state.me && licence_feed(text))
		return;
	performance.mark("scan");
	const id = id_of_typed(text);
	const plain = id?.text ?? text;
	if (screen?.view.scan?.(plain, id?.kind ?? null))
		return;
	if (state.me)
		scan_text(plain);
}

/* In order: an answer belongs to the scan before the next one. */
function scan_text(text) {
	state.waiting++;
	scan_chain = scan_chain.then(() => scan_send(text)).finally(() => {
		state.waiting--;
		draw_verdict();
	});
}

async function scan_send(text) {
	const request_id = crypto.randomUUID();
	seen_before(request_id);
	try {
		const args = { raw: api_base64(text), aim: null, source: "typed", device_id: null, device_at_us: null, evidence: null };
		await scan_take(await api_action("scan", args, request_id), request_id, text);
	} catch (error) {
		error_show(error, text);
	}
}

/* The station's answer to a scan, of this page's or of a real scanner. */
async function scan_take(reply, request_id, raw) {
	const about = reply.data?.about;
	const text = reply.data?.scan?.text ?? raw;
	if (about?.kind === "badge" && !about.done && screen?.view.scan?.(text, "badge"))
		return;
	if (about?.kind === "command" && !about.done)
		return command_do(about.command, request_id);
	await reply_take(reply, raw);
	if (about?.kind === "badge")
		await refresh(); /* the shade may have ended, the visit may be somebody else's now */
	screen?.view.scanned?.(about, reply);
}

let command_request = null;
async function command_do(command, request_id) {
	command_request = await api_request_after(request_id, command);
	const done = press_command(layers(), command);
	command_request = null;
	if (!done)
		verdict_show({ verdict: "note", title: say("no_command"), do: null });
}

/* Where a key or card may act: only what lies on top, and the head's Stop. */
function layers() {
	if (!at("alarm").hidden)
		return [at("alarm")];
	if (!at("dialog").hidden)
		return [at("dialog"), at("head")];
	return [at("screen"), at("head")];
}

/* --- keys ---------------------------------------------------------------------------------- */

const names = { Escape: "esc", Enter: "enter", Backspace: "backspace" };

/* True when the key pressed something. */
function key_press(key) {
	if (at("dialog").hidden && at("alarm").hidden && screen?.view.key?.(key))
		return true;
	return press_key(layers(), names[key] ?? key);
}

typing_start({
	on_scan: scan_typed, on_key: key_press,
	on_use: () => {
		state.used_ms = Date.now();
		player.wake();
	},
});

/* --- feed and health ------------------------------------------------------------------------ */

const on_event = {
	scan: ({ request_id, reply }) => {
		state.used_ms = Date.now();
		if (!seen_before(request_id))
			scan_take(reply, request_id, null);
	},
	visit: () => visit_read().then(draw),
	due: () => due_read().then(draw),
	printer: ({ device_id, state: words }) => {
		const device = state.me?.devices?.find((one) => one.device_id === device_id);
		if (device)
			device.state = words;
		draw();
	},
	virtual_label: (data) => practice?.label_came?.(data),
	health: (health) => {
		state.health = health;
		draw();
	},
	sign_in: () => {
		events.open(); /* the last of its stream: the next one is for who is signed in now */
		return refresh();
	},
	resync: refresh,
};

const events = events_new({
	on_event: (kind, data) => on_event[kind](data),
	on_state: (up) => {
		const was = state.events_up;
		state.events_up = up;
		if (up && !was)
			refresh();
		else if (!up && state.me)
			health_read();
	},
});

async function health_read() {
	const before = state.online;
	try {
		state.health = await api_view("health", {}, HEALTH_DEADLINE_MS);
		state.online = true;
	} catch (error) {
		state.online = error.status !== 0;
	}
	if (before && !state.online)
		player.play("offline");
	if (!before && state.online)
		await refresh();
	bands_update(at("bands"), ctx);
}

/* The shade falls after some minutes without use, but never with labels out. */
async function shade_check() {
	const idle_min = (Date.now() - state.used_ms) / 60000;
	const limit_min = state.me?.policies?.idle?.shade_min ?? SHADE_DEFAULT_MIN;
	if (!signed_in() || idle_min < limit_min || state.visit?.open_labels > 0)
		return;
	state.used_ms = Date.now();
	await quietly(() => api_action("shade", {}));
	await refresh();
}

async function tick() {
	await health_read();
	await shade_check();
	setTimeout(tick, HEALTH_MS);
}

addEventListener("hashchange", draw);
await refresh();
if (state.me)
	events.open();
tick();
