/* Binds this page to a station by a one-time code: scanned, or typed on the keys of the page. */
import { about_of } from "../about.js";
import { choice, fill, h } from "../dom.js";
import { say } from "../words.js";

const DIGITS = 12;
const keys = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];

export function station_bind_view(root, ctx) {
	const sheet = h("section", { class: "centre bind-page" });
	let typed = "";
	let busy = false;

	async function bind(code) {
		if (busy)
			return;
		typed = "";
		busy = true;
		update();
		try {
			const reply = await ctx.post("station_bind", { code, about: about_of(navigator.userAgent) });
			ctx.verdict_show(reply);
			if (reply.verdict !== "stored")
				return;
			ctx.events_reopen();
			await ctx.refresh();
		} catch (error) {
			ctx.verdict_show({ verdict: error.status ? "question" : "not_stored", title: error.message, do: error.hint });
		} finally {
			busy = false;
			update();
		}
	}

	function digit(key) {
		typed = (typed + key).slice(0, DIGITS);
		if (typed.length === DIGITS)
			bind(typed);
		update();
	}

	function clear() {
		typed = "";
		update();
	}

	const shown = () => typed.padEnd(DIGITS, "\u2013").replace(/(.{4})(?=.)/g, "$1 ");

	function update() {
		fill(sheet, h("h1", {}, say("bind_title")), h("p", { class: "lead" }, say(busy ? "bind_busy" : "bind_do")),
			h("output", { class: "page-code", "aria-live": "polite" }, shown()),
			h("div", { class: "pad" },
				keys.map((key) => choice({ label: key, kind: "pad-key", focus: `bind/${key}`, disabled: busy, act: () => digit(key) })),
				choice({ label: say("pin_clear"), kind: "pad-key quiet", focus: "bind/clear", act: clear }),
				choice({ label: "0", kind: "pad-key", focus: "bind/0", disabled: busy, act: () => digit("0") })),
			h("p", { class: "none" }, say("bind_where")));
	}

	ctx.state.verdict = null; /* what was said to whoever was here before is nobody's now */
	root.replaceChildren(sheet);
	return {
		update,
		key(key) {
			if (/^[0-9]$/.test(key))
				digit(key);
			else if (key === "Backspace")
				clear();
			else
				return false;
			return true;
		},
		scan(text) {
			bind(text.replace(/[ -]/g, ""));
			return true;
		},
	};
}
