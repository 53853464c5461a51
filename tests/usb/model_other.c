/* Descriptors, and nothing behind them. */
#include "tests/usb/model_other.h"

#include <stdlib.h>

#include "daemon/base/xalloc.h"

static void other_free(struct model *model)
{
	model_done(model);
	free(model);
}

/* clang-format off */
static const uint8_t keyboard_report_descriptor[] = {
	0x05, 0x01, 0x09, 0x06, 0xa1, 0x01, 0x05, 0x07, 0x19, 0xe0, 0x29, 0xe7, 0x15, 0x00, 0x25, 0x01,
	0x75, 0x01, 0x95, 0x08, 0x81, 0x02, 0x95, 0x01, 0x75, 0x08, 0x81, 0x01, 0x95, 0x05, 0x75, 0x01,
	0x05, 0x08, 0x19, 0x01, 0x29, 0x05, 0x91, 0x02, 0x95, 0x01, 0x75, 0x03, 0x91, 0x01, 0x95, 0x06,
	0x75, 0x08, 0x15, 0x00, 0x26, 0xff, 0x00, 0x05, 0x07, 0x19, 0x00, 0x2a, 0xff, 0x00, 0x81, 0x00,
	0xc0,
};
static const uint8_t keyboard_device[] = {
	18, 1, 0x10, 0x01, 0, 0, 0, 8, 0x6d, 0x04, 0x1c, 0xc3, 0x00, 0x64, 1, 2, 0, 1,
};
static const uint8_t keyboard_configuration[] = {
	9, 2, 9 + 9 + 9 + 7, 0, 1, 1, 0, 0xa0, 45,
	9, 4, 0, 0, 1, 3, 1, 1, 0,
	9, 0x21, 0x10, 0x01, 0, 1, 0x22, sizeof(keyboard_report_descriptor), 0,
	7, 5, 0x81, 3, 8, 0, 10,
};
static const uint8_t stick_device[] = {
	18, 1, 0x00, 0x02, 0, 0, 0, 64, 0x81, 0x07, 0x67, 0x55, 0x00, 0x01, 1, 2, 3, 1,
};
static const uint8_t stick_configuration[] = {
	9, 2, 9 + 9 + 7 + 7, 0, 1, 1, 0, 0x80, 50,
	9, 4, 0, 0, 2, 8, 6, 0x50, 0,
	7, 5, 0x81, 2, 0x00, 0x02, 0,
	7, 5, 0x02, 2, 0x00, 0x02, 0,
};
/* clang-format on */

static struct model *other_new(
	const struct model_kind *kind, const struct model_descriptors *descriptors)
{
	struct model *model = xcalloc(1, sizeof(*model));

	model_init(model, kind, descriptors);
	model->is_private = true;
	return model;
}

struct model *model_keyboard_new(void)
{
	static const struct model_kind kind = { .name = "keyboard", .free = other_free };
	static const char *const texts[] = { "Logitech", "USB Keyboard" };
	static const struct model_report_descriptor reports[] = {
		{ 0, { keyboard_report_descriptor, sizeof(keyboard_report_descriptor) } },
	};

	return other_new(&kind,
		&(struct model_descriptors) {
			.device = bytes_of(keyboard_device, sizeof(keyboard_device)),
			.configuration =
				bytes_of(keyboard_configuration, sizeof(keyboard_configuration)),
			.texts = texts,
			.text_count = ARRAY_LEN(texts),
			.reports = reports,
			.report_count = ARRAY_LEN(reports),
			.speed_mbps = 12,
		});
}

struct model *model_stick_new(void)
{
	static const struct model_kind kind = { .name = "stick", .free = other_free };
	static const char *const texts[] = { "SanDisk", "Cruzer Blade", "4C530001" };

	return other_new(&kind,
		&(struct model_descriptors) {
			.device = bytes_of(stick_device, sizeof(stick_device)),
			.configuration = bytes_of(stick_configuration, sizeof(stick_configuration)),
			.texts = texts,
			.text_count = ARRAY_LEN(texts),
			.speed_mbps = 480,
		});
}
