/* Two printers and a scanner for the table: what the tests of finding and of naming share. */
#ifndef SPECIMEND_TESTS_BENCH_USB_USB_RIG_H
#define SPECIMEND_TESTS_BENCH_USB_USB_RIG_H

#include "tests/check.h"
#include "tests/daemon/bench/usb/table.h"

#define PRINTER "usb:0a5f:0080:99J1"
#define SCANNER "usb:0c2e:0967:19214B0217"

static struct {
	struct model_printer *printers[2];
	struct model_hid_pos *scanner;
} it;

static inline void begin_with(const char *serial, const char *serial2)
{
	table_begin();
	it.printers[0] = model_printer_new(serial);
	it.printers[1] = model_printer_new(serial2);
	it.scanner = model_hid_pos_new(HID_POS_HONEYWELL, "19214B0217");
	for (unsigned i = 0; i < ARRAY_LEN(it.printers); i++)
		model_printer_set_label_ms(it.printers[i], 5);
}

static inline void begin(void)
{
	begin_with("99J1", "99J2");
}

static inline void end(void)
{
	table_end();
	for (unsigned i = 0; i < ARRAY_LEN(it.printers); i++)
		model_free(model_printer_model(it.printers[i]));
	model_free(model_hid_pos_model(it.scanner));
}

static inline void plug_printer(unsigned port, unsigned number)
{
	table_plug(port, model_printer_model(it.printers[number]));
}

static inline void plug_scanner(unsigned port)
{
	table_plug(port, model_hid_pos_model(it.scanner));
}

static inline void print(struct printer *printer)
{
	AUTO_BUF label = { 0 };
	struct ledger_proof proof = { 0 };
	struct err err = { 0 };

	table_label(3000, &label);
	check_ok(printer_print(printer, 7, buf_bytes(&label), &proof, &err), &err);
}

#endif
