/* Identities of printers with an address. */
#include "daemon/bench/tcp_address.h"

#include <arpa/inet.h>
#include <stdio.h>

#include "daemon/base/str.h"

#define PORT_MAX 65535

static const char prefix[] = "tcp:";

/* 0.0.0.0/8, and from 224.0.0.0 on: multicast, reserved, broadcast. */
static bool v4_is_one_device(const struct in_addr *address)
{
	uint32_t first = ntohl(address->s_addr) >> 24;

	return first != 0 && first < 224;
}

static bool v6_is_one_device(const struct in6_addr *address)
{
	return IN6_IS_ADDR_LOOPBACK(address) ||
	       !(IN6_IS_ADDR_UNSPECIFIED(address) || IN6_IS_ADDR_MULTICAST(address) ||
		       IN6_IS_ADDR_LINKLOCAL(address) || IN6_IS_ADDR_V4MAPPED(address) ||
		       IN6_IS_ADDR_V4COMPAT(address));
}

/* host: without its brackets. */
static bool host_read(const char *host, bool is_v6, uint16_t port, struct tcp_address *out)
{
	*out = (struct tcp_address) { 0 };
	if (is_v6) {
		out->to.v6.sin6_family = AF_INET6;
		out->to.v6.sin6_port = htons(port);
		out->len = sizeof(out->to.v6);
		return inet_pton(AF_INET6, host, &out->to.v6.sin6_addr) == 1 &&
		       v6_is_one_device(&out->to.v6.sin6_addr);
	}
	out->to.v4.sin_family = AF_INET;
	out->to.v4.sin_port = htons(port);
	out->len = sizeof(out->to.v4);
	return inet_pton(AF_INET, host, &out->to.v4.sin_addr) == 1 &&
	       v4_is_one_device(&out->to.v4.sin_addr);
}

/* As we write it. False when it does not fit. */
static bool address_is_written(const struct tcp_address *address, uint16_t port, const char *as)
{
	bool is_v6 = address->to.any.sa_family == AF_INET6;
	const void *bytes = is_v6 ? (const void *)&address->to.v6.sin6_addr
				  : (const void *)&address->to.v4.sin_addr;
	char host[INET6_ADDRSTRLEN];
	char text[sizeof(prefix) + INET6_ADDRSTRLEN + 8];

	if (!inet_ntop(address->to.any.sa_family, bytes, host, sizeof(host)))
		return false;
	(void)snprintf(text, sizeof(text), is_v6 ? "%s[%s]:%u" : "%s%s:%u", prefix, host,
		port); /* fits: it was made for the longest */
	return str_equal(text, as);
}

static bool identity_read(const char *identity, struct tcp_address *out)
{
	char host[INET6_ADDRSTRLEN];
	const char *colon = strrchr(identity, ':');
	uint64_t port;

	if (!str_has_prefix(identity, prefix) || !colon)
		return false;
	const char *begin = identity + strlen(prefix);
	bool is_v6 = *begin == '[';

	begin += is_v6;
	if (colon < begin + is_v6 ||
		!uint_parse(bytes_of_str(colon + 1), TCP_PORT_MIN, PORT_MAX, &port, NULL))
		return false;
	size_t len = (size_t)(colon - begin) - is_v6;

	if (len >= sizeof(host))
		return false;
	memcpy(host, begin, len);
	host[len] = '\0';
	return host_read(host, is_v6, (uint16_t)port, out) &&
	       address_is_written(out, (uint16_t)port, identity);
}

bool tcp_address_parse(const char *identity, struct tcp_address *out, struct err *err)
{
	struct tcp_address address;

	if (!identity_read(identity, &address)) {
		(void)err_set(err, ERR_INVALID, "'%s' is no printer's address", identity);
		return err_hint(err, "tcp:ADDRESS:PORT, numeric: tcp:192.0.2.7:9100");
	}
	*out = address;
	return true;
}
