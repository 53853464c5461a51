/*
 * daemon/bench/usb: a scanner of each kind is pulled out after every piece of a scan that it can be
 * pulled out after (SC-09): the scan is told whole or not at all, and the next one is right.
 */
#include "tests/check.h"

#ifdef HAVE_UMOCKDEV

#include <stdio.h>
#include <stdlib.h>

#include "tests/daemon/bench/usb/table.h"
#include "tests/usb/model_keyboard.h"
#include "tests/usb/model_line.h"
#include "tests/usb/model_snapi.h"

#define CODE "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
#define NEXT "900000100131"
#define PACKET 64 /* a fault strikes before the packet that would pass its bytes */

static struct {
	struct model_keyboard *keyboard;
	struct model_line *line;
	struct model_snapi *snapi;
} models;

static bool keyboard_read(const char *text)
{
	return model_keyboard_type(models.keyboard, text);
}

/* A byte in each transfer, as a slow line has it. */
static bool line_read(const char *text)
{
	for (; *text; text++) {
		if (!model_line_say(models.line, bytes_of(text, 1)))
			return false;
	}
	return model_line_say(models.line, bytes_of("\r", 1));
}

static bool ssi_read(const char *text)
{
	return model_line_ssi_scan(models.line, 3, text);
}

static bool snapi_read(const char *text)
{
	return model_snapi_scan(models.snapi, 3, text);
}

static struct model *keyboard_new(void)
{
	models.keyboard = model_scanning_keyboard_new();
	return &models.keyboard->model;
}

static struct model *line_new(void)
{
	models.line = model_line_new("S1");
	return &models.line->model;
}

static struct model *ssi_new(void)
{
	struct model *model = line_new();

	models.line->is_ssi = true;
	return model;
}

static struct model *snapi_new(void)
{
	models.snapi = model_snapi_new("S1");
	return &models.snapi->model;
}

static const struct kind {
	const char *protocol;
	const char *identity;
	struct model *(*model_new)(void);
	bool (*read)(const char *text);
	uint8_t endpoint;
	size_t piece;   /* bytes */
	size_t spare;   /* of a packet, that are not a piece */
	unsigned whole; /* pieces until the scan is whole */
	const char *aim;
} kinds[] = {
	{ "keyboard", "usb:0581:020c@1-1", keyboard_new, keyboard_read, MODEL_KEYBOARD_IN,
		MODEL_KEYBOARD_REPORT_LEN, 0, 2 * (sizeof(CODE) - 1) + 1, "" },
	{ "serial", "usb:05e0:1701:S1", line_new, line_read, MODEL_LINE_IN, 1, PACKET - 1,
		sizeof(CODE), "" },
	{ "ssi", "usb:05e0:1701:S1", ssi_new, ssi_read, MODEL_LINE_IN, sizeof(CODE) - 1 + 7,
		PACKET - 1, 1, "]C0" },
	{ "snapi", "usb:05e0:1900:S1", snapi_new, snapi_read, MODEL_SNAPI_IN, 32, PACKET - 1, 2,
		"]C0" },
};

static void read_code(const struct kind *kind, const char *text)
{
	(void)umock_begin(table.umock);
	check(kind->read(text));
	umock_end(table.umock);
}

static void listen(void)
{
	table_wait("here; ");
	table_jump(USB_STALE_MAX_MS); /* what waited from before is thrown away */
}

/* The device leaves after so many pieces. */
static void pull_after(const struct kind *kind, struct model *model, unsigned pieces)
{
	AUTO_BUF told = { 0 };

	table_fault(1, kind->endpoint, BUS_FAULT_UNPLUG, pieces * kind->piece + kind->spare);
	read_code(kind, CODE);
	if (pieces >= kind->whole)
		buf_addf(&told, "scan %s %s; ", CODE, kind->aim);
	buf_add_str(&told, "gone; ");
	table_wait_all(buf_str(&told));
	buf_reset(&table.told);
	table_plug(1, model);
	listen();
	read_code(kind, NEXT);
	buf_reset(&told);
	buf_addf(&told, "scan %s %s; ", NEXT, kind->aim);
	table_wait_all(buf_str(&told));
	buf_reset(&table.told);
}

static void test_a_scan_that_is_cut_anywhere_is_told_whole_or_not_at_all(void)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		const struct kind *kind = &kinds[i];

		check_row(kind->protocol);
		table_begin();
		struct model *model = kind->model_new();

		table_plug(1, model);
		struct scanner *scanner =
			table_scanner_talking(kind->protocol, NULL, kind->identity);

		listen();
		for (unsigned pieces = 0; pieces <= kind->whole; pieces++)
			pull_after(kind, model, pieces);
		check(scanner_is_here(scanner));
		scanner_free(scanner);
		table_end();
		model_free(model);
	}
	check_row(NULL);
}

/* They were in the host, and nobody had looked yet: their person heard the scanner read them. */
static void test_scans_that_were_whole_when_the_device_left_are_told(void)
{
	table_begin();
	struct model *model = line_new();

	table_plug(1, model);
	struct scanner *scanner = table_scanner_talking("serial", NULL, "usb:05e0:1701:S1");

	listen();
	(void)umock_begin(table.umock);
	check(model_line_say(models.line, bytes_of_str("1\r")));
	check(model_line_say(models.line, bytes_of_str("2\r")));
	check(model_line_say(models.line, bytes_of_str("3\r4")));
	umock_end(table.umock);
	table_unplug(1);
	table_wait_all("scan 1 ; scan 2 ; scan 3 ; gone; ");
	scanner_free(scanner);
	table_end();
	model_free(model);
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_scans_that_were_whole_when_the_device_left_are_told),
		CHECK_TEST(test_a_scan_that_is_cut_anywhere_is_told_whole_or_not_at_all),
	};

	return check_run("daemon/bench/usb/pulled", tests, ARRAY_LEN(tests));
}

#else

#include <stdio.h>

int main(void)
{
	puts("umockdev was not found by configure: skipped");
	return 77;
}

#endif
