/* Analyzers in the mock: two models that came, one laboratory; a model reads our ids when it takes Code 128 of 12 characters. */
const OURS = 12;

export function analyzers_new({ reply }) {
	const model = (analyzer, vendor, name, min_chars, max_chars, shipped, more = {}) => ({ analyzer, vendor, model: name, min_chars, max_chars, even_only: false, symbologies: ["CODE128"], source: "its manual", shipped, ...more });
	const models = [model(1, "Roche", "Urisys 2400", 4, 12, true), model(2, "Sysmex", "XP-300", 1, 15, true)];
	const lab = { lab_id: 7, lab: "Riverside Reference Laboratory", analyzers: [2] };

	const fault = (one) => !one.symbologies.includes("CODE128") ? `${one.vendor} ${one.model} does not read Code 128`
		: one.max_chars !== null && one.max_chars < OURS ? `${one.vendor} ${one.model} reads at most ${one.max_chars} characters` : null;
	const lab_fault = () => models.filter((one) => lab.analyzers.includes(one.analyzer)).map(fault).filter(Boolean).join("; ") || null;

	return {
		actions: {
			analyzer_put: (args) => {
				const known = models.find((one) => one.vendor === args.vendor && one.model === args.model);
				if (known?.shipped)
					return reply("question", "analyzer_shipped", "That model came with its maker's own limits", "Enter what you measured under a name of its own.");
				if (known)
					Object.assign(known, args);
				else
					models.push({ analyzer: models.length + 1, shipped: false, ...args });
				return reply("stored", "analyzer_stored", "The model is on the list", "");
			},
			lab_analyzers: ({ analyzers }) => {
				lab.analyzers = analyzers;
				return lab_fault() ? reply("question", "lab_barred", `${lab.lab} can not read our labels: ${lab_fault()}`, "Send its tests to another laboratory.")
					: reply("stored", "lab_analyzers_stored", `${lab.lab}: ${analyzers.length} analyzers, all read our labels`, "");
			},
		},
		views: { analyzers: () => ({ chars: OURS, models: models.map((one) => ({ ...one, fault: fault(one) })), labs: [{ ...lab, fault: lab_fault() }] }) },
	};
}
