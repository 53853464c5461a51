/*
 * What a request must be before any route sees it: pure conditions over method, version, path and
 * header fields, because the HTTP library of Debian 12 takes several requests that smuggle or
 * confuse (observed on libmicrohttpd 0.9.75; tests/daemon/core/test_gate.c has one row per case).
 * Whether a path exists and what it may carry is routes.c.
 */
#ifndef SPECIMEND_CORE_GATE_H
#define SPECIMEND_CORE_GATE_H

#include "daemon/base/err.h"

#define GATE_FIELDS_MAX 100
#define GATE_PATH_MAX 256

/* One header field as the library split it; NUL-terminated and checked to hold no NUL inside. */
struct gate_field {
	const char *name;
	const char *value;
};

struct gate_head {
	const char *method;
	const char *version; /* "HTTP/1.1" */
	const char *uri;     /* as it was sent: path and query, not decoded */
	const struct gate_field *fields;
	size_t field_count;
};

/*
 * Fails with ERR_INVALID (answer 400 and close) unless: the method is GET, HEAD, POST, PUT, PATCH
 * or DELETE; the version is HTTP/1.0 or HTTP/1.1; every field name is a token; at most one
 * Content-Length, all digits; at most one Transfer-Encoding, exactly `chunked`; never both; exactly
 * one Host; the path begins with '/' and holds only printable ASCII without '%', at most
 * GATE_PATH_MAX bytes.
 * Source: RFC 9110 5.6.2 (token), RFC 9112 3.2 (Host), 6.1 and 6.3 (message length).
 */
MUST_CHECK bool gate_check(const struct gate_head *head, struct err *err);

/*
 * Fails with ERR_INVALID (answer 400 and close) unless Host is one of our names, in any case, with
 * a port (any: a proxy has its own) or without. A page of another site whose name is made to lead
 * to our address (DNS rebinding) is same-origin to the browser: only its name gives it away.
 *
 * names  blanks between them, IPv6 addresses in brackets
 */
MUST_CHECK bool gate_check_host(const struct gate_head *head, const char *names, struct err *err);

/* Fails with ERR_INVALID when one of the names can be no Host. Source: RFC 3986 3.2.2 (host). */
MUST_CHECK bool gate_names_check(const char *names, struct err *err);

/*
 * Fails with ERR_FORBIDDEN when a browser says that another site asks: Origin, when sent, must be
 * http:// or https:// and our own Host; Sec-Fetch-Site, when sent, must be same-origin, or none for
 * what changes nothing. A request that changes something must carry X-Specimend: 1, which a form of
 * another site cannot send.
 * Source: W3C Fetch Metadata 2.2 (Sec-Fetch-Site); Fetch standard (Origin; CORS-safelisted
 * headers).
 */
MUST_CHECK bool gate_check_site(const struct gate_head *head, bool changes, struct err *err);

/* True when the Content-Type is this media type; its parameters (charset) are not looked at. */
bool gate_type_is(const struct gate_head *head, const char *media_type);

/* The value of the first field of this name (any case), or NULL. */
const char *gate_field_find(const struct gate_head *head, const char *name);

#endif
