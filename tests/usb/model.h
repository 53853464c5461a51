/*
 * A model of a USB device: descriptors, what it does with a request or with bytes, and the bytes
 * that wait in it for the host. A model knows no transfer, no host and no way to get there: the
 * same model serves usbfs (umock.h) and could serve USB/IP. No threads, no clock of its own:
 * bus_step brings the time. Standard requests are the bus's affair (bus.h).
 */
#ifndef SPECIMEND_TESTS_USB_MODEL_H
#define SPECIMEND_TESTS_USB_MODEL_H

#include "daemon/base/buf.h"
#include "daemon/base/bytes.h"
#include "daemon/base/list.h"

#define MODEL_ENDPOINTS 32u               /* 16 numbers, two directions */
#define MODEL_IN_MAX (256u * 1024)        /* bytes that wait in one endpoint */
#define MODEL_CONTROL_MAX 4096u           /* bytes of one control request */
#define MODEL_REPORT_DESCRIPTOR_MAX 4096u /* as Linux takes */
#define MODEL_NEVER INT64_MAX

/* How a device answers: takes, asks to try again later, refuses. */
enum model_answer {
	MODEL_OK,
	MODEL_NAK,
	MODEL_STALL
};

/* The eight bytes of a control request (USB 2.0, 9.3), in the host's byte order. */
struct usb_setup {
	uint8_t request_type;
	uint8_t request;
	uint16_t value;
	uint16_t index;
	uint16_t length;
};

/* The HID report descriptor of one interface. */
struct model_report_descriptor {
	uint8_t interface;
	struct bytes bytes;
};

/* All borrowed for the model's life. Texts are ASCII; texts[0] is string 1, NULL: no such string.
 */
struct model_descriptors {
	struct bytes device;
	struct bytes configuration; /* whole: interfaces, alternate settings, endpoints */
	const char *const *texts;
	size_t text_count;
	const struct model_report_descriptor *reports;
	size_t report_count;
	unsigned speed_mbps; /* 12 or 480 */
};

struct model;

/* A kind of device; members may be NULL where it says so. None may block. */
struct model_kind {
	const char *name;

	/*
	 * A class or vendor request. out: the data stage from the host (empty when there is none);
	 * in: empty, filled for the host, at most setup->length of it is sent. NULL: all stall.
	 */
	enum model_answer (*control)(struct model *model, const struct usb_setup *setup,
		struct bytes out, struct buf *in);

	/*
	 * Bytes on an OUT endpoint (never an endpoint that the descriptors lack). *taken is how
	 * many it took: all of them for MODEL_OK, fewer for MODEL_NAK. After MODEL_NAK the rest is
	 * offered again when model_changed was called. NULL: all stall.
	 */
	enum model_answer (*out)(
		struct model *model, uint8_t endpoint, struct bytes bytes, size_t *taken);

	/* The last byte of a piece of model_in has gone to the host. May be NULL. */
	void (*in_done)(struct model *model, uint8_t endpoint);

	/* Told by the host; may be NULL. */
	void (*set_interface)(struct model *model, uint8_t interface, uint8_t alternate);
	void (*clear_halt)(struct model *model, uint8_t endpoint);

	/* Plugged in, or reset by the host: forgets what it was in the middle of. May be NULL. */
	void (*reset)(struct model *model);

	/* When step is wanted (MODEL_NEVER: not), and the step at model->now_us. Both or none. */
	int64_t (*due_us)(const struct model *model);
	void (*step)(struct model *model);

	void (*free)(struct model *model);
};

/* The first member of every model. */
struct model {
	const struct model_kind *kind;
	struct model_descriptors descriptors;
	int64_t now_us;               /* the bus's time at the last step or request */
	bool is_private;              /* whoever touches it makes a mistake: see bus_touched */
	struct list *in;              /* inside: MODEL_ENDPOINTS queues */
	size_t *in_bytes;             /* inside */
	void (*on_change)(void *arg); /* the bus's, while plugged in */
	void *on_change_arg;
};

void model_init(struct model *model, const struct model_kind *kind,
	const struct model_descriptors *descriptors);
void model_done(struct model *model);
void model_free(struct model *model); /* by its kind; accepts NULL; not while plugged in */

/*
 * One piece for the host on an IN endpoint: a report, or an answer. It ends with a short packet
 * unless its length is a multiple of the packet size. False when MODEL_IN_MAX would be exceeded
 * (nothing is queued).
 */
MUST_CHECK bool model_in(struct model *model, uint8_t endpoint, struct bytes bytes);

/* Forgets what waits for the host. */
void model_in_clear(struct model *model, uint8_t endpoint);

/* What was refused with MODEL_NAK may be tried again. */
void model_changed(struct model *model);

/* --- for the bus ---------------------------------------------------------- */

struct model_piece {
	struct list node;
	struct buf bytes;
	size_t sent;
};

/* The first piece that waits, or NULL. */
struct model_piece *model_in_peek(struct model *model, uint8_t endpoint);
void model_in_remove(struct model *model, uint8_t endpoint, struct model_piece *piece);

/* 0 to MODEL_ENDPOINTS - 1. */
static inline unsigned model_endpoint_index(uint8_t endpoint)
{
	return (endpoint & 0x0fu) | (endpoint & 0x80u) >> 3;
}

#endif
