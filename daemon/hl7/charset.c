/* Character sets of MSH-18 to UTF-8. */
#include "daemon/hl7/charset.h"

#include <iconv.h>

#include "daemon/base/str.h"

#define UTF8_PER_BYTE_MAX 4 /* no single byte of an 8859 set needs more */

struct hl7_charset {
	const char *name;
	const char *iconv_name; /* NULL: only valid UTF-8 and ASCII, checked here */
	bool ascii_only;
};

/* clang-format off */
static const struct hl7_charset charsets[] = {
	{ "",              NULL,          true },
	{ "ASCII",         NULL,          true },
	{ "UNICODE UTF-8", NULL,          false },
	{ "UNICODE",       NULL,          false }, /* 2.3 has no other word for it; on a stream of bytes only UTF-8 works */
	{ "UTF-8",         NULL,          false }, /* not in the table, but sent */
	{ "8859/1",        "ISO-8859-1",  false },
	{ "8859/2",        "ISO-8859-2",  false },
	{ "8859/3",        "ISO-8859-3",  false },
	{ "8859/4",        "ISO-8859-4",  false },
	{ "8859/5",        "ISO-8859-5",  false },
	{ "8859/6",        "ISO-8859-6",  false },
	{ "8859/7",        "ISO-8859-7",  false },
	{ "8859/8",        "ISO-8859-8",  false },
	{ "8859/9",        "ISO-8859-9",  false },
	{ "8859/15",       "ISO-8859-15", false },
};
/* clang-format on */

const struct hl7_charset *hl7_charset_find(struct bytes name)
{
	for (size_t i = 0; i < ARRAY_LEN(charsets); i++) {
		if (bytes_is(name, charsets[i].name))
			return &charsets[i];
	}
	return NULL;
}

static bool decode_ascii(struct bytes text, struct buf *out, size_t *out_bad)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] >= 0x80) {
			*out_bad = i;
			return false;
		}
	}
	buf_add(out, text);
	return true;
}

/* The first place from which on text is not UTF-8, going one character at a time. */
static size_t utf8_bad_at(struct bytes text)
{
	size_t good = 0;

	while (good < text.len) {
		size_t len = 1;

		while (len <= UTF8_PER_BYTE_MAX && good + len <= text.len &&
			!utf8_is_valid(bytes_of(text.data + good, len)))
			len++;
		if (len > UTF8_PER_BYTE_MAX || good + len > text.len)
			break;
		good += len;
	}
	return good;
}

static bool decode_utf8(struct bytes text, struct buf *out, size_t *out_bad)
{
	if (!utf8_is_valid(text)) {
		*out_bad = utf8_bad_at(text);
		return false;
	}
	buf_add(out, text);
	return true;
}

static bool decode_8859(
	const struct hl7_charset *charset, struct bytes text, struct buf *out, size_t *out_bad)
{
	iconv_t cd = iconv_open("UTF-8", charset->iconv_name);

	*out_bad = 0;
	if (cd == (iconv_t)-1)
		return false; /* this system lacks the table: nothing of the set can be read */
	for (size_t i = 0; i < text.len; i++) {
		char in = (char)text.data[i];
		char utf8[UTF8_PER_BYTE_MAX];
		char *from = &in;
		char *to = utf8;
		size_t from_left = 1;
		size_t to_left = sizeof(utf8);
		bool control = text.data[i] >= 0x80 && text.data[i] < 0xa0;

		if (control || iconv(cd, &from, &from_left, &to, &to_left) != 0) {
			*out_bad = i;
			iconv_close(cd);
			return false;
		}
		buf_add_mem(out, utf8, sizeof(utf8) - to_left);
	}
	iconv_close(cd);
	return true;
}

bool hl7_charset_decode(
	const struct hl7_charset *charset, struct bytes text, struct buf *out, size_t *out_bad)
{
	if (charset->ascii_only)
		return decode_ascii(text, out, out_bad);
	if (!charset->iconv_name)
		return decode_utf8(text, out, out_bad);
	return decode_8859(charset, text, out, out_bad);
}
