/*
 * The independent reader of the hexadecimal text of ^GFA: the whole documented scheme, the fill
 * with F (!) too, but no lower-case digits, no line ends inside, and no run beyond the end of its
 * row. Sources: ascii_encode.h.
 */
#ifndef SPECIMEND_PRINTERS_LANG_ZPL_ASCII_EXPAND_H
#define SPECIMEND_PRINTERS_LANG_ZPL_ASCII_EXPAND_H

#include "daemon/base/bytes.h"
#include "daemon/base/err.h"

/*
 * text          all of it
 * to            want bytes, a whole number of rows of stride_bytes (above 0); what is there is
 *               overwritten, on failure too
 *
 * Fails with ERR_CHECK_FAILED on what it does not know and when the text does not make exactly that
 * many bytes.
 */
MUST_CHECK bool zpl_ascii_expand(
	struct bytes text, size_t stride_bytes, uint8_t *to, size_t want, struct err *err);

#endif
