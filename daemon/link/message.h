/*
 * A JSON message with its large fields: on the way out the JSON text names the transfers that carry
 * them, on the way in they are found again by name. A JSON text that does not fit into one frame
 * goes as a transfer itself, and the message says {"json": {"transfer": n, "len": bytes}}.
 */
#ifndef SPECIMEND_LINK_MESSAGE_H
#define SPECIMEND_LINK_MESSAGE_H

#include "daemon/base/auto_json.h"
#include "daemon/base/list.h"
#include "daemon/link/transfer.h"

#define LINK_PAYLOADS_MAX (TRANSFER_MAX - 1)

/* Named byte runs beside a JSON message, borrowed by whoever is given them. */
struct link_payloads {
	struct link_payload {
		const char *name;
		struct bytes bytes;
	} items[LINK_PAYLOADS_MAX];
	size_t count;
};

/* The bytes of that name; NULL data and length 0 when there are none (or payloads is NULL). */
struct bytes link_payload_find(const struct link_payloads *payloads, const char *name);
bool link_payload_is_here(const struct link_payloads *payloads, const char *name);

/* One message waiting to be sent. */
struct message {
	struct list node;
	enum frame_type type;
	uint64_t id;
	struct buf payload;
	struct transfer_out transfers[TRANSFER_MAX];
	size_t transfer_count;
};

struct message *message_new(enum frame_type type, uint64_t id);
void message_free(struct message *message); /* takes it out of its list, wipes it; accepts NULL */
DEFINE_AUTO(struct message, message_free)
size_t message_bytes(const struct message *message);

/*
 * Makes the JSON text and the transfers.
 *
 * body           borrowed, an object
 * payloads       NULL for none; copied
 * next_transfer  the link's counter of transfer ids, counted up
 *
 * Fails with ERR_TOO_LARGE when text and payloads together exceed TRANSFER_BYTES_MAX.
 */
MUST_CHECK bool message_fill(struct message *message, json_t *body,
	const struct link_payloads *payloads, uint64_t *next_transfer, struct err *err);

/*
 * Reads the JSON object of a message that came in and finds its payloads among the transfers.
 *
 * out           new; yours to json_decref
 * out_payloads  borrows from transfers and from *out
 *
 * Fails with ERR_INVALID when it is no object or names a transfer that is not here whole.
 */
MUST_CHECK bool message_read(struct bytes payload, const struct transfers_in *transfers,
	json_t **out, struct link_payloads *out_payloads, struct err *err);

#endif
