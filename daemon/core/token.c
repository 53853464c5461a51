/* libsodium for randomness and SHA-256. */
#include "daemon/core/token.h"

#include <jansson.h>
#include <malloc.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "daemon/base/buf.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"

void token_make(char out[TOKEN_LEN + 1])
{
	uint8_t bytes[TOKEN_LEN / 2];

	randombytes_buf(bytes, sizeof(bytes));
	(void)sodium_bin2hex(out, TOKEN_LEN + 1, bytes, sizeof(bytes)); /* the room is enough */
	sodium_memzero(bytes, sizeof(bytes));
}

void token_hash(const char *token, char out[TOKEN_LEN + 1])
{
	uint8_t hash[crypto_hash_sha256_BYTES];

	crypto_hash_sha256(hash, (const uint8_t *)token, strlen(token));
	(void)sodium_bin2hex(out, TOKEN_LEN + 1, hash, sizeof(hash));
}

static void uuid_write(uint8_t bytes[16], unsigned version, char out[UUID_LEN + 1])
{
	char hex[33];

	bytes[6] = (uint8_t)(version << 4 | (bytes[6] & 0x0f));
	bytes[8] = (uint8_t)(0x80 | (bytes[8] & 0x3f));
	(void)sodium_bin2hex(hex, sizeof(hex), bytes, 16);
	(void)snprintf(out, UUID_LEN + 1, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12,
		hex + 16, hex + 20); /* always 36 */
}

void uuid_make(char out[UUID_LEN + 1])
{
	uint8_t bytes[16];

	randombytes_buf(bytes, sizeof(bytes));
	uuid_write(bytes, 4, out);
}

void uuid_of(const char *what, const char *start_id, uint64_t counter, char out[UUID_LEN + 1])
{
	uint8_t hash[crypto_hash_sha256_BYTES];
	AUTO_BUF text = { 0 };

	buf_addf(&text, "%s,%s,%llu", what, start_id, (unsigned long long)counter);
	crypto_hash_sha256(hash, text.data, text.len);
	uuid_write(hash, 8, out);
}

bool uuid_is_valid(const char *text)
{
	static const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

	if (strlen(text) != UUID_LEN)
		return false;
	for (size_t i = 0; i < UUID_LEN; i++) {
		uint8_t c = (uint8_t)text[i];

		if (form[i] == '-' ? c != '-' : hex_digit(c) < 0 || char_is_upper(c))
			return false;
	}
	return true;
}

static void wipe_free(void *p)
{
	if (p)
		sodium_memzero(p, malloc_usable_size(p));
	free(p);
}

void json_wipe_on_free(void)
{
	json_set_alloc_funcs(xmalloc, wipe_free);
}
