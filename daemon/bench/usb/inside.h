/* What the files of the USB transport share. Included by them only. */
#ifndef SPECIMEND_BENCH_USB_INSIDE_H
#define SPECIMEND_BENCH_USB_INSIDE_H

#include <libusb.h>

#include "daemon/base/buf.h"
#include "daemon/base/list.h"
#include "daemon/bench/usb/plug.h"
#include "daemon/bench/usb/sha256.h"
#include "daemon/bench/usb/usb.h"
#include "scanners/driver.h"

/*
 * A libusb context in the loop. There is one, unless libusb lost the arrival of a device: it finds
 * such a one only when it begins anew, and then the devices that are open keep the old context
 * until they are closed.
 */
struct usb_context {
	struct list node;
	struct usb *usb;
	libusb_context *handle;
	libusb_hotplug_callback_handle hotplug;
	bool has_hotplug;
	struct list fds;
	int newest_fd; /* that libusb added */
	unsigned sessions;
};

struct usb {
	struct loop *loop;
	const struct usb_events *events;
	void *arg;
	struct usb_context *context; /* the newest; NULL: there is no USB */
	struct list contexts;
	struct list ports;
	struct list sessions;
	struct usb_founds founds;
	unsigned round; /* of looking */
	bool is_read;   /* the founds are of this round */
	bool is_off_told;
	bool is_boot_asked;
	char boot_id[USB_BOOT_ID_LEN + 1]; /* "": not known */
	struct {
		unsigned bus, address;
	} renewed_for;
	bool is_told;    /* the list was, once */
	struct buf told; /* what it said then */
	struct loop_handle *timer;
	struct loop_handle *look; /* NULL: none is due */
};

struct usb_session;

/* One libusb transfer with its memory. It lives as long as its session. */
struct usb_transfer {
	struct usb_session *session;
	struct libusb_transfer *handle; /* NULL: never used */
	uint8_t *data;
	size_t room;
	bool is_flying;
	void (*done)(struct usb_transfer *transfer); /* from the loop; the session lives */
};

/*
 * A device that is open. It ends when it left, failed, or its port was closed: then its transfers
 * are cancelled, and when the last one came back it is closed, and gone is told.
 */
struct usb_session {
	struct list node;
	struct usb *usb;
	struct usb_context *context;
	struct usb_port *port; /* NULL: was closed */
	libusb_device_handle *handle;
	int fd; /* the handle's, of usbfs */
	unsigned bus, address;
	struct usb_setting setting;
	uint8_t interfaces[USB_SETTINGS_MAX + 2]; /* to be claimed, in that order */
	size_t interface_count;
	bool is_claimed;
	bool is_reattached; /* the kernel's driver comes back at the end */
	unsigned quirks;
	/* what blocks and waits until the device was asked whether it answers; NULL: nothing */
	void (*blocking)(struct usb_session *session);
	struct loop_handle *alive_timer;
	struct usb_transfer alive;
	unsigned flying;
	bool is_ending;
	bool has_left; /* that is why: what it said before is whole, in order, and may still come */
	struct err why;
	uint8_t halted[2]; /* endpoints to be cleared: to the device, from it; 0: none */
	int64_t fault_ms[USB_FAULTS_MAX - 1]; /* the last ones, oldest first */
	struct loop_handle *end;
	struct loop_handle *mend;
	struct usb_transfer control;
	struct usb_transfer out;
	struct usb_transfer in[USB_REPORTS_QUEUED];
};

struct usb_port;

/* What differs between printers and scanners, and between those of them. */
struct usb_port_kind {
	enum usb_kind kind; /* printers, or scanners of some protocols */
	bool reattaches;    /* the kernel's driver, at the end; but see USB_NO_REATTACH */
	int64_t stale_ms;
	size_t in_count; /* transfers that wait for the device */

	/* The interface to use; false: the device has none of this kind. */
	bool (*choose)(const struct usb_port *port, const struct usb_found *found,
		struct usb_setting *out);

	/* The interface is claimed: asks what it must, and ends with usb_port_here. */
	void (*begin)(struct usb_port *port);

	/* As a transport's; ends with usb_port_write. */
	void (*write)(struct transport_port *base, struct bytes bytes);

	/* Submits the next bytes of the write under way in session->out. */
	void (*piece)(struct usb_port *port, struct bytes rest);

	/* Where answers or reports come from; address 0: nowhere. */
	struct usb_endpoint (*in_endpoint)(const struct usb_setting *setting);

	/* Takes off what is no data; not NULL: the data are spoilt, and that is how. NULL: all are
	 * data. */
	const char *(*unpack)(const struct usb_port *port, struct bytes *bytes);
};

struct usb_port {
	struct transport_port base;
	const struct usb_port_kind *kind;
	struct usb *usb;
	const struct scanner_driver *talks; /* how a scanner does; NULL: a printer */
	struct list node;
	struct usb_identity identity;
	char name[USB_IDENTITY_MAX + 1];
	struct usb_session *session;   /* NULL: not open */
	char enrolled[SHA256_HEX + 1]; /* the hash of its descriptors then; "": it was not */
	struct err held;               /* why its device is claimed and not heard; ERR_NONE */
	bool is_here;
	bool is_gone_told;
	struct err problem;            /* ERR_NONE: none */
	unsigned round;                /* of looking, when it was tried last */
	char place[USB_PLACE_MAX + 1]; /* where it was open last; "": never */
	bool has_twin;                 /* two devices of its name are plugged in */
	int64_t twin_since_ms;
	bool had_twin; /* and not only for the moment in which one is moved */
	struct {
		unsigned bus, address;
	} left_alone; /* the device that failed too often */
	struct {
		unsigned bus, address;
		int64_t at_ms;
	} failed; /* the device that failed last */
	struct buf description;
	size_t in_room;               /* bytes of one transfer from the device */
	uint8_t report_number;        /* of the output report being written */
	struct loop_handle *deadline; /* of a question when it is opened */
	struct {
		unsigned baud; /* 0: as usual */
		enum line_format format;
		enum scan_terminator terminator;
		size_t step; /* of what is asked */
	} line;
	/* the write under way */
	struct buf writing;
	size_t taken;
	bool is_writing;
	bool is_cutting;
	struct err refused;      /* why the device does not take the rest; ERR_NONE */
	struct loop_handle *cut; /* to be told; NULL */
	/* reading */
	bool is_reading;
	bool is_stale; /* what comes is from before */
	bool is_begun; /* and it may not be over when that ends */
	int64_t stale_end_ms;
	struct loop_handle *stale;
	struct loop_handle *retry;
	bool is_retrying; /* what fails until then fails of the same */
};

/* ---- context.c ---- */

/* The newest one from now on. False and err when there is no USB. */
bool usb_context_renew(struct usb *usb, struct err *err);
void usb_context_leave(struct usb_context *context); /* a session of it ended */
void usb_context_free(struct usb_context *context);

/* Lets libusb do what is due, up to wait_ms. */
void usb_context_handle(struct usb_context *context, int wait_ms);

/* ---- usb.c ---- */

/* What is plugged in there, NULL: nothing of ours. */
const struct usb_found *usb_found_get(const struct usb *usb, unsigned bus, unsigned address);

/* Looks soon, and tries each port once. */
void usb_look_soon(struct usb *usb);

/* ---- session.c ---- */

/*
 * Opens; when the device answers, claims, and port->kind->begin is called. Else the session ends.
 *
 * setting  the interface, of found's; NULL: it is only held (usb_session_hold, for port->held)
 */
MUST_CHECK bool usb_session_open(struct usb_port *port, libusb_device *device,
	const struct usb_found *found, const struct usb_setting *setting, struct err *err);

/* Another HID interface of the same device, of which all are claimed: port->kind->begin again. */
void usb_session_switch(struct usb_session *session, const struct usb_setting *setting);

/*
 * Its device is not what it is assigned as. One that was enrolled is held: claimed, and not heard,
 * until its port is closed or it is unplugged. Another one is given back, and not tried again
 * before it was plugged in again.
 */
void usb_session_refuse(struct usb_session *session, const struct err *why);

/* Ends it, from anywhere; the first reason counts. */
void usb_session_end(struct usb_session *session, const struct err *why);
void usb_session_leave(struct usb_session *session); /* its port goes away */
void usb_session_free(struct usb_session *session);  /* nothing flies any more */

/* libusb said that it failed. */
void usb_session_fail(struct usb_session *session, int code);

/* One more fault; false when it were too many and the session ends. */
bool usb_session_fault(struct usb_session *session, const char *what);

/* The endpoint stalled: cleared soon, when nothing flies on it; then usb_port_mended. Both ways may
 * stall at once. */
void usb_session_mend(struct usb_session *session, uint8_t endpoint);
bool usb_session_is_halted(const struct usb_session *session, uint8_t endpoint);

/* Room for that many bytes; what was there is lost. */
void usb_transfer_make(struct usb_transfer *transfer, size_t room);
bool usb_transfer_submit(struct usb_transfer *transfer); /* false: the session ends */
void usb_transfer_cancel(struct usb_transfer *transfer);

void usb_transfer_fill(struct usb_transfer *transfer, uint8_t type, uint8_t endpoint, size_t len);

/* A control request; `type` says which way the data goes. */
struct usb_request {
	uint8_t type;
	uint8_t request;
	uint16_t value;
	uint16_t index;
	struct bytes out; /* the data, of a request to the device */
	size_t in_len;    /* how much is asked for, of one from the device */
};
void usb_request_submit(struct usb_transfer *transfer, const struct usb_request *request);

/* What came; empty when it failed. */
struct bytes usb_request_answer(const struct usb_transfer *transfer);

/* Fills err with what libusb's code means to a person. Returns false. */
bool usb_err_set(struct err *err, int code, const char *name);

/* ---- port.c: what printers and scanners have in common ---- */

struct transport_port *usb_port_open(const struct usb_port_kind *kind,
	const struct transport *transport, const struct transport_setup *setup, struct err *err);
void usb_port_close(struct transport_port *port);
void usb_port_write(struct transport_port *port, struct bytes bytes);
void usb_port_write_cancel(struct transport_port *port);
void usb_port_set_reading(struct transport_port *port, bool reading);

/* The device is ready; what it says of itself is in port->description. */
void usb_port_here(struct usb_port *port);

/* It failed, or left, just now. */
void usb_port_failed(struct usb_port *port, unsigned bus, unsigned address);

/* The session has ended and is gone, or the device does not open. */
void usb_port_gone(struct usb_port *port, const struct err *why);

/* One more fault of that kind (transport.h). port: NULL: nobody counts it. */
void usb_port_count(struct usb_port *port, enum transport_fault fault);

/* The endpoint that had stalled works again. */
void usb_port_mended(struct usb_port *port, uint8_t endpoint);

/* The done of session->out. */
/* The port of a request that was answered or refused; NULL: there is nobody to go on for. */
struct usb_port *usb_port_answered(struct usb_transfer *transfer);
void usb_port_out_done(struct usb_transfer *transfer);

/* The device cannot be told what is being written: cut is told, soon. */
void usb_port_write_refuse(struct usb_port *port, const char *what);

/* A piece by bulk OUT, of at most USB_PIECE_MAX bytes. */
void usb_port_bulk_piece(struct usb_port *port, struct bytes rest);

/* ---- hid.c, line.c: how scanners are reached ---- */

extern const struct usb_port_kind usb_hid_kind;
extern const struct usb_port_kind usb_line_kind;

static inline struct usb_port *usb_port_of(struct transport_port *port)
{
	return (struct usb_port *)(void *)port;
}

#endif
