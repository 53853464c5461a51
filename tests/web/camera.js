/*
 * Films for Chromium's camera that is none: labels of ours come into view and leave it, again and again. In the picture lies the
 * label of contrib/pictures/label.png in the middle, whole or its bars alone, and besides it, as wanted, another tube's bars within
 * the aiming box, or that label far from it.
 */
import { readFile, writeFile } from "node:fs/promises";

const [WIDTH, HEIGHT] = [1280, 720];
const PER_S = 5;
const SHOWN = 10;  /* frames with the label: two seconds */
const AWAY = 24;   /* and without: longer than camera.js's ASKED_MS */

const label = new URL("../../contrib/pictures/label.png", import.meta.url);

/* Code 128: widths of bars and blanks of the values 0 to 99 (code set C), of its start and its stop. */
const widths = ("212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 123122 123221 223211 221132 "
	+ "221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 232121 111323 131123 131321 112313 132113 132311 211313 "
	+ "231113 231311 112133 112331 132131 113123 113321 133121 313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 "
	+ "314111 221411 431111 111224 111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 "
	+ "111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 114311 411113 411311 113141 "
	+ "114131 311141 411131").split(" ");
const START = "211232";
const STOP = "2331112";
const START_VALUE = 105;

/* The widths of a Code 128 of these digits, an even number of them. */
export function bars_of(digits) {
	const values = digits.match(/../g).map(Number);
	const check = values.reduce((sum, value, n) => sum + value * (n + 1), START_VALUE) % 103;
	return [START, ...[...values, check].map((value) => widths[value]), STOP].join("");
}

/* The grey values of a picture, drawn by the page's own browser. */
async function grey_of(page, { bars_only = false, beside = null, far = false }) {
	const png = (await readFile(label)).toString("base64");
	const text = await page.evaluate(async ([base64, width, height, is_covered, second, is_far]) => {
		const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
		const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
		const pen = new OffscreenCanvas(width, height).getContext("2d");
		pen.fillStyle = "#aaa";
		pen.fillRect(0, 0, width, height);
		const x = Math.round((width - 0.6 * bitmap.width) / 2);
		const shown_height = 0.6 * bitmap.height;
		const y = second ? 60 : Math.round((height - shown_height) / 2);
		pen.drawImage(bitmap, is_far ? width - 0.6 * bitmap.width - 4 : x, is_far ? 4 : y, 0.6 * bitmap.width, shown_height);
		if (is_covered) {
			const { prepareZXingModule, readBarcodes } = await import("/vendor/zxing-wasm/reader/index.js");
			prepareZXingModule({ overrides: { locateFile: (name) => `/vendor/zxing-wasm/reader/${name}` } });
			const [square] = await readBarcodes(pen.getImageData(0, 0, width, height), { formats: ["DataMatrix"] });
			const corners = [square.position.topLeft, square.position.topRight, square.position.bottomLeft, square.position.bottomRight];
			const [xs, ys] = [corners.map((one) => one.x), corners.map((one) => one.y)];
			pen.fillStyle = "#fff";
			pen.fillRect(Math.min(...xs) - 4, Math.min(...ys) - 4, Math.max(...xs) - Math.min(...xs) + 8, Math.max(...ys) - Math.min(...ys) + 8);
		}
		if (second) {
			const MODULE_PX = 4;
			const long = [...second].reduce((sum, one) => sum + Number(one), 0) * MODULE_PX;
			let at = Math.round((width - long) / 2);
			pen.fillStyle = "#fff";
			pen.fillRect(at - 44, 430, long + 88, 150);
			pen.fillStyle = "#000";
			for (const [n, one] of [...second].entries()) {
				if (n % 2 === 0)
					pen.fillRect(at, 445, Number(one) * MODULE_PX, 120);
				at += Number(one) * MODULE_PX;
			}
		}
		const { data } = pen.getImageData(0, 0, width, height);
		let grey = "";
		for (let n = 0; n < data.length; n += 4)
			grey += String.fromCharCode(data[n]);
		return btoa(grey);
	}, [png, WIDTH, HEIGHT, bars_only, beside && bars_of(beside), far]);
	return Buffer.from(text, "base64");
}

/*
 * Writes a film to path. page: any page of the service (the mock or the real one). what: {bars_only: the label's square code is covered,
 * beside: another tube's number whose bars lie in the box too, far: the label lies in a corner, out of the box}.
 */
export async function film_make(page, path, what = {}) {
	const grey = await grey_of(page, what);
	const colour = Buffer.alloc(WIDTH * HEIGHT / 2, 128);
	const frame = (luma) => Buffer.concat([Buffer.from("FRAME\n"), luma, colour]);
	const shown = frame(grey);
	const away = frame(Buffer.alloc(WIDTH * HEIGHT, 170));
	await writeFile(path, Buffer.concat([Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F${PER_S}:1 Ip A1:1 C420\n`),
		...Array(SHOWN).fill(shown), ...Array(AWAY).fill(away)]));
}

export const camera_flags = (path) => ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", `--use-file-for-fake-video-capture=${path}`];
