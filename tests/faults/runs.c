/*
 * Random fault runs: a set of one to four labels on a printer of some language, one or two faults
 * at random moments, a person who puts it right and prints again what did not come out.
 *
 *   fault_runs [RUNS [PROCESSES]]   SPECIMEND_SEED=N: the first run's number; a run depends on its
 * own number only, as far as time allows
 *
 * What must hold, whatever happened: every copy has one result; one that is called printed came out
 * once, and had when it was called so; one that is called failed never came out; none came out
 * twice; and each label of the set was printed in the end, as a new copy where the first ended
 * otherwise. Everything else is unknown. Prints how each first copy ended, by fault and language.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/base/clock.h"
#include "tests/faults/faults.h"

#define LABELS_MAX 4u
#define LABEL_MS 10u
#define PROCESSES_MAX 16u
#define FAULT_KINDS_MAX 32u
#define FAULTS_MAX 2u
#define COPIES_MAX 6u /* of one label, until it is lost */
#define RUN_MS 60000  /* real ones; a run that takes so long hangs */
/* Of the loop, until a person has put it right; assumed: nobody loads labels in less than a second.
 */
#define MEND_MS_MIN 1000
#define MEND_MS_MORE 11000
#define REST_STEPS 40u /* quiet ones; nothing comes any more */

static const struct printer_driver *const drivers[] = { &printer_driver_zpl,
	&printer_driver_zpl_ascii, &printer_driver_epl2, &printer_driver_tspl,
	&printer_driver_tspl2, &printer_driver_brother, &printer_driver_brother_wide,
	&printer_driver_dymo };

/* One fault of a run. */
struct happening {
	const struct fault *fault;
	size_t label;   /* while this one is under way */
	bool is_sent;   /* all its bytes are taken; else it was only asked for */
	unsigned steps; /* and so many passes later */
	size_t bytes;   /* the fault's own byte */
	bool has_happened;
};

struct run {
	uint64_t number;
	struct dice dice;
	struct rig rig;
	unsigned labels;
	struct happening happenings[FAULTS_MAX];
	unsigned happening_count;
	int64_t mend_at_ms; /* of the loop; 0: nothing is broken */
	int64_t end_ms;     /* real */
};

/* What one process counts. */
struct sums {
	unsigned runs;
	unsigned wrong_runs;
	unsigned copies;
	unsigned out;
	unsigned again; /* copies that were sent once more because of the counter */
	unsigned garbled;
	unsigned ends[JOB_STATES];
	/* by first fault, language, and how the first copy of each label ended */
	unsigned cells[FAULT_KINDS_MAX][ARRAY_LEN(drivers)][3];
};

static struct sums *sums; /* this process's */

static bool is_late(const struct run *run)
{
	return clock_mono_ms() > run->end_ms;
}

static bool all_ended(const struct rig *rig)
{
	for (size_t i = 0; i < rig->job_count; i++) {
		if (!job_state_is_end(rig->jobs[i].state))
			return false;
	}
	return true;
}

/* --- what happens -------------------------------------------------------------- */

static void happening_make(struct run *run, struct happening *out, const struct fault *fault)
{
	*out = (struct happening) {
		.fault = fault,
		.label = dice_roll(&run->dice, run->labels),
		.is_sent = dice_roll(&run->dice, 2) == 1 && !fault->is_at_byte,
	};
	if (!fault->is_at_byte)
		out->steps = dice_roll(&run->dice, out->is_sent ? LABEL_MS + 5 : 20);
	/* the questions before it, too */
	out->bytes = dice_roll(&run->dice, (uint32_t)run->rig.jobs[out->label].bytes.len + 60);
}

static bool happening_is_due(struct run *run, struct happening *happening)
{
	const enum job_state state = run->rig.jobs[happening->label].state;

	if (happening->has_happened || (state == JOB_QUEUED && !happening->fault->is_at_byte))
		return false;
	if (happening->fault->is_at_byte && happening->label > 0 &&
		!job_state_is_end(run->rig.jobs[happening->label - 1].state))
		return false;
	if (happening->is_sent && state < JOB_SENT)
		return false;
	return happening->steps == 0 || happening->steps-- == 0;
}

/* The person comes a while after the last of the faults, not after the first. */
static void mend_later(struct run *run)
{
	int64_t at_ms = rig_now_ms(&run->rig) + MEND_MS_MIN + dice_roll(&run->dice, MEND_MS_MORE);

	if (run->mend_at_ms < at_ms)
		run->mend_at_ms = at_ms;
}

static void happenings_step(struct run *run)
{
	struct rig *rig = &run->rig;

	for (unsigned i = 0; i < run->happening_count; i++) {
		struct happening *happening = &run->happenings[i];

		if (!happening_is_due(run, happening))
			continue;
		happening->has_happened = true;
		buf_addf(&rig->story, "[%s] ", happening->fault->name);
		happening->fault->begin(rig, &run->dice, happening->bytes);
		mend_later(run);
	}
	if (run->mend_at_ms != 0 && rig_now_ms(rig) >= run->mend_at_ms) {
		run->mend_at_ms = 0;
		buf_add_str(&rig->story, "[mended] ");
		faults_mend(rig);
	}
}

static void step(struct run *run)
{
	happenings_step(run);
	rig_step(&run->rig);
}

/* --- the person --------------------------------------------------------------------- */

static void mend(struct run *run)
{
	buf_add_str(&run->rig.story, "[all mended] ");
	run->mend_at_ms = 0;
	for (unsigned i = 0; i < run->happening_count; i++)
		run->happenings[i].has_happened = true;
	faults_mend(&run->rig);
}

static bool wait_ok(struct run *run, int64_t ms)
{
	const int64_t end_ms = rig_now_ms(&run->rig) + ms;

	while (!run->rig.is_ok && rig_now_ms(&run->rig) < end_ms && !is_late(run))
		step(run);
	return run->rig.is_ok;
}

/* Pulled out and put in again when it does not work by itself; then switched off and on. */
static void make_ok(struct run *run)
{
	struct rig *rig = &run->rig;

	if (wait_ok(run, 15000))
		return;
	buf_add_str(&rig->story, "[plugged anew] ");
	rig_unplug(rig);
	rig_plug(rig, rig->model);
	if (wait_ok(run, 15000))
		return;
	buf_add_str(&rig->story, "[switched off and on] ");
	rig_unplug(rig);
	(void)umock_begin(rig->umock);
	model_printer_power_cycle(rig_model(rig));
	umock_end(rig->umock);
	rig_plug(rig, rig->model);
	(void)wait_ok(run, 15000);
}

static void wait_ended(struct run *run)
{
	while (!all_ended(&run->rig) && !is_late(run))
		step(run);
}

/* What ended unknown and has a counter is asked for once more, as the core does. */
static void unknown_again(struct run *run)
{
	const size_t count = run->rig.job_count;

	for (size_t i = 0; i < count; i++) {
		struct job *job = &run->rig.jobs[i];

		if (job->state != JOB_UNKNOWN || !job->has_counter || job->is_settled ||
			dice_roll(&run->dice, 2) == 0)
			continue;
		sums->again++;
		rig_job_again(&run->rig, job);
		wait_ended(run);
	}
}

static bool label_is_printed(const struct rig *rig, unsigned label)
{
	for (size_t i = 0; i < rig->job_count; i++) {
		if (rig->jobs[i].item == label && rig->jobs[i].state == JOB_PRINTED)
			return true;
	}
	return false;
}

/* What still waits in the printer comes out first. */
static void wait_out(struct run *run)
{
	bool is_printing = true;

	while (is_printing && !is_late(run)) {
		step(run);
		(void)umock_begin(run->rig.umock);
		is_printing = model_printer_is_printing(rig_model(&run->rig));
		umock_end(run->rig.umock);
	}
}

static void label_ms_set(struct run *run, unsigned label_ms)
{
	(void)umock_begin(run->rig.umock);
	model_printer_set_label_ms(rig_model(&run->rig), label_ms);
	umock_end(run->rig.umock);
}

static void print_anew(struct run *run)
{
	for (unsigned label = 0; label < run->labels; label++) {
		struct job *job = &run->rig.jobs[label];

		for (unsigned copy = 1; copy < COPIES_MAX; copy++) {
			if (label_is_printed(&run->rig, label) || is_late(run))
				break;
			make_ok(run);
			wait_out(run);
			/* on a slow machine a short label is out before it is seen; the loop's
			 * clock runs up to a hundred times as fast, so a long one is too late */
			label_ms_set(run, copy > 2 ? 4 * LABEL_MS : LABEL_MS * copy);
			job = rig_job_add(&run->rig, label, dice_roll(&run->dice, UINT32_MAX));
			wait_ended(run);
		}
		if (!label_is_printed(&run->rig, label))
			rig_wrong(&run->rig, job, "is lost: no copy of it was ever printed");
	}
}

/* --- one run -------------------------------------------------------------------------- */

static void judge(struct run *run)
{
	struct rig *rig = &run->rig;

	for (size_t i = 0; i < rig->job_count; i++) {
		const struct job *job = &rig->jobs[i];

		sums->copies++;
		sums->out += job->out;
		sums->ends[job->state]++;
		if (!job_state_is_end(job->state))
			rig_wrong(rig, job, "has no result");
		if (job->state == JOB_FAILED && job->out > 0)
			rig_wrong(rig, job, "is called failed, and came out later");
	}
	sums->garbled += rig->garbled;
}

static void rest(struct run *run)
{
	size_t told = 0;

	for (unsigned quiet = 0; quiet < REST_STEPS && !is_late(run); quiet++) {
		step(run);
		if (told != run->rig.story.len)
			quiet = 0;
		told = run->rig.story.len;
	}
}

static void run_begin(struct run *run, size_t driver, size_t fault)
{
	rig_begin(&run->rig, drivers[driver], LABEL_MS + dice_roll(&run->dice, LABEL_MS));
	run->rig.is_eager = dice_roll(&run->dice, 3) == 0;
	run->labels = 1 + dice_roll(&run->dice, LABELS_MAX);
	for (unsigned i = 0; i < run->labels; i++)
		rig_job_add(&run->rig, i, dice_roll(&run->dice, UINT32_MAX))->not_before_ms =
			INT64_MAX;
	run->happening_count = 1 + (dice_roll(&run->dice, 3) == 0);
	happening_make(run, &run->happenings[0], &faults[fault]);
	happening_make(
		run, &run->happenings[1], &faults[dice_roll(&run->dice, (uint32_t)fault_count)]);
}

static void run_report(struct run *run, const char *language)
{
	printf("SPECIMEND_SEED=%llu tests/faults/fault_runs 1: %s\n%s  %s\n",
		(unsigned long long)run->number, language, buf_str(&run->rig.wrong),
		buf_str(&run->rig.story));
}

static void run_one(uint64_t number)
{
	static struct run run; /* large */
	const size_t driver = number % ARRAY_LEN(drivers);
	const size_t fault = number / ARRAY_LEN(drivers) % fault_count;

	run = (struct run) { .number = number, .end_ms = clock_mono_ms() + RUN_MS };
	run.dice.state = (number + 1) * 0x9e3779b97f4a7c15u;
	run_begin(&run, driver, fault);
	make_ok(&run);
	for (size_t i = 0; i < run.labels; i++)
		run.rig.jobs[i].not_before_ms = 0;
	wait_ended(&run);
	mend(&run);
	for (unsigned i = 0; i < run.labels; i++)
		sums->cells[fault][driver][run.rig.jobs[i].state == JOB_PRINTED  ? 0
					   : run.rig.jobs[i].state == JOB_FAILED ? 1
										 : 2]++;
	make_ok(&run);
	unknown_again(&run);
	print_anew(&run);
	rest(&run);
	judge(&run);
	if (is_late(&run))
		buf_add_str(&run.rig.wrong, "it hangs\n");
	sums->runs++;
	if (run.rig.wrong.len > 0) {
		sums->wrong_runs++;
		run_report(&run, drivers[driver]->language);
	} else if (getenv("SPECIMEND_STORY")) {
		run_report(&run, drivers[driver]->language);
	}
	rig_end(&run.rig);
}

/* --- all of them ------------------------------------------------------------------------ */

static void sums_add(const struct sums *from, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const unsigned *more = (const void *)&from[i];

		/* nothing but counts */
		for (size_t word = 0; word < sizeof(*from) / sizeof(*more); word++)
			((unsigned *)(void *)sums)[word] += more[word];
	}
}

static void table_print(void)
{
	printf("first copies: printed/failed/unknown\n%-20s", "");
	for (size_t d = 0; d < ARRAY_LEN(drivers); d++)
		printf(" %12s", drivers[d]->language);
	putchar('\n');
	for (size_t f = 0; f < fault_count; f++) {
		printf("%-20s", faults[f].name);
		for (size_t d = 0; d < ARRAY_LEN(drivers); d++) {
			const unsigned *cell = sums->cells[f][d];
			char text[40];

			snprintf(text, sizeof(text), "%u/%u/%u", cell[0], cell[1], cell[2]);
			printf(" %12s", text);
		}
		putchar('\n');
	}
	printf("%u runs, %u copies: %u printed, %u failed, %u unknown; %u came out, and %u that "
	       "nobody sent; %u sent again by the counter\n",
		sums->runs, sums->copies, sums->ends[JOB_PRINTED], sums->ends[JOB_FAILED],
		sums->ends[JOB_UNKNOWN], sums->out, sums->garbled, sums->again);
}

static pid_t process_start(struct sums *own, uint64_t first, unsigned long runs, unsigned step)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	sums = own;
	for (unsigned long i = 0; i < runs; i += step) {
		run_one(first + i);
		fflush(stdout);
	}
	exit(0);
}

int main(int argc, char **argv)
{
	const unsigned long runs = argc > 1 ? strtoul(argv[1], NULL, 10) : 200;
	const unsigned long wanted = argc > 2 ? strtoul(argv[2], NULL, 10) : 1;
	const unsigned processes = wanted < PROCESSES_MAX ? (unsigned)wanted : PROCESSES_MAX;
	const char *seed = getenv("SPECIMEND_SEED");
	const uint64_t first =
		seed ? strtoull(seed, NULL, 10) : (uint64_t)clock_real_us() / 1000000;
	struct sums *all = mmap(NULL, (PROCESSES_MAX + 1) * sizeof(*all), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pids[PROCESSES_MAX];
	unsigned died = 0;

	if (all == MAP_FAILED || fault_count > FAULT_KINDS_MAX)
		return 99;
	printf("# SPECIMEND_SEED=%llu\n", (unsigned long long)first);
	fflush(stdout);
	for (unsigned i = 0; i < processes; i++)
		pids[i] = process_start(&all[i + 1], first + i, runs > i ? runs - i : 0, processes);
	for (unsigned i = 0; i < processes; i++) {
		int status = -1;

		(void)waitpid(pids[i], &status, 0);
		died += status != 0;
	}
	sums = &all[0];
	sums_add(&all[1], processes);
	table_print();
	if (died > 0)
		printf("%u of the processes died\n", died);
	printf("%u passed, %u failed\n", sums->runs - sums->wrong_runs, sums->wrong_runs + died);
	return sums->wrong_runs + died == 0 && sums->runs == runs ? 0 : 1;
}
