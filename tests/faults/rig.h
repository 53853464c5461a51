/*
 * One printer on the fake USB bus, the real libusb, the whole bench, and a core that keeps its
 * journal in memory, all in one loop. Whoever prints has a printer that fails on command
 * (faults.h) and learns what really came out of it.
 *
 * The loop's clock runs as time does, and jumps ahead when nothing has happened for a few
 * milliseconds: a label that hangs for ten seconds costs a fraction of one. A jump too early is a
 * timeout that came too early: a fault like the others.
 */
#ifndef SPECIMEND_TESTS_FAULTS_RIG_H
#define SPECIMEND_TESTS_FAULTS_RIG_H

#include "daemon/bench/bench.h"
#include "daemon/link/link.h"
#include "printers/bitmap.h"
#include "printers/lang/driver.h"
#include "tests/usb/model_printer.h"
#include "tests/usb/umock.h"

#define RIG_PORT 1u
#define RIG_DEVICE 11
#define RIG_JOBS_MAX 64u
#define RIG_MODELS 2u /* the second one is there to be mistaken for the first */

/* What the core's journal says of a label. */
enum job_state {
	JOB_QUEUED,
	JOB_ASKED, /* the bench was asked to print it */
	JOB_TAKEN,
	JOB_SENT,
	JOB_PRINTED, /* from here on it has its result */
	JOB_FAILED,
	JOB_UNKNOWN,
	JOB_STATES,
};

static inline bool job_state_is_end(enum job_state state)
{
	return state >= JOB_PRINTED;
}

/* One copy of a label: each has another picture, so what comes out says which one it is. */
struct job {
	int64_t number;
	unsigned item; /* the label that it is a copy of */
	enum job_state state;
	bool is_settled;  /* its end was concluded by the core, the bench forgot it */
	bool has_counter; /* the last report told one */
	unsigned bench;   /* the bench that was asked last: rig.benches then */
	unsigned asked;   /* so often */
	unsigned out;     /* so many came out */
	int64_t not_before_ms;
	int64_t settle_at_ms; /* 0: nothing to settle */
	struct label_bitmap picture;
	struct buf bytes;
};

struct rig {
	const struct printer_driver *driver;
	struct umock *umock;
	struct loop *loop;
	int64_t jumped_ms;
	unsigned quiet_steps;
	uint64_t activity;
	struct model_printer *models[RIG_MODELS];
	unsigned model; /* the one that is, or would be, plugged in */
	bool is_plugged;
	enum fake_printer_mode mode; /* what is wrong with it, by the faults so far */
	char dir[64];
	char socket[96];
	char core_id[LINK_START_ID_LEN + 1];
	char bench_id[LINK_START_ID_LEN + 1];
	struct link_listener *listener; /* NULL: the core is dead */
	struct link *link;
	struct bench *bench;
	unsigned benches; /* that ever began */
	bool has_list;    /* this bench has the list of devices */
	bool is_ok;       /* the printer was told to be well */
	bool is_eager;    /* the next label is given while the last one is inside */
	bool holds_acks;
	struct job jobs[RIG_JOBS_MAX];
	size_t job_count;
	unsigned garbled; /* pictures that nobody sent */
	struct buf wrong; /* what must not be, one line each */
	struct buf story; /* what happened, for who reads of it */
};

/* seed: of the pictures. */
void rig_begin(struct rig *rig, const struct printer_driver *driver, unsigned label_ms);
void rig_end(struct rig *rig);

/* A new copy, queued. size_seed: how large it is, what is on it. */
struct job *rig_job_add(struct rig *rig, unsigned item, uint32_t seed);

/* One pass: the loop, the clock, the next label; takes what came out. */
void rig_step(struct rig *rig);

/* Whether a label is under way. */
bool rig_is_printing(const struct rig *rig);

/* Asks the bench for the same copy again, which it must refuse, or take only when the counter tells
 * that it did not come out. Only the bench that was asked before knows. */
void rig_job_again(struct rig *rig, struct job *job);

/* One more line of what must not be. */
void rig_wrong(struct rig *rig, const struct job *job, const char *what);

void rig_plug(struct rig *rig, unsigned model);
void rig_unplug(struct rig *rig);
void rig_core_kill(struct rig *rig);
void rig_core_start(struct rig *rig);
void rig_bench_kill(struct rig *rig);
void rig_bench_start(struct rig *rig);

static inline struct model_printer *rig_model(const struct rig *rig)
{
	return rig->models[rig->model];
}

static inline int64_t rig_now_ms(const struct rig *rig)
{
	return loop_now_ms(rig->loop);
}

#endif
