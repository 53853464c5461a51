/* daemon/base/arena: zeroed, aligned, apart from each other, gone after the reset. */
#include "daemon/base/arena.h"

#include <signal.h>
#include <stdalign.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/check.h"

static void test_memory_is_zeroed_and_aligned_at_every_size(void)
{
	struct arena *arena = arena_new();

	for (size_t size = 0; size < 600; size++) {
		uint8_t *at = arena_alloc(arena, size);
		bool zero = true;

		check_int((uintptr_t)at % alignof(max_align_t), 0);
		for (size_t i = 0; i < size; i++)
			zero = zero && at[i] == 0;
		check(zero);
		memset(at, 0xaa, size); /* so that an overlap shows in the next one */
	}
	arena_free(arena);
}

static void test_pieces_do_not_overlap(void)
{
	static const size_t sizes[] = { 1, 15, 16, 17, 4080, 4096, 4097, 5000, 100000, 3, 2000,
		2000, 2000 };
	struct arena *arena = arena_new();
	uint8_t *at[ARRAY_LEN(sizes)];

	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		at[i] = arena_alloc(arena, sizes[i]);
		memset(at[i], (int)i + 1, sizes[i]);
	}
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		bool same = true;

		for (size_t j = 0; j < sizes[i]; j++)
			same = same && at[i][j] == i + 1;
		check(same);
	}
	arena_free(arena);
}

static void test_reset_starts_afresh(void)
{
	struct arena *arena = arena_new();

	for (int round = 0; round < 3; round++) {
		uint8_t *at = arena_alloc(arena, 5000);

		check_int(at[0] | at[4999], 0);
		memset(at, 0xff, 5000);
		arena_reset(arena);
	}
	arena_reset(arena);
	arena_free(arena);
	arena_free(NULL);
}

static void test_texts_and_bytes_are_copied(void)
{
	struct arena *arena = arena_new();
	char text[] = "text";
	char *dup = arena_strdup(arena, text);
	char *part = arena_strndup(arena, bytes_of("te\0t", 2));
	struct bytes bytes = arena_copy(arena, bytes_of("a\0b", 3));
	struct bytes none = arena_copy(arena, bytes_of(NULL, 0));

	text[0] = 'X';
	check_str(dup, "text");
	check_str(part, "te");
	check_bytes(bytes, bytes_of("a\0b", 3));
	check_int(bytes.data[3], 0); /* terminated, as a convenience of arena_strndup's kind */
	check_int(none.len, 0);
	check_str(arena_strdup(arena, ""), "");
	check_str(arena_strndup(arena, bytes_of(NULL, 0)), "");
	check_str(arena_printf(arena, "%s-%05d", "a", 7), "a-00007");
	check_str(arena_printf(arena, "%s", ""), "");
	check_int(strlen(arena_printf(arena, "%*s", 9000, "")), 9000);
	arena_free(arena);
}

static void test_absurd_size_ends_the_process(void)
{
	static const size_t sizes[] = { SIZE_MAX, SIZE_MAX - 14, SIZE_MAX / 2 + 1 };

	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		pid_t child = fork();

		if (child == 0) {
			struct rlimit none = { 0 };

			setrlimit(RLIMIT_CORE, &none);
			close(STDERR_FILENO);
			arena_alloc(arena_new(), sizes[i]);
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
		CHECK_TEST(test_memory_is_zeroed_and_aligned_at_every_size),
		CHECK_TEST(test_pieces_do_not_overlap),
		CHECK_TEST(test_reset_starts_afresh),
		CHECK_TEST(test_texts_and_bytes_are_copied),
		CHECK_TEST(test_absurd_size_ends_the_process),
	};

	return check_run("base/arena", tests, ARRAY_LEN(tests));
}
