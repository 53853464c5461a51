/* daemon/base/buf: grows, stays terminated, gives itself away. */
#include "daemon/base/buf.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/base/str.h"
#include "tests/check.h"

static void check_terminated(const struct buf *buf)
{
	check(buf->len < buf->cap);
	check_int(buf->data[buf->len], 0);
}

static void test_empty_buffer_is_an_empty_string(void)
{
	struct buf buf = { 0 };

	check_str(buf_str(&buf), "");
	check_int(buf_bytes(&buf).len, 0);
	buf_reset(&buf);
	buf_drop(&buf, 5);
	buf_cut(&buf, 0);
	buf_add(&buf, bytes_of(NULL, 0));
	buf_add_str(&buf, "");
	buf_addf(&buf, "%s", "");
	check_str(buf_str(&buf), "");
	buf_done(&buf);
	buf_done(&buf);
	buf_init(&buf);
	check_str(buf_str(&buf), "");
	char *s = buf_take_str(&buf);

	check_str(s, "");
	free(s);
}

static void test_everything_that_adds_keeps_it_terminated(void)
{
	AUTO_BUF buf = { 0 };

	buf_add_str(&buf, "abc");
	check_terminated(&buf);
	buf_add_byte(&buf, 'd');
	check_terminated(&buf);
	buf_addf(&buf, "%05d|%s", 42, "x");
	check_terminated(&buf);
	buf_add(&buf, bytes_of_str("yz"));
	check_terminated(&buf);
	memcpy(buf_grow(&buf, 3), "123", 3);
	check_terminated(&buf);
	check_str(buf_str(&buf), "abcd00042|xyz123");
}

static void test_nul_bytes_are_bytes(void)
{
	AUTO_BUF buf = { 0 };

	buf_add(&buf, bytes_of("a\0b", 3));
	buf_add_byte(&buf, 0);
	check_int(buf.len, 4);
	check_bytes(buf_bytes(&buf), bytes_of("a\0b\0", 4));
}

static void test_growing_keeps_what_is_there_at_every_length(void)
{
	AUTO_BUF buf = { 0 };

	for (unsigned i = 0; i < 5000; i++) {
		buf_add_byte(&buf, (uint8_t)(i * 31));
		if (i % 61 == 0)
			check_terminated(&buf);
	}
	bool same = true;

	for (unsigned i = 0; i < 5000; i++)
		same = same && buf.data[i] == (uint8_t)(i * 31);
	check(same);
	check_int(buf.len, 5000);
}

static void test_formatted_text_of_every_length_round_the_first_block(void)
{
	for (int len = 0; len < 200; len++) {
		AUTO_BUF buf = { 0 };

		buf_addf(&buf, "%*s", len, "");
		check_int(buf.len, len);
		check_int(strlen(buf_str(&buf)), len);
	}
}

static void test_cut_and_drop(void)
{
	AUTO_BUF buf = { 0 };

	buf_add_str(&buf, "0123456789");
	buf_cut(&buf, 100);
	check_str(buf_str(&buf), "0123456789");
	buf_cut(&buf, 8);
	check_str(buf_str(&buf), "01234567");
	buf_drop(&buf, 0);
	buf_drop(&buf, 3);
	check_str(buf_str(&buf), "34567");
	check_terminated(&buf);
	buf_drop(&buf, 5);
	check_str(buf_str(&buf), "");
	check_int(buf.len, 0);
	buf_add_str(&buf, "again");
	buf_drop(&buf, 600);
	check_str(buf_str(&buf), "");
	buf_add_str(&buf, "again");
	buf_cut(&buf, 0);
	check_str(buf_str(&buf), "");
}

static void test_reset_keeps_the_memory(void)
{
	AUTO_BUF buf = { 0 };

	buf_add_str(&buf, "something");
	uint8_t *data = buf.data;

	buf_reset(&buf);
	check_str(buf_str(&buf), "");
	buf_add_str(&buf, "else");
	check(buf.data == data);
}

static void test_take_leaves_an_empty_buffer(void)
{
	struct buf buf = { 0 };

	buf_add_str(&buf, "mine");
	char *s = buf_take_str(&buf);

	check_str(s, "mine");
	check_int(buf.len, 0);
	check(!buf.data);
	free(s);
}

/* A size that nobody checked ends the process instead of wrapping round. */
static void test_absurd_size_ends_the_process(void)
{
	static const size_t sizes[] = { SIZE_MAX, SIZE_MAX - 1, SIZE_MAX / 2, SIZE_MAX / 4 + 1 };

	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		pid_t child = fork();

		if (child == 0) {
			struct rlimit none = { 0 };
			struct buf buf = { 0 };

			setrlimit(RLIMIT_CORE, &none);
			close(STDERR_FILENO);
			buf_add_str(&buf, "abc");
			buf_grow(&buf, sizes[i]);
			_exit(0);
		}
		int status = 0;

		check_int(waitpid(child, &status, 0), child);
		check(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	}
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_empty_buffer_is_an_empty_string),
		CHECK_TEST(test_everything_that_adds_keeps_it_terminated),
		CHECK_TEST(test_nul_bytes_are_bytes),
		CHECK_TEST(test_growing_keeps_what_is_there_at_every_length),
		CHECK_TEST(test_formatted_text_of_every_length_round_the_first_block),
		CHECK_TEST(test_cut_and_drop),
		CHECK_TEST(test_reset_keeps_the_memory),
		CHECK_TEST(test_take_leaves_an_empty_buffer),
		CHECK_TEST(test_absurd_size_ends_the_process),
	};

	return check_run("base/buf", tests, ARRAY_LEN(tests));
}
