/* Loudness, and each sound on or off, for this station on this machine. */
import { choice, fill, h } from "../dom.js";
import { settings_get, settings_set } from "../settings.js";
import { tones } from "../tone.js";
import { say } from "../words.js";

export function sound_open(ctx) {
	const station = ctx.state.me?.station?.station;
	const root = h("div", { class: "sounds" });
	const change = (next) => {
		settings_set(station, { ...settings_get(station), ...next });
		draw();
	};

	function row(name, mute) {
		const off = mute.includes(name);
		return h("div", { class: "sound-row" },
			h("span", {}, say(`tone_${name}`)),
			choice({ label: say("sound_try"), kind: "small", focus: `try/${name}`, act: () => ctx.player.play(name) }),
			choice({
				label: off ? say("sound_muted") : say("sound_on"), kind: off ? "small off" : "small on", focus: `mute/${name}`,
				act: () => change({ mute: off ? mute.filter((one) => one !== name) : [...mute, name] }),
			}));
	}

	function draw() {
		const { volume_pct, mute } = settings_get(station);
		fill(root,
			h("label", { class: "volume" }, say("sound_volume"), h("input", {
				type: "range", min: 0, max: 100, step: 10, value: volume_pct, data: { focus: "volume" },
				on: { change: (event) => change({ volume_pct: Number(event.target.value) }) },
			}), h("output", {}, `${volume_pct} %`)),
			Object.keys(tones).filter((name) => tones[name].length).map((name) => row(name, mute)));
	}

	draw();
	ctx.dialog_open(say("sound_title"), () => root);
}
