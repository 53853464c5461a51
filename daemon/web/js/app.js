/*
 * The page of a station: holds what is known (state), shows the screen, takes answers, keys and the feed. Views draw;
 * they decide nothing about custody.
 */
import { ApiError, api_action, api_base64, api_post, api_view, server_ahead_ms } from "./api.js";
import { choice, fill, h, press_command, press_key } from "./dom.js";
import { events_new } from "./events.js";
import { keeping_new, kept_state } from "./keeping.js";
import { licence_is } from "./licence.js";
import { draws_blood, quietly, reading_new, signed_in } from "./reading.js";
import { scanning_new } from "./scanning.js";
import { first_screen, screen_of_scan, screen_wanted } from "./screens.js";
import { settings_get } from "./settings.js";
import { tone_player_new } from "./tone.js";
import { typing_start } from "./typing.js";
import { say } from "./words.js";
import { alarm_update } from "./widgets/alarm.js";
import { asked_new } from "./widgets/asked.js";
import { bands_update } from "./widgets/bands.js";
import { camera_may_be_here, camera_new } from "./widgets/camera.js";
import { head_update } from "./widgets/head.js";
import { PAD_DIGITS } from "./widgets/pad.js";
import { verdict_update } from "./widgets/verdict.js";
import { devices_view } from "./views/devices-virtual.js";

const HEALTH_MS = 1000;      /* with the deadline below: an outage shows within 2 s */
const HEALTH_DEADLINE_MS = 900;
const SHADE_DEFAULT_MIN = 5;

const at = (id) => document.getElementById(id);

const state = {
	me: null, visit: null, due: null, catalogue: null, lists: {}, /* what custody's screens read, by its name */
	health: null, online: true, events_up: true,
	verdict: null, waiting: 0, practice_open: false, used_ms: Date.now(),
};
const player = tone_player_new(() => settings_get(state.me?.station?.station));
let screen = null;
let dialog_close = null;

/* --- what views may use -------------------------------------------------------------------- */

const ctx = {
	state, player, say,
	go, follow, back,
	view: api_view, post: api_post,
	act, scan_text: (text) => scanning.scan_text(text), refresh: () => refresh(), visit_read: () => visit_read(), due_read: () => due_read(),
	catalogue_read: () => catalogue_read(), draw, verdict_show,
	lists_read: () => lists_read(), dialog_open, dialog_close: () => dialog_close?.(), events_reopen: () => events.open(),
	camera_toggle: () => camera.toggle(),
	kept: { list: () => keeping.list(), who: () => kept_who(), read_off: () => { keeping.read_off(kept_who()); bands_update(at("bands"), ctx); } },
	toggle_practice: () => { state.practice_open = !state.practice_open; draw(); },
};

/*
 * Does an action; its answer is shown and sounded; gives the reply or null when it was refused.
 * Pressed by a command card it takes its request id from the scan.
 */
function act(name, args, deadline_ms) {
	const done = act_send(name, args, deadline_ms);
	const mine = done.finally(() => {
		if (acting === mine)
			acting = null;
	}).catch(() => undefined); /* whoever asked for it hears of it */
	acting = mine;
	return done;
}

let acting = null;

async function act_send(name, args, deadline_ms) {
	try {
		const reply = await api_action(name, args, scanning.command_request(), deadline_ms);
		await reply_take(reply);
		screen?.view.acted?.(name, reply);
		draw_verdict();
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

/* A scan's answer leads to another screen, and stays. */
function follow(hash) {
	location.hash = hash;
	draw();
}

let came_from = null; /* the screen before a search or a tube's record */

function back() {
	go(came_from ?? (state.visit?.visit_id ? "#visit" : first_screen(state)));
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

function verdict_show(reply, raw = null, aloud = true) {
	const text = reply.data?.scan?.text ?? raw;
	state.verdict = { ...reply, raw: text && licence_is(text) ? say("photo_id") : text, at_ms: Date.now(), is_of_here: aloud };
	if (aloud)
		player.play(reply.verdict);
	if (reply.verdict === "not_stored")
		draw(); /* the screen says nothing good of a thing before */
	else
		draw_verdict();
}

/* Shows an answer and takes the visit it carries; without one the visit is read. */
async function reply_take(reply, raw = null) {
	verdict_show(reply, raw);
	if (reply.verdict === "not_stored")
		return;
	if (reply.data && "visit" in reply.data && !(reply.data.touched && !reply.data.visit && state.visit?.visit_id))
		visit_came(reply.data.visit);
	else
		await visit_read();
	if (reply.data?.touched)
		lists_read();
	draw();
}

function visit_set(visit) {
	let now = visit?.state === "parked" ? null : visit;
	if (now?.visit_id && !draws_blood(state))
		now = now.ask || now.alarm ? { ...now, visit_id: null } : null; /* stopped from here, and not held here */
	if (now?.visit_id && now.visit_id !== state.visit?.visit_id)
		location.hash = "#visit";
	state.visit = now;
}

const reading = reading_new(state, { draw, visit_set, wanted: () => screen?.reads ?? [] });
const { refresh, visit_came, visit_read, due_read, catalogue_read, lists_read } = reading;

/* --- screens ------------------------------------------------------------------------------- */

function draw() {
	const wanted = screen_wanted(state, location.hash);
	if (!screen || screen.make !== wanted.make || screen.arg !== wanted.arg) {
		dialog_close?.();
		screen?.view.end?.();
		at("screen").replaceChildren();
		at("screen").scrollTop = 0;
		screen = { ...wanted, view: wanted.make(at("screen"), ctx, wanted.arg) };
		if (!wanted.aside)
			came_from = location.hash;
		document.body.dataset.home = first_screen(state).slice(1);
		lists_read();
	}
	screen.view.update();
	asked.update(screen.view);
	head_update(at("head"), ctx, signed_in(state));
	bands_update(at("bands"), ctx);
	alarm_update(at("alarm"), ctx, signed_in(state) ? state.visit?.alarm ?? null : null);
	camera_check();
	draw_practice();
	draw_verdict();
}

const asked = asked_new(ctx, at("asked"));

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
	verdict_update(at("verdict"), state, screen?.view);
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

/* The name of this page, over a reload; one that was opened as its copy gets another. Null: the browser stores nothing. */
function page_name() {
	const KEY = "specimend/page";
	try {
		const name = sessionStorage.getItem(KEY) ?? crypto.randomUUID();
		sessionStorage.setItem(KEY, name);
		sessionStorage.removeItem(KEY);
		addEventListener("pagehide", () => sessionStorage.setItem(KEY, name));
		return name;
	} catch {
		return null;
	}
}

const keeping = keeping_new({ storage: () => localStorage, page: page_name() });

/* Whose a scan of this page is, and where it is made; null: nobody's. */
function kept_who() {
	const { operator, station } = signed_in(state) ? state.me : {};
	return operator ? { operator_id: operator.operator_id, operator: operator.name, station: station.station, station_name: station.name } : null;
}

function kept_post({ request_id, raw, aim, source, operator_id, station, at_ms, ahead_ms }) {
	const args = { raw: api_base64(raw), aim, source, operator_id, station, at_ms, ahead_ms, ahead_now_ms: server_ahead_ms() };
	return api_action("scan_kept", args, request_id, undefined, () => false);
}

/* What waited is sent when the service answers; the person is told what became of it, and nothing on the screen moves. */
async function kept_send() {
	if (!state.online || state.health?.database?.ok === false || !kept_who() || state.waiting > 0) /* on its way it is not late */
		return;
	const told = await keeping.send(kept_who(), kept_post);
	if (told.length > 0)
		player.play("question");
	const shown = told.find((one) => one.request_id === state.verdict?.request_id && state.verdict.verdict === "not_stored" && one.told.verdict !== "refused");
	if (shown) /* what stands there is not so any more */
		verdict_show({ verdict: "question", title: say(`kept_state_${kept_state(shown, kept_who(), Date.now())}`), do: null }, shown.raw, false);
	bands_update(at("bands"), ctx);
}

const scanning = scanning_new(state, {
	view: () => screen?.view, asked: () => asked.waits(), acting: () => acting, press: (command) => press_command(layers(), command), taken: scan_taken, keeping, who: kept_who, signed_out: refresh, reply_take, error_show, draw_verdict,
	nothing_pressed: () => verdict_show({ verdict: "note", title: say("no_command"), do: null }),
});

const camera = camera_new(at("camera"), (text, aim) => {
	state.used_ms = Date.now();
	scanning.scan_typed(text, "camera", aim);
});

if (camera_may_be_here())
	camera.warm();

let camera_of = null; /* whose page it is; who comes next opens the camera anew */

function camera_check() {
	const who = signed_in(state) ? state.me.operator.operator_id : null;
	if (camera_of !== null && who !== camera_of)
		camera.close();
	camera_of = who;
}

const stopped = ["mistake", "bag_stopped"]; /* whoever stops it there wants to see it there */
const closing = ["specimen", "label", "bag", "place"];

/* A scan was answered: the screen it belongs to is shown, without losing the answer. */
async function scan_taken(about, reply) {
	camera.answered(reply);
	if (about?.kind === "badge")
		await refresh(); /* the shade may have ended, the visit may be somebody else's now */
	if (closing.includes(about?.kind))
		dialog_close?.(); /* it was about the thing before */
	const stays = screen?.view.keeps_scans || stopped.includes(reply.code);
	const wanted = signed_in(state) && !state.visit?.visit_id && !stays ? screen_of_scan(state, about?.kind) : null;
	if (wanted && location.hash.split("/")[0] !== wanted) {
		location.hash = wanted;
		draw();
	}
	screen?.view.scanned?.(about, reply);
	draw_verdict(); /* the screen may be red for it */
}

/* Where a key or card may act: only what lies on top, and the head's Stop. */
function layers() {
	if (!at("alarm").hidden)
		return [at("alarm")];
	if (!at("dialog").hidden)
		return [at("dialog"), at("head")];
	return [at("asked"), at("screen"), at("head")];
}

/* --- keys ---------------------------------------------------------------------------------- */

const names = { Escape: "esc", Enter: "enter", Backspace: "backspace" };

/* True when the key pressed something. */
function key_press(key) {
	if (at("dialog").hidden && at("alarm").hidden && (press_key([at("asked")], names[key] ?? key) || screen?.view.key?.(key)))
		return true;
	return press_key(layers(), names[key] ?? key);
}

/* Digits go to a pad at once; of a PIN nothing is shown, nor waited for. */
function pad_digits() {
	if (!signed_in(state))
		return Infinity;
	return layers().some((root) => !root.hidden && root.querySelector(".count-pad")) ? PAD_DIGITS : 0;
}

function draw_typed(text) {
	at("typed").hidden = text === "";
	fill(at("typed"), text !== "" && [h("span", {}, say("typed")), h("code", {}, `${text}\u2026`),
		text.length > 1 && [h("span", {}, h("span", { class: "keycap" }, "Enter"), " ", say("typed_send")), h("span", {}, h("span", { class: "keycap" }, "Esc"), " ", say("typed_drop"))]]);
}

typing_start({
	on_scan: (text) => scanning.scan_typed(text), on_number: (text) => scanning.scan_typed(text, "hand"), on_key: key_press, pad_digits, on_shown: draw_typed,
	on_use: () => {
		state.used_ms = Date.now();
		player.wake();
	},
});

/* --- feed and health ------------------------------------------------------------------------ */

const on_event = {
	scan: (data) => {
		state.used_ms = Date.now();
		scanning.scan_came(data);
	},
	seen: ({ reply }) => { /* nobody used this page: the shade comes none the later */
		if (signed_in(state) && !is_idle())
			verdict_show(reply, null, false); /* it was heard where it was scanned */
	},
	visit: async () => {
		const had = state.visit?.visit_id;
		await visit_read();
		if (had && !state.visit?.visit_id && state.verdict?.is_of_here === false)
			state.verdict = null; /* it was closed at the chair: what was said there of its tubes is over */
		draw();
	},
	due: () => due_read().then(draw),
	printer: ({ device_id, state: words, one_way }) => {
		const device = state.me?.devices?.find((one) => one.device_id === device_id);
		if (device)
			Object.assign(device, { state: words, one_way });
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
	custody: lists_read,
	devices: refresh, /* what is plugged in, and whether it is what it was */
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
	draw_verdict();
}

function is_idle() {
	const limit_min = state.me?.policies?.idle?.shade_min ?? SHADE_DEFAULT_MIN;
	return (Date.now() - state.used_ms) / 60000 >= limit_min;
}

/* The shade falls after some minutes without use, but never with labels out. */
async function shade_check() {
	if (!signed_in(state) || !is_idle() || state.visit?.open_labels > 0)
		return;
	state.used_ms = Date.now();
	await quietly(() => api_action("shade", {}));
	await refresh();
}

async function tick() {
	await health_read();
	await shade_check();
	kept_send();
	setTimeout(tick, HEALTH_MS);
}

addEventListener("hashchange", draw);
addEventListener("storage", keeping.changed); /* another page of this browser kept one, or sent it */
await refresh();
if (state.me)
	events.open();
tick();
