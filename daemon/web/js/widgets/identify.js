/*
 * The four birth dates, and who said it. Nothing here tells which is right; a wrong one stops the visit.
 */
import { choice, fill, h } from "../dom.js";
import { say } from "../words.js";

const whos = ["patient", "guardian", "interpreter"];

/* Gives {root, update(visit)}; what was written about a guardian stays while the visit is open. */
export function identify_new(ctx) {
	const root = h("section", { class: "identify" });
	let who = "patient";
	const name = h("input", { type: "text", autocomplete: "off", data: { focus: "who-name" } });
	const relation = h("input", { type: "text", autocomplete: "off", data: { focus: "who-relation" } });

	function pick(number) {
		if (who !== "patient" && !name.value.trim()) {
			ctx.verdict_show({ verdict: "question", title: say("who_needed", { who: say(`who_${who}`).toLowerCase() }), do: null });
			return name.focus();
		}
		const stated_by = { who, name: who === "patient" ? null : name.value.trim(), relation: who === "guardian" ? relation.value.trim() || null : null };
		return ctx.act("visit_identify", { choice: number, stated_by });
	}

	function who_nodes(visit) {
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

	function update(visit) {
		fill(root,
			h("h1", {}, say("identify_title")), h("p", { class: "lead" }, say("identify_do")),
			h("div", { class: "dates" }, visit.birth_choices.map((text, index) => choice({
				key: index + 1, label: text, kind: "date", act: () => pick(index + 1),
			}))),
			who_nodes(visit));
	}

	return { root, update };
}
