/*
 * An LP 2844: ^ee (printers/lang/epl2/status.h). Nobody switches its reports on, so it speaks only
 * when asked. There is no code for a jam; it feeds in search of a gap.
 */
#include "printers/fake/fake_language.h"

static const char *const codes[] = {
	[FAKE_PRINTER_OUT_OF_LABELS] = "07",
	[FAKE_PRINTER_HEAD_OPEN] = "11",
	[FAKE_PRINTER_PAUSED] = "12",
	[FAKE_PRINTER_JAM] = "84",
	[FAKE_PRINTER_SILENT] = NULL,
};

static void answer(
	const struct fake_state *state, enum printer_query query, unsigned form, struct buf *out)
{
	const char *code = codes[state->mode];

	(void)query; /* there is one, in one form */
	(void)form;
	if (!code)
		code = fake_state_is_busy(state) ? "50" : "00";
	buf_addf(out, "%s\r\n", code);
}

const struct fake_language fake_epl2 = {
	.keeps_label = true,
	.answer = answer,
};
