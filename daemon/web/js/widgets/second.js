/*
 * A second person says yes: badge, scanned or typed, then PIN. The PIN lives in its field until it is sent or the field goes.
 */
import { choice, fill, h } from "../dom.js";
import { id_of_typed } from "../id.js";
import { say } from "../words.js";

const PIN_MAX = 12;
const BADGE_SHOWN = 4; /* the last characters: whole codes could be copied from the screen */

/* {node, scan}. send({badge, pin}) -> reply; answered(reply) when it was not the badge or the PIN that was wrong; back: a button beside. */
export function second_part(ctx, send, answered, back) {
	const badge = h("input", { type: "text", autocomplete: "off", spellcheck: "false", "aria-label": say("policies_badge") });
	const pin = h("input", { type: "password", inputmode: "numeric", maxlength: PIN_MAX, autocomplete: "off", "aria-label": say("policies_pin") });
	const foot = h("div", { class: "line" });
	const told = h("p", { class: "none" });
	let code = null; /* the badge's */
	let busy = false;

	function draw() {
		const ready = !busy && code !== null && /^[0-9]+$/.test(pin.value);
		told.textContent = code === null ? "" : say("pin_do", { badge: code.slice(-BADGE_SHOWN) });
		fill(foot, choice({ label: say(busy ? "policies_checking" : "policies_make_second"), kind: "go", disabled: !ready, focus: "second/yes", act: yes }), back);
	}

	async function yes() {
		if (busy || code === null || !pin.value)
			return;
		const body = { badge: code, pin: pin.value };
		pin.value = "";
		busy = true;
		draw();
		try {
			const reply = await send(body);
			ctx.verdict_show(reply);
			await answered(reply);
		} catch (error) {
			ctx.verdict_show({ verdict: error.status ? "question" : "not_stored", title: error.message, do: error.hint });
		} finally {
			body.pin = null;
			busy = false;
			draw();
		}
	}

	function badge_take(text) {
		code = text;
		badge.value = "";
		pin.value = "";
		draw();
		pin.focus();
	}

	badge.addEventListener("input", () => {
		const id = id_of_typed(badge.value.trim());
		if (id?.kind === "badge")
			badge_take(id.text);
	});

	const node = h("form", { class: "policy-second", on: { input: draw, submit: (event) => {
		event.preventDefault();
		yes();
	} } }, h("h3", {}, say("policies_second")), h("p", {}, say("policies_second_do")),
	h("div", { class: "fields" }, h("label", { class: "field" }, say("policies_badge"), badge), h("label", { class: "field" }, say("policies_pin"), pin)), told, foot);
	draw();
	return {
		node,
		/* What is no code of ours may be a PIN typed fast beside its field: it never leaves as a scan. */
		scan(text, kind) {
			if (kind === "badge")
				badge_take(text);
			else if (kind === null && /^[0-9]+$/.test(text) && text.length <= PIN_MAX)
				pin.value = text;
			else
				return false;
			draw();
			return true;
		},
	};
}
