/* daemon/hl7/frame: messages whatever way the stream is cut (HL-01). */
#include "daemon/hl7/frame.h"

#include "tests/check.h"

#define FRAME(text) "\x0b" text "\x1c\x0d"

/* All messages that a stream gives, each followed by '/'. */
static void read_all(struct mllp_reader *reader, struct buf *out)
{
	struct bytes message;

	while (mllp_reader_next(reader, &message) == MLLP_MESSAGE) {
		buf_add(out, message);
		buf_add_byte(out, '/');
	}
}

static void test_every_cut_of_a_stream_gives_the_same_messages(void)
{
	static const struct {
		const char *name;
		const char *stream;
		const char *messages;
		unsigned skipped;
	} rows[] = {
		{ "one", FRAME("MSH|a\r"), "MSH|a\r/", 0 },
		{ "two in one packet", FRAME("MSH|a\r") FRAME("MSH|b\r"), "MSH|a\r/MSH|b\r/", 0 },
		{ "garbage around", "xx" FRAME("MSH|a") "\r\n" FRAME("MSH|b") "z", "MSH|a/MSH|b/",
			5 },
		{ "empty frame", FRAME("") FRAME("MSH|b"), "/MSH|b/", 0 },
		{ "end without its CR is content", FRAME("MSH|a\x1c|b"), "MSH|a\x1c|b/", 0 },
		{ "doubled end byte", FRAME("MSH|a\x1c"), "MSH|a\x1c/", 0 },
		{ "vertical tab is content", FRAME("MSH|a\vz"), "MSH|a\vz/", 0 },
		{ "broken off and begun again", "\x0bMSH|a\rPI" FRAME("MSH|b"), "MSH|b/", 9 },
		{ "begun three times", "\x0bMSH|a\x0bMSH|b" FRAME("MSH|c"), "MSH|c/", 12 },
		{ "never ends", "\x0bMSH|a", "", 0 },
		{ "no frame", "GET / HTTP/1.1\r\n\r\n", "", 18 },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct bytes stream = bytes_of_str(rows[i].stream);

		for (size_t step = 1; step <= stream.len; step++) {
			struct mllp_reader reader;
			AUTO_BUF got = { 0 };

			check_row(rows[i].name);
			mllp_reader_init(&reader);
			for (size_t at = 0; at < stream.len; at += step) {
				size_t len = stream.len - at < step ? stream.len - at : step;

				mllp_reader_feed(&reader, bytes_of(stream.data + at, len));
				read_all(&reader, &got);
			}
			check_str(buf_str(&got), rows[i].messages);
			check_int(reader.skipped, rows[i].skipped);
			mllp_reader_done(&reader);
		}
	}
}

static void test_cut_in_two_at_every_byte(void)
{
	static const char stream[] = FRAME("MSH|a\x1cz") "q" FRAME("MSH|bb");
	size_t len = sizeof(stream) - 1;

	for (size_t cut = 0; cut <= len; cut++) {
		struct mllp_reader reader;
		AUTO_BUF got = { 0 };

		mllp_reader_init(&reader);
		mllp_reader_feed(&reader, bytes_of(stream, cut));
		read_all(&reader, &got);
		mllp_reader_feed(&reader, bytes_of(stream + cut, len - cut));
		read_all(&reader, &got);
		check_str(buf_str(&got), "MSH|a\x1cz/MSH|bb/");
		mllp_reader_done(&reader);
	}
}

static void fill(struct mllp_reader *reader, size_t len)
{
	static uint8_t chunk[65536];

	memset(chunk, 'x', sizeof(chunk));
	while (len > 0) {
		size_t n = len < sizeof(chunk) ? len : sizeof(chunk);

		mllp_reader_feed(reader, bytes_of(chunk, n));
		len -= n;
	}
}

static void test_largest_message_is_taken_and_one_byte_more_is_not(void)
{
	for (size_t extra = 0; extra <= 1; extra++) {
		struct mllp_reader reader;
		struct bytes message = { 0 };

		mllp_reader_init(&reader);
		mllp_reader_feed(&reader, bytes_of_str("\x0b"));
		fill(&reader, MLLP_MESSAGE_MAX + extra);
		mllp_reader_feed(&reader, bytes_of_str("\x1c"));
		check_int(
			mllp_reader_next(&reader, &message), extra ? MLLP_TOO_LARGE : MLLP_NOTHING);
		check(mllp_reader_in_frame(&reader));
		mllp_reader_feed(&reader, bytes_of_str("\r"));
		check_int(
			mllp_reader_next(&reader, &message), extra ? MLLP_TOO_LARGE : MLLP_MESSAGE);
		check_int(message.len, MLLP_MESSAGE_MAX);
		mllp_reader_done(&reader);
	}
}

static void test_frame_that_never_ends_is_too_large_at_the_limit(void)
{
	struct mllp_reader reader;
	struct bytes message = { 0 };

	mllp_reader_init(&reader);
	mllp_reader_feed(&reader, bytes_of_str("\x0b"));
	fill(&reader, MLLP_MESSAGE_MAX);
	check_int(mllp_reader_next(&reader, &message), MLLP_NOTHING);
	fill(&reader, 2);
	check_int(mllp_reader_next(&reader, &message), MLLP_TOO_LARGE);
	check_int(message.len, MLLP_MESSAGE_MAX);
	mllp_reader_done(&reader);
}

static void test_what_is_written_is_read(void)
{
	struct mllp_reader reader;
	struct bytes message = { 0 };
	AUTO_BUF frame = { 0 };

	mllp_frame_write(bytes_of_str("MSH|^~\\&|\r"), &frame);
	check_bytes(buf_bytes(&frame), bytes_of_str(FRAME("MSH|^~\\&|\r")));
	mllp_reader_init(&reader);
	mllp_reader_feed(&reader, buf_bytes(&frame));
	check_int(mllp_reader_next(&reader, &message), MLLP_MESSAGE);
	check_bytes(message, bytes_of_str("MSH|^~\\&|\r"));
	check(!mllp_reader_in_frame(&reader));
	mllp_reader_done(&reader);
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_every_cut_of_a_stream_gives_the_same_messages),
		CHECK_TEST(test_cut_in_two_at_every_byte),
		CHECK_TEST(test_largest_message_is_taken_and_one_byte_more_is_not),
		CHECK_TEST(test_frame_that_never_ends_is_too_large_at_the_limit),
		CHECK_TEST(test_what_is_written_is_read),
	};

	return check_run("hl7/frame", tests, ARRAY_LEN(tests));
}
