/*
 * Reads something again whenever it is asked to, but never more often than READ_EVERY_MS; the last wish is always
 * served, and an answer that was overtaken by a newer one is dropped.
 */
export const READ_EVERY_MS = 500;

/* read() -> promise of an answer; take(answer). Gives {ask(), end()}. */
export function reader_new(read, take) {
	let last_ms = -Infinity;
	let timer = null;
	let sent = 0;
	let taken = 0;

	async function run() {
		timer = null;
		last_ms = performance.now();
		const mine = ++sent;
		const answer = await read();
		if (mine < taken)
			return;
		taken = mine;
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
			taken = Infinity;
		},
	};
}
