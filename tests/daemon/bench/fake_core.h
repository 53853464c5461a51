/* The core's end of the link, and a bench with virtual devices, in one loop with a clock of our
 * own. */
#ifndef SPECIMEND_TESTS_BENCH_FAKE_CORE_H
#define SPECIMEND_TESTS_BENCH_FAKE_CORE_H

#include "daemon/base/buf.h"
#include "daemon/bench/bench.h"
#include "daemon/link/link.h"

#define CORE_PRINTER 11
#define CORE_SCANNER 12
#define CORE_SCANNER_2 13 /* in the list when has_two_scanners */

#define CORE_HELD_MAX 256

struct fake_core {
	struct loop *loop;
	char dir[64];
	char path[96];
	char start_id[LINK_START_ID_LEN + 1];
	char bench_start_id[LINK_START_ID_LEN + 1];
	struct link_setup setup;
	struct link_listener *listener;
	struct link *link; /* NULL while the bench is not connected */
	struct bench *bench;
	const struct pass_way *const *pass_ways; /* kept by core_begin; NULL: the real ones */
	bool is_practice;
	bool has_two_scanners;
	const char *language;         /* of the printer; NULL: zpl */
	bool holds_acks;              /* reports are logged but not acknowledged */
	struct buf log;               /* what the bench told since the last core_log */
	json_t *hello;                /* the bench's last hello */
	json_t *report;               /* the last report */
	uint64_t held[CORE_HELD_MAX]; /* ids of the reports that were not acknowledged */
	size_t held_count;
	json_t *reply;  /* to the last question; NULL: refused */
	struct err err; /* why */
	struct buf png; /* of the last virtual_label */
};

/* Starts both, connected. */
void core_begin(struct fake_core *core, bool is_practice, bool allow_virtual);
void core_end(struct fake_core *core);

/* The bench ends as a killed one does; another begins, and has the list again. tray may be NULL. */
void core_bench_again(struct fake_core *core, const char *tray);

/* The core goes away; and comes back at the same place. */
void core_leave(struct fake_core *core);
void core_return(struct fake_core *core);

/* Acknowledges the oldest reports that were held. */
void core_ack(struct fake_core *core, size_t count);

/* What was told since the last call: "state(11,ok) result(7,sent,1000) ", valid until the next one.
 */
const char *core_log(struct fake_core *core);

/* Asks, and waits up to ms for the reply. Takes body. True when it said ok. */
bool core_ask(
	struct fake_core *core, json_t *body, const struct link_payloads *payloads, int64_t ms);

/* One virtual printer and one virtual scanner, and their first words. */
void core_devices(struct fake_core *core);
json_t *core_devices_new(const struct fake_core *core);

/* Asks the bench to print a label; true when it was taken. */
bool core_print(struct fake_core *core, int64_t job);
bool core_printer_mode(struct fake_core *core, const char *mode, int labels_left);

#endif
