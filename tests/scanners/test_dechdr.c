/* scanners/dechdr: messages that say their length and symbology (SC-06). */
#include "scanners/dechdr.h"

#include "tests/check.h"
#include "tests/scanners/line_rig.h"

static void begin(void)
{
	line_begin(&scanner_driver_dechdr);
	line.collector.settings.maker = SCANNER_MAKER_HONEYWELL;
}

static void message_add(const char *kind, const char *data, uint32_t more, struct buf *out)
{
	uint32_t len = (uint32_t)strlen(data) + 1;
	uint32_t all = len + more;
	const uint8_t head[] = { 0x16, 0xFE, (uint8_t)all, (uint8_t)(all >> 8),
		(uint8_t)(all >> 16), (uint8_t)(all >> 24), '\r' };

	buf_add_mem(out, head, sizeof(head));
	buf_addf(out, "MSGGET%04u%s\x1D%s\r", len, kind, data);
}

static void say(const char *kind, const char *data)
{
	AUTO_BUF message = { 0 };

	message_add(kind, data, 14, &message);
	line_say(buf_bytes(&message));
}

static void test_messages_however_they_are_cut(void)
{
	AUTO_BUF both = { 0 };

	message_add("jC0", "123\r456", 14, &both); /* a code may hold CR */
	buf_add_str(&both, "\x16M\rDECHDR1!\6");   /* an answer to a command */
	message_add("wd2",
		"\x1D"
		"10AB",
		0, &both);
	for (size_t cut = 0; cut <= both.len; cut++) {
		begin();
		line_say(bytes_of(both.data, cut));
		line_say(bytes_of(both.data + cut, both.len - cut));
		line_check("]C0123\r456;]d2\x1D"
			   "10AB;",
			"");
		line_end();
	}
}

static void test_what_is_no_message_is_dropped_and_the_next_is_whole(void)
{
	static const struct {
		const char *name;
		struct bytes bytes;
	} rows[] = {
		{ "no CR", BYTES_LITERAL("\x16\xFE\x10\0\0\0xMSGGET0002jC0\x1D"
					 "1\r") },
		{ "another word", BYTES_LITERAL("\x16\xFE\x10\0\0\0\rMSGPUT0002jC0\x1D"
						"1\r") },
		{ "no digits", BYTES_LITERAL("\x16\xFE\x10\0\0\0\rMSGGET00 2jC0\x1D"
					     "1\r") },
		{ "no data", BYTES_LITERAL("\x16\xFE\x0F\0\0\0\rMSGGET0001jC0\x1D\r") },
		{ "two lengths", BYTES_LITERAL("\x16\xFE\x11\0\0\0\rMSGGET0002jC0\x1D"
					       "1\r") },
		{ "too long", BYTES_LITERAL("\x16\xFE\x11\x23\0\0\rMSGGET8979jC0\x1D"
					    "1\r") },
		{ "no identifier", BYTES_LITERAL("\x16\xFE\x10\0\0\0\rMSGGET0002j 0\x1D"
						 "1\r") },
		{ "no GS", BYTES_LITERAL("\x16\xFE\x10\0\0\0\rMSGGET0002jC0x1\r") },
		{ "no CR at the end", BYTES_LITERAL("\x16\xFE\x10\0\0\0\rMSGGET0002jC0\x1D"
						    "12") },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		check_row(rows[i].name);
		begin();
		line_say(rows[i].bytes);
		line_check("bad;", "");
		say("jC0", "1");
		line_check("]C01;", "");
		line_end();
	}
}

static void test_a_part_is_never_given_out(void)
{
	AUTO_BUF message = { 0 };

	message_add("jC0", "123456", 14, &message);
	for (size_t cut = 2; cut < message.len; cut++) {
		begin();
		line_say(bytes_of(message.data, cut));
		line_silence();
		line_check("bad;", "");
		line_say(bytes_of(message.data + cut, message.len - cut));
		say("jC0", "7");
		line_check("]C07;", "");
		line_say(bytes_of(message.data, cut));
		scan_collector_cut(&line.collector); /* something was lost */
		say("jC0", "7");
		line_check("]C07;", "");
		line_end();
	}
}

static void test_what_is_not_from_a_bar_code_is_no_scan(void)
{
	begin();
	say("?Z6", "REVINF");
	say("jC0", "1");
	line_check("]C01;", "");
	line_end();
}

static void test_the_longest(void)
{
	static char text[SCAN_MAX + 1];

	memset(text, 'a', SCAN_MAX);
	begin();
	say("jC0", text);
	check_int(line.told.len, 3 + SCAN_MAX + 1);
	line_end();
}

static void test_it_is_told_by_its_maker_s_list(void)
{
	AUTO_BUF out = { 0 };

	begin();
	check(scanner_driver_dechdr.feedback(&line.collector, SCAN_STORED, &out));
	check_str(buf_str(&out), "\x16\x07\r");
	line_end();
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_messages_however_they_are_cut),
		CHECK_TEST(test_what_is_no_message_is_dropped_and_the_next_is_whole),
		CHECK_TEST(test_a_part_is_never_given_out),
		CHECK_TEST(test_what_is_not_from_a_bar_code_is_no_scan),
		CHECK_TEST(test_the_longest),
		CHECK_TEST(test_it_is_told_by_its_maker_s_list),
	};
	return check_run("scanners/dechdr", tests, ARRAY_LEN(tests));
}
