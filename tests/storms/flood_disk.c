/* Keyboards, up to the disk: of a core of our own, or of the real service. */
#include "tests/storms/flood.h"

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
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "tests/storms/core.h"

#define DEVICE_FIRST 100
#define SERVICE_AHEAD 8u
/* of the journal: who started, its counter, device, code */
#define LINE "%s %010lld %03lld %s\n"
#define LINE_LEN (LINK_START_ID_LEN + 1 + 10 + 1 + 3 + 1 + STORM_CODE_LEN + 1)

static json_t *core_devices(void *arg)
{
	json_t *devices = json_array();

	(void)arg;
	for (unsigned i = 0; i < flood.scanners; i++) {
		char identity[64];

		flood_identity(i, identity, sizeof(identity));
		(void)json_array_append_new(
			devices, storm_device(DEVICE_FIRST + i, identity, flood.kind->protocol));
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
	int fd = open(flood.journal, O_WRONLY | O_CREAT | O_APPEND, 0600);
	struct err err = { 0 };
	struct loop *loop = loop_new(clock_mono_ms, &err);
	struct storm_core_setup setup = {
		.loop = loop,
		.path = flood.socket,
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
	return here == flood.scanners;
}

static unsigned long committed(void)
{
	struct stat journal;

	return stat(flood.journal, &journal) == 0 ? (unsigned long)journal.st_size / LINE_LEN : 0;
}

static bool all_acknowledged(void)
{
	return link_is_open(bench->link) && link_reports_kept(bench->link) == 0;
}

/* Each scanner's scans once, in their order, and no other: what the file says. */
static void journal_judge(void)
{
	FILE *journal = fopen(flood.journal, "r");
	char start_id[LINK_START_ID_LEN + 1];
	long long counter;
	long long device_id;
	long long last = 0;
	char code[STORM_CODE_LEN + 1];
	char wanted[STORM_CODE_LEN + 1];

	while (journal &&
		fscanf(journal, "%32s %lld %lld %12s", start_id, &counter, &device_id, code) == 4) {
		long long at = device_id - DEVICE_FIRST;
		bool is_ours = at >= 0 && at < flood.scanners && counter == ++last;

		if (is_ours)
			storm_code((unsigned)at, flood.flooders[at].taken++, wanted);
		flood.wrong += !is_ours || !str_equal(code, wanted);
	}
	if (!journal || fclose(journal) != 0)
		storm_fail("the journal cannot be read");
}

bool flood_disk(void)
{
	char start_id[LINK_START_ID_LEN + 1];
	struct err err = { 0 };
	pid_t core = fork(); /* before there are threads */

	if (core == 0)
		core_run();
	flood_begin();
	if (!link_start_id_make(start_id, &err))
		storm_fail("%s", err.message);
	bench = bench_new(&(struct bench_setup) {
		.loop = flood.loop,
		.core_path = flood.socket,
		.start_id = start_id,
		.core_uid = geteuid(),
		.has_usb = true,
	});
	flood_run(all_opened, flood_tick, all_acknowledged);
	int64_t end_us = storm_now_us();

	(void)kill(core, SIGKILL);
	(void)waitpid(core, NULL, 0);
	journal_judge();
	flood.begun_us += storm_now_us() - end_us; /* judging is not scanning */
	bool ok = flood_tell(committed(), "synced and acknowledged");

	printf("keyboards: the core took %.2f s of its processor\n",
		storm_processor_s(RUSAGE_CHILDREN));
	bench_free(bench);
	flood_end();
	(void)unlink(flood.journal);
	(void)unlink(flood.socket);
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

	for (unsigned i = 0; i < flood.scanners; i++) {
		char identity[64];

		flood_identity(i, identity, sizeof(identity));
		LIST_FOREACH (node, &bench->devices) {
			struct device *device = LIST_ITEM(node, struct device, node);

			if (!str_equal(device->entry.identity, identity))
				continue;
			flood.flooders[i].listed = device;
			here += scanner_is_here(device->scanner);
		}
	}
	return here == flood.scanners;
}

/* Whoever is in a scan ends it; the next begins when the database is not too far behind. */
static void service_tick(void *arg)
{
	unsigned long due = (unsigned long)((storm_now_us() - flood.begun_us) / 1000);

	(void)arg;
	for (; flood.ticks < due; flood.ticks++) {
		for (unsigned i = 0; i < flood.scanners; i++) {
			struct flooder *flooder = &flood.flooders[i];
			bool is_between = flooder->at == flooder->reports.len;

			if (!is_between || (flood.ticks < flood.reports &&
						   flooder->listed->unstored_count < SERVICE_AHEAD))
				flood_report_send(flooder, i);
		}
	}
}

static bool all_stored(void)
{
	for (unsigned i = 0; i < flood.scanners; i++) {
		if (flood.flooders[i].at < flood.flooders[i].reports.len)
			return false;
	}
	return flood.ticks >= flood.reports && all_acknowledged();
}

static void service_tell(void)
{
	const char *path = getenv("SPECIMEND_STORM_TOLD");
	AUTO(char_free) char *half = xasprintf("%s.half", path ? path : "");
	unsigned long scans = 0;

	for (unsigned i = 0; i < flood.scanners; i++)
		scans += flood.flooders[i].scans;
	FILE *file = path ? fopen(half, "w") : NULL;

	if (!file ||
		fprintf(file, "%lu %.2f %lu\n", scans,
			(double)(storm_now_us() - flood.begun_us) / 1e6,
			flood_usb_counts().lost) < 0 ||
		fclose(file) != 0 || rename(half, path) != 0)
		storm_fail("SPECIMEND_STORM_TOLD cannot be written");
}

int flood_service(const char *path)
{
	char start_id[LINK_START_ID_LEN + 1];
	struct config config;
	struct err err = { 0 };

	config_init(&config);
	if (!config_load(&config, path, &err) || !link_start_id_make(start_id, &err))
		storm_fail("%s", err.message);
	AUTO(char_free) char *socket = xasprintf("%s/core.sock", config.runtime_dir);

	flood_begin();
	bench = bench_new(&(struct bench_setup) {
		.loop = flood.loop,
		.core_path = socket,
		.start_id = start_id,
		.core_uid = geteuid(),
		.has_usb = true,
	});
	(void)loop_add_signal(flood.loop, SIGTERM, stop, flood.loop);
	flood_run(all_listed, service_tick, all_stored);
	service_tell();
	loop_run(flood.loop); /* what ends would be started again */
	bench_free(bench);
	flood_end();
	config_done(&config);
	return EXIT_SUCCESS;
}
