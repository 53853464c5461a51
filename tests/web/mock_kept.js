/* The mock's part of scans that a page kept: late ones, of who made them and where. */
import { id_of_typed } from "../../daemon/web/js/id.js";

export function kept_new({ reply, stations }) {
	return {
		/* Refused before it is a request; null: it is one. */
		refused: ({ operator_id, station }, { operator, station: here }) => {
			if (!operator || operator.operator_id !== operator_id)
				return reply("question", "kept_of_another", "Another person scanned it", "It stays on this phone.");
			const name = stations.find((one) => one.station === station)?.name ?? "another station";
			return here.station === station ? null : reply("question", "kept_elsewhere", `Scanned when this page was at ${name}`, "It stays on this phone.");
		},
		actions: {
			scan_kept: ({ raw }) => {
				const text = Buffer.from(raw, "base64").toString("utf8");
				const id = id_of_typed(text);
				return reply("note", "scan_late", "Stored late", "It moved nothing. If it is still to be done, scan it again.",
					{ scan: { text, kind: id?.kind ?? null }, about: { kind: id?.kind ?? "other", specimen_id: id?.specimen_id ?? null, command: null, done: true }, visit: null });
			},
		},
	};
}
