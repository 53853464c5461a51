/*
 * Entered after a downtime: whose the tube with a label printed ahead is, from its paper form. A label is scanned, its tube
 * chosen by its cap; when all stands here a second person is asked for their badge. What is right says the database.
 */
import { choice, fill, h } from "../dom.js";
import { quietly } from "../reading.js";
import { say, say_moment } from "../words.js";
import { tube_picture } from "../widgets/tube.js";

const FIND_PAUSE_MS = 250;
const FOUND_MAX = 6;

const minute_now = () => new Date(Date.now() - new Date().getTimezoneOffset() * 60000).toISOString().slice(0, 16);

function field(label, input) {
	return h("label", { class: "field" }, label, input);
}

/* Who: by name or number; a slip that is scanned chooses too. chosen(patient_id or null). Gives {node, show(patient or null)}. */
function patient_part(ctx, chosen) {
	const root = h("section", { class: "part" });
	const query = h("input", { type: "search", autocomplete: "off", spellcheck: "false", placeholder: say("order_find"), "aria-label": say("order_find"), data: { focus: "downtime-find" } });
	const results = h("div", { class: "choices wide" });
	let timer = null;

	async function find() {
		const text = query.value.trim();
		const { patients } = text.length < 2 ? { patients: null } : await quietly(() => ctx.view("patient_find", { query: text })) ?? { patients: [] };
		fill(results, patients?.slice(0, FOUND_MAX).map((one) => choice({ label: one.name, sub: one.number, act: () => chosen(one.patient_id) })),
			patients?.length === 0 && h("p", { class: "none" }, say("find_none", { query: text })));
	}
	query.addEventListener("input", () => {
		clearTimeout(timer);
		timer = setTimeout(find, FIND_PAUSE_MS);
	});

	function show(patient) {
		fill(root, h("h2", {}, say("downtime_patient")), patient ? [h("p", { class: "chosen-patient" }, say("order_known", patient)),
			patient.look_alikes.map((one) => h("p", { class: "downtime-alike" }, say("downtime_alike", one))),
			choice({ label: say("order_change"), kind: "quiet small", act: () => chosen(null) })] : [query, h("p", { class: "none" }, say("downtime_patient_do")), results]);
	}

	return { node: root, show };
}

/* The three facts of the form. Gives {node, update(operators), value() -> {birth_date, drawn_by, collected_at}, clear()}. */
function form_part(changed) {
	const birth = h("input", { type: "date", max: minute_now().slice(0, 10) });
	const drawn = h("input", { type: "datetime-local", max: minute_now() });
	const who = h("select", {});
	let known = "";
	const node = h("section", { class: "part" }, h("h2", {}, say("downtime_form")), h("p", { class: "none" }, say("downtime_form_do")),
		h("div", { class: "fields" }, field(say("downtime_birth"), birth), field(say("downtime_drawn_by"), who), field(say("downtime_drawn_at"), drawn)));
	for (const input of [birth, drawn, who])
		input.addEventListener("input", changed);

	function update(operators) {
		const now = JSON.stringify(operators);
		if (now === known)
			return; /* else a list that is open would close under the hand */
		known = now;
		fill(who, h("option", { value: "" }, say("stock_operator_none")), operators.map((one) => h("option", { value: one.operator_id }, one.name)));
	}

	return {
		node, update,
		value: () => ({ birth_date: birth.value || null, drawn_by: who.value ? Number(who.value) : null, collected_at: drawn.value ? new Date(drawn.value).toISOString() : null }),
		clear: () => {
			for (const input of [birth, drawn, who])
				input.value = "";
		},
	};
}

function entered_line(one) {
	return h("li", { data: { tubes: one.tubes.join(" ") } }, h("b", {}, say("downtime_line_who", one)), " ", say("downtime_line_tubes", { n: one.tubes.length, tails: one.tubes.map((tube) => `...${tube.slice(-4)}`).join(", ") }),
		h("p", { class: "none" }, say("downtime_line", { ...one, at: say_moment(one.at), drawn: say_moment(one.collected_at) })));
}

export function downtime_view(root, ctx) {
	const tubes = h("section", { class: "part downtime-tubes" });
	const foot = h("div", { class: "order-foot" });
	const entered = h("section", { class: "panel" });
	const patient = patient_part(ctx, patient_choose);
	const form = form_part(foot_draw);
	let list = null;      /* as the database has it */
	let patient_id = null;
	let hand = null;      /* the label that was scanned last and is on no tube here yet */
	let labels = new Map(); /* number of a planned tube -> its label */

	async function read() {
		list = await quietly(() => ctx.view("downtime", patient_id ? { patient_id } : {})) ?? list;
		for (const number of [...labels.keys()].filter((one) => !list?.tubes.some((tube) => tube.number === one)))
			labels.delete(number);
		hand_only();
		draw();
	}

	async function patient_choose(id) {
		patient_id = id;
		hand ??= [...labels.values()].at(-1) ?? null;
		labels = new Map();
		await read();
	}

	/* A label goes to the tube that is chosen; where there is but one there is nothing to choose. */
	function label_put(number) {
		labels.set(number, hand);
		hand = null;
		draw();
	}

	function hand_only() {
		if (hand && list?.tubes.length === 1 && !labels.size)
			label_put(list.tubes[0].number);
	}

	function tube_button(tube, index) {
		const label = labels.get(tube.number);
		const words = [tube.container.cap, tube.container.name, tube.tests.map((one) => one.code).join(" ")].join(", ");
		return h("div", { class: "downtime-tube", data: { number: tube.number, label } }, tube_picture(tube.container, label ? "printed" : "waiting"),
			choice({ key: hand && !label ? index + 1 : null, label: words, sub: label ? say("downtime_has", { label }) : hand ? say("downtime_put", { tail: hand.slice(-4) }) : say("downtime_scan"),
				focus: `tube/${tube.number}`, disabled: !hand || Boolean(label), act: () => label_put(tube.number) }),
			label && choice({ label: say("downtime_off"), kind: "quiet small", focus: `off/${tube.number}`, act: () => {
				hand = label;
				labels.delete(tube.number);
				draw();
			} }));
	}

	function args() {
		const put = (list?.tubes ?? []).filter((tube) => labels.has(tube.number));
		return { patient_id, ...form.value(), tubes: put.map((tube) => ({ specimen_id: labels.get(tube.number), tests: tube.ids })) };
	}

	function missing({ birth_date, drawn_by, collected_at, tubes: put }) {
		return [!patient_id && "patient", !put.length && "label", !birth_date && "birth", !drawn_by && "drawn_by", !collected_at && "drawn_at"].filter(Boolean).map((what) => say(`downtime_missing_${what}`));
	}

	function foot_draw() {
		const what = missing(args());
		fill(foot, h("p", { class: "missing" }, what.length ? say("order_missing", { what: what.join(", ") }) : ""),
			choice({ key: "Esc", command: "back", label: say("back"), kind: "quiet", act: () => ctx.go("#due") }),
			choice({ label: say("downtime_save"), kind: "go big", disabled: what.length > 0, focus: "save", act: () => ctx.act("downtime_enter", args()) }));
	}

	function draw() {
		patient.show(list?.patient ?? null);
		form.update(list?.operators ?? []);
		fill(tubes, h("h2", {}, say("downtime_tubes")), hand && h("p", { class: "downtime-hand" }, say(list?.tubes.length ? "downtime_hand" : "downtime_hand_wait", { label: hand })),
			!hand && !labels.size && h("p", { class: "none" }, say("downtime_scan_do")),
			list?.patient && !list.tubes.length && h("p", { class: "missing" }, say("downtime_nothing_due")), list?.tubes.map(tube_button));
		fill(entered, h("h2", {}, say("downtime_entered")), !list?.entered.length && h("p", { class: "none" }, say("stock_runs_none")), h("ul", {}, list?.entered.map(entered_line)));
		foot_draw();
	}

	function label_scanned(label) {
		if ([...labels.values()].includes(label))
			return;
		hand = label;
		hand_only();
		draw();
	}

	function clear() {
		patient_id = null;
		hand = null;
		labels = new Map();
		form.clear();
		root.scrollTop = 0;
		read();
	}

	fill(root, h("div", { class: "order-page downtime-page" }, h("h1", {}, say("downtime_title")), h("p", { class: "lead" }, say("downtime_do")),
		h("div", { class: "order-parts" }, h("div", {}, patient.node, form.node), tubes), foot, entered));
	draw();
	read();

	return {
		keeps_scans: true,
		asks: () => ctx.state.visit?.ask?.code === "downtime_whose", /* this page is the answer */
		update() { /* what is being written is not drawn again */ },
		acted(name, reply) {
			if (name === "downtime_enter" && ["downtime_plan", "nothing_due"].includes(reply.code))
				read();
		},
		scanned(about, reply) {
			if (reply.code === "downtime_whose")
				label_scanned(about.specimen_id);
			else if (about?.kind === "downtime" && about.patient_id)
				patient_choose(about.patient_id);
			else if (reply.code === "downtime_entered")
				clear();
			else if (about?.downtime && patient_id) /* it is some tube's already: whose, says the database */
				ctx.act("downtime_enter", { ...args(), tubes: [{ specimen_id: about.specimen_id, tests: [] }] });
		},
	};
}
