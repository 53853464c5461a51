/*
 * Which installation this is: of several cores on one database each has a bench of its own, and
 * only the bench that was given a label knows what became of it. So a label's `sending` names the
 * host, and so does who settles it (printing.h).
 *
 * The same from start to start while the machine runs, and another on another machine, or in
 * another runtime_dir: a SHA-256 of machine id, boot id, host name and runtime_dir. Of two machines
 * that are copies of one disk, name and machine id and all, the boot id is another. A machine that
 * was started again is another host too: its bench knows nothing of what was sent, and no counter
 * is compared across that (`plug`, contrib/CONTRACTS.md 2).
 *
 * What this cannot tell apart: two machines that go on from one saved memory; two containers of one
 * machine with the same name, machine id and runtime_dir.
 *
 * Source: machine-id(5): 32 hex digits and a newline, set at installation, unique if the machine is
 * not a copy of another. random(4): boot_id is a random UUID, made once at each boot.
 */
#ifndef SPECIMEND_CORE_HOST_H
#define SPECIMEND_CORE_HOST_H

#include "daemon/core/token.h"

#define HOST_MACHINE_ID "/etc/machine-id"
#define HOST_BOOT_ID "/proc/sys/kernel/random/boot_id"
#define HOST_ID_LEN TOKEN_LEN

/*
 * machine_id   the file's name; without a machine id in it the host is another one at each start,
 *              so that what was sent before the start is never taken for its own
 * boot_id      the same of the boot id
 * runtime_dir  where its bench connects
 *
 * Blocks: two local files of 33 and 37 bytes; start only.
 */
void host_id_make(const char *machine_id, const char *boot_id, const char *runtime_dir,
	char out[HOST_ID_LEN + 1]);

#endif
