/*
 * CRC-16/XMODEM (polynomial 0x1021, start 0, nothing reflected, nothing added at the end), which
 * ZPL uses over the base64 characters of a :B64: or :Z64: field; check value of "123456789" is
 * 0x31C3. Source: Zebra "ZPL II Programming Guide" P1099958, "B64 and Z64 encoding"; parameters
 * confirmed against three samples in public code (24EF, 3CC2, B023 all reproduced; a start of
 * 0xFFFF fails).
 */
#ifndef SPECIMEND_PRINTERS_LANG_ZPL_CRC_H
#define SPECIMEND_PRINTERS_LANG_ZPL_CRC_H

#include "daemon/base/bytes.h"

uint16_t zpl_crc16(struct bytes text);

#endif
