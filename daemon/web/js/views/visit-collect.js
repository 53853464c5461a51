/*
 * One patient's collection: identify, fill and stick in order of draw, scan back, show the tubes to the patient.
 */
import { choice, fill, h } from "../dom.js";
import { say, say_birth } from "../words.js";
import { ask_new } from "../widgets/ask.js";
import { drawn_at_open } from "../widgets/drawn_at.js";
import { identify_new } from "../widgets/identify.js";
import { jar_open, jar_waits } from "../widgets/jar.js";
import { paper_choice } from "../widgets/paper.js";
import { label_words, tile } from "../widgets/tile.js";
import { trouble_nodes } from "../widgets/trouble.js";

const NAME_LONG = 28;
const left_states = ["waiting", "printed"];
const asking = ["identify", "labels", "check"];
const working = ["labels", "check"];
const may_reprint = ["waiting", "printed", "labelled", "handed_out"];

function stated_words({ who, name, relation }) {
	return say("visit_stated_by", { who: [say(`who_${who}`).toLowerCase(), name, relation].filter(Boolean).join(", ") });
}

/* Name and number huge, and how the labels spell a name that no font can write; the birth date only once it was said. A look-alike is loud until then, and stays. */
function patient_strip(visit) {
	const { patient, stated_by } = visit;
	const known = patient.birth_date !== null;
	const look_alikes = visit.look_alikes.map((one) => h("p", { class: "look-alike" }, say(known ? "look_alike_short" : "look_alike", one)));
	return h("div", { class: "patient" },
		h("div", { class: "patient-top" },
			h("div", { class: `patient-name ${patient.name.length > NAME_LONG ? "long" : ""}`, dir: "auto" }, patient.name),
			h("div", { class: "patient-number" }, h("small", {}, say("visit_number"), " "), patient.number)),
		patient.label_name && h("div", { class: "spelled-name" }, say("spelled_name", { name: patient.label_name })),
		h("div", { class: "patient-facts" },
			h("span", { class: "patient-birth" }, known ? say("visit_born", { date: say_birth(patient.birth_date) }) : say("visit_birth_hidden")),
			known && stated_by && h("span", { class: "stated" }, stated_words(stated_by)),
			visit.co_signed_by && h("span", { class: "stated" }, say("co_signed", { name: visit.co_signed_by })),
			visit.second_person && h("span", { class: "stated" }, say("second_person", { name: visit.second_person })),
			known && look_alikes),
		!known && look_alikes,
		visit.unusual?.confirmed_by && h("p", { class: "unusual" }, say("unusual_by", { ...visit.unusual, facts: visit.unusual.facts.join("; ") }),
			visit.unusual.second_person && `, ${say("second_person", { name: visit.unusual.second_person })}`),
		visit.gaps?.length > 0 && h("p", { class: "gaps" }, say("gaps"), " ", visit.gaps.join("; ")));
}

function reasons_of(ctx, kind) {
	return ctx.state.me.reasons?.[kind] ?? [];
}

/* What can be done with one tube, by number: torn-up old labels, print again, not collected. */
function tube_acts(ctx, visit, tube) {
	const open = tube.labels.filter((label) => label.state === "old");
	const groups = [{
		title: say("tile_old"), command: "torn_up",
		rows: open.map((label) => [say("tore_up", { label: label_words(label) }), "label_end",
			{ specimen_id: tube.specimen_id, copy: label.copy, end: "destroyed", reason: null }]),
	}];
	if (may_reprint.includes(tube.state) && visit.state !== "identify" && !jar_waits(tube))
		groups.push({
			title: say("tile_reprint"), command: "reprint",
			rows: reasons_of(ctx, "reprint").map((one) => [one.name, "reprint", { specimen_id: tube.specimen_id, reason: one.reason }]),
		});
	if (tube.jar && visit.state === "labels" && may_reprint.includes(tube.state))
		groups.push({ title: null, command: null, rows: [[say(jar_waits(tube) ? "tile_jar" : "tile_jar_again"), () => jar_open(ctx, tube)]] });
	if (may_reprint.includes(tube.state))
		groups.push({
			title: say("tile_not_collected_because"), command: "not_collected",
			rows: reasons_of(ctx, "not_collected").map((one) => [one.name, "not_collected", { specimen_id: tube.specimen_id, reason: one.reason }]),
		});
	return groups.filter((group) => group.rows.length);
}

/* The numbers go to the group whose card or heading was chosen first; there are more reasons than numbers. */
function tube_open(ctx, visit, tube) {
	const groups = tube_acts(ctx, visit, tube);
	const root = h("div", { class: "groups" });
	const rows_max = 9;

	function draw(first, close) {
		let key = 0;
		const numbered = [...groups].sort((a, b) => Number(b === first) - Number(a === first));
		fill(root, numbered.map((group) => h("section", { class: "group" },
			group.title && choice({ command: group.command, label: group.title, kind: "quiet group-title", act: () => draw(group, close) }),
			h("div", { class: "choices wide" }, group.rows.map(([label, action, args]) => {
				key++;
				return choice({ key: key <= rows_max ? key : null, label, focus: `${args ? action : "jar"}/${label}`, act: () => {
					close();
					if (args)
						ctx.act(action, args);
					else
						action();
				} });
			})))));
	}

	ctx.dialog_open(say("tile_title", { number: tube.number, of: tube.of, name: `${tube.container.cap} ${tube.container.name}` }), (close) => {
		draw(null, close);
		return root;
	});
}

const time_asked = ["collected_time", "collected_time_wrong"];

function ask_time(ctx, visit, how) {
	drawn_at_open(ctx, { title: null, since: visit.opened_at, send: (time) => ctx.act("visit_close", { ...how, ...time }) });
}

/* Closes; where no scan says when the tubes were drawn, the person is asked, and the same closing goes with the time. */
async function visit_close(ctx, how) {
	const visit = ctx.state.visit;
	const reply = await ctx.act("visit_close", { ...how, collected_at: null, collected_source: null });
	if (time_asked.includes(reply?.code))
		ask_time(ctx, visit, how);
}

function close_without_check(ctx, visit_id) {
	ctx.dialog_open(say("check_left_title"), (close) => h("div", { class: "choices wide" },
		reasons_of(ctx, "no_patient").map((one, index) => choice({ key: index + 1, label: one.name, act: () => {
			close();
			visit_close(ctx, { visit_id, check: "no_patient", reason: one.reason });
		} }))));
}

function check_nodes(ctx, closing) {
	const { visit_id } = ctx.state.visit;
	return h("section", { class: "check" },
		h("div", {}, h("h1", {}, closing?.title ?? say("check_title")), h("p", { class: "lead" }, closing?.do ?? say("check_do"))),
		h("div", { class: "check-acts" },
			choice({
				key: "C", command: "patient_checked", label: say("check_ok"), sub: say("check_slip"), kind: "go big",
				act: () => visit_close(ctx, { visit_id, check: "patient_read", reason: null }),
			}),
			choice({ key: "L", label: say("check_left"), kind: "quiet", act: () => close_without_check(ctx, visit_id) })));
}

/* A visit that ended with nobody identified was stopped by a wrong birth date: it is not "done". */
function over_kind(visit) {
	return visit.state === "closed" && visit.patient.birth_date === null ? "stopped" : visit.state;
}

function over_nodes(ctx, visit) {
	const kind = over_kind(visit);
	return h("section", { class: `over ${kind}` },
		h("h1", {}, say(`${kind}_title`, { name: visit.patient.name })),
		h("p", { class: "lead" }, say(`${kind}_do`)),
		choice({ key: "Enter", command: "back", label: say("to_list"), kind: "go big", act: () => {
			ctx.state.visit = null;
			ctx.go("#due");
			ctx.due_read().then(ctx.draw);
		} }),
		kind === "closed" && visit.tubes.some((tube) => tube.state === "collected") && paper_choice(ctx, "requisition", { visit_id: visit.visit_id }, { key: "R", kind: "quiet" }));
}

function labels_lead(visit) {
	/* a tube whose cup is not back is not to be scanned yet */
	const left = visit.tubes.filter((tube) => left_states.includes(tube.state) && (!tube.filled_from || tube.fill_by)).length;
	return h("div", { class: "labels-lead" }, h("h2", {}, say("labels_title")),
		h("p", { class: "left" }, left === 1 ? say("labels_left_1") : say("labels_left", { n: left })),
		visit.jobs_waiting_for && h("p", { class: "waiting-for" }, visit.jobs_waiting_for));
}

export function visit_view(root, ctx) {
	const page = h("div", { class: "visit-page" });
	root.replaceChildren(page);
	const identify = identify_new(ctx);
	const ask = ask_new(ctx, identify.stated_by);
	let shown = null;

	function step(visit) {
		if (visit.state === "identify") {
			identify.update(visit);
			return identify.root;
		}
		if (visit.state === "labels")
			return labels_lead(visit);
		if (visit.state === "check")
			return check_nodes(ctx, visit.closing);
		return over_nodes(ctx, visit);
	}

	/* The numbers 1-4 are the birth dates first, then the tubes. */
	function tiles(visit) {
		const busy = working.includes(visit.state);
		return h("div", { class: `tiles ${visit.state === "identify" ? "preview" : `at-${visit.state}`}`, data: { n: visit.tubes.length } },
			visit.tubes.map((tube) => tile(tube, {
				key: busy && tube.number <= 9 ? tube.number : null,
				act: busy && tube_acts(ctx, visit, tube).length ? () => tube_open(ctx, visit, tube) : null,
				trouble: visit.trouble ?? null,
			})));
	}

	function update() {
		const visit = ctx.state.visit;
		if (!visit)
			return;
		if (visit.state !== shown) {
			shown = visit.state;
			root.scrollTop = 0;
		}
		ask.update(asking.includes(visit.state) ? visit.ask : null);
		fill(page, patient_strip(visit), ask.root, asking.includes(visit.state) && trouble_nodes(ctx, visit.trouble ?? null), step(visit), tiles(visit));
	}

	return {
		update,
		asks: () => asking.includes(ctx.state.visit?.state),
		scanned(about, reply) {
			identify.scanned(reply);
			if (about?.kind === "patient" && reply.code === "collected_time")
				ask_time(ctx, ctx.state.visit, { check: "slip", slip: reply.data.scan.text, reason: null });
			if (about?.kind === "photo_id")
				update();
		},
	};
}
