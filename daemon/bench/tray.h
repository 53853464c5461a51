/*
 * Where virtual printers put their labels down: pictures DIR/<device_id>-<number>.png, the newest
 * TRAY_LABELS_MAX of each printer. The number is the printer's odometer, and the highest one in the
 * tray is where it goes on: so the odometer outlives the bench, as a real printer's does, and after
 * a loss (contrib/DESIGN.md 3) a virtual counter proves as much as a real one. A picture is there
 * whole or not at all, whenever the process is killed.
 */
#ifndef SPECIMEND_BENCH_TRAY_H
#define SPECIMEND_BENCH_TRAY_H

#include <stdint.h>

#include "daemon/base/bytes.h"
#include "daemon/base/err.h"

#define TRAY_LABELS_MAX 256u

/*
 * Makes the directory when it is not there and finds a printer's highest number; 0: no label of it
 * is here. Other files are left alone. Fails when the directory can not be made or read.
 */
MUST_CHECK bool tray_last(
	const char *dir, int64_t device_id, uint64_t *out_number, struct err *err);

/* Tells the directory from any other, and from one of that name that was taken away. */
#define TRAY_NAME_MAX 47
MUST_CHECK bool tray_name(const char *dir, char out[TRAY_NAME_MAX + 1], struct err *err);

/* Puts a label down, and takes away the one that is too old now. Fails as the disk does. */
MUST_CHECK bool tray_put(
	const char *dir, int64_t device_id, uint64_t number, struct bytes png, struct err *err);

#endif
