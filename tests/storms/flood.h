/* The scanners of a flood, and what it came to: what the files of `flood` share. */
#ifndef SPECIMEND_TESTS_STORMS_FLOOD_H
#define SPECIMEND_TESTS_STORMS_FLOOD_H

#include "daemon/bench/inside.h"
#include "tests/storms/flood_usb.h"
#include "tests/storms/storm.h"
#include "tests/usb/umock.h"

/* What differs between the two floods. */
struct flood_kind {
	const char *name;
	const char *protocol;
	size_t report_len;
	struct model *(*model_new)(const char *serial);
	void (*type)(struct model *typist, const char *code); /* leaves its reports in the model */
	uint8_t endpoint;
	const char *identity; /* a serial number or a port follows */
	bool has_serial;
};

struct flooder {
	struct flood_device *device;
	struct model *model;
	char serial[16];
	struct buf reports; /* of the scan that it is sending */
	size_t at;
	unsigned long scans; /* begun */
	unsigned long taken; /* by the decoder, in order */
	struct scanner *scanner;
	struct device *listed; /* the bench's */
};

/* One of the process. */
struct flood {
	const struct flood_kind *kind;
	unsigned scanners;
	unsigned long reports; /* of each, in all */
	char dir[64];
	char journal[96];
	char socket[96];
	struct umock *umock;
	struct loop *loop;
	struct flooder flooders[FLOOD_DEVICES_MAX];
	unsigned long ticks;
	int64_t begun_us;
	int64_t here_ms;
	unsigned long wrong;
	unsigned here;
};

extern struct flood flood;

/* Makes the scanners and the loop; ends them. */
void flood_begin(void);
void flood_end(void);

void flood_identity(unsigned number, char *out, size_t room);

/* The next report of a scanner; of a new scan when its last one is whole. */
void flood_report_send(struct flooder *flooder, unsigned number);

/* A timer's: each scanner's reports that are due. What this pass came too late for comes at once.
 */
void flood_tick(void *arg);

/* All scanners are listened to: the storm begins. Passes until is_over, or it hangs. */
void flood_run(bool (*is_here)(void), loop_fn on_tick, bool (*is_over)(void));

/* What the run came to; false when something was lost. */
bool flood_tell(unsigned long whole, const char *where);

/* --- flood_decoder.c, flood_disk.c; false: something was lost */

bool flood_decoder(void);            /* HID POS, up to the decoder */
bool flood_disk(void);               /* keyboards, up to the disk */
int flood_service(const char *path); /* the same below the real service, by its configuration */

#endif
