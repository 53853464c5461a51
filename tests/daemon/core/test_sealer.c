/* daemon/core/sealer: seals of the database are signed, with a key that nobody else may read. */
#include "daemon/core/sealer.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "tests/check.h"
#include "tests/daemon/core/roles_rig.h"

static bool seals_are_signed(void)
{
	return sql_is("select count(*) from fake.seal where signature is null", "0");
}

static void test_seals_are_signed_with_a_key_that_lasts(void)
{
	uint8_t signature[crypto_sign_BYTES] = { 0 };
	uint8_t key[crypto_sign_PUBLICKEYBYTES] = { 0 };
	char first[65];

	begin();
	for (int i = 0; i < 2; i++) {
		char sql[160];
		struct stat st;
		AUTO_BUF bytes = { 0 };
		AUTO_BUF key_bytes = { 0 };
		char *path = xasprintf("%s/seal.key", rig->dir);

		(void)snprintf(
			sql, sizeof(sql), "insert into fake.seal values (%d, '616263')", i + 1);
		rig_sql(rig, sql);
		for (int tries = 0; tries < 10 && !seals_are_signed(); tries++) {
			rig_push_ms(61000); /* may also end the calls that are out: then the next
					       minute */
			rig_run_ms(rig, 200);
		}
		check(seals_are_signed());
		check(hex_decode(bytes_of_str(rig_sql(rig,
					 "select signature from fake.seal order by seal_id desc")),
			&bytes, NULL));
		check(hex_decode(bytes_of_str(rig_sql(rig,
					 "select public_key from fake.seal order by seal_id desc")),
			&key_bytes, NULL));
		check_int(bytes.len, sizeof(signature));
		check_int(key_bytes.len, sizeof(key));
		if (bytes.len == sizeof(signature) && key_bytes.len == sizeof(key)) {
			memcpy(signature, bytes.data, sizeof(signature));
			memcpy(key, key_bytes.data, sizeof(key));
		}
		check_int(
			crypto_sign_verify_detached(signature, (const uint8_t *)"abc", 3, key), 0);
		check_int(stat(path, &st), 0);
		check_int(st.st_mode & 0777, 0600);
		free(path);
		if (i == 0)
			(void)str_copy(first, sizeof(first),
				rig_sql(rig, "select public_key from fake.seal"));
		rig_core_stop(rig);
		rig_core_start(rig);
	}
	check_str(
		rig_sql(rig, "select string_agg(distinct public_key, ',') from fake.seal"), first);
	end();
}

static void test_seal_key_that_others_may_read_stops_the_start(void)
{
	begin();
	char *path = xasprintf("%s/seal.key", rig->dir);
	struct err err = { 0 };
	struct core *core = NULL;

	rig_core_stop(rig);
	check_int(chmod(path, 0640), 0);
	check(!core_new(rig->loop, &rig->config, &core, &err));
	check_err(&err, ERR_INVALID, "is open to others");
	check_int(chmod(path, 0600), 0);
	free(path);
	end();
}

int main(int argc, char **argv)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_seals_are_signed_with_a_key_that_lasts),
		CHECK_TEST(test_seal_key_that_others_may_read_stops_the_start),
	};

	(void)argc;
	rig_begin(argv);
	return check_run("core/sealer", tests, ARRAY_LEN(tests));
}
