/*
 * A set of events and seals, held in memory to be verified as a whole: every hash, every link,
 * every chain's numbering, every seal's root, signature and place. Says intact, pending (something
 * that is linked to has not arrived, or is not sealed yet) or where it breaks.
 *
 * Needs no database: `specimend verify` feeds it from PostgreSQL or from an exported file.
 */
#ifndef SPECIMEND_CUSTODY_LEDGER_H
#define SPECIMEND_CUSTODY_LEDGER_H

#include "daemon/custody/event.h"
#include "daemon/custody/seal.h"

struct ledger;

enum ledger_state {
	LEDGER_INTACT,
	LEDGER_PENDING,
	LEDGER_BROKEN,
};

struct ledger_report {
	enum ledger_state state;
	size_t events;
	size_t subjects;
	size_t seals;
	size_t links_pending; /* links to events that are not here */
	size_t seals_pending; /* seals of which events are not here */
	size_t events_unsealed;
	size_t findings; /* what is broken, counted; told one by one to the callback */
};

/* One broken thing: event_id 0 when a seal is meant, where as text ("seal 3 of node 1 for 101/1").
 */
typedef void (*ledger_finding_fn)(void *ctx, int64_t event_id, const char *where, const char *why);

struct ledger *ledger_new(void);
void ledger_free(struct ledger *ledger);

/* Takes the event's texts; the struct at event is emptied. */
void ledger_give_event(struct ledger *ledger, struct custody_event *event);
void ledger_add_seal(struct ledger *ledger, const struct custody_seal *seal);

/* Believe only this key for seals of this node; without it one key must sign all seals of the node.
 */
void ledger_trust(struct ledger *ledger, int64_t node, const uint8_t key[SEAL_KEY_BYTES]);

/*
 * Verifies everything.
 *
 * own_node   events of this node must all be here: a gap in its chains is broken; 0 = an export,
 * where a gap is pending
 */
void ledger_verify(struct ledger *ledger, int64_t own_node, ledger_finding_fn finding, void *ctx,
	struct ledger_report *out);

const char *ledger_state_name(enum ledger_state state); /* "intact" ... */

#endif
