/* ZPL II (Zebra and compatible): the drivers' tables. */
#include "printers/lang/driver.h"
#include "printers/lang/zpl/encode.h"
#include "printers/lang/zpl/expand.h"
#include "printers/lang/zpl/status.h"

/* Cancels only the format being received; nothing that prints or waits. Source: same, ~JX. */
#define ZPL_ABANDON "~JX\r\n"

const struct printer_driver printer_driver_zpl = {
	.language = "zpl",
	.proof = PRINTER_PROOF_COUNTER,
	.encode = zpl_encode,
	.reader = &zpl_reader_class,
	.power_up = BYTES_LITERAL(ZPL_REPRINT_OFF),
	.abandon = BYTES_LITERAL(ZPL_ABANDON),
	.query = { BYTES_LITERAL(ZPL_QUERY_HOST), BYTES_LITERAL(ZPL_QUERY_FAULTS),
		BYTES_LITERAL(ZPL_QUERY_COUNTER) },
	.read = zpl_status_read,
};

/* For printers that take no :Z64:; a clone that has no life counter or no ~HQES is told the same as
 * of any other printer that does not answer. */
const struct printer_driver printer_driver_zpl_ascii = {
	.language = "zpl-ascii",
	.proof = PRINTER_PROOF_COUNTER,
	.encode = zpl_ascii_label_encode,
	.reader = &zpl_reader_class,
	.power_up = BYTES_LITERAL(ZPL_REPRINT_OFF),
	.abandon = BYTES_LITERAL(ZPL_ABANDON),
	.query = { BYTES_LITERAL(ZPL_QUERY_HOST), BYTES_LITERAL(ZPL_QUERY_FAULTS),
		BYTES_LITERAL(ZPL_QUERY_COUNTER) },
	.read = zpl_status_read,
};
