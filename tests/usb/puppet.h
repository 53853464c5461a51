/* A device that does what the test says, and writes down what was done to it. */
#ifndef SPECIMEND_TESTS_USB_PUPPET_H
#define SPECIMEND_TESTS_USB_PUPPET_H

#include "tests/usb/bus.h"

#define BULK_OUT 0x01
#define BULK_IN 0x81
#define INTERRUPT_IN 0x82
#define PUPPET_PACKET 8
#define PUPPET_DEVICE_LEN 18
#define PUPPET_CONFIGURATION_LEN (9 + 9 + 7 + 9 + 7 + 7 + 9 + 9 + 7)

struct puppet {
	struct model model;
	struct buf taken;
	size_t room;            /* it takes so much, and then holds up */
	bool is_stalling;       /* or stalls */
	struct usb_setup setup; /* the last request of class or vendor */
	struct buf setup_data;
	enum model_answer answer;
	unsigned resets;
	unsigned halts_cleared;
	unsigned pieces_done;
	uint8_t interface;
	uint8_t alternate;
	int64_t due_us;
	unsigned steps;
};

extern const uint8_t puppet_device[PUPPET_DEVICE_LEN];
extern const uint8_t puppet_configuration[PUPPET_CONFIGURATION_LEN];

/*
 * A printer interface (setting 0 out only, setting 1 out and in) and a HID interface; it takes all
 * there is until its fields are changed. Yours: model_free(&puppet->model).
 */
struct puppet *puppet_new(void);

#endif
