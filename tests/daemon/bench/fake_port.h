/*
 * A printer at the end of a cable that a test holds in its hand: it speaks the language for tests
 * (printers/lang/null.c), answers what the test says, takes bytes as the test says, and remembers
 * everything. And a loop whose clock the test moves.
 */
#ifndef SPECIMEND_TESTS_BENCH_FAKE_PORT_H
#define SPECIMEND_TESTS_BENCH_FAKE_PORT_H

#include "daemon/bench/transport.h"
#include "printers/lang/driver.h"

struct fake_port {
	/* what it answers */
	unsigned state; /* conditions */
	unsigned formats;
	unsigned remaining;
	unsigned partial; /* each "cancel" takes one off */
	bool is_busy;
	bool is_idle_once; /* it denies that, the next time it is asked */
	uint64_t counter;
	bool silent[PRINTER_QUERIES];
	const char *garbage;     /* sent before every answer, NULL: nothing */
	const char *description; /* what it says of itself when it comes, NULL: nothing */
	const char *plug;        /* what tells it from others; not NULL */
	const char *instead;     /* sent instead of every answer, NULL: the answer */
	bool in_bytes;           /* answers byte by byte */
	/* what a label does to it */
	unsigned label_step;  /* the counter moves by so much when a label comes */
	bool label_stays;     /* a label comes, but the counter does not move yet */
	unsigned label_state; /* conditions from then on */
	/* it takes bytes only when the test calls fake_take */
	bool is_holding;
	/* what it saw */
	struct buf seen; /* every byte taken */
	unsigned labels;
	unsigned cancels;
	unsigned asked[PRINTER_QUERIES];
	unsigned cut;      /* write_cancel of a write under way */
	bool is_stuck;     /* does not let go of a write that is cancelled */
	size_t taken_late; /* of a write that is cancelled: taken, but told only then */
	bool is_reading;
	/* inside */
	struct transport_port *port;
};

extern const struct transport fake_transport;

/* The one that fake_transport opens next; zeroed, step 1, counter 100, plug "fake 1". */
struct fake_port *fake_port_reset(void);

void fake_here(struct fake_port *fake);
void fake_gone(struct fake_port *fake);

/* Takes len bytes of the write that is held. */
void fake_take(struct fake_port *fake, size_t len);

/* Ends the write that is held: by a stall (ERR_DEVICE_PROTOCOL), or broken off (ERR_IO). */
void fake_refuse(struct fake_port *fake, enum err_code code);

/* Says something unasked; nobody hears it while reading is off. */
void fake_say(struct fake_port *fake, struct bytes bytes);

/* Loses a part of what it says. */
void fake_lose(struct fake_port *fake);

/* Takes all from now on. */
void fake_release(struct fake_port *fake);

/* The clock and the loop. */
struct loop *fake_loop_new(void);
void fake_loop_run(struct loop *loop, int64_t ms);
int64_t fake_now_ms(void);
/* The process does not run for so long. */
void fake_stall(int64_t ms);

#endif
