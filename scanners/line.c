/* Words of speeds and formats. */
#include "scanners/line.h"

#include "daemon/base/str.h"

bool line_baud_parse(const char *word, unsigned *out)
{
	static const struct {
		const char *word;
		unsigned baud;
	} bauds[LINE_BAUDS] = {
		{ "1200", 1200 },
		{ "2400", 2400 },
		{ "4800", 4800 },
		{ "9600", 9600 },
		{ "19200", 19200 },
		{ "38400", 38400 },
		{ "57600", 57600 },
		{ "115200", 115200 },
	};

	for (size_t i = 0; i < ARRAY_LEN(bauds); i++) {
		if (!str_equal(bauds[i].word, word))
			continue;
		*out = bauds[i].baud;
		return true;
	}
	return false;
}

bool line_format_parse(const char *word, enum line_format *out)
{
	static const char *const words[LINE_FORMATS] = {
#define WORD(name, word) [name] = (word),
		LINE_FORMAT_TABLE(WORD)
#undef WORD
	};

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (!str_equal(words[i], word))
			continue;
		*out = (enum line_format)i;
		return true;
	}
	return false;
}

struct line_shape line_format_shape(enum line_format format)
{
	static const struct line_shape shapes[LINE_FORMATS] = {
		[LINE_FORMAT_8N1] = { 8, LINE_PARITY_NONE },
		[LINE_FORMAT_8E1] = { 8, LINE_PARITY_EVEN },
		[LINE_FORMAT_8O1] = { 8, LINE_PARITY_ODD },
		[LINE_FORMAT_7E1] = { 7, LINE_PARITY_EVEN },
		[LINE_FORMAT_7O1] = { 7, LINE_PARITY_ODD },
	};

	return shapes[format];
}
