/*
 * One sound for each kind of answer, the same everywhere. The table is pure; a tone
 * is a row of [frequency in Hz (0 = silence), length in ms].
 */
export const tones = {
	stored: [[1760, 80]],
	complete: [[1175, 110], [0, 30], [1760, 180]],
	repeat: [[880, 70], [0, 70], [880, 70]],
	question: [[1320, 160], [0, 20], [740, 240]],
	stop: [[196, 900]],
	note: [],
	not_stored: [[262, 100], [0, 60], [262, 100], [0, 60], [262, 100]],
	printer: [[2093, 50], [0, 40], [2637, 50], [0, 40], [2093, 50]],
	offline: [[523, 350]],
};

/* Soft for what is no one's fault, full for what must be heard. */
const gains = { offline: 0.25, printer: 0.6 };
const RAMP_S = 0.005;

/* settings() -> {volume_pct, mute: [names]}. Gives {play(name), is_ready(), wake()}. */
export function tone_player_new(settings) {
	let context = null;

	function wake() {
		context ??= new AudioContext();
		if (context.state === "suspended")
			context.resume().catch(() => undefined);
	}

	function play_step(hz, from_s, length_s, gain) {
		const oscillator = context.createOscillator();
		const level = context.createGain();
		oscillator.type = hz < 400 ? "square" : "triangle";
		oscillator.frequency.value = hz;
		level.gain.setValueAtTime(0, from_s);
		level.gain.linearRampToValueAtTime(gain, from_s + RAMP_S);
		level.gain.setValueAtTime(gain, from_s + length_s - RAMP_S);
		level.gain.linearRampToValueAtTime(0, from_s + length_s);
		oscillator.connect(level).connect(context.destination);
		oscillator.start(from_s);
		oscillator.stop(from_s + length_s);
	}

	function play(name) {
		const { volume_pct, mute } = settings();
		document.documentElement.dataset.tone = name;
		performance.mark(`tone-${name}`);
		if (mute.includes(name) || volume_pct === 0)
			return;
		wake();
		const gain = (gains[name] ?? 1) * volume_pct / 100;
		let at_s = context.currentTime;
		for (const [hz, ms] of tones[name]) {
			if (hz)
				play_step(hz, at_s, ms / 1000, gain);
			at_s += ms / 1000;
		}
	}

	return { play, wake, is_ready: () => context?.state === "running" };
}
