/* Who is owed what. */
#include "scanners/ack.h"

#include "scanners/maker.h"
#include "scanners/serial.h"

#define ACK 0x06
#define NAK 0x15

/* What the collector's layout is; none: the line is not set to ACK/NAK. */
struct layout {
	bool is_owed;              /* the last scan was given out, and is not acknowledged */
	bool is_last;              /* and it is what the scanner said last */
	bool is_said;              /* ACK was, and nothing else since */
	bool is_crossed;           /* NAK of before may have reached the scanner after it */
	bool is_crossing;          /* or when it had begun what comes now */
	bool is_stored;            /* its verdict came when it was not */
	enum scan_verdict verdict; /* that one */
	bool is_refused;           /* it could not be stored */
	bool is_asking;            /* NAK was due */
	unsigned naks;             /* in a row */
	unsigned silent_ms;
	char aim[SCAN_AIM_LEN + 1]; /* the last scan */
	uint8_t text[SCAN_MAX];
	size_t len;
};

void ack_begin(struct scan_collector *collector)
{
	scan_collector_begin(collector, collector->settings.has_ack ? sizeof(struct layout) : 0);
}

/* Nothing, when it was said too often: the scanner gives up by itself then. */
static void nak_add(struct layout *layout, struct buf *out)
{
	layout->is_asking = true;
	layout->is_last = false;
	layout->is_said = false;
	layout->silent_ms = 0;
	if (layout->naks == ACK_NAKS_MAX)
		return;
	layout->naks++;
	buf_add_byte(out, NAK);
}

/* Nothing is owed, asked for or counted. */
static void layout_reset(struct layout *layout)
{
	memset(layout, 0, sizeof(*layout));
}

/* A NAK that crossed the scan asked for it once more: that one is owed still. */
static void ack_add(struct layout *layout, struct buf *out)
{
	bool is_crossed = layout->is_crossed;

	buf_add_byte(out, ACK);
	layout->is_said = true;
	layout->is_last = false;
	layout->is_owed = is_crossed;
	layout->is_stored = is_crossed;
	layout->is_crossed = false;
	layout->is_refused = false;
	layout->is_asking = false;
	layout->naks = 0;
	layout->silent_ms = 0;
}

static bool is_repeat(const struct layout *layout, const struct scan *scan)
{
	return layout->is_owed && memcmp(layout->aim, scan->aim, sizeof(layout->aim)) == 0 &&
	       bytes_equal(bytes_of(layout->text, layout->len), scan->raw);
}

static void scan_note(struct layout *layout, const struct scan *scan)
{
	bool is_crossed = layout->is_crossing;

	layout_reset(layout);
	layout->is_crossed = is_crossed;
	layout->is_owed = true;
	layout->is_last = true;
	memcpy(layout->aim, scan->aim, sizeof(layout->aim));
	memcpy(layout->text, scan->raw.data, scan->raw.len);
	layout->len = scan->raw.len;
}

void ack_lost(struct scan_collector *collector)
{
	struct layout *layout = collector->layout;

	if (!layout || !layout->is_said)
		return;
	layout->is_owed = true;
	layout->is_stored = true;
	layout->silent_ms = 0;
}

void ack_other(struct scan_collector *collector)
{
	struct layout *layout = collector->layout;

	if (!layout)
		return;
	layout->is_last = false;
	layout->is_crossing |= layout->is_asking && collector->is_answer_flying;
	collector->is_answer_void = true;
	if (collector->is_answer_waiting || collector->is_answer_flying)
		ack_lost(collector);
}

/* Its verdict was not heard, or only without ACK. */
static void stored_add(struct scan_collector *collector)
{
	struct layout *layout = collector->layout;

	ack_add(layout, &collector->answer);
	(void)scanner_maker_sound(
		collector->settings.maker, layout->verdict, &collector->answer); /* if it has one */
}

enum scan_reading ack_reading(
	struct scan_collector *collector, enum scan_reading reading, struct scan *scan)
{
	struct layout *layout = collector->layout;

	if (!layout)
		return reading;
	if (reading != SCAN_READING_NONE)
		ack_other(collector);
	if (reading == SCAN_READING_BAD)
		layout->is_crossing = false;
	if (reading != SCAN_READING_DONE)
		return reading;
	if (!is_repeat(layout, scan)) {
		scan_note(layout, scan);
		return SCAN_READING_DONE;
	}
	layout->is_crossing = false;
	layout->is_last = true;
	layout->silent_ms = 0;
	if (layout->is_stored)
		stored_add(collector);
	else if (layout->is_refused)
		nak_add(layout, &collector->answer);
	*scan = (struct scan) { 0 };
	return SCAN_READING_NONE;
}

bool ack_verdict(struct scan_collector *collector, enum scan_verdict verdict)
{
	struct layout *layout = collector->layout;

	if (verdict == SCAN_NOT_STORED) {
		layout->is_refused = true;
		nak_add(layout, &collector->answer);
		return false;
	}
	if (layout->is_owed) {
		layout->is_stored = true;
		layout->verdict = verdict;
	}
	if (!layout->is_owed || !layout->is_last)
		return false;
	ack_add(layout, &collector->answer);
	return true;
}

bool ack_is_asking(const struct scan_collector *collector)
{
	const struct layout *layout = collector->layout;

	return layout && (layout->is_owed || layout->is_asking);
}

void ack_silence(const struct scan_collector *collector)
{
	struct layout *layout = collector->layout;

	if (!layout || (layout->silent_ms += SERIAL_TIMEOUT_MS) < ACK_WAIT_MS)
		return;
	layout_reset(layout);
}
