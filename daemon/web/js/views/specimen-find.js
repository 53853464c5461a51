/* Find a tube (then its timeline) or a patient (then the visit, or one that is finished: Stop is about its tubes). Scans come here first. */
import { choice, fill, h } from "../dom.js";
import { id_of_typed } from "../id.js";
import { draws_blood } from "../reading.js";
import { say, say_moment } from "../words.js";

export function find_view(root, ctx) {
	const patients_too = draws_blood(ctx.state); /* a visit is opened nowhere else */
	const query = h("input", { type: "search", autocomplete: "off", spellcheck: "false", "aria-label": say(patients_too ? "find_do" : "find_do_tube"), data: { focus: "find" } });
	const results = h("div", { class: "choices wide" });

	const timeline = (specimen_id) => ctx.go(`#timeline/${specimen_id}`);

	function shown(error, text) {
		ctx.verdict_show({ verdict: error.status ? "question" : "not_stored", title: error.message, do: error.hint }, text);
	}

	async function over_open(visit_id) {
		try {
			ctx.state.visit = await ctx.view("visit", { visit_id });
			ctx.go("#visit");
		} catch (error) {
			shown(error, "");
		}
	}

	/* Of each patient the visit that would open now, then those that are finished. */
	function rows_of(one) {
		return [
			{ label: one.name, sub: one.number, act: () => ctx.act("visit_open", { slip: null, patient_id: one.patient_id }) },
			...(one.visits ?? []).map((visit) => ({
				label: say("find_over", { at: say_moment(visit.closed_at).slice(0, -3) }), sub: say(`find_over_${visit.state}`, { name: one.name, n: visit.tubes }),
				act: () => over_open(visit.visit_id),
			})),
		];
	}

	function draw(patients, text) {
		fill(results, patients.length === 0 && h("p", { class: "none" }, say("find_none", { query: text })),
			patients.flatMap(rows_of).map((row, index) => choice({ key: index < 9 ? index + 1 : null, ...row })));
		query.blur(); /* so that the numbers choose */
	}

	async function find(text) {
		const id = id_of_typed(text);
		if (id?.specimen_id)
			return timeline(id.specimen_id);
		if (!patients_too)
			return draw([], text);
		try {
			draw((await ctx.view("patient_find", { query: text })).patients, text);
		} catch (error) {
			shown(error, text);
		}
	}

	fill(root, h("div", { class: "find-page" },
		h("div", { class: "page-head" }, h("div", {}, h("h1", {}, say("find_title")), h("p", { class: "lead" }, say(patients_too ? "find_do" : "find_do_tube"))),
			choice({ key: "Esc", command: "back", label: say("back"), kind: "quiet", act: () => ctx.back() })), h("section", { class: "centre" },
		h("form", { class: "line", on: { submit: (event) => {
			event.preventDefault();
			if (query.value.trim())
				find(query.value.trim());
		} } }, query, h("button", { type: "submit", class: "choice go" }, say("find_go"))),
		results)));
	query.focus();

	return {
		keeps_scans: true,
		update() { /* nothing here depends on the state */ },
		scan(text, kind) {
			if (kind !== "specimen" && kind !== "label")
				return false;
			timeline(id_of_typed(text).specimen_id);
			return true;
		},
		scanned: (about) => about?.specimen_id && ctx.follow(`#timeline/${about.specimen_id}`),
	};
}
