/*
 * Which installation this is: of several cores on one database each has a bench of its own, and
 * only the bench that was given a label knows what became of it. So a label's `sending` names the
 * host, and so does who settles it (printing.h).
 *
 * The same from start to start, and another on another machine, or in another runtime_dir: a
 * SHA-256 of machine id, host name and runtime_dir.
 *
 * Source: machine-id(5): 32 hex digits and a newline, set at installation, unique if the machine is
 * not a copy of another; a copy has at least a name of its own.
 */
#ifndef SPECIMEND_CORE_HOST_H
#define SPECIMEND_CORE_HOST_H

#include "daemon/core/token.h"

#define HOST_MACHINE_ID "/etc/machine-id"
#define HOST_ID_LEN TOKEN_LEN

/*
 * machine_id   the file's name; without a machine id in it the host is another one at each start,
 *              so that what was sent before the start is never taken for its own
 * runtime_dir  where its bench connects
 *
 * Blocks: a local file of 33 bytes; start only.
 */
void host_id_make(const char *machine_id, const char *runtime_dir, char out[HOST_ID_LEN + 1]);

#endif
