/*
 * A Zebra: ~HS, ~HQES and the counter (printers/lang/zpl/status.h). It answers ~HS when it is out
 * of labels (as older units do) but not with its head open (as the current guide says), so both
 * documented kinds of behaviour are met. Only a KR403 knows a jam, as an error bit.
 */
#include "printers/fake/fake_language.h"

static void answer_host(const struct fake_state *state, struct buf *out)
{
	if (state->mode == FAKE_PRINTER_HEAD_OPEN)
		return;
	buf_addf(out,
		"\002030,%d,%d,0203,%03u,%d,0,%d,000,0,0,0\003\r\n"
		"\002000,0,0,0,0,2,4,0,%08d,1,000\003\r\n\0020000,0\003\r\n",
		state->mode == FAKE_PRINTER_OUT_OF_LABELS, state->mode == FAKE_PRINTER_PAUSED,
		state->waiting, state->is_full, state->is_partial, state->is_printing);
}

/* A pause is not among them. */
static const unsigned errors[] = {
	[FAKE_PRINTER_OUT_OF_LABELS] = 0x1,
	[FAKE_PRINTER_HEAD_OPEN] = 0x4,
	[FAKE_PRINTER_JAM] = 0x1000,
	[FAKE_PRINTER_SILENT] = 0,
};

static void answer_faults(const struct fake_state *state, struct buf *out)
{
	buf_addf(out,
		"\002\r\n\r\n  PRINTER STATUS                             \r\n"
		"   ERRORS:         %d 00000000 %08X          \r\n"
		"   WARNINGS:       0 00000000 00000000          \r\n\003",
		errors[state->mode] != 0, errors[state->mode]);
}

static void answer(
	const struct fake_state *state, enum printer_query query, unsigned form, struct buf *out)
{
	(void)form; /* each has but one */
	switch (query) {
	case PRINTER_QUERY_HOST:
		answer_host(state, out);
		break;
	case PRINTER_QUERY_FAULTS:
		answer_faults(state, out);
		break;
	case PRINTER_QUERY_COUNTER:
		buf_addf(out, "\"%llu\"\r\n", (unsigned long long)state->counter);
		break;
	}
}

const struct fake_language fake_zpl = {
	.keeps_label = true,
	.reprints = true, /* ^JZY (printers/lang/zpl/zpl.c) */
	.answer = answer,
};
