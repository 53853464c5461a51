/*
 * Badge, then PIN; under the shade the badge alone. The PIN lives in one variable until it is sent or the screen ends.
 */
import { choice, fill, h } from "../dom.js";
import { id_of_typed } from "../id.js";
import { say } from "../words.js";

const PIN_MAX = 12;
const BADGE_SHOWN = 4; /* the last characters: whole codes could be copied from the screen */
const pad = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];

export function sign_in_view(root, ctx) {
	let badge = null;
	let pin = "";
	let busy = false;

	async function send(with_pin) {
		const body = { badge, pin: with_pin };
		pin = "";
		busy = true;
		update();
		try {
			const reply = await ctx.post("sign_in", body);
			ctx.verdict_show(reply);
			if (reply.verdict === "stored" || reply.verdict === "complete") {
				badge = null;
				ctx.events_reopen();
				await ctx.refresh();
			}
		} catch (error) {
			ctx.verdict_show({ verdict: error.status ? "question" : "not_stored", title: error.message, do: error.hint });
		} finally {
			busy = false;
			body.pin = null;
			update();
		}
	}

	function badge_take(text) {
		badge = text;
		pin = "";
		if (ctx.state.me?.shaded)
			return send(null);
		update();
	}

	function digit(key) {
		if (pin.length < PIN_MAX)
			pin += key;
		update();
	}

	const ok = () => pin && !busy && send(pin);
	const clear = () => {
		pin = "";
		update();
	};

	function pin_nodes() {
		return [
			h("h1", {}, say(busy ? "sign_checking" : "pin_title")),
			h("p", { class: "lead" }, say("pin_do", { badge: badge.slice(-BADGE_SHOWN) })),
			h("p", { class: "pin-dots", "aria-label": `${pin.length}` }, "\u25cf".repeat(pin.length) || "\u00a0"),
			h("div", { class: "pad" },
				pad.map((key) => choice({ label: key, kind: "pad-key", focus: `pad/${key}`, disabled: busy, act: () => digit(key) })),
				choice({ label: say("pin_clear"), kind: "pad-key quiet", focus: "pad/clear", act: clear }),
				choice({ label: "0", kind: "pad-key", focus: "pad/0", disabled: busy, act: () => digit("0") }),
				choice({ label: say("pin_ok"), kind: "pad-key go", focus: "pad/ok", disabled: busy || !pin, act: ok })),
			choice({ key: "Esc", command: "back", label: say("sign_other"), kind: "quiet", act: () => {
				badge = null;
				clear();
			} }),
		];
	}

	const typed = h("input", { type: "text", id: "badge-code", autocomplete: "off", spellcheck: "false", data: { focus: "badge" } });
	const form = h("form", {
		class: "line",
		on: {
			submit: (event) => {
				event.preventDefault();
				const id = id_of_typed(typed.value);
				typed.value = "";
				if (id?.kind === "badge")
					badge_take(id.text);
			},
		},
	}, typed);

	function badge_nodes() {
		const shaded = ctx.state.me?.shaded ? ctx.state.me.operator : null;
		return [
			h("div", { class: "badge-picture", "aria-hidden": "true" }),
			h("h1", {}, shaded ? say("shade_title", { name: shaded.name }) : say("sign_title")),
			h("p", { class: "lead" }, say(shaded ? "shade_do" : "sign_do")), form,
			shaded && choice({ command: "sign_out", label: say("sign_out"), kind: "quiet", act: async () => {
				await ctx.act("sign_out", {});
				await ctx.refresh();
			} }),
		];
	}

	const sheet = h("section", { class: "centre" });
	root.replaceChildren(sheet);
	function update() {
		fill(sheet, badge ? pin_nodes() : badge_nodes());
	}

	return {
		update,
		end: () => { pin = ""; },
		key(key) {
			if (!badge)
				return false;
			if (/^[0-9]$/.test(key))
				digit(key);
			else if (key === "Backspace")
				clear();
			else if (key === "Enter")
				ok();
			else
				return false;
			return true;
		},
		/* What is no code of ours may be a PIN typed fast: it never leaves as a scan. */
		scan(text, kind) {
			if (kind === "badge")
				badge_take(text);
			else if (badge && kind === null && /^[0-9]+$/.test(text) && text.length <= PIN_MAX) {
				pin = text;
				ok();
			}
			return kind === "badge" || kind === null;
		},
	};
}
