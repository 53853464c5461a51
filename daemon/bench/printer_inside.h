/* What the files of a printer share. Included by them only. */
#ifndef SPECIMEND_BENCH_PRINTER_INSIDE_H
#define SPECIMEND_BENCH_PRINTER_INSIDE_H

#include "daemon/bench/deadline.h"
#include "daemon/bench/printer.h"

enum job_phase {
	JOB_NONE,
	JOB_CHECK, /* waits for a round that began after it came */
	JOB_SEND,  /* its bytes are being written */
	JOB_CUT,   /* the rest of its bytes is being called back; what was taken is not known yet */
	JOB_WATCH, /* its bytes were taken; rounds until they prove or lose it */
};

struct job {
	enum job_phase phase;
	int64_t number;
	struct buf bytes;
	size_t taken;
	bool was_abandoned;        /* a partial format was cancelled once before it */
	unsigned long round;       /* the first round that counts */
	struct ledger_proof proof; /* that an earlier try put nothing out */
	struct printer_status before;
	int64_t sent_ms; /* JOB_WATCH: since when */
	bool was_busy;   /* JOB_WATCH: a round found it printing or feeding */
	bool was_idle;   /* JOB_WATCH: the last round found it holding nothing (proof by busy) */
	bool was_silent; /* JOB_WATCH: a round left a question unanswered */
	bool is_asked;   /* JOB_WATCH: the last that is known of it was asked, not heard */
	/* what the printer said by itself since the label was sent: printer_driver.heard */
	struct printer_status heard;
	struct buf heard_rest; /* the beginning of a report */
	size_t heard_total;    /* bytes */
	bool is_mistrusted;    /* what was heard while it was sent already spoils its proof */
	bool is_put_off;       /* a deadline of it, once */
	bool has_left; /* the printer did, since `before`: what is there now may be another one */
	enum err_code cut_code; /* why it is in JOB_CUT; the text is a literal */
	const char *cut_why;
};

struct asker {
	printer_truth_fn fn;
	void *arg;
	uint64_t tag;
	unsigned long round;
};

struct printer {
	struct loop *loop;
	char *name;
	const struct printer_driver *driver;
	unsigned width_um;
	unsigned height_um;
	const struct printer_events *events;
	void *arg;
	struct transport_port *port;
	bool is_here;
	bool is_dirty; /* a write was cut: the printer may hold half a command */
	bool is_fresh; /* opened, or answering again after silence: the power-up bytes are due */
	struct printer_truth truth;
	/* the round under way */
	bool is_asking;
	bool is_cut;         /* begin again after this question */
	bool is_writing;     /* anything: a port takes one write at a time */
	bool is_put_off;     /* the deadline of this question, once */
	bool is_cutting;     /* what is being written was called back; its end will be told */
	unsigned long round; /* number of the last one begun */
	enum printer_query query;
	bool in_preface;
	bool has_answer;              /* to this question */
	struct printer_status status; /* of this round so far */
	struct printer_status told;   /* of the last round that came to its end */
	bool has_told;                /* it began after the last label was sent */
	int64_t told_ms;              /* when it ended */
	struct buf reply;
	struct asker askers[PRINTER_ASKERS_MAX];
	size_t asker_count;
	struct job job;
	struct loop_handle *answer_timer;
	struct loop_handle *round_timer; /* the next round: poll or watch */
	struct loop_handle *job_timer;   /* progress, then settle */
	struct loop_handle *send_timer;  /* all bytes */
	bool *freed; /* set while an event is told: says whether the printer is gone */
};

/* ---- printer.c: telling; false when the printer was freed inside the event ---- */

bool printer_tell_changed(struct printer *printer);
bool printer_tell_result(struct printer *printer, const struct printer_result *result);

/*
 * Writes to the port, which takes one write at a time. Cut: what is left of it is called back; the
 * port tells the end.
 */
void printer_write(struct printer *printer, struct bytes bytes);
void printer_write_cut(struct printer *printer);

/* The transport reads while an answer is due, and while a label is inside that reports itself. */
void printer_read_on(struct printer *printer);

/* ---- printer_round.c: questions ---- */

/* The number of the round that will count for what is asked now; starts it when nothing is under
 * way. */
unsigned long printer_round_want(struct printer *printer);

/* What the last round found counts as asked now (PRINTER_FRESH_MS), and nothing speaks against a
 * label. */
bool printer_round_is_fresh(const struct printer *printer);

/* False while nothing may be sent to the printer but the label. */
bool printer_round_may_begin(const struct printer *printer);

/* Of the round under way: what was written is out or was cut, what was read, the port is gone. */
void printer_round_written(struct printer *printer);
void printer_round_cut(struct printer *printer);
void printer_round_received(struct printer *printer, struct bytes bytes);
void printer_round_lost(struct printer *printer); /* a part of the answer */
void printer_round_gone(struct printer *printer);

/* Callbacks of timers; arg is struct printer. */
void printer_round_due(void *arg);
void printer_answer_timeout(void *arg);

/* ---- printer_label.c: the life of one label ---- */

/* Its bytes are in the port's hands. */
static inline bool printer_label_is_out(const struct printer *printer)
{
	return printer->job.phase == JOB_SEND || printer->job.phase == JOB_CUT;
}

/* What was heard of it is more than before. False when the printer was freed. */
bool printer_label_heard(struct printer *printer);

/* The round that just ended, for the label. False when the printer was freed. */
bool printer_label_judge(struct printer *printer);

/* It goes, measured by what the last round found. */
void printer_label_send(struct printer *printer);

/* All its bytes were taken. */
void printer_label_sent(struct printer *printer);

/*
 * The bytes cannot all be taken. While the port still has some, they are called back first, and
 * this is called again when it has let go. why is a literal. False when the printer was freed.
 */
bool printer_label_cut(struct printer *printer, enum err_code code, const char *why);

/* What was heard of it is no proof, whatever else is heard. As printer_label_cut while it is out.
 */
bool printer_label_mistrust(struct printer *printer, const char *why);

/* The device left: what comes may be another one, whose counter says nothing of this label. False
 * when the printer was freed. */
bool printer_label_gone(struct printer *printer);

/* Callbacks of timers; arg is struct printer. */
void printer_label_timeout(void *arg);
void printer_send_timeout(void *arg);

/* ---- printer_heard.c: what the printer says of a label by itself ---- */

/* Whether it is listened to now, and what comes is no answer. */
bool printer_heard_is_due(const struct printer *printer);

/* Begins to listen: what waited from before is thrown away. */
void printer_heard_begin(struct printer *printer);

/* May free the printer. */
void printer_heard_received(struct printer *printer, struct bytes bytes);
void printer_heard_lost(struct printer *printer); /* a part of it */

/* It reported a label, and that it is at rest. */
bool printer_heard_is_over(const struct printer *printer);

/* ---- printer_proof.c: what proves a label ---- */

enum job_verdict {
	JOB_OPEN, /* not known yet */
	JOB_PROVED,
	JOB_LOST, /* nothing will prove it any more */
};

struct job_loss {
	enum err_code code;
	const char *why; /* after the printer's name; a literal */
};

/*
 * What the round that just ended says of the label in JOB_WATCH, or what was heard of it in
 * JOB_SEND or JOB_WATCH. out is filled on JOB_LOST.
 */
enum job_verdict printer_proof_judge(struct printer *printer, struct job_loss *out);

/* How its evidence begins when it was printed. */
const char *printer_proof_text(enum printer_proof proof);

#endif
