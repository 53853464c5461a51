/* ZPL II (Zebra and compatible): the driver's table. */
#include "printers/lang/driver.h"
#include "printers/lang/zpl/encode.h"
#include "printers/lang/zpl/expand.h"
#include "printers/lang/zpl/status.h"

const struct printer_driver printer_driver_zpl = {
	.language = "zpl",
	.proof = PRINTER_PROOF_COUNTER,
	.encode = zpl_encode,
	.expand = zpl_expand,
	/*
	 * The power-up default Y prints a label again by itself after media or ribbon ran out or
	 * the head was opened; a label must never be printed twice without a person's or a
	 * counter's word. Lost at power-off. Source: Zebra "ZPL II Programming Guide" P1099958,
	 * ^JZ.
	 */
	.power_up = BYTES_LITERAL("^XA^JZN^XZ\r\n"),
	/* Cancels only the format being received; nothing that prints or waits. Source: same, ~JX.
	 */
	.abandon = BYTES_LITERAL("~JX\r\n"),
	.query = { BYTES_LITERAL(ZPL_QUERY_HOST), BYTES_LITERAL(ZPL_QUERY_FAULTS),
		BYTES_LITERAL(ZPL_QUERY_COUNTER) },
	.read = zpl_status_read,
};
