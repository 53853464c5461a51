/*
 * The driver of Opticon scanners on a serial line that send OPC frames:
 *
 *     DLE STX | type | header | data, DLE doubled | DLE ETX | CRC-16/USB, high byte first
 *
 * Type 82 is a bar code (header: number of the frame in two bytes, code id, quantity in two bytes,
 * three reserved), A2 one with the time it was read (four bytes, seven reserved). The header of any
 * other type has 2^((type >> 5) - 1) bytes, none below type 20; such frames are no scans. The CRC
 * counts from the first DLE through ETX; 0000 is let pass, as the maker's own reader does. A frame
 * with the number and the bytes of the one before is a repeat, dropped. One with a wrong CRC, or
 * that is followed by silence before its end, is dropped loudly; the next DLE STX begins a whole
 * one, and what stands between two is nobody's.
 *
 * Feedback is a frame of type 43 with a menu command: B good read, E bad read, numbered by us.
 *
 * Source: tests/data/scanners/honeywell-opticon-serial-facts.txt (Opticon's own
 * opticonnect_sdk_flutter). A code id does not say what is in the code: the identifier has the
 * plain modifier. Assumed until seen on hardware: whether a DLE in a header is doubled; either is
 * understood.
 */
#ifndef SPECIMEND_SCANNERS_OPC_H
#define SPECIMEND_SCANNERS_OPC_H

#include "scanners/driver.h"

#define OPC_TIMEOUT_MS 500

extern const struct scanner_driver scanner_driver_opc;

#endif
