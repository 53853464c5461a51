/*
 * Pages, for administrators and leads: which browser is a page of which station, letting a new one in by a code that stands
 * here, and taking one away that is lost. A page from before there were codes stands first, until an administrator keeps it. The
 * service decides; the page reads again while a code is shown.
 */
import { ApiError } from "../api.js";
import { choice, fill, h } from "../dom.js";
import { quietly } from "../reading.js";
import { picture_new } from "../widgets/picture.js";
import { say, say_moment } from "../words.js";

const OPEN_MS = 1000;  /* between two looks while a code is shown */
const REST_MS = 5000;

export const page_roles = ["admin", "site_lead", "lab_lead"];

const is_open = (code) => Boolean(code) && code.ended === null;
const spaced = (digits) => digits.replace(/(.{4})(?=.)/g, "$1 ");

export function pages_view(root, ctx) {
	const now = h("div", {});
	const list = h("div", { class: "scanner-list" });
	const open = h("div", { class: "choices" });
	const leave = h("div", {});
	let known = null;
	let pictures = { of: null, nodes: null };
	let timer = null;
	let ended = false;

	root.replaceChildren(h("div", { class: "printer-page scanner-page" },
		h("div", { class: "page-head" }, h("div", {}, h("h1", {}, say("pages")), h("p", { class: "lead" }, say("pages_do"))), leave),
		now, h("section", { class: "panel" }, h("h2", {}, say("page_open")), open), list));

	async function pictures_read(id) {
		try {
			const made = await ctx.post("page_picture", {});
			if (made.page_code_id !== id)
				return;
			const picture = (kind) => picture_new(made[kind], { class: "enrol-code", role: "img", "aria-label": say("page_code_picture"), "data-kind": kind });
			pictures = { of: id, nodes: [await picture("datamatrix"), await picture("code128")] };
		} catch (error) {
			if (!(error instanceof ApiError))
				throw error; /* else at the next look; the digits are there */
		}
	}

	function tell(before, after) {
		if (!is_open(before) || after?.page_code_id !== before.page_code_id || is_open(after))
			return;
		if (after.ended === "bound")
			ctx.verdict_show({ verdict: "complete", title: say("page_done", after), do: null });
		else if (after.ended === "expired")
			ctx.verdict_show({ verdict: "note", title: say("page_expired"), do: null });
	}

	async function read() {
		clearTimeout(timer);
		const before = known?.code ?? null;
		known = await quietly(() => ctx.view("pages", {})) ?? known;
		const code = known?.code ?? null;
		if (is_open(code) && pictures.of !== code.page_code_id)
			await pictures_read(code.page_code_id);
		if (ended)
			return;
		tell(before, code);
		update();
		timer = setTimeout(read, is_open(code) ? OPEN_MS : REST_MS);
	}

	async function act(name, args) {
		await ctx.act(name, args);
		await read();
	}

	function code_panel(code) {
		if (!is_open(code))
			return h("section", { class: "panel page-over", data: { ended: code.ended } },
				h("h2", {}, code.ended === "bound" ? say("page_done", code) : say(code.ended === "expired" ? "page_expired" : "page_cancelled")));
		return h("section", { class: "panel enrol-open" }, h("h2", {}, say("page_code_for", code)),
			h("ol", {}, h("li", {}, say("page_code_step_1")), h("li", {}, say("page_code_step_2"))),
			h("p", { class: "page-code" }, spaced(code.code)),
			h("div", { class: "enrol-codes" }, pictures.of === code.page_code_id ? pictures.nodes : null),
			h("p", { class: "enrol-left" }, say("page_code_left", { min: Math.floor(code.seconds / 60), sec: String(code.seconds % 60).padStart(2, "0") })),
			choice({ label: say("page_cancel"), kind: "small", act: () => act("page_code_cancel", {}) }));
	}

	/* How many wait stands beside Set up. */
	async function judge(name, page) {
		await act(name, { page_id: page.page_id });
		if (page.waits)
			await ctx.refresh();
	}

	function take(page) {
		ctx.dialog_open(say("page_take_title", page), (close) => [h("p", {}, say("page_take_do")),
			h("div", { class: "choices" }, choice({ label: say("page_take_yes"), kind: "big", act: () => {
				close();
				judge("page_take_away", page);
			} }))]);
	}

	function let_in_by(page) {
		if (page.waits)
			return h("p", { class: "scanner-advice" }, h("b", {}, say("page_waits")), " ", say(known.may_keep ? "page_waits_do" : "page_waits_ask"));
		const said = page.kept_at ? say("page_kept_by", { name: page.kept_by, time: say_moment(page.kept_at) })
			: say(page.bound_by ? "page_by" : "page_by_hand", { name: page.bound_by, time: say_moment(page.bound_at) });
		return h("p", { class: "none" }, said);
	}

	function page_panel(page) {
		return h("section", { class: "panel", data: { page: page.page_id, station: page.station, waits: page.waits } },
			h("h2", {}, page.station), h("p", {}, h("b", {}, page.about || say("page_about")), page.is_this && ` \u00b7 ${say("page_this")}`),
			let_in_by(page),
			h("p", { class: "none" }, page.seen_at ? say("page_seen", { time: say_moment(page.seen_at) }) : say("page_unused")),
			page.people.length > 0 && h("p", {}, say("page_people", { names: page.people.join(", ") })),
			h("div", { class: "choices" },
				page.waits && known.may_keep && choice({ label: say("page_keep"), kind: "small", focus: `keep/${page.page_id}`, act: () => judge("page_keep", page) }),
				choice({ label: say("page_take"), kind: "small quiet", focus: `take/${page.page_id}`, act: () => take(page) })));
	}

	function update() {
		fill(leave, choice({ key: "Esc", command: "back", label: say("back"), kind: "quiet", act: ctx.back }));
		if (!known)
			return;
		fill(now, known.code && code_panel(known.code));
		fill(open, known.stations.map((one) => choice({ label: one.name, kind: "small", focus: `open/${one.station}`, act: () => act("page_code_open", { station: one.station }) })));
		fill(list, known.pages.length ? known.pages.map(page_panel) : h("p", { class: "none" }, say("pages_none")));
	}

	function end() {
		ended = true;
		clearTimeout(timer);
	}

	read();
	return { update, end };
}
