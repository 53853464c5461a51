/*
 * Reading the same thing again and again: answers may overtake one another on their way, and the page must never go back
 * to what was so before.
 */
export const READ_EVERY_MS = 500;

/* read() -> promise. Gives {read() -> promise of {answer, is_old}, came()}; is_old: something newer came first, by another read or (came) by itself. */
export function newest_new(read) {
	let begun = 0;
	let newest = 0;

	return {
		async read() {
			const mine = ++begun;
			const answer = await read();
			const is_old = mine < newest;
			newest = Math.max(newest, mine);
			return { answer, is_old };
		},
		came() {
			newest = ++begun;
		},
	};
}

/*
 * Reads whenever it is asked to, but never more often than READ_EVERY_MS; the last wish is always served, and an old
 * answer is dropped. read() -> promise of an answer; take(answer). Gives {ask(), end()}.
 */
export function reader_new(read, take) {
	let last_ms = -Infinity;
	let timer = null;
	let is_over = false;
	const newest = newest_new(read);

	async function run() {
		timer = null;
		last_ms = performance.now();
		const { answer, is_old } = await newest.read();
		if (!is_old && !is_over)
			take(answer);
	}

	return {
		ask() {
			if (timer !== null)
				return;
			const wait_ms = last_ms + READ_EVERY_MS - performance.now();
			if (wait_ms <= 0)
				run();
			else
				timer = setTimeout(run, wait_ms);
		},
		end() {
			clearTimeout(timer);
			timer = null;
			is_over = true;
		},
	};
}
