/* Other descriptors for the same model. */
#include "tests/usb/model_composite.h"

#include "tests/usb/model_keyboard.h"

#define POS_REPORTS_LEN 127 /* of model_hid_pos.c */
#define KEYBOARD_REPORTS_LEN 63

/* clang-format off */
#define SCANNER(number) \
	9, 4, number, 0, 2, 3, 0, 0, 0, \
	9, 0x21, 0x10, 0x01, 0, 1, 0x22, POS_REPORTS_LEN, 0, \
	7, 5, 0x82, 3, 64, 0, 4, \
	7, 5, 0x07, 3, 64, 0, 1
#define KEYBOARD(number) \
	9, 4, number, 0, 1, 3, 1, 1, 0, \
	9, 0x21, 0x10, 0x01, 0, 1, 0x22, KEYBOARD_REPORTS_LEN, 0, \
	7, 5, MODEL_COMPOSITE_KEYS_IN, 3, MODEL_KEYBOARD_REPORT_LEN, 0, 4

static const uint8_t both[] = {
	9, 2, 9 + 9 + 9 + 7 + 7 + 9 + 9 + 7, 0, 2, 1, 0, 0xa0, 200,
	SCANNER(MODEL_COMPOSITE_SCANNER), KEYBOARD(MODEL_COMPOSITE_KEYBOARD),
};
static const uint8_t keyboard_only[] = { 9, 2, 9 + 9 + 9 + 7, 0, 1, 1, 0, 0xa0, 200, KEYBOARD(0) };
/* clang-format on */

/* Its own are the first ones, and stay at hand in reports[0]. */
static void descriptors_set(struct model_hid_pos *scanner, struct bytes configuration,
	const struct model_report_descriptor *reports, size_t count)
{
	struct model_descriptors *descriptors = &model_hid_pos_model(scanner)->descriptors;

	descriptors->configuration = configuration;
	descriptors->reports = reports;
	descriptors->report_count = count;
}

void model_composite_make(struct model_hid_pos *scanner)
{
	static struct model_report_descriptor reports[2];

	reports[0] = model_hid_pos_model(scanner)->descriptors.reports[0];
	reports[1] = (struct model_report_descriptor) { MODEL_COMPOSITE_KEYBOARD,
		model_keyboard_reports() };
	descriptors_set(scanner, bytes_of(both, sizeof(both)), reports, ARRAY_LEN(reports));
}

void model_composite_make_keyboard(struct model_hid_pos *scanner)
{
	static struct model_report_descriptor report;

	report = (struct model_report_descriptor) { 0, model_keyboard_reports() };
	descriptors_set(scanner, bytes_of(keyboard_only, sizeof(keyboard_only)), &report, 1);
}

bool model_composite_type(struct model_hid_pos *scanner)
{
	static const uint8_t down[MODEL_KEYBOARD_REPORT_LEN] = { 0, 0, 0x1e };
	static const uint8_t up[MODEL_KEYBOARD_REPORT_LEN];
	struct model *model = model_hid_pos_model(scanner);

	return model_in(model, MODEL_COMPOSITE_KEYS_IN, bytes_of(down, sizeof(down))) &&
	       model_in(model, MODEL_COMPOSITE_KEYS_IN, bytes_of(up, sizeof(up)));
}

size_t model_composite_unread(const struct model_hid_pos *scanner)
{
	const struct model *model = (const struct model *)(const void *)scanner;

	return model->in_bytes[model_endpoint_index(MODEL_COMPOSITE_KEYS_IN)];
}
