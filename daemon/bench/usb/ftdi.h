/*
 * FTDI's converters from USB to a serial line, as in the cables of scanners: which devices they
 * are, the numbers that their requests want, and their packets. Pure; line.c asks and reads.
 *
 * Each packet begins with two bytes of state, then come up to 62 of the line. In the second of them
 * bits 1 to 4 say that something was lost: overrun, parity, framing, break. They count only where
 * data follow (a packet of state alone repeats them), and do not say which byte it was: so none of
 * the packet's is believed (transport_events.spoilt).
 *
 * Only models with one line are known here (FT232: 6001; FT-X: 6015), and of those numbers only
 * the interface that is the maker's own with bulk both ways. That they are a scanner's cable nobody
 * can see: a person says so, by assigning it.
 *
 * Source: Linux, drivers/usb/serial/ftdi_sio.h (requests, divisors, layout of the packets) and
 * ftdi_sio.c, ftdi_process_packet; FTDI AN232B-05 (divisors); github.com/jonas-schievink/
 * ftdi-protocol (product ids).
 */
#ifndef SPECIMEND_BENCH_USB_FTDI_H
#define SPECIMEND_BENCH_USB_FTDI_H

#include "daemon/base/bytes.h"
#include "scanners/line.h"

#define FTDI_STATE_LEN 2u

bool ftdi_is(uint16_t vendor, uint16_t product);

/*
 * What SET_BAUD_RATE wants: the divisor of 3 MHz in bits 0 to 13, its eighths in bits 14 and 15
 * (only 0, 1/8, 1/4 and 1/2 are needed for the usual speeds, and all chips have these). 0 for a
 * speed that is not usual.
 */
uint16_t ftdi_divisor(unsigned baud);

/* What SET_DATA wants: data bits in bits 0 to 7, parity in 8 to 10 (1 odd, 2 even), one stop bit.
 */
uint16_t ftdi_data(enum line_format format);

/*
 * Takes the state off a packet. What is left is data, perhaps none. NULL: as the line had it;
 * else what is wrong with it, for a person: any byte of the data may be another, or missing.
 */
const char *ftdi_unpack(struct bytes *packet);

#endif
