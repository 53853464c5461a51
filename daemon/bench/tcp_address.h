/*
 * The name by which a printer with an address is assigned to a station (contrib/CONTRACTS.md 2):
 *
 *     tcp:192.0.2.7:9100
 *     tcp:[2001:db8::7]:9100
 *
 * Numeric only: to ask for a name would block, and a name may lead elsewhere tomorrow. One spelling
 * each, so that one printer is not assigned twice: as inet_ntop(3) writes it (IPv6: RFC 5952, 4),
 * the port always said, without zeros in front. clinic.tcp_identity makes it of what a person says.
 *
 * Refused: what is no one device's address (unspecified and "this network", multicast, reserved and
 * broadcast: RFC 6890, 2.2; RFC 4291, 2.5.2 and 2.7), IPv6 that means an IPv4 address (a second
 * spelling: RFC 4291, 2.5.5), link-local IPv6 (means nothing without an interface), and ports below
 * 1024: what listens there speaks another protocol (LPD 515, IPP 631) or is no printer. Pure.
 */
#ifndef SPECIMEND_BENCH_TCP_ADDRESS_H
#define SPECIMEND_BENCH_TCP_ADDRESS_H

#include <netinet/in.h>
#include <sys/socket.h>

#include "daemon/base/err.h"

#define TCP_PORT_MIN 1024

struct tcp_address {
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} to;
	socklen_t len;
};

/* Fails with ERR_INVALID unless it is exactly of that grammar, written as we write it. */
MUST_CHECK bool tcp_address_parse(const char *identity, struct tcp_address *out, struct err *err);

#endif
