/*
 * The fields of a policy's form, as its description has them (contrib/CONTRACTS.md 3, policies). What may be set judges the
 * service; here a hand is only led.
 */
import { h } from "../dom.js";
import { say } from "../words.js";

const at = (value, path) => path.reduce((part, key) => part?.[key], value);

/* A copy of value with part at path; undefined: without it. */
function put(value, [key, ...rest], part) {
	if (key === undefined)
		return part;
	const { [key]: old, ...others } = value ?? {};
	const made = put(old, rest, part);
	return made === undefined ? others : { ...others, [key]: made };
}

const option = (value, label) => h("option", { value }, label);
const name_of = (field, policy) => field.label || policy.title;

/* Each gives {node, value() -> what was chosen}; now: what holds. */
const kinds = {
	choice: (field, now, label) => {
		const input = h("select", { "aria-label": label }, field.values.map(([value, words]) => option(value, words)));
		input.value = now ?? field.values[0][0];
		return { node: h("label", { class: "field" }, label, input), value: () => input.value };
	},
	number: (field, now, label) => {
		const input = h("input", { type: "number", min: field.min, max: field.max, step: 1, "aria-label": label });
		input.value = now ?? "";
		const read = () => input.value === "" && field.optional ? undefined : input.valueAsNumber;
		return { node: h("label", { class: "field" }, label, h("span", { class: "policy-number" }, input, " ", field.unit)), value: read };
	},
	flag: (field, now, label) => {
		const input = h("input", { type: "checkbox", "aria-label": label });
		input.checked = now === true;
		return { node: h("label", { class: "tick" }, input, " ", label), value: () => input.checked };
	},
	list: (field, now, label, { tests }) => {
		const offered = field.of === "test" ? tests.map(({ code, name }) => [code, `${code} ${name}`]) : field.values;
		const gone = (now ?? []).filter((one) => !offered.some(([value]) => value === one)).map((one) => [one, one]);
		const boxes = [...offered, ...gone].map(([value, words]) => {
			const input = h("input", { type: "checkbox", value });
			input.checked = now?.includes(value) ?? false;
			return { input, node: h("label", { class: "tick" }, input, " ", words) };
		});
		return { node: h("fieldset", {}, h("legend", {}, label), h("div", { class: "policy-ticks" }, boxes.map((box) => box.node))),
			value: () => {
				const chosen = boxes.filter((box) => box.input.checked).map((box) => box.input.value);
				return [...(now ?? []).filter((one) => chosen.includes(one)), ...chosen.filter((one) => !now?.includes(one))]; /* as it was, then what is new */
			} };
	},
	/* One more place than there are names, until it is chosen too. */
	templates: (field, now, label, { templates }) => {
		const line = h("div", { class: "line" });
		const values = () => [...line.children].map((one) => one.value).filter(Boolean);
		function draw(names) {
			line.replaceChildren(...[...names, ""].map((name, n) => {
				const input = h("select", { "aria-label": say("policies_nth", { label, n: n + 1 }), on: { change: () => draw(values()) } },
					option("", n === 0 ? say("policies_not_set") : "\u2013"), [...new Set([...templates, name].filter(Boolean))].map((one) => option(one, one)));
				input.value = name;
				return input;
			}));
		}
		draw(now ?? []);
		return { node: h("fieldset", {}, h("legend", {}, label), line), value: () => values().length === 0 && field.optional ? undefined : values() };
	},
};

/* {node, value() -> the whole value}. known: {tests, templates} there are. */
export function policy_fields(policy, known) {
	const word = policy.instead?.[0] ?? null;
	const base = word !== null && policy.value === word ? policy.default : policy.value;
	const parts = policy.fields.map((field) => ({ field, ...kinds[field.kind](field, at(base, field.path), name_of(field, policy), known) }));
	const fields = h("div", { class: "fields" }, parts.map((part) => part.node));
	const instead = word === null ? null : h("input", { type: "checkbox", "aria-label": policy.instead[1] });

	function draw() {
		fields.hidden = instead?.checked ?? false;
	}

	if (instead) {
		instead.checked = policy.value === word;
		instead.addEventListener("change", draw);
	}
	draw();
	return { node: h("div", {}, fields, instead && h("label", { class: "tick" }, instead, " ", policy.instead[1])),
		value: () => instead?.checked ? word : parts.reduce((value, part) => put(value, part.field.path, part.value()), base) };
}
