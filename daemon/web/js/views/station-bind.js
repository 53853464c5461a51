/* Binds this page to a station: its code scanned or typed, or chosen from the list. */
import { choice, fill, h } from "../dom.js";
import { id_of_typed } from "../id.js";
import { say } from "../words.js";

export function station_bind_view(root, ctx) {
	const list = h("div", { class: "choices wide" });
	const typed = h("input", { type: "text", id: "station-code", autocomplete: "off", spellcheck: "false" });

	async function bind(station) {
		try {
			const reply = await ctx.post("station_bind", { station });
			if (reply.verdict !== "stored")
				ctx.verdict_show(reply, station);
			ctx.events_reopen();
			await ctx.refresh();
		} catch (error) {
			ctx.verdict_show({ verdict: error.status ? "question" : "not_stored", title: error.message, do: error.hint }, station);
		}
	}

	async function read() {
		const { stations } = await ctx.view("stations").catch(() => ({ stations: null }));
		if (stations === null)
			return;
		fill(list, stations.length === 0 && h("p", {}, say("bind_none")), stations.map((one, index) => choice({
			key: index < 9 ? index + 1 : null, label: one.name, sub: one.kind, kind: "big", act: () => bind(one.station),
		})));
	}

	fill(root, h("section", { class: "centre" },
		h("h1", {}, say("bind_title")), h("p", { class: "lead" }, say("bind_do")), list,
		h("form", {
			class: "line",
			on: {
				submit: (event) => {
					event.preventDefault();
					bind(id_of_typed(typed.value)?.text ?? typed.value.trim());
				},
			},
		}, h("label", { for: "station-code" }, say("bind_type")), typed)));
	read();
	const timer = setInterval(() => list.childElementCount === 0 && read(), 2000);
	return {
		update() { /* nothing here depends on the state */ },
		end: () => clearInterval(timer),
		scan(text, kind) {
			if (kind === "station")
				bind(text);
			return true;
		},
	};
}
