/* The allow list, as data. */
#include "scanners/maker.h"

#include "daemon/base/str.h"

#define ESC "\x1B"
#define NEWLAND_ANSWER \
	"\x01"         \
	"0000"
#define NEWLAND(command) BYTES_LITERAL("~" NEWLAND_ANSWER "#" command ";\x03")

/* clang-format off */
static const struct {
	const char *word;
	struct bytes good;
	struct bytes bad;
	struct bytes silence; /* where the device waits to be told something; else nothing is said */
	struct bytes answer;  /* what it says to a command begins so, and ends with ETX */
} makers[SCANNER_MAKERS] = {
	[SCANNER_MAKER_OTHER] = { .word = "other" },
	[SCANNER_MAKER_DATALOGIC] = { .word = "datalogic",
		.good = BYTES_LITERAL("B"),
		.bad = BYTES_LITERAL("FE") },
	[SCANNER_MAKER_HONEYWELL] = { .word = "honeywell",
		.good = BYTES_LITERAL("\x16\x07\r") },
	[SCANNER_MAKER_OPTICON] = { .word = "opticon",
		.good = BYTES_LITERAL(ESC "B\r" ESC "L\r"),
		.bad = BYTES_LITERAL(ESC "E\r" ESC "N\r") },
	[SCANNER_MAKER_HONEYWELL_HOST] = { .word = "honeywell_host",
		.good = BYTES_LITERAL(ESC "7,"),
		.bad = BYTES_LITERAL(ESC "8," ESC "8,"),
		.silence = BYTES_LITERAL(ESC "1,") },
	[SCANNER_MAKER_NEWLAND] = { .word = "newland",
		.good = NEWLAND("BEEPON2000F50T20V"),
		.bad = NEWLAND("BEEPON500F300T20V"),
		.answer = BYTES_LITERAL(NEWLAND_ANSWER) },
	[SCANNER_MAKER_CIPHERLAB] = { .word = "cipherlab",
		.good = BYTES_LITERAL("#@////\r") },
};
/* clang-format on */

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
		{ 0x1eab, SCANNER_MAKER_NEWLAND },
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
	const struct bytes said[] = {
		[SCAN_SOUND_NONE] = makers[maker].silence,
		[SCAN_SOUND_GOOD] = makers[maker].good,
		[SCAN_SOUND_BAD] = makers[maker].bad,
	};
	enum scan_sound sound = scan_verdict_sound(verdict);

	buf_add(out, said[sound]);
	return said[sound].len > 0 || (sound == SCAN_SOUND_NONE && makers[maker].good.len > 0);
}

bool scanner_maker_is_answer(enum scanner_maker maker, struct bytes text)
{
	struct bytes answer = makers[maker].answer;

	return answer.len > 0 && text.len >= answer.len &&
	       bytes_equal(bytes_of(text.data, answer.len), answer);
}
