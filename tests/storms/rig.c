/* The bus, the benches' processes, the scanners. */
#include "tests/storms/rig.h"

#include <assert.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/base/str.h"
#include "tests/usb/model_hid_pos.h"
#include "tests/usb/model_keyboard.h"
#include "tests/usb/model_line.h"

#define DEVICE_FIRST 100

struct rig rig;

/* --- kinds ------------------------------------------------------------------------ */

static struct model *honeywell_new(const char *serial)
{
	return model_hid_pos_model(model_hid_pos_new(HID_POS_HONEYWELL, serial));
}

static struct model *guide_new(const char *serial)
{
	return model_hid_pos_model(model_hid_pos_new(HID_POS_GUIDE, serial));
}

static struct model *shifted_new(const char *serial)
{
	return model_hid_pos_model(model_hid_pos_new(HID_POS_SHIFTED, serial));
}

static bool hid_pos_read(struct model *model, const char *code)
{
	struct err err = { 0 };

	return model_hid_pos_scan(
		(struct model_hid_pos *)(void *)model, bytes_of_str(code), "]C0", &err);
}

static size_t hid_pos_sounds(const struct model *model, bool *out_last_is_good)
{
	const struct model_hid_pos *scanner = (const void *)model;
	size_t count = model_hid_pos_beep_count(scanner);
	const struct model_hid_pos_beep *last =
		count > 0 ? model_hid_pos_beep(scanner, count - 1) : NULL;

	*out_last_is_good = last && last->sound == HID_POS_SOUND_GOOD;
	return count;
}

static struct model *keyboard_new(const char *serial)
{
	(void)serial; /* it has none */
	return &model_scanning_keyboard_new()->model;
}

static bool keyboard_read(struct model *model, const char *code)
{
	return model_keyboard_type((struct model_keyboard *)(void *)model, code);
}

static struct model *line_new(const char *serial)
{
	return &model_line_new(serial)->model;
}

static bool line_read(struct model *model, const char *code)
{
	AUTO_BUF text = { 0 };

	buf_addf(&text, "%s\r", code);
	return model_line_say((struct model_line *)(void *)model, buf_bytes(&text));
}

#define KEYS (2 * (STORM_CODE_LEN + 1))

const struct point_kind point_kinds[] = {
	{ "HID POS, Honeywell", "hid_pos", "usb:0c2e:0967:", true, honeywell_new, hid_pos_read,
		0x82, 1, 64, hid_pos_sounds },
	{ "keyboard", "keyboard", "usb:0581:020c@1-", false, keyboard_new, keyboard_read,
		MODEL_KEYBOARD_IN, KEYS, KEYS *MODEL_KEYBOARD_REPORT_LEN, NULL },
	{ "HID POS, guide", "hid_pos", "usb:0536:0907:", true, guide_new, hid_pos_read, 0x81, 1, 64,
		hid_pos_sounds },
	{ "line", "serial", "usb:05e0:1701:", true, line_new, line_read, MODEL_LINE_IN, 1,
		STORM_CODE_LEN + 1, NULL },
	{ "HID POS, shifted", "hid_pos", "usb:05e0:1200:", true, shifted_new, hid_pos_read, 0x81, 1,
		64, hid_pos_sounds },
};
const size_t point_kind_count = ARRAY_LEN(point_kinds);

/* --- the cores --------------------------------------------------------------------- */

static unsigned per_bench(void)
{
	return rig.point_count / rig.bench_count;
}

static void identity_text(const struct point *point, char *out, size_t room)
{
	if (point->kind->has_serial)
		(void)snprintf(out, room, "%s%s", point->kind->identity, point->serial);
	else
		(void)snprintf(out, room, "%s%u", point->kind->identity, point->number + 1);
}

static json_t *core_devices(void *arg)
{
	unsigned bench = *(unsigned *)arg;
	json_t *devices = json_array();

	for (unsigned i = 0; i < per_bench(); i++) {
		const struct point *point = &rig.points[bench * per_bench() + i];
		char identity[64];

		identity_text(point, identity, sizeof(identity));
		(void)json_array_append_new(devices, storm_device(DEVICE_FIRST + point->number,
							     identity, point->kind->protocol));
	}
	return devices;
}

static struct point *point_of(int64_t device_id)
{
	int64_t at = device_id - DEVICE_FIRST;

	if (at < 0 || at >= rig.point_count)
		storm_fail("device %lld is told of, and there is none", (long long)device_id);
	return &rig.points[at];
}

static void core_here(void *arg, int64_t device_id, bool here)
{
	struct point *point = point_of(device_id);

	(void)arg;
	point->is_here = here;
	rig.events->here(point, here);
}

static void core_commit(void *arg, const struct storm_scan *scans, size_t count)
{
	(void)arg;
	for (size_t i = 0; i < count; i++)
		rig.events->scan(point_of(scans[i].device_id), &scans[i]);
}

/* --- its life ------------------------------------------------------------------------ */

static void config_write(const char *dir)
{
	char path[160];

	(void)snprintf(path, sizeof(path), "%s/conf", dir);
	FILE *file = fopen(path, "w");

	if (!file || fprintf(file, "runtime_dir = %s\n", dir) < 0 || fclose(file) != 0)
		storm_fail("'%s' cannot be written", path);
}

static void bench_make(unsigned number, bool has_verdicts)
{
	static const struct storm_core_events events = { core_devices, core_here, core_commit };
	static unsigned numbers[RIG_BENCHES_MAX];
	struct err err = { 0 };

	numbers[number] = number;
	(void)snprintf(
		rig.benches[number].dir, sizeof(rig.benches[number].dir), "%s/%u", rig.dir, number);
	(void)snprintf(rig.benches[number].socket, sizeof(rig.benches[number].socket),
		"%s/core.sock", rig.benches[number].dir);
	if (mkdir(rig.benches[number].dir, 0700) != 0)
		storm_fail("no directory '%s'", rig.benches[number].dir);
	config_write(rig.benches[number].dir);
	rig.benches[number].core = storm_core_new(
		&(struct storm_core_setup) {
			.loop = rig.loop,
			.path = rig.benches[number].socket,
			.has_verdicts = has_verdicts,
			.events = &events,
			.arg = &numbers[number],
		},
		&err);
	if (!rig.benches[number].core)
		storm_fail("%s", err.message);
}

static void point_make(unsigned number, const struct point_kind *kind)
{
	struct point *point = &rig.points[number];

	point->number = number;
	point->kind = kind ? kind : &point_kinds[number % point_kind_count];
	(void)snprintf(point->serial, sizeof(point->serial), "S%02u", number);
	point->model = point->kind->model_new(point->serial);
}

void rig_begin(const struct rig_setup *setup)
{
	struct err err = { 0 };

	assert(setup->points <= RIG_POINTS_MAX && setup->benches <= RIG_BENCHES_MAX);
	assert(setup->points % setup->benches == 0);
	log_set_level((enum log_level)0);
	storm_dir_make(rig.dir, sizeof(rig.dir));
	rig.point_count = setup->points;
	rig.bench_count = setup->benches;
	rig.events = setup->events;
	rig.umock = umock_new(&(struct umock_options) { .ports = setup->points }, &err);
	if (!rig.umock)
		storm_fail("%s", err.message);
	rig.loop = loop_new(clock_mono_ms, &err);
	if (!rig.loop)
		storm_fail("%s", err.message);
	for (unsigned i = 0; i < setup->points; i++)
		point_make(i, setup->kind);
	for (unsigned i = 0; i < setup->benches; i++)
		bench_make(i, setup->has_verdicts);
}

static void bench_unmake(unsigned number)
{
	static const char *const files[] = { "conf", "log", "core.sock" };
	char path[160];

	storm_core_free(rig.benches[number].core);
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", rig.benches[number].dir, files[i]);
		(void)unlink(path);
	}
	(void)rmdir(rig.benches[number].dir);
}

void rig_end(void)
{
	for (unsigned i = 0; i < rig.bench_count; i++)
		bench_unmake(i);
	(void)rmdir(rig.dir);
	loop_free(rig.loop);
	umock_free(rig.umock);
	for (unsigned i = 0; i < rig.point_count; i++)
		model_free(rig.points[i].model);
}

/* --- benches -------------------------------------------------------------------------- */

void rig_bench_start(unsigned bench)
{
	char config[160];
	char log[160];

	(void)snprintf(config, sizeof(config), "%s/conf", rig.benches[bench].dir);
	(void)snprintf(log, sizeof(log), "%s/log", rig.benches[bench].dir);
	rig.benches[bench].pid = fork();
	if (rig.benches[bench].pid != 0)
		return;
	(void)setenv("LD_PRELOAD", umock_preload(), 1);
	(void)setenv("ASAN_OPTIONS", "verify_asan_link_order=0:quarantine_size_mb=1", 1);
	if (!freopen(log, "a", stderr))
		_exit(125);
	execl("./specimend-bench", "specimend-bench", "--config", config, (char *)NULL);
	_exit(126);
}

static bool is_claimed(void)
{
	bool claimed = false;
	struct bus *bus = umock_begin(rig.umock);

	for (unsigned port = 1; port <= rig.point_count; port++)
		claimed |= str_equal(bus_driver(bus, port, 0), "usbfs");
	umock_end(rig.umock);
	return claimed;
}

static bool is_free(void)
{
	return !is_claimed();
}

void rig_bench_shoot(unsigned bench)
{
	(void)kill(rig.benches[bench].pid, SIGKILL);
}

void rig_bench_kill(unsigned bench)
{
	rig_bench_shoot(bench);
	(void)waitpid(rig.benches[bench].pid, NULL, 0);
	rig.benches[bench].pid = 0;
	for (unsigned i = 0; i < per_bench(); i++)
		rig.points[bench * per_bench() + i].is_here = false;
	/* umockdev hears of it a little later than a kernel */
	rig_wait(is_free);
}

/* What it had to say when it did not end well. */
static void log_show(unsigned bench)
{
	char path[160];
	char line[256];

	(void)snprintf(path, sizeof(path), "%s/log", rig.benches[bench].dir);
	FILE *log = fopen(path, "r");

	while (log && fgets(line, sizeof(line), log))
		(void)fputs(line, stderr);
	if (log)
		(void)fclose(log);
}

bool rig_bench_stop(unsigned bench)
{
	int64_t end_ms = clock_mono_ms() + RIG_WAIT_MS;
	int status = 0;
	pid_t ended = 0;

	(void)kill(rig.benches[bench].pid, SIGTERM);
	while (ended == 0 && clock_mono_ms() < end_ms) {
		rig_step();
		ended = waitpid(rig.benches[bench].pid, &status, WNOHANG);
	}
	if (ended == 0)
		rig_bench_kill(bench);
	rig.benches[bench].pid = 0;
	bool is_well = ended > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;

	if (!is_well)
		log_show(bench);
	return is_well;
}

/* --- scanners --------------------------------------------------------------------------- */

static unsigned port_of(const struct point *point)
{
	return point->number + 1;
}

void rig_plug(struct point *point)
{
	struct err err = { 0 };

	point->pieces = 0;
	if (!umock_plug(rig.umock, port_of(point), point->model, &err))
		storm_fail("%s", err.message);
}

void rig_plug_unheard(struct point *point)
{
	struct err err = { 0 };

	point->pieces = 0;
	if (!umock_plug_unheard(rig.umock, port_of(point), point->model, &err))
		storm_fail("%s", err.message);
}

void rig_unplug(struct point *point)
{
	umock_unplug(rig.umock, port_of(point));
}

bool rig_is_plugged(struct point *point)
{
	bool plugged = bus_model(umock_begin(rig.umock), port_of(point));

	umock_end(rig.umock);
	return plugged;
}

const char *rig_read(struct point *point)
{
	static char code[STORM_CODE_LEN + 1];

	storm_code(point->number, point->scans, code);
	bool is_plugged = bus_model(umock_begin(rig.umock), port_of(point));
	bool is_read = is_plugged && point->kind->read(point->model, code);

	umock_end(rig.umock);
	if (!is_read)
		return "";
	point->scans++;
	point->pieces += point->kind->pieces;
	return code;
}

size_t rig_fetched(struct point *point)
{
	size_t waiting = 0;

	(void)umock_begin(rig.umock);
	LIST_FOREACH (node, &point->model->in[model_endpoint_index(point->kind->endpoint)])
		waiting++;
	umock_end(rig.umock);
	return point->pieces - waiting;
}

void rig_unplug_at(struct point *point, size_t bytes)
{
	bus_set_fault(umock_begin(rig.umock), port_of(point), point->kind->endpoint,
		BUS_FAULT_UNPLUG, bytes);
	umock_end(rig.umock);
}

size_t rig_sounds(struct point *point, bool *out_last_is_good)
{
	(void)umock_begin(rig.umock);
	size_t count = point->kind->sounds(point->model, out_last_is_good);

	umock_end(rig.umock);
	return count;
}

void rig_step(void)
{
	loop_step(rig.loop, 1);
}

void rig_wait(bool (*is_so)(void))
{
	storm_step_until(rig.loop, is_so, RIG_WAIT_MS);
}
