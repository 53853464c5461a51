/* Amber and red bands for what is down: connection, database, devices, press, printer, sound. */
import { fill, h } from "../dom.js";
import { say, say_printer, say_time } from "../words.js";
import { kept_bands } from "./kept.js";

const CHIRP_MS = 10000;
const parts = ["core", "database", "bench", "press"];
const chirping = ["media_out", "ribbon_out", "head_open", "jam", "wrong_stock"];
let chirped_ms = 0;

function band(kind, text, on) {
	return h(on ? "button" : "p", { class: `band ${kind}`, type: on ? "button" : null, on: on ? { click: on } : null }, text);
}

/* Nothing can be stored. */
function is_down(part) {
	return part === "database" || part === "core";
}

/* The service knows more of the database than that it is away. */
function say_down(part, { message, hint }) {
	return message ? say("health_why", { message, hint }) : say(`health_${part}`);
}

function health_bands({ online, events_up, health }) {
	if (!online || !events_up)
		return [band("down", say("health_offline"))];
	return parts.filter((part) => health?.[part] && !health[part].ok).map((part) =>
		band(is_down(part) ? "down" : "warn",
			`${say_down(part, health[part])} ${health[part].since ? say("health_since", { time: say_time(health[part].since) }) : ""}`));
}

function printers_in_trouble(me) {
	return (me?.devices ?? []).filter((device) => device.kind === "printer" && say_printer(device.state));
}

/* It answers nothing, and cannot: its labels come out all the same. */
function is_mute(device) {
	return device.one_way && device.state.every((word) => word === "silent");
}

/* No label comes out. */
function is_stopped(device) {
	return device.kind === "printer" && !is_mute(device) && device.state.some((word) => word !== "media_low" && word !== "ok");
}

/* A scanner that nobody listens to, however often somebody scans with it. */
function is_deaf(device) {
	return ["scanner_changed", "device_deaf"].includes(device.trouble?.code);
}

/* Every red band there is now, by name. */
export function bands_red({ online, events_up, health, me }) {
	return [
		...!online || !events_up ? ["offline"] : parts.filter((part) => is_down(part) && health?.[part] && !health[part].ok),
		...(me?.devices ?? []).filter((device) => is_stopped(device) || is_deaf(device)).map((device) => `${device.device_id}/${device.state ?? ""}`),
	];
}

/* Red when no label comes out; amber when it only will soon, or when only the scan says that it did. */
function printer_band(device) {
	const mute = is_mute(device);
	const stopped = is_stopped(device);
	return h("div", { class: `band printer ${stopped ? "stopped" : ""}`, data: { printer: device.device_id } },
		h("span", { class: "printer-sign", "aria-hidden": "true" }, stopped ? "\u2715" : "!"),
		h("strong", {}, say("printer_trouble", { name: device.name })), h("span", {}, mute ? say("printer_one_way") : say_printer(device.state, device.stock)));
}

/* A device that is not used, or only told of: moved, or its cable fails. */
function trouble_band(device) {
	return h("div", { class: `band printer ${is_deaf(device) ? "stopped" : ""}`, data: { [device.kind]: device.device_id, trouble: device.trouble.code } },
		h("span", { class: "printer-sign", "aria-hidden": "true" }, is_deaf(device) ? "\u2715" : "!"),
		h("strong", {}, device.trouble.title), h("span", {}, device.trouble.do));
}

export function bands_update(root, ctx) {
	const printers = printers_in_trouble(ctx.state.me);
	if (printers.some((device) => device.state.some((word) => chirping.includes(word))) && Date.now() - chirped_ms >= CHIRP_MS) {
		chirped_ms = Date.now();
		ctx.player.play("printer");
	}
	fill(root, health_bands(ctx.state), kept_bands(ctx), printers.map(printer_band), (ctx.state.me?.devices ?? []).filter((device) => device.trouble).map(trouble_band),
		ctx.state.me && !ctx.player.is_ready() && band("sound", say("sound_off"), () => ctx.player.wake()));
}
