/* What the files of the pump share: its jobs, its reports. Included by them only. */
#ifndef SPECIMEND_CORE_PRINTING_INSIDE_H
#define SPECIMEND_CORE_PRINTING_INSIDE_H

#include "daemon/base/list.h"
#include "daemon/core/printing.h"

#define BENCH_JOBS_MAX 256
#define SHA256_HEX 64

/* clang-format off */
#define JOB_STATE_TABLE(X) \
	X(JOB_QUEUED,  "queued") \
	X(JOB_PROVED,  "proved") \
	X(JOB_SENDING, "sending") \
	X(JOB_SENT,    "sent") \
	X(JOB_UNKNOWN, "unknown") \
	X(JOB_ENDED,   "printed")
/* clang-format on */

enum job_state {
#define JOB_ENUM(state, name) state,
	JOB_STATE_TABLE(JOB_ENUM)
#undef JOB_ENUM
};

struct job {
	struct list node;
	struct core *core;
	int64_t id;
	int64_t station_id;
	int64_t device_id;
	enum job_state state;  /* as the journal had it when we last looked or wrote */
	bool is_busy;          /* a step of ours is out: press, bench or database */
	bool is_with_bench;    /* reports will come */
	bool is_unsent;        /* this core asked to send it, and gave the bench nothing since */
	bool is_ours;          /* a core of this host sends or sent it, to this host's bench */
	int64_t seen_ms;       /* when the journal first said that it is being sent */
	bool has_conflict;     /* the bench knows another end of it: no counter proves anything */
	unsigned label_losses; /* the press was asked for it, and did not live to answer */
	bool is_seen;          /* in the journal's newest answer */
	int64_t not_before_ms;
	int64_t result_by_ms;
	json_t *row;
	struct buf bytes; /* proved; empty when not (any more) here */
	char sha256[SHA256_HEX + 1];
	char drawn_from[SHA256_HEX + 1]; /* the row's when the press was asked last; "": never */
	json_t *warnings;                /* the press's, of bytes; or NULL */
	json_t *counter; /* just before sending, by us or by the journal; integer or null */
};

struct proof {
	int64_t print_job_id;
	struct buf png;
};

struct report {
	struct list node;
	char start_id[LINK_START_ID_LEN + 1];
	uint64_t id;
	json_t *body;
	bool is_refused; /* its request id stands for a refusal of a lost session */
};

struct printing {
	struct core *core;
	struct list jobs; /* in the journal's order */
	size_t job_count;
	struct list reports; /* in the order of arrival; the first is being stored */
	size_t report_count;
	bool report_runs;
	struct loop_handle *report_timer;
	struct proof proofs[PROOFS_MAX];
	size_t proof_next;
	uint64_t owed[LINK_HELLO_REPORTS_MAX + 1]; /* named in hello, and not stored yet */
	size_t owed_count;
	int64_t bench_jobs[BENCH_JOBS_MAX]; /* named in hello: the bench still has them */
	size_t bench_job_count;
	int64_t settle_after_ms; /* a label that was on its way when the bench went comes out first
				  */
	bool is_reading;
	bool read_again;
	struct loop_handle *timer;
};

/* ---- printing.c: the list of jobs ---- */

const char *job_state_name(enum job_state state);
struct job *job_find(const struct printing *printing, int64_t id); /* or NULL */
void job_free(struct job *job);

/* ---- printing_job.c: the steps of one job ---- */

/* The next step of a job whose turn it is. */
void job_run(struct job *job);

/* It is committed that our bench has it, and the bench was given nothing: no printer is to be
 * asked, and nobody but this core can know. */
bool job_is_unsent(const struct job *job);

/* The hash of what the row's label is drawn from, as the journal gave it; borrowed, "" for none. */
const char *job_drawn_from(const struct job *job);

/* The counter of a printer's answer or of a row of the journal; integer or null, yours. */
json_t *job_counter_new(const json_t *body);

/* The plug of the device that answered: text of at most PRINT_PLUG_MAX bytes, or null; yours. */
json_t *job_plug_new(const json_t *body);

/* The database took it, now or before; a permission is only what it took now. */
bool job_reply_is_stored(const char *reply);

/* ---- printing_report.c: what the bench says ---- */

void report_free(struct printing *printing, struct report *report);

/* Stores the first report that waits; a timer's callback, arg is struct printing. */
void report_run(void *arg);

#endif
