/* daemon/bench/tcp_address: what names a printer's address, and what is refused. */
#include "daemon/bench/tcp_address.h"

#include <arpa/inet.h>

#include "tests/check.h"

static void test_addresses_are_read(void)
{
	static const struct {
		const char *identity;
		const char *host;
		uint16_t port;
	} rows[] = {
		{ "tcp:192.0.2.7:9100", "192.0.2.7", 9100 },
		{ "tcp:127.0.0.1:1024", "127.0.0.1", 1024 },
		{ "tcp:223.255.255.254:65535", "223.255.255.254", 65535 },
		{ "tcp:[2001:db8::7]:9100", "2001:db8::7", 9100 },
		{ "tcp:[::1]:9101", "::1", 9101 },
		{ "tcp:[fd00::1]:9100", "fd00::1", 9100 },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct tcp_address address = { 0 };
		struct err err = { 0 };
		char host[INET6_ADDRSTRLEN];

		check_row(rows[i].identity);
		check_ok(tcp_address_parse(rows[i].identity, &address, &err), &err);
		if (address.to.any.sa_family == AF_INET) {
			check_int(address.len, sizeof(struct sockaddr_in));
			check_int(ntohs(address.to.v4.sin_port), rows[i].port);
			inet_ntop(AF_INET, &address.to.v4.sin_addr, host, sizeof(host));
		} else {
			check_int(address.to.any.sa_family, AF_INET6);
			check_int(address.len, sizeof(struct sockaddr_in6));
			check_int(ntohs(address.to.v6.sin6_port), rows[i].port);
			inet_ntop(AF_INET6, &address.to.v6.sin6_addr, host, sizeof(host));
		}
		check_str(host, rows[i].host);
	}
}

static void test_all_else_is_refused(void)
{
	static const struct {
		const char *identity;
		const char *why;
	} rows[] = {
		{ "", "nothing" },
		{ "tcp:", "nothing" },
		{ "tcp::", "nothing" },
		{ "tcp::9100", "no address" },
		{ "tcp:[]:9100", "no address" },
		{ "tcp:[:9100", "half a bracket" },
		{ "tcp:[::1:9100", "half a bracket" },
		{ "tcp:[::1]9100", "no colon" },
		{ "tcp:[::1]", "no port" },
		{ "tcp:::1:9100", "no brackets" },
		{ "tcp:[192.0.2.7]:9100", "brackets" },
		{ "192.0.2.7:9100", "no prefix" },
		{ "usb:192.0.2.7:9100", "another prefix" },
		{ "TCP:192.0.2.7:9100", "another spelling" },
		{ "tcp:192.0.2.7", "no port" },
		{ "tcp:192.0.2.7:", "no port" },
		{ "tcp:192.0.2.7:0", "port" },
		{ "tcp:192.0.2.7:515", "LPD" },
		{ "tcp:192.0.2.7:1023", "port" },
		{ "tcp:192.0.2.7:65536", "port" },
		{ "tcp:192.0.2.7:09100", "another spelling" },
		{ "tcp:192.0.2.7:+9100", "another spelling" },
		{ "tcp:192.0.2.7:9100 ", "blank" },
		{ "tcp: 192.0.2.7:9100", "blank" },
		{ "tcp:192.0.2:9100", "three numbers" },
		{ "tcp:192.0.2.256:9100", "no byte" },
		{ "tcp:192.0.2.07:9100", "another spelling" },
		{ "tcp:3221226247:9100", "another spelling" },
		{ "tcp:printer.example:9100", "a name" },
		{ "tcp:localhost:9100", "a name" },
		{ "tcp:0.0.0.0:9100", "unspecified" },
		{ "tcp:0.1.2.3:9100", "this network" },
		{ "tcp:224.0.0.1:9100", "multicast" },
		{ "tcp:239.255.255.255:9100", "multicast" },
		{ "tcp:240.0.0.1:9100", "reserved" },
		{ "tcp:255.255.255.255:9100", "broadcast" },
		{ "tcp:[::]:9100", "unspecified" },
		{ "tcp:[ff02::1]:9100", "multicast" },
		{ "tcp:[fe80::1]:9100", "link-local" },
		{ "tcp:[fe80::1%lo]:9100", "with an interface" },
		{ "tcp:[::ffff:192.0.2.7]:9100", "an IPv4 address" },
		{ "tcp:[::192.0.2.7]:9100", "an IPv4 address" },
		{ "tcp:[2001:DB8::7]:9100", "another spelling" },
		{ "tcp:[2001:db8:0::7]:9100", "another spelling" },
		{ "tcp:[2001:0db8::7]:9100", "another spelling" },
		{ "tcp:[1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb:cccc]:9100",
			"too long" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct tcp_address address = { .len = 7 };
		struct err err = { 0 };

		check_row(rows[i].identity);
		check(!tcp_address_parse(rows[i].identity, &address, &err));
		check_err(&err, ERR_INVALID, "is no printer's address");
		check_contains(err.hint, "tcp:192.0.2.7:9100");
		check_int(address.len, 7); /* untouched */
	}
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_addresses_are_read),
		CHECK_TEST(test_all_else_is_refused),
	};
	return check_run("daemon/bench/tcp_address", tests, ARRAY_LEN(tests));
}
