/* daemon/bench/enrolment: ways to open it, what it sends until it is quiet, and nothing written. */
#include "daemon/bench/enrolment.h"

#include "daemon/base/str.h"
#include "scanners/serial.h"
#include "tests/check.h"
#include "tests/daemon/bench/fake_port.h"

#define CODE "E101000000188042317" ENROL_PROBE

static struct {
	struct loop *loop;
	struct fake_port *fake;
	struct transport transport; /* the fake one, which also says how it is opened */
	struct enrolment *enrolment;
	struct buf told;
	struct enrol_found found;
	bool free_on_read;
	bool refuses;
} it;

static struct transport_port *open_told(const struct transport_setup *setup, struct err *err)
{
	buf_addf(&it.told, "open %s; ", setup->talks->name);
	check_str(setup->identity, "usb:0c2e:0a10:A");
	if (!it.refuses)
		return fake_transport.open(setup, err);
	(void)err_set(err, ERR_INVALID, "not like that");
	return NULL;
}

static void on_read(void *arg, const struct enrol_found *found, const struct enrol_heard *heard)
{
	(void)arg;
	buf_addf(&it.told, "%s %zu; ", enrol_reading_words(found->reading)->word, heard->bytes.len);
	it.found = *found;
	if (!it.free_on_read)
		return;
	enrolment_free(it.enrolment);
	it.enrolment = NULL;
}

static const struct enrolment_events events = { .read = on_read };

static struct enrolment *enrolment_of(const char *protocols, const char *code, struct err *err)
{
	return enrolment_new(
		&(struct enrolment_setup) {
			.loop = it.loop,
			.identity = "usb:0c2e:0a10:A",
			.code = code,
			.protocols = protocols,
			.left_ms = ENROLMENT_MS,
			.transport = &it.transport,
			.events = &events,
		},
		err);
}

static void begin(const char *protocols)
{
	struct err err = { 0 };

	memset(&it, 0, sizeof(it));
	it.loop = fake_loop_new();
	it.fake = fake_port_reset();
	it.transport = fake_transport;
	it.transport.open = open_told;
	it.enrolment = enrolment_of(protocols, CODE, &err);
	check_ok(it.enrolment != NULL, &err);
	fake_loop_run(it.loop, 0);
}

static void end(void)
{
	check_int(it.fake->seen.len, 0); /* it is never told anything */
	enrolment_free(it.enrolment);
	loop_free(it.loop);
	buf_done(&it.told);
	buf_done(&it.fake->seen);
}

static void check_told(const char *told)
{
	check_str(buf_str(&it.told), told);
	buf_reset(&it.told);
}

static void say(const char *text)
{
	fake_say(it.fake, bytes_of_str(text));
}

static void test_a_line_is_read_when_it_is_quiet(void)
{
	begin("opc serial ssi dechdr");
	check_told("open dechdr; ");
	fake_here(it.fake);
	check(it.fake->is_reading);
	say("]C0E101000000188042");
	fake_loop_run(it.loop, 20);
	say("317Qz\"=\x1dM\r\n");
	fake_loop_run(it.loop, ENROL_QUIET_MS - 1);
	check_told("");
	fake_loop_run(it.loop, 1);
	check_told("found 30; ");
	check(it.found.driver == &scanner_driver_serial);
	check_int(it.found.settings.terminator, SCAN_TERMINATOR_CR_LF);
	check(it.found.settings.has_aim);
	end();
}

static void test_another_code_is_told_and_the_next_is_read_alone(void)
{
	begin("serial");
	fake_here(it.fake);
	say("101000000156\r");
	fake_loop_run(it.loop, ENROL_QUIET_MS);
	check_told("open serial; other 13; ");
	check_str(it.found.seen, "101000000156");
	say(CODE "\r");
	fake_loop_run(it.loop, ENROL_QUIET_MS);
	check_told("found 26; ");
	end();
}

static void test_each_way_is_tried_and_then_all_once_more(void)
{
	begin("keyboard hid_pos simple_com snapi");
	check_told("open hid_pos; ");
	fake_gone(it.fake);
	fake_loop_run(it.loop, 0);
	check_told("open snapi; ");
	fake_gone(it.fake);
	fake_loop_run(it.loop, 0);
	check_told("open keyboard; ");
	fake_gone(it.fake);
	fake_loop_run(it.loop, ENROLMENT_AGAIN_MS - 1);
	check_told("");
	fake_loop_run(it.loop, 1);
	check_told("open hid_pos; ");
	it.refuses = true;
	fake_gone(it.fake);
	fake_loop_run(it.loop, 0);
	check_told("open snapi; open keyboard; ");
	it.refuses = false;
	fake_loop_run(it.loop, ENROLMENT_AGAIN_MS);
	check_told("open hid_pos; ");
	end();
}

/* What one way sent is nothing to the next. */
static void test_what_was_heard_before_it_left_is_forgotten(void)
{
	begin("serial");
	fake_here(it.fake);
	say("E10100");
	fake_gone(it.fake);
	fake_loop_run(it.loop, ENROLMENT_AGAIN_MS);
	check_told("open serial; open serial; ");
	fake_here(it.fake);
	say(CODE "\r");
	fake_loop_run(it.loop, ENROL_QUIET_MS);
	check_told("found 26; ");
	end();
}

static void test_a_part_that_was_lost_is_no_code(void)
{
	begin("serial");
	fake_here(it.fake);
	say(CODE "\r");
	fake_lose(it.fake);
	fake_loop_run(it.loop, ENROL_QUIET_MS);
	check_told("open serial; garbled 26; ");
	end();
}

/* Nobody says that it is over: the core is gone. */
static void test_it_is_let_go_when_its_time_is_over(void)
{
	begin("serial");
	fake_here(it.fake);
	say("101000000156\r");
	fake_loop_run(it.loop, ENROLMENT_MS - 1);
	check(it.fake->port);
	check_told("open serial; other 13; ");
	fake_loop_run(it.loop, 1);
	check(!it.fake->port);
	fake_loop_run(it.loop, ENROLMENT_MS);
	check_told("");
	end();
}

static void test_one_that_is_not_there_is_not_looked_for_when_its_time_is_over(void)
{
	begin("serial");
	it.refuses = true;
	fake_gone(it.fake);
	fake_loop_run(it.loop, ENROLMENT_MS);
	buf_reset(&it.told);
	fake_loop_run(it.loop, 10 * ENROLMENT_AGAIN_MS);
	check_told("");
	end();
}

/* One that never stops is judged all the same, and not told for ever: that is told too. */
static void test_a_flood_is_told_so_often_and_no_more(void)
{
	static char much[ENROL_BYTES_MAX / 4 + 1];

	begin("serial");
	fake_here(it.fake);
	memset(much, 'x', sizeof(much) - 1);
	for (unsigned i = 0; i < 40 * ENROLMENT_READS_MAX && it.fake->port; i++) {
		say(much);
		fake_loop_run(it.loop, 50);
	}
	unsigned count = 0;

	for (const char *at = buf_str(&it.told); (at = strstr(at, "garbled 16384; ")); at++)
		count++;
	check_int(count, ENROLMENT_READS_MAX);
	check_contains(buf_str(&it.told), "garbled 16384; often 16384; ");
	check(!it.fake->port);
	end();
}

static void test_it_may_end_when_it_was_read(void)
{
	begin("serial");
	it.free_on_read = true;
	fake_here(it.fake);
	say(CODE "\r");
	fake_loop_run(it.loop, ENROL_QUIET_MS);
	check_told("open serial; found 26; ");
	check(!it.enrolment);
	end();
}

static void test_what_cannot_be_enrolled_is_refused(void)
{
	struct err err = { 0 };

	begin("serial");
	check(!enrolment_of("", CODE, &err));
	check_err(&err, ERR_INVALID, "'usb:0c2e:0a10:A' cannot be enrolled");
	check(!enrolment_of("telepathy serials", CODE, &err));
	check(!enrolment_of("serial", "12345678901234567890123456789012345678901", &err));
	end();
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_a_line_is_read_when_it_is_quiet),
		CHECK_TEST(test_another_code_is_told_and_the_next_is_read_alone),
		CHECK_TEST(test_each_way_is_tried_and_then_all_once_more),
		CHECK_TEST(test_what_was_heard_before_it_left_is_forgotten),
		CHECK_TEST(test_a_part_that_was_lost_is_no_code),
		CHECK_TEST(test_it_is_let_go_when_its_time_is_over),
		CHECK_TEST(test_one_that_is_not_there_is_not_looked_for_when_its_time_is_over),
		CHECK_TEST(test_a_flood_is_told_so_often_and_no_more),
		CHECK_TEST(test_it_may_end_when_it_was_read),
		CHECK_TEST(test_what_cannot_be_enrolled_is_refused),
	};

	return check_run("bench/enrolment", tests, ARRAY_LEN(tests));
}
