/*
 * specimend-bench itself, as another process on the fake bus: a core asks it to use the USB devices
 * that it told of, to print and to beep; then cables are pulled and processes killed.
 */
#include "tests/check.h"

#ifdef HAVE_UMOCKDEV

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/base/auto_json.h"
#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/base/str.h"
#include "daemon/link/link.h"
#include "tests/daemon/bench/usb/table.h"

#define PRINTER "usb:0a5f:0080:99J1"
#define SCANNER "usb:0c2e:0967:19214B0217"
#define STOP_MS 2000 /* contrib/CONTRACTS.md 1 */

static struct {
	char dir[64];
	char config[96];
	char log[96];
	char socket[96];
	char start_id[LINK_START_ID_LEN + 1];
	struct link_listener *listener;
	struct link *link;
	pid_t bench;
	struct model_printer *printer;
	struct model_hid_pos *scanner;
	struct model *keyboard;
	struct buf usb; /* the last notice usb_devices */
	bool is_answered;
	struct err refused;
} it;

/* --- the core */

static long long number(const json_t *body, const char *key)
{
	return (long long)json_integer_value(json_object_get(body, key));
}

static const char *text(const json_t *body, const char *key)
{
	const char *value = json_string_value(json_object_get(body, key));

	return value ? value : "";
}

static void on_hello(struct link *link, json_t *hello, void *arg)
{
	(void)hello;
	(void)arg;
	it.link = link;
	buf_add_str(&table.told, "hello; ");
}

static void on_report(struct link *link, uint64_t id, json_t *body, void *arg)
{
	(void)arg;
	if (str_equal(text(body, "what"), "scan"))
		buf_addf(&table.told, "scan %lld %s %s%s; ", number(body, "device_id"),
			text(body, "raw"), text(json_object_get(body, "evidence"), "transport"),
			json_is_true(json_object_get(body, "told")) ? " told" : "");
	else
		buf_addf(&table.told, "%s %lld; ", text(body, "state"), number(body, "counter"));
	snprintf(table.evidence, sizeof(table.evidence), "%s", text(body, "evidence"));
	link_ack(link, id);
}

static void usb_note(const json_t *devices)
{
	size_t i;
	json_t *device;

	buf_reset(&it.usb);
	json_array_foreach (devices, i, device)
		buf_addf(&it.usb, "%s %s %s %s:%s %s '%s' '%s' <%s>%s %s; ",
			text(device, "identity"), text(device, "kind"), text(device, "path"),
			text(device, "vendor"), text(device, "product"), text(device, "serial"),
			text(device, "maker"), text(device, "model"), text(device, "language"),
			json_is_true(json_object_get(device, "assigned")) ? " assigned" : "",
			text(device, "problem"));
}

static void on_notice(
	struct link *link, json_t *body, const struct link_payloads *payloads, void *arg)
{
	(void)link;
	(void)payloads;
	(void)arg;
	if (str_equal(text(body, "what"), "usb_devices"))
		usb_note(json_object_get(body, "devices"));
	if (str_equal(text(body, "what"), "device_here"))
		buf_addf(&table.told, "%s %lld; ",
			json_is_true(json_object_get(body, "here")) ? "here" : "gone",
			number(body, "device_id"));
	if (str_equal(text(body, "what"), "printer_state"))
		buf_addf(&table.told, "%s; ",
			json_string_value(json_array_get(json_object_get(body, "state"), 0)));
}

static void on_closed(struct link *link, void *arg)
{
	(void)link;
	(void)arg;
	it.link = NULL;
}

static void core_listen(void)
{
	struct link_setup setup = {
		.loop = table.loop,
		.role = "core",
		.start_id = it.start_id,
		.path = it.socket,
		.peer_uid = geteuid(),
		.handlers = {
			.on_hello = on_hello,
			.on_report = on_report,
			.on_notice = on_notice,
			.on_closed = on_closed,
		},
	};
	struct err err = { 0 };

	check_ok(link_listen(&setup, &it.listener, &err), &err);
}

static void core_leave(void)
{
	link_listener_free(it.listener);
	it.listener = NULL;
	it.link = NULL;
}

static void on_reply(
	void *arg, const struct err *err, json_t *body, const struct link_payloads *payloads)
{
	(void)arg;
	(void)body;
	(void)payloads;
	it.is_answered = true;
	it.refused = err ? *err : (struct err) { 0 };
}

static bool is_answered(void)
{
	return it.is_answered;
}

/* Takes body. */
static void ask(json_t *body, const struct link_payloads *payloads)
{
	AUTO(json_decref) json_t *owned = body;

	it.is_answered = false;
	check(it.link != NULL);
	if (!it.link)
		return;
	(void)link_request(it.link, owned, payloads, TABLE_WAIT_MS, on_reply, NULL);
	table_wait_for(is_answered);
	check_ok(it.refused.code == ERR_NONE, &it.refused);
}

/* --- the bench */

static void bench_start(void)
{
	it.bench = fork();
	if (it.bench != 0)
		return;
	(void)setenv("LD_PRELOAD", "libumockdev-preload.so.0", 1);
	(void)setenv("ASAN_OPTIONS", "verify_asan_link_order=0", 1);
	if (!freopen(it.log, "a", stderr))
		_exit(125);
	execl("./specimend-bench", "specimend-bench", "--config", it.config, (char *)NULL);
	_exit(126);
}

/* Its exit status, or 128 and the signal. */
static int bench_stop(int signo)
{
	int64_t end_ms = clock_mono_ms() + STOP_MS;
	int status = 0;
	pid_t ended = 0;

	check_int(kill(it.bench, signo), 0);
	while (ended == 0 && clock_mono_ms() < end_ms) {
		loop_step(table.loop, 5);
		ended = waitpid(it.bench, &status, WNOHANG);
	}
	if (!check_int(ended, it.bench)) {
		(void)kill(it.bench, SIGKILL);
		(void)waitpid(it.bench, &status, 0);
	}
	it.bench = 0;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void file_write(const char *path, const char *words)
{
	FILE *file = fopen(path, "w");

	check(file != NULL);
	check(fputs(words, file) >= 0);
	check_int(fclose(file), 0);
}

static void begin(void)
{
	AUTO_BUF config = { 0 };
	struct err err = { 0 };

	memset(&it, 0, sizeof(it));
	log_set_level((enum log_level)0);
	table_begin();
	table_usb_end(); /* it is another process that has it */
	snprintf(it.dir, sizeof(it.dir), "/tmp/test_usb_bench_XXXXXX");
	check(mkdtemp(it.dir) != NULL);
	snprintf(it.config, sizeof(it.config), "%s/conf", it.dir);
	snprintf(it.log, sizeof(it.log), "%s/log", it.dir);
	snprintf(it.socket, sizeof(it.socket), "%s/core.sock", it.dir);
	buf_addf(&config, "runtime_dir = %s\n", it.dir);
	file_write(it.config, buf_str(&config));
	check_ok(link_start_id_make(it.start_id, &err), &err);
	it.printer = model_printer_new("99J1");
	it.scanner = model_hid_pos_new(HID_POS_HONEYWELL, "19214B0217");
	it.keyboard = model_keyboard_new();
	model_printer_set_label_ms(it.printer, 5);
	table_plug(1, model_printer_model(it.printer));
	table_plug(2, model_hid_pos_model(it.scanner));
	table_plug(3, it.keyboard);
	core_listen();
	bench_start();
	table_wait("hello; ");
}

static void end(void)
{
	if (it.bench > 0)
		check_int(bench_stop(SIGTERM), 0);
	check(!bus_private_touched(umock_begin(table.umock)));
	umock_end(table.umock);
	core_leave();
	table_end();
	model_free(model_printer_model(it.printer));
	model_free(model_hid_pos_model(it.scanner));
	model_free(it.keyboard);
	buf_done(&it.usb);
	(void)unlink(it.config);
	(void)unlink(it.log);
	(void)unlink(it.socket);
	check_int(rmdir(it.dir), 0);
}

static void devices_give(void)
{
	ask(json_pack("{s:s, s:b, s:[{s:i, s:s, s:s, s:s, s:i, s:i, s:s, s:i, s:i},"
		      "{s:i, s:s, s:s, s:s, s:i, s:s}]}",
		    "do", "devices", "practice", 0, "devices", "device_id", 11, "kind", "printer",
		    "transport", "usb", "identity", PRINTER, "station_id", 1, "dpi", 203,
		    "language", "zpl", "width_um", 50800, "height_um", 25400, "device_id", 12,
		    "kind", "scanner", "transport", "usb", "identity", SCANNER, "station_id", 1,
		    "language", "hid_pos"),
		NULL);
}

static bool all_is_here(void)
{
	const char *told = buf_str(&table.told);

	return strstr(told, "here 11; ") && strstr(told, "here 12; ") && strstr(told, "ok; ");
}

static void begin_assigned(void)
{
	begin();
	devices_give();
	table_wait_for(all_is_here);
	table_run(2 * USB_STALE_SCANNER_MS);
	buf_reset(&table.told);
}

static void print(int64_t job)
{
	AUTO_BUF label = { 0 };

	table_label(6000, &label);
	struct link_payloads payloads = { .count = 1, .items = { { "bytes", buf_bytes(&label) } } };

	ask(json_pack("{s:s, s:i, s:I}", "do", "print", "device_id", 11, "print_job_id",
		    (json_int_t)job),
		&payloads);
}

static void scan(const char *code)
{
	struct err err = { 0 };

	(void)umock_begin(table.umock);
	check_ok(model_hid_pos_scan(it.scanner, bytes_of_str(code), "]C0", &err), &err);
	umock_end(table.umock);
}

static size_t beeps(enum model_hid_pos_sound *out_last)
{
	(void)umock_begin(table.umock);
	size_t count = model_hid_pos_beep_count(it.scanner);

	if (count > 0)
		*out_last = model_hid_pos_beep(it.scanner, count - 1)->sound;
	umock_end(table.umock);
	return count;
}

static size_t beeps_wanted;

static bool is_beeped(void)
{
	enum model_hid_pos_sound sound;

	return beeps(&sound) >= beeps_wanted;
}

static enum model_hid_pos_sound beep_wait(size_t count)
{
	enum model_hid_pos_sound sound = HID_POS_SOUND_NONE;

	beeps_wanted = count;
	table_wait_for(is_beeped);
	check_int(beeps(&sound), count);
	return sound;
}

/* --- */

static const char *usb_wanted;

static bool is_usb_wanted(void)
{
	return str_equal(buf_str(&it.usb), usb_wanted);
}

static void usb_wait(const char *wanted)
{
	usb_wanted = wanted;
	table_wait_for(is_usb_wanted);
	check_str(buf_str(&it.usb), wanted);
}

static void test_the_core_hears_what_is_plugged_in(void)
{
	begin();
	usb_wait(PRINTER
		" printer 1-1 0a5f:0080 99J1 'Zebra Technologies' 'ZTC GK420d' <zpl> ; " SCANNER
		" scanner 1-2 0c2e:0967 19214B0217 'Honeywell Imaging & Mobility' 'N5600' <> ; ");
	check_int(table_record(1).opened + table_record(2).opened, 0);
	devices_give();
	usb_wait(PRINTER " printer 1-1 0a5f:0080 99J1 'Zebra Technologies' 'ZTC GK420d' <zpl> "
			 "assigned ; " SCANNER " scanner 1-2 0c2e:0967 19214B0217 'Honeywell "
			 "Imaging & Mobility' 'N5600' <> assigned "
			 "; ");
	table_unplug(1);
	usb_wait(SCANNER
		" scanner 1-2 0c2e:0967 19214B0217 'Honeywell Imaging & Mobility' 'N5600' <> "
		"assigned ; ");
	/* a core that comes back is told all again */
	core_leave();
	buf_reset(&it.usb);
	core_listen();
	usb_wait(SCANNER
		" scanner 1-2 0c2e:0967 19214B0217 'Honeywell Imaging & Mobility' 'N5600' <> "
		"assigned ; ");
	end();
}

static void test_the_core_hears_of_a_printer_that_speaks_nothing_known_here(void)
{
	begin();
	struct model *model = model_printer_model(it.printer);
	struct bytes before = model->descriptors.device;
	uint8_t device[18];

	check_int(before.len, sizeof(device));
	memcpy(device, before.data, sizeof(device));
	memcpy(device + 8, (const uint8_t[]) { 0x22, 0x09, 0x28, 0x00 }, 4); /* USB 2.0, 9.6.1 */
	table_unplug(1);
	table_unplug(2);
	model->descriptors.device = bytes_of(device, sizeof(device));
	table_plug(1, model);
	usb_wait("usb:0922:0028:99J1 printer 1-1 0922:0028 99J1 'Zebra Technologies' 'ZTC GK420d' "
		 "<none> a LabelWriter 5xx takes only rolls with a chip and speaks a protocol of "
		 "its own, which is not spoken here; ");
	check_int(table_record(1).opened, 0);
	table_unplug(1);
	model->descriptors.device = before;
	end();
}

static void test_the_core_hears_what_is_wrong_and_what_to_do(void)
{
	int other;

	begin();
	struct bus *bus = umock_begin(table.umock);

	check_int(bus_driver_disconnect(bus, 1, 0), 0);
	check_int(bus_claim(bus, 1, 0, &other), 0);
	umock_end(table.umock);
	devices_give();
	usb_wait(PRINTER
		" printer 1-1 0a5f:0080 99J1 'Zebra Technologies' 'ZTC GK420d' <zpl> assigned "
		"USB device '" PRINTER "' is held by another program: end the program that "
		"uses it: CUPS, the scanner's own software, a virtual machine; " SCANNER
		" scanner 1-2 0c2e:0967 19214B0217 'Honeywell Imaging & Mobility' 'N5600' <> "
		"assigned ; ");
	end();
}

static void test_a_label_is_printed_and_a_scan_beeps_when_the_core_says_so(void)
{
	enum model_hid_pos_sound sound;

	begin_assigned();
	print(7);
	table_wait("sent 1000; printed 1001; ");
	scan("900000100034");
	table_wait("scan 12 OTAwMDAwMTAwMDM0 usb; ");
	table_run(20);
	check_int(beeps(&sound), 0);
	ask(json_pack("{s:s, s:i, s:s}", "do", "feedback", "device_id", 12, "verdict", "stored"),
		NULL);
	check_int(beep_wait(1), HID_POS_SOUND_GOOD);
	ask(json_pack("{s:s, s:i, s:s}", "do", "feedback", "device_id", 12, "verdict", "stop"),
		NULL);
	check_int(beep_wait(2), HID_POS_SOUND_ERROR);
	end();
}

static void test_a_cable_pulled_in_a_label_is_reported_with_the_count(void)
{
	begin_assigned();
	size_t questions = 0;

	for (unsigned query = 0; query < PRINTER_QUERIES; query++)
		questions += printer_driver_zpl.query[query].len;
	/* a round may be under way: some questions more */
	table_fault(1, MODEL_PRINTER_OUT, BUS_FAULT_UNPLUG, 2 * questions + 3000);
	print(7);
	table_wait("unknown 1000; ");
	check_contains(table.evidence, "bytes; now: ");
	table_plug(1, model_printer_model(it.printer));
	table_wait("ok; ");
	print(8);
	table_wait("printed 1001; ");
	end();
}

static void test_scans_without_a_core_are_told_as_not_stored_and_come_later(void)
{
	begin_assigned();
	core_leave();
	table_run(20);
	scan("900000100034");
	check_int(beep_wait(1), HID_POS_SOUND_ERROR);
	core_listen();
	table_wait("scan 12 OTAwMDAwMTAwMDM0 usb told; ");
	end();
}

static void test_a_bench_that_ends_lets_go_and_types_nothing(void)
{
	static const int signals[] = { SIGTERM, SIGKILL };

	for (size_t i = 0; i < ARRAY_LEN(signals); i++) {
		begin_assigned();
		check_str(table_driver(2), "usbfs");
		check_int(bench_stop(signals[i]), i == 0 ? 0 : 128 + SIGKILL);
		table_wait_driver(2, NULL);
		table_wait_driver(1, NULL);
		/* what was scanned meanwhile is no scan of the next one */
		scan("900000100034");
		bench_start();
		table_wait("hello; ");
		devices_give();
		table_wait_for(all_is_here);
		table_run(3 * USB_STALE_SCANNER_MS);
		check(!strstr(buf_str(&table.told), "scan"));
		scan("900000100131");
		table_wait("scan 12 OTAwMDAwMTAwMTMx usb; ");
		end();
	}
}

static void test_it_ends_in_time_with_a_label_on_its_way(void)
{
	begin_assigned();
	(void)umock_begin(table.umock);
	model_printer_set_room(it.printer, 1000);
	umock_end(table.umock);
	print(7);
	table_run(100);
	check_int(bench_stop(SIGTERM), 0);
	end();
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_the_core_hears_what_is_plugged_in),
		CHECK_TEST(test_the_core_hears_of_a_printer_that_speaks_nothing_known_here),
		CHECK_TEST(test_the_core_hears_what_is_wrong_and_what_to_do),
		CHECK_TEST(test_a_label_is_printed_and_a_scan_beeps_when_the_core_says_so),
		CHECK_TEST(test_a_cable_pulled_in_a_label_is_reported_with_the_count),
		CHECK_TEST(test_scans_without_a_core_are_told_as_not_stored_and_come_later),
		CHECK_TEST(test_a_bench_that_ends_lets_go_and_types_nothing),
		CHECK_TEST(test_it_ends_in_time_with_a_label_on_its_way),
	};
	if (access("./specimend-bench", X_OK) != 0) {
		puts("specimend-bench is not built here");
		return 99;
	}
	return check_run("daemon/bench/usb/daemon", tests, ARRAY_LEN(tests));
}

#else

#include <stdio.h>

int main(void)
{
	puts("umockdev was not found by configure: skipped");
	return 77;
}

#endif
