/* The allow list, as data. */
#include "scanners/maker.h"

#include "daemon/base/str.h"

#define ESC "\x1B"

static const struct {
	const char *word;
	struct bytes good;
	struct bytes bad;
} makers[SCANNER_MAKERS] = {
	[SCANNER_MAKER_OTHER] = { "other", { 0 }, { 0 } },
	[SCANNER_MAKER_DATALOGIC] = { "datalogic", BYTES_LITERAL("B"), BYTES_LITERAL("F") },
	[SCANNER_MAKER_HONEYWELL] = { "honeywell", BYTES_LITERAL("\x16\x07\r"), { 0 } },
	[SCANNER_MAKER_OPTICON] = { "opticon", BYTES_LITERAL(ESC "B\r" ESC "L\r"),
		BYTES_LITERAL(ESC "E\r" ESC "N\r") },
};

enum scanner_maker scanner_maker_of(uint16_t vendor)
{
	static const struct {
		uint16_t vendor;
		enum scanner_maker maker;
	} vendors[] = {
		{ 0x05f9, SCANNER_MAKER_DATALOGIC }, /* PSC, Datalogic since */
		{ 0x080c, SCANNER_MAKER_DATALOGIC },
		{ 0x0536, SCANNER_MAKER_HONEYWELL }, /* Hand Held Products */
		{ 0x0c2e, SCANNER_MAKER_HONEYWELL }, /* Metrologic */
		{ 0x065a, SCANNER_MAKER_OPTICON },
	};

	for (size_t i = 0; i < ARRAY_LEN(vendors); i++) {
		if (vendors[i].vendor == vendor)
			return vendors[i].maker;
	}
	return SCANNER_MAKER_OTHER;
}

const char *scanner_maker_word(enum scanner_maker maker)
{
	return makers[maker].word;
}

bool scanner_maker_parse(const char *word, enum scanner_maker *out)
{
	for (size_t i = 0; i < SCANNER_MAKERS; i++) {
		if (!str_equal(makers[i].word, word))
			continue;
		*out = (enum scanner_maker)i;
		return true;
	}
	return false;
}

bool scanner_maker_sound(enum scanner_maker maker, enum scan_verdict verdict, struct buf *out)
{
	enum scan_sound kind = scan_verdict_sound(verdict);
	struct bytes sound = kind == SCAN_SOUND_BAD ? makers[maker].bad : makers[maker].good;

	if (sound.len == 0)
		return false;
	if (kind != SCAN_SOUND_NONE)
		buf_add(out, sound);
	return true;
}
