/*
 * What of the codes that a camera sees is a scan. Pure: the caller gives the codes of each frame with its time. A square code is
 * one at once; bars only when two frames agree and the check digits are ours, since a camera reads bars wrongly now and then. Bars
 * and square of one label are one code. With several tubes in view nothing is a scan by itself: a person taps the one that is meant.
 * What was a scan is none again before it was out of view, and for long when it asked or stopped: a scan more is an answer to that,
 * which no blur gives.
 */
import { id_of_typed } from "./id.js";

export const AWAY_MS = 1500;  /* so long unseen, and it may be scanned again */
export const ASKED_MS = 4000; /* the same until it was answered, and when the answer was a question or a stop */
const AGREE_MS = 1000;        /* between two frames that agree */
const STAYS_MS = 400;         /* a frame that misses a code is a blur: so long it counts as in view */
const FRAMES = 2;

const is_ours = (text) => id_of_typed(text)?.text === text;

/* The bars of a label name its tube, the square the tube and the copy. */
const is_of = (bars, square) => bars.is_linear && !square.is_linear && square.text.length === 16 && square.text.startsWith(bars.text);
const is_same = (a, b) => a.text === b.text || is_of(a, b) || is_of(b, a);

const is_good = ({ text, is_linear }) => text !== "" && (!is_linear || is_ours(text));
const things_of = (codes) => codes.filter((one) => !codes.some((other) => is_of(one, other)));

const asks = ["question", "stop"];

/*
 * Gives {frame([{text, aim, is_linear, ...}], at_ms) -> {scan: the code or null, several: more than one thing is in view, things: what is
 * in view, with is_sure: it may be picked}; pick(text, at_ms) -> the code in view that a person tapped, or null; answered(text, verdict):
 * what the service said to that scan; again(): a person wants what is in view, the same or not}.
 */
export function camera_gate_new() {
	const given = new Map(); /* text -> {code, seen_ms, away_ms} */
	const seen = new Map();  /* text -> the code with frames, seen_ms, is_sure */
	let things = [];

	function see(code, at_ms) {
		const last = seen.get(code.text);
		const frames = last && last.seen_ms < at_ms ? last.frames + 1 : last?.frames ?? 1;
		seen.set(code.text, { ...code, frames, seen_ms: at_ms, is_sure: !code.is_linear || frames >= FRAMES });
	}

	/* Whether it was a scan and did not leave since; the sight of it keeps it so. */
	function is_given(code, at_ms) {
		const known = [...given.values()].filter((one) => is_same(one.code, code) && at_ms - one.seen_ms <= one.away_ms);
		for (const one of known)
			one.seen_ms = at_ms;
		return known.length > 0;
	}

	function forget(at_ms) {
		for (const [text, one] of seen)
			if (at_ms - one.seen_ms > AGREE_MS)
				seen.delete(text);
		for (const [text, one] of given)
			if (at_ms - one.seen_ms > one.away_ms)
				given.delete(text);
	}

	function give(code, at_ms) {
		given.set(code.text, { code, seen_ms: at_ms, away_ms: ASKED_MS });
		return code;
	}

	return {
		frame(codes, at_ms) {
			forget(at_ms);
			for (const code of codes.filter(is_good))
				see(code, at_ms);
			things = things_of([...seen.values()].filter((one) => at_ms - one.seen_ms <= STAYS_MS));
			const fresh = things.filter((one) => one.seen_ms === at_ms && !is_given(one, at_ms));
			const several = things.length > 1;
			return { scan: !several && fresh[0]?.is_sure ? give(fresh[0], at_ms) : null, several, things };
		},
		pick(text, at_ms) {
			const code = things.find((one) => one.text === text && one.is_sure);
			return code ? give(code, at_ms) : null;
		},
		answered(text, verdict) {
			if (given.has(text))
				given.get(text).away_ms = asks.includes(verdict) ? ASKED_MS : AWAY_MS;
		},
		again() {
			given.clear();
		},
	};
}
