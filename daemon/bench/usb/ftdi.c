/* Numbers of the converters. */
#include "daemon/bench/usb/ftdi.h"

#include "daemon/base/str.h"

bool ftdi_is(uint16_t vendor, uint16_t product)
{
	return vendor == 0x0403 && (product == 0x6001 || product == 0x6015);
}

uint16_t ftdi_divisor(unsigned baud)
{
	static const struct {
		unsigned baud;
		uint16_t divisor;
	} rows[LINE_BAUDS] = {
		{ 1200, 2500 }, { 2400, 1250 }, { 4800, 625 },
		{ 9600, 312 | 0x4000 },  /* and a half */
		{ 19200, 156 | 0x8000 }, /* and a quarter */
		{ 38400, 78 | 0xc000 },  /* and an eighth */
		{ 57600, 52 | 0xc000 },  /* 52.08 */
		{ 115200, 26 },          /* 26.04 */
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (rows[i].baud == baud)
			return rows[i].divisor;
	}
	return 0;
}

uint16_t ftdi_data(enum line_format format)
{
	struct line_shape shape = line_format_shape(format);

	return (uint16_t)(shape.data_bits | (unsigned)shape.parity << 8);
}

const char *ftdi_unpack(struct bytes *packet)
{
	static const struct {
		uint8_t bit;
		const char *what;
	} faults[] = {
		{ 0x02, "lost what came too fast (overrun)" },
		{ 0x10, "says that its line was cut or switched off (break)" },
		{ 0x04, "read a character wrong (parity): is its line set as the scanner's?" },
		{ 0x08, "read a character wrong (framing): is its line as fast as the scanner's?" },
	};
	struct bytes all = *packet;

	*packet = (struct bytes) { 0 };
	if (all.len <= FTDI_STATE_LEN)
		return NULL;
	*packet = bytes_of(all.data + FTDI_STATE_LEN, all.len - FTDI_STATE_LEN);
	for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
		if (all.data[1] & faults[i].bit)
			return faults[i].what;
	}
	return NULL;
}
