/* daemon/bench/tcp_printer when the printer behind it hangs, is late, or says what nobody asked. */

#include "tests/daemon/bench/tcp_rig.h"

static void test_a_printer_that_takes_no_more_bytes_loses_the_label_in_time(void)
{
	begin();
	int64_t begin_ms = now_ms;

	print_huge();
	it.far.piece = 0;
	wait_told("unknown; ");
	check_contains(it.why.message, "takes no more bytes");
	check(now_ms - begin_ms < PRINTER_SEND_MS); /* what sockets hold gets on for a while */
	check_int(it.far.labels, 0);
	end();
}

/* A label that our kernel has whole, and the printer's hardly anything of. */
static void print_into_the_kernel(void)
{
	static const int room = 2048;
	bool is_begun = false;
	int64_t job;

	make(&printer_driver_zpl, LOOPBACK);
	label_make(160);
	check_int(setsockopt(it.far.listen_fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room)), 0);
	open_printer();
	wait_told("here; ok; ");
	print();
	for (unsigned pass = 0; pass < 1000 && !is_begun; pass++) {
		loop_step(it.loop, 1);
		check(printer_job_is_open(it.printer, &job, &is_begun));
	}
	check(is_begun);
	it.far.piece = 0;
	run(PRINTER_ANSWER_MS);
	check_str(buf_str(&it.told), "");
}

/* Our kernel's word is all there is; it says nothing of what a printer does that reads late. */
static void test_a_label_that_only_the_kernel_took_is_unknown_and_never_comes_later(void)
{
	char taken[64];

	print_into_the_kernel();
	wait_told("unknown; gone; ");
	check_contains(it.why.message, "takes no more bytes");
	check_contains(it.why.hint, "look whether");
	snprintf(taken, sizeof(taken), "taken %zu of %zu bytes", it.bytes.len, it.bytes.len);
	check_contains(buf_str(&it.evidence), taken);
	it.far.piece = 4096;
	wait_told("here; ok; ");
	check_contains(it.gone.message, "did not take in time what it was sent");
	skip(1500);
	check_int(it.far.labels, 0);
	print();
	wait_told("printed; ");
	check_int(it.far.labels, 1);
	end();
}

static void test_a_printer_that_reads_a_little_late_gets_its_label(void)
{
	print_into_the_kernel();
	run(PRINTER_PROGRESS_MS / 2);
	it.far.piece = 4096;
	wait_told("sent; printed; ");
	check_int(it.far.connections, 1);
	check_int(it.far.labels, 1);
	end();
}

static void test_a_label_that_only_the_kernel_took_is_unknown_at_a_reset(void)
{
	print_into_the_kernel();
	raw_printer_reset(&it.far);
	wait_told("unknown; ");
	check_contains(it.why.message, "was disconnected");
	end();
}

static void test_a_printer_that_hears_nothing_is_silent(void)
{
	begin();
	it.far.piece = 0;
	(void)wait_within("silent; ", 2500);
	it.far.piece = 4096;
	wait_told("ok; ");
	print();
	wait_told("printed; ");
	check_int(it.far.labels, 1);
	end();
}

static void test_a_late_answer_is_not_taken_for_the_next(void)
{
	begin();
	it.far.answer_ms = PRINTER_ANSWER_MS + 200;
	wait_told("silent; ");
	raw_printer_set(&it.far, FAKE_PRINTER_PAUSED); /* what it says from now on */
	it.far.answer_ms = 0;
	wait_told("paused; ");
	end();
}

static void test_what_a_printer_says_unasked_is_thrown_away(void)
{
	begin();
	run(300); /* the round is over */
	check_int(send(it.far.fd, "noise noise\r\n", 13, MSG_NOSIGNAL), 13);
	run(200);
	check_int(send(it.far.fd, "noise noise\r\n", 13, MSG_NOSIGNAL), 13);
	run(3 * PRINTER_POLL_MS);
	check_str(buf_str(&it.told), "");
	print();
	wait_told("printed; ");
	end();
}

static void talk(void *arg)
{
	(void)arg;
	if (it.far.fd >= 0)
		(void)send(it.far.fd, "noise ", 6, MSG_NOSIGNAL);
}

/* At first it is silent, for it cannot be asked; then it is left, with the reason, until it stops.
 */
static void test_a_printer_that_never_stops_talking_is_told(void)
{
	begin();
	struct loop_handle *talking = loop_add_timer(it.loop, 0, 1, talk, NULL);

	wait_told("silent; ");
	wait_told("gone; ");
	check_contains(it.gone.message, "never stops talking");
	check_int(printer_port(it.printer)->faults[TRANSPORT_BABBLE], 1);
	loop_remove(talking);
	wait_told("here; ok; ");
	print();
	wait_told("printed; ");
	check_int(it.far.labels, 1);
	end();
}

/* A long word that nobody asked for is waited for. */
static void test_a_printer_that_talks_long_is_not_left(void)
{
	begin();
	struct loop_handle *talking = loop_add_timer(it.loop, 0, 1, talk, NULL);

	wait_told("silent; ");
	run(TCP_TALK_MAX_MS / 2);
	loop_remove(talking);
	wait_told("ok; ");
	check_int(it.far.connections, 1);
	end();
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_a_printer_that_takes_no_more_bytes_loses_the_label_in_time),
		CHECK_TEST(test_a_label_that_only_the_kernel_took_is_unknown_and_never_comes_later),
		CHECK_TEST(test_a_printer_that_reads_a_little_late_gets_its_label),
		CHECK_TEST(test_a_label_that_only_the_kernel_took_is_unknown_at_a_reset),
		CHECK_TEST(test_a_printer_that_hears_nothing_is_silent),
		CHECK_TEST(test_a_late_answer_is_not_taken_for_the_next),
		CHECK_TEST(test_what_a_printer_says_unasked_is_thrown_away),
		CHECK_TEST(test_a_printer_that_never_stops_talking_is_told),
		CHECK_TEST(test_a_printer_that_talks_long_is_not_left),
	};
	return check_run("daemon/bench/tcp_printer_hangs", tests, ARRAY_LEN(tests));
}
