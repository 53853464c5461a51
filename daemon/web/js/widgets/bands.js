/* Amber and red bands for what is down: connection, database, devices, press, printer, sound. */
import { fill, h } from "../dom.js";
import { say, say_printer, say_time } from "../words.js";

const CHIRP_MS = 10000;
const parts = ["core", "database", "bench", "press"];
let chirped_ms = 0;

function band(kind, text, on) {
	return h(on ? "button" : "p", { class: `band ${kind}`, type: on ? "button" : null, on: on ? { click: on } : null }, text);
}

function health_bands({ online, events_up, health }) {
	if (!online || !events_up)
		return [band("down", say("health_offline"))];
	return parts.filter((part) => health?.[part] && !health[part].ok).map((part) =>
		band(part === "database" || part === "core" ? "down" : "warn",
			`${say(`health_${part}`)} ${health[part].since ? say("health_since", { time: say_time(health[part].since) }) : ""}`));
}

function printer_bands(me) {
	return (me?.devices ?? []).filter((device) => device.kind === "printer" && say_printer(device.state))
		.map((device) => band("printer", say("printer_trouble", { name: device.name, state: say_printer(device.state) })));
}

export function bands_update(root, ctx) {
	const printers = printer_bands(ctx.state.me);
	if (printers.length && Date.now() - chirped_ms >= CHIRP_MS) {
		chirped_ms = Date.now();
		ctx.player.play("printer");
	}
	fill(root, health_bands(ctx.state), printers,
		ctx.state.me && !ctx.player.is_ready() && band("sound", say("sound_off"), () => ctx.player.wake()));
}
