/* The loop, the clock, the bus and what comes out of the printer. */
#include "tests/faults/rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "tests/faults/core.h"

#define SERIAL "99J204501234"
#define QUIET_STEPS 3u /* of a millisecond, until the clock jumps */
#define JUMP_MS 100
#define LABEL_DOTS_MIN 20
#define ROLL_DOTS_MIN 295 /* a Brother cuts no shorter piece */

static struct rig *clock_of; /* the loop's clock has no argument */

static int64_t rig_clock(void)
{
	return clock_mono_ms() + clock_of->jumped_ms;
}

static void die(const struct err *err)
{
	fprintf(stderr, "%s\n", err->message);
	exit(99);
}

void rig_wrong(struct rig *rig, const struct job *job, const char *what)
{
	buf_addf(&rig->wrong, "label %u, job %lld: %s\n", job->item, (long long)job->number, what);
}

/* --- devices ---------------------------------------------------------------- */

void rig_plug(struct rig *rig, unsigned model)
{
	struct err err = { 0 };

	rig->model = model;
	if (!umock_plug(rig->umock, RIG_PORT, model_printer_model(rig->models[model]), &err))
		die(&err);
	rig->is_plugged = true;
}

void rig_unplug(struct rig *rig)
{
	umock_unplug(rig->umock, RIG_PORT);
	rig->is_plugged = false;
}

void rig_bench_start(struct rig *rig)
{
	struct err err = { 0 };

	if (!link_start_id_make(rig->bench_id, &err))
		die(&err);
	struct bench_setup setup = {
		.loop = rig->loop,
		.core_path = rig->socket,
		.start_id = rig->bench_id,
		.core_uid = geteuid(),
		.has_usb = true,
	};

	rig->benches++;
	rig->bench = bench_new(&setup);
}

void rig_bench_kill(struct rig *rig)
{
	bench_free(rig->bench);
	rig->bench = NULL;
	rig->is_ok = false;
}

void rig_begin(struct rig *rig, const struct printer_driver *driver, unsigned label_ms)
{
	struct err err = { 0 };

	memset(rig, 0, sizeof(*rig));
	rig->driver = driver;
	clock_of = rig;
	log_set_level((enum log_level)0);
	rig->umock = umock_new(&(struct umock_options) { .ports = 2, .control_ms = 50 }, &err);
	if (!rig->umock)
		die(&err);
	rig->loop = loop_new(rig_clock, &err);
	if (!rig->loop)
		die(&err);
	for (unsigned i = 0; i < RIG_MODELS; i++) {
		rig->models[i] = model_printer_new(SERIAL);
		model_printer_speak(rig->models[i], driver);
		model_printer_set_label_ms(rig->models[i], label_ms);
	}
	snprintf(rig->dir, sizeof(rig->dir), "/tmp/faults_XXXXXX");
	if (!mkdtemp(rig->dir))
		die(&(struct err) { .message = "no directory" });
	snprintf(rig->socket, sizeof(rig->socket), "%s/core.sock", rig->dir);
	rig_plug(rig, 0);
	rig_core_start(rig);
	rig_bench_start(rig);
}

void rig_end(struct rig *rig)
{
	bench_free(rig->bench);
	rig_core_kill(rig);
	loop_free(rig->loop);
	umock_free(rig->umock);
	for (unsigned i = 0; i < RIG_MODELS; i++)
		model_free(model_printer_model(rig->models[i]));
	for (size_t i = 0; i < rig->job_count; i++) {
		bitmap_done(&rig->jobs[i].picture);
		buf_done(&rig->jobs[i].bytes);
	}
	buf_done(&rig->wrong);
	buf_done(&rig->story);
	unlink(rig->socket);
	rmdir(rig->dir);
}

/* --- labels ------------------------------------------------------------------- */

static uint32_t noise(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

/* Noise, so that no two are alike and nothing is left to compression. */
static void picture_make(struct label_bitmap *out, unsigned least, uint32_t seed)
{
	struct err err = { 0 };
	const unsigned width = 64 + 8 * (noise(&seed) % 40);
	const unsigned height = least + noise(&seed) % (noise(&seed) % 4 == 0 ? 400 : 60);

	if (!bitmap_init(out, width, height, &err))
		die(&err);
	for (size_t i = 0; i < out->stride_bytes * out->height_dots; i++)
		out->data[i] = (uint8_t)noise(&seed);
}

struct job *rig_job_add(struct rig *rig, unsigned item, uint32_t seed)
{
	struct err err = { 0 };

	if (rig->job_count == RIG_JOBS_MAX)
		die(&(struct err) { .message = "too many copies" });
	struct job *job = &rig->jobs[rig->job_count++];

	*job = (struct job) { .number = (int64_t)rig->job_count, .item = item };
	picture_make(&job->picture, rig->driver->heard ? ROLL_DOTS_MIN : LABEL_DOTS_MIN, seed);
	if (!rig->driver->encode(&job->picture, &job->bytes, &err))
		die(&err);
	return job;
}

/* A language's rows may be wider than the label. */
static bool is_picture_of(const struct job *job, struct label_bitmap *label)
{
	struct err err = { 0 };
	const unsigned width = label->width_dots;

	if (width < job->picture.width_dots)
		return false;
	label->width_dots = job->picture.width_dots;
	bool is_same = bitmap_equal(&job->picture, label, &err);

	label->width_dots = width;
	return is_same;
}

static void label_came_out(struct rig *rig, struct label_bitmap *label)
{
	for (size_t i = 0; i < rig->job_count; i++) {
		struct job *job = &rig->jobs[i];

		if (!is_picture_of(job, label))
			continue;
		buf_addf(&rig->story, "out(%lld) ", (long long)job->number);
		if (++job->out > 1)
			rig_wrong(rig, job, "came out twice");
		if (job->state == JOB_QUEUED && job->asked == 0)
			rig_wrong(rig, job, "came out and was never sent");
		return;
	}
	buf_add_str(&rig->story, "out(garbled) ");
	rig->garbled++;
}

void rig_labels_take(struct rig *rig)
{
	struct model_printer_label label;

	for (unsigned i = 0; i < RIG_MODELS; i++) {
		(void)umock_begin(rig->umock);
		while (model_printer_take_label(rig->models[i], &label)) {
			label_came_out(rig, &label.bitmap);
			bitmap_done(&label.bitmap);
		}
		umock_end(rig->umock);
	}
}

/* --- time --------------------------------------------------------------------- */

/* What happens on the cable and in the printer, as one number that grows with it. */
static uint64_t activity_of(struct rig *rig, bool *out_is_printing)
{
	size_t total;
	struct bus *bus = umock_begin(rig->umock);
	struct bus_record record = bus_record(bus, RIG_PORT);

	(void)model_printer_trace(rig_model(rig), &total);
	*out_is_printing = bus_due_us(bus) != MODEL_NEVER;
	umock_end(rig->umock);
	return total + record.transfers + record.requests + record.claims + rig->story.len;
}

static void clock_jump(struct rig *rig)
{
	bool is_printing;
	const uint64_t activity = activity_of(rig, &is_printing);
	const bool is_quiet = activity == rig->activity;

	rig->activity = activity;
	rig->quiet_steps = is_quiet ? rig->quiet_steps + 1 : 0;
	if (rig->quiet_steps < (is_printing ? 1 : QUIET_STEPS))
		return;
	rig->jumped_ms += JUMP_MS;
	rig->quiet_steps = 0;
}

void rig_step(struct rig *rig)
{
	const int64_t began_ms = clock_mono_ms();

	core_step(rig);
	loop_step(rig->loop, 1);
	rig_labels_take(rig);
	if (clock_mono_ms() != began_ms)
		clock_jump(rig);
}
