/*
 * Scanners, for administrators: what is plugged in and whose it is; enrolling one at this station by the code that stands
 * here. The service decides; the page reads again while a code is shown.
 */
import { ApiError } from "../api.js";
import { choice, fill, h } from "../dom.js";
import { quietly } from "../reading.js";
import { picture_new } from "../widgets/picture.js";
import { say, say_moment } from "../words.js";

const OPEN_MS = 1000;  /* between two looks while a code is shown */
const REST_MS = 3000;  /* and else: something may be plugged in */

const name_of = (one) => one.device?.name || [one.maker, one.model].filter(Boolean).join(" ") || say("scanner_unknown");
const is_open = (enrolment) => enrolment !== null && enrolment.ended === null;

function settings_words({ protocol, settings }) {
	const words = Object.entries(settings ?? {}).filter(([, value]) => value !== false).map(([key, value]) => say(`setting_${key}`, { value: String(value).toUpperCase().replace("_", " ") }));
	return say(words.length ? "scanner_set_more" : "scanner_set", { protocol: say(`protocol_${protocol}`), settings: words.join(", ") });
}

const advice_nodes = (advice) => advice.map((one) => h("p", { class: "scanner-advice", data: { advice: one.word } }, h("b", {}, one.says), " ", one.hint));

/* Whether it can be scanned with; drift is said anyway. */
function here_node({ is_here, silence }) {
	if (is_here)
		return h("p", { class: "scanner-here" }, say("scanner_here"));
	return silence && silence.code !== "scanner_changed" && h("p", { class: "scanner-drift", data: { silence: silence.code } }, h("b", {}, silence.title), silence.code === "device_deaf" ? "" : ` ${silence.do}`);
}

function device_nodes(device) {
	return [device.drift && h("p", { class: "scanner-drift", data: { drift: device.drift.code } }, h("b", {}, device.drift.title), " ", device.drift.do),
		h("p", {}, say("scanner_ours", device)), h("p", {}, settings_words(device)),
		h("p", { class: "none" }, device.enrolled_by ? say("scanner_by", { name: device.enrolled_by, time: say_moment(device.enrolled_at) }) : say("scanner_by_hand")),
		advice_nodes(device.advice)];
}

/* What it sent last, and what is to be done. */
function read_nodes({ read }) {
	if (!read)
		return h("p", { class: "none" }, say("enrol_wait"));
	return h("div", { class: "enrol-read", data: { reading: read.reading } }, h("p", {}, h("b", {}, say("enrol_not_yet", read))), h("p", {}, read.hint),
		read.seen && h("p", { class: "none" }, say("enrol_seen"), " ", h("code", {}, read.seen)));
}

export function scanners_view(root, ctx) {
	const list = h("div", { class: "scanner-list" });
	const now = h("div", {});
	const leave = h("div", {});
	const lead = h("p", { class: "lead" });
	const may = ctx.state.me.operator.roles.includes("admin");
	let known = null;
	let codes = { of: null, nodes: null }; /* the pictures of an enrolment */
	let timer = null;
	let ended = false;

	root.replaceChildren(h("div", { class: "printer-page scanner-page" }, h("div", { class: "page-head" }, h("div", {}, h("h1", {}, say("enrol_page")), lead), leave), now, list));

	async function codes_read(enrolment_id) {
		try {
			const made = await ctx.post("enrol_picture", {});
			if (made.enrolment_id !== enrolment_id)
				return;
			const picture = (kind) => picture_new(made[kind], { class: "enrol-code", role: "img", "aria-label": say("enrol_code"), "data-kind": kind });
			codes = { of: enrolment_id, nodes: [await picture("code128"), await picture("datamatrix")] };
		} catch (error) {
			if (!(error instanceof ApiError))
				throw error; /* else at the next look */
		}
	}

	/* What became of it since the last look is said as the answer to a scan is. */
	function tell(before, after) {
		if (before === null || after?.enrolment_id !== before.enrolment_id || !is_open(before))
			return;
		const name = name_of(known.scanners.find((one) => one.identity === after.identity) ?? {});
		if (after.ended === "enrolled")
			ctx.verdict_show({ verdict: "complete", title: say("enrol_done", { name }), do: say("enrol_done_do") });
		else if (after.ended === "expired")
			ctx.verdict_show({ verdict: "note", title: say("enrol_expired"), do: null });
		else if (after.read && after.read.at !== before.read?.at)
			ctx.verdict_show({ verdict: "question", title: say("enrol_not_yet", after.read), do: after.read.hint });
	}

	async function read() {
		clearTimeout(timer);
		const before = known?.enrolment ?? null;
		known = await quietly(() => ctx.view("enrolment", {})) ?? known;
		const open = known?.enrolment ?? null;
		if (is_open(open) && codes.of !== open.enrolment_id)
			await codes_read(open.enrolment_id);
		if (ended)
			return;
		tell(before, open);
		update();
		timer = setTimeout(read, is_open(known?.enrolment ?? null) ? OPEN_MS : REST_MS);
	}

	async function act(name, args) {
		await ctx.act(name, args);
		await read();
	}

	function open_panel(enrolment) {
		const name = name_of(known.scanners.find((one) => one.identity === enrolment.identity) ?? {});
		return h("section", { class: "panel enrol-open" }, h("h2", {}, say("enrol_title", { name })),
			h("ol", {}, ["enrol_step_1", "enrol_step_2", "enrol_step_3"].map((step) => h("li", {}, say(step, { name })))),
			h("div", { class: "enrol-codes" }, codes.of === enrolment.enrolment_id ? codes.nodes : null),
			h("p", { class: "enrol-left" }, say("enrol_left", { min: Math.floor(enrolment.seconds / 60), sec: String(enrolment.seconds % 60).padStart(2, "0") })),
			read_nodes(enrolment),
			choice({ label: say("enrol_cancel"), kind: "small", act: () => act("enrol_cancel", {}) }));
	}

	function ended_panel(enrolment) {
		if (enrolment.ended === "enrolled") {
			const name = name_of(known.scanners.find((one) => one.identity === enrolment.identity) ?? {});
			return h("section", { class: "panel enrol-done" }, h("h2", {}, say("enrol_done", { name })), h("p", {}, settings_words(enrolment.read)), h("p", {}, say("enrol_done_do")),
				advice_nodes(enrolment.read.advice));
		}
		return h("section", { class: "panel enrol-over" }, h("h2", {}, say(enrolment.ended === "expired" ? "enrol_expired" : "enrol_cancelled")), h("p", {}, say("enrol_replug")));
	}

	function scanner_panel(one) {
		const usable = one.protocols !== "";
		return h("section", { class: "panel", data: { identity: one.identity, enrolled: one.device !== null, here: one.is_here, drift: one.device?.drift?.code } },
			h("h2", {}, name_of(one)),
			h("p", { class: "none" }, one.is_plugged ? say("scanner_place", one) : say("scanner_away"), " \u00b7 ", h("code", {}, one.identity)),
			one.device && one.is_plugged && here_node(one),
			one.problem && h("p", { class: "scanner-drift" }, one.problem),
			one.device ? device_nodes(one.device) : h("p", {}, h("b", {}, say("scanner_new"))),
			one.is_plugged && !usable && h("p", {}, say("scanner_no_kind")),
			one.is_plugged && usable && choice({ label: say(one.device ? "enrol_again" : "enrol"), kind: one.device ? "small quiet" : "small", focus: `enrol/${one.identity}`,
				act: () => act("enrol_open", { identity: one.identity }) }));
	}

	function update() {
		fill(leave, choice({ key: "Esc", command: "back", label: say("back"), kind: "quiet", act: ctx.back }));
		fill(lead, say(may ? "enrol_page_do" : "enrol_page_none"));
		if (!known)
			return;
		const enrolment = known.enrolment;
		fill(now, !known.looked_at && h("p", { class: "scanner-drift" }, say("scanners_blind")), enrolment && (is_open(enrolment) ? open_panel(enrolment) : ended_panel(enrolment)));
		fill(list, known.scanners.length ? known.scanners.filter((one) => !is_open(enrolment) || one.identity !== enrolment.identity).map(scanner_panel)
			: h("p", { class: "none" }, say("scanners_empty")));
	}

	function end() {
		ended = true;
		clearTimeout(timer);
	}

	if (may)
		read();

	return { update, end };
}
