/* daemon/bench/device_list: what the core says of scanners, and what opens one anew. */
#include "daemon/bench/device_list.h"

#include "daemon/base/auto_json.h"
#include "daemon/base/xalloc.h"
#include "scanners/keyboard.h"
#include "tests/check.h"

#define SCANNER                                                                            \
	"{\"device_id\": 7, \"kind\": \"scanner\", \"transport\": \"usb\", \"identity\": " \
	"\"usb:05e0:1701:S\""

#define HASH "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* A list of one scanner, with these fields besides. */
static struct device_list *list_read(const char *more, struct err *err)
{
	AUTO(char_free)
	char *text = xasprintf("{\"devices\": [" SCANNER "%s}]}", more);
	AUTO(json_decref) json_t *body = json_loads(text, 0, NULL);

	check(body != NULL);
	return device_list_read(body, false, err);
}

/* clang-format off */
static const struct {
	const char *more;
	const char *driver;
	struct scanner_settings settings;
	const char *country;
} rows[] = {
	{ "", "hid_pos", { 0 }, NULL },
	{ ", \"protocol\": null, \"settings\": null", "hid_pos", { 0 }, NULL },
	{ ", \"protocol\": \"ssi\", \"settings\": {}", "ssi", { 0 }, NULL },
	{ ", \"protocol\": \"dechdr\", \"settings\": {\"baud\": \"115200\", \"format\": \"7o1\"}",
	  "dechdr", { .baud = 115200, .format = LINE_FORMAT_7O1 }, NULL },
	{ ", \"protocol\": \"keyboard\", \"settings\": {\"keyboard\": \"de\", \"terminator\": \"tab\", \"has_aim\": true}",
	  "keyboard", { .terminator = SCAN_TERMINATOR_TAB, .has_aim = true }, "de" },
	{ ", \"protocol\": \"serial\", \"settings\": {\"terminator\": \"etx\", \"maker\": \"opticon\", \"has_aim\": false, \"has_ack\": true}",
	  "serial", { .terminator = SCAN_TERMINATOR_ETX, .maker = SCANNER_MAKER_OPTICON, .has_ack = true }, NULL },
};
/* clang-format on */

static void test_a_scanner_talks_and_is_set_up_as_the_core_says(void)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct err err = { 0 };

		check_row(rows[i].more);
		AUTO(device_list_free) struct device_list *list = list_read(rows[i].more, &err);

		if (!check_ok(list != NULL, &err))
			continue;
		const struct device_entry *entry = &list->entries[0];

		check_int(list->count, 1);
		check_str(entry->scanner->name, rows[i].driver);
		check(entry->settings.keyboard ==
			(rows[i].country ? keyboard_layout_find(rows[i].country) : NULL));
		check_int(entry->settings.terminator, rows[i].settings.terminator);
		check_int(entry->settings.maker, rows[i].settings.maker);
		check_int(entry->settings.has_aim, rows[i].settings.has_aim);
		check_int(entry->settings.has_ack, rows[i].settings.has_ack);
		check_int(entry->settings.baud, rows[i].settings.baud);
		check_int(entry->settings.format, rows[i].settings.format);
	}
	check_row(NULL);
}

/* clang-format off */
static const struct {
	const char *more;
	const char *message;
} refusals[] = {
	{ ", \"protocol\": \"plain\"", "device 7: its protocol 'plain' is not known here" },
	{ ", \"protocol\": \"\"", "device 7: its protocol '' is not known here" },
	{ ", \"settings\": []", "device 7: its settings are no object" },
	{ ", \"settings\": {\"volume\": 3}", "device 7: its setting 'volume' is not known here" },
	{ ", \"settings\": {\"keyboard\": \"xx\"}", "device 7: its setting 'keyboard' makes no sense" },
	{ ", \"settings\": {\"keyboard\": null}", "device 7: its setting 'keyboard' makes no sense" },
	{ ", \"settings\": {\"terminator\": \"CR\"}", "device 7: its setting 'terminator' makes no sense" },
	{ ", \"settings\": {\"terminator\": 13}", "device 7: its setting 'terminator' makes no sense" },
	{ ", \"settings\": {\"maker\": \"acme\"}", "device 7: its setting 'maker' makes no sense" },
	{ ", \"settings\": {\"has_aim\": \"yes\"}", "device 7: its setting 'has_aim' makes no sense" },
	{ ", \"settings\": {\"baud\": \"300\"}", "device 7: its setting 'baud' makes no sense" },
	{ ", \"settings\": {\"baud\": 9600}", "device 7: its setting 'baud' makes no sense" },
	{ ", \"settings\": {\"format\": \"8N1\"}", "device 7: its setting 'format' makes no sense" },
	{ ", \"settings\": {\"has_ack\": 6}", "device 7: its setting 'has_ack' makes no sense" },
	{ ", \"descriptors\": 7", "device 7: the hash of its descriptors makes no sense" },
	{ ", \"descriptors\": \"\"", "device 7: the hash of its descriptors makes no sense" },
	{ ", \"descriptors\": \"" HASH "0\"", "device 7: the hash of its descriptors makes no sense" },
	{ ", \"descriptors\": \"" "0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef" "\"", "device 7: the hash of its descriptors makes no sense" },
};
/* clang-format on */

static void test_what_is_not_known_is_refused_by_name(void)
{
	for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
		struct err err = { 0 };

		check_row(refusals[i].more);
		AUTO(device_list_free) struct device_list *list = list_read(refusals[i].more, &err);

		check(list == NULL);
		check_err(&err, ERR_INVALID, refusals[i].message);
	}
	check_row(NULL);
}

static void test_another_setting_opens_it_anew(void)
{
	static const char *const others[] = {
		", \"protocol\": \"ssi\"",
		", \"protocol\": \"serial\", \"settings\": {\"keyboard\": \"uk\"}",
		", \"protocol\": \"serial\", \"settings\": {\"terminator\": \"lf\"}",
		", \"protocol\": \"serial\", \"settings\": {\"maker\": \"honeywell\"}",
		", \"protocol\": \"serial\", \"settings\": {\"has_aim\": true}",
		", \"protocol\": \"serial\", \"settings\": {\"has_ack\": true}",
		", \"protocol\": \"serial\", \"settings\": {\"baud\": \"9600\"}",
		", \"protocol\": \"serial\", \"settings\": {\"format\": \"7e1\"}",
		", \"protocol\": \"serial\", \"descriptors\": \"" HASH "\"",
	};
	struct err err = { 0 };
	AUTO(device_list_free)
	struct device_list *serial = list_read(", \"protocol\": \"serial\"", &err);
	AUTO(device_list_free)
	struct device_list *same = list_read(
		", \"protocol\": \"serial\", \"settings\": {\"terminator\": \"cr\"}", &err);

	check(device_entry_is_same(&serial->entries[0], &same->entries[0]));
	check_str(serial->entries[0].descriptors, "");
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		AUTO(device_list_free) struct device_list *other = list_read(others[i], &err);

		check_row(others[i]);
		check(!device_entry_is_same(&serial->entries[0], &other->entries[0]));
	}
	check_row(NULL);
}

#define PRINTER                                                                            \
	"{\"device_id\": 7, \"kind\": \"printer\", \"transport\": \"usb\", \"identity\": " \
	"\"usb:04f9:209b:S\", \"language\": \"brother\", \"dpi\": 300"

static struct device_list *printer_read(const char *more, struct err *err)
{
	AUTO(char_free) char *text = xasprintf("{\"devices\": [" PRINTER "%s}]}", more);
	AUTO(json_decref) json_t *body = json_loads(text, 0, NULL);

	check(body != NULL);
	return device_list_read(body, false, err);
}

/* clang-format off */
static const struct {
	const char *more;
	bool is_taken;
	unsigned width_um, height_um;
} sizes[] = {
	{ "", true, 0, 0 },
	{ ", \"width_um\": null, \"height_um\": null", true, 0, 0 },
	{ ", \"width_um\": 29000, \"height_um\": 90000", true, 29000, 90000 },
	{ ", \"width_um\": 1000000, \"height_um\": 1", true, 1000000, 1 },
	{ ", \"width_um\": 1000001, \"height_um\": 1", false, 0, 0 },
	{ ", \"width_um\": 29000", false, 0, 0 },
	{ ", \"width_um\": 29000, \"height_um\": 0", false, 0, 0 },
	{ ", \"width_um\": -1, \"height_um\": -1", false, 0, 0 },
	{ ", \"width_um\": \"29\", \"height_um\": 90000", false, 0, 0 },
};
/* clang-format on */

static void test_a_printer_is_told_the_size_of_its_labels(void)
{
	struct err err = { 0 };
	AUTO(device_list_free) struct device_list *none = printer_read("", &err);

	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		AUTO(device_list_free)
		struct device_list *list = printer_read(sizes[i].more, &err);

		check_row(sizes[i].more);
		if (!sizes[i].is_taken) {
			check(list == NULL);
			check_err(&err, ERR_INVALID, "the size of its labels makes no sense");
			continue;
		}
		if (!check_ok(list != NULL, &err))
			continue;
		check_int(list->entries[0].width_um, sizes[i].width_um);
		check_int(list->entries[0].height_um, sizes[i].height_um);
		check_int(device_entry_is_same(&none->entries[0], &list->entries[0]),
			sizes[i].width_um == 0);
	}
	check_row(NULL);
}

static json_t *many_new(unsigned count)
{
	json_t *devices = json_array();

	for (unsigned i = 0; i < count; i++) {
		AUTO(char_free) char *identity = xasprintf("usb:05e0:1701:S%u", i);

		json_array_append_new(
			devices, json_pack("{s:i, s:s, s:s, s:s}", "device_id", (int)i, "kind",
					 "scanner", "transport", "usb", "identity", identity));
	}
	return json_pack("{s:o}", "devices", devices);
}

static void test_as_many_as_there_may_be_and_no_more(void)
{
	AUTO(json_decref) json_t *all = many_new(DEVICES_MAX);
	AUTO(json_decref) json_t *more = many_new(DEVICES_MAX + 1);
	struct err err = { 0 };
	AUTO(device_list_free) struct device_list *list = device_list_read(all, false, &err);

	check_ok(list != NULL, &err);
	check_int(list->count, DEVICES_MAX);
	check_str(list->entries[DEVICES_MAX - 1].identity, "usb:05e0:1701:S255");
	check(device_list_read(more, false, &err) == NULL);
	check_err(&err, ERR_INVALID, "missing or too long");
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_a_scanner_talks_and_is_set_up_as_the_core_says),
		CHECK_TEST(test_what_is_not_known_is_refused_by_name),
		CHECK_TEST(test_another_setting_opens_it_anew),
		CHECK_TEST(test_a_printer_is_told_the_size_of_its_labels),
		CHECK_TEST(test_as_many_as_there_may_be_and_no_more),
	};

	return check_run("daemon/bench/device_list", tests, ARRAY_LEN(tests));
}
