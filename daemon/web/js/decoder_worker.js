/*
 * The camera's decoder beside the page: takes an ImageData, answers {codes}, or {error} when it does not run. Its first word comes when
 * the decoder is here.
 */
import { decoder_read } from "./decoder_read.js";

async function answer(image) {
	try {
		postMessage({ codes: await decoder_read(image) });
	} catch (error) {
		postMessage({ error: String(error) });
	}
}

addEventListener("message", ({ data: image }) => answer(image));
answer(new ImageData(16, 16)); /* nothing to see: it brings the decoder */
