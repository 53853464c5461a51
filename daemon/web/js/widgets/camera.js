/*
 * The camera of a phone or tablet as a scanner: a strip with its picture and a box to aim with, in which Code 128 and Data Matrix are
 * read. With several codes in the box each is outlined, and the one that is tapped is the scan. Browsers lend a camera only to pages
 * that came by HTTPS (or from this very machine): else the strip says so.
 */
import { aim_crop, aim_outline } from "../aim.js";
import { camera_gate_new } from "../camera.js";
import { decoder_new } from "../decoder.js";
import { choice, fill, h, svg } from "../dom.js";
import { id_of_typed } from "../id.js";
import { say } from "../words.js";

const LOOK_MS = 60;        /* between the end of one look and the next */
const LONG_SIDE_PX = 1280;
const TAIL = 4;            /* digits that stand on an outline */
const TAG_PX = 76;
const TAG_HEIGHT_PX = 26;
const zooms = [1, 2, 3];
const wanted = { facingMode: { ideal: "environment" }, width: { ideal: 1920 }, height: { ideal: 1080 } };
const refusals = { NotAllowedError: "camera_refused", NotFoundError: "camera_none", OverconstrainedError: "camera_none", NotReadableError: "camera_busy" };

export const camera_may_be_here = () => navigator.maxTouchPoints > 0;

/* What a person reads at its end: of the tube's number, with the copy when it is another. */
function tail_of(text) {
	const id = id_of_typed(text);
	return (id?.specimen_id ?? text).slice(-TAIL) + (id?.copy > 1 ? ` (${id.copy})` : "");
}

/*
 * The codes in the box, outlined in root, which covers it: picked(text) when one is tapped. A code keeps its node, or a finger on it
 * would be lost.
 */
function outlines_new(root, picked) {
	const nodes = new Map();

	function node_new(text) {
		const node = svg("g", { class: "camera-code", role: "button", "aria-label": say("camera_take", { tail: tail_of(text) }), on: {
			click: (event) => {
				event.stopPropagation();
				picked(text);
			},
		} }, svg("rect", { class: "camera-mark", rx: 8 }), svg("rect", { class: "camera-tag", rx: 6, width: TAG_PX, height: TAG_HEIGHT_PX }), svg("text", {}, tail_of(text)));
		nodes.set(text, node);
		root.append(node);
		return node;
	}

	function place(node, { x, y, width, height }) {
		const [mark, tag, words] = node.children;
		const set = (element, values) => Object.entries(values).forEach(([name, value]) => element.setAttribute(name, value));
		set(mark, { x, y, width, height });
		set(tag, { x: x + (width - TAG_PX) / 2, y: y + height - TAG_HEIGHT_PX });
		set(words, { x: x + width / 2, y: y + height - TAG_HEIGHT_PX / 4 });
	}

	return (things, image) => {
		for (const [text, node] of nodes)
			if (!things.some((one) => one.text === text)) {
				node.remove();
				nodes.delete(text);
			}
		for (const { text, position, is_sure } of things) {
			const node = nodes.get(text) ?? node_new(text);
			place(node, aim_outline(position, image, { width: root.clientWidth, height: root.clientHeight }));
			node.setAttribute("aria-disabled", String(!is_sure));
		}
	};
}

/* What the camera can do besides: light, zoom, focus by itself. Gives {begin(), light(), zoom(), can() -> {light, zoom: the next factor or null}, is_light()}. */
function means_new(track) {
	const has = track.getCapabilities?.() ?? {};
	const factor_max = has.zoom ? has.zoom.max / Math.max(1, has.zoom.min) : 1;
	const factors = zooms.filter((factor) => factor <= factor_max);
	let light = false;
	let factor = 1;

	/* Every wish at once: what is not named again would be forgotten. */
	function apply() {
		const advanced = [
			has.focusMode?.includes("continuous") && { focusMode: "continuous" },
			has.torch && { torch: light },
			factors.length > 1 && { zoom: Math.min(has.zoom.max, factor * Math.max(1, has.zoom.min)) },
		].filter(Boolean);
		return advanced.length ? track.applyConstraints({ ...wanted, advanced }).catch(() => undefined) : undefined; /* the picture stays as it was */
	}
	const next = () => factors[(factors.indexOf(factor) + 1) % factors.length];

	return {
		begin: apply,
		light: () => {
			light = !light;
			return apply();
		},
		zoom: () => {
			factor = next();
			return apply();
		},
		can: () => ({ light: Boolean(has.torch), zoom: factors.length > 1 ? next() : null }),
		is_light: () => light,
	};
}

/* on_code(text, aim): a scan. Gives {toggle(), close()}: the strip in root, answered(reply): what was said to a scan, and warm(): the decoder comes now. */
export function camera_new(root, on_code) {
	const video = h("video", { muted: true, playsinline: true, autoplay: true, "aria-label": say("camera_picture") });
	const marks = svg("svg", { class: "camera-marks" });
	const box = h("div", { class: "camera-box" }, marks);
	const picture = h("div", { class: "camera-view", on: { click: () => gate?.again() } }, video, box);
	const outline = outlines_new(marks, (text) => given(gate.pick(text, performance.now())));
	const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
	let opened = null; /* this opening of the strip: what a browser grants to one before it is given back */
	let stream = null;
	let gate = null;
	let decoder = null; /* kept when the camera closes: a phone without signal cannot fetch it anew */
	let means = null;

	function stop(one) {
		for (const track of one?.getTracks() ?? [])
			track.stop();
	}

	function close() {
		stop(stream);
		[opened, stream, means] = [null, null, null];
		video.srcObject = null;
		outline([], null);
		root.hidden = true;
	}

	function answered(reply) {
		gate?.answered(reply.data?.scan?.text, reply.verdict);
	}

	function given(code) {
		if (code && stream)
			on_code(code.text, code.aim);
	}

	/* What is in the box, no larger than the decoder needs. */
	function box_read() {
		const crop = aim_crop(video.getBoundingClientRect(), box.getBoundingClientRect(), { width: video.videoWidth, height: video.videoHeight });
		const scale = Math.min(1, LONG_SIDE_PX / Math.max(crop.width, crop.height));
		const [width, height] = [crop.width, crop.height].map((size) => Math.max(1, Math.round(size * scale)));
		Object.assign(pen.canvas, { width, height });
		pen.drawImage(video, crop.x, crop.y, crop.width, crop.height, 0, 0, width, height);
		return pen.getImageData(0, 0, width, height);
	}

	async function look_once(mine) {
		const image = box_read();
		const size = { width: image.width, height: image.height };
		const codes = await decoder.read(image);
		if (stream !== mine)
			return;
		const { scan, several, things } = gate.frame(codes, performance.now());
		root.classList.toggle("several", several);
		outline(several ? things : [], size);
		given(scan);
	}

	async function look(mine) {
		while (stream === mine) {
			if (video.readyState >= video.HAVE_CURRENT_DATA && video.videoWidth > 0 && !document.hidden && picture.isConnected)
				await look_once(mine);
			await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
		}
	}

	const then_draw = (act) => async () => {
		await act();
		draw();
	};

	function draw(trouble = null) {
		const { light, zoom } = means?.can() ?? {};
		fill(root, trouble ? h("p", { class: "camera-trouble" }, say(trouble)) : picture,
			h("div", { class: "camera-acts" },
				h("p", { class: "camera-several" }, say("camera_several")),
				h("p", { class: "camera-again" }, say("camera_again")),
				light && choice({ label: say(means.is_light() ? "camera_dark" : "camera_light"), kind: "small", act: then_draw(means.light) }),
				zoom && choice({ label: say(zoom > 1 ? "camera_near" : "camera_far", { factor: zoom }), kind: "small", act: then_draw(means.zoom) }),
				choice({ label: say("camera_close"), kind: "small", act: close })));
	}

	async function open() {
		const mine = {};
		opened = mine;
		root.hidden = false;
		if (!isSecureContext || !navigator.mediaDevices?.getUserMedia)
			return draw("camera_insecure");
		draw();
		let granted = null;
		try {
			granted = await navigator.mediaDevices.getUserMedia({ audio: false, video: wanted });
		} catch (error) {
			return opened === mine && draw(refusals[error.name] ?? "camera_none");
		}
		if (opened !== mine)
			return stop(granted); /* closed while the person was asked */
		stream = granted;
		gate = camera_gate_new();
		warm();
		means = means_new(stream.getVideoTracks()[0]);
		await means.begin();
		if (opened !== mine)
			return;
		video.srcObject = stream;
		draw();
		look(stream).catch(() => {
			close();
			decoder = null;
			opened = {};
			root.hidden = false;
			draw("camera_no_decoder");
		});
	}

	function warm() {
		decoder ??= decoder_new();
	}

	addEventListener("pagehide", close);
	return { toggle: () => opened === null ? open() : close(), close, answered, warm };
}
