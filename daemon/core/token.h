/* Random names and the ids that follow from evidence: tokens, request ids, hashes. */
#ifndef SPECIMEND_CORE_TOKEN_H
#define SPECIMEND_CORE_TOKEN_H

#include "daemon/base/bytes.h"

#define TOKEN_LEN 64 /* hex digits of 32 random bytes, and of a SHA-256 */
#define UUID_LEN 36

void token_make(char out[TOKEN_LEN + 1]);
void token_hash(const char *token, char out[TOKEN_LEN + 1]); /* hex SHA-256 of the token's text */
void uuid_make(char out[UUID_LEN + 1]);                      /* UUIDv4. Source: RFC 9562 5.4 */

/* UUIDv8 of "<what>,<start_id>,<counter>" (contrib/CONTRACTS.md 3, request ids). Source: RFC
 * 9562 5.8. */
void uuid_of(const char *what, const char *start_id, uint64_t counter, char out[UUID_LEN + 1]);

bool uuid_is_valid(const char *text); /* 8-4-4-4-12 lower-case hex digits */

/* Makes jansson wipe every block that it frees, because bodies may hold a PIN. Before its first
 * use. */
void json_wipe_on_free(void);

#endif
