/*
 * What this machine remembers by itself: loudness and muted sounds, per station. Nothing of a patient or a person.
 */
const defaults = { volume_pct: 70, mute: [] };

function key_of(station) {
	return `specimend/${station ?? "none"}`;
}

export function settings_get(station) {
	try {
		const kept = JSON.parse(localStorage.getItem(key_of(station)) ?? "{}");
		const volume_pct = Number.isInteger(kept.volume_pct) ? Math.min(100, Math.max(0, kept.volume_pct)) : defaults.volume_pct;
		return { volume_pct, mute: Array.isArray(kept.mute) ? kept.mute : [] };
	} catch {
		return { ...defaults }; /* storage is off or holds something else: sound stays on */
	}
}

export function settings_set(station, settings) {
	try {
		localStorage.setItem(key_of(station), JSON.stringify(settings));
	} catch {
		/* storage is off: the setting lasts as long as the page */
	}
}
