/*
 * 64 scanners, each with a report every millisecond, through the real bench over a libusb of the
 * test's own (flood_usb.h).
 *
 *   flood keyboards   26 reports a scan; a core in another process writes what it is told to a file
 *                     and syncs it before it acknowledges. What is in the file is what was scanned
 *   flood hid_pos     a report a scan, up to the decoder
 *   flood --config FILE   in the place of specimend-bench below the real service (service.sh): as
 *                     keyboards, each never more than SERVICE_AHEAD scans ahead of the database;
 * then writes to the file SPECIMEND_STORM_TOLD how many they were and how long it took
 *
 * SPECIMEND_STORM_SECONDS (10), SPECIMEND_STORM_SCANNERS (64).
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/base/auto.h"
#include "daemon/base/clock.h"
#include "daemon/base/config.h"
#include "daemon/base/log.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "daemon/bench/inside.h"
#include "tests/storms/core.h"
#include "tests/storms/flood_usb.h"
#include "tests/storms/storm.h"
#include "tests/usb/model_hid_pos.h"
#include "tests/usb/model_keyboard.h"
#include "tests/usb/umock.h"

#define REST_MS 60000 /* until what was scanned is where it belongs; then it hangs */
#define DEVICE_FIRST 100
#define SERVICE_AHEAD 8u
/* of the journal: who started, its counter, device, code */
#define LINE "%s %010lld %03lld %s\n"
#define LINE_LEN (LINK_START_ID_LEN + 1 + 10 + 1 + 3 + 1 + STORM_CODE_LEN + 1)

/* What differs between the two floods. */
struct kind {
	const char *name;
	const char *protocol;
	size_t report_len;
	struct model *(*model_new)(const char *serial);
	void (*type)(struct model *typist, const char *code); /* leaves its reports in the model */
	uint8_t endpoint;
	const char *identity; /* a serial number or a port follows */
	bool has_serial;
};

struct flooder {
	struct flood_device *device;
	struct model *model;
	char serial[16];
	struct buf reports; /* of the scan that it is sending */
	size_t at;
	unsigned long scans; /* begun */
	unsigned long taken; /* by the decoder, in order */
	struct scanner *scanner;
	struct device *listed; /* the bench's */
};

static struct {
	const struct kind *kind;
	unsigned scanners;
	unsigned long reports; /* of each, in all */
	char dir[64];
	char journal[96];
	char socket[96];
	struct umock *umock;
	struct loop *loop;
	struct flooder flooders[FLOOD_DEVICES_MAX];
	unsigned long ticks;
	int64_t begun_us;
	int64_t here_ms;
	unsigned long wrong;
	unsigned here;
} it;

static struct model *keyboard_new(const char *serial)
{
	(void)serial;
	return &model_scanning_keyboard_new()->model;
}

static struct model *hid_pos_new(const char *serial)
{
	return model_hid_pos_model(model_hid_pos_new(HID_POS_HONEYWELL, serial));
}

static void keyboard_type(struct model *typist, const char *code)
{
	if (!model_keyboard_type((struct model_keyboard *)(void *)typist, code))
		storm_fail("a keyboard does not type");
}

static void hid_pos_type(struct model *typist, const char *code)
{
	struct err err = { 0 };

	if (!model_hid_pos_scan(
		    (struct model_hid_pos *)(void *)typist, bytes_of_str(code), "]C0", &err))
		storm_fail("%s", err.message);
}

static const struct kind kinds[] = {
	{ "keyboards", "keyboard", MODEL_KEYBOARD_REPORT_LEN, keyboard_new, keyboard_type,
		MODEL_KEYBOARD_IN, "usb:0581:020c@1-", false },
	{ "hid_pos", "hid_pos", 64, hid_pos_new, hid_pos_type, 0x82, "usb:0c2e:0967:", true },
};

/* --- the scanners -------------------------------------------------------------- */

static void identity_text(unsigned number, char *out, size_t room)
{
	if (it.kind->has_serial)
		(void)snprintf(out, room, "%s%s", it.kind->identity, it.flooders[number].serial);
	else
		(void)snprintf(out, room, "%s%u", it.kind->identity, number + 1);
}

/* One for all: they only differ by what they send. */
static struct model *typist;

static void scan_begin(struct flooder *flooder, unsigned number)
{
	char code[STORM_CODE_LEN + 1];

	storm_code(number, flooder->scans++, code);
	it.kind->type(typist, code);
	buf_reset(&flooder->reports);
	flooder->at = 0;
	for (struct model_piece *piece = model_in_peek(typist, it.kind->endpoint); piece;
		piece = model_in_peek(typist, it.kind->endpoint)) {
		buf_add(&flooder->reports, buf_bytes(&piece->bytes));
		model_in_remove(typist, it.kind->endpoint, piece);
	}
}

/* The last scan is whole. */
static void report_send(struct flooder *flooder, unsigned number)
{
	if (flooder->at == flooder->reports.len)
		scan_begin(flooder, number);
	flood_usb_report(flooder->device,
		bytes_of(flooder->reports.data + flooder->at, it.kind->report_len));
	flooder->at += it.kind->report_len;
}

/* What this pass came too late for comes at once. */
static void tick(void *arg)
{
	unsigned long due = (unsigned long)((storm_now_us() - it.begun_us) / 1000);

	(void)arg;
	for (; it.ticks < due && it.ticks < it.reports; it.ticks++) {
		for (unsigned i = 0; i < it.scanners; i++)
			report_send(&it.flooders[i], i);
	}
}

static void scanners_begin(void)
{
	struct err err = { 0 };

	typist = it.kind->model_new("");
	it.umock = umock_new(&(struct umock_options) { .ports = it.scanners }, &err);
	if (!it.umock)
		storm_fail("%s", err.message);
	it.loop = loop_new(clock_mono_ms, &err);
	if (!it.loop)
		storm_fail("%s", err.message);
	for (unsigned i = 0; i < it.scanners; i++) {
		struct flooder *flooder = &it.flooders[i];

		flooder->model = it.kind->model_new(flooder->serial);
		if (!umock_plug(it.umock, i + 1, flooder->model, &err))
			storm_fail("%s", err.message);
		flooder->device =
			flood_usb_add(flooder->model, bus_address(umock_begin(it.umock), i + 1));
		umock_end(it.umock);
	}
}

static void scanners_end(void)
{
	loop_free(it.loop);
	umock_free(it.umock);
	for (unsigned i = 0; i < it.scanners; i++) {
		model_free(it.flooders[i].model);
		buf_done(&it.flooders[i].reports);
	}
	model_free(typist);
	flood_usb_end();
}

/* All scanners are listened to: the storm begins. Passes until is_over, or it hangs. */
static void storm(bool (*is_here)(void), loop_fn on_tick, bool (*is_over)(void))
{
	storm_step_until(it.loop, is_here, REST_MS);
	int64_t end_ms = clock_mono_ms() + USB_STALE_MAX_MS;

	while (clock_mono_ms() < end_ms)
		loop_step(it.loop, 10);
	it.begun_us = storm_now_us();
	struct loop_handle *timer = loop_add_timer(it.loop, 1, 1, on_tick, NULL);

	while (it.ticks < it.reports)
		loop_step(it.loop, 10);
	storm_step_until(it.loop, is_over, REST_MS);
	loop_remove(timer);
}

/* What the run came to; false when something was lost. */
static bool flood_tell(unsigned long whole, const char *where)
{
	struct flood_counts counts = flood_usb_counts();
	double seconds = (double)(storm_now_us() - it.begun_us) / 1e6;
	unsigned long wanted = 0;

	for (unsigned i = 0; i < it.scanners; i++)
		wanted += it.flooders[i].scans;
	printf("%s: %u scanners, %lu reports (%.0f/s), %lu scans, %lu %s (%.0f/s) in %.2f s; %lu "
	       "lost in "
	       "scanners, at most %u reports waited in one; %lu wrong; processor %.2f s\n",
		it.kind->name, it.scanners, counts.reports, (double)counts.reports / seconds,
		wanted, whole, where, (double)whole / seconds, seconds, counts.lost, counts.deepest,
		it.wrong, storm_processor_s(RUSAGE_SELF));
	return wanted > 0 && whole == wanted && counts.lost == 0 && it.wrong == 0;
}

/* --- HID POS, up to the decoder --------------------------------------------------- */

static void on_here(void *arg, bool here)
{
	(void)arg;
	it.here += here ? 1 : 0;
	it.wrong += !here;
}

static void on_scan(void *arg, const struct scan *scan, const struct scanner_evidence *evidence)
{
	struct flooder *flooder = arg;
	char code[STORM_CODE_LEN + 1];

	storm_code((unsigned)(flooder - it.flooders), flooder->taken, code);
	if (bytes_equal(scan->raw, bytes_of_str(code)) && evidence->report_count == 1)
		flooder->taken++;
	else
		it.wrong++;
}

static void on_broken(void *arg, const char *why)
{
	(void)arg;
	fprintf(stderr, "broken: %s\n", why);
	it.wrong++;
}

static bool all_here(void)
{
	return it.here == it.scanners;
}

static unsigned long taken(void)
{
	unsigned long sum = 0;

	for (unsigned i = 0; i < it.scanners; i++)
		sum += it.flooders[i].taken;
	return sum;
}

static bool all_taken(void)
{
	unsigned long scans = 0;

	for (unsigned i = 0; i < it.scanners; i++)
		scans += it.flooders[i].scans;
	return it.wrong > 0 || taken() + flood_usb_counts().lost >= scans;
}

static void on_changed(void *arg)
{
	(void)arg;
}

static void on_trouble(void *arg, const struct err *err)
{
	(void)arg;
	storm_fail("%s", err->message);
}

static bool decoder_flood(void)
{
	static const struct scanner_events events = { on_here, on_scan, on_broken };
	static const struct usb_events usb_events = { on_changed, on_trouble };
	struct err err = { 0 };

	scanners_begin();
	struct usb *usb = usb_new(it.loop, &usb_events, NULL);

	for (unsigned i = 0; i < it.scanners; i++) {
		char identity[64];
		struct scanner_setup setup = {
			.loop = it.loop,
			.identity = identity,
			.transport = &transport_usb_scanner,
			.usb = usb,
			.driver = scanner_driver_find(it.kind->protocol),
			.events = &events,
			.arg = &it.flooders[i],
		};

		identity_text(i, identity, sizeof(identity));
		it.flooders[i].scanner = scanner_new(&setup, &err);
		if (!it.flooders[i].scanner)
			storm_fail("%s", err.message);
	}
	storm(all_here, tick, all_taken);
	bool ok = flood_tell(taken(), "decoded");

	for (unsigned i = 0; i < it.scanners; i++)
		scanner_free(it.flooders[i].scanner);
	usb_free(usb);
	scanners_end();
	return ok;
}

/* --- keyboards, up to the disk ------------------------------------------------------- */

static json_t *core_devices(void *arg)
{
	json_t *devices = json_array();

	(void)arg;
	for (unsigned i = 0; i < it.scanners; i++) {
		char identity[64];

		identity_text(i, identity, sizeof(identity));
		(void)json_array_append_new(
			devices, storm_device(DEVICE_FIRST + i, identity, it.kind->protocol));
	}
	return devices;
}

static void core_here(void *arg, int64_t device_id, bool here)
{
	(void)arg;
	(void)device_id;
	(void)here;
}

static void core_commit(void *arg, const struct storm_scan *scans, size_t count)
{
	int fd = *(int *)arg;
	AUTO_BUF lines = { 0 };

	for (size_t i = 0; i < count; i++)
		buf_addf(&lines, LINE, scans[i].start_id, (long long)scans[i].counter,
			(long long)scans[i].device_id, scans[i].raw);
	if (write(fd, lines.data, lines.len) != (ssize_t)lines.len || fdatasync(fd) != 0)
		storm_fail("the journal cannot be written");
}

static void core_run(void)
{
	static const struct storm_core_events events = { core_devices, core_here, core_commit };
	int fd = open(it.journal, O_WRONLY | O_CREAT | O_APPEND, 0600);
	struct err err = { 0 };
	struct loop *loop = loop_new(clock_mono_ms, &err);
	struct storm_core_setup setup = {
		.loop = loop,
		.path = it.socket,
		.events = &events,
		.arg = &fd,
	};

	if (!loop || fd < 0 || !storm_core_new(&setup, &err))
		storm_fail("%s", err.message);
	loop_run(loop);
}

static struct bench *bench;

static bool all_opened(void)
{
	unsigned here = 0;

	LIST_FOREACH (node, &bench->devices)
		here += scanner_is_here(LIST_ITEM(node, struct device, node)->scanner);
	return here == it.scanners;
}

static unsigned long committed(void)
{
	struct stat journal;

	return stat(it.journal, &journal) == 0 ? (unsigned long)journal.st_size / LINE_LEN : 0;
}

static bool all_acknowledged(void)
{
	return link_is_open(bench->link) && link_reports_kept(bench->link) == 0;
}

/* Each scanner's scans once, in their order, and no other: what the file says. */
static void journal_judge(void)
{
	FILE *journal = fopen(it.journal, "r");
	char start_id[LINK_START_ID_LEN + 1];
	long long counter;
	long long device_id;
	long long last = 0;
	char code[STORM_CODE_LEN + 1];
	char wanted[STORM_CODE_LEN + 1];

	while (journal &&
		fscanf(journal, "%32s %lld %lld %12s", start_id, &counter, &device_id, code) == 4) {
		long long at = device_id - DEVICE_FIRST;
		bool is_ours = at >= 0 && at < it.scanners && counter == ++last;

		if (is_ours)
			storm_code((unsigned)at, it.flooders[at].taken++, wanted);
		it.wrong += !is_ours || !str_equal(code, wanted);
	}
	if (!journal || fclose(journal) != 0)
		storm_fail("the journal cannot be read");
}

static bool commit_flood(void)
{
	char start_id[LINK_START_ID_LEN + 1];
	struct err err = { 0 };
	pid_t core = fork(); /* before there are threads */

	if (core == 0)
		core_run();
	scanners_begin();
	if (!link_start_id_make(start_id, &err))
		storm_fail("%s", err.message);
	bench = bench_new(&(struct bench_setup) {
		.loop = it.loop,
		.core_path = it.socket,
		.start_id = start_id,
		.core_uid = geteuid(),
		.has_usb = true,
	});
	storm(all_opened, tick, all_acknowledged);
	int64_t end_us = storm_now_us();

	(void)kill(core, SIGKILL);
	(void)waitpid(core, NULL, 0);
	journal_judge();
	it.begun_us += storm_now_us() - end_us; /* judging is not scanning */
	bool ok = flood_tell(committed(), "synced and acknowledged");

	printf("keyboards: the core took %.2f s of its processor\n",
		storm_processor_s(RUSAGE_CHILDREN));
	bench_free(bench);
	scanners_end();
	(void)unlink(it.journal);
	(void)unlink(it.socket);
	return ok;
}

/* --- the real service ------------------------------------------------------------------ */

static void stop(void *arg, int signo)
{
	(void)signo;
	loop_stop(arg);
}

/* The service has given its list, and all of ours are open. */
static bool all_listed(void)
{
	unsigned here = 0;

	for (unsigned i = 0; i < it.scanners; i++) {
		char identity[64];

		identity_text(i, identity, sizeof(identity));
		LIST_FOREACH (node, &bench->devices) {
			struct device *device = LIST_ITEM(node, struct device, node);

			if (!str_equal(device->entry.identity, identity))
				continue;
			it.flooders[i].listed = device;
			here += scanner_is_here(device->scanner);
		}
	}
	return here == it.scanners;
}

/* Whoever is in a scan ends it; the next begins when the database is not too far behind. */
static void service_tick(void *arg)
{
	unsigned long due = (unsigned long)((storm_now_us() - it.begun_us) / 1000);

	(void)arg;
	for (; it.ticks < due; it.ticks++) {
		for (unsigned i = 0; i < it.scanners; i++) {
			struct flooder *flooder = &it.flooders[i];
			bool is_between = flooder->at == flooder->reports.len;

			if (!is_between || (it.ticks < it.reports &&
						   flooder->listed->unstored_count < SERVICE_AHEAD))
				report_send(flooder, i);
		}
	}
}

static bool all_stored(void)
{
	for (unsigned i = 0; i < it.scanners; i++) {
		if (it.flooders[i].at < it.flooders[i].reports.len)
			return false;
	}
	return it.ticks >= it.reports && all_acknowledged();
}

static void service_tell(void)
{
	const char *path = getenv("SPECIMEND_STORM_TOLD");
	AUTO(char_free) char *half = xasprintf("%s.half", path ? path : "");
	unsigned long scans = 0;

	for (unsigned i = 0; i < it.scanners; i++)
		scans += it.flooders[i].scans;
	FILE *file = path ? fopen(half, "w") : NULL;

	if (!file ||
		fprintf(file, "%lu %.2f %lu\n", scans, (double)(storm_now_us() - it.begun_us) / 1e6,
			flood_usb_counts().lost) < 0 ||
		fclose(file) != 0 || rename(half, path) != 0)
		storm_fail("SPECIMEND_STORM_TOLD cannot be written");
}

static int service_flood(const char *path)
{
	char start_id[LINK_START_ID_LEN + 1];
	struct config config;
	struct err err = { 0 };

	config_init(&config);
	if (!config_load(&config, path, &err) || !link_start_id_make(start_id, &err))
		storm_fail("%s", err.message);
	AUTO(char_free) char *socket = xasprintf("%s/core.sock", config.runtime_dir);

	scanners_begin();
	bench = bench_new(&(struct bench_setup) {
		.loop = it.loop,
		.core_path = socket,
		.start_id = start_id,
		.core_uid = geteuid(),
		.has_usb = true,
	});
	(void)loop_add_signal(it.loop, SIGTERM, stop, it.loop);
	storm(all_listed, service_tick, all_stored);
	service_tell();
	loop_run(it.loop); /* what ends would be started again */
	bench_free(bench);
	scanners_end();
	config_done(&config);
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	unsigned long seconds = storm_number("SPECIMEND_STORM_SECONDS", 10, 3600);

	bool is_bench = argc == 3 && str_equal(argv[1], "--config");

	for (size_t i = 0; argc == 2 && i < ARRAY_LEN(kinds); i++) {
		if (str_equal(argv[1], kinds[i].name))
			it.kind = &kinds[i];
	}
	it.kind = is_bench ? &kinds[0] : it.kind;
	if (!it.kind)
		storm_fail("usage: flood keyboards | flood hid_pos | flood --config FILE");
	log_set_level((enum log_level)0);
	it.scanners = (unsigned)storm_number("SPECIMEND_STORM_SCANNERS", 64, FLOOD_DEVICES_MAX);
	/* whole scans */
	it.reports = seconds * 1000;
	if (!it.kind->has_serial)
		it.reports -= it.reports % (2 * (STORM_CODE_LEN + 1));
	for (unsigned i = 0; i < it.scanners; i++)
		(void)snprintf(
			it.flooders[i].serial, sizeof(it.flooders[i].serial), "F%02u", i + 1);
	if (is_bench)
		return service_flood(argv[2]);
	storm_dir_make(it.dir, sizeof(it.dir));
	(void)snprintf(it.journal, sizeof(it.journal), "%s/journal", it.dir);
	(void)snprintf(it.socket, sizeof(it.socket), "%s/core.sock", it.dir);
	bool ok = it.kind->has_serial ? decoder_flood() : commit_flood();

	(void)rmdir(it.dir);
	return storm_end(ok);
}
