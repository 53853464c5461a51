/*
 * The four birth dates, and who said it. Nothing here tells which is right; a wrong one stops the visit. Where the site
 * reads photo IDs, one may be scanned instead; where it only attests, the question is the visit's (widgets/ask.js).
 */
import { choice, fill, h } from "../dom.js";
import { say } from "../words.js";

const before_dates = ["unusual", "unusual_second"]; /* they are asked first */
const reads_ids = ["either", "scan_photo_id"];

/*
 * Gives {root, update(visit), stated_by(), scanned(reply)}; what was written about a guardian stays while the visit is
 * open. stated_by() is null, and said so, when a name is missing.
 */
export function identify_new(ctx) {
	const root = h("section", { class: "identify" });
	let who = "patient";
	let visit_id = null;
	let no_photo_id = false;
	let id_read = false; /* and the name on it is another: the dates settle it */
	const name = h("input", { type: "text", autocomplete: "off", data: { focus: "who-name" } });
	const relation = h("input", { type: "text", autocomplete: "off", data: { focus: "who-relation" } });

	function stated_by() {
		if (who !== "patient" && !name.value.trim()) {
			ctx.verdict_show({ verdict: "question", title: say("who_needed", { who: say(`who_${who}`).toLowerCase() }), do: null });
			name.focus();
			return null;
		}
		return { who, name: who === "patient" ? null : name.value.trim(), relation: who === "guardian" ? relation.value.trim() || null : null };
	}

	function pick(number) {
		const stated = stated_by();
		return stated && ctx.act("visit_identify", { choice: number, visit_id, stated_by: stated, ...(no_photo_id && { no_photo_id }) });
	}

	function who_nodes(visit) {
		const whos = ["patient", ...(visit.guardian === false ? [] : ["guardian"]), "interpreter"];
		return h("div", { class: "who-row" },
			h("span", { class: "who-ask" }, say("identify_who")),
			whos.map((one) => h("button", {
				type: "button", class: `who-choice ${one === who ? "chosen" : ""}`, "aria-pressed": String(one === who), data: { focus: `who/${one}` },
				on: { click: () => {
					who = one;
					update(visit);
				} },
			}, say(`who_${one}`))),
			who !== "patient" && h("label", {}, say("who_name", { who: say(`who_${who}`).toLowerCase() }), name),
			who === "guardian" && h("label", {}, say("who_relation"), relation));
	}

	function id_nodes(visit) {
		return [
			h("h1", {}, say("identify_id_title")), h("p", { class: "lead" }, say("identify_id_do")),
			choice({ key: "N", label: say("identify_no_id"), kind: "quiet", act: () => {
				no_photo_id = true;
				update(visit);
			} }),
		];
	}

	function date_nodes(visit, check) {
		return [
			h("h1", {}, say("identify_title")),
			h("p", { class: "lead" }, say("identify_do"), reads_ids.includes(check) && !no_photo_id && !id_read ? say("identify_or_id") : null, "."),
			h("div", { class: "dates" }, visit.birth_choices.map((text, index) => choice({
				key: index + 1, label: text, kind: "date", act: () => pick(index + 1),
			}))),
			who_nodes(visit),
		];
	}

	function update(visit) {
		if (visit.visit_id !== visit_id) {
			visit_id = visit.visit_id;
			[who, name.value, relation.value, no_photo_id, id_read] = ["patient", "", "", false, false];
		}
		if (before_dates.includes(visit.ask?.code))
			return fill(root);
		const check = ctx.state.me.policies?.identity_check ?? null;
		if (check === "scan_photo_id" && !no_photo_id && !id_read)
			return fill(root, id_nodes(visit));
		fill(root, () => visit.birth_choices.length ? date_nodes(visit, check) : who_nodes(visit));
	}

	function scanned(reply) {
		id_read ||= reply.code === "photo_id_name";
	}

	return { root, update, stated_by, scanned };
}
