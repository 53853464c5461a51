/* Scanners of other kinds than HID POS: made, scanned with, and what they were told. */
#include "daemon/base/str.h"
#include "tests/usb/harness_inside.h"
#include "tests/usb/model_keyboard.h"
#include "tests/usb/model_line.h"
#include "tests/usb/model_snapi.h"

#define CODE_DATA_MATRIX 0x1b

void harness_kind_make(struct device *device, const char *kind)
{
	if (str_equal(kind, "wedge")) {
		device->wedge = model_scanning_keyboard_new();
		device->model = &device->wedge->model;
	} else if (str_equal(kind, "snapi")) {
		device->snapi = model_snapi_new(device->serial);
		device->model = &device->snapi->model;
	} else {
		device->line = model_line_new(device->serial);
		device->line->is_ssi = str_equal(kind, "ssi");
		device->model = &device->line->model;
	}
}

static bool line_read(struct model_line *line, const char *text)
{
	AUTO_BUF bytes = { 0 };

	if (line->is_ssi)
		return model_line_ssi_scan(line, CODE_DATA_MATRIX, text);
	buf_addf(&bytes, "%s\r", text);
	return model_line_say(line, buf_bytes(&bytes));
}

/* read NAME TEXT */
bool harness_kind_read(struct harness_devices *devices, struct device *device, char *const *words,
	struct buf *answer, struct err *err)
{
	bool is_read;

	(void)answer;
	(void)umock_begin(devices->umock);
	if (device->wedge)
		is_read = model_keyboard_type(device->wedge, words[2]);
	else if (device->snapi)
		is_read = model_snapi_scan(device->snapi, CODE_DATA_MATRIX, words[2]);
	else
		is_read = device->line && line_read(device->line, words[2]);
	umock_end(devices->umock);
	return is_read || err_set(err, ERR_BUSY, "nobody listens to '%s'", device->name);
}

/* heard? NAME: lights=N, or acknowledged=N beeps=N beep=CODE, or HEX */
bool harness_kind_heard(struct harness_devices *devices, struct device *device, char *const *words,
	struct buf *answer, struct err *err)
{
	(void)words;
	(void)err;
	(void)umock_begin(devices->umock);
	if (device->wedge) {
		buf_addf(answer, " lights=%u", device->wedge->lights);
	} else if (device->snapi) {
		buf_addf(answer, " acknowledged=%u beeps=%u beep=%u", device->snapi->acknowledged,
			device->snapi->beeps, device->snapi->beep);
	} else if (device->line && device->line->is_ssi) {
		buf_addf(answer, " acknowledged=%u beeps=%u beep=%u", device->line->acknowledged,
			device->line->beeps, device->line->beep);
	} else if (device->line) {
		buf_add_byte(answer, ' ');
		hex_encode(buf_bytes(&device->line->heard), answer);
		buf_reset(&device->line->heard);
	}
	umock_end(devices->umock);
	return true;
}
