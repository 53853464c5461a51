/*
 * What of the codes that a camera sees is a scan. Pure: the caller gives the codes of each frame with its time. A square code is
 * one at once; bars only when two frames agree and the check digits are ours, since a camera reads bars wrongly now and then. Bars
 * and square of one label are one code. With several tubes in view nothing is a scan: which one is meant? What was a scan is
 * none again before it was out of view, and for long when it asked or stopped: a scan more is an answer to that, which no blur gives.
 */
import { id_of_typed } from "./id.js";

export const AWAY_MS = 1500;  /* so long unseen, and it may be scanned again */
export const ASKED_MS = 4000; /* the same until it was answered, and when the answer was a question or a stop */
const AGREE_MS = 1000;        /* between two frames that agree */
const FRAMES = 2;

const is_ours = (text) => id_of_typed(text)?.text === text;

/* The bars of a label name its tube, the square the tube and the copy. */
const is_of = (bars, square) => bars.is_linear && !square.is_linear && square.text.length === 16 && square.text.startsWith(bars.text);
const is_same = (a, b) => a.text === b.text || is_of(a, b) || is_of(b, a);

function things_of(codes) {
	const good = codes.filter((one) => one.text !== "" && (!one.is_linear || is_ours(one.text)));
	const whole = good.filter((one) => !good.some((other) => is_of(one, other)));
	return whole.filter((one, n) => whole.findIndex((other) => other.text === one.text) === n);
}

const asks = ["question", "stop"];

/*
 * Gives {frame([{text, aim, is_linear}], at_ms) -> {scan: the code or null, several: more than one thing is in view}, answered(text,
 * verdict): what the service said to that scan; again(): a person wants what is in view, the same or not}.
 */
export function camera_gate_new() {
	let given = null;   /* {code, seen_ms, away_ms} */
	let agreed = null;  /* {text, frames, seen_ms} */

	function agrees(code, at_ms) {
		const goes_on = agreed?.text === code.text && at_ms - agreed.seen_ms <= AGREE_MS;
		agreed = { text: code.text, frames: goes_on ? agreed.frames + 1 : 1, seen_ms: at_ms };
		return agreed.frames >= FRAMES;
	}

	return {
		frame(codes, at_ms) {
			const things = things_of(codes);
			const is_given = (one) => given !== null && at_ms - given.seen_ms <= given.away_ms && is_same(one, given.code);
			const seen_again = things.some(is_given);
			if (seen_again)
				given.seen_ms = at_ms;
			if (things.length !== 1 || seen_again)
				return { scan: null, several: things.length > 1 };
			const [code] = things;
			if (code.is_linear && !agrees(code, at_ms))
				return { scan: null, several: false };
			given = { code, seen_ms: at_ms, away_ms: ASKED_MS };
			agreed = null;
			return { scan: code, several: false };
		},
		answered(text, verdict) {
			if (given?.code.text === text)
				given.away_ms = asks.includes(verdict) ? ASKED_MS : AWAY_MS;
		},
		again() {
			given = null;
		},
	};
}
