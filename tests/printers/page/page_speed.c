/*
 * Labels laid out, drawn and proved per second at each resolution, beside the bare Code 128 of zint
 * in the same run: page_speed [SECONDS per row]. Process CPU time, one thread. Prints `zint RATE`
 * (the mean of before and after the labels) and `label DPI RATE` for each resolution.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <zint.h>

#include "tests/printers/page/people.h"

static double cpu_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double zint_per_s(double seconds)
{
	const double start = cpu_s();
	unsigned count = 0;

	while (cpu_s() - start < seconds) {
		struct zint_symbol *symbol = ZBarcode_Create();
		char id[13];

		(void)snprintf(id, sizeof(id), "101%07u56", count);
		symbol->symbology = BARCODE_CODE128;
		symbol->show_hrt = 0;
		if (ZBarcode_Encode_and_Buffer(symbol, (const unsigned char *)id, 0, 0) != 0)
			exit(1);
		ZBarcode_Delete(symbol);
		count++;
	}
	return count / (cpu_s() - start);
}

static double page_per_s(struct page *page, unsigned dpi, double seconds)
{
	struct page_request request = person_request(page, person_find("plain"), dpi);
	const double start = cpu_s();
	unsigned count = 0;

	while (cpu_s() - start < seconds) {
		struct page_result result = { 0 };
		struct err err = { 0 };
		struct id id;

		if (!id_make(&id, ID_SPECIMEN, 101, count, 0, &err))
			exit(1);
		request.content.specimen_id = id.text;
		if (!page_make(page, &request, &result, &err)) {
			fprintf(stderr, "%s\n", err.message);
			exit(1);
		}
		page_result_done(&result);
		count++;
	}
	return count / (cpu_s() - start);
}

int main(int argc, char **argv)
{
	static const unsigned dpis[] = { 203, 300, 600 };
	const double seconds = argc > 1 ? strtod(argv[1], NULL) : 2;
	struct page *page = people_page_new();
	const double before = zint_per_s(seconds);

	for (size_t i = 0; i < ARRAY_LEN(dpis); i++)
		printf("label %u %.1f\n", dpis[i], page_per_s(page, dpis[i], seconds));
	printf("zint %.0f\n", (before + zint_per_s(seconds)) / 2);
	page_free(page);
	return 0;
}
