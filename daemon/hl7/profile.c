/* What is known about kinds of senders. */
#include "daemon/hl7/profile.h"

#include "daemon/base/str.h"

#define CODES_MAX 4

struct code_map {
	const char *raw;
	const char *code;
};

struct hl7_profile {
	const char *name;
	const char *application; /* MSH-3 begins with it */
	const char *facility;    /* MSH-4 begins with it */
	const char *charset;     /* when MSH-18 is empty */
	struct code_map control[CODES_MAX];
};

/*
 * Epic: MSH-3 "EPIC..." and table 0119's own codes, as in the public v2.3 sample messages of
 * CDCgov/trusted-intermediary. Cerner (Oracle): MSH-4 "HNA" and code values "CD:n" in ORC-1, same
 * place. CD:2534 is "Order" of its code set 6003 in public reports against that database; that it
 * stands on the wire for a new order is assumed: a sender that means otherwise would show it, which
 * is why every mapped code leaves a note. Its CD:2539 is not known and stays verbatim.
 */
/* clang-format off */
static const struct hl7_profile profiles[] = {
	{ "epic",    "EPIC", "",    "", { { NULL, NULL } } },
	{ "cerner",  "",     "HNA", "", { { "CD:2534", "NW" } } },
	{ "default", "",     "",    "", { { NULL, NULL } } },
};

/* Source: HL7 2.5.1 table 0119 (order control codes). */
static const char *const controls[] = {
	"AF", "CA", "CH", "CN", "CR", "DC", "DE", "DF", "DR", "FU", "HD", "HR", "LI", "NA", "NW", "OC",
	"OD", "OE", "OF", "OH", "OK", "OP", "OR", "PA", "PR", "PY", "RE", "RF", "RL", "RO", "RP", "RQ",
	"RR", "RU", "SC", "SN", "SR", "SS", "UA", "UC", "UD", "UF", "UH", "UM", "UN", "UR", "UX", "XO",
	"XR", "XX",
};
/* clang-format on */

static bool begins_with(struct bytes text, const char *prefix)
{
	size_t len = strlen(prefix);

	return len == 0 || (text.len >= len && memcmp(text.data, prefix, len) == 0);
}

const struct hl7_profile *hl7_profile_find(struct bytes application, struct bytes facility)
{
	size_t i = 0;

	while (i + 1 < ARRAY_LEN(profiles) && !(begins_with(application, profiles[i].application) &&
						      begins_with(facility, profiles[i].facility)))
		i++;
	return &profiles[i];
}

const char *hl7_profile_name(const struct hl7_profile *profile)
{
	return profile->name;
}

const char *hl7_profile_charset(const struct hl7_profile *profile)
{
	return profile->charset;
}

const char *hl7_profile_control(
	const struct hl7_profile *profile, const char *control_raw, bool *out_mapped)
{
	for (size_t i = 0; i < CODES_MAX && profile->control[i].raw; i++) {
		if (str_equal(profile->control[i].raw, control_raw)) {
			*out_mapped = true;
			return profile->control[i].code;
		}
	}
	for (size_t i = 0; i < ARRAY_LEN(controls); i++) {
		if (str_equal(controls[i], control_raw)) {
			*out_mapped = false;
			return controls[i];
		}
	}
	return NULL;
}
