/* Lists longer than the numbers 1-9: the key and card 0 gives the numbers to the next nine. */
import { choice } from "../dom.js";
import { say } from "../words.js";

const NINE = 9;

/* Gives {key_at(index, n) -> "1".."9" or null, more(n) -> button or null}; n: how many rows there are now. */
export function nine_new(redraw) {
	let from = 0;

	return {
		key_at(index, n) {
			if (from >= n)
				from = 0;
			return index >= from && index < from + NINE ? String(index - from + 1) : null;
		},
		more: (n) => n > NINE ? choice({ key: "0", label: say("next_nine"), kind: "quiet small", focus: "nine", act: () => {
			from = from + NINE < n ? from + NINE : 0;
			redraw();
		} }) : null,
	};
}
