/* A picture that the service drew. */
import { h } from "../dom.js";

/* PNG as base64 -> a canvas of just its dots: the page's policy lets no picture come from a text. */
export async function picture_new(base64, props = {}) {
	const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
	const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
	const canvas = h("canvas", { ...props, width: bitmap.width, height: bitmap.height });
	canvas.getContext("2d").drawImage(bitmap, 0, 0);
	return canvas;
}
