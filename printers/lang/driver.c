/* What all languages share: state words, the merge of answers, and the proof of the very bytes. */
#include "printers/lang/driver.h"

#include "daemon/base/str.h"
#include "printers/lang/expansion.h"

static const char *const words[PRINTER_STATE_WORDS] = {
#define WORD(name, bit, word) [bit] = (word),
	PRINTER_STATE_TABLE(WORD)
#undef WORD
};

const char *printer_state_word(unsigned bit)
{
	return words[bit];
}

void printer_state_words(unsigned state, struct buf *out)
{
	const char *gap = "";

	if (state == 0)
		state = PRINTER_SILENT;
	for (unsigned bit = 0; bit < PRINTER_STATE_WORDS; bit++) {
		if (!(state & 1u << bit))
			continue;
		buf_addf(out, "%s%s", gap, words[bit]);
		gap = " ";
	}
}

bool printer_state_is_stopped(unsigned state)
{
	return (state & ~(unsigned)(PRINTER_OK | PRINTER_MEDIA_LOW | PRINTER_SILENT)) != 0;
}

static const struct printer_driver *const drivers[] = {
	&printer_driver_zpl,
	&printer_driver_zpl_ascii,
	&printer_driver_epl2,
	&printer_driver_tspl,
	&printer_driver_tspl2,
	&printer_driver_brother,
	&printer_driver_brother_wide,
	&printer_driver_dymo,
	&printer_driver_null,
};

const struct printer_driver *printer_driver_find(const char *language)
{
	for (size_t i = 0; i < ARRAY_LEN(drivers); i++) {
		if (str_equal(drivers[i]->language, language))
			return drivers[i];
	}
	return NULL;
}

const struct printer_driver *printer_driver_at(size_t at)
{
	return at < ARRAY_LEN(drivers) ? drivers[at] : NULL;
}

unsigned printer_status_state(
	const struct printer_driver *driver, const struct printer_status *status)
{
	const bool lacks_faults = driver->query[PRINTER_QUERY_FAULTS].len > 0 &&
				  !status->answered[PRINTER_QUERY_FAULTS];

	if (printer_state_is_stopped(status->found))
		return status->found;
	if (!status->answered[PRINTER_QUERY_HOST] || lacks_faults)
		return status->found | PRINTER_SILENT;
	return status->found | PRINTER_OK;
}

bool printer_status_may_hold(const struct printer_status *status)
{
	return !status->answered[PRINTER_QUERY_HOST] || status->is_busy ||
	       status->formats_waiting > 0 || status->labels_remaining > 0;
}

bool printer_status_is_idle(const struct printer_status *status)
{
	return !printer_status_may_hold(status) && !status->partial_format;
}

/* The language knows whole bytes of width, or only the roll's: what lies beyond the label must be
 * white. */
static bool width_trim(struct label_bitmap *label, unsigned width_dots, struct err *err)
{
	struct bitmap_rect beyond = {
		.x_dots = width_dots,
		.width_dots = label->width_dots > width_dots ? label->width_dots - width_dots : 0,
		.height_dots = label->height_dots,
	};

	if ((width_dots + 7) / 8 > label->stride_bytes)
		return err_set(err, ERR_CHECK_FAILED,
			"the printer's bytes make %u dots of width, expected %u", label->width_dots,
			width_dots);
	if (bitmap_count_black(label, beyond) > 0)
		return err_set(err, ERR_CHECK_FAILED,
			"the printer's bytes blacken dots beyond the label's %u columns",
			width_dots);
	label->width_dots = width_dots;
	return true;
}

bool printer_driver_prove(const struct printer_driver *driver, struct bytes bytes,
	const struct label_bitmap *bitmap, struct err *err)
{
	AUTO_LABEL_LIST list = { 0 };

	if (!printer_driver_expand(driver, bytes, &list, err))
		return err_wrap(err, "the bytes made for the printer");
	if (list.count != 1)
		return err_set(err, ERR_CHECK_FAILED,
			"the printer's bytes make %zu labels, expected 1", list.count);
	if (!width_trim(&list.label[0], bitmap->width_dots, err))
		return false;
	return bitmap_equal(bitmap, &list.label[0], err);
}
