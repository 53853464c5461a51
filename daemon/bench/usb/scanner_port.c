/* The transport of USB scanners: which protocol goes which way. */
#include "daemon/base/str.h"
#include "daemon/bench/usb/inside.h"
#include "scanners/driver.h"

static const struct {
	const char *name; /* of a driver */
	const struct usb_port_kind *kind;
} ways[] = {
	{ "hid_pos", &usb_hid_kind },
	{ "keyboard", &usb_hid_kind },
	{ "simple_com", &usb_hid_kind },
	{ "snapi", &usb_hid_kind },
	{ "serial", &usb_line_kind },
	{ "ssi", &usb_line_kind },
	{ "dechdr", &usb_line_kind },
	{ "opc", &usb_line_kind },
};

static struct transport_port *scanner_open(const struct transport_setup *setup, struct err *err)
{
	for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
		if (str_equal(ways[i].name, setup->talks->name))
			return usb_port_open(ways[i].kind, &transport_usb_scanner, setup, err);
	}
	(void)err_set(err, ERR_INVALID, "no USB scanner talks %s", setup->talks->name);
	return NULL;
}

static void scanner_write(struct transport_port *base, struct bytes bytes)
{
	usb_port_of(base)->kind->write(base, bytes);
}

const struct transport transport_usb_scanner = {
	.name = "usb",
	.open = scanner_open,
	.write = scanner_write,
	.write_cancel = usb_port_write_cancel,
	.set_reading = usb_port_set_reading,
	.close = usb_port_close,
};
