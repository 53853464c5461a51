/* Policies in the mock: one of each kind of field, what is set, and which way is the safe one. */
const choice = (values, strict) => ({ path: [], label: "", kind: "choice", values, ...(strict && { strict }) });
const number = (path, label, min, max, unit) => ({ path, label, kind: "number", min, max, unit });

const first = ({ tests }) => [
	{ policy: "trainee_cosign", title: "Trainees", topic: "people", does: "How many first patients of a trainee need the badge of somebody who stands by.", why: "first day", safety: true,
		fields: [{ ...number([], "", 0, 200, "patients"), strict: "more" }], value: 10 },
	{ policy: "closing_check", title: "Closing check", topic: "patient", does: "What is checked with the patient before a visit can close.", why: "catches the wrong label in hand", safety: true,
		fields: [choice([["patient_reads_tubes", "the patient reads the tubes"], ["rescan_token", "the slip is scanned again"], ["off", "nothing"]], "first")], value: "patient_reads_tubes" },
	{ policy: "risky", title: "Risky visits", topic: "patient", does: "Which visits are risky, where the closing check is made only for these.", why: "keeps five actions on the smooth path",
		fields: [number(["minutes"], "since the identification more than", 1, 240, "minutes"), { path: ["search"], label: "found by search", kind: "flag" }], value: { minutes: 10, search: true } },
	{ policy: "second_person_tests", title: "Tests for two persons", topic: "patient", does: "Tubes for these tests are looked at by a second person, by badge.", why: "harm is greatest", safety: true,
		fields: [{ path: [], label: "", kind: "list", of: "test", min: 0, max: 40, strict: "more" }], value: ["ABO", tests[0].code] },
	{ policy: "park_limit", title: "Parked visits", topic: "patient", does: "How many visits a person may park, and after how many minutes one is reminded of.", why: "patients faint and wait",
		fields: [number(["per_person"], "parked by one person at most", 0, 2, "visits"), number(["remind_min"], "reminded after", 1, 240, "minutes")], value: { per_person: 1, remind_min: 15 } },
	{ policy: "label_templates", title: "Templates of labels", topic: "labels", takes: "label", does: "Which template a label is drawn with: the first of the list that fits the labels in the printer.", why: "a label that fits the container and the roll", safety: true,
		fields: [{ path: ["tube"], label: "tube", kind: "templates", strict: "any" }, { path: ["EDTA4"], label: "EDTA 4 mL", kind: "templates", strict: "any", optional: true }], value: { tube: ["auto12", "clinic50x25"] } },
	{ policy: "cancel_after_draw", title: "Cancelled after the draw", topic: "orders", does: "For how many days a tube is kept whose order was cancelled, or that the laboratory throws it away.", why: "orders are cancelled and re-sent",
		fields: [number(["hold_days"], "kept for", 1, 60, "days")], instead: ["discard", "thrown away"], value: { hold_days: 7 } },
	{ policy: "papers", title: "Papers", topic: "bags", does: "Which papers are offered for a bag or a visit.", why: "links fail; outside labs need it", by_lab: true,
		fields: [{ path: [], label: "", kind: "list", values: [["requisition", "requisition"], ["packing_list", "packing list"]], min: 0, max: 40 }], value: ["requisition", "packing_list"] },
];

const at = (value, path) => path.reduce((part, key) => part?.[key], value) ?? null;
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

function field_words(field, value) {
	if (value === null)
		return "not set";
	if (field.kind === "number")
		return `${value} ${field.unit}`;
	if (field.kind === "flag")
		return value ? "yes" : "no";
	if (Array.isArray(value))
		return value.map((one) => field.values?.find(([word]) => word === one)?.[1] ?? one).join(", ") || "none";
	return field.values.find(([word]) => word === value)[1];
}

function words(policy, value) {
	if (policy.instead && value === policy.instead[0])
		return policy.instead[1];
	return policy.fields.filter((field) => !(field.optional && at(value, field.path) === null)).map((field) => [field.label, field_words(field, at(value, field.path))].filter(Boolean).join(": ")).join("; ");
}

function loosens(policy, field, was, wanted) {
	const place = (value) => field.values.findIndex(([word]) => word === value);
	const ways = { first: () => place(wanted) > place(was), any: () => !same(wanted, at(policy.default, field.path)),
		more: () => Array.isArray(was) ? !was.every((one) => wanted.includes(one)) : wanted < was };
	return Boolean(policy.safety && field.strict && ways[field.strict]());
}

function changes_of(policy, wanted) {
	if (policy.instead && (policy.value === policy.instead[0] || wanted === policy.instead[0]))
		return [{ label: "", from: words(policy, policy.value), to: words(policy, wanted), loosens: false }];
	return policy.fields.filter((field) => !same(at(policy.value, field.path), at(wanted, field.path))).map((field) => {
		const [was, to] = [at(policy.value, field.path), at(wanted, field.path)];
		return { label: field.label, from: field_words(field, was), to: field_words(field, to), loosens: loosens(policy, field, was, to) };
	});
}

export function policies_new({ reply, people, tests }) {
	const all = first({ tests }).map((one) => ({ by_lab: false, safety: false, takes: "act", instead: null, ...one, default: one.value, history: [], seen: 0 }));
	let settings = 0;
	const name_of = (who) => people.find((one) => one.operator.operator_id === who)?.operator.name ?? null;

	function set(args, by, second) {
		const policy = all.find((one) => one.policy === args.policy);
		const wanted = args.to_default ? policy.default : args.value;
		const bad = policy.fields.find((field) => field.kind === "number" && wanted !== policy.instead?.[0] && !(at(wanted, field.path) >= field.min && at(wanted, field.path) <= field.max));
		if (bad)
			return reply("question", "policy_out_of_range", `${bad.label || policy.title}: a whole number from ${bad.min} to ${bad.max}, ${bad.unit}`, "");
		if (same(wanted, policy.value))
			return reply("repeat", "policy_same", `${policy.title} is so already: ${words(policy, wanted)}`, "");
		const changes = changes_of(policy, wanted);
		const last = policy.history[0];
		const look = { seen: policy.seen, changes, loosens: changes.some((one) => one.loosens), words: words(policy, policy.value), by: last?.by ?? null, at: last?.at ?? null };
		if (args.seen === undefined)
			return reply("question", "policy_look", "Look first at what changes", "If that is meant, set it; else go back.", { look });
		if (args.seen !== policy.seen)
			return reply("question", "policy_changed", `${policy.title} was changed meanwhile, by ${last.by}`, `It is now: ${look.words}. Look again.`, { look });
		if (look.loosens && !second)
			return reply("question", "policy_second", `${policy.title}: a second person says yes to this`, "", { look });
		policy.value = wanted;
		policy.seen = ++settings;
		policy.history.unshift({ policy_setting_id: settings, at: new Date().toISOString(), by: name_of(by), second: name_of(second), reason: args.reason, to_default: args.to_default ?? false, words: words(policy, wanted) });
		return reply("stored", "policy_set", `${policy.title} is now: ${words(policy, wanted)}`, "");
	}

	return {
		/* Somebody else was quicker. */
		set_by: (policy, value, who) => set({ policy, value, reason: "quicker", seen: all.find((one) => one.policy === policy).seen }, who, null),
		second: (who, args, here) => {
			if (!who)
				return reply("question", "policy_second_refused", "Badge and PIN do not fit", "Try again: badge first, then PIN.");
			if (who.operator_id === here.operator?.operator_id)
				return reply("question", "policy_second_self", `${who.name} asked for this`, "Somebody else says yes: their badge and PIN.");
			if (!who.roles.some((one) => ["admin", "quality"].includes(one)))
				return reply("question", "policy_second_by_whom", `${who.name} cannot say yes to a policy`, "An administrator or quality: their badge and PIN.");
			return set(args, here.operator?.operator_id, who.operator_id);
		},
		actions: { policy_set: (args, here) => set(args, here.operator?.operator_id, null) },
		views: {
			policies: () => ({ node: 1, policies: all.map((one) => ({ ...one, words: words(one, one.value), default_words: words(one, one.default), is_default: same(one.value, one.default), last: one.history[0] ?? null })),
				tests: tests.map(({ code, name }) => ({ code, name })), templates: ["auto12", "auto12_ladder", "clinic50x25", "tube30x21"] }),
		},
	};
}
