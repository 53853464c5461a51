/* CRC-16/XMODEM, a byte at a time. */
#include "printers/lang/zpl/crc.h"

uint16_t zpl_crc16(struct bytes text)
{
	unsigned crc = 0;

	for (size_t i = 0; i < text.len; i++) {
		crc ^= (unsigned)text.data[i] << 8;
		for (unsigned bit = 0; bit < 8; bit++)
			crc = crc & 0x8000 ? crc << 1 ^ 0x1021 : crc << 1;
	}
	return (uint16_t)crc;
}
