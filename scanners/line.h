/*
 * How fast a serial line is and what a character on it looks like, where there is a real one: a
 * scanner with a plug of its own for that, behind a cable with a converter. Lists of words, as they
 * are in a device's settings (clinic.scanner_setting_words).
 */
#ifndef SPECIMEND_SCANNERS_LINE_H
#define SPECIMEND_SCANNERS_LINE_H

#include <stdbool.h>
#include <stdint.h>

#define LINE_BAUDS 8

/* "1200" to "115200", the usual ones only; false when it is none of them. */
bool line_baud_parse(const char *word, unsigned *out);

/* Data bits, parity (N none, O odd, E even), one stop bit. */
/* clang-format off */
#define LINE_FORMAT_TABLE(X) \
	X(LINE_FORMAT_8N1, "8n1") \
	X(LINE_FORMAT_8E1, "8e1") \
	X(LINE_FORMAT_8O1, "8o1") \
	X(LINE_FORMAT_7E1, "7e1") \
	X(LINE_FORMAT_7O1, "7o1")
/* clang-format on */

enum line_format {
#define LINE_FORMAT_ENUM(name, word) name,
	LINE_FORMAT_TABLE(LINE_FORMAT_ENUM)
#undef LINE_FORMAT_ENUM
};

#define LINE_FORMATS 5

/* False when there is none of that name. */
bool line_format_parse(const char *word, enum line_format *out);

enum line_parity {
	LINE_PARITY_NONE,
	LINE_PARITY_ODD,
	LINE_PARITY_EVEN,
};

struct line_shape {
	uint8_t data_bits;
	enum line_parity parity;
};

struct line_shape line_format_shape(enum line_format format);

#endif
