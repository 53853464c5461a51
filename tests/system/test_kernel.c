/*
 * specimend-bench on a real kernel: usblp and usbhid have the devices first, and what is claimed,
 * given back and left alone is the kernel's own word. Runs as root in the guest of
 * tests/system/run; the devices are those of tests/usb, by tests/system/umock_kernel.c.
 */
#include "tests/check.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <linux/input.h>
#include <sys/ioctl.h>

#include "daemon/bench/usb/sha256.h"
#include "tests/daemon/bench/usb/daemon_rig.h"
#include "tests/system/strict.h"
#include "tests/system/typist.h"
#include "tests/usb/model_composite.h"
#include "tests/usb/model_keyboard.h"
#include "tests/usb/model_line.h"

#define WEDGE_VENDOR "0581"
#define PRINTER_VENDOR "0a5f"
#define SCANNER_VENDOR "0c2e"
#define LINE_VENDOR "05e0"   /* and of the strict scanner: one that the rules name */
#define PERSON_VENDOR "046d" /* a person's keyboard */
#define GUEST_WAIT_MS 30000  /* its processor is another processor's program */
#define TYPED_MS 500         /* a kernel that hands keys on does it in a few */

static struct model_keyboard *wedge;

/* --- what the kernel says --------------------------------------------------------------- */

static bool file_is(const char *dir, const char *name, const char *wanted)
{
	char path[512];
	char line[64] = "";
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	file = fopen(path, "r");
	if (!file)
		return false;
	if (!fgets(line, sizeof(line), file))
		line[0] = '\0';
	(void)fclose(file);
	line[strcspn(line, "\n")] = '\0';
	return str_equal(line, wanted);
}

/* Its place ("1-5"), or "" when the kernel knows no such device. */
static const char *place_of(const char *vendor)
{
	static char place[64];
	glob_t found;

	place[0] = '\0';
	if (glob("/sys/bus/usb/devices/*-*", 0, NULL, &found) != 0)
		return place;
	for (size_t i = 0; i < found.gl_pathc && place[0] == '\0'; i++) {
		if (file_is(found.gl_pathv[i], "idVendor", vendor))
			snprintf(place, sizeof(place), "%s", strrchr(found.gl_pathv[i], '/') + 1);
	}
	globfree(&found);
	return place;
}

/* "" for none. */
static const char *kernel_driver_of(const char *vendor, unsigned interface)
{
	static char driver[128];
	char path[256];
	ssize_t len;

	snprintf(path, sizeof(path), "/sys/bus/usb/devices/%s:1.%u/driver", place_of(vendor),
		interface);
	len = readlink(path, driver, sizeof(driver) - 1);
	driver[len > 0 ? len : 0] = '\0';
	return strrchr(driver, '/') ? strrchr(driver, '/') + 1 : driver;
}

/* Of the first interface. */
static const char *kernel_driver(const char *vendor)
{
	return kernel_driver_of(vendor, 0);
}

static struct {
	const char *vendor;
	const char *driver;
} wanted;

static bool is_driver_wanted(void)
{
	return str_equal(kernel_driver(wanted.vendor), wanted.driver);
}

static void driver_wait(const char *vendor, const char *driver)
{
	wanted.vendor = vendor;
	wanted.driver = driver;
	table_wait_for(is_driver_wanted);
	check_str(kernel_driver(vendor), driver);
}

/* --- what the desktop would see ----------------------------------------------------------- */

struct desktop {
	int fds[16];
	size_t count;
	unsigned keys;
};

/* Every input device that there is now. */
static void desktop_open(struct desktop *desktop)
{
	glob_t found;

	*desktop = (struct desktop) { 0 };
	if (glob("/dev/input/event*", 0, NULL, &found) != 0)
		return;
	for (size_t i = 0; i < found.gl_pathc && desktop->count < ARRAY_LEN(desktop->fds); i++) {
		int fd = open(found.gl_pathv[i], O_RDONLY | O_NONBLOCK | O_CLOEXEC);

		if (fd >= 0)
			desktop->fds[desktop->count++] = fd;
	}
	globfree(&found);
}

static void desktop_read(struct desktop *desktop)
{
	for (size_t i = 0; i < desktop->count; i++) {
		struct input_event event;

		while (read(desktop->fds[i], &event, sizeof(event)) == (ssize_t)sizeof(event))
			desktop->keys += event.type == EV_KEY;
	}
}

static void desktop_close(struct desktop *desktop)
{
	for (size_t i = 0; i < desktop->count; i++)
		(void)close(desktop->fds[i]);
}

static struct desktop desktop;

static bool is_input(const char *vendor)
{
	char path[256];
	glob_t found;

	snprintf(path, sizeof(path), "/sys/bus/usb/devices/%s:1.0/*/input/input*/event*",
		place_of(vendor));
	bool is = glob(path, 0, NULL, &found) == 0;

	globfree(&found);
	return is;
}

/* The person's keyboard and the scanner; the guest has inputs of its own, a power button. */
static bool are_both_inputs(void)
{
	return is_input(PERSON_VENDOR) && is_input(WEDGE_VENDOR);
}

static bool is_typed(void)
{
	desktop_read(&desktop);
	return desktop.keys > 0;
}

static void wedge_type(const char *text)
{
	(void)umock_begin(table.umock);
	check(model_keyboard_type(wedge, text));
	umock_end(table.umock);
}

/* How many keys all input devices saw while the scanner typed. */
static unsigned keys_of(const char *text)
{
	desktop_open(&desktop);
	wedge_type(text);
	table_run(TYPED_MS);
	desktop_read(&desktop);
	desktop_close(&desktop);
	return desktop.keys;
}

/* --- devices ------------------------------------------------------------------------------- */

static void kernel_begin(void)
{
	wedge = model_scanning_keyboard_new();
	begin();
	table.wait_ms = GUEST_WAIT_MS;
	table_plug(5, &wedge->model);
	driver_wait(PRINTER_VENDOR, "usblp");
	driver_wait(SCANNER_VENDOR, "usbhid");
	driver_wait(PERSON_VENDOR, "usbhid");
	driver_wait(WEDGE_VENDOR, "usbhid");
}

static void kernel_end(void)
{
	end();
	model_free(&wedge->model);
}

/* The printer 11, the scanner 12, and the one that types, 13. */
static void all_give(void)
{
	char identity[128];

	snprintf(identity, sizeof(identity), "usb:0581:020c@%s", place_of(WEDGE_VENDOR));
	ask(json_pack("{s:s, s:b, s:[{s:i, s:s, s:s, s:s, s:i, s:i, s:s, s:i, s:i},"
		      "{s:i, s:s, s:s, s:s, s:i, s:s}, {s:i, s:s, s:s, s:s, s:i, s:s, s:{s:s}}]}",
		    "do", "devices", "practice", 0, "devices", "device_id", 11, "kind", "printer",
		    "transport", "usb", "identity", PRINTER, "station_id", 1, "dpi", 203,
		    "language", "zpl", "width_um", 50800, "height_um", 25400, "device_id", 12,
		    "kind", "scanner", "transport", "usb", "identity", SCANNER, "station_id", 1,
		    "protocol", "hid_pos", "device_id", 13, "kind", "scanner", "transport", "usb",
		    "identity", identity, "station_id", 1, "protocol", "keyboard", "settings",
		    "keyboard", "us"),
		NULL);
}

static bool three_are_here(void)
{
	return all_is_here() && strstr(buf_str(&table.told), "here 13; ");
}

static void kernel_begin_assigned(void)
{
	kernel_begin();
	all_give();
	table_wait_for(three_are_here);
	buf_reset(&table.told);
}

/*
 * Scans until it is told: what a scanner says in the first moments after it was taken is thrown
 * away as old (USB_STALE_SCANNER_MS), and how long they last here is the guest's affair.
 */
static void scan_until_told(void (*act)(const char *code), const char *code, const char *told)
{
	int64_t end_ms = clock_mono_ms() + table.wait_ms;

	do {
		act(code);
		table_run(TYPED_MS);
	} while (!strstr(buf_str(&table.told), told) && clock_mono_ms() < end_ms);
	check_contains(buf_str(&table.told), told);
	buf_reset(&table.told);
}

/* Until a desktop sees it: when usbhid begins to listen is the guest's affair. */
static void type_until_typed(const char *code)
{
	int64_t end_ms = clock_mono_ms() + table.wait_ms;

	do {
		wedge_type(code);
		table_run(TYPED_MS);
	} while (!is_typed() && clock_mono_ms() < end_ms);
	check(desktop.keys > 0);
}

/* --- */

static void test_what_nobody_assigned_stays_with_the_kernel(void)
{
	kernel_begin();
	table_wait_for(are_both_inputs);
	desktop_open(&desktop);
	type_until_typed("900000100034"); /* so the reader below can see what there is */
	desktop_close(&desktop);
	devices_give(); /* without the one that types */
	table_wait_for(all_is_here);
	check_str(kernel_driver(WEDGE_VENDOR), "usbhid");
	check_str(kernel_driver(PERSON_VENDOR), "usbhid");
	kernel_end();
}

static void test_what_is_assigned_is_taken_from_the_kernel_and_works(void)
{
	enum model_hid_pos_sound sound;

	kernel_begin_assigned();
	check_str(kernel_driver(PRINTER_VENDOR), "usbfs");
	check_str(kernel_driver(SCANNER_VENDOR), "usbfs");
	check_str(kernel_driver(WEDGE_VENDOR), "usbfs");
	check_str(kernel_driver(PERSON_VENDOR), "usbhid");
	print(7);
	table_wait("sent 1000; printed 1001; ");
	scan_until_told(scan, "900000100034", "scan 12 OTAwMDAwMTAwMDM0 usb");
	check_int(beeps(&sound), 0);
	ask(json_pack("{s:s, s:i, s:s}", "do", "feedback", "device_id", 12, "verdict", "stored"),
		NULL);
	check_int(beep_wait(1), HID_POS_SOUND_GOOD);
	scan_until_told(wedge_type, "900000100034", "scan 13 OTAwMDAwMTAwMDM0 usb");
	check_int(keys_of("900000100131"), 0);
	table_wait("scan 13 OTAwMDAwMTAwMTMx usb");
	kernel_end();
}

static void test_a_bench_that_ends_gives_no_scanner_back(void)
{
	kernel_begin_assigned();
	check_int(bench_stop(SIGTERM), 0);
	check_int(keys_of("900000100034"), 0);
	check_str(kernel_driver(PRINTER_VENDOR), ""); /* a Zebra does not bear it (quirk.h) */
	check_str(kernel_driver(SCANNER_VENDOR), "");
	check_str(kernel_driver(WEDGE_VENDOR), "");
	kernel_end();
}

/* As TSC's, which bears it. */
static void test_a_bench_that_ends_gives_a_printer_back_to_its_driver(void)
{
	kernel_begin();
	struct model *model = model_printer_model(it.printer);
	struct bytes before = model->descriptors.device;
	uint8_t device[18]; /* USB 2.0, 9.6.1 */

	check_int(before.len, sizeof(device));
	memcpy(device, before.data, sizeof(device));
	memcpy(device + 8, (const uint8_t[]) { 0x03, 0x12 }, 2);
	table_unplug(1);
	model->descriptors.device = bytes_of(device, sizeof(device));
	table_plug(1, model);
	driver_wait("1203", "usblp");
	ask(json_pack("{s:s, s:b, s:[{s:i, s:s, s:s, s:s, s:i, s:i, s:s, s:i, s:i}]}", "do",
		    "devices", "practice", 0, "devices", "device_id", 11, "kind", "printer",
		    "transport", "usb", "identity", "usb:1203:0080:99J1", "station_id", 1, "dpi",
		    203, "language", "zpl", "width_um", 50800, "height_um", 25400),
		NULL);
	table_wait("ok; ");
	check_str(kernel_driver("1203"), "usbfs");
	check_int(bench_stop(SIGTERM), 0);
	driver_wait("1203", "usblp");
	table_unplug(1);
	model->descriptors.device = before;
	kernel_end();
}

static void test_a_bench_that_is_killed_leaves_nothing_that_types(void)
{
	kernel_begin_assigned();
	check_int(bench_stop(SIGKILL), 128 + SIGKILL);
	check_int(keys_of("900000100034"), 0);
	check_str(kernel_driver(SCANNER_VENDOR), "");
	check_str(kernel_driver(WEDGE_VENDOR), "");
	bench_start();
	table_wait("hello; ");
	all_give();
	table_wait_for(three_are_here);
	table_run(TYPED_MS);
	check(!strstr(buf_str(&table.told), "scan")); /* what it typed meanwhile is no scan */
	scan_until_told(wedge_type, "900000100131", "scan 13 OTAwMDAwMTAwMTMx usb");
	kernel_end();
}

static void test_a_cable_pulled_in_a_label_is_told_and_the_printer_comes_back(void)
{
	kernel_begin_assigned();
	table_fault(1, MODEL_PRINTER_OUT, BUS_FAULT_UNPLUG, 3000);
	print(7);
	table_wait("unknown 1000; ");
	table_plug(1, model_printer_model(it.printer));
	table_wait("ok; ");
	print(8);
	table_wait("printed 1001; ");
	kernel_end();
}

static void test_a_scanner_that_is_pulled_and_comes_back_is_heard_again(void)
{
	kernel_begin_assigned();
	(void)umock_begin(table.umock);
	check(model_keyboard_type_part(wedge, "900000"));
	umock_end(table.umock);
	table_unplug(5);
	table_wait("gone 13; ");
	check(!strstr(buf_str(&table.told), "scan"));
	table_plug(5, &wedge->model);
	table_wait("here 13; ");
	scan_until_told(wedge_type, "900000100131", "scan 13 OTAwMDAwMTAwMTMx usb");
	kernel_end();
}

/* --- strict mode: of a maker that the rules name, 05e0 ------------------------------------- */

static bool strict_wedge_is_here(void)
{
	return strstr(buf_str(&table.told), "here 13; ");
}

/* The person's keyboard, plugged in after it, works: so udev had its time with the scanner too. */
static void strict_wedge_plug(void)
{
	table_unplug(3);
	table_plug(5, &wedge->model);
	table_plug(3, it.keyboard);
	driver_wait(PERSON_VENDOR, "usbhid");
}

static void test_in_strict_mode_no_driver_has_a_scanner_even_at_its_plug(void)
{
	struct bytes before;
	uint8_t device[18]; /* USB 2.0, 9.6.1 */
	char identity[128];

	kernel_begin();
	before = wedge->model.descriptors.device;
	check_int(before.len, sizeof(device));
	memcpy(device, before.data, sizeof(device));
	memcpy(device + 8, (const uint8_t[]) { 0xe0, 0x05 }, 2);
	table_unplug(5);
	wedge->model.descriptors.device = bytes_of(device, sizeof(device));
	check(strict_begin());
	table_wait_for(strict_is_on);
	strict_wedge_plug();
	check_str(kernel_driver(LINE_VENDOR), "");
	check(!is_input(LINE_VENDOR));
	check_int(keys_of("900000100034"), 0);
	snprintf(identity, sizeof(identity), "usb:05e0:020c@%s", place_of(LINE_VENDOR));
	ask(json_pack("{s:s, s:b, s:[{s:i, s:s, s:s, s:s, s:i, s:s, s:{s:s}}]}", "do", "devices",
		    "practice", 0, "devices", "device_id", 13, "kind", "scanner", "transport",
		    "usb", "identity", identity, "station_id", 1, "protocol", "keyboard",
		    "settings", "keyboard", "us"),
		NULL);
	table_wait_for(strict_wedge_is_here);
	check_str(kernel_driver(LINE_VENDOR), "usbfs");
	scan_until_told(wedge_type, "900000100034", "scan 13 OTAwMDAwMTAwMDM0 usb");
	check_int(bench_stop(SIGKILL), 128 + SIGKILL);
	check_int(keys_of("900000100131"), 0);
	check_str(kernel_driver(LINE_VENDOR), "");
	strict_end();
	table_unplug(5);
	wedge->model.descriptors.device = before;
	kernel_end();
}

/* --- a scanner with a keyboard in it ------------------------------------------------------- */

/* The scanner 12 alone, with the hash of what was enrolled; NULL: it was not. */
static void scanner_give(const char *enrolled)
{
	ask(json_pack("{s:s, s:b, s:[{s:i, s:s, s:s, s:s, s:i, s:s, s:s?}]}", "do", "devices",
		    "practice", 0, "devices", "device_id", 12, "kind", "scanner", "transport",
		    "usb", "identity", SCANNER, "station_id", 1, "protocol", "hid_pos",
		    "descriptors", enrolled),
		NULL);
}

/* Plugged in anew, as what a configuration code has made of it. */
static void scanner_change(void (*make)(struct model_hid_pos *scanner))
{
	table_unplug(2);
	make(it.scanner);
	table_plug(2, model_hid_pos_model(it.scanner));
}

static void scanner_type(const char *ignored)
{
	(void)ignored;
	(void)umock_begin(table.umock);
	check(model_composite_type(it.scanner));
	umock_end(table.umock);
}

/* How many keys all input devices saw while its keyboard typed. */
static unsigned scanner_keys(void)
{
	desktop_open(&desktop);
	for (unsigned i = 0; i < 8; i++)
		scanner_type("");
	table_run(TYPED_MS);
	desktop_read(&desktop);
	desktop_close(&desktop);
	return desktop.keys;
}

static struct {
	unsigned interface;
	const char *driver;
} scanner_wanted;

static bool is_scanner_driver_wanted(void)
{
	return str_equal(
		kernel_driver_of(SCANNER_VENDOR, scanner_wanted.interface), scanner_wanted.driver);
}

static void scanner_driver_wait(unsigned interface, const char *driver)
{
	scanner_wanted.interface = interface;
	scanner_wanted.driver = driver;
	table_wait_for(is_scanner_driver_wanted);
	check_str(kernel_driver_of(SCANNER_VENDOR, interface), driver);
}

/* Until a desktop sees it: so the checks below can see what there is to be seen. */
static void scanner_type_until_typed(void)
{
	int64_t end_ms = clock_mono_ms() + table.wait_ms;
	unsigned keys;

	do
		keys = scanner_keys();
	while (keys == 0 && clock_mono_ms() < end_ms);
	check(keys > 0);
}

static bool is_scanner_heard(void)
{
	return strstr(buf_str(&table.told), "here 12; ");
}

static void test_the_keyboard_beside_a_scanner_types_nothing(void)
{
	kernel_begin();
	scanner_change(model_composite_make);
	scanner_driver_wait(MODEL_COMPOSITE_KEYBOARD, "usbhid");
	scanner_type_until_typed();
	scanner_give(table_hash(model_hid_pos_model(it.scanner)));
	table_wait_for(is_scanner_heard);
	buf_reset(&table.told);
	check_str(kernel_driver_of(SCANNER_VENDOR, MODEL_COMPOSITE_SCANNER), "usbfs");
	check_str(kernel_driver_of(SCANNER_VENDOR, MODEL_COMPOSITE_KEYBOARD), "usbfs");
	scan_until_told(scan, "900000100034", "scan 12 OTAwMDAwMTAwMDM0 usb");
	check_int(scanner_keys(), 0);
	check_int(bench_stop(SIGKILL), 128 + SIGKILL);
	check_int(scanner_keys(), 0);
	scanner_driver_wait(MODEL_COMPOSITE_KEYBOARD, "");
	kernel_end();
}

static void test_what_a_code_made_of_a_scanner_types_nothing_and_is_not_heard(void)
{
	static void (*const makes[])(
		struct model_hid_pos *) = { model_composite_make_keyboard, model_composite_make };

	for (size_t i = 0; i < ARRAY_LEN(makes); i++) {
		char enrolled[SHA256_HEX + 1];

		kernel_begin();
		memcpy(enrolled, table_hash(model_hid_pos_model(it.scanner)), sizeof(enrolled));
		scanner_change(makes[i]);
		scanner_driver_wait((unsigned)i, "usbhid");
		scanner_type_until_typed();
		scanner_give(enrolled);
		scanner_driver_wait((unsigned)i, "usbfs");
		buf_reset(&table.told);
		check_int(scanner_keys(), 0);
		check(!strstr(buf_str(&table.told), "scan"));
		check(!strstr(buf_str(&table.told), "here"));
		check_contains(buf_str(&it.usb), "is not what was enrolled");
		check_int(bench_stop(SIGTERM), 0);
		check_int(scanner_keys(), 0);
		scanner_driver_wait((unsigned)i, "");
		kernel_end();
	}
}

/* --- a serial line ---------------------------------------------------------------------------- */

static struct model_line *line;

static void line_say(const char *code)
{
	AUTO_BUF text = { 0 };

	buf_addf(&text, "%s\r", code);
	(void)umock_begin(table.umock);
	check(model_line_say(line, buf_bytes(&text)));
	umock_end(table.umock);
}

static bool line_is_taken(void)
{
	return strstr(buf_str(&table.told), "here 14; ");
}

static bool line_has_heard(void)
{
	(void)umock_begin(table.umock);
	bool has_heard = bytes_is(buf_bytes(&line->heard), "B");

	umock_end(table.umock);
	return has_heard;
}

static void check_line_drivers(const char *driver)
{
	check_str(kernel_driver_of(LINE_VENDOR, MODEL_LINE_CONTROL), driver);
	check_str(kernel_driver_of(LINE_VENDOR, MODEL_LINE_DATA), driver);
}

static void test_a_serial_line_is_taken_from_cdc_acm_and_not_given_back(void)
{
	kernel_begin();
	line = model_line_new("L1");
	table_plug(6, &line->model);
	driver_wait(LINE_VENDOR, "cdc_acm");
	check_line_drivers("cdc_acm"); /* by the union, as we do */
	ask(json_pack("{s:s, s:b, s:[{s:i, s:s, s:s, s:s, s:i, s:s, s:{s:s}}]}", "do", "devices",
		    "practice", 0, "devices", "device_id", 14, "kind", "scanner", "transport",
		    "usb", "identity", "usb:05e0:1701:L1", "station_id", 1, "protocol", "serial",
		    "settings", "maker", "datalogic"),
		NULL);
	table_wait_for(line_is_taken);
	buf_reset(&table.told);
	check_line_drivers("usbfs");
	check_int(line->lines, 3);
	scan_until_told(line_say, "900000100034", "scan 14 OTAwMDAwMTAwMDM0 usb serial");
	ask(json_pack("{s:s, s:i, s:s}", "do", "feedback", "device_id", 14, "verdict", "stored"),
		NULL);
	table_wait_for(line_has_heard);
	check_int(bench_stop(SIGKILL), 128 + SIGKILL);
	table_run(TYPED_MS);
	check_line_drivers("");
	kernel_end();
	model_free(&line->model);
}

/* --- pass-through: a keyboard that the bench makes ------------------------------------------ */

#define PASS_SETTLE_MS 1000 /* PASS_KEYBOARD_NEW_MS, by which a desktop has seen it */

static bool typist_is_gone(void)
{
	return !typist_read();
}

static void check_typed(const char *text)
{
	table_run(TYPED_MS);
	(void)typist_read();
	check_str(typist_typed(), text);
	typist_forget();
}

static void pass_list_give(void)
{
	ask(json_pack("{s:s, s:b, s:[{s:i, s:s, s:s, s:s, s:i, s:s}], s:[{s:i, s:s, s:s, s:s}]}",
		    "do", "devices", "practice", 0, "devices", "device_id", 12, "kind", "scanner",
		    "transport", "usb", "identity", SCANNER, "station_id", 1, "protocol", "hid_pos",
		    "pass", "station_id", 1, "way", "keyboard", "keyboard", "us", "terminator",
		    "cr"),
		NULL);
	table_wait("here 12; ");
	table_wait_for(typist_is_here);
	table_run(PASS_SETTLE_MS);
}

/* False when it was refused, with it.refused. */
static bool pass_on(const char *bench_id, long long counter, const char *code)
{
	try(json_pack("{s:s, s:i, s:i, s:{s:s, s:I}, s:s}", "do", "pass_on", "station_id", 1,
		    "device_id", 12, "scan", "start_id", bench_id, "counter", (json_int_t)counter,
		    "text", code),
		NULL);
	return it.refused.code == ERR_NONE;
}

/* Until it is in time: how long a scan takes here is the guest's affair, and only news is handed
 * on. */
static void scan_until_passed(const char *code, const char *told)
{
	int64_t end_ms = clock_mono_ms() + table.wait_ms;
	bool is_passed;

	do {
		scan_until_told(scan, code, told);
		is_passed = pass_on(it.bench_id, it.scan, code);
	} while (!is_passed && strstr(it.refused.message, "too long") && clock_mono_ms() < end_ms);
	check_ok(is_passed, &it.refused);
}

static void test_a_good_code_is_typed_once_and_a_red_one_not_at_all(void)
{
	char bench_before[LINK_START_ID_LEN + 1];

	kernel_begin();
	pass_list_give();
	scan_until_told(scan, "900000100131", "scan 12 OTAwMDAwMTAwMTMx usb");
	ask(json_pack("{s:s, s:i, s:s}", "do", "feedback", "device_id", 12, "verdict", "stop"),
		NULL);
	check_typed(""); /* the core said red, and so not that it is handed on */
	scan_until_passed("900000100034", "scan 12 OTAwMDAwMTAwMDM0 usb");
	check_typed("900000100034\n");
	check(!pass_on(it.bench_id, it.scan, "900000100034"));
	check_err(&it.refused, ERR_CONFLICT, "was handed on");
	check(!pass_on(it.bench_id, it.scan - 1, "900000100131"));
	check_int(it.refused.code, ERR_CONFLICT);
	check_typed("");
	snprintf(bench_before, sizeof(bench_before), "%s", it.bench_id);
	check_int(bench_stop(SIGKILL), 128 + SIGKILL);
	table_wait_for(typist_is_gone);
	check_str(typist_typed(), "");
	typist_close();
	bench_start();
	table_wait("hello; ");
	pass_list_give();
	check(!pass_on(bench_before, it.scan, "900000100034"));
	check_int(it.refused.code, ERR_CONFLICT);
	check_typed("");
	typist_close();
	kernel_end();
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_what_nobody_assigned_stays_with_the_kernel),
		CHECK_TEST(test_what_is_assigned_is_taken_from_the_kernel_and_works),
		CHECK_TEST(test_a_bench_that_ends_gives_no_scanner_back),
		CHECK_TEST(test_a_bench_that_ends_gives_a_printer_back_to_its_driver),
		CHECK_TEST(test_a_bench_that_is_killed_leaves_nothing_that_types),
		CHECK_TEST(test_a_cable_pulled_in_a_label_is_told_and_the_printer_comes_back),
		CHECK_TEST(test_a_scanner_that_is_pulled_and_comes_back_is_heard_again),
		CHECK_TEST(test_the_keyboard_beside_a_scanner_types_nothing),
		CHECK_TEST(test_what_a_code_made_of_a_scanner_types_nothing_and_is_not_heard),
		CHECK_TEST(test_a_serial_line_is_taken_from_cdc_acm_and_not_given_back),
		CHECK_TEST(test_a_good_code_is_typed_once_and_a_red_one_not_at_all),
		CHECK_TEST(test_in_strict_mode_no_driver_has_a_scanner_even_at_its_plug),
	};
	if (access("/sys/devices/platform/vhci_hcd.0", R_OK) != 0 || geteuid() != 0) {
		puts("not in the guest of tests/system/run: skipped");
		return 77;
	}
	return check_run("system/kernel", tests, ARRAY_LEN(tests));
}
