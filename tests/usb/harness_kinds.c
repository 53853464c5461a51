/* Scanners of other kinds than HID POS: made, scanned with, and what they were told. */
#include "daemon/base/str.h"
#include "tests/usb/harness_inside.h"
#include "tests/usb/model_keyboard.h"
#include "tests/usb/model_line.h"
#include "tests/usb/model_snapi.h"

#define CODE_DATA_MATRIX 0x1b

static bool wedge_set(
	struct model_keyboard *wedge, const char *country, const char *end, struct err *err)
{
	static const char *const ends[] = {
		[MODEL_KEYBOARD_ENTER] = "enter",
		[MODEL_KEYBOARD_TAB] = "tab",
		[MODEL_KEYBOARD_NOTHING] = "nothing",
	};
	size_t at = 0;

	while (end && at < ARRAY_LEN(ends) && !str_equal(ends[at], end))
		at++;
	if (at == ARRAY_LEN(ends))
		return err_set(err, ERR_INVALID, "no keyboard ends with '%s'", end);
	if (country && !str_equal(country, "us") && !str_equal(country, "de"))
		return err_set(err, ERR_INVALID, "there is no keyboard of '%s'", country);
	wedge->end = (enum model_keyboard_end)at;
	wedge->is_german = str_equal(country, "de");
	return true;
}

static bool text_read(struct model_line *line, const char *text)
{
	AUTO_BUF bytes = { 0 };

	buf_addf(&bytes, "%s\r", text);
	return model_line_say(line, buf_bytes(&bytes));
}

static bool ssi_read(struct model_line *line, const char *text)
{
	return model_line_ssi_scan(line, CODE_DATA_MATRIX, text);
}

static const struct {
	const char *kind;
	bool (*read)(struct model_line *line, const char *text);
} lines[] = {
	{ "line", text_read },
	{ "ssi", ssi_read },
	{ "dechdr", model_line_dechdr_scan },
	{ "opc", model_line_opc_scan },
};

static void line_make(struct device *device, const char *kind)
{
	size_t at = 0;

	while (!str_equal(lines[at].kind, kind))
		at++; /* harness_devices.c sends no other ones here */
	device->line = model_line_new(device->serial);
	device->line->is_ssi = lines[at].read == ssi_read;
	device->line_read = lines[at].read;
	device->model = &device->line->model;
}

bool harness_kind_make(struct device *device, char *const *words, struct err *err)
{
	if (str_equal(words[0], "wedge")) {
		device->wedge = model_scanning_keyboard_new();
		device->model = &device->wedge->model;
		return wedge_set(device->wedge, words[2], words[2] ? words[3] : NULL, err);
	}
	if (str_equal(words[0], "snapi")) {
		device->snapi = model_snapi_new(device->serial);
		device->model = &device->snapi->model;
	} else {
		line_make(device, words[0]);
	}
	return true;
}

/* Nobody acknowledged the packet before: it is said again, and the new one waits behind it. */
static bool snapi_read(struct model_snapi *snapi, const char *text)
{
	return (!snapi->is_waiting || model_snapi_repeat(snapi)) &&
	       model_snapi_scan(snapi, CODE_DATA_MATRIX, text);
}

/* read NAME TEXT */
bool harness_kind_read(struct harness_devices *devices, struct device *device, char *const *words,
	struct buf *answer, struct err *err)
{
	AUTO_BUF text = { 0 };
	bool is_read;

	(void)answer;
	if (!harness_text_parse(words[2], &text, err))
		return false;
	(void)umock_begin(devices->umock);
	if (device->wedge)
		is_read = model_keyboard_type(device->wedge, buf_str(&text));
	else if (device->snapi)
		is_read = snapi_read(device->snapi, buf_str(&text));
	else
		is_read = device->line_read && device->line_read(device->line, buf_str(&text));
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
