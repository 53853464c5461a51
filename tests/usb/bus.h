/*
 * A USB bus of a few ports, below any host: models are plugged in, transfers (URBs) come and go,
 * interfaces belong to a kernel driver or to whoever claimed them. It answers the standard
 * requests itself, and does on command what real cables do: stall, hold up, cut off, babble.
 *
 * No threads and no clock: the caller brings one at a time (umock.h has a lock) and says what time
 * it is. Everything follows the kernel's rules where they show: statuses are those of Linux
 * (Documentation/driver-api/usb/error-codes.rst), a halted endpoint stays halted until CLEAR_HALT,
 * a driver that is bound keeps everybody else out, a claim that just ends brings no driver back.
 */
#ifndef SPECIMEND_TESTS_USB_BUS_H
#define SPECIMEND_TESTS_USB_BUS_H

#include "daemon/base/list.h"
#include "tests/usb/model.h"

#define BUS_PORTS_MAX 80u
#define BUS_INTERFACES_MAX 8u
#define BUS_ADDRESS_MAX 127u   /* addresses are used again only after the last one */
#define BUS_URB_MAX (1u << 20) /* bytes of one transfer; more is -EINVAL */

struct bus;

/*
 * One transfer. The caller fills the first part and keeps all of it until done. done may come from
 * inside bus_submit, and may call nothing of the bus but bus_unlink.
 */
struct bus_urb {
	uint8_t endpoint;       /* with the direction bit; 0: control */
	struct usb_setup setup; /* control only */
	uint8_t *data;          /* OUT: sent; IN: filled; control: the data stage */
	size_t len;
	bool short_not_ok; /* IN: fewer bytes than len are -EREMOTEIO */
	void (*done)(struct bus_urb *urb);
	/* the result */
	size_t actual;
	int status;
	/* inside */
	struct list node;
	unsigned port;
};

struct bus_events {
	/* A device has left, by bus_unplug or by a scripted fault; its transfers are done. Must
	 * not call the bus. */
	void (*gone)(void *arg, unsigned port);
};

/* events: borrowed, may be NULL. Ports are numbered from 1. */
struct bus *bus_new(unsigned ports, const struct bus_events *events, void *arg);

/* Unplugs everything first; models stay their owners'. Accepts NULL. */
void bus_free(struct bus *bus);

/* The port is free (assert). The model is borrowed until it is unplugged. The kernel's drivers are
 * bound at once. */
void bus_plug(struct bus *bus, unsigned port, struct model *model);

/* Transfers under way end with -ESHUTDOWN. Nothing happens when the port is empty. */
void bus_unplug(struct bus *bus, unsigned port);

/* NULL when the port is empty. */
struct model *bus_model(const struct bus *bus, unsigned port);

/* Its address since it was plugged in, 0 when the port is empty. */
unsigned bus_address(const struct bus *bus, unsigned port);

/* The port of that address, 0: none. */
unsigned bus_port_of(const struct bus *bus, unsigned address);

/* --- time ----------------------------------------------------------------- */

/* Says what time it is and lets the models act. Time does not go back. */
void bus_step(struct bus *bus, int64_t now_us);
int64_t bus_now_us(const struct bus *bus);

/* When the next bus_step is wanted; MODEL_NEVER: not at all. */
int64_t bus_due_us(const struct bus *bus);

/* --- transfers ------------------------------------------------------------ */

/*
 * 0, and done comes sooner or later; or -ENODEV (port empty), -ENOENT (no such endpoint in the
 * current settings), -EINVAL (too large, or the wrong direction), and done does not come.
 */
int bus_submit(struct bus *bus, unsigned port, struct bus_urb *urb);

/* Ends a transfer with this status (-ENOENT killed, -ECONNRESET unlinked); actual says how far it
 * was. False when it is done already. */
bool bus_unlink(struct bus *bus, struct bus_urb *urb, int status);

/* A reset by the host: settings and halts go back, transfers end with -EPROTO. -ENODEV or 0. */
int bus_reset(struct bus *bus, unsigned port);

/* 0, -ENODEV or -ENOENT. */
int bus_clear_halt(struct bus *bus, unsigned port, uint8_t endpoint);
/* The host's half of it (USBDEVFS_RESETEP): the device hears nothing. 0, -ENODEV or -ENOENT. */
int bus_reset_endpoint(struct bus *bus, unsigned port, uint8_t endpoint);
bool bus_is_halted(const struct bus *bus, unsigned port, uint8_t endpoint);

/* The settings of the device: 0, -ENODEV, -ENOENT or -EINVAL. */
int bus_set_configuration(struct bus *bus, unsigned port, uint8_t configuration);
int bus_set_interface(struct bus *bus, unsigned port, uint8_t interface, uint8_t alternate);
uint8_t bus_configuration(const struct bus *bus, unsigned port);
uint8_t bus_alternate(const struct bus *bus, unsigned port, uint8_t interface);

/* An endpoint of the current settings; false: none. */
struct bus_endpoint {
	uint8_t interface;
	uint8_t type; /* bmAttributes & 3: 2 bulk, 3 interrupt */
	uint16_t packet_len;
};
bool bus_endpoint(const struct bus *bus, unsigned port, uint8_t endpoint, struct bus_endpoint *out);

/* --- who has an interface ------------------------------------------------- */

/* owner: any pointer, tells one from another. 0, -ENODEV, -ENOENT (no such interface) or -EBUSY. */
int bus_claim(struct bus *bus, unsigned port, uint8_t interface, const void *owner);

/* 0, -ENODEV or -EINVAL (not the owner's). */
int bus_release(struct bus *bus, unsigned port, uint8_t interface, const void *owner);

/* The owner is gone: all its claims end, and no driver comes back. */
void bus_release_all(struct bus *bus, unsigned port, const void *owner);
bool bus_is_claimed_by(const struct bus *bus, unsigned port, uint8_t interface, const void *owner);

/* "usblp", "usbhid", "usb-storage", "cdc_acm", "usbfs" (claimed), or NULL. */
const char *bus_driver(const struct bus *bus, unsigned port, uint8_t interface);

/* Takes the driver away: 0, -ENODEV, -ENOENT or -ENODATA (none was bound). */
int bus_driver_disconnect(struct bus *bus, unsigned port, uint8_t interface);

/* Lets the kernel look for a driver: 0, -ENODEV, -ENOENT or -EBUSY (claimed, or has one). */
int bus_driver_connect(struct bus *bus, unsigned port, uint8_t interface);

/* What was done to the device since it was plugged in. */
struct bus_record {
	unsigned opened;      /* bus_opened */
	unsigned claims;      /* that succeeded */
	unsigned resets;      /* of an endpoint, in the host */
	unsigned disconnects; /* of a kernel driver */
	unsigned requests; /* class and vendor requests, SET_CONFIGURATION, SET_INTERFACE, resets */
	unsigned transfers; /* other than control */
};
struct bus_record bus_record(const struct bus *bus, unsigned port);

/* Somebody opened the device: only counted. */
void bus_opened(struct bus *bus, unsigned port);

/* Whether a private model on this bus was ever claimed, robbed of its driver, or sent anything. */
bool bus_private_touched(const struct bus *bus);

/* A request comes to endpoint 0: true when nothing answers it (BUS_FAULT_MUTE). */
bool bus_is_mute(struct bus *bus, unsigned port);

/* --- scripted faults ------------------------------------------------------ */

/*
 * On an endpoint, once, `after` bytes from now (IN: before the packet that would pass them). On
 * endpoint 0 it hits the next class or vendor request.
 */
enum bus_fault {
	BUS_FAULT_NONE,   /* ends a fault */
	BUS_FAULT_STALL,  /* halts */
	BUS_FAULT_NAK,    /* takes and gives nothing more, until BUS_FAULT_NONE */
	BUS_FAULT_UNPLUG, /* leaves in the middle */
	BUS_FAULT_ERROR,  /* -EPROTO: noise on the cable */
	BUS_FAULT_CUT,    /* the next report or answer is cut to `after` bytes */
	/*
	 * Endpoint 0 only: answers `after` requests more, standard ones too, and then no request
	 * at all until BUS_FAULT_NONE. What the kernel asks by itself runs into its timeout then.
	 */
	BUS_FAULT_MUTE,
	BUS_FAULT_BABBLE, /* the next report or answer is too long: -EOVERFLOW */
};
void bus_set_fault(
	struct bus *bus, unsigned port, uint8_t endpoint, enum bus_fault fault, size_t after);

#endif
