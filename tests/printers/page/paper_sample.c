/* Writes a requisition with its bar codes as PDF, for eyes and for the oracle: FILE FORMAT. */
#include <stdio.h>
#include <stdlib.h>

#include "daemon/base/auto_json.h"
#include "daemon/base/id.h"
#include "daemon/base/str.h"
#include "printers/page/paper.h"

#define ROWS 25

static json_t *rows_new(void)
{
	static const char *const names[] = { "Okafor, Grace", "الحسيني, محمد", "شاہ, فاطمہ",
		"Wolfeschlegelsteinhausenbergerdorff-Ångström-Łukasiewicz, Ézéchiel Maximilian" };
	json_t *rows = json_array();

	for (unsigned i = 0; i < ROWS; i++) {
		struct id id;
		struct err err = { 0 };

		if (id_make(&id, ID_SPECIMEN, 101, i + 1, 0, &err))
			json_array_append_new(rows,
				json_pack("{s:s, s:b, s:s, s:[s, s, s]}", "id", id.text, "symbol",
					true, "name", names[i % ARRAY_LEN(names)], "lines",
					"Number 00123456", "2 of 4   LAVENDER EDTA 4 mL",
					"Drawn 22 Nov 2026 10:40"));
	}
	return rows;
}

static bool paper_write(const char *path, const char *format, struct err *err)
{
	AUTO(json_decref)
	json_t *json = json_pack("{s:s, s:s, s:s, s:s, s:b, s:b, s:[{s:s, s:s, s:s, s:[[s, s]], "
				 "s:o}]}",
		"format", format, "made_at", "2026-11-22T11:05:00Z", "title", "Packing list",
		"foot", "Printed 22 Nov 2026 11:05, Ana Ruiz", "practice", false, "tick", true,
		"parts", "id", "B101000000188", "heading", "REFRIGERATED   STAT", "sub",
		"Riverside Reference Laboratory", "facts", "Account", "ACC 4410", "rows",
		rows_new());
	enum page_check failed = PAGE_CHECK_NONE;
	struct paper *paper = NULL;
	bool more = true;
	bool ok = paper_new(&paper, json, &failed, err);

	while (ok && more)
		ok = paper_step(paper, &more, &failed, err);
	FILE *file = ok ? fopen(path, "wb") : NULL;

	if (file) {
		const struct bytes pdf = paper_pdf(paper);

		ok = fwrite(pdf.data, 1, pdf.len, file) == pdf.len;
		ok &= fclose(file) == 0;
	}
	paper_free(paper);
	return ok && file;
}

int main(int argc, char **argv)
{
	struct err err = { 0 };

	if (argc != 3 || !paper_write(argv[1], argv[2], &err)) {
		(void)fprintf(stderr, "paper_sample FILE FORMAT: %s\n", err.message);
		return EXIT_FAILURE;
	}
	return EXIT_SUCCESS;
}
