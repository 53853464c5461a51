/* daemon/bench/tcp_printer: connecting, labels, and connections that end. */

#include "tests/daemon/bench/tcp_rig.h"

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
		CHECK_TEST(test_what_is_no_address_is_refused),
		CHECK_TEST(test_only_printers_have_an_address),
	};
	return check_run("daemon/bench/tcp_printer", tests, ARRAY_LEN(tests));
}
