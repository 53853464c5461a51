/* The core's end of a link to a press, in a loop of the test. */
#ifndef SPECIMEND_TESTS_PRESS_CORE_END_H
#define SPECIMEND_TESTS_PRESS_CORE_END_H

#include "daemon/base/auto_json.h"
#include "daemon/base/buf.h"
#include "daemon/link/link.h"

struct core_end {
	char dir[64];
	char path[96];
	char start_id[LINK_START_ID_LEN + 1];
	struct loop *loop;
	struct link_listener *listener;
	struct link *link; /* NULL while no press is there */
	unsigned replies;
	struct buf order; /* "label " "match " "hash " "preview " "golden " "paper " "ERR_... " as
			     replies came */
	struct err err;   /* of the last reply */
	json_t *reply;    /* the last one */
	struct buf bytes; /* its payloads */
	struct buf png;
};

/* Listens in a directory of its own; a failure ends the test program. */
void core_end_open(struct core_end *core);
void core_end_close(struct core_end *core);

/* Asks; takes body. */
void core_end_ask(struct core_end *core, json_t *body);

/* Runs the loop until that many replies came, or a press is there (0), at most 20 s. */
MUST_CHECK bool core_end_wait(struct core_end *core, unsigned replies);

#endif
