/* daemon/bench/usb/found: what is plugged in, from a sysfs of our own making. */
#include "daemon/bench/usb/found.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "daemon/base/auto.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "tests/check.h"

/* clang-format off */
#define PRINTER "12010002000000405f0a8000000201020301" "09023000010100c000" "090400000207010200" "07050102000200" "07058202000200"
#define SCANNER "12010110000000402e0c6709040901020801" "09022900010103a0c8" "090400000203000004" "092110010001229000" "07058203400004" "07050703400001"
#define HUB "12010002090000406b1d0200060103020101" "090219000101000000" "090400000109000000" "0705810304000c"
/* clang-format on */

static struct {
	char sysfs[64];
	struct usb_founds founds;
} it;

static void begin(void)
{
	memset(&it, 0, sizeof(it));
	snprintf(it.sysfs, sizeof(it.sysfs), "/tmp/specimend-sysfs-XXXXXX");
	check(mkdtemp(it.sysfs) != NULL);
}

static void end(void)
{
	AUTO(char_free) char *command = xasprintf("rm -rf '%s'", it.sysfs);

	check_int(system(command), 0);
	usb_founds_done(&it.founds);
}

static void attribute(const char *place, const char *name, struct bytes bytes)
{
	AUTO(char_free) char *path = xasprintf("%s/%s/%s", it.sysfs, place, name);
	FILE *file = fopen(path, "w");

	check(file != NULL);
	if (bytes.len > 0)
		check_int(fwrite(bytes.data, 1, bytes.len, file), bytes.len);
	check_int(fclose(file), 0);
}

static void text(const char *place, const char *name, const char *text)
{
	attribute(place, name, bytes_of_str(text));
}

static void device(const char *place, const char *address, const char *hex, const char *serial)
{
	AUTO(char_free) char *path = xasprintf("%s/%s", it.sysfs, place);
	AUTO_BUF raw = { 0 };
	struct err err = { 0 };

	check_int(mkdir(path, 0755), 0);
	check_ok(hex_decode(bytes_of_str(hex), &raw, &err), &err);
	text(place, "busnum", "1\n");
	text(place, "devnum", address);
	text(place, "bConfigurationValue", "1\n");
	attribute(place, "descriptors", buf_bytes(&raw));
	if (serial)
		text(place, "serial", serial);
}

static void leave(const char *place)
{
	AUTO(char_free) char *command = xasprintf("rm -r '%s/%s'", it.sysfs, place);

	check_int(system(command), 0);
}

/* "1-1 printer usb:...; " of all that was found. */
static const char *read_all(void)
{
	static char list[USB_FOUND_MAX * 64];
	size_t len = 0;

	usb_founds_read(it.sysfs, &it.founds);
	list[0] = '\0';
	for (size_t i = 0; i < it.founds.count; i++) {
		struct usb_identity identity;
		char name[USB_IDENTITY_MAX + 1];

		usb_found_identity(&it.founds, &it.founds.items[i], &identity);
		usb_identity_text(&identity, name);
		len += (size_t)snprintf(list + len, sizeof(list) - len, "%s %s %s; ",
			it.founds.items[i].place, usb_kind_word(it.founds.items[i].kind), name);
	}
	return list;
}

static void test_printers_and_scanners_are_found_and_nothing_else(void)
{
	begin();
	device("usb1", "1\n", HUB, NULL);
	device("1-1", "2\n", PRINTER, "99J1\n");
	device("1-3.4", "7\n", SCANNER, "19214B0217   \n");
	device("1-4", "8\n", HUB, NULL);
	AUTO(char_free) char *interface = xasprintf("%s/1-1:1.0", it.sysfs);

	check_int(mkdir(interface, 0755), 0);
	check_str(read_all(),
		"1-1 printer usb:0a5f:0080:99J1; 1-3.4 scanner usb:0c2e:0967:19214B0217; ");
	check_int(it.founds.items[1].bus, 1);
	check_int(it.founds.items[1].address, 7);
	check_int(it.founds.items[1].configuration, 1);
	end();
}

static void test_no_usb_at_all_is_nothing_found(void)
{
	begin();
	check_str(read_all(), "");
	device("1-1", "2\n", PRINTER, NULL);
	check_str(read_all(), "1-1 printer usb:0a5f:0080@1-1; ");
	leave("1-1");
	check_str(read_all(), "");
	usb_founds_read("/nonexistent", &it.founds);
	check_int(it.founds.count, 0);
	end();
}

static void test_twins_are_called_by_their_places(void)
{
	struct usb_identity by_serial = { .vendor = 0x0a5f, .product = 0x0080, .serial = "1" };
	struct usb_identity by_place = { .vendor = 0x0a5f, .product = 0x0080, .place = "1-2" };

	begin();
	device("1-1", "2\n", PRINTER, "1\n");
	device("1-2", "3\n", PRINTER, "1\n");
	device("1-3", "4\n", SCANNER, "1\n");
	check_str(read_all(), "1-1 printer usb:0a5f:0080@1-1; 1-2 printer usb:0a5f:0080@1-2; "
			      "1-3 scanner usb:0c2e:0967:1; ");
	for (size_t i = 0; i < it.founds.count; i++) {
		check(!usb_found_is(&it.founds, &it.founds.items[i], &by_serial));
		check_int(usb_found_is(&it.founds, &it.founds.items[i], &by_place), i == 1);
	}
	leave("1-2");
	check_str(read_all(), "1-1 printer usb:0a5f:0080:1; 1-3 scanner usb:0c2e:0967:1; ");
	check(usb_found_is(&it.founds, &it.founds.items[0], &by_serial));
	check(!usb_found_is(&it.founds, &it.founds.items[1], &by_serial));
	end();
}

static void test_a_device_is_named_by_its_place_though_it_has_a_serial_number(void)
{
	struct usb_identity by_place = { .vendor = 0x0a5f, .product = 0x0080, .place = "1-1" };

	begin();
	device("1-1", "2\n", PRINTER, "1\n");
	(void)read_all();
	check(usb_found_is(&it.founds, &it.founds.items[0], &by_place));
	end();
}

static void test_texts_are_read_once_for_each_plugging_in(void)
{
	begin();
	device("1-1", "2\n", PRINTER, "1\n");
	check_str(read_all(), "1-1 printer usb:0a5f:0080:1; ");
	text("1-1", "serial", "2\n");
	check_str(read_all(), "1-1 printer usb:0a5f:0080:1; ");
	text("1-1", "devnum", "3\n");
	check_str(read_all(), "1-1 printer usb:0a5f:0080:2; ");
	end();
}

static void test_names_are_for_people(void)
{
	char large[200];

	memset(large, 'x', sizeof(large));
	large[sizeof(large) - 1] = '\0';
	begin();
	device("1-1", "2\n", PRINTER, NULL);
	text("1-1", "manufacturer", "  Honeywell Imaging & Mobility    \n");
	text("1-1", "product",
		"ZD\xc3\xa9\xff\x01 1\xc2\x9b"
		"2J\n");
	(void)read_all();
	check_str(it.founds.items[0].maker, "Honeywell Imaging & Mobility");
	check_str(it.founds.items[0].model, "ZD\xc3\xa9?? 1??2J");
	text("1-1", "devnum", "3\n");
	text("1-1", "product", large);
	(void)read_all();
	check_int(strlen(it.founds.items[0].model), USB_NAME_MAX);
	end();
}

static void test_a_printers_device_id_is_what_its_driver_keeps(void)
{
	char large[USB_ID_1284_MAX + 100];

	memset(large, 'x', sizeof(large));
	large[sizeof(large) - 1] = '\0';
	begin();
	device("1-1", "2\n", PRINTER, NULL);
	device("1-3", "4\n", SCANNER, NULL);
	(void)read_all();
	check_str(it.founds.items[0].id_1284, ""); /* no driver holds it */
	AUTO(char_free) char *printer = xasprintf("%s/1-1:1.0", it.sysfs);
	AUTO(char_free) char *scanner = xasprintf("%s/1-3:1.0", it.sysfs);

	check_int(mkdir(printer, 0755), 0);
	check_int(mkdir(scanner, 0755), 0);
	text("1-1:1.0", "ieee1284_id", "MFG:Zebra ;CMD:\x01ZPL;");
	text("1-3:1.0", "ieee1284_id", "MFG:Zebra;");
	text("1-1", "devnum", "5\n");
	text("1-3", "devnum", "6\n");
	(void)read_all();
	check_str(it.founds.items[0].id_1284, "MFG:Zebra ;CMD:?ZPL;");
	check_str(it.founds.items[1].id_1284, "");
	text("1-1:1.0", "ieee1284_id", large);
	text("1-1", "devnum", "7\n");
	(void)read_all();
	check_int(strlen(it.founds.items[0].id_1284), USB_ID_1284_MAX);
	end();
}

static void test_a_device_that_makes_no_sense_is_left_out(void)
{
	begin();
	device("1-1", "0\n", PRINTER, NULL);
	device("1-2", "x\n", PRINTER, NULL);
	device("1-3", "4\n", "1201", NULL);
	device("1-4", "5\n", "", NULL);
	device("1-5", "", PRINTER, NULL);
	device("1-6", "6\n", PRINTER, NULL);
	check_str(read_all(), "1-6 printer usb:0a5f:0080@1-6; ");
	end();
}

static void test_no_more_are_found_than_there_is_room_for(void)
{
	begin();
	for (unsigned i = 1; i <= USB_FOUND_MAX + 3; i++) {
		char place[16];

		snprintf(place, sizeof(place), "1-%u.%u", i / 100 + 1, i % 100 + 1);
		device(place, "9\n", PRINTER, NULL);
	}
	(void)read_all();
	check_int(it.founds.count, USB_FOUND_MAX);
	end();
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_printers_and_scanners_are_found_and_nothing_else),
		CHECK_TEST(test_no_usb_at_all_is_nothing_found),
		CHECK_TEST(test_twins_are_called_by_their_places),
		CHECK_TEST(test_a_device_is_named_by_its_place_though_it_has_a_serial_number),
		CHECK_TEST(test_texts_are_read_once_for_each_plugging_in),
		CHECK_TEST(test_names_are_for_people),
		CHECK_TEST(test_a_printers_device_id_is_what_its_driver_keeps),
		CHECK_TEST(test_a_device_that_makes_no_sense_is_left_out),
		CHECK_TEST(test_no_more_are_found_than_there_is_room_for),
	};
	return check_run("daemon/bench/usb/found", tests, ARRAY_LEN(tests));
}
