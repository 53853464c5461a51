/*
 * The camera's decoder, beside the page in a worker, so that a finger is answered while it decodes; a browser without module workers
 * decodes in the page. One picture at a time.
 */
import { decoder_read } from "./decoder_read.js";

const ANSWER_MS = 15000; /* of the decoder's start, which fetches it, and of each picture */
const worker_url = new URL("decoder_worker.js", import.meta.url);

/* Promise of the worker's next word; it ends the wait when the worker breaks. */
function word_of(worker, deadline_ms) {
	return new Promise((resolve, reject) => {
		const timer = setTimeout(() => reject(new Error("the decoder does not answer")), deadline_ms);
		worker.onmessage = ({ data }) => {
			clearTimeout(timer);
			resolve(data);
		};
		worker.onerror = (event) => {
			event.preventDefault();
			clearTimeout(timer);
			reject(new Error("the decoder's worker broke"));
		};
	});
}

async function worker_start() {
	if (typeof Worker === "undefined")
		return null;
	let worker = null;
	try {
		worker = new Worker(worker_url, { type: "module" });
		const { error } = await word_of(worker, ANSWER_MS);
		if (!error)
			return worker;
		worker.terminate();
		return null;
	} catch {
		worker?.terminate();
		return null; /* a browser that knows no module workers */
	}
}

/*
 * Begins at once, so that a phone which loses its signal has its decoder already. Gives {read(image) -> promise of what decoder_read
 * gives, is_beside() -> promise of whether it is a worker}. A read that fails ends it: take another.
 */
export function decoder_new() {
	const started = worker_start();

	async function read(image) {
		const worker = await started;
		if (!worker)
			return decoder_read(image);
		const answer = word_of(worker, ANSWER_MS);
		worker.postMessage(image, [image.data.buffer]);
		try {
			const { codes, error } = await answer;
			if (error)
				throw new Error(error);
			return codes;
		} catch (error) {
			worker.terminate();
			throw error;
		}
	}

	return { read, is_beside: async () => await started !== null };
}
