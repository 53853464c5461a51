/*
 * A printer behind a real socket on the loopback: a fake_printer that takes one connection at a
 * time on a port of its own, in a loop of its owner, and does to it what a test says. For the tests
 * of the transport (fake clock) and for the program tests/tcp/printer (the real one).
 */
#ifndef SPECIMEND_TESTS_TCP_RAW_PRINTER_H
#define SPECIMEND_TESTS_TCP_RAW_PRINTER_H

#include <stdio.h>

#include "daemon/loop/loop.h"
#include "printers/fake/fake_printer.h"

struct raw_printer {
	/* what it does; changed at will */
	int64_t label_ms;  /* a label takes to come out */
	int64_t answer_ms; /* an answer comes so late; 0: at once */
	size_t piece;      /* bytes read in one pass; 0: none, it is deaf */
	size_t reset_at;   /* bytes of this connection until it is reset; SIZE_MAX: never */
	void (*label)(void *arg, const struct label_bitmap *label);
	void *arg;
	FILE *log; /* "begin MS" and "out MS" of each label; NULL: none */
	/* what happened */
	unsigned connections;
	unsigned labels;
	/* inside */
	struct loop *loop;
	struct fake_printer *mind;
	int port; /* its number */
	int listen_fd;
	int fd;
	size_t taken; /* bytes of this connection */
	struct loop_handle *listening;
	struct loop_handle *socket;
	struct loop_handle *printing;
	struct loop_handle *answering;
};

/* A failure ends the program with a message. port: 0 for any; host: "127.0.0.1" or "::1". */
void raw_printer_begin(struct raw_printer *printer, struct loop *loop, const char *host, int port,
	const struct printer_driver *driver);
void raw_printer_end(struct raw_printer *printer);

/* As tcp_address.h writes it. */
void raw_printer_identity(const char *host, int port, char *out, size_t size);

void raw_printer_set(struct raw_printer *printer, enum fake_printer_mode mode);

/* What happens to the connection, if there is one. */
void raw_printer_reset(struct raw_printer *printer);      /* as a power cycle does: RST */
void raw_printer_half_close(struct raw_printer *printer); /* FIN; it reads on */

/* Nobody listens any more; and again, at the same port. */
void raw_printer_leave(struct raw_printer *printer);
void raw_printer_return(struct raw_printer *printer);

#endif
