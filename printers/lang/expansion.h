/*
 * Bytes of a language back into the list of labels that they make, by its reader (reader.h), which
 * shares no code with what encodes; printer_driver_prove compares them with what was to be printed.
 */
#ifndef SPECIMEND_PRINTERS_LANG_EXPANSION_H
#define SPECIMEND_PRINTERS_LANG_EXPANSION_H

#include "printers/lang/driver.h"

struct label_list {
	struct label_bitmap *label; /* count of them, owned */
	size_t count;
};

#define LABEL_LIST_MAX 64u

void label_list_done(struct label_list *list); /* frees and zeroes */

static inline void label_list_auto(struct label_list *list)
{
	label_list_done(list);
}
/* AUTO_LABEL_LIST x = { 0 }; */
#define AUTO_LABEL_LIST __attribute__((cleanup(label_list_auto))) struct label_list

/*
 * Appends to an empty list one bitmap per label that a printer would put out; its width is a whole
 * number of bytes. Fails with ERR_CHECK_FAILED on whatever the reader refuses, on questions and
 * acts, since the bytes of a label have none, on a label without its end, and above LABEL_LIST_MAX;
 * says the first reason, and leaves the list empty.
 */
MUST_CHECK bool printer_driver_expand(const struct printer_driver *driver, struct bytes bytes,
	struct label_list *out, struct err *err);

#endif
