/* An order entered here: a walk-in, by word, or because the link is down. */
import { choice, fill, h } from "../dom.js";
import { say, say_date } from "../words.js";

const FIND_PAUSE_MS = 250;
const sexes = [["", ""], ["F", "sex_female"], ["M", "sex_male"], ["O", "sex_other"], ["U", "sex_unknown"]];
/* Of a birth date that is not wholly known. */
const parts_of_birth = /^(\d{4}(-\d\d)?|unknown)$/;
const sources = ["paper", "verbal", "standing"];

function field(label, props) {
	const input = h("input", { type: "text", autocomplete: "off", spellcheck: "false", ...props });
	return { input, node: h("label", { class: "field" }, label, input) };
}

/* Who: found by name or number, or new. Gives {node, value() -> {patient_id, patient} or null}. */
function patient_part(ctx, changed) {
	const root = h("section", { class: "part" });
	const query = h("input", { type: "search", autocomplete: "off", spellcheck: "false", placeholder: say("order_find"), "aria-label": say("order_find"), data: { focus: "order-find" } });
	const results = h("div", { class: "choices wide" });
	const family = field(say("family"), {});
	const given = field(say("given"), {});
	const birth = field(say("birth_date"), { type: "date", max: new Date().toISOString().slice(0, 10) });
	const birth_part = field(say("birth_part"), { placeholder: say("birth_part_like") });
	const birth_said = h("output", { class: "said-date" });
	birth.node.append(birth_said);
	birth.input.addEventListener("input", () => { birth_said.textContent = say_date(birth.input.value); });
	const number = field(say("number"), {});
	const sex = h("select", {}, sexes.map(([code, key]) => h("option", { value: code }, key && say(key))));
	let known = null;
	let is_new = false;
	let timer = null;

	async function find() {
		if (query.value.trim().length < 2)
			return fill(results);
		const { patients } = await ctx.view("patient_find", { query: query.value.trim() }).catch(() => ({ patients: [] }));
		fill(results, patients.slice(0, 6).map((one) => choice({
			label: one.name, sub: one.number, act: () => set(one, false),
		})), patients.length === 0 && h("p", { class: "none" }, say("find_none", { query: query.value.trim() })));
	}
	query.addEventListener("input", () => {
		clearTimeout(timer);
		timer = setTimeout(find, FIND_PAUSE_MS);
	});

	function set(patient, make_new) {
		known = patient;
		is_new = make_new;
		draw();
		if (is_new)
			family.input.focus();
		changed();
	}

	function draw() {
		const again = choice({ label: say("order_change"), kind: "quiet small", act: () => set(null, false) });
		if (known)
			return fill(root, h("h2", {}, say("order_patient")), h("p", { class: "chosen-patient" }, say("order_known", known)), again);
		if (is_new)
			return fill(root, h("h2", {}, say("order_patient")), h("div", { class: "fields" }, family.node, given.node, birth.node, birth_part.node,
				h("label", { class: "field" }, say("sex"), sex), number.node), again);
		return fill(root, h("h2", {}, say("order_patient")), query, results,
			choice({ label: say("order_new_patient"), act: () => set(null, true) }));
	}
	draw();

	function new_patient() {
		const patient = {
			family: family.input.value.trim(), given: given.input.value.trim(), birth_date: birth.input.value || null,
			sex: sex.value, number: number.input.value.trim(),
		};
		const part = birth_part.input.value.trim().toLowerCase();
		if (!patient.birth_date && parts_of_birth.test(part))
			patient.birth_text = part;
		return patient.family && (patient.birth_date || patient.birth_text) && patient.number ? { patient_id: null, patient } : null;
	}

	return { node: root, value: () => known ? { patient_id: known.patient_id, patient: null } : is_new ? new_patient() : null };
}

/* What: favourites switch on all of theirs, a test switches on and off. Gives {node, value() -> [code], update()}. */
function tests_part(ctx, changed) {
	const root = h("section", { class: "part" });
	const chosen = new Set();

	function toggle(codes) {
		const on = codes.some((code) => !chosen.has(code));
		for (const code of codes)
			on ? chosen.add(code) : chosen.delete(code);
		update();
		changed();
	}

	function tests_button(label, codes, favourite) {
		const on = codes.every((code) => chosen.has(code));
		return choice({ label: `${on ? "\u2713 " : ""}${label}`, sub: favourite ? codes.join(" ") : null, focus: `test/${label}`,
			kind: `toggle ${on ? "chosen" : ""} ${favourite ? "favourite" : ""}`, act: () => toggle(codes) });
	}

	function update() {
		const { tests = [], favourites = [] } = ctx.state.catalogue ?? {};
		const alone = new Set(favourites.filter((one) => one.tests.length === 1).map((one) => one.tests[0]));
		fill(root, h("h2", {}, say("order_tests"), h("small", {}, [...chosen].join(", ") || say("order_tests_none"))),
			h("div", { class: "choices" }, favourites.map((one) => tests_button(one.name, one.tests, true))),
			h("div", { class: "choices" }, tests.filter((one) => !alone.has(one.code)).map((one) => tests_button(one.name, [one.code], false))));
	}

	return { node: root, value: () => [...chosen], update };
}

/* From whom and how. Gives {node, value() -> {provider, source, read_back}, update()}. */
function source_part(ctx, changed) {
	const list = h("datalist", { id: "providers" });
	const provider = field(say("provider"), { list: "providers", on: { input: changed } });
	const row = h("div", { class: "choices" });
	let source = null;
	let read_back = false;

	function update() {
		fill(list, (ctx.state.catalogue?.providers ?? []).map((name) => h("option", { value: name })));
		fill(row, sources.map((one) => choice({ label: say(`source_${one}`), kind: `toggle ${one === source ? "chosen" : ""}`, focus: `source/${one}`,
			act: () => {
				source = one;
				read_back = false;
				update();
				changed();
			} })),
		source === "verbal" && choice({ label: `${read_back ? "\u2713 " : ""}${say("read_back")}`, kind: `toggle warn ${read_back ? "chosen" : ""}`, focus: "read-back",
			act: () => {
				read_back = !read_back;
				update();
				changed();
			} }));
	}

	return {
		node: h("section", { class: "part" }, h("h2", {}, say("order_from")), provider.node, list, row), update,
		value: () => ({ provider: provider.input.value.trim(), source, read_back }),
	};
}

function missing(args) {
	return [
		!args.patient_id && !args.patient && "patient",
		args.tests.length === 0 && "tests",
		!args.provider && "provider",
		!args.source && "source",
		args.source === "verbal" && !args.read_back && "read_back",
	].filter(Boolean).map((what) => say(`missing_${what}`));
}

export function order_new_view(root, ctx) {
	const foot = h("div", { class: "order-foot" });
	const parts = { patient: patient_part(ctx, check), tests: tests_part(ctx, check), from: source_part(ctx, check) };

	function args() {
		return { ...parts.patient.value() ?? { patient_id: null, patient: null }, tests: parts.tests.value(), ...parts.from.value() };
	}

	async function save() {
		const reply = await ctx.act("order_here", args());
		if (reply?.verdict === "stored" || reply?.verdict === "complete") {
			await ctx.due_read();
			ctx.go("#due");
		}
	}

	function check() {
		const what = missing(args());
		fill(foot,
			h("p", { class: "missing" }, what.length ? say("order_missing", { what: what.join(", ") }) : ""),
			choice({ key: "Esc", command: "back", label: say("back"), kind: "quiet", act: () => ctx.go("#due") }),
			choice({ label: say("order_save"), kind: "go big", disabled: what.length > 0, act: save }));
	}

	function redraw() {
		parts.tests.update();
		parts.from.update();
		check();
	}

	fill(root, h("div", { class: "order-page" }, h("h1", {}, say("order_title")),
		h("div", { class: "order-parts" }, h("div", {}, parts.patient.node, parts.from.node), parts.tests.node), foot));
	root.addEventListener("input", check);
	redraw();
	ctx.catalogue_read().then(redraw);
	return { update() { /* what is being written is not drawn again */ }, end: () => root.removeEventListener("input", check) };
}
