/* Printed identifiers. */
#include "daemon/base/id.h"

#include <stdio.h>

#include "daemon/base/str.h"

#define SPECIMEN_LEN 12
#define LABEL_LEN 16
#define LETTERED_LEN 13

static const struct id_kind_info {
	enum id_kind kind;
	char letter;
	const char *name;
} id_kinds[] = {
#define ID_ROW(kind, letter, name) { kind, letter, name },
	ID_KIND_TABLE(ID_ROW)
#undef ID_ROW
};

const char *id_kind_name(enum id_kind kind)
{
	return id_kinds[kind].name;
}

static unsigned mod97_add(unsigned rest, uint8_t c)
{
	if (char_is_digit(c))
		return (rest * 10 + (unsigned)(c - '0')) % 97;
	return (rest * 100 + (unsigned)(c - 'A') + 10) % 97;
}

static unsigned mod97(struct bytes text)
{
	unsigned rest = 0;

	for (size_t i = 0; i < text.len; i++)
		rest = mod97_add(rest, text.data[i]);
	return rest;
}

unsigned id_check_digits(struct bytes text)
{
	return 98 - mod97(text) * 100 % 97;
}

/* Appends the check digits to the text at out. */
static void append_check(char *out, size_t size)
{
	size_t len = strlen(out);

	(void)snprintf(out + len, size - len, "%02u", id_check_digits(bytes_of_str(out)));
}

bool id_make(struct id *out, enum id_kind kind, unsigned block, uint32_t sequence, unsigned copy,
	struct err *err)
{
	if (block > 999)
		return err_set(err, ERR_INVALID, "id block %u is not from 0 to 999", block);
	if (sequence > ID_SEQUENCE_MAX)
		return err_set(err, ERR_INVALID, "id sequence %lu has more than 7 digits",
			(unsigned long)sequence);
	if (kind == ID_LABEL ? copy < 1 || copy > ID_COPY_MAX : copy != 0)
		return err_set(
			err, ERR_INVALID, "copy %u does not fit a %s", copy, id_kind_name(kind));

	struct id id = { .kind = kind, .block = block, .sequence = sequence, .copy = copy };
	char letter[2] = { id_kinds[kind].letter, 0 };

	(void)snprintf(
		id.text, sizeof(id.text), "%s%03u%07lu", letter, block, (unsigned long)sequence);
	append_check(id.text, sizeof(id.text));
	if (kind == ID_LABEL) {
		size_t len = strlen(id.text);

		(void)snprintf(id.text + len, sizeof(id.text) - len, "%02u", copy);
		append_check(id.text, sizeof(id.text));
	}
	*out = id;
	return true;
}

/* Which kind the length and first character promise; false when none. */
static bool kind_of(struct bytes scan, enum id_kind *out)
{
	if (scan.len == SPECIMEN_LEN || scan.len == LABEL_LEN) {
		*out = scan.len == SPECIMEN_LEN ? ID_SPECIMEN : ID_LABEL;
		return true;
	}
	if (scan.len != LETTERED_LEN)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(id_kinds); i++) {
		if (id_kinds[i].letter && id_kinds[i].letter == (char)scan.data[0]) {
			*out = id_kinds[i].kind;
			return true;
		}
	}
	return false;
}

static unsigned digits_at(const char *text, size_t at, size_t len)
{
	unsigned value = 0;

	for (size_t i = at; i < at + len; i++)
		value = value * 10 + (unsigned)(text[i] - '0');
	return value;
}

bool id_parse(struct id *out, struct bytes scan, struct err *err)
{
	struct id id = { 0 };

	if (!kind_of(scan, &id.kind))
		return err_set(err, ERR_INVALID, "not one of our codes");
	size_t letters = id_kinds[id.kind].letter ? 1 : 0;

	for (size_t i = letters; i < scan.len; i++) {
		if (!char_is_digit(scan.data[i]))
			return err_set(err, ERR_INVALID, "a %s code holds only digits here",
				id_kind_name(id.kind));
	}
	if (mod97(scan) != 1 ||
		(id.kind == ID_LABEL && mod97(bytes_of(scan.data, SPECIMEN_LEN)) != 1))
		return err_set(err, ERR_INVALID, "the check digits of this %s code are wrong",
			id_kind_name(id.kind));

	memcpy(id.text, scan.data, scan.len);
	id.block = digits_at(id.text, letters, 3);
	id.sequence = digits_at(id.text, letters + 3, 7);
	if (id.kind == ID_LABEL) {
		id.copy = digits_at(id.text, SPECIMEN_LEN, 2);
		if (id.copy == 0)
			return err_set(err, ERR_INVALID, "a label's copy number starts at 01");
	}
	/* MOD 97 alone also takes 00, 01 and 99 for 97, 98 and 02: made ids never hold those. */
	struct id made;

	if (!id_make(&made, id.kind, id.block, id.sequence, id.copy, err))
		return false;
	if (!str_equal(made.text, id.text))
		return err_set(err, ERR_INVALID, "the check digits of this %s code are wrong",
			id_kind_name(id.kind));
	*out = id;
	return true;
}

void id_specimen_text(const struct id *id, char out[13])
{
	memcpy(out, id->text, SPECIMEN_LEN);
	out[SPECIMEN_LEN] = 0;
}

bool id_is_practice(const struct id *id)
{
	return id->block >= ID_BLOCK_PRACTICE_FIRST;
}
