/* Text up to its end. */
#include "scanners/serial.h"

#include "scanners/ack.h"
#include "scanners/maker.h"

#define STX 0x02
#define ETX 0x03

/* The byte that ends a scan; of CR LF the second. */
static const uint8_t ends[] = {
	[SCAN_TERMINATOR_CR] = '\r',
	[SCAN_TERMINATOR_LF] = '\n',
	[SCAN_TERMINATOR_CR_LF] = '\n',
	[SCAN_TERMINATOR_TAB] = '\t',
	[SCAN_TERMINATOR_ETX] = ETX,
	[SCAN_TERMINATOR_NONE] = 0, /* not looked at */
};

static bool serial_begin(
	struct scan_collector *collector, struct bytes description, struct err *err)
{
	(void)description; /* a line says nothing of itself */
	(void)err;
	ack_begin(collector);
	return true;
}

static bool is_end(const struct scan_collector *collector, uint8_t c)
{
	const struct buf *text = &collector->collected;
	enum scan_terminator own = collector->settings.terminator;

	if (own == SCAN_TERMINATOR_NONE || c != ends[own])
		return false;
	return own != SCAN_TERMINATOR_CR_LF || (text->len > 0 && text->data[text->len - 1] == '\r');
}

/* Between two scans, and of none. */
static bool is_nobodys(const struct scan_collector *collector, uint8_t c)
{
	enum scan_terminator own = collector->settings.terminator;

	return collector->reports == 0 &&
	       (own == SCAN_TERMINATOR_ETX || (own == SCAN_TERMINATOR_CR && c == '\n'));
}

static bool is_begin(const struct scan_collector *collector, uint8_t c)
{
	return collector->settings.terminator == SCAN_TERMINATOR_ETX && c == STX;
}

/* Of what is too long nothing is given out, whatever its end. */
static void byte_add(struct scan_collector *collector, uint8_t c)
{
	collector->reports = 1;
	if (collector->collected.len == SCAN_MAX)
		collector->is_cut = true;
	else
		buf_add_byte(&collector->collected, c);
}

/* What was collected is an answer to a command, or its beginning. */
static bool is_answer(const struct scan_collector *collector)
{
	struct bytes text = buf_bytes(&collector->collected);

	if (text.len > 0 && text.data[0] == STX)
		text = bytes_of(text.data + 1, text.len - 1);
	return scanner_maker_is_answer(collector->settings.maker, text);
}

static void answer_end(struct scan_collector *collector)
{
	collector->reports = 0;
	buf_reset(&collector->collected);
}

/* An answer without its end may have swallowed the beginning of the scan. */
static enum scan_reading scan_end(
	struct scan_collector *collector, enum scan_end end, struct scan *out)
{
	collector->is_cut = collector->is_cut || is_answer(collector);
	return scan_collector_end(collector, end, out);
}

static enum scan_reading text_end(struct scan_collector *collector, struct scan *out)
{
	if (collector->settings.terminator == SCAN_TERMINATOR_CR_LF)
		buf_cut(&collector->collected, collector->collected.len - 1);
	return scan_end(collector, SCAN_END_TERMINATOR, out);
}

/* A frame begins: whatever was lost before, this is a whole one. Another had not ended: false. */
static bool text_begin(struct scan_collector *collector)
{
	bool is_clean = collector->reports == 0;

	collector->is_cut = false;
	collector->reports = is_clean ? 1 : 0;
	return is_clean;
}

static enum scan_reading text_decode(
	struct scan_collector *collector, struct bytes *in, struct scan *out)
{
	collector->is_settling = false;
	if (collector->reports == 0)
		buf_reset(&collector->collected); /* the scan that was given out by the last call */
	for (; in->len > 0; *in = bytes_of(in->data + 1, in->len - 1)) {
		uint8_t c = in->data[0];

		if (is_begin(collector, c)) {
			if (!text_begin(collector))
				return SCAN_READING_BAD;
		} else if (is_nobodys(collector, c)) {
			continue;
		} else if (c == ETX && is_answer(collector)) {
			answer_end(collector);
		} else if (is_end(collector, c)) {
			*in = bytes_of(in->data + 1, in->len - 1);
			return text_end(collector, out);
		} else {
			byte_add(collector, c);
		}
	}
	return collector->reports > 0 ? SCAN_READING_MORE : SCAN_READING_NONE;
}

/*
 * The last of them ends a text, as far as it is right: a wrong one in the middle of a text may look
 * so, and then the text goes on at once. Where silence is the end, what is lost says nothing else.
 */
static void serial_spoil(struct scan_collector *collector, struct bytes spoilt)
{
	enum scan_terminator own = collector->settings.terminator;
	uint8_t last = spoilt.len > 0 ? spoilt.data[spoilt.len - 1] : 0;
	bool is_over = own == SCAN_TERMINATOR_NONE;

	if (collector->reports == 0)
		buf_reset(&collector->collected);
	if (spoilt.len > 1)
		byte_add(collector, spoilt.data[spoilt.len - 2]);
	is_over |= spoilt.len > 0 && is_end(collector, last);
	ack_other(collector);
	scan_collector_cut(collector);
	if (own == SCAN_TERMINATOR_CR_LF && last == '\r')
		byte_add(collector, last); /* its LF may come yet */
	collector->is_settling = is_over;
}

static bool serial_is_asking(const struct scan_collector *collector)
{
	return collector->is_settling || ack_is_asking(collector);
}

static enum scan_reading serial_decode(
	struct scan_collector *collector, struct bytes *in, struct scan *out)
{
	return ack_reading(collector, text_decode(collector, in, out), out);
}

static enum scan_reading text_idle(struct scan_collector *collector, struct scan *out)
{
	if (collector->settings.terminator != SCAN_TERMINATOR_NONE)
		return SCAN_READING_BAD;
	return scan_end(collector, SCAN_END_IDLE, out);
}

static enum scan_reading serial_idle(struct scan_collector *collector, struct scan *out)
{
	if (collector->reports > 0)
		return ack_reading(collector, text_idle(collector, out), out);
	if (collector->is_settling)
		collector->is_cut = false;
	collector->is_settling = false;
	ack_silence(collector);
	return SCAN_READING_NONE;
}

static bool serial_feedback(
	struct scan_collector *collector, enum scan_verdict verdict, struct buf *out)
{
	bool is_acknowledging = collector->settings.has_ack && collector->layout;

	if (is_acknowledging && !ack_verdict(collector, verdict))
		return true;
	return scanner_maker_sound(collector->settings.maker, verdict, out) || is_acknowledging;
}

const struct scanner_driver scanner_driver_serial = {
	.name = "serial",
	.joins_reports = true,
	.begin = serial_begin,
	.decode = serial_decode,
	.idle = serial_idle,
	.timeout_ms = SERIAL_TIMEOUT_MS,
	.is_asking = serial_is_asking,
	.answer_lost = ack_lost,
	.spoil = serial_spoil,
	.feedback = serial_feedback,
};

/* ---- reports that count their bytes ---- */

/* Of a report that holds two scans, or one and a part, none is given out: what is behind the first
 * could not be. */
static enum scan_reading simple_com_decode(
	struct scan_collector *collector, struct bytes *in, struct scan *out)
{
	struct bytes report = bytes_take_all(in);
	struct scan scan = { 0 };

	if (report.len == 0 || report.data[0] >= report.len) {
		scan_collector_cut(collector);
		return SCAN_READING_BAD;
	}
	struct bytes text = bytes_of(report.data + 1, report.data[0]);
	enum scan_reading reading = text_decode(collector, &text, &scan);

	while (text.len > 0 && is_nobodys(collector, text.data[0]))
		text = bytes_of(text.data + 1, text.len - 1);
	if (text.len > 0) {
		scan_collector_cut(collector);
		return SCAN_READING_BAD;
	}
	*out = scan;
	return reading;
}

static bool simple_com_feedback(
	struct scan_collector *collector, enum scan_verdict verdict, struct buf *out)
{
	(void)collector;
	(void)verdict;
	(void)out;
	return false; /* it has no endpoint for that */
}

const struct scanner_driver scanner_driver_simple_com = {
	.name = "simple_com",
	.joins_reports = true,
	.begin = serial_begin,
	.decode = simple_com_decode,
	.idle = text_idle,
	.timeout_ms = SERIAL_TIMEOUT_MS,
	.feedback = simple_com_feedback,
};
