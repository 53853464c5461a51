/* Rules of codes in the mock: those that ship for two codes, what a person makes, and a look that refuses two scans. */
const terms = { codes: ["specimen", "label", "bag", "badge", "makers_code", "other"], station_kinds: ["collection", "processing", "pickup", "hub", "receiving", "admin"],
	steps: ["idle", "identify", "labels", "pack", "place", "pickup", "hand_over", "dock", "bench"], symbologies: ["Code 128", "Data Matrix", "GS1-128", "QR Code"] };

const words = (rule) => [rule.symbologies.join(" or "), rule.max_chars && `at most ${rule.max_chars} characters`, rule.prefix && `beginning with ${rule.prefix}`].filter(Boolean).join(", ");

export function rules_new({ reply, people }) {
	const shipped = (scan_rule_id, code) => ({ scan_rule_id, code, station_kind: null, step: null, symbologies: ["Code 128", "Data Matrix"], min_chars: null, max_chars: null, prefix: null, ended: false, shipped: true, by: null, at: new Date().toISOString(), reason: "" });
	const all = [shipped(1, "specimen"), shipped(2, "label")];
	const same = (a, b) => a.code === b.code && a.station_kind === b.station_kind && a.step === b.step;
	const now = () => all.filter((one, n) => !all.slice(n + 1).some((later) => same(one, later)) && !one.ended);

	return {
		actions: {
			scan_rule_set: (args, here) => {
				const refused = args.ended ? 0 : 2;
				const look = { scans: 40, refused, good: args.ended ? 0 : 1, examples: args.ended ? [] : [
					{ at: new Date().toISOString(), station: "Room 1", symbology: "Code 128", verdict: "stored", text: "900000100034", chars: 12 },
					{ at: new Date().toISOString(), station: "Room 2", symbology: "QR Code", verdict: "note", text: "", chars: 31 }] };
				if (args.seen !== refused)
					return reply("question", "scan_rule_look", `Look first: of the last seven days it refuses ${refused} scans, ${look.good} of them good`, "If that is meant, make it a rule; else go back.", { look });
				const number = (text) => text ? Number(text) : null;
				all.push({ scan_rule_id: all.length + 1, shipped: false, ended: false, prefix: null, symbologies: [], ...args, min_chars: number(args.min_chars), max_chars: number(args.max_chars), at: new Date().toISOString(),
					by: people.find((one) => one.operator.operator_id === here.operator?.operator_id)?.operator.name });
				return args.ended ? reply("stored", "scan_rule_ended", "The rule is no more", "") : reply("stored", "scan_rule_set", "The rule holds from now on", "Scan such a code to try it.");
			},
		},
		views: {
			scan_rules: () => ({ ...terms, rules: now().map((one) => ({ ...one, expected: words(one) })),
				history: all.filter((one) => !one.shipped).reverse().map((one) => ({ ...one, expected: words(one) })) }),
		},
	};
}
