/* A film for Chromium's camera that is none: a label of ours comes into view and leaves it, again and again. */
import { readFile, writeFile } from "node:fs/promises";

const [WIDTH, HEIGHT] = [800, 600];
const PER_S = 5;
const SHOWN = 10;  /* frames with the label: two seconds */
const AWAY = 24;   /* and without: longer than camera.js's ASKED_MS */

const label = new URL("../../contrib/pictures/label.png", import.meta.url);

/* The grey values of the label on a table, drawn by the page's own browser; bars_only: its square code covered with white. */
async function grey_of(page, bars_only) {
	const png = (await readFile(label)).toString("base64");
	const text = await page.evaluate(async ([base64, width, height, is_covered]) => {
		const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
		const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
		const pen = new OffscreenCanvas(width, height).getContext("2d");
		pen.fillStyle = "#aaa";
		pen.fillRect(0, 0, width, height);
		const shown_width = width * 0.9;
		pen.drawImage(bitmap, width * 0.05, height * 0.1, shown_width, shown_width * bitmap.height / bitmap.width);
		if (is_covered) {
			const { prepareZXingModule, readBarcodes } = await import("/vendor/zxing-wasm/reader/index.js");
			prepareZXingModule({ overrides: { locateFile: (name) => `/vendor/zxing-wasm/reader/${name}` } });
			const [square] = await readBarcodes(pen.getImageData(0, 0, width, height), { formats: ["DataMatrix"] });
			const corners = [square.position.topLeft, square.position.topRight, square.position.bottomLeft, square.position.bottomRight];
			const [xs, ys] = [corners.map((one) => one.x), corners.map((one) => one.y)];
			pen.fillStyle = "#fff";
			pen.fillRect(Math.min(...xs) - 4, Math.min(...ys) - 4, Math.max(...xs) - Math.min(...xs) + 8, Math.max(...ys) - Math.min(...ys) + 8);
		}
		const { data } = pen.getImageData(0, 0, width, height);
		let grey = "";
		for (let at = 0; at < data.length; at += 4)
			grey += String.fromCharCode(data[at]);
		return btoa(grey);
	}, [png, WIDTH, HEIGHT, bars_only]);
	return Buffer.from(text, "base64");
}

/* Writes the film to path. page: any page of the service (the mock or the real one). */
export async function film_make(page, path, bars_only = false) {
	const grey = await grey_of(page, bars_only);
	const colour = Buffer.alloc(WIDTH * HEIGHT / 2, 128);
	const frame = (luma) => Buffer.concat([Buffer.from("FRAME\n"), luma, colour]);
	const shown = frame(grey);
	const away = frame(Buffer.alloc(WIDTH * HEIGHT, 170));
	await writeFile(path, Buffer.concat([Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F${PER_S}:1 Ip A1:1 C420\n`),
		...Array(SHOWN).fill(shown), ...Array(AWAY).fill(away)]));
}

export const camera_flags = (path) => ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", `--use-file-for-fake-video-capture=${path}`];
