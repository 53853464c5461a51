/*
 * Practice devices: the labels that a virtual printer put out, its troubles, and a scanner that scans what you choose.
 * Everything goes the way of real devices: through the bench and back.
 */
import { choice, fill, h } from "../dom.js";
import { id_label_text, id_of_typed } from "../id.js";
import { say } from "../words.js";

const LABELS_SHOWN = 6;
const AIM_CODE128 = "]C0";
const AIM_DATA_MATRIX = "]d1";
const modes = [["ok", "devices_ok"], ["out_of_labels", "devices_out"], ["head_open", "devices_open"], ["paused", "devices_paused"], ["jam", "devices_jam"], ["silent", "devices_silent"]];
const mode_words = { media_out: "out_of_labels", head_open: "head_open", paused: "paused", jam: "jam", silent: "silent" };

function virtual_of(ctx, kind) {
	return (ctx.state.me.devices ?? []).filter((device) => device.kind === kind && device.transport === "virtual");
}

/* One printer: {node, read()}; read() asks for its labels again. */
function printer_part(ctx, device) {
	const pictures = h("div", { class: "pictures" });
	const left = h("input", { type: "number", min: 0, max: 9999, "aria-label": say("devices_left") });
	let mode = (device.state ?? []).map((word) => mode_words[word]).find(Boolean) ?? "ok";
	const row = h("div", { class: "choices" });

	async function set(next, labels_left) {
		mode = next;
		await ctx.post("virtual_printer", { device_id: device.device_id, mode, labels_left }).catch((error) =>
			ctx.verdict_show({ verdict: "question", title: error.message, do: error.hint }));
		draw_modes();
	}

	function draw_modes() {
		fill(row, modes.map(([name, words]) => choice({
			label: say(words), kind: `small toggle ${name === mode ? "chosen" : ""}`, focus: `mode/${device.device_id}/${name}`, act: () => set(name, null),
		})));
	}

	async function read() {
		const answer = await ctx.view("virtual_labels", { device_id: device.device_id }).catch(() => null);
		if (!answer)
			return;
		fill(pictures, answer.labels.length === 0 && h("p", { class: "none" }, say("devices_no_labels")),
			answer.labels.slice(0, LABELS_SHOWN).map(({ number }) => h("img", {
				src: `/api/virtual_label?device_id=${device.device_id}&number=${number}`, alt: say("devices_label", { number }),
			})));
	}

	draw_modes();
	read();
	return {
		device, read,
		node: h("section", {}, h("h3", {}, say("devices_printer", { name: device.name })), row,
			h("form", { class: "line", on: { submit: (event) => {
				event.preventDefault();
				set(mode, Number(left.value));
			} } }, h("label", {}, say("devices_left"), left), h("button", { type: "submit", class: "choice small" }, say("devices_set"))),
			h("h4", {}, say("devices_labels")), pictures),
	};
}

const CODES_SHOWN = 60;
const code_fields = { bag: "devices_bags", stop: "devices_places", place: "devices_places", specimen_id: "devices_tubes" };

/* Every code that the lists on the screen name: {words: [codes]}. */
function codes_of(value, found = {}) {
	if (Array.isArray(value))
		value.forEach((one) => codes_of(one, found));
	else if (value && typeof value === "object")
		for (const [field, inner] of Object.entries(value)) {
			if (typeof inner === "string" && code_fields[field] && id_of_typed(inner))
				(found[code_fields[field]] ??= new Map()).set(inner, value.name ?? value.class ?? inner);
			else
				codes_of(inner, found);
		}
	return found;
}

function codes_key(lists) {
	return Object.values(codes_of(lists)).map((codes) => [...codes.keys()]);
}

function list_nodes(lists, button) {
	return Object.entries(codes_of(lists)).map(([words, codes]) => h("details", { open: codes.size < 9 }, h("summary", {}, say(words)),
		[...codes].slice(0, CODES_SHOWN).map(([code, name]) => button(name === code ? code : `${code} ${name}`, code, AIM_CODE128, `code/${code}`))));
}

/* The codes worth scanning now: this visit's labels, the slips, what the lists name, the command cards. */
function code_nodes(ctx, scan) {
	const { visit, due, me, lists } = ctx.state;
	const button = (label, text, aim, focus) => choice({ label, kind: "small", focus, act: () => scan(text, aim) });
	const tube_rows = (visit?.tubes ?? []).flatMap((tube) => tube.labels.map((label) => h("div", { class: "code-row" },
		h("span", {}, `${say("devices_tube", tube)} ${tube.container.cap}${label.copy > 1 ? `, ${say("devices_print", label)}` : ""}`),
		button(say("devices_bar"), tube.specimen_id, AIM_CODE128, `bar/${tube.specimen_id}/${label.copy}`),
		button(say("devices_square"), id_label_text(tube.specimen_id, label.copy), AIM_DATA_MATRIX, `square/${tube.specimen_id}/${label.copy}`))));
	const slips = (due?.due ?? []).filter((one) => one.slip);
	return [
		tube_rows,
		list_nodes(lists, button),
		slips.length > 0 && h("details", {}, h("summary", {}, say("devices_slips")), slips.map((one) => button(one.name, one.slip, AIM_CODE128, `slip/${one.slip}`))),
		h("details", {}, h("summary", {}, say("devices_cards")),
			(me.commands ?? []).map((one) => button(one.name, one.code, AIM_CODE128, `card/${one.code}`))),
	];
}

function scanner_part(ctx, device) {
	const codes = h("div", { class: "codes" });
	const other = h("input", { type: "text", autocomplete: "off", spellcheck: "false", "aria-label": say("devices_other") });
	const scan = (text, aim) => {
		performance.mark("scan");
		return ctx.post("virtual_scan", { device_id: device.device_id, text, aim }).catch((error) =>
			ctx.verdict_show({ verdict: error.status ? "question" : "not_stored", title: error.message, do: error.hint }, text));
	};
	let shown = null;
	return {
		node: h("section", {}, h("h3", {}, say("devices_scanner", { name: device.name })), codes,
			h("form", { class: "line", on: { submit: (event) => {
				event.preventDefault();
				scan(other.value.trim(), AIM_CODE128);
				other.value = "";
			} } }, h("label", {}, say("devices_other"), other), h("button", { type: "submit", class: "choice small" }, say("devices_scan")))),
		update() {
			const key = JSON.stringify([ctx.state.visit?.tubes?.map((tube) => [tube.specimen_id, tube.labels.map((label) => label.copy)]),
				ctx.state.due?.due.map((one) => one.slip), codes_key(ctx.state.lists)]);
			if (key === shown)
				return; /* an open list stays open */
			shown = key;
			fill(codes, code_nodes(ctx, scan));
		},
	};
}

export function devices_view(root, ctx) {
	let shown = null;
	let printers = [];
	let scanners = [];

	function update() {
		const key = JSON.stringify(ctx.state.me.devices?.map((device) => device.device_id));
		if (key !== shown) {
			shown = key;
			printers = virtual_of(ctx, "printer").map((device) => printer_part(ctx, device));
			scanners = virtual_of(ctx, "scanner").map((device) => scanner_part(ctx, device));
			fill(root, h("h2", {}, say("devices_title")), printers.length + scanners.length === 0 && h("p", {}, say("devices_none")),
				scanners.map((part) => part.node), printers.map((part) => part.node));
		}
		for (const part of scanners)
			part.update();
	}

	function label_came({ device_id }) {
		for (const part of printers)
			if (part.device.device_id === device_id)
				part.read();
	}

	return { update, label_came };
}
