/*
 * Every printed identifier (contrib/DESIGN.md 4), made and read in this one module; schema/ has the
 * same in SQL and both pass the vectors in tests/data/id/.
 *
 * specimen         NNNSSSSSSSCC        12 digits: issuer block, sequence, ISO 7064 MOD 97-10 check
 * label instance   NNNSSSSSSSCCKKcc    16 digits: specimen, copy 01-99, two check digits over the
 * 14 everything else  one letter + NNNSSSSSSS + two check digits, letters counting A=10 ... Z=35
 *
 * Source: ISO/IEC 7064:2003 MOD 97-10 (the number, read as decimal with letters expanded, is 1 mod
 * 97).
 */
#ifndef SPECIMEND_BASE_ID_H
#define SPECIMEND_BASE_ID_H

#include "daemon/base/bytes.h"
#include "daemon/base/err.h"

#define ID_TEXT_MAX 16
#define ID_BLOCK_PRACTICE_FIRST 900u
#define ID_SEQUENCE_MAX 9999999u
#define ID_COPY_MAX 99u

/* clang-format off */
#define ID_KIND_TABLE(X) \
	X(ID_SPECIMEN, 0,   "specimen") \
	X(ID_LABEL,    0,   "label") \
	X(ID_BAG,      'B', "bag") \
	X(ID_DELIVERY, 'D', "delivery") \
	X(ID_ENROL,    'E', "enrolment code") \
	X(ID_FOUND,    'F', "FOUND sticker") \
	X(ID_BADGE,    'G', "badge") \
	X(ID_COMMAND,  'K', "command card") \
	X(ID_PLACE,    'L', "place") \
	X(ID_STOP,     'P', "stop") \
	X(ID_STATION,  'T', "station") \
	X(ID_SLIP,     'V', "visit slip")
/* clang-format on */

enum id_kind {
#define ID_ENUM(kind, letter, name) kind,
	ID_KIND_TABLE(ID_ENUM)
#undef ID_ENUM
};

struct id {
	enum id_kind kind;
	unsigned block;    /* NNN, 0-999; for a badge the first three of its ten random digits */
	uint32_t sequence; /* SSSSSSS, 0-9999999 */
	unsigned copy;     /* 1-99 for a label instance, else 0 */
	char text[ID_TEXT_MAX + 1];
};

/*
 * Makes the text of an id.
 *
 * block, sequence, copy   as in struct id; copy is 0 unless kind is ID_LABEL
 *
 * Fails with ERR_INVALID when a number is out of its range.
 */
MUST_CHECK bool id_make(struct id *out, enum id_kind kind, unsigned block, uint32_t sequence,
	unsigned copy, struct err *err);

/*
 * Reads exactly one id: exact length, only its characters, right check digits. Whether it exists
 * and is expected here is the database's to say. Fails with ERR_INVALID, saying what is wrong.
 */
MUST_CHECK bool id_parse(struct id *out, struct bytes scan, struct err *err);

/* The specimen of a label instance (or of a specimen id): 12 digits and NUL into out. */
void id_specimen_text(const struct id *id, char out[13]);

bool id_is_practice(const struct id *id);
const char *id_kind_name(enum id_kind kind);

/* The two MOD 97-10 check digits of text (digits and capital letters), 2..98 as a number. */
unsigned id_check_digits(struct bytes text);

#endif
