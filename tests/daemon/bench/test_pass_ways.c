/* daemon/bench/pass_*: what the host, the line and the far end get of a code. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/input.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include "daemon/base/buf.h"
#include "daemon/bench/pass_keyboard.h"
#include "tests/check.h"
#include "tests/daemon/bench/fake_port.h"

struct keyboard_layout;
const struct keyboard_layout *keyboard_layout_find(const char *name); /* scanners/keyboard.h has
	names that linux/input.h has too */

static struct {
	struct loop *loop;
	struct pass_entry entry;
	const struct pass_way *way;
	struct pass_sink *sink;
	struct buf told;
	int far; /* the other end */
	struct err err;
} it;

static void on_given(void *arg, const struct err *err)
{
	check(arg == &it);
	buf_addf(&it.told, "%s; ", err ? err->message : "given");
}

static struct pass_setup setup_of(void)
{
	return (struct pass_setup) {
		.loop = it.loop,
		.entry = &it.entry,
		.given = on_given,
		.arg = &it,
	};
}

static void begin(const struct pass_way *way, enum scan_terminator terminator)
{
	memset(&it, 0, sizeof(it));
	it.loop = fake_loop_new();
	it.way = way;
	it.entry = (struct pass_entry) { .station_id = 1, .way = way, .terminator = terminator };
	it.far = -1;
}

static void end(void)
{
	it.way->close(it.sink);
	if (it.far >= 0)
		close(it.far);
	loop_free(it.loop);
	buf_done(&it.told);
}

static bool give(const char *text)
{
	it.err = (struct err) { 0 };
	return it.way->give(it.sink, bytes_of_str(text), &it.err);
}

static void check_told(const char *told)
{
	check_str(buf_str(&it.told), told);
	buf_reset(&it.told);
}

/* Real sockets take their time; the clock goes on only when nothing comes. */
static void told_wait(void)
{
	for (unsigned i = 0; i < 2000 && it.told.len == 0; i++) {
		loop_step(it.loop, 1);
		fake_loop_run(it.loop, 1);
	}
}

/* ---- the keyboard ---- */

static void keyboard_begin(const char *country, enum scan_terminator terminator)
{
	int ends[2];
	struct pass_setup setup;

	begin(&pass_way_keyboard, terminator);
	it.entry.keyboard = keyboard_layout_find(country);
	check_int(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
	it.far = ends[1];
	setup = setup_of();
	it.sink = pass_keyboard_over(&setup, ends[0]);
	fake_loop_run(it.loop, PASS_KEYBOARD_NEW_MS);
}

/* What a desktop sees: "+42 +2 -2 -42 ", each followed by a report. */
static unsigned events_read(struct buf *out)
{
	struct input_event events[2];
	unsigned count = 0;

	while (read(it.far, events, sizeof(events)) == (ssize_t)sizeof(events)) {
		check_int(events[0].type, EV_KEY);
		check_int(events[1].type, EV_SYN);
		check_int(events[1].code, SYN_REPORT);
		buf_addf(out, "%c%u ", events[0].value ? '+' : '-', events[0].code);
		count += ARRAY_LEN(events);
	}
	return count;
}

static void check_typed(const char *typed)
{
	AUTO_BUF seen = { 0 };

	(void)events_read(&seen);
	check_str(buf_str(&seen), typed);
}

static void test_a_code_is_typed_as_in_the_host_s_country(void)
{
	static const struct {
		const char *country;
		enum scan_terminator terminator;
		const char *text;
		const char *typed;
	} rows[] = {
		{ "us", SCAN_TERMINATOR_CR, "10", "+2 -2 +11 -11 +28 -28 " },
		{ "us", SCAN_TERMINATOR_TAB, "1", "+2 -2 +15 -15 " },
		{ "us", SCAN_TERMINATOR_NONE, "aB", "+30 -30 +42 +48 -48 -42 " },
		{ "fr", SCAN_TERMINATOR_CR, "10", "+42 +2 -2 +11 -11 -42 +28 -28 " },
		{ "de", SCAN_TERMINATOR_NONE, "Y@z", "+42 +44 -44 -42 +100 +16 -16 -100 +21 -21 " },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		check_row(rows[i].text);
		keyboard_begin(rows[i].country, rows[i].terminator);
		check_ok(give(rows[i].text), &it.err);
		check_typed(""); /* not from inside */
		fake_loop_run(it.loop, PASS_GIVE_MS);
		check_typed(rows[i].typed);
		check_told("given; ");
		end();
	}
}

/* pass_keyboard.h: what the kernel keeps for a reader that is busy. */
static void test_a_number_is_whole_in_what_the_kernel_keeps(void)
{
	static const char *const countries[] = { "us", "fr", "cz" };

	for (size_t i = 0; i < ARRAY_LEN(countries); i++) {
		AUTO_BUF seen = { 0 };

		check_row(countries[i]);
		keyboard_begin(countries[i], SCAN_TERMINATOR_CR);
		check_ok(give("101000000156"), &it.err);
		fake_loop_run(it.loop, PASS_GIVE_MS);
		unsigned events = events_read(&seen);

		check(events >= 13 * 4 && events <= 64);
		check_told("given; ");
		end();
	}
}

static void test_the_longest_code_is_typed_in_time(void)
{
	char text[PASS_TEXT_MAX + 1] = "";
	AUTO_BUF seen = { 0 };

	memset(text, '7', PASS_TEXT_MAX);
	keyboard_begin("us", SCAN_TERMINATOR_CR);
	check_ok(give(text), &it.err);
	fake_loop_run(it.loop, PASS_GIVE_MS);
	check_int(events_read(&seen), (PASS_TEXT_MAX + 1) * 4);
	check_told("given; ");
	end();
}

static void test_what_a_country_cannot_type_is_not_begun(void)
{
	keyboard_begin("de", SCAN_TERMINATOR_CR);
	check(!give("12^4"));
	check_err(&it.err, ERR_INVALID, "character '^'");
	fake_loop_run(it.loop, PASS_GIVE_MS);
	check_typed("");
	check_told("");
	end();
}

static void caps_lock(int value)
{
	struct input_event event = { .type = EV_LED, .code = LED_CAPSL, .value = value };

	check_int(write(it.far, &event, sizeof(event)), sizeof(event));
	fake_loop_run(it.loop, 0);
}

static void test_nothing_is_typed_while_caps_lock_is_on(void)
{
	keyboard_begin("us", SCAN_TERMINATOR_NONE);
	caps_lock(1);
	check(!give("1"));
	check_err(&it.err, ERR_CONFLICT, "Caps Lock");
	check_typed("");
	caps_lock(0);
	check_ok(give("1"), &it.err);
	fake_loop_run(it.loop, PASS_GIVE_MS);
	check_typed("+2 -2 ");
	check_told("given; ");
	end();
}

static void test_a_keyboard_that_was_made_just_now_is_not_used(void)
{
	struct pass_setup setup;
	int ends[2];

	begin(&pass_way_keyboard, SCAN_TERMINATOR_CR);
	it.entry.keyboard = keyboard_layout_find("us");
	check_int(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
	it.far = ends[1];
	setup = setup_of();
	it.sink = pass_keyboard_over(&setup, ends[0]);
	fake_loop_run(it.loop, PASS_KEYBOARD_NEW_MS - 1);
	check(!give("1"));
	check_err(&it.err, ERR_BUSY, "just now");
	fake_loop_run(it.loop, 1);
	check_ok(give("1"), &it.err);
	fake_loop_run(it.loop, PASS_GIVE_MS);
	check_told("given; ");
	end();
}

static void test_a_keyboard_that_is_taken_away_in_a_code_says_so(void)
{
	keyboard_begin("us", SCAN_TERMINATOR_CR);
	check_ok(give("12345"), &it.err);
	fake_loop_run(it.loop, PASS_KEY_MS);
	close(it.far);
	it.far = -1;
	fake_loop_run(it.loop, PASS_GIVE_MS);
	check_told("only a part of the code could be typed; ");
	end();
}

/* ---- a line ---- */

static void serial_begin(void)
{
	char name[64];
	int near;

	begin(&pass_way_serial, SCAN_TERMINATOR_CR_LF);
	check_int(openpty(&it.far, &near, name, NULL, NULL), 0);
	close(near);
	snprintf(it.entry.target, sizeof(it.entry.target), "%s", name);
	struct pass_setup setup = setup_of();

	check(it.way->target_is_valid(it.entry.target));
	it.sink = it.way->open(&setup);
}

static void check_line(const char *text)
{
	char seen[256];
	ssize_t len = read(it.far, seen, sizeof(seen));

	check_bytes(bytes_of(seen, len > 0 ? (size_t)len : 0), bytes_of_str(text));
}

static void test_a_line_gets_the_code_as_a_scanner_sends_it(void)
{
	struct termios line;

	serial_begin();
	check_ok(give("101000000156"), &it.err);
	check_told("");
	fake_loop_run(it.loop, 0);
	check_told("given; ");
	check_line("101000000156\r\n");
	check_ok(give("900000100034"), &it.err);
	fake_loop_run(it.loop, 0);
	check_line("900000100034\r\n");
	check_int(tcgetattr(it.far, &line), 0);
	check_int(cfgetospeed(&line), B9600);
	check_int(line.c_lflag & (ICANON | ECHO), 0); /* it must not come back as typing */
	end();
}

static void test_a_line_that_is_not_there_is_told_and_tried_at_the_next_code(void)
{
	char name[64];
	char there[PASS_TARGET_MAX + 1];
	int near;

	serial_begin();
	snprintf(there, sizeof(there), "%s", it.entry.target);
	snprintf(it.entry.target, sizeof(it.entry.target), "/dev/specimend-none");
	check(!give("1"));
	check_err(&it.err, ERR_DEVICE_OFFLINE, "/dev/specimend-none");
	snprintf(it.entry.target, sizeof(it.entry.target), "%s", there);
	check_ok(give("2"), &it.err);
	fake_loop_run(it.loop, 0);
	check_told("given; ");
	check_line("2\r\n");
	close(it.far); /* its cable is pulled */
	check(!give("3"));
	check_int(openpty(&it.far, &near, name, NULL, NULL), 0);
	snprintf(it.entry.target, sizeof(it.entry.target), "%s", name);
	check_ok(give("4"), &it.err);
	fake_loop_run(it.loop, 0);
	check_told("given; ");
	check_line("4\r\n");
	close(near);
	end();
}

static void test_only_lines_are_opened(void)
{
	static const struct {
		const char *target;
		bool is_valid;
	} rows[] = {
		{ "/dev/ttyS0", true },
		{ "/dev/ttyUSB12", true },
		{ "/dev/ttyACM0", true },
		{ "/dev/serial/by-id/usb-FTDI_FT232R-if00-port0", true },
		{ "/dev/serial/by-path/pci-0000:00:14.0-usb-0:1:1.0-port0", true },
		{ "/dev/specimend-lis", true },
		{ "/dev/pts/3", true },
		{ "/dev/watchdog", false },
		{ "/dev/tty1", false },
		{ "/dev/ttyS", false },
		{ "/dev/ttyS/../watchdog", false },
		{ "/dev/ttyS0\n", false },
		{ "/dev/pts//etc", false },
		{ "ttyS0", false },
		{ "", false },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		check_row(rows[i].target);
		check_int(pass_way_serial.target_is_valid(rows[i].target), rows[i].is_valid);
	}
}

static void test_a_file_in_the_line_s_place_is_not_written_to(void)
{
	char path[] = "/tmp/test_pass_XXXXXX";
	int fd = mkstemp(path);
	char seen[8];

	check(fd >= 0);
	serial_begin();
	snprintf(it.entry.target, sizeof(it.entry.target), "%s", path);
	check(!give("1"));
	check_err(&it.err, ERR_DEVICE_OFFLINE, path);
	check_int(read(fd, seen, sizeof(seen)), 0);
	close(fd);
	unlink(path);
	end();
}

/* ---- tcp ---- */

/* A far end that listens; is_there: or only did. */
static int tcp_begin(bool is_there)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t len = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	begin(&pass_way_tcp, SCAN_TERMINATOR_CR);
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	check_int(bind(listener, (struct sockaddr *)&address, len), 0);
	check_int(listen(listener, 4), 0);
	check_int(getsockname(listener, (struct sockaddr *)&address, &len), 0);
	snprintf(it.entry.target, sizeof(it.entry.target), "tcp:127.0.0.1:%u",
		ntohs(address.sin_port));
	if (!is_there)
		close(listener);
	struct pass_setup setup = setup_of();

	check(it.way->target_is_valid(it.entry.target));
	it.sink = it.way->open(&setup);
	return listener;
}

static void check_accepted(int listener, const char *text)
{
	char seen[256] = "";
	int fd = accept(listener, NULL, NULL);

	check(fd >= 0);
	check_bytes(bytes_of(seen, (size_t)recv(fd, seen, sizeof(seen), MSG_WAITALL)),
		bytes_of_str(text)); /* up to its end: there is no more */
	close(fd);
}

static void test_a_line_over_tcp_for_each_code(void)
{
	int listener = tcp_begin(true);

	for (unsigned i = 0; i < 2; i++) {
		check_ok(give("101000000156"), &it.err);
		check_told("");
		told_wait();
		check_told("given; ");
		check_accepted(listener, "101000000156\r");
	}
	close(listener);
	end();
}

static void test_nobody_listens(void)
{
	(void)tcp_begin(false);
	if (give("1")) {
		told_wait();
		check_contains(buf_str(&it.told), "did not take the code");
	} else {
		check_contains(it.err.message, "did not take the code");
	}
	end();
}

/* A queue that is full answers no one. */
static void test_one_that_does_not_answer_is_told_in_time(void)
{
	begin(&pass_way_tcp, SCAN_TERMINATOR_CR);
	snprintf(it.entry.target, sizeof(it.entry.target), "tcp:192.0.2.7:9100");
	struct pass_setup setup = setup_of();

	it.sink = it.way->open(&setup);
	if (give("1")) { /* else this machine has no way there */
		fake_loop_run(it.loop, PASS_GIVE_MS);
		check_contains(buf_str(&it.told), "did not take the code");
	} else {
		check_contains(it.err.message, "did not take the code");
	}
	end();
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_a_code_is_typed_as_in_the_host_s_country),
		CHECK_TEST(test_a_number_is_whole_in_what_the_kernel_keeps),
		CHECK_TEST(test_the_longest_code_is_typed_in_time),
		CHECK_TEST(test_what_a_country_cannot_type_is_not_begun),
		CHECK_TEST(test_nothing_is_typed_while_caps_lock_is_on),
		CHECK_TEST(test_a_keyboard_that_was_made_just_now_is_not_used),
		CHECK_TEST(test_a_keyboard_that_is_taken_away_in_a_code_says_so),
		CHECK_TEST(test_a_line_gets_the_code_as_a_scanner_sends_it),
		CHECK_TEST(test_a_line_that_is_not_there_is_told_and_tried_at_the_next_code),
		CHECK_TEST(test_only_lines_are_opened),
		CHECK_TEST(test_a_file_in_the_line_s_place_is_not_written_to),
		CHECK_TEST(test_a_line_over_tcp_for_each_code),
		CHECK_TEST(test_nobody_listens),
		CHECK_TEST(test_one_that_does_not_answer_is_told_in_time),
	};

	return check_run("bench/pass_ways", tests, ARRAY_LEN(tests));
}
