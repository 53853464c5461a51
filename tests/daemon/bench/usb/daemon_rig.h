/* specimend-bench as another process on the fake bus (table.h), and a core that it speaks to. */
#ifndef SPECIMEND_TESTS_BENCH_USB_DAEMON_RIG_H
#define SPECIMEND_TESTS_BENCH_USB_DAEMON_RIG_H

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
#define HEARD_MS                                                                                 \
	(10 * USB_STALE_SCANNER_MS) /* by then a scanner is listened to, however busy it is here \
				     */
#define STOP_MS 2000                /* contrib/CONTRACTS.md 1 */

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
	struct buf usb;                       /* the last notice usb_devices */
	char bench_id[LINK_START_ID_LEN + 1]; /* of the last bench that said hello */
	long long scan;                       /* counter of the last scan that it reported */
	bool is_answered;
	struct err refused;
} it;

/* --- the core */

static inline long long number(const json_t *body, const char *key)
{
	return (long long)json_integer_value(json_object_get(body, key));
}

static inline const char *text(const json_t *body, const char *key)
{
	const char *value = json_string_value(json_object_get(body, key));

	return value ? value : "";
}

static inline void on_hello(struct link *link, json_t *hello, void *arg)
{
	(void)arg;
	it.link = link;
	(void)str_copy(it.bench_id, sizeof(it.bench_id), text(hello, "start_id"));
	buf_add_str(&table.told, "hello; ");
}

static inline void faults_note(json_t *body)
{
	const char *fault;
	json_t *count;

	buf_addf(&table.told, "faults %lld", number(body, "device_id"));
	json_object_foreach (json_object_get(body, "faults"), fault, count)
		buf_addf(&table.told, " %s %lld", fault, (long long)json_integer_value(count));
	buf_add_str(&table.told, "; ");
}

static inline void on_report(struct link *link, uint64_t id, json_t *body, void *arg)
{
	(void)arg;
	if (str_equal(text(body, "what"), "scan"))
		it.scan = number(json_object_get(body, "scan"), "counter");
	if (str_equal(text(body, "what"), "scan"))
		buf_addf(&table.told, "scan %lld %s %s %s%s; ", number(body, "device_id"),
			text(body, "raw"), text(json_object_get(body, "evidence"), "transport"),
			text(json_object_get(body, "evidence"), "driver"),
			json_is_true(json_object_get(body, "told")) ? " told" : "");
	else if (str_equal(text(body, "what"), "device_faults"))
		faults_note(body);
	else
		buf_addf(&table.told, "%s %lld; ", text(body, "state"), number(body, "counter"));
	snprintf(table.evidence, sizeof(table.evidence), "%s", text(body, "evidence"));
	link_ack(link, id);
}

static inline void usb_note(const json_t *devices)
{
	size_t i;
	json_t *device;

	buf_reset(&it.usb);
	json_array_foreach (devices, i, device)
		buf_addf(&it.usb, "%s %s %s %s:%s %s '%s' '%s' <%s%s>%s%s %s; ",
			text(device, "identity"), text(device, "kind"), text(device, "path"),
			text(device, "vendor"), text(device, "product"), text(device, "serial"),
			text(device, "maker"), text(device, "model"), text(device, "language"),
			text(device, "protocols"),
			json_is_true(json_object_get(device, "assigned")) ? " assigned" : "",
			json_is_true(json_object_get(device, "used")) ? " used" : "",
			text(device, "problem"));
}

static inline void on_notice(
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

static inline void on_closed(struct link *link, void *arg)
{
	(void)link;
	(void)arg;
	it.link = NULL;
}

static inline void core_listen(void)
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

static inline void core_leave(void)
{
	link_listener_free(it.listener);
	it.listener = NULL;
	it.link = NULL;
}

static inline void on_reply(
	void *arg, const struct err *err, json_t *body, const struct link_payloads *payloads)
{
	(void)arg;
	(void)body;
	(void)payloads;
	it.is_answered = true;
	it.refused = err ? *err : (struct err) { 0 };
}

static inline bool is_answered(void)
{
	return it.is_answered;
}

/* Takes body; it.refused says whether it was done. */
static inline void try(json_t *body, const struct link_payloads *payloads)
{
	AUTO(json_decref) json_t *owned = body;

	it.is_answered = false;
	check(it.link != NULL);
	if (!it.link)
		return;
	(void)link_request(it.link, owned, payloads, table.wait_ms, on_reply, NULL);
	table_wait_for(is_answered);
}

/* The same, and it is done. */
static inline void ask(json_t *body, const struct link_payloads *payloads)
{
	try(body, payloads);
	check_ok(it.refused.code == ERR_NONE, &it.refused);
}

/* --- the bench */

static inline void bench_start(void)
{
	it.bench = fork();
	if (it.bench != 0)
		return;
	(void)setenv("LD_PRELOAD", umock_preload(), 1);
	(void)setenv("ASAN_OPTIONS", "verify_asan_link_order=0", 1);
	if (!freopen(it.log, "a", stderr))
		_exit(125);
	execl("./specimend-bench", "specimend-bench", "--config", it.config, (char *)NULL);
	_exit(126);
}

/* Its exit status, or 128 and the signal. */
static inline int bench_stop(int signo)
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

static inline void file_write(const char *path, const char *words)
{
	FILE *file = fopen(path, "w");

	check(file != NULL);
	check(fputs(words, file) >= 0);
	check_int(fclose(file), 0);
}

static inline void begin(void)
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

static inline void end(void)
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

static inline void devices_give(void)
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

static inline bool all_is_here(void)
{
	const char *told = buf_str(&table.told);

	return strstr(told, "here 11; ") && strstr(told, "here 12; ") && strstr(told, "ok; ");
}

static inline void begin_assigned(void)
{
	begin();
	devices_give();
	table_wait_for(all_is_here);
	table_run(HEARD_MS);
	buf_reset(&table.told);
}

static inline void print(int64_t job)
{
	AUTO_BUF label = { 0 };

	table_label(6000, &label);
	struct link_payloads payloads = { .count = 1, .items = { { "bytes", buf_bytes(&label) } } };

	ask(json_pack("{s:s, s:i, s:I}", "do", "print", "device_id", 11, "print_job_id",
		    (json_int_t)job),
		&payloads);
}

static inline void scan(const char *code)
{
	struct err err = { 0 };

	(void)umock_begin(table.umock);
	check_ok(model_hid_pos_scan(it.scanner, bytes_of_str(code), "]C0", &err), &err);
	umock_end(table.umock);
}

static inline size_t beeps(enum model_hid_pos_sound *out_last)
{
	(void)umock_begin(table.umock);
	size_t count = model_hid_pos_beep_count(it.scanner);

	if (count > 0)
		*out_last = model_hid_pos_beep(it.scanner, count - 1)->sound;
	umock_end(table.umock);
	return count;
}

static size_t beeps_wanted;

static inline bool is_beeped(void)
{
	enum model_hid_pos_sound sound;

	return beeps(&sound) >= beeps_wanted;
}

static inline enum model_hid_pos_sound beep_wait(size_t count)
{
	enum model_hid_pos_sound sound = HID_POS_SOUND_NONE;

	beeps_wanted = count;
	table_wait_for(is_beeped);
	check_int(beeps(&sound), count);
	return sound;
}

static const char *usb_wanted;

static inline bool is_usb_wanted(void)
{
	return str_equal(buf_str(&it.usb), usb_wanted);
}

static inline void usb_wait(const char *wanted)
{
	usb_wanted = wanted;
	table_wait_for(is_usb_wanted);
	check_str(buf_str(&it.usb), wanted);
}

#endif
