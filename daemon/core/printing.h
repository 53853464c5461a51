/*
 * The pump of print jobs (contrib/DESIGN.md 3). The journal is the database: the pump reads the
 * open jobs, takes one at a time for each printer, and moves it by committed steps. Of several
 * cores on one database only the lead does (db.h); whose labels go next is the journal's to say:
 *
 *     queued   -> press draws and proves the label, with the version of the template that the
 *                 journal recorded for it -> proved | failed;
 *                 each names what the label was drawn from, and when that is another content,
 *                 template or stock by now the journal refuses the step and it is drawn again
 *     proved   -> printer asked for state and counter -> sending (with the counter); its bytes are
 *                 not kept: after a restart the press draws it again, or it is failed
 *     sending  -> only now the bench gets the bytes, and only when the step was ours: that it was
 *                 stored before is no permission -> sent | printed | failed | unknown, by its
 *                 reports
 *
 * A printer that is not ready, or does not answer, gets nothing: the job waits as proved. But one
 * that cannot answer (talks.h) is not waited for: its labels are sent, `one_way` is committed with
 * `sending`, and each ends unknown until its scan proves it; nobody is asked about it. After
 * trouble in mid-set the database holds a printer's jobs back until a person goes on, and puts a
 * separator before the next visit's first label (truth.h; schema/clinic/printer_hold.sql). What the
 * bench itself refuses is failed (nothing was sent), but for a conflict: then the bench knows the
 * job, and its report is waited for, else a person is asked; an answer that was lost is not.
 *
 * A job that is found in sending or sent, after any loss of bench or core or when another core
 * printed until now, is settled by the lead, once all the reports that its bench named in its hello
 * are stored. By whose bench it was given (host.h, committed with `sending`), and by the printer's
 * counter, if it is the printer still that it was and was not unplugged (its plug:
 * contrib/CONTRACTS.md 2):
 *
 *     sent by       bench's hello   settled                    by the counter: as before,
 *                   names it                                   nothing inside | one more | else
 *     this host     yes             PRINT_RESULT_MS later      queued  | printed | unknown
 *     this host     no              PRINT_SETTLE_MS after the
 *                                   hello                      queued  | printed | unknown
 *     another, or   (not its        PRINT_RESULT_MS after it
 *     nobody knows  bench)          was seen by the lead       unknown | printed | unknown
 *
 * Only the core that committed `sending` can know that the bench was given nothing: it was not the
 * lead any more when it heard, it heard of the step from the journal, or there was no bench. It
 * says so at once, lead or not, and the label goes once more; no printer is asked, so that this
 * holds of one that has no counter too.
 *
 * The other host's bench may still be at it, and reports through its own core, lead or not, when
 * that reaches the database: so it is waited for as long as a bench's own is, and what it began is
 * never printed again by us. A core that was merely started again is on the same host and waits no
 * longer for that. Nothing here sends a job twice. What failed to be stored is read from the
 * journal again and goes on from there.
 */
#ifndef SPECIMEND_CORE_PRINTING_H
#define SPECIMEND_CORE_PRINTING_H

#include "daemon/core/core.h"

#define PRINT_JOBS_MAX 512     /* open at once; the rest waits in the journal */
#define PRINT_REPORTS_MAX 1024 /* not stored yet */
#define PRINT_POLL_MS 3000     /* the journal is read at least this often */
#define PRINT_RETRY_MS 1000    /* a printer that is not ready is asked again */
#define PRINT_RESULT_MS 60000  /* no word about a job that the bench has */
#define PRINT_LABEL_TRIES 5    /* the press gave no label so often: failed */
#define PRINT_PLUG_MAX 255     /* bytes; what is longer is taken for none */
#define PRINT_SETTLE_MS 3000   /* after a bench's hello before a lost job is settled */
#define PROOFS_MAX 64          /* pictures kept for GET /api/label */
#define PROOF_BYTES_MAX \
	(2u << 20) /* of one picture, or one label's bytes: all that the press makes */

struct printing;

struct printing *printing_new(struct core *core);
void printing_free(struct printing *printing);

/* Something may be to print: the journal is read soon. */
void printing_kick(struct core *core);

/* No job of the journal is known and it is not being read: what ended none and made none ready need
 * not kick. Every scan would, and the journal is read where scans are stored. */
bool printing_is_idle(const struct core *core);

void printing_on_bench_hello(struct core *core, const json_t *hello);
void printing_on_bench_gone(struct core *core);
void printing_on_report(struct core *core, const char *start_id, uint64_t id, const json_t *body);

/* One that the bench's hello named needs not be waited for: it is no print result, or the bench was
 * told that it is stored. */
void printing_owed_no_more(struct core *core, uint64_t id);

void printing_on_printer_state(
	struct core *core, const json_t *body, const struct link_payloads *payloads);

/* The picture of a recent job that was proved; borrowed until the next one. */
bool printing_proof_find(const struct core *core, int64_t print_job_id, struct bytes *out_png);

#endif
