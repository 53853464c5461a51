/* Templates in the mock: versions of two texts; one that says "bad" fails the golden set. */
export function templates_new({ reply, people }) {
	const shipped = (name, subject) => [{ version: 1, source: "shipped", note: "", created_at: "2026-01-02T03:04:05+00:00", created_by: null, published_at: "2026-01-02T03:04:05+00:00", published_by: null,
		golden: null, sha256: "", body: JSON.stringify({ name, subject, boxes: [] }, null, "\t") }];
	const rows = new Map([["auto12", shipped("auto12", "specimen")], ["slip", shipped("slip", "visit")]]);
	const live = (of) => Math.max(...of.filter((one) => one.published_at).map((one) => one.version));
	const find = ({ template, version }) => rows.get(template)?.find((one) => one.version === Number(version)) ?? null;
	const who = (here) => people.find((one) => one.operator.operator_id === here.operator?.operator_id)?.operator.name ?? "Dee Admin";
	const now = () => new Date().toISOString();
	const view = ({ body, golden, ...one }) => ({ ...one, golden: golden && { passed: golden.passed, cases: golden.cases, failed: golden.failed, at: golden.at } });
	const bad = (body) => /bad/.test(body);

	return {
		actions: {
			template_put: ({ template, body, note }, here) => {
				const of = rows.get(template);
				of.push({ version: of.length + 1, source: "site", note: note ?? "", created_at: now(), created_by: who(here), published_at: null, published_by: null, golden: null, sha256: "", body });
				return reply("stored", "template_stored", `${template}, version ${of.length} is stored`, "Run the golden set.", { template, version: of.length });
			},
			template_golden: ({ template, version }) => {
				const failed = bad(find({ template, version }).body) ? 1 : 0;
				find({ template, version }).golden = { passed: failed === 0, cases: 102, failed, at: now(), failures: failed ? [{ case: "accents", dpi: 203, check: "text_ink", message: "the name does not fit" }] : [] };
				return reply(failed ? "question" : "stored", failed ? "template_failed" : "template_passed", failed ? "It fails the golden set" : "It passes the golden set", "", { template, version, failed });
			},
			template_publish: ({ template, version }, here) => {
				Object.assign(find({ template, version }), { published_at: now(), published_by: who(here) });
				return reply("stored", "template_published", `${template}, version ${version} is live`, "", { template, version, live: version });
			},
		},
		views: {
			template_list: () => ({ templates: [...rows].map(([template, of]) => ({ template, live: live(of), versions: [...of].reverse().map(view) })) }),
			template_get: (query) => ({ ...find(query), template: query.template, live: live(rows.get(query.template)) }),
		},
		/* What POST /api/template_preview answers, given the picture. */
		preview: ({ body }, png) => bad(body) ? { ok: false, code: "ERR_CHECK_FAILED", check: "text_ink", message: "the name does not fit", hint: "choose another template" }
			: { ok: true, width_dots: 406, height_dots: 203, warnings: [], png: png.toString("base64") },
	};
}
