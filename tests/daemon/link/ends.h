/*
 * Both ends of a link in one loop with a clock of our own, and a peer made of a plain socket. Each
 * end writes what happens to it into its log, one word-like entry each: "hello(bench)
 * report(3,{...}) ".
 */
#ifndef SPECIMEND_TESTS_LINK_ENDS_H
#define SPECIMEND_TESTS_LINK_ENDS_H

#include "daemon/base/auto_json.h"
#include "daemon/base/buf.h"
#include "daemon/link/link.h"

struct end {
	struct link_setup setup;
	struct link *link; /* the newest; NULL after on_closed on the listening side */
	struct buf log;
	struct buf payload;  /* the payload "bytes" of the last message */
	uint64_t request_id; /* of the last request */
	uint64_t report_id;  /* of the last report */
	uint64_t reports;    /* that came */
	uint64_t acked_id;   /* of the last acknowledgement */
	unsigned acked;
	bool acks;    /* acknowledge every report at once */
	bool answers; /* answer every request at once with {"you": <do>} and the payload it brought
		       */
	bool frees;   /* free the link in the next handler */
	unsigned hellos;
	unsigned replies;
	struct err reply_err; /* of the last reply */
	char start_id[LINK_START_ID_LEN + 1];
};

struct ends {
	struct loop *loop;
	char dir[64];
	char path[96];
	struct end core;
	struct end bench;
	struct link_listener *listener;
};

/* The core listens; nobody has connected. */
void ends_open(struct ends *ends);
void ends_listen(struct ends *ends);
void ends_close(struct ends *ends);

/* The bench connects and both have said hello. */
void ends_connect(struct ends *ends);

/* Three hundred passes with the clock standing still: more than anything in these tests takes. */
void ends_settle(struct ends *ends);
void ends_wait(struct ends *ends, int64_t ms); /* in steps of the next timer, settling after each */

/* Adds "reply(...) " to the log of the end that is its arg. */
void end_on_reply(
	void *arg, const struct err *err, json_t *body, const struct link_payloads *payloads);

const char *end_log(struct end *end); /* since the last time it was asked; kept until then */

/* A plain socket connected to the core, not blocking. */
int peer_connect(const struct ends *ends);
void peer_send(int fd, unsigned type, uint64_t id, struct bytes payload);
void peer_hello(int fd, const char *role);
/* Type and id of the next message, its payload into out when not NULL; type 0: closed, -1: none
 * there. */
int peer_receive(int fd, uint64_t *id, struct buf *out);

#endif
