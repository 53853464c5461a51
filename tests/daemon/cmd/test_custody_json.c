/*
 * Events and seals from JSON, and the vectors of tests/data/custody/ that SQL gives too: event
 * hashes, Merkle roots, bytes and hashes of seals.
 */
#include "daemon/cmd/custody_json.h"

#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "daemon/base/auto_json.h"
#include "daemon/custody/merkle.h"
#include "tests/check.h"

#define LEAVES_MAX 64
#define ZERO_KEY "0000000000000000000000000000000000000000000000000000000000000000"

static json_t *read_vectors(const char *name)
{
	size_t len;
	char *text = check_read_file(name, &len);
	json_error_t where;
	json_t *json = json_loadb(text, len, 0, &where);

	free(text);
	if (!json_is_array(json)) {
		fprintf(stderr, "%s:%d: %s\n", name, where.line, where.text);
		exit(99);
	}
	return json;
}

static const char *text_of(json_t *row, const char *name)
{
	return json_string_value(json_object_get(row, name));
}

static void check_hash(struct custody_hash hash, const char *expected)
{
	char hex[2 * CUSTODY_HASH_BYTES + 1];

	check_str(sodium_bin2hex(hex, sizeof(hex), hash.bytes, CUSTODY_HASH_BYTES), expected);
}

static void test_event_vectors_give_the_hash_that_sql_gives(void)
{
	AUTO(json_decref) json_t *rows = read_vectors("tests/data/custody/events.json");
	size_t i;
	json_t *row;

	json_array_foreach (rows, i, row) {
		struct custody_event event;
		struct err err = { 0 };

		check_row(text_of(row, "why"));
		if (!check_ok(custody_event_from_json(row, &event, &err), &err))
			continue;
		check_hash(custody_event_hash(&event), text_of(row, "hash"));
		custody_event_done(&event);
	}
	check_row(NULL);
	check(json_array_size(rows) > 15);
}

static void test_merkle_vectors_give_the_root_that_sql_gives(void)
{
	AUTO(json_decref) json_t *rows = read_vectors("tests/data/custody/merkle.json");
	size_t i;
	json_t *row;

	json_array_foreach (rows, i, row) {
		struct custody_hash leaves[LEAVES_MAX];
		size_t n;
		json_t *leaf;
		struct err err = { 0 };

		check_row(text_of(row, "why"));
		check(json_array_size(json_object_get(row, "leaves")) <= LEAVES_MAX);
		json_array_foreach (json_object_get(row, "leaves"), n, leaf) {
			check_ok(custody_hash_parse(
					 bytes_of_str(json_string_value(leaf)), &leaves[n], &err),
				&err);
		}
		check_hash(merkle_root(leaves, n), text_of(row, "root"));
	}
	check_row(NULL);
	check(json_array_size(rows) >= 6);
}

static void test_seal_vectors_give_the_bytes_that_sql_gives(void)
{
	AUTO(json_decref) json_t *rows = read_vectors("tests/data/custody/seals.json");
	size_t i;
	json_t *row;

	json_array_foreach (rows, i, row) {
		struct custody_seal seal;
		struct err err = { 0 };
		AUTO_BUF bytes = { 0 };

		check_row(text_of(row, "why"));
		json_object_set_new(row, "public_key", json_string(ZERO_KEY));
		json_object_set_new(row, "signature", json_string(ZERO_KEY ZERO_KEY));
		if (!check_ok(custody_seal_from_json(row, &seal, &err), &err))
			continue;
		seal_bytes(&seal, &bytes);
		check_str(buf_str(&bytes), text_of(row, "bytes"));
		check_hash(seal_hash(&seal), text_of(row, "hash"));
		check(!seal_is_signed(&seal));
	}
	check_row(NULL);
	check(json_array_size(rows) >= 2);
}

static void test_what_is_not_an_event_is_refused_by_field(void)
{
	static const struct {
		const char *field;
		const char *value; /* JSON; NULL takes the field away */
		const char *why;
	} rows[] = {
		{ "event_id", "\"1\"", "'event_id' is not a whole number" },
		{ "event_id", NULL, "'event_id' is not a whole number" },
		{ "n", "1.5", "'n' is not a whole number" },
		{ "subject", "null", "'subject' is not a text" },
		{ "subject", "\"a\\u0000b\"", "'subject' is not a text" },
		{ "moves", "\"t\"", "'moves' is neither true nor false" },
		{ "hash", "\"00\"", "'hash' does not have 64" },
		{ "operator_id", "\"x\"", "'operator_id' is not a whole number" },
		{ "body", "{}", "'body' is not a text" },
	};
	AUTO(json_decref) json_t *vectors = read_vectors("tests/data/custody/events.json");

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(json_decref) json_t *row = json_copy(json_array_get(vectors, 0));
		struct custody_event event;
		struct err err = { 0 };

		check_row(rows[i].why);
		if (rows[i].value)
			json_object_set_new(row, rows[i].field,
				json_loads(rows[i].value, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL));
		else
			json_object_del(row, rows[i].field);
		check(!custody_event_from_json(row, &event, &err));
		check_err(&err, ERR_INVALID, rows[i].why);
	}
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_event_vectors_give_the_hash_that_sql_gives),
		CHECK_TEST(test_merkle_vectors_give_the_root_that_sql_gives),
		CHECK_TEST(test_seal_vectors_give_the_bytes_that_sql_gives),
		CHECK_TEST(test_what_is_not_an_event_is_refused_by_field),
	};

	if (sodium_init() < 0)
		return 99;
	return check_run("cmd/custody_json", tests, ARRAY_LEN(tests));
}
