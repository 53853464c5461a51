/* daemon/bench/tcp_printer with daemon/bench/printer above it and a printer behind a real socket.
 * The clock is the test's: it moves only while neither end has anything to do. */
#include "daemon/bench/tcp_printer.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/bench/printer.h"
#include "tests/check.h"
#include "tests/printers/lang/labels.h"
#include "tests/tcp/raw_printer.h"

#define LOOPBACK "127.0.0.1"
#define LABEL_MS 60
#define LABEL_BUSY_MS 300 /* long enough to be seen busy */
#define WAIT_MS 60000     /* no wait of a test is longer, by its clock */
#define STEP_MS 10        /* of the clock for one wait of a millisecond */

static struct {
	struct loop *loop;
	struct raw_printer far;
	struct printer *printer;
	const struct printer_driver *driver;
	struct label_bitmap label; /* as it was proved */
	struct buf bytes;          /* of it */
	char identity[64];
	struct buf told;
	struct buf evidence;
	char plug[TRANSPORT_PLUG_MAX + 1]; /* of the last result */
	struct err why;                    /* of the last result */
	struct err gone;
	bool free_on_here;
	bool free_on_result;
} it;

static int64_t now_ms = 1000;

static int64_t clock_fn(void)
{
	return now_ms;
}

/* ---- what is told ---- */

static void on_here(void *arg, bool here, const struct err *why)
{
	(void)arg;
	check_int(why != NULL, !here);
	buf_add_str(&it.told, here ? "here; " : "gone; ");
	if (why)
		it.gone = *why;
	if (!it.free_on_here)
		return;
	printer_free(it.printer);
	it.printer = NULL;
}

static void on_changed(void *arg, const struct printer_truth *truth)
{
	(void)arg;
	printer_state_words(truth->state, &it.told);
	buf_add_str(&it.told, "; ");
}

static void on_result(void *arg, const struct printer_result *result)
{
	(void)arg;
	buf_addf(&it.told, "%s; ", printer_result_word(result->state));
	buf_reset(&it.evidence);
	buf_add_str(&it.evidence, result->evidence);
	snprintf(it.plug, sizeof(it.plug), "%s", result->plug);
	it.why = result->why;
	if (!it.free_on_result)
		return;
	printer_free(it.printer);
	it.printer = NULL;
}

/* The picture that came out is the one that was proved, and white beside it. */
static void on_label(void *arg, const struct label_bitmap *label)
{
	AUTO_BITMAP out = { 0 };
	struct err err = { 0 };

	(void)arg;
	bitmap_copy(&out, label);
	check(out.width_dots >= it.label.width_dots);
	out.width_dots = it.label.width_dots;
	check_ok(bitmap_equal(&it.label, &out, &err), &err);
}

/* ---- time ---- */

/* Passes enough for what both ends have at hand; a slow reader takes a piece in each. */
static void step(void)
{
	for (unsigned pass = 0; pass < 10; pass++)
		loop_step(it.loop, 0);
	loop_step(it.loop, 1);
	int64_t due_ms = loop_next_due_ms(it.loop);

	now_ms += due_ms < 0 || due_ms > STEP_MS ? STEP_MS : due_ms;
}

static void run(int64_t ms)
{
	int64_t end_ms = now_ms + ms;

	while (now_ms < end_ms)
		step();
}

/* The same where nothing is on its way: from timer to timer. */
static void skip(int64_t ms)
{
	int64_t end_ms = now_ms + ms;

	while (now_ms < end_ms) {
		for (unsigned pass = 0; pass < 10; pass++)
			loop_step(it.loop, 0);
		int64_t due_ms = loop_next_due_ms(it.loop);

		now_ms += due_ms < 0 || due_ms > end_ms - now_ms ? end_ms - now_ms : due_ms;
	}
}

/* Until that was told; then told is emptied. False: not within WAIT_MS. */
static bool wait_within(const char *told, int64_t ms)
{
	int64_t end_ms = now_ms + ms;

	while (!strstr(buf_str(&it.told), told) && now_ms < end_ms)
		step();
	bool is_told = check_contains(buf_str(&it.told), told);

	buf_reset(&it.told);
	return is_told;
}

static void wait_told(const char *told)
{
	(void)wait_within(told, WAIT_MS);
}

/* ---- one printer ---- */

static void open_printer(void)
{
	static const struct printer_events events = { on_here, on_changed, on_result };
	struct printer_setup setup = {
		.loop = it.loop,
		.name = "P1",
		.identity = it.identity,
		.transport = &transport_tcp_printer,
		.driver = it.driver,
		.events = &events,
	};
	struct err err = { 0 };

	it.printer = printer_new(&setup, &err);
	check_ok(it.printer != NULL, &err);
}

static void label_make(unsigned height_dots)
{
	struct err err = { 0 };

	bitmap_done(&it.label);
	buf_reset(&it.bytes);
	label_noise(&it.label, 404, height_dots);
	check_ok(it.driver->encode(&it.label, &it.bytes, &err), &err);
}

static void make(const struct printer_driver *driver, const char *host)
{
	struct err err = { 0 };

	memset(&it, 0, sizeof(it));
	it.driver = driver;
	it.loop = loop_new(clock_fn, &err);
	check_ok(it.loop != NULL, &err);
	raw_printer_begin(&it.far, it.loop, host, 0, driver);
	it.far.label_ms = driver->proof == PRINTER_PROOF_BUSY ? LABEL_BUSY_MS : LABEL_MS;
	it.far.label = on_label;
	raw_printer_identity(host, it.far.port, it.identity, sizeof(it.identity));
	label_make(300);
	check_row(driver->language);
}

static void begin_at(const struct printer_driver *driver, const char *host)
{
	make(driver, host);
	open_printer();
	wait_told("here; ok; ");
}

static void begin(void)
{
	begin_at(&printer_driver_zpl, LOOPBACK);
}

static void end(void)
{
	printer_free(it.printer);
	raw_printer_end(&it.far);
	loop_free(it.loop);
	bitmap_done(&it.label);
	buf_done(&it.bytes);
	buf_done(&it.told);
	buf_done(&it.evidence);
	check_row(NULL);
}

static void print_bytes(struct bytes bytes)
{
	struct ledger_proof proof = { 0 };
	struct err err = { 0 };

	check_ok(printer_print(it.printer, 7, bytes, &proof, &err), &err);
}

static void print(void)
{
	print_bytes(buf_bytes(&it.bytes));
}

/* A label that neither the sockets nor the printer's patience hold. */
static void print_huge(void)
{
	AUTO_BUF huge = { 0 };

	buf_add(&huge, buf_bytes(&it.bytes));
	while (huge.len < PRINTER_JOB_BYTES_MAX)
		buf_add_byte(&huge, ' ');
	print_bytes(buf_bytes(&huge));
}

/* ---- labels ---- */

static void test_labels_of_every_language_come_out_as_proved(void)
{
	for (size_t i = 0; printer_driver_at(i); i++) {
		if (!fake_printer_speaks(printer_driver_at(i)))
			continue;
		begin_at(printer_driver_at(i), LOOPBACK);
		for (unsigned labels = 1; labels <= 2; labels++) {
			print();
			wait_told("sent; printed; ");
			check_str(it.why.message, "");
			check_int(it.far.labels, labels);
			check_contains(buf_str(&it.evidence), "proved by ");
		}
		check_int(it.far.connections, 1);
		end();
	}
}

static void test_ipv6_is_an_address_too(void)
{
	int fd = socket(AF_INET6, SOCK_STREAM, 0);
	struct sockaddr_in6 loopback = { .sin6_family = AF_INET6, .sin6_addr = in6addr_loopback };
	bool has_it = fd >= 0 && bind(fd, (struct sockaddr *)&loopback, sizeof(loopback)) == 0;

	if (fd >= 0)
		(void)close(fd);
	if (!has_it) {
		printf("no IPv6 on this machine: not tested\n");
		return;
	}
	begin_at(&printer_driver_zpl, "::1");
	print();
	wait_told("sent; printed; ");
	check_int(it.far.labels, 1);
	end();
}

static void test_a_printer_that_reads_slowly_gets_the_whole_label(void)
{
	begin();
	it.far.piece = 24;
	print();
	wait_told("printed; ");
	check_int(it.far.labels, 1);
	end();
}

static void test_the_counter_proves_over_tcp_as_over_usb(void)
{
	begin();
	print();
	wait_told("sent; ");
	fake_printer_set_counter(it.far.mind, fake_printer_counter(it.far.mind) + 1);
	wait_told("unknown; ");
	check_contains(it.why.message, "counted other labels");
	end();
}

static void test_what_stops_the_printer_is_told_and_the_label_unknown(void)
{
	begin();
	print();
	wait_told("sent; ");
	raw_printer_set(&it.far, FAKE_PRINTER_OUT_OF_LABELS);
	wait_told("media_out; unknown; ");
	check_contains(it.why.message, "stopped with the label inside");
	print();
	wait_told("failed; ");
	check_contains(it.why.message, "cannot print: media_out");
	end();
}

/* ---- the connection ends ---- */

static void test_a_reset_anywhere_in_a_label_is_unknown_and_never_printed_twice(void)
{
	unsigned seed = 7;

	for (unsigned run_no = 0; run_no < 16; run_no++) {
		char before[sizeof(it.plug)];

		begin();
		print();
		wait_told("sent; printed; ");
		memcpy(before, it.plug, sizeof(before));
		seed = seed * 1103515245u + 12345u;
		/* behind the questions before it, and its last byte too */
		it.far.reset_at = it.far.taken + 40 + (seed >> 8) % (it.bytes.len + 1);
		print();
		wait_told("unknown; ");
		check_contains(it.why.message, "disconnected");
		check_contains(it.why.hint, "look whether");
		check(it.far.labels <= 2);
		it.far.reset_at = SIZE_MAX;
		wait_told("ok; ");
		unsigned out = it.far.labels;

		skip(1500);
		check_int(it.far.labels, out); /* nothing comes by itself */
		print();
		wait_told("printed; ");
		check_int(it.far.labels, out + 1);
		check(strcmp(before, it.plug) != 0); /* another stay */
		end();
	}
}

static void test_a_reset_before_the_first_byte_is_nothing_sent(void)
{
	begin();
	raw_printer_leave(&it.far);
	wait_told("gone; ");
	print();
	wait_told("failed; ");
	check_contains(it.why.message, "is not connected");
	check_contains(it.why.hint, "nothing was sent");
	check_int(it.far.labels, 0);
	end();
}

static void test_a_half_close_is_an_unplugging(void)
{
	begin();
	raw_printer_half_close(&it.far);
	wait_told("gone; ");
	check_contains(it.gone.message, "ended the connection");
	wait_told("here; ");
	print();
	wait_told("sent; ");
	raw_printer_half_close(&it.far);
	wait_told("unknown; ");
	check_contains(it.why.message, "disconnected with the label inside");
	end();
}

static void test_every_connection_is_another_stay(void)
{
	char seen[4][sizeof(it.plug)];

	begin();
	for (unsigned i = 0; i < ARRAY_LEN(seen); i++) {
		print();
		wait_told("printed; ");
		memcpy(seen[i], it.plug, sizeof(it.plug));
		check(strncmp(it.plug, "tcp ", 4) == 0);
		check_contains(it.plug, it.identity);
		for (unsigned before = 0; before < i; before++)
			check(strcmp(seen[before], it.plug) != 0);
		raw_printer_reset(&it.far);
		wait_told("ok; ");
	}
	end();
}

/* ---- connecting ---- */

static void test_a_refused_connection_is_told_once_with_its_reason(void)
{
	make(&printer_driver_zpl, LOOPBACK);
	raw_printer_leave(&it.far);
	open_printer();
	wait_told("gone; ");
	check_err(&it.gone, ERR_DEVICE_OFFLINE, "cannot be connected: Connection refused");
	skip(60000);
	check(!strstr(buf_str(&it.told), "gone")); /* though it was tried all the time */
	check_int(it.far.connections, 0);
	raw_printer_return(&it.far);
	(void)wait_within("here; ok; ", TCP_RETRY_MAX_MS + 1000);
	check_int(it.far.connections, 1);
	raw_printer_leave(&it.far);
	wait_told("gone; ");
	raw_printer_return(&it.far);
	(void)wait_within("here; ok; ", 3 * TCP_RETRY_MS); /* after a success it is soon again */
	end();
}

static void test_an_address_that_swallows_all_is_given_up_in_time(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	int fds[8];

	make(&printer_driver_zpl, LOOPBACK);
	loop_remove(it.far.listening); /* nobody accepts, and the queue is full */
	it.far.listening = NULL;
	to.sin_port = htons((uint16_t)it.far.port);
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
		fds[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		(void)connect(fds[i], (struct sockaddr *)&to, sizeof(to));
	}
	int64_t begin_ms = now_ms;

	open_printer();
	wait_told("gone; ");
	check_err(&it.gone, ERR_DEVICE_OFFLINE, "does not answer");
	check(now_ms - begin_ms >= TCP_CONNECT_MS);
	check(now_ms - begin_ms <= TCP_CONNECT_MS + 100);
	for (size_t i = 0; i < ARRAY_LEN(fds); i++)
		(void)close(fds[i]);
	(void)close(it.far.listen_fd);
	end();
}

static void test_closed_in_the_middle_of_everything_it_is_quiet(void)
{
	make(&printer_driver_zpl, LOOPBACK);
	open_printer();
	loop_step(it.loop, 0); /* connecting */
	end();
	make(&printer_driver_zpl, LOOPBACK);
	it.free_on_here = true;
	open_printer();
	wait_told("here; ");
	run(1000);
	check_str(buf_str(&it.told), "");
	end();
	begin();
	it.free_on_result = true;
	print();
	wait_told("sent; ");
	run(1000);
	check_str(buf_str(&it.told), "");
	end();
	begin();
	it.free_on_here = true;
	raw_printer_reset(&it.far);
	wait_told("gone; ");
	end();
}

/* ---- a printer that hangs ---- */

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

/* ---- what is refused ---- */

static void test_what_is_no_address_is_refused(void)
{
	struct printer_setup setup = {
		.name = "P1",
		.identity = "tcp:localhost:9100",
		.transport = &transport_tcp_printer,
		.driver = &printer_driver_zpl,
	};
	struct err err = { 0 };

	check(printer_new(&setup, &err) == NULL);
	check_err(&err, ERR_INVALID, "'tcp:localhost:9100' is no printer's address");
}

static void test_only_printers_have_an_address(void)
{
	check(transport_find("tcp", "printer") == &transport_tcp_printer);
	check(transport_find("tcp", "scanner") == NULL);
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_labels_of_every_language_come_out_as_proved),
		CHECK_TEST(test_ipv6_is_an_address_too),
		CHECK_TEST(test_a_printer_that_reads_slowly_gets_the_whole_label),
		CHECK_TEST(test_the_counter_proves_over_tcp_as_over_usb),
		CHECK_TEST(test_what_stops_the_printer_is_told_and_the_label_unknown),
		CHECK_TEST(test_a_reset_anywhere_in_a_label_is_unknown_and_never_printed_twice),
		CHECK_TEST(test_a_reset_before_the_first_byte_is_nothing_sent),
		CHECK_TEST(test_a_half_close_is_an_unplugging),
		CHECK_TEST(test_every_connection_is_another_stay),
		CHECK_TEST(test_a_refused_connection_is_told_once_with_its_reason),
		CHECK_TEST(test_an_address_that_swallows_all_is_given_up_in_time),
		CHECK_TEST(test_closed_in_the_middle_of_everything_it_is_quiet),
		CHECK_TEST(test_a_printer_that_takes_no_more_bytes_loses_the_label_in_time),
		CHECK_TEST(test_a_label_that_only_the_kernel_took_is_unknown_and_never_comes_later),
		CHECK_TEST(test_a_printer_that_reads_a_little_late_gets_its_label),
		CHECK_TEST(test_a_label_that_only_the_kernel_took_is_unknown_at_a_reset),
		CHECK_TEST(test_a_printer_that_hears_nothing_is_silent),
		CHECK_TEST(test_a_late_answer_is_not_taken_for_the_next),
		CHECK_TEST(test_what_a_printer_says_unasked_is_thrown_away),
		CHECK_TEST(test_what_is_no_address_is_refused),
		CHECK_TEST(test_only_printers_have_an_address),
	};
	return check_run("daemon/bench/tcp_printer", tests, ARRAY_LEN(tests));
}
