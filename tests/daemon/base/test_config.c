/* daemon/base/config: the table is the reference, and no mistake in a file goes unsaid. */
#include "daemon/base/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "daemon/base/str.h"
#include "tests/check.h"

static const struct item {
	const char *key;
	const char *type;
	const char *def;
	uint64_t min;
	uint64_t max;
	const char *help;
} items[] = {
#define ITEM(member, type, def, min, max, help) { #member, #type, def, min, max, help },
	CONFIG_TABLE(ITEM)
#undef ITEM
};

static bool parse(struct config *config, const char *text, struct err *err)
{
	return config_parse(config, bytes_of_str(text), err);
}

static void check_defaults(const struct config *config)
{
	check_str(config->database, "host=/run/specimend dbname=specimend user=specimend");
	check_str(config->runtime_dir, "/run/specimend");
	check_str(config->state_dir, "/var/lib/specimend");
	check_str(config->web_dir, SPECIMEND_DATADIR "/web");
	check_str(config->schema_dir, SPECIMEND_DATADIR "/schema");
	check_str(config->templates_dir, SPECIMEND_DATADIR "/templates");
	check_str(config->http_address, "127.0.0.1");
	check_int(config->http_port, 8480);
	check_str(config->http_names, "localhost 127.0.0.1 [::1]");
	check_str(config->mllp_address, "127.0.0.1");
	check_int(config->mllp_port, 8481);
	check_int(config->allow_virtual, false);
	check_int(config->restart_ms, 200);
	check_int(config->seal_every_s, 60);
	check_int(config->log_level, 6);
}

static void test_defaults_are_those_of_the_table(void)
{
	struct config config;

	config_init(&config);
	check_defaults(&config);
	config_done(&config);
	config_done(&config);
}

static void test_every_default_parses_by_itself(void)
{
	for (size_t i = 0; i < ARRAY_LEN(items); i++) {
		struct config config;
		struct err err = { 0 };
		AUTO_BUF line = { 0 };

		check_row(items[i].key);
		config_init(&config);
		buf_addf(&line, "%s = %s", items[i].key, items[i].def);
		check_ok(config_parse(&config, buf_bytes(&line), &err), &err);
		config_done(&config);
	}
}

static void test_printed_reference_is_the_table_and_parses_back(void)
{
	struct config config;
	struct err err = { 0 };
	AUTO_BUF out = { 0 };
	const char *at;

	config_print(&out);
	at = buf_str(&out);
	for (size_t i = 0; i < ARRAY_LEN(items); i++) {
		AUTO_BUF want = { 0 };

		check_row(items[i].key);
		buf_addf(&want, "%s# %s", i ? "\n" : "", items[i].help);
		if (str_equal(items[i].type, "count"))
			buf_addf(&want, " (%llu to %llu)", (unsigned long long)items[i].min,
				(unsigned long long)items[i].max);
		buf_addf(&want, "\n%s = %s\n", items[i].key, items[i].def);
		if (!check(str_has_prefix(at, buf_str(&want))))
			return;
		at += want.len;
	}
	check_row(NULL);
	check_str(at, ""); /* and nothing else */
	config_init(&config);
	check_ok(config_parse(&config, buf_bytes(&out), &err), &err);
	check_defaults(&config);
	config_done(&config);
}

static void test_blanks_comments_and_line_ends(void)
{
	struct config config;
	struct err err = { 0 };

	config_init(&config);
	check_ok(parse(&config,
			 "\n   \n# comment = not a key\n\t# another\n"
			 "  runtime_dir\t=\t/a dir/with = and # in it  \r\n"
			 "http_port=1\nallow_virtual = yes",
			 &err),
		&err);
	check_str(config.runtime_dir, "/a dir/with = and # in it");
	check_int(config.http_port, 1);
	check_int(config.allow_virtual, true);
	check_str(config.state_dir, "/var/lib/specimend"); /* the rest stays */
	config_done(&config);
}

static void test_second_file_is_read_over_the_first(void)
{
	struct config config;
	struct err err = { 0 };

	config_init(&config);
	check_ok(parse(&config, "runtime_dir = /a\nhttp_port = 1\n", &err), &err);
	check_ok(parse(&config, "runtime_dir = /b\n", &err), &err);
	check_str(config.runtime_dir, "/b");
	check_int(config.http_port, 1);
	check_ok(parse(&config, "", &err), &err);
	config_done(&config);
}

static void test_mistakes_name_line_and_key(void)
{
	static const struct {
		const char *text;
		const char *why;
	} rows[] = {
		{ "\n\nhttp_prot = 1\n", "line 3: unknown key 'http_prot'" },
		{ "http_port\n", "line 1: there is no '='" },
		{ "= 1\n", "line 1: unknown key ''" },
		{ "HTTP_PORT = 1\n", "unknown key 'HTTP_PORT'" },
		{ "http_port =\n", "'http_port': a number is missing" },
		{ "http_port = 65536\n", "'http_port': the number must be from 0 to 65535" },
		{ "http_port = 80 # web\n", "'http_port': not a whole number" },
		{ "http_port = -1\n", "not a whole number" },
		{ "restart_ms = 9\n", "'restart_ms': the number must be from 10 to 2000" },
		{ "restart_ms = 2001\n", "from 10 to 2000" },
		{ "seal_every_s = 0\n", "from 1 to 86400" },
		{ "log_level = 8\n", "from 3 to 7" },
		{ "allow_virtual = true\n", "'allow_virtual' must be yes or no" },
		{ "allow_virtual = Yes\n", "yes or no" },
		{ "runtime_dir =  \n", "'runtime_dir' has no value" },
		{ "http_port = 1\n\nhttp_port = 1\n", "line 3: 'http_port' is given twice" },
		{ "runtime_dir = /a\x01\n", "line 1: control character at column 17" },
		{ "web_dir = /a\n#\x1b\n", "line 2: control character" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct config config;
		struct err err = { 0 };

		check_row(rows[i].why);
		config_init(&config);
		check(!parse(&config, rows[i].text, &err));
		check_err(&err, ERR_INVALID, rows[i].why);
		config_done(&config);
	}
}

static void test_only_the_database_may_be_empty_and_no_text_endless(void)
{
	for (size_t i = 0; i < ARRAY_LEN(items); i++) {
		struct config config;
		AUTO_BUF line = { 0 };

		if (!str_equal(items[i].type, "text"))
			continue;
		check_row(items[i].key);
		config_init(&config);
		buf_addf(&line, "%s =", items[i].key);
		check_int(config_parse(&config, buf_bytes(&line), NULL),
			str_equal(items[i].key, "database"));
		buf_addf(&line, "%*s", 4096, "x"); /* the blanks in front do not count */
		check(config_parse(&config, buf_bytes(&line), NULL));
		buf_cut(&line, strlen(items[i].key) + 2);
		for (int n = 0; n < 4096; n++)
			buf_add_byte(&line, 'x');
		check(config_parse(&config, buf_bytes(&line), NULL));
		buf_add_byte(&line, 'x');
		check(!config_parse(&config, buf_bytes(&line), NULL));
		config_done(&config);
	}
}

static void test_nul_byte_does_not_hide_the_rest_of_a_line(void)
{
	static const char text[] = "http_port = 1\0 garbage\n";
	struct config config;
	struct err err = { 0 };

	config_init(&config);
	check(!config_parse(&config, bytes_of(text, sizeof(text) - 1), &err));
	check_err(&err, ERR_INVALID, "control character at column 14");
	config_done(&config);
}

static void test_limits_of_every_count_are_accepted_and_no_more(void)
{
	for (size_t i = 0; i < ARRAY_LEN(items); i++) {
		if (!str_equal(items[i].type, "count"))
			continue;
		const uint64_t values[] = { items[i].min, items[i].max, items[i].max + 1,
			items[i].min - 1 };

		check_row(items[i].key);
		check(items[i].min < items[i].max && items[i].max <= UINT32_MAX);
		for (size_t j = 0; j < ARRAY_LEN(values); j++) {
			struct config config;
			AUTO_BUF line = { 0 };

			config_init(&config);
			buf_addf(&line, "%s = %llu", items[i].key, (unsigned long long)values[j]);
			check_int(config_parse(&config, buf_bytes(&line), NULL), j < 2);
			config_done(&config);
		}
	}
}

static void test_files(void)
{
	char path[] = "/tmp/test_config_XXXXXX";
	int fd = mkstemp(path);
	struct config config;
	struct err err = { 0 };
	AUTO_BUF text = { 0 };

	buf_add_str(&text, "http_port = 1234\nruntime_dir = /x\n");
	check_int(write(fd, text.data, text.len), text.len);
	config_init(&config);
	check_ok(config_load(&config, path, &err), &err);
	check_int(config.http_port, 1234);
	check_str(config.runtime_dir, "/x");

	buf_reset(&text);
	buf_add_str(&text, "nonsense\n");
	check_int(write(fd, text.data, text.len), text.len);
	check(!config_load(&config, path, &err));
	check_err(&err, ERR_INVALID, path);
	check_contains(err.message, "line 3");

	buf_reset(&text);
	while (text.len <= CONFIG_FILE_MAX)
		buf_add_str(&text, "# a long comment\n");
	check_int(write(fd, text.data, text.len), text.len);
	check(!config_load(&config, path, &err));
	check_err(&err, ERR_TOO_LARGE, "more than 65536 bytes");
	close(fd);
	unlink(path);

	check(!config_load(&config, path, &err));
	check_err(&err, ERR_NOT_FOUND, path);
	check(!config_load(&config, "/tmp", &err));
	check_err(&err, ERR_IO, "directory");
	config_done(&config);
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_defaults_are_those_of_the_table),
		CHECK_TEST(test_every_default_parses_by_itself),
		CHECK_TEST(test_printed_reference_is_the_table_and_parses_back),
		CHECK_TEST(test_blanks_comments_and_line_ends),
		CHECK_TEST(test_second_file_is_read_over_the_first),
		CHECK_TEST(test_mistakes_name_line_and_key),
		CHECK_TEST(test_only_the_database_may_be_empty_and_no_text_endless),
		CHECK_TEST(test_nul_byte_does_not_hide_the_rest_of_a_line),
		CHECK_TEST(test_limits_of_every_count_are_accepted_and_no_more),
		CHECK_TEST(test_files),
	};

	return check_run("base/config", tests, ARRAY_LEN(tests));
}
