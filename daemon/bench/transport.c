/* The table of transports. */
#include "daemon/bench/transport.h"

#include "daemon/base/str.h"
#include "daemon/bench/usb/usb.h"
#include "daemon/bench/virtual_printer.h"
#include "daemon/bench/virtual_scanner.h"

static const struct {
	const char *kind;
	const struct transport *transport;
} transports[] = {
	{ "printer", &transport_virtual_printer },
	{ "scanner", &transport_virtual_scanner },
	{ "printer", &transport_usb_printer },
	{ "scanner", &transport_usb_scanner },
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
