/*
 * scanners/ack, by way of scanners/serial: a byte of settings, then steps. A byte of 0 to 248 is
 * the length of a piece of the line that follows it; 249 says that the last answer was lost; 250 to
 * 255 are a verdict, or silence. Whatever
 * comes: no more than one byte is answered at once, and a sound behind ACK; ACK is only said of a
 * code that was given out and of which a verdict said stored, once, and not while the line has
 * begun anything else or was broken since; NAK not more than ACK_NAKS_MAX times with nothing else
 * between; the same code is given out twice only when an ACK that was not lost, or a long silence
 * was between; and after that nothing is due.
 *
 * Sources: daemon/base scanners
 */
#include "scanners/ack.h"

#include "daemon/base/cursor.h"
#include "scanners/serial.h"
#include "tests/fuzz/fuzz.h"

#define ACK 0x06
#define NAK 0x15

enum step {
	STEP_PIECE_MAX = 248,
	STEP_LOST,
	STEP_STORED,
	STEP_REPEAT,
	STEP_STOP,
	STEP_NOT_STORED,
	STEP_SILENCE,
	STEP_ANEW,
};

static struct {
	struct scan_collector collector;
	struct buf last; /* the last scan, with its identifier; valid while is_owed */
	bool is_owed;
	bool is_stored; /* a verdict said so while it was owed */
	bool is_other;  /* something else was begun since, or came broken */
	bool is_said;   /* ACK was, and nothing since */
	unsigned naks;
} it;

static void ack_check(void)
{
	FUZZ_CHECK(it.is_owed && it.is_stored && !it.is_other);
	it.is_owed = false;
	it.is_stored = false;
	it.is_said = true;
	it.naks = 0;
}

static void naks_count(struct bytes told)
{
	FUZZ_CHECK(told.len <= 1 && (told.len == 0 || told.data[0] == NAK));
	it.naks += (unsigned)told.len;
	it.is_said &= told.len == 0;
	FUZZ_CHECK(it.naks <= ACK_NAKS_MAX);
}

static void answer_check(void)
{
	struct bytes answer = buf_bytes(&it.collector.answer);

	if (answer.len > 0 && answer.data[0] == ACK)
		ack_check();
	else
		naks_count(answer);
	buf_reset(&it.collector.answer);
}

static void verdict(enum scan_verdict verdict)
{
	AUTO_BUF out = { 0 };

	FUZZ_CHECK(scanner_driver_serial.feedback(&it.collector, verdict, &out));
	/* a sound goes behind ACK only */
	FUZZ_CHECK(
		out.len == 0 || bytes_equal(buf_bytes(&it.collector.answer), bytes_of_str("\x06")));
	if (verdict != SCAN_NOT_STORED)
		it.is_stored = it.is_owed;
	answer_check();
}

static void scan_check(const struct scan *scan)
{
	AUTO_BUF text = { 0 };

	FUZZ_CHECK(scan->raw.len > 0 && scan->raw.len <= SCAN_MAX);
	buf_add_str(&text, scan->aim);
	buf_add(&text, scan->raw);
	FUZZ_CHECK(!it.is_owed || !bytes_equal(buf_bytes(&text), buf_bytes(&it.last)));
	buf_reset(&it.last);
	buf_add(&it.last, buf_bytes(&text));
	it.is_owed = true;
	it.is_stored = false;
	it.is_said = false;
	it.naks = 0;
}

static void reading_check(enum scan_reading reading, const struct scan *scan)
{
	it.is_other = reading == SCAN_READING_MORE || reading == SCAN_READING_BAD ||
		      (it.is_other && it.collector.reports > 0);
	FUZZ_CHECK(it.collector.answer.len == 0 || reading == SCAN_READING_NONE);
	answer_check();
	if (reading == SCAN_READING_DONE)
		scan_check(scan);
	else
		FUZZ_CHECK(scan->raw.len == 0);
	if (reading != SCAN_READING_BAD)
		return;
	scan_collector_reset(&it.collector);
	verdict(SCAN_NOT_STORED);
}

/* The piece in memory of its own size. */
static void say(struct bytes piece)
{
	uint8_t *own = malloc(piece.len);
	struct bytes rest = bytes_of(own, piece.len);

	if (piece.len > 0)
		memcpy(own, piece.data, piece.len);
	while (rest.len > 0) {
		struct scan scan = { 0 };
		enum scan_reading reading =
			scanner_driver_serial.decode(&it.collector, &rest, &scan);

		reading_check(reading, &scan);
	}
	free(own);
}

/* The timer runs only when something is due, and not for ever. */
static void be_silent(void)
{
	unsigned silent_ms = 0;

	while (it.collector.reports > 0 || scanner_driver_serial.is_asking(&it.collector)) {
		struct scan scan = { 0 };
		bool has_begun = it.collector.reports > 0;
		enum scan_reading reading = scanner_driver_serial.idle(&it.collector, &scan);

		FUZZ_CHECK(reading != SCAN_READING_MORE);
		FUZZ_CHECK(has_begun || reading == SCAN_READING_NONE);
		silent_ms = has_begun ? 0 : silent_ms + SERIAL_TIMEOUT_MS;
		FUZZ_CHECK(silent_ms <= ACK_WAIT_MS);
		reading_check(reading, &scan);
	}
	it.is_owed = false;
	it.naks = 0;
}

static void answer_lost(void)
{
	scanner_driver_serial.answer_lost(&it.collector);
	it.is_owed |= it.is_said;
	it.is_stored |= it.is_said;
}

static void begin_anew(void)
{
	struct err err = { 0 };

	FUZZ_CHECK(scanner_driver_serial.begin(&it.collector, (struct bytes) { 0 }, &err));
	it.is_owed = false;
	it.is_stored = false;
	it.is_other = false;
	it.is_said = false;
	it.naks = 0;
}

static void step(uint8_t what, struct cursor *in)
{
	static const enum scan_verdict verdicts[] = { SCAN_STORED, SCAN_REPEAT, SCAN_STOP,
		SCAN_NOT_STORED };

	if (what <= STEP_PIECE_MAX)
		say(cursor_take(in, what));
	else if (what == STEP_LOST)
		answer_lost();
	else if (what <= STEP_NOT_STORED)
		verdict(verdicts[what - STEP_STORED]);
	else if (what == STEP_SILENCE)
		be_silent();
	else
		begin_anew();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor in = cursor_over(bytes_of(data, size));
	uint8_t settings = cursor_u8(&in);

	memset(&it, 0, sizeof(it));
	it.collector.settings = (struct scanner_settings) {
		.terminator = (enum scan_terminator)((settings & 0x3F) % SCAN_TERMINATORS),
		.maker = (enum scanner_maker)(settings >> 6 & 1),
		.has_aim = (settings & 0x80) != 0,
		.has_ack = true,
	};
	begin_anew();
	while (in.left.len > 0)
		step(cursor_u8(&in), &in);
	scan_collector_done(&it.collector);
	buf_done(&it.last);
	return 0;
}
