/*
 * Finds the codes in a picture, by the vendored decoder. In the page or in a worker (decoder_worker.js); fetched from our own service
 * when a camera is first used.
 */
const reader_url = new URL("../vendor/zxing-wasm/reader/index.js", import.meta.url);
const options = { formats: ["Code128", "DataMatrix"], tryInvert: false, maxNumberOfSymbols: 8, textMode: "Plain" };

let reader = null; /* promise of the module */

function reader_load() {
	reader ??= import(reader_url.href).then((module) => {
		module.prepareZXingModule({ overrides: { locateFile: (name) => new URL(name, reader_url).href } });
		return module;
	});
	return reader;
}

const code_of = (found) => ({
	text: found.text, aim: found.symbologyIdentifier?.length === 3 ? found.symbologyIdentifier : null, is_linear: found.format === "Code128", position: found.position,
});

/* image: an ImageData. Gives [{text, aim, is_linear, position: {topLeft, topRight, bottomLeft, bottomRight}}]. */
export async function decoder_read(image) {
	try {
		const found = await (await reader_load()).readBarcodes(image, options);
		return found.filter((one) => one.isValid).map(code_of);
	} catch (error) {
		const broken = reader;
		reader = null; /* without a signal it did not come: the next picture asks for it again */
		await broken?.then((module) => module.purgeZXingModule(), () => {});
		throw error;
	}
}
