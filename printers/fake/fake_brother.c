/*
 * A Brother QL with a roll of which it tells the size (that a page names another is not its
 * concern): reports of 32 bytes, asked for and by itself (printers/lang/brother/status.h). Asked
 * while it prints it says nothing, so that who does it gets nowhere. Without the recovery flag,
 * which we never set, a page that was stopped is lost (assumed until seen on hardware).
 */
#include "printers/fake/fake_language.h"
#include "printers/lang/brother/media.h"
#include "printers/lang/brother/status.h"

#define TYPE_REPLY 0
#define TYPE_COMPLETED 1
#define TYPE_ERROR 2
#define TYPE_PHASE 6
#define PHASE_RECEIVING 0
#define PHASE_PRINTING 1

static const struct {
	uint8_t errors_1;
	uint8_t errors_2;
} errors[] = {
	[FAKE_PRINTER_OUT_OF_LABELS] = { 0x01, 0 },
	[FAKE_PRINTER_HEAD_OPEN] = { 0, 0x10 },
	[FAKE_PRINTER_PAUSED] = { 0, 0x20 }, /* the cancel key */
	[FAKE_PRINTER_JAM] = { 0, 0x40 },
	[FAKE_PRINTER_SILENT] = { 0, 0 },
};

static void report_add(const struct fake_state *state, uint8_t type, uint8_t phase, struct buf *out)
{
	const bool has_roll = state->mode != FAKE_PRINTER_OUT_OF_LABELS;
	const uint8_t type_of_roll =
		state->roll_length_mm > 0 ? BROTHER_DIE_CUT : BROTHER_CONTINUOUS;
	const uint8_t report[BROTHER_REPORT_BYTES] = {
		[0] = 0x80,
		[1] = BROTHER_REPORT_BYTES,
		[2] = 'B',
		[3] = '4', /* QL-800 series */
		[4] = '8',
		[5] = '0',
		[8] = errors[state->mode].errors_1,
		[9] = errors[state->mode].errors_2,
		[10] = has_roll ? (uint8_t)state->roll_width_mm : 0,
		[11] = has_roll ? type_of_roll : 0,
		[17] = has_roll ? (uint8_t)state->roll_length_mm : 0,
		[18] = type,
		[19] = phase,
	};

	buf_add_mem(out, report, sizeof(report));
}

static void answer(
	const struct fake_state *state, enum printer_query query, unsigned form, struct buf *out)
{
	(void)query; /* there is one, in one form */
	(void)form;
	if (!state->is_printing)
		report_add(state, TYPE_REPLY, PHASE_RECEIVING, out);
}

static void report(const struct fake_state *state, enum fake_happening happening, struct buf *out)
{
	switch (happening) {
	case FAKE_BEGINS:
		report_add(state, TYPE_PHASE, PHASE_PRINTING, out);
		break;
	case FAKE_OUT:
		report_add(state, TYPE_COMPLETED, PHASE_PRINTING, out);
		report_add(state, TYPE_PHASE, PHASE_RECEIVING, out);
		break;
	case FAKE_STOPS:
		report_add(state, TYPE_ERROR, PHASE_RECEIVING, out);
		break;
	}
}

const struct fake_language fake_brother = {
	.answer = answer,
	.report = report,
};
