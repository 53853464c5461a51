/* PINs: Argon2id of our cost and nothing else; wiped. */
#include "daemon/press/pin.h"

#include "daemon/base/auto_json.h"
#include "tests/check.h"

DEFINE_AUTO(struct pin, pin_free)

static bool pin_of(const char *text, const char *hash, struct pin **out, struct err *err)
{
	AUTO(json_decref) json_t *body = json_object();

	if (text)
		json_object_set_new(body, "pin", json_string(text));
	if (hash)
		json_object_set_new(body, "hash", json_string(hash));
	return pin_read(body, out, err);
}

static void test_pin_matches_its_own_hash_only(void)
{
	char hash[crypto_pwhash_STRBYTES], other[crypto_pwhash_STRBYTES];
	AUTO(pin_free) struct pin *fresh = NULL;
	AUTO(pin_free) struct pin *right = NULL;
	AUTO(pin_free) struct pin *wrong = NULL;
	AUTO(pin_free) struct pin *without = NULL;
	struct err err = { 0 };

	if (!check_ok(pin_of("4711", NULL, &fresh, &err), &err) ||
		!check_ok(pin_hash(fresh, hash, &err), &err) ||
		!check_ok(pin_hash(fresh, other, &err), &err) ||
		!check_ok(pin_of("4711", hash, &right, &err), &err) ||
		!check_ok(pin_of("4712", hash, &wrong, &err), &err) ||
		!check_ok(pin_of("4711", "", &without, &err), &err))
		return;
	check_contains(hash, "$argon2id$v=19$m=32768,t=2,p=1$");
	check(strcmp(hash, other) != 0); /* salted */
	check(pin_matches(right));
	check(!pin_matches(wrong));
	check(!pin_matches(without));
	check(!pin_matches(fresh));
}

static void test_pin_refuses_what_is_out_of_its_limits(void)
{
	static const char long_pin[] =
		"00000000001111111111222222222233333333334444444444555555555566666";
	static const struct {
		const char *name, *pin, *hash, *text;
	} rows[] = {
		{ "no PIN", NULL, NULL, "a PIN is a text" },
		{ "65 characters", long_pin, NULL, "at most 64" },
		{ "no hash", "4711", "swordfish", "not a hash of ours" },
		{ "hash cut", "4711", "$argon2id$v=19$m=32768,t=2,p=1$", "not a hash of ours" },
		{ "Argon2i", "4711",
			"$argon2i$v=19$m=32768,t=3,p=1$c29tZXNhbHRzb21lc2FsdA$"
			"WwD+dHKyTqTmVWk7TOrL0TTZ8dbvkWOv9BlZhGvMnKQ",
			"not a hash of ours" },
		{ "4 GiB", "4711",
			"$argon2id$v=19$m=4194304,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$"
			"WwD+dHKyTqTmVWk7TOrL0TTZ8dbvkWOv9BlZhGvMnKQ",
			"not a hash of ours" },
		{ "1000 passes", "4711",
			"$argon2id$v=19$m=32768,t=1000,p=1$c29tZXNhbHRzb21lc2FsdA$"
			"WwD+dHKyTqTmVWk7TOrL0TTZ8dbvkWOv9BlZhGvMnKQ",
			"not a hash of ours" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct pin *pin = NULL;
		struct err err = { 0 };

		check_row(rows[i].name);
		check(!pin_of(rows[i].pin, rows[i].hash, &pin, &err));
		check_err(&err, ERR_INVALID, rows[i].text);
		check(pin == NULL);
	}
}

static void test_pin_with_a_nul_is_refused(void)
{
	AUTO(json_decref)
	json_t *body = json_loads("{\"pin\": \"47\\u000011\"}", JSON_ALLOW_NUL, NULL);
	struct pin *pin = NULL;
	struct err err = { 0 };

	check(!pin_read(body, &pin, &err));
	check_err(&err, ERR_INVALID, "a PIN is a text");
}

static void test_pin_hash_asks_for_four_characters(void)
{
	AUTO(pin_free) struct pin *three = NULL;
	AUTO(pin_free) struct pin *longest = NULL;
	char hash[crypto_pwhash_STRBYTES];
	struct err err = { 0 };

	if (!check_ok(pin_of("471", NULL, &three, &err), &err) ||
		!check_ok(pin_of("0000000000111111111122222222223333333333444444444455555555556666",
				  NULL, &longest, &err),
			&err))
		return;
	check(!pin_hash(three, hash, &err));
	check_err(&err, ERR_INVALID, "4 to 64 characters");
	check_ok(pin_hash(longest, hash, &err), &err);
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_pin_matches_its_own_hash_only),
		CHECK_TEST(test_pin_refuses_what_is_out_of_its_limits),
		CHECK_TEST(test_pin_with_a_nul_is_refused),
		CHECK_TEST(test_pin_hash_asks_for_four_characters),
	};

	if (sodium_init() < 0)
		return 99;
	pin_wipe_json();
	return check_run("press/pin", tests, ARRAY_LEN(tests));
}
