/*
 * A printer with an address: raw bytes over TCP, as on port 9100 ("the stream is processed just as
 * on a parallel port": HP JetDirect; Zebra, "ZPL II Programming Guide", appendix on networking: the
 * raw port). The identity is tcp_address.h's.
 *
 * One connection, kept for as long as it holds. It is the plug: it cannot outlive the printer's
 * power, nor pass to another device at the same address, and a new one is never the same stay
 * (transport_port.plug). Whatever ends it, the printer's half close too, is an unplugging; then it
 * is connected again after TCP_RETRY_MS, doubled up to TCP_RETRY_MAX_MS while that fails.
 *
 * "Taken" is what the kernel took of a write: more than the printer has, never less, so that what
 * is told as not sent was not. All of a write is taken when the printer has acknowledged it but for
 * its last two segments, so that no question waits behind a label, and a printer that hangs is
 * found by the deadlines of any cable. When the connection ends while not all has arrived, it is
 * reset, not closed: nothing of it reaches the printer later by itself. For the same reason a write
 * that is called back while something of it is on its way ends the connection: a person is asked
 * then whether the label came out, and the answer must stay true.
 *
 * Reading is always on, to learn of the end; what comes while it is off is thrown away. Nothing is
 * written after it was switched on until the printer has been quiet for TCP_STALE_MS and, when its
 * last answer is missing, has acknowledged the question: or a late answer would be taken for the
 * next. One that is not quiet for TCP_TALK_MAX_MS, over several questions that were given up
 * meanwhile, is left, and tried again after TCP_RETRY_MAX_MS: nothing that it says proves anything.
 *
 * What this cannot see: another host that prints to the same printer. Two labels are seen by the
 * counter, one in the place of ours is not. The printer must take connections from this machine
 * only (contrib/PRINTERS.md).
 */
#ifndef SPECIMEND_BENCH_TCP_PRINTER_H
#define SPECIMEND_BENCH_TCP_PRINTER_H

#include "daemon/bench/transport.h"

#define TCP_CONNECT_MS 3000 /* the second SYN goes after 1 s: RFC 6298, 2.1; the third after 3 */
#define TCP_RETRY_MS 500
#define TCP_RETRY_MAX_MS 8000
#define TCP_STALE_MS 10
#define TCP_TALK_MAX_MS 5000 /* 4 kB at 9600 Bd, behind a print server, are over by then */
#define TCP_ARRIVAL_MS 5     /* between two looks at what has arrived: the kernel does not tell */
/*
 * What was sent and is not acknowledged for so long ends the connection (tcp(7), TCP_USER_TIMEOUT):
 * before a label is given up (PRINTER_SETTLE_MS), so that it does not arrive after that.
 */
#define TCP_UNHEARD_MS 8000
/* Bytes that the kernel may hold of a write; it doubles it (socket(7), SO_SNDBUF). */
#define TCP_SEND_BYTES 16384
#define TCP_PIECE_MAX 4096u /* read in one pass of the loop */

extern const struct transport transport_tcp_printer;

#endif
