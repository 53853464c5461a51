/* A TSC: ESC !? and ESC !S (printers/lang/tspl/status.h). */
#include "printers/fake/fake_language.h"
#include "printers/lang/tspl/expand.h"

#define BYTE_PRINTING 0x20
#define MESSAGE_NORMAL '@'
#define MESSAGE_PRINTING 'P'
#define NOTHING 0x40 /* a byte of the frame without a bit */

/* clang-format off */
static const struct {
	uint8_t byte;    /* ESC !? */
	uint8_t message; /* ESC !S: 0: as it is busy or not */
	uint8_t media;
} conditions[] = {
	[FAKE_PRINTER_OK]            = { 0x00, 0,   NOTHING },
	[FAKE_PRINTER_OUT_OF_LABELS] = { 0x04, 'E', NOTHING | 0x01 },
	[FAKE_PRINTER_HEAD_OPEN]     = { 0x01, 'E', NOTHING | 0x20 },
	[FAKE_PRINTER_PAUSED]        = { 0x10, '`', NOTHING },
	[FAKE_PRINTER_JAM]           = { 0x02, 'E', NOTHING | 0x02 },
	[FAKE_PRINTER_SILENT]        = { 0x00, 0,   NOTHING },
};
/* clang-format on */

static void frame_add(const struct fake_state *state, struct buf *out)
{
	uint8_t message = conditions[state->mode].message;

	if (message == 0)
		message = fake_state_is_busy(state) ? MESSAGE_PRINTING : MESSAGE_NORMAL;
	buf_addf(out, "\002%c%c%c%c\003\r\n", message, NOTHING, NOTHING,
		conditions[state->mode].media);
}

static void byte_add(const struct fake_state *state, struct buf *out)
{
	uint8_t byte = conditions[state->mode].byte;

	if (byte == 0 && fake_state_is_busy(state))
		byte = BYTE_PRINTING;
	buf_add_byte(out, byte);
}

static void answer(
	const struct fake_state *state, enum printer_query query, unsigned form, struct buf *out)
{
	(void)query; /* there is one */
	if (form == TSPL_QUESTION_FRAME)
		frame_add(state, out);
	else
		byte_add(state, out);
}

const struct fake_language fake_tspl = {
	.keeps_label = true,
	.reprints = true, /* SET REPRINT: some are sold with ON (assumed) */
	.answer = answer,
};
