/* The LabelWriter's status byte -> struct printer_status. */
#include "printers/lang/dymo/status.h"

#define BIT_READY 0x01
#define BIT_TOP_OF_FORM 0x02
#define BIT_ERROR 0x80

/* clang-format off */
const struct dymo_condition dymo_status_bits[] = {
	{ BIT_READY,       0,                 "ready" },
	{ BIT_TOP_OF_FORM, 0,                 "top of form" },
	{ 0x08,            PRINTER_MEDIA_OUT, "a roll ran out, the other was taken" },
	{ 0x20,            PRINTER_MEDIA_OUT, "no paper" },
	{ 0x40,            PRINTER_JAM,       "paper jam" },
	{ BIT_ERROR,       0,                 "error, said by another bit" },
	{ 0, 0, NULL },
};
/* clang-format on */

static unsigned byte_find(uint8_t byte)
{
	const bool is_wrong = (byte & BIT_ERROR) || !(byte & BIT_READY);
	unsigned unknown = byte;
	unsigned found = 0;

	for (const struct dymo_condition *row = dymo_status_bits; row->meaning; row++) {
		if (byte & row->bit)
			found |= row->found;
		unknown &= ~(unsigned)row->bit;
	}
	return unknown || (is_wrong && found == 0) ? found | PRINTER_FAULT : found;
}

enum printer_reading dymo_status_read(
	enum printer_query query, struct bytes reply, struct printer_status *status)
{
	if (query != PRINTER_QUERY_HOST || reply.len > PRINTER_REPLY_MAX)
		return PRINTER_READING_BAD;
	if (reply.len == 0)
		return PRINTER_READING_MORE;
	status->found |= byte_find(reply.data[0]);
	status->error_bits = reply.data[0];
	status->is_busy = !(reply.data[0] & BIT_TOP_OF_FORM);
	status->answered[query] = true;
	return PRINTER_READING_DONE;
}
