/* Supplies and papers in the mock: what is asked for is printed at once; a paper is a PDF of one empty page. */
export function stock_new({ reply, people }) {
	const runs = [];
	const issued = { found: 0, downtime: 0 };
	const printers = [{ device_id: 11, name: "Room 1 printer", station: "Room 1", held: false }, { device_id: 21, name: "Room 2 printer", station: "Room 2", held: true }];
	const operators = people.map(({ operator: { operator_id, name } }) => ({ operator_id, name }));
	const cards = 40;

	return {
		actions: {
			stock_print: ({ what, count, device_id, operator_id }, here) => {
				if (!(count >= 1 && count <= 100))
					return reply("question", "stock_count", "Print 1 to 100 at once", "");
				if (what === "badge" && !operators.some((one) => one.operator_id === operator_id))
					return reply("question", "stock_operator", "This person has no badge here", "");
				const n = what === "command" ? cards * count : count;
				if (what in issued)
					issued[what] += n;
				runs.unshift({ stock_run_id: runs.length + 1, what, at: new Date().toISOString(), by: here.operator.name, name: operators.find((one) => one.operator_id === operator_id)?.name ?? null,
					printer: printers.find((one) => one.device_id === device_id).name, printed: n, waiting: 0, unknown: 0, failed: 0, message: "", unsure: [] });
				return reply("stored", "stock_prints", `${n} labels are on the way`, "Patients' labels go first.", { n });
			},
		},
		/* Nobody knows of the last of the newest run. */
		lose() {
			runs[0].printed--;
			runs[0].unknown++;
			runs[0].unsure.push({ print_job_id: 900000 + runs.length, name: `F${runs.length}` });
		},
		/* What is said of one of them; null: it is none of these. */
		came_out({ print_job_id, came_out }) {
			const run = runs.find((one) => one.unsure.some((lost) => lost.print_job_id === print_job_id));
			if (!run)
				return null;
			const [{ name }] = run.unsure;
			run.unsure = [];
			run.unknown--;
			run[came_out === "yes" ? "printed" : "failed"]++;
			return came_out === "yes" ? reply("stored", "print_came_out", "Stored: it came out", null)
				: reply("stored", "supply_did_not_come_out", `${name} did not come out: it is not printed again`, "If it turns up, tear it up.");
		},
		views: { stock: () => ({ limit: 100, cards, printers, operators, downtime: { issued: issued.downtime, unassigned: issued.downtime }, runs: runs.slice(0, 20) }) },
	};
}

export const paper_pdf = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj 3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";
