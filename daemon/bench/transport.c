/* The table of transports, and what some of them share. */
#include "daemon/bench/transport.h"

#include <stdio.h>
#include <sys/random.h>

#include "daemon/base/str.h"
#include "daemon/bench/tcp_printer.h"
#include "daemon/bench/usb/usb.h"
#include "daemon/bench/virtual_printer.h"
#include "daemon/bench/virtual_scanner.h"

#define PLUG_RANDOM 16 /* bytes */

static const struct {
	const char *kind;
	const struct transport *transport;
} transports[] = {
	{ "printer", &transport_virtual_printer },
	{ "scanner", &transport_virtual_scanner },
	{ "printer", &transport_usb_printer },
	{ "scanner", &transport_usb_scanner },
	{ "printer", &transport_tcp_printer },
};

const struct transport *transport_find(const char *name, const char *kind)
{
	for (size_t i = 0; i < ARRAY_LEN(transports); i++) {
		if (str_equal(transports[i].kind, kind) &&
			str_equal(transports[i].transport->name, name))
			return transports[i].transport;
	}
	return NULL;
}

const char *transport_fault_word(enum transport_fault fault)
{
	static const char *const words[TRANSPORT_FAULTS] = {
#define WORD(name, word) [name] = (word),
		TRANSPORT_FAULT_TABLE(WORD)
#undef WORD
	};

	return words[fault];
}

void transport_plug_make(struct transport_port *port, const char *identity)
{
	uint8_t random[PLUG_RANDOM];
	AUTO_BUF hex = { 0 };

	port->plug[0] = '\0';
	/* cannot be short: getrandom(2) promises up to 256 bytes whole once the pool is ready */
	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		return;
	hex_encode(bytes_of(random, sizeof(random)), &hex);
	(void)snprintf(port->plug, sizeof(port->plug), "%s %s %s", port->transport->name,
		buf_str(&hex), identity); /* fits: identities are short */
}
