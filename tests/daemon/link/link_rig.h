/* Both ends of a link (ends.h), and the words to make them speak. */
#ifndef SPECIMEND_TESTS_LINK_LINK_RIG_H
#define SPECIMEND_TESTS_LINK_LINK_RIG_H

#include "daemon/link/link.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "daemon/link/socket.h"
#include "tests/check.h"
#include "tests/daemon/link/ends.h"

static struct ends ends;

static inline json_t *do_json(const char *what)
{
	return json_pack("{s:s}", "do", what);
}

static inline uint64_t ask(struct end *from, const char *what, const struct link_payloads *payloads,
	int64_t timeout_ms)
{
	AUTO(json_decref) json_t *body = do_json(what);

	return link_request(from->link, body, payloads, timeout_ms, end_on_reply, from);
}

static inline uint64_t report(struct end *from, const char *what)
{
	AUTO(json_decref) json_t *body = json_pack("{s:s}", "what", what);
	struct err err = { 0 };
	uint64_t id = 0;

	check_ok(link_report(from->link, body, &id, &err), &err);
	return id;
}

static inline bool notice(
	struct end *from, const char *what, const struct link_payloads *payloads, struct err *err)
{
	AUTO(json_decref) json_t *body = json_pack("{s:s}", "what", what);

	return link_notice(from->link, body, payloads, err);
}

static inline struct bytes many_bytes(size_t len)
{
	static uint8_t bytes[TRANSFER_BYTES_MAX + 1];

	for (size_t i = 0; i < len; i++)
		bytes[i] = (uint8_t)(i * 7 + i / 251);
	return bytes_of(bytes, len);
}

static inline struct link_payloads one_payload(struct bytes bytes)
{
	return (struct link_payloads) { .count = 1, .items = { { "bytes", bytes } } };
}

/* The core goes away with everything it knew, and comes back at the same place. */
static inline void core_restart(void)
{
	link_listener_free(ends.listener);
	ends.core.link = NULL;
	ends_settle(&ends);
	ends_listen(&ends);
}

#endif
