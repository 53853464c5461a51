/* Keys that go down and up. */
#include "tests/usb/model_keyboard.h"

#include <stdlib.h>

#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"

#define CTRL 0x01
#define SHIFT 0x02
#define ALTGR 0x40

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

struct bytes model_keyboard_reports(void)
{
	return bytes_of(report_descriptor, sizeof(report_descriptor));
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

struct key {
	uint8_t usage;
	uint8_t modifiers;
};

/*
 * HID Usage Tables, page 0x07: keys are numbered as they lie on a keyboard of the US. The second
 * column is the German one (DIN 2137, T1), where Y and Z have changed places.
 */
/* clang-format off */
static const struct {
	char c;
	struct key us, german;
} signs[] = {
	{ ' ',    { 0x2c, 0 },     { 0x2c, 0 } },
	{ '-',    { 0x2d, 0 },     { 0x38, 0 } },
	{ '"',    { 0x34, SHIFT }, { 0x1f, SHIFT } },
	{ '=',    { 0x2e, 0 },     { 0x27, SHIFT } },
	{ ']',    { 0x30, 0 },     { 0x26, ALTGR } },
	{ '\x1d', { 0x30, CTRL },  { 0x30, CTRL } },
};
/* clang-format on */

static uint8_t letter_key(char small, bool is_german)
{
	if (is_german && (small == 'y' || small == 'z'))
		small = small == 'y' ? 'z' : 'y';
	return (uint8_t)(0x04 + small - 'a');
}

/* {0}: it has none. */
static struct key key_of(char c, bool is_german)
{
	if (c >= '1' && c <= '9')
		return (struct key) { (uint8_t)(0x1e + c - '1'), 0 };
	if (c == '0')
		return (struct key) { 0x27, 0 };
	if (c >= 'a' && c <= 'z')
		return (struct key) { letter_key(c, is_german), 0 };
	if (c >= 'A' && c <= 'Z')
		return (struct key) { letter_key((char)(c - 'A' + 'a'), is_german), SHIFT };
	for (size_t i = 0; i < ARRAY_LEN(signs); i++) {
		if (signs[i].c == c)
			return is_german ? signs[i].german : signs[i].us;
	}
	return (struct key) { 0 };
}

static bool key_press(struct model_keyboard *keyboard, struct key key)
{
	const uint8_t down[MODEL_KEYBOARD_REPORT_LEN] = { key.modifiers, 0, key.usage };
	static const uint8_t up[MODEL_KEYBOARD_REPORT_LEN];

	return model_in(&keyboard->model, MODEL_KEYBOARD_IN, bytes_of(down, sizeof(down))) &&
	       model_in(&keyboard->model, MODEL_KEYBOARD_IN, bytes_of(up, sizeof(up)));
}

bool model_keyboard_type_part(struct model_keyboard *keyboard, const char *text)
{
	for (; *text; text++) {
		if (!key_press(keyboard, key_of(*text, keyboard->is_german)))
			return false;
	}
	return true;
}

bool model_keyboard_type(struct model_keyboard *keyboard, const char *text)
{
	static const uint8_t ends[] = {
		[MODEL_KEYBOARD_ENTER] = 0x28,
		[MODEL_KEYBOARD_TAB] = 0x2b,
		[MODEL_KEYBOARD_NOTHING] = 0,
	};
	uint8_t end = ends[keyboard->end];

	return model_keyboard_type_part(keyboard, text) &&
	       (end == 0 || key_press(keyboard, (struct key) { end, 0 }));
}
