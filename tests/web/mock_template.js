/* Templates in the mock: versions of two texts; one that says "bad" fails the golden set; two persons publish. */
export function templates_new({ reply, people }) {
	const shipped = (name, subject) => [{ version: 1, source: "shipped", note: "", created_at: "2026-01-02T03:04:05+00:00", created_by: null, proposed_at: null, proposed_by: null, published_at: "2026-01-02T03:04:05+00:00", published_by: null,
		golden: null, history: [], sha256: "", body: JSON.stringify({ name, subject, boxes: [] }, null, "\t") }];
	const rows = new Map([["auto12", shipped("auto12", "specimen")], ["slip", shipped("slip", "visit")]]);
	const live = (of) => Math.max(...of.filter((one) => one.published_at).map((one) => one.version));
	const find = ({ template, version }) => rows.get(template)?.find((one) => one.version === Number(version)) ?? null;
	const who = (here) => people.find((one) => one.operator.operator_id === here.operator?.operator_id)?.operator.name ?? "Dee Admin";
	const now = () => new Date().toISOString();
	const has = (here, ...roles) => (here.operator?.roles ?? []).some((role) => roles.includes(role));
	const said = (name, version, code, words, verdict = "stored") => reply(verdict, `template_${code}`, `${name}, version ${version} ${words}`, "", { template: name, version });

	function acts(one, here) {
		const writes = has(here, "lab_lead", "admin");
		const waits = one.proposed_at && !one.published_at;
		const is_others = waits && has(here, "quality", "admin") && ![one.proposed_by, one.created_by].includes(who(here));
		return [writes && "put", writes && !one.proposed_at && !one.published_at && one.golden?.passed && "propose", waits && one.proposed_by === who(here) && "withdraw",
			is_others && one.golden?.passed && "publish", is_others && "turn_down"].filter(Boolean);
	}

	function note(one, act, here, why = "") {
		one.history.push({ act, at: now(), by: who(here), live: null, note: why });
		Object.assign(one, act === "published" ? { published_at: now(), published_by: who(here) }
			: { proposed_at: act === "proposed" ? now() : null, proposed_by: act === "proposed" ? who(here) : null });
	}

	/* An act about one version, refused to whom it is not offered. */
	function second(act, name, words) {
		return ({ template, version, note: why }, here) => {
			const one = find({ template, version });
			if (!acts(one, here).includes(name))
				return said(template, version, "own", "is not yours to decide", "question");
			note(one, act, here, why);
			return said(template, version, act, words);
		};
	}
	const view = ({ body, golden, history, ...one }) => ({ ...one, golden: golden && { passed: golden.passed, cases: golden.cases, failed: golden.failed, at: golden.at } });
	const bad = (body) => /bad/.test(body);

	return {
		actions: {
			template_put: ({ template, body, note }, here) => {
				const of = rows.get(template);
				of.push({ version: of.length + 1, source: "site", note: note ?? "", created_at: now(), created_by: who(here), proposed_at: null, proposed_by: null, published_at: null, published_by: null, golden: null, history: [], sha256: "", body });
				return reply("stored", "template_stored", `${template}, version ${of.length} is stored`, "Run the golden set.", { template, version: of.length });
			},
			template_golden: ({ template, version }) => {
				const failed = bad(find({ template, version }).body) ? 1 : 0;
				find({ template, version }).golden = { passed: failed === 0, cases: 102, failed, at: now(), failures: failed ? [{ case: "accents", dpi: 203, check: "text_ink", message: "the name does not fit" }] : [] };
				return reply(failed ? "question" : "stored", failed ? "template_failed" : "template_passed", failed ? "It fails the golden set" : "It passes the golden set", "", { template, version, failed });
			},
			template_propose: second("proposed", "propose", "is proposed"),
			template_withdraw: second("withdrawn", "withdraw", "is taken back"),
			template_publish: second("published", "publish", "is live"),
			template_turn_down: second("turned_down", "turn_down", "is turned down"),
		},
		views: {
			template_list: () => ({ templates: [...rows].map(([template, of]) => ({ template, live: live(of), versions: [...of].reverse().map(view) })) }),
			template_get: (query, here) => ({ ...find(query), template: query.template, live: live(rows.get(query.template)), acts: acts(find(query), here) }),
		},
		/* What POST /api/template_preview answers, given the picture. */
		preview: ({ body }, png) => bad(body) ? { ok: false, code: "ERR_CHECK_FAILED", check: "text_ink", message: "the name does not fit", hint: "choose another template" }
			: { ok: true, width_dots: 406, height_dots: 203, warnings: [], png: png.toString("base64") },
	};
}
