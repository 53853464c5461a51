/* Everything that is on record about one tube, in the record's own order, with the proof of each entry. */
import { choice, fill, h } from "../dom.js";
import { id_of_typed } from "../id.js";
import { say, say_moment, say_time } from "../words.js";
import { bag_release_open } from "../widgets/bag_release.js";
import { tube_picture } from "../widgets/tube.js";

const HASH_SHORT = 12;
const LATE_MS = 60000;
const verified_signs = { intact: "\u2713", pending: "\u2026", broken: "\u2715" };

function when(event) {
	const late = Math.abs(new Date(event.recorded_at) - new Date(event.occurred_at)) > LATE_MS;
	return h("td", { class: "when" }, say_moment(event.occurred_at), late && h("small", {}, say("timeline_late", { time: say_time(event.recorded_at) })));
}

/* What the device left as proof: plain words, or named facts. */
function evidence_words(evidence) {
	if (evidence === null || typeof evidence !== "object")
		return evidence;
	return Object.entries(evidence).filter(([, fact]) => fact !== null && fact !== "")
		.map(([name, fact]) => `${name} ${typeof fact === "object" ? JSON.stringify(fact) : fact}`).join(", ");
}

function device_words(device) {
	if (!device)
		return null;
	const counter = device.counter === null || device.counter === undefined ? null : say("device_counter", { counter: device.counter });
	return h("small", {}, [device.name, device.transport, counter, evidence_words(device.evidence)].filter(Boolean).join(", "));
}

function full_record(event) {
	const fields = {
		event_id: event.event_id, node: event.node, n: event.n, kind: event.kind, recorded_at: event.recorded_at,
		after: event.after, body: typeof event.body === "string" ? event.body : JSON.stringify(event.body), hash: event.hash,
	};
	return h("details", {}, h("summary", { "aria-label": say("timeline_full") }, h("code", {}, event.hash.slice(0, HASH_SHORT))),
		h("dl", {}, Object.entries(fields).map(([name, value]) => [h("dt", {}, name), h("dd", {}, h("code", {}, String(value)))])));
}

function row(event, specimen_id) {
	const sealed = event.seal.state === "sealed";
	const of_bag = event.subject !== specimen_id;
	return h("tr", { class: [event.moves ? "" : "no-move", of_bag ? "of-bag" : ""].join(" ").trim() }, when(event),
		h("td", {}, h("strong", {}, event.words), of_bag && h("small", {}, say("timeline_bag", { bag: event.subject })), !event.moves && h("small", {}, say("timeline_no_move")), event.set_code && h("small", {}, event.set_code)),
		h("td", {}, event.operator),
		h("td", {}, event.station, device_words(event.device)),
		h("td", { class: "proof" }, full_record(event),
			h("small", { class: sealed ? "sealed" : "seal-pending" }, sealed ? say("sealed", event.seal) : say("seal_pending"))));
}

/* What this person may do with the tube now. read: reads the record anew. */
function acts_of(ctx, data, read) {
	const { specimen_id } = data.specimen;
	const doing = async (name, args) => {
		await ctx.act(name, { specimen_id, ...args });
		read();
	};
	const all = {
		collect_again: () => choice({ key: "A", label: say("collect_again"), kind: "warn", act: () => doing("collect_again", {}) }),
		release_bag: () => choice({ key: "B", label: say("release_bag"), kind: "warn", act: () => bag_release_open(ctx, data.bag, read) }),
		release: () => choice({
			key: "H", label: say("release"), kind: "warn",
			act: () => ctx.dialog_open(say("release_title"), (close) => h("div", { class: "choices wide" },
				(ctx.state.me.reasons?.release ?? []).map((one, index) => choice({
					key: index + 1, label: one.name, act: () => {
						close();
						doing("release", { reason: one.reason });
					},
				})))),
		}),
	};
	return h("div", { class: "page-acts" }, (data.acts ?? []).map((name) => all[name]()));
}

function nodes_of(ctx, data, read) {
	const { specimen, patient, verified } = data;
	return [
		h("div", { class: "timeline-head" },
			tube_picture(specimen.container, "labelled"),
			h("div", {},
				h("h1", {}, say("timeline_title", specimen)),
				h("p", { class: "lead" }, `${patient.name}, ${patient.number}`),
				h("p", {}, `${specimen.container.cap} ${specimen.container.name}, ${say("tube_of", specimen)}: ${specimen.tests.map((test) => test.name).join(", ")}`),
				h("p", { class: `verified ${verified}` }, verified_signs[verified], " ", say(`verified_${verified}`, { at: data.broken_at }))),
			acts_of(ctx, data, read)),
		h("table", { class: "timeline" },
			h("thead", {}, h("tr", {}, ["when", "what", "who", "where", "proof"].map((name) => h("th", {}, say(`timeline_${name}`))))),
			h("tbody", {}, data.events.map((event) => row(event, specimen.specimen_id)))),
	];
}

export function timeline_view(root, ctx, specimen_id) {
	const body = h("div", {});
	fill(root, h("section", { class: "timeline-page" },
		choice({ key: "Esc", command: "back", label: say("back"), kind: "quiet", act: () => ctx.back() }), body));

	async function read() {
		try {
			const data = await ctx.view("timeline", { specimen_id });
			fill(body, data ? nodes_of(ctx, data, read) : h("p", { class: "none big-none" }, say("timeline_none")));
		} catch (error) {
			fill(body, h("p", { class: "none big-none" }, error.status ? error.message : say("health_offline")));
		}
	}
	read();

	return {
		update() { /* a record is read when it is opened, not while it is read */ },
		scan(text, kind) {
			if (kind !== "specimen" && kind !== "label")
				return false;
			ctx.go(`#timeline/${id_of_typed(text).specimen_id}`);
			return true;
		},
		scanned: (about) => about?.specimen_id === specimen_id ? read() : about?.specimen_id && ctx.follow(`#timeline/${about.specimen_id}`),
	};
}
