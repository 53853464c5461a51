/* What umock.c and umock_usbfs.c share. All of it is guarded by the lock. */
#ifndef SPECIMEND_TESTS_USB_UMOCK_INSIDE_H
#define SPECIMEND_TESTS_USB_UMOCK_INSIDE_H

#include <pthread.h>
#include <umockdev.h>

#include "tests/usb/umock.h"

struct umock {
	UMockdevTestbed *testbed;
	char *root; /* glib's */
	struct bus *bus;
	struct list devices; /* those that left too, while the testbed lives */
	unsigned ports;
	bool no_scatter_gather;
	unsigned control_ms;
	pthread_mutex_t lock;
	pthread_cond_t due;
	pthread_t clock;
	bool has_clock;
	bool is_ending;
};

struct umock_device {
	struct list node_in_list;
	struct umock *umock;
	unsigned port;
	unsigned address;
	char node[32];
	UMockdevIoctlBase *handler;
	int master;
	int slave;
	bool is_ready; /* the terminal's output goes on: something can be reaped */
	bool has_left;
	struct list clients;
};

/* One open file of the device. */
struct umock_client {
	struct list node;
	struct umock_device *device;
	GObject *client;     /* umockdev's, borrowed until it vanishes */
	struct list pending; /* struct umock_urb */
	struct list ready;
	uint32_t disabled_bulk; /* endpoints that take no continuation now */
};

/* Handler of the device's ioctls. */
void umock_usbfs_connect(struct umock_device *device);

/* For one that is still there at the end: its transfers end unreaped, its claims end. */
void umock_client_drop(struct umock_client *client);

/* Starts or stops the terminal as there is something to reap. */
void umock_device_ready(struct umock_device *device);

#endif
