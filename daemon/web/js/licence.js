/*
 * A photo ID read by a keyboard wedge comes as lines, each typed like a scan of its own: they are put together
 * again, so that nothing of it is judged, shown or stored as a code. Pure but for the timer it is given.
 * Source: AAMVA DL/ID Card Design Standard 2020, D.12.3: the header '@' LF RS CR, then "ANSI " or "AAMVA".
 */
const HEADER = "@\n\x1e\r";
const LINE_MS = 400; /* assumed: a wedge's next line begins within this; a slower one gives an ID that cannot be read */
const first_line = /^@?[\s\x1c-\x1f]*(?:ANSI |AAMVA)/;

export function licence_is(text) {
	return first_line.test(text);
}

/* on_scan(text): the whole of it; later(fn, ms) -> what cancel(it) stops. Gives feed(text) -> true when it took the line. */
export function licence_new({ on_scan, later = setTimeout, cancel = clearTimeout }) {
	let lines = [];
	let timer = null;

	function end() {
		const text = HEADER + lines.join("\n") + "\r";
		lines = [];
		on_scan(text);
	}

	return function feed(text) {
		if (lines.length === 0 && !licence_is(text))
			return false;
		lines.push(lines.length === 0 ? text.replace(/^@\s*/, "") : text);
		cancel(timer);
		timer = later(end, LINE_MS);
		return true;
	};
}
