/*
 * Metrologic's MS7120 in its own serial mode: text by interrupt IN. In the "uni-directional" one
 * (0c2e:0700) it says nothing before it was sent 80 by interrupt OUT; in the other (0720) it does
 * from the beginning.
 *
 * Source: Linux, drivers/usb/serial/metro-usb.c; usb.ids. Invented: its descriptors, for none is
 * public.
 */
#ifndef SPECIMEND_TESTS_USB_MODEL_METRO_H
#define SPECIMEND_TESTS_USB_MODEL_METRO_H

#include "tests/usb/model.h"

#define MODEL_METRO_IN 0x82
#define MODEL_METRO_OUT 0x01

struct model_metro {
	struct model model; /* for bus_plug, model_free */
	bool is_two_way;
	bool is_open;
	bool refuses;     /* stalls what it is sent */
	struct buf heard; /* all that the host wrote */
};

struct model_metro *model_metro_new(bool is_two_way); /* borrowed */

/* False while it is not open, or the host does not fetch it. */
MUST_CHECK bool model_metro_say(struct model_metro *metro, struct bytes bytes);

#endif
