/*
 * The camera of a phone or tablet as a scanner: a strip with its picture, which reads Code 128 and Data Matrix. Browsers lend a
 * camera only to pages that came by HTTPS (or from this very machine): else the strip says so. The decoder is fetched from our own
 * service when the camera is first used.
 */
import { camera_gate_new } from "../camera.js";
import { choice, fill, h } from "../dom.js";
import { say } from "../words.js";

const LOOK_MS = 60;        /* between the end of one look and the next */
const LONG_SIDE_PX = 1280;
const reader_url = new URL("../../vendor/zxing-wasm/reader/index.js", import.meta.url);
const wanted = { audio: false, video: { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 } } };
const options = { formats: ["Code128", "DataMatrix"], tryInvert: false, maxNumberOfSymbols: 4, textMode: "Plain" };
const refusals = { NotAllowedError: "camera_refused", NotFoundError: "camera_none", OverconstrainedError: "camera_none", NotReadableError: "camera_busy" };

let decoder = null; /* promise of {readBarcodes} */

function decoder_read() {
	decoder ??= import(reader_url.href).then((module) => {
		module.prepareZXingModule({ overrides: { locateFile: (name) => new URL(name, reader_url).href } });
		return module;
	});
	return decoder;
}

const code_of = (found) => ({ text: found.text, aim: found.symbologyIdentifier?.length === 3 ? found.symbologyIdentifier : null, is_linear: found.format === "Code128" });

export const camera_may_be_here = () => navigator.maxTouchPoints > 0;

/* on_code(text, aim): a scan. Gives {toggle(), close()}: the strip in root, and answered(reply): what was said to a scan. */
export function camera_new(root, on_code) {
	const video = h("video", { muted: true, playsinline: true, autoplay: true, "aria-label": say("camera_picture"), on: { click: () => gate?.again() } });
	const canvas = document.createElement("canvas");
	const pen = canvas.getContext("2d", { willReadFrequently: true });
	let stream = null;
	let gate = null;
	let light = false;
	let close_up = false;

	const track = () => stream?.getVideoTracks()[0] ?? null;
	const can = () => track()?.getCapabilities?.() ?? {};

	function close() {
		for (const one of stream?.getTracks() ?? [])
			one.stop();
		stream = null;
		video.srcObject = null;
		root.hidden = true;
	}

	function answered(reply) {
		gate?.answered(reply.data?.scan?.text, reply.verdict);
	}

	function frame_read() {
		const scale = Math.min(1, LONG_SIDE_PX / Math.max(video.videoWidth, video.videoHeight));
		canvas.width = Math.round(video.videoWidth * scale);
		canvas.height = Math.round(video.videoHeight * scale);
		pen.drawImage(video, 0, 0, canvas.width, canvas.height);
		return pen.getImageData(0, 0, canvas.width, canvas.height);
	}

	async function look(mine) {
		const { readBarcodes } = await decoder_read();
		while (stream === mine) {
			if (video.readyState >= video.HAVE_CURRENT_DATA && video.videoWidth > 0 && !document.hidden) {
				const found = await readBarcodes(frame_read(), options);
				const { scan, several } = gate.frame(found.filter((one) => one.isValid).map(code_of), performance.now());
				root.classList.toggle("several", several);
				if (scan && stream === mine)
					on_code(scan.text, scan.aim);
			}
			await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
		}
	}

	async function constrain(constraint) {
		await track()?.applyConstraints({ advanced: [constraint] }).catch(() => undefined); /* the picture stays as it was */
		draw();
	}

	function draw(trouble = null) {
		const { torch, zoom } = can();
		fill(root, trouble ? h("p", { class: "camera-trouble" }, say(trouble)) : video,
			h("div", { class: "camera-acts" },
				h("p", { class: "camera-several" }, say("camera_several")),
				h("p", { class: "camera-again" }, say("camera_again")),
				torch && choice({ label: say(light ? "camera_dark" : "camera_light"), kind: "small", act: () => constrain({ torch: light = !light }) }),
				zoom && zoom.max > zoom.min && choice({ label: say(close_up ? "camera_far" : "camera_near"), kind: "small",
					act: () => constrain({ zoom: (close_up = !close_up) ? Math.min(zoom.max, 2 * zoom.min) : zoom.min }) }),
				choice({ label: say("camera_close"), kind: "small", act: close })));
	}

	async function open() {
		root.hidden = false;
		if (!isSecureContext || !navigator.mediaDevices?.getUserMedia)
			return draw("camera_insecure");
		draw();
		try {
			stream = await navigator.mediaDevices.getUserMedia(wanted);
		} catch (error) {
			return draw(refusals[error.name] ?? "camera_none");
		}
		if (root.hidden)
			return close(); /* closed while the person was asked */
		gate = camera_gate_new();
		video.srcObject = stream;
		draw();
		look(stream).catch(() => {
			close();
			root.hidden = false;
			draw("camera_no_decoder");
		});
	}

	addEventListener("pagehide", close);
	return { toggle: () => root.hidden ? open() : close(), close, answered };
}
