/*
 * A LabelWriter 450: one status byte (printers/lang/dymo/status.h). It has no sensor of its cover
 * and no pause: both are an error that nothing names (assumed until seen on hardware). It prints
 * row by row, so of a label that was stopped nothing is left but half of it on the paper. Inside a
 * label it takes no question.
 */
#include "printers/fake/fake_language.h"

#define BIT_READY 0x01
#define BIT_TOP_OF_FORM 0x02
#define BIT_NO_PAPER 0x20
#define BIT_JAM 0x40
#define BIT_ERROR 0x80

static const uint8_t bits[] = {
	[FAKE_PRINTER_OK] = BIT_READY,
	[FAKE_PRINTER_OUT_OF_LABELS] = BIT_NO_PAPER | BIT_ERROR,
	[FAKE_PRINTER_HEAD_OPEN] = BIT_ERROR,
	[FAKE_PRINTER_PAUSED] = BIT_ERROR,
	[FAKE_PRINTER_JAM] = BIT_JAM | BIT_ERROR,
	[FAKE_PRINTER_SILENT] = BIT_READY,
};

static void answer(
	const struct fake_state *state, enum printer_query query, unsigned form, struct buf *out)
{
	const bool is_away = fake_state_is_busy(state) || state->is_off_mark;

	(void)query; /* there is one, in one form */
	(void)form;
	buf_add_byte(out, (uint8_t)(bits[state->mode] | (is_away ? 0 : BIT_TOP_OF_FORM)));
}

const struct fake_language fake_dymo = {
	.answer = answer,
};
