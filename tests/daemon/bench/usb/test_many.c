/*
 * daemon/bench/usb: many scanners of every kind at once, each as fast as it is fetched: nothing is
 * lost, nothing is mixed up (SC-08 asks for 64; umockdev 0.17 bears 50 open devices).
 */
#include "tests/check.h"

#ifdef HAVE_UMOCKDEV

#include <stdio.h>
#include <stdlib.h>

#include "tests/daemon/bench/usb/table.h"
#include "tests/usb/model_keyboard.h"
#include "tests/usb/model_line.h"
#include "tests/usb/model_snapi.h"

#define OF_EACH 10u
#define KINDS 4u
#define SCANS 10u

static struct {
	struct model_keyboard *keyboards[OF_EACH];
	struct model_line *lines[OF_EACH];
	struct model_line *ssis[OF_EACH];
	struct model_snapi *snapis[OF_EACH];
	struct model *models[OF_EACH * KINDS];
	struct scanner *scanners[OF_EACH * KINDS];
	char serials[OF_EACH * KINDS][8];
	unsigned count;
	unsigned rounds;
} it;

static size_t count_told(const char *part)
{
	size_t count = 0;

	for (const char *at = strstr(buf_str(&table.told), part); at; at = strstr(at + 1, part))
		count++;
	return count;
}

static bool are_here(void)
{
	return count_told("here; ") == it.count;
}

static bool are_scanned(void)
{
	return count_told("scan ") + count_told("broken") >= (size_t)it.count * it.rounds;
}

static const char *serial_next(void)
{
	snprintf(it.serials[it.count], sizeof(it.serials[0]), "S%02u", it.count);
	return it.serials[it.count];
}

static void plug(struct model *model, const char *protocol, const char *device, const char *serial)
{
	char identity[64];
	unsigned port = it.count + 1;

	if (serial)
		snprintf(identity, sizeof(identity), "usb:%s:%s", device, serial);
	else
		snprintf(identity, sizeof(identity), "usb:%s@1-%u", device, port);
	it.models[it.count] = model;
	table_plug(port, model);
	it.scanners[it.count++] = table_scanner_talking(protocol, NULL, identity);
}

static void begin(void)
{
	memset(&it, 0, sizeof(it));
	table_begin_with(&(struct umock_options) { .ports = OF_EACH * KINDS });
	for (unsigned i = 0; i < OF_EACH; i++) {
		it.keyboards[i] = model_scanning_keyboard_new();
		plug(&it.keyboards[i]->model, "keyboard", "0581:020c", NULL);
		it.lines[i] = model_line_new(serial_next());
		plug(&it.lines[i]->model, "serial", "05e0:1701", it.lines[i]->texts[2]);
		it.ssis[i] = model_line_new(serial_next());
		it.ssis[i]->is_ssi = true;
		plug(&it.ssis[i]->model, "ssi", "05e0:1701", it.ssis[i]->texts[2]);
		it.snapis[i] = model_snapi_new(serial_next());
		plug(&it.snapis[i]->model, "snapi", "05e0:1900", it.snapis[i]->texts[2]);
	}
	table_wait_for(are_here);
	table_jump(USB_STALE_MAX_MS);
	buf_reset(&table.told);
}

static void end(void)
{
	for (unsigned i = 0; i < it.count; i++)
		scanner_free(it.scanners[i]);
	table_end();
	for (unsigned i = 0; i < it.count; i++)
		model_free(it.models[i]);
}

static void scan_all(void)
{
	(void)umock_begin(table.umock);
	for (unsigned i = 0; i < OF_EACH; i++) {
		check(model_keyboard_type(it.keyboards[i], "900000100034"));
		check(model_line_say(it.lines[i], bytes_of_str("900000100131\r")));
		check(model_line_ssi_scan(it.ssis[i], 3, "900000100228"));
		check(model_snapi_scan(it.snapis[i], 0x1b, "900000100325"));
	}
	umock_end(table.umock);
}

static void test_forty_scanners_of_four_kinds_lose_nothing(void)
{
	begin();
	while (it.rounds < SCANS) {
		scan_all();
		it.rounds++;
		table_wait_for(are_scanned);
	}
	check_int(count_told("scan 900000100034 ; "), OF_EACH * SCANS);
	check_int(count_told("scan 900000100131 ; "), OF_EACH * SCANS);
	check_int(count_told("scan 900000100228 ]C0; "), OF_EACH * SCANS);
	check_int(count_told("scan 900000100325 ]d1; "), OF_EACH * SCANS);
	check_int(count_told("broken"), 0);
	end();
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_forty_scanners_of_four_kinds_lose_nothing),
	};

	return check_run("daemon/bench/usb/many", tests, ARRAY_LEN(tests));
}

#else

#include <stdio.h>

int main(void)
{
	puts("umockdev was not found by configure: skipped");
	return 77;
}

#endif
