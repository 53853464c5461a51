/* Makers' codes as JSON. */
#include "daemon/core/said.h"

#include <stdio.h>

#include "daemon/base/auto_json.h"
#include "daemon/base/str.h"
#include "scanners/gs1.h"
#include "scanners/hibc.h"

#define GTIN_LEN 14

static void text_set(json_t *said, const char *key, struct bytes text)
{
	if (text.len > 0)
		json_object_set_new(said, key, json_stringn((const char *)text.data, text.len));
}

static void date_set(json_t *said, const char *key, const struct code_date *date)
{
	if (date->year > 0)
		json_object_set_new(said, key,
			json_sprintf("%04u-%02u-%02u", date->year, date->month, date->day));
}

/* GTINs of 8, 12 and 13 digits stand right in 14. */
static void gtin_set(json_t *said, struct bytes digits)
{
	char gtin[GTIN_LEN + 1] = "00000000000000";

	if (digits.len == 0 || digits.len > GTIN_LEN)
		return;
	memcpy(gtin + GTIN_LEN - digits.len, digits.data, digits.len);
	json_object_set_new(said, "gtin", json_string(gtin));
}

static void gs1_date_set(
	json_t *said, const char *key, const struct gs1 *gs1, const char *ai, unsigned this_year)
{
	struct code_date date = { .year = 0 };

	if (gs1_date(&date, gs1_find(gs1, ai), this_year))
		date_set(said, key, &date);
}

static bool gs1_said(json_t *said, struct bytes text, unsigned this_year, struct err *err)
{
	struct gs1 gs1;

	if (!gs1_parse(&gs1, text, this_year, err))
		return false;
	gtin_set(said, gs1_find(&gs1, "01"));
	text_set(said, "sscc", gs1_find(&gs1, "00"));
	text_set(said, "lot", gs1_find(&gs1, "10"));
	text_set(said, "serial", gs1_find(&gs1, "21"));
	gs1_date_set(said, "made", &gs1, "11", this_year);
	gs1_date_set(said, "expires", &gs1, "17", this_year);
	return true;
}

static bool item_said(json_t *said, struct bytes text, struct err *err)
{
	if (text.len < 8 || text.len > GTIN_LEN || !gs1_check_is_right(text))
		return err_set(err, ERR_INVALID, "the check digit is wrong");
	gtin_set(said, text);
	return true;
}

static bool hibc_said(json_t *said, struct bytes text, unsigned this_year, struct err *err)
{
	struct hibc hibc;

	if (!hibc_parse(&hibc, text, this_year, err))
		return false;
	text_set(said, "labeler", hibc.labeler);
	text_set(said, "product", hibc.product);
	text_set(said, "lot", hibc.lot);
	text_set(said, "serial", hibc.serial);
	date_set(said, "made", &hibc.made);
	date_set(said, "expires", &hibc.expires);
	return true;
}

json_t *said_new(struct bytes raw, const char *aim, unsigned this_year)
{
	AUTO(json_decref) json_t *said = NULL;
	struct err err = { 0 };
	bool is_right;

	while (raw.len > 0 && (raw.data[raw.len - 1] == '\r' || raw.data[raw.len - 1] == '\n'))
		raw.len--; /* a scanner's ending; a blank may be an HIBC check character */
	if (aim && gs1_is_element_string(aim)) {
		said = json_pack("{s:s}", "standard", "gs1");
		is_right = gs1_said(said, raw, this_year, &err);
	} else if (aim && gs1_is_item_number(aim)) {
		said = json_pack("{s:s}", "standard", "gs1");
		is_right = item_said(said, raw, &err);
	} else if (hibc_is_flagged(raw)) {
		said = json_pack("{s:s}", "standard", "hibc");
		is_right = hibc_said(said, raw, this_year, &err);
	} else {
		return NULL;
	}
	if (!is_right)
		json_object_set_new(said, "problem", json_string(err.message));
	return json_incref(said);
}
