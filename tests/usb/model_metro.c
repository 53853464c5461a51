/* Text, and one byte that opens it. */
#include "tests/usb/model_metro.h"

#include <stdlib.h>

#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"

#define OPEN 0x80

/* clang-format off */
static const uint8_t one_way[] = {
	18, 1, 0x10, 0x01, 0, 0, 0, 8, 0x2e, 0x0c, 0x00, 0x07, 0x00, 0x01, 1, 2, 0, 1,
};
static const uint8_t two_way[] = {
	18, 1, 0x10, 0x01, 0, 0, 0, 8, 0x2e, 0x0c, 0x20, 0x07, 0x00, 0x01, 1, 2, 0, 1,
};
static const uint8_t configuration[] = {
	9, 2, 9 + 9 + 7 + 7, 0, 1, 1, 0, 0x80, 100,
	9, 4, 0, 0, 2, 0xff, 0, 0, 0,
	7, 5, MODEL_METRO_IN, 3, 64, 0, 10,
	7, 5, MODEL_METRO_OUT, 3, 8, 0, 10,
};
/* clang-format on */

static struct model_metro *metro_of(struct model *model)
{
	return (struct model_metro *)(void *)model;
}

static enum model_answer metro_out(
	struct model *model, uint8_t endpoint, struct bytes bytes, size_t *taken)
{
	struct model_metro *metro = metro_of(model);

	if (endpoint != MODEL_METRO_OUT || metro->refuses)
		return MODEL_STALL;
	buf_add(&metro->heard, bytes);
	metro->is_open |= bytes.len == 1 && bytes.data[0] == OPEN;
	*taken = bytes.len;
	return MODEL_OK;
}

static void metro_reset(struct model *model)
{
	struct model_metro *metro = metro_of(model);

	model_in_clear(model, MODEL_METRO_IN);
	metro->is_open = metro->is_two_way;
}

static void metro_free(struct model *model)
{
	model_done(model);
	buf_done(&metro_of(model)->heard);
	free(model);
}

struct model_metro *model_metro_new(bool is_two_way)
{
	static const struct model_kind kind = {
		.name = "metro",
		.out = metro_out,
		.reset = metro_reset,
		.free = metro_free,
	};
	static const char *const texts[] = { "Metrologic", "Metrologic Scanner" };
	struct model_metro *metro = xcalloc(1, sizeof(*metro));

	metro->is_two_way = is_two_way;
	metro->is_open = is_two_way;
	model_init(&metro->model, &kind,
		&(struct model_descriptors) {
			.device = is_two_way ? bytes_of(two_way, sizeof(two_way))
					     : bytes_of(one_way, sizeof(one_way)),
			.configuration = bytes_of(configuration, sizeof(configuration)),
			.texts = texts,
			.text_count = ARRAY_LEN(texts),
			.speed_mbps = 12,
		});
	return metro;
}

bool model_metro_say(struct model_metro *metro, struct bytes bytes)
{
	return metro->is_open && model_in(&metro->model, MODEL_METRO_IN, bytes);
}
