/* Layouts of countries, as data. */
#include "scanners/keyboard.h"

#include <stddef.h>

#include "daemon/base/bytes.h"
#include "daemon/base/str.h"

/*
 * Places of a layout's strings: A to Z, 1 to 0, then the rest of the main block by usage. 0x32 is
 * the key of 0x31 on keyboards outside the US (Usage Tables, notes 2 and 3).
 */
static const uint8_t rest[] = {
	0x2D, 0x2E, 0x2F, 0x30, 0x31, 0x33, 0x34, 0x35, 0x36, 0x37,
	0x38,       /* - = [ ] \ ; ' ` , . / */
	0x64,       /* left of Z */
	0x87, 0x89, /* Japan: ro, yen */
};

#define REST_AT (KEY_0 - KEY_A + 1)
#define PLACES (REST_AT + sizeof(rest))

/* clang-format off */
static const struct keyboard_layout layouts[] = {
	{ "us",
	  U"abcdefghijklmnopqrstuvwxyz1234567890-=[]\\;'`,./\\  ",
	  U"ABCDEFGHIJKLMNOPQRSTUVWXYZ!@#$%^&*()_+{}|:\"~<>?|  ",
	  U"                                                  " },
	{ "uk",
	  U"abcdefghijklmnopqrstuvwxyz1234567890-=[]#;'`,./\\  ",
	  U"ABCDEFGHIJKLMNOPQRSTUVWXYZ!\"£$%^&*()_+{}~:@¬<>?|  ",
	  U"á   é   í     ó     ú        €             ¦      " },
	{ "de",
	  U"abcdefghijklmnopqrstuvwxzy1234567890ß\u0301ü+#öä\u0302,.-<  ",
	  U"ABCDEFGHIJKLMNOPQRSTUVWXZY!\"§$%&/()=?\u0300Ü*'ÖÄ°;:_>  ",
	  U"    €       µ   @          ²³   {[]}\\  ~       |  " },
	{ "fr",
	  U"qbcdefghijkl,noparstuvzxyw&é\"'(-è_çà)=\u0302$*mù²;:!<  ",
	  U"QBCDEFGHIJKL?NOPARSTUVZXYW1234567890°+\u0308£µM% ./§>  ",
	  U"    €                      \u0303#{[|\u0300\\^@]} ¤          " },
	{ "be",
	  U"qbcdefghijkl,noparstuvzxyw&é\"'(§è!çà)-\u0302$µmù²;:=<  ",
	  U"QBCDEFGHIJKL?NOPARSTUVZXYW1234567890°_\u0308*£M%³./+>  ",
	  U"    €                     |@#  ^  {}  []\u0300 \u0301   \u0303\\  " },
	{ "es",
	  U"abcdefghijklmnopqrstuvwxyz1234567890'¡\u0300+çñ\u0301º,.-<  ",
	  U"ABCDEFGHIJKLMNOPQRSTUVWXYZ!\"·$%&/()=?¿\u0302*ÇÑ\u0308ª;:_>  ",
	  U"    €                     |@#\u0303€¬      []} {\\      " },
	{ "cz",
	  U"abcdefghijklmnopqrstuvwxzy+ěščřžýáíé=\u0301ú)\u0308ů§;,.-\\  ",
	  U"ABCDEFGHIJKLMNOPQRSTUVWXZY1234567890%\u030C/('\"!\u030A?:_|  ",
	  U" {&Đ€[]   łŁ }  \\ đ  @|#  ~\u030C\u0302\u0306\u030A\u0328`\u0307\u0301\u030B\u0308\u0327÷×¤$ß <>*   " },
	{ "jp",
	  U"abcdefghijklmnopqrstuvwxyz1234567890-^@[];: ,./ \\\\",
	  U"ABCDEFGHIJKLMNOPQRSTUVWXYZ!\"#$%&'() =~`{}+* <>? _|",
	  U"                                                  " },
};
/* clang-format on */

const struct keyboard_layout *keyboard_layout_find(const char *name)
{
	if (!name)
		return &layouts[0];
	for (size_t i = 0; i < ARRAY_LEN(layouts); i++) {
		if (str_equal(layouts[i].name, name))
			return &layouts[i];
	}
	return NULL;
}

const struct keyboard_layout *keyboard_layout_at(unsigned index)
{
	return index < ARRAY_LEN(layouts) ? &layouts[index] : NULL;
}

/* ---- keys ---- */

/* Its place in a layout's strings; PLACES: it has none. */
static size_t place_of(uint8_t usage)
{
	if (usage >= KEY_A && usage <= KEY_0)
		return (size_t)usage - KEY_A;
	if (usage == 0x32)
		usage = 0x31;
	for (size_t i = 0; i < sizeof(rest); i++) {
		if (rest[i] == usage)
			return REST_AT + i;
	}
	return PLACES;
}

/* The same in all countries. */
static char32_t pad_character(uint8_t usage)
{
	static const char32_t pad[] = U"/*-+";

	if (usage == KEY_SPACE)
		return U' ';
	if (usage >= 0x54 && usage < 0x58)
		return pad[usage - 0x54];
	if (usage >= KEY_PAD_1 && usage < KEY_PAD_0)
		return U'1' + usage - KEY_PAD_1;
	if (usage == KEY_PAD_0)
		return U'0';
	return usage == 0x63 ? U'.' : 0;
}

static bool has_altgr(unsigned modifiers)
{
	unsigned both = KEYBOARD_LEFT_CTRL | KEYBOARD_LEFT_ALT;

	return (modifiers & KEYBOARD_RIGHT_ALT) != 0 || (modifiers & both) == both;
}

/* 0: nothing of that key. */
static char32_t level_character(
	const struct keyboard_layout *layout, size_t place, bool shift, bool altgr)
{
	char32_t c = U' ';

	if (altgr && !shift)
		c = layout->altgr[place];
	else if (!altgr)
		c = shift ? layout->shift[place] : layout->plain[place];
	return c == U' ' ? 0 : c;
}

static bool is_letter(const struct keyboard_layout *layout, size_t place)
{
	char32_t c = layout->plain[place];

	return c >= U'a' && c <= U'z';
}

/* Of "@" to "_" and the small letters, which are where they are in this country; else, where they
 * are on a keyboard of the US. */
static char32_t control_character(const struct keyboard_layout *layout, size_t place)
{
	const char32_t tries[] = { layout->plain[place], layout->shift[place],
		layouts[0].plain[place], layouts[0].shift[place] };

	for (size_t i = 0; i < ARRAY_LEN(tries); i++) {
		if (tries[i] >= U'@' && tries[i] < 0x7F && tries[i] != U'`' &&
			!(tries[i] >= U'{' && tries[i] <= U'~'))
			return tries[i] & 0x1F;
	}
	return 0;
}

char32_t keyboard_character(
	const struct keyboard_layout *layout, uint8_t usage, unsigned modifiers, bool caps_lock)
{
	size_t place = place_of(usage);
	bool shift = (modifiers & KEYBOARD_SHIFT) != 0;

	if (place == PLACES)
		return pad_character(usage);
	if (has_altgr(modifiers))
		return level_character(layout, place, shift, true);
	if (modifiers & KEYBOARD_CTRL)
		return control_character(layout, place);
	if (caps_lock && is_letter(layout, place))
		shift = !shift;
	return level_character(layout, place, shift, false);
}

/* The usage of a place in a layout's strings. */
static uint8_t usage_at(size_t place)
{
	return place < REST_AT ? (uint8_t)(KEY_A + place) : rest[place - REST_AT];
}

bool keyboard_key(const struct keyboard_layout *layout, char32_t character, uint8_t *out_usage,
	unsigned *out_modifiers)
{
	static const unsigned levels[] = { 0, KEYBOARD_LEFT_SHIFT, KEYBOARD_RIGHT_ALT };

	if (character == U' ') {
		*out_usage = KEY_SPACE;
		*out_modifiers = 0;
		return true;
	}
	for (size_t i = 0; i < ARRAY_LEN(levels) * PLACES; i++) {
		uint8_t usage = usage_at(i % PLACES);
		unsigned modifiers = levels[i / PLACES];

		if (keyboard_character(layout, usage, modifiers, false) != character ||
			keyboard_is_dead(character) || character == 0)
			continue;
		*out_usage = usage;
		*out_modifiers = modifiers;
		return true;
	}
	return false;
}

/* ---- dead keys ---- */

static const struct {
	char32_t dead;
	char32_t alone;
	const char32_t *pairs; /* without it, with it, ... */
} marks[] = {
	{ 0x0300, U'`', U"aàeèiìoòuùAÀEÈIÌOÒUÙ" },
	{ 0x0301, U'´', U"aáeéiíoóuúyýcćnńsśzźlĺrŕAÁEÉIÍOÓUÚYÝCĆNŃSŚZŹLĹRŔ" },
	{ 0x0302, U'^', U"aâeêiîoôuûAÂEÊIÎOÔUÛ" },
	{ 0x0303, U'~', U"aãnñoõAÃNÑOÕ" },
	{ 0x0306, U'˘', U"aăAĂ" },
	{ 0x0307, U'˙', U"zżZŻ" },
	{ 0x0308, U'¨', U"aäeëiïoöuüyÿAÄEËIÏOÖUÜ" },
	{ 0x030A, U'°', U"aåuůAÅUŮ" },
	{ 0x030B, U'˝', U"oőuűOŐUŰ" },
	{ 0x030C, U'ˇ', U"cčdďeěnňrřsštťzžlľCČDĎEĚNŇRŘSŠTŤZŽLĽ" },
	{ 0x0327, U'¸', U"cçsşCÇSŞ" },
	{ 0x0328, U'˛', U"aąeęAĄEĘ" },
};

bool keyboard_is_dead(char32_t character)
{
	return character >= 0x0300 && character <= 0x036F;
}

char32_t keyboard_dead_alone(char32_t dead)
{
	for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
		if (marks[i].dead == dead)
			return marks[i].alone;
	}
	return 0;
}

char32_t keyboard_compose(char32_t dead, char32_t character)
{
	for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
		if (marks[i].dead != dead)
			continue;
		if (character == U' ')
			return marks[i].alone;
		for (const char32_t *pair = marks[i].pairs; *pair; pair += 2) {
			if (*pair == character)
				return pair[1];
		}
	}
	return 0;
}
