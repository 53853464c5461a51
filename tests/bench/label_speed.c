/*
 * What a proved label costs, in one process on one thread, CPU time; and the same labels as PWG
 * raster for another program to print. For tests/bench/labels.
 *
 *   label_speed rates SECONDS      `zint RATE` bare Code 128 of libzint, mean of before and after;
 *                                  `drawn DPI RATE` laid out, drawn and proved (page_make);
 *                                  `proved DPI RATE` that, then ZPL, and the very bytes proved
 *   label_speed memory DPI         `peak KB` of the resident set over one label, `kept KB` after
 *                                  a thousand more of them
 *   label_speed pwg DPI COUNT FILE that many labels, one bit a dot
 *   label_speed sink               a TCP port on loopback; `port N`, then `job BYTES MS` for
 *                                  each connection that ended and had more than a question;
 *                                  MS from its first byte to its last
 */
#include <arpa/inet.h>
#include <malloc.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <zint.h>

#include "daemon/base/auto.h"
#include "daemon/base/str.h"
#include "printers/lang/driver.h"
#include "tests/printers/page/people.h"

#define QUESTION_MAX 100 /* bytes; LPrint asks ~HQES when a printer is added */

static const unsigned dpis[] = { 203, 300, 600 };

static void die(const char *what)
{
	fprintf(stderr, "label_speed: %s\n", what);
	exit(1);
}

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
			die("zint");
		ZBarcode_Delete(symbol);
		count++;
	}
	return count / (cpu_s() - start);
}

/* Label number `serial` of one person; each has another id. */
static void label_make(struct page *page, unsigned dpi, unsigned serial, struct page_result *out)
{
	struct page_request request = person_request(page, person_find("plain"), dpi);
	struct err err = { 0 };
	struct id id;

	*out = (struct page_result) { 0 };
	if (!id_make(&id, ID_SPECIMEN, 101, serial, 0, &err))
		die(err.message);
	request.content.specimen_id = id.text;
	if (!page_make(page, &request, out, &err))
		die(err.message);
}

static void bytes_prove(const struct label_bitmap *bitmap)
{
	AUTO_BUF bytes = { 0 };
	struct err err = { 0 };

	if (!printer_driver_zpl.encode(bitmap, &bytes, &err) ||
		!printer_driver_prove(&printer_driver_zpl, buf_bytes(&bytes), bitmap, &err))
		die(err.message);
}

static double labels_per_s(struct page *page, unsigned dpi, bool is_sent, double seconds)
{
	const double start = cpu_s();
	unsigned count = 0;

	while (cpu_s() - start < seconds) {
		struct page_result result;

		label_make(page, dpi, count++, &result);
		if (is_sent)
			bytes_prove(&result.bitmap);
		page_result_done(&result);
	}
	return count / (cpu_s() - start);
}

static void rates(double seconds)
{
	struct page *page = people_page_new();
	const double before = zint_per_s(seconds);

	for (size_t i = 0; i < ARRAY_LEN(dpis); i++) {
		printf("drawn %u %.1f\n", dpis[i], labels_per_s(page, dpis[i], false, seconds));
		printf("proved %u %.1f\n", dpis[i], labels_per_s(page, dpis[i], true, seconds));
	}
	printf("zint %.0f\n", (before + zint_per_s(seconds)) / 2);
	page_free(page);
}

/* --- memory --------------------------------------------------------------------- */

static long status_kb(const char *key)
{
	FILE *file = fopen("/proc/self/status", "r");
	char line[200];
	long kb = -1;

	while (file && fgets(line, sizeof(line), file)) {
		if (str_has_prefix(line, key))
			kb = strtol(line + strlen(key), NULL, 10);
	}
	if (file)
		(void)fclose(file);
	return kb;
}

/* The peak begins anew with what is resident now (proc(5), clear_refs). */
static void peak_reset(void)
{
	FILE *file = fopen("/proc/self/clear_refs", "w");

	if (!file || fputs("5", file) < 0 || fclose(file) != 0)
		die("clear_refs");
}

static void label_once(struct page *page, unsigned dpi, unsigned serial)
{
	struct page_result result;

	label_make(page, dpi, serial, &result);
	bytes_prove(&result.bitmap);
	page_result_done(&result);
}

static void memory(unsigned dpi)
{
	struct page *page = people_page_new();

	for (unsigned i = 0; i < 20; i++) /* fonts, decoders and their tables */
		label_once(page, dpi, i);
	(void)malloc_trim(0);
	const long before = status_kb("VmRSS:");

	peak_reset();
	label_once(page, dpi, 20);
	printf("peak %ld\n", status_kb("VmHWM:") - before);
	for (unsigned i = 0; i < 1000; i++)
		label_once(page, dpi, 21 + i);
	(void)malloc_trim(0);
	printf("kept %ld\n", status_kb("VmRSS:") - before);
	page_free(page);
}

/* --- PWG raster ------------------------------------------------------------------- */

static void u32_at(uint8_t *header, size_t at, uint32_t value)
{
	for (unsigned i = 0; i < 4; i++)
		header[at + i] = (uint8_t)(value >> (24 - 8 * i));
}

/* Source: PWG 5102.4-2012, table 1; 3: black. */
static void header_write(FILE *file, const struct label_bitmap *bitmap, unsigned dpi)
{
	uint8_t header[1796] = "PwgRaster";

	u32_at(header, 276, dpi);
	u32_at(header, 280, dpi);
	u32_at(header, 340, 1); /* NumCopies */
	u32_at(header, 352, bitmap->width_dots * 72 / dpi);
	u32_at(header, 356, bitmap->height_dots * 72 / dpi);
	u32_at(header, 372, bitmap->width_dots);
	u32_at(header, 376, bitmap->height_dots);
	u32_at(header, 384, 1); /* bits a colour, bits a pixel */
	u32_at(header, 388, 1);
	u32_at(header, 392, (uint32_t)bitmap->stride_bytes);
	u32_at(header, 400, 3);
	u32_at(header, 420, 1); /* NumColors */
	u32_at(header, 452, 1);
	u32_at(header, 456, 1); /* feed and cross-feed as they are */
	u32_at(header, 460, 1);
	(void)fwrite(header, sizeof(header), 1, file);
}

/* A line, repeated; runs of equal bytes, and of different ones: 5102.4, 4.4. */
static void line_write(FILE *file, const uint8_t *line, size_t len, unsigned repeated)
{
	(void)fputc((int)repeated - 1, file);
	for (size_t at = 0; at < len;) {
		size_t run = 1;

		while (at + run < len && run < 128 && line[at + run] == line[at])
			run++;
		if (run > 1 || at + 1 == len) {
			(void)fputc((int)run - 1, file);
			(void)fputc(line[at], file);
			at += run;
			continue;
		}
		while (at + run < len && run < 128 &&
			(at + run + 1 == len || line[at + run] != line[at + run + 1]))
			run++;
		(void)fputc(run == 1 ? 0 : 257 - (int)run, file);
		(void)fwrite(line + at, run, 1, file);
		at += run;
	}
}

static void page_write(FILE *file, const struct label_bitmap *bitmap, unsigned dpi)
{
	const size_t stride = bitmap->stride_bytes;

	header_write(file, bitmap, dpi);
	for (unsigned y = 0; y < bitmap->height_dots;) {
		const uint8_t *line = bitmap->data + y * stride;
		unsigned same = 1;

		while (y + same < bitmap->height_dots && same < 256 &&
			memcmp(line, line + same * stride, stride) == 0)
			same++;
		line_write(file, line, stride, same);
		y += same;
	}
}

static void pwg(unsigned dpi, unsigned long count, const char *path)
{
	struct page *page = people_page_new();
	FILE *file = fopen(path, "w");

	if (!file)
		die(path);
	(void)fputs("RaS2", file);
	for (unsigned i = 0; i < count; i++) {
		struct page_result result;

		label_make(page, dpi, i, &result);
		page_write(file, &result.bitmap, dpi);
		page_result_done(&result);
	}
	if (fclose(file) != 0)
		die(path);
	page_free(page);
}

/* --- a printer that takes everything --------------------------------------------------- */

static int64_t wall_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void job_take(int peer)
{
	static char bytes[1 << 16];
	unsigned long long total = 0;
	int64_t first_ms = 0;
	int64_t last_ms = 0;
	ssize_t got;

	while ((got = read(peer, bytes, sizeof(bytes))) > 0) {
		last_ms = wall_ms();
		if (total == 0)
			first_ms = last_ms;
		total += (unsigned long long)got;
	}
	if (total > QUESTION_MAX)
		printf("job %llu %lld\n", total, (long long)(last_ms - first_ms));
	(void)fflush(stdout);
}

static void sink(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) != 0 || listen(fd, 8) != 0 ||
		getsockname(fd, (struct sockaddr *)&at, &len) != 0)
		die("no port");
	printf("port %u\n", ntohs(at.sin_port));
	(void)fflush(stdout);
	for (;;) {
		int peer = accept(fd, NULL, NULL);

		if (peer < 0)
			die("accept");
		job_take(peer);
		(void)close(peer);
	}
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	const unsigned dpi = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 0;

	if (str_equal(what, "rates") && argc == 3)
		rates(strtod(argv[2], NULL));
	else if (str_equal(what, "memory") && argc == 3)
		memory(dpi);
	else if (str_equal(what, "pwg") && argc == 5)
		pwg(dpi, strtoul(argv[3], NULL, 10), argv[4]);
	else if (str_equal(what, "sink"))
		sink();
	else
		die("rates SECONDS | memory DPI | pwg DPI COUNT FILE | sink");
	return 0;
}
