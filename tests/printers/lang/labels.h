/* What is checked alike of what every language encodes: golden bytes, and that the proof of the
 * very bytes (printer_driver_prove) takes them and nothing else. */
#ifndef SPECIMEND_TESTS_PRINTERS_LANG_LABELS_H
#define SPECIMEND_TESTS_PRINTERS_LANG_LABELS_H

#include "printers/lang/driver.h"

/* Dots without a pattern, so that nothing is left to compression. */
void label_noise(struct label_bitmap *out, unsigned width_dots, unsigned height_dots);

/* 20 x 3 dots, the rows fffff0 800010 aa55a0, are the bytes of the project's file `golden`. */
void check_golden(const struct printer_driver *driver, const char *golden);

/* A label of 9 x 1 black dots is these bytes: the seven beyond its width are white. */
void check_white_beyond(const struct printer_driver *driver, struct bytes expected);

/* A label of 406 x 203 dots is head, 51 bytes for each row, and tail. */
void check_head_and_tail(const struct printer_driver *driver, const char *head, const char *tail);

/* The label is encoded, appended to out, and proved. */
void check_encoded(
	const struct printer_driver *driver, const struct label_bitmap *label, struct buf *out);

/* Whether the bytes are taken for the label; checks that they are refused in the right way. */
bool label_is_proved(
	const struct printer_driver *driver, struct bytes bytes, const struct label_bitmap *label);

/* The bytes are the label's, but not with any one bit of those from `from` to `end` flipped. */
void check_flips(const struct printer_driver *driver, struct buf *bytes,
	const struct label_bitmap *label, size_t from, size_t end);

/* Without their last 1 to cut_max bytes, they are not. */
void check_cuts(const struct printer_driver *driver, struct bytes bytes,
	const struct label_bitmap *label, size_t cut_max);

/* Nor are they with these bytes added at place. */
void check_added(const struct printer_driver *driver, struct bytes bytes,
	const struct label_bitmap *label, struct bytes added, size_t place);

struct label_size {
	const char *name;
	unsigned width_dots;
	unsigned height_dots;
	const char *message; /* a part of it */
};

/* No label of these sizes is encoded, and nothing is added to the bytes. */
void check_sizes_refused(
	const struct printer_driver *driver, const struct label_size *sizes, size_t count);

#endif
