/* Keys that go down and up. */
#include "tests/usb/model_keyboard.h"

#include <stdlib.h>

#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"

#define SHIFT 0x02
#define ENTER 0x28

/* HID 1.11, 7.2 */
enum {
	SET_REPORT = 9,
	SET_PROTOCOL = 11,
};

/* clang-format off */
static const uint8_t report_descriptor[] = {
	0x05, 0x01, 0x09, 0x06, 0xa1, 0x01, 0x05, 0x07, 0x19, 0xe0, 0x29, 0xe7, 0x15, 0x00, 0x25, 0x01,
	0x75, 0x01, 0x95, 0x08, 0x81, 0x02, 0x95, 0x01, 0x75, 0x08, 0x81, 0x01, 0x95, 0x05, 0x75, 0x01,
	0x05, 0x08, 0x19, 0x01, 0x29, 0x05, 0x91, 0x02, 0x95, 0x01, 0x75, 0x03, 0x91, 0x01, 0x95, 0x06,
	0x75, 0x08, 0x15, 0x00, 0x25, 0x65, 0x05, 0x07, 0x19, 0x00, 0x29, 0x65, 0x81, 0x00, 0xc0,
};
static const uint8_t device[] = {
	18, 1, 0x10, 0x01, 0, 0, 0, 8, 0x81, 0x05, 0x0c, 0x02, 0x00, 0x01, 1, 2, 0, 1,
};
static const uint8_t configuration[] = {
	9, 2, 9 + 9 + 9 + 7, 0, 1, 1, 0, 0x80, 200,
	9, 4, 0, 0, 1, 3, 1, 1, 0,
	9, 0x21, 0x10, 0x01, 0, 1, 0x22, sizeof(report_descriptor), 0,
	7, 5, MODEL_KEYBOARD_IN, 3, MODEL_KEYBOARD_REPORT_LEN, 0, 10,
};
/* clang-format on */

static struct model_keyboard *keyboard_of(struct model *model)
{
	return (struct model_keyboard *)(void *)model;
}

static enum model_answer keyboard_control(
	struct model *model, const struct usb_setup *setup, struct bytes out, struct buf *in)
{
	struct model_keyboard *keyboard = keyboard_of(model);

	(void)out;
	(void)in;
	if (setup->request_type != 0x21 || setup->index != 0)
		return MODEL_STALL;
	if (setup->request == SET_REPORT)
		keyboard->lights++;
	if (setup->request == SET_PROTOCOL) {
		keyboard->protocols++;
		keyboard->protocol = setup->value;
	}
	return setup->request == SET_REPORT || setup->request == SET_PROTOCOL ? MODEL_OK
									      : MODEL_STALL;
}

static void keyboard_reset(struct model *model)
{
	model_in_clear(model, MODEL_KEYBOARD_IN);
}

static void keyboard_free(struct model *model)
{
	model_done(model);
	free(keyboard_of(model));
}

struct model_keyboard *model_scanning_keyboard_new(void)
{
	static const struct model_kind kind = {
		.name = "scanning keyboard",
		.control = keyboard_control,
		.reset = keyboard_reset,
		.free = keyboard_free,
	};
	static const struct model_report_descriptor reports[] = {
		{ 0, { report_descriptor, sizeof(report_descriptor) } },
	};
	struct model_keyboard *keyboard = xcalloc(1, sizeof(*keyboard));

	keyboard->texts[0] = "TERA";
	keyboard->texts[1] = "Bar Code Scanner";
	model_init(&keyboard->model, &kind,
		&(struct model_descriptors) {
			.device = bytes_of(device, sizeof(device)),
			.configuration = bytes_of(configuration, sizeof(configuration)),
			.texts = keyboard->texts,
			.text_count = ARRAY_LEN(keyboard->texts),
			.reports = reports,
			.report_count = ARRAY_LEN(reports),
			.speed_mbps = 12,
		});
	return keyboard;
}

/* HID Usage Tables, page 0x07. */
static uint8_t key_of(char c)
{
	if (c >= '1' && c <= '9')
		return (uint8_t)(0x1e + c - '1');
	if (c >= 'a' && c <= 'z')
		return (uint8_t)(0x04 + c - 'a');
	if (c >= 'A' && c <= 'Z')
		return (uint8_t)(0x04 + c - 'A');
	switch (c) {
	case '0':
		return 0x27;
	case '-':
		return 0x2d;
	case ' ':
		return 0x2c;
	default:
		return 0;
	}
}

static bool key_press(struct model_keyboard *keyboard, uint8_t key, uint8_t modifiers)
{
	const uint8_t down[MODEL_KEYBOARD_REPORT_LEN] = { modifiers, 0, key };
	static const uint8_t up[MODEL_KEYBOARD_REPORT_LEN];

	return model_in(&keyboard->model, MODEL_KEYBOARD_IN, bytes_of(down, sizeof(down))) &&
	       model_in(&keyboard->model, MODEL_KEYBOARD_IN, bytes_of(up, sizeof(up)));
}

bool model_keyboard_type_part(struct model_keyboard *keyboard, const char *text)
{
	for (; *text; text++) {
		if (!key_press(keyboard, key_of(*text), *text >= 'A' && *text <= 'Z' ? SHIFT : 0))
			return false;
	}
	return true;
}

bool model_keyboard_type(struct model_keyboard *keyboard, const char *text)
{
	return model_keyboard_type_part(keyboard, text) && key_press(keyboard, ENTER, 0);
}
