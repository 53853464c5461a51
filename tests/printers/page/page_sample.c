/*
 * Draws every made-up label at every resolution as DIR/<name>-<dpi>.png, for eyes and for
 * oracle.sh, and prints one line for each: file, what its Code 128 says, what its Data Matrix says
 * (- where it has none).
 */
#include <stdio.h>
#include <stdlib.h>

#include "daemon/base/auto.h"
#include "daemon/base/xalloc.h"
#include "printers/bitmap_png.h"
#include "tests/printers/page/people.h"

static bool file_write(const char *path, struct bytes bytes)
{
	FILE *file = fopen(path, "we");

	if (!file)
		return false;
	bool ok = fwrite(bytes.data, 1, bytes.len, file) == bytes.len;

	return fclose(file) == 0 && ok;
}

/* What a reader finds, or - on a label without that code. */
static const char *said(const struct page *page, const struct person_row *row,
	enum page_symbology symbology, const char *text)
{
	const struct page_template *template =
		page_templates_find(page_templates_get(page), row->template);

	return template->codes & 1u << symbology ? text : "-";
}

static bool sample_write(
	struct page *page, const struct person_row *row, unsigned dpi, const char *dir)
{
	const struct page_request request = person_request(page, row, dpi);
	struct page_result result = { 0 };
	AUTO_BUF png = { 0 };
	AUTO(char_free) char *path = xasprintf("%s/%s-%u.png", dir, row->name, dpi);
	struct err err = { 0 };

	if (!page_make(page, &request, &result, &err)) {
		fprintf(stderr, "%s at %u dpi: %s: %s\n", row->name, dpi,
			page_check_word(result.failed), err.message);
		return false;
	}
	bool ok = bitmap_png(&result.bitmap, result.dots_per_m, &png, &err) &&
		  file_write(path, buf_bytes(&png));

	page_result_done(&result);
	printf("%s\t%s\t%s\n", path, said(page, row, PAGE_CODE128, row->code),
		said(page, row, PAGE_DATAMATRIX, row->matrix));
	return ok;
}

int main(int argc, char **argv)
{
	static const unsigned dpis[] = { 203, 300, 600 };
	struct page *page = people_page_new();
	bool ok = argc == 2;

	if (argc != 2)
		fprintf(stderr, "usage: page_sample DIR\n");
	for (size_t i = 0; argc == 2 && i < people_count; i++) {
		for (size_t k = 0; k < ARRAY_LEN(dpis); k++)
			ok = sample_write(page, &people[i], dpis[k], argv[1]) && ok;
	}
	page_free(page);
	return ok ? 0 : 1;
}
