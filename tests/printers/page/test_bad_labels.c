/*
 * The corpus of bad labels: every made-up label, at every resolution, damaged at random in each way
 * that printers, cables and programs damage labels. All must be caught before sending (LB-07); at
 * the end it says which check caught what share of each kind. Another SPECIMEND_SEED is another
 * corpus.
 */
#include "printers/page/proof.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/check.h"
#include "tests/printers/page/fixture.h"

#define SEED_DEFAULT 7u
#define TRIES_MAX 200u /* of one damage, until it has changed a dot */

static uint64_t state;

/* xorshift64*: the same corpus everywhere. Below `below`, which is not 0. */
static unsigned pick(unsigned below)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (unsigned)((state * 0x2545f4914f6cdd1dull) >> 33) % below;
}

static unsigned pick_between(unsigned least, unsigned most)
{
	return least + pick(most - least + 1);
}

static unsigned of_width(const struct fixture *fixture)
{
	return fixture->bitmap.width_dots;
}

static unsigned of_height(const struct fixture *fixture)
{
	return fixture->bitmap.height_dots;
}

/* What was at x - right, y - down is at x, y; what comes from outside is white. */
static void move(struct fixture *fixture, struct bitmap_rect rect, int right, int down)
{
	AUTO_BITMAP before = { 0 };

	bitmap_copy(&before, &fixture->bitmap);
	for (unsigned y = rect.y_dots; y < rect.y_dots + rect.height_dots; y++) {
		for (unsigned x = rect.x_dots; x < rect.x_dots + rect.width_dots; x++) {
			int from_x = (int)x - right, from_y = (int)y - down;
			bool is_inside = from_x >= 0 && from_y >= 0 &&
					 from_x < (int)of_width(fixture) &&
					 from_y < (int)of_height(fixture);

			bitmap_set(&fixture->bitmap, x, y,
				is_inside && bitmap_is_black(
						     &before, (unsigned)from_x, (unsigned)from_y));
		}
	}
}

/* --- the kinds of damage; false when this label cannot have it ----------------------------------
 */

/* The data ended early. */
static bool truncated(struct fixture *fixture)
{
	unsigned from = pick(of_height(fixture));

	bitmap_fill(&fixture->bitmap,
		(struct bitmap_rect) { 0, from, of_width(fixture), of_height(fixture) - from },
		false);
	return true;
}

static bool shifted(struct fixture *fixture)
{
	move(fixture, bitmap_whole(&fixture->bitmap), (int)pick(17) - 8, (int)pick(17) - 8);
	return true;
}

/* The paper slipped: from some row on everything is lower. */
static bool slipped(struct fixture *fixture)
{
	unsigned from = pick(of_height(fixture));

	move(fixture,
		(struct bitmap_rect) { 0, from, of_width(fixture), of_height(fixture) - from }, 0,
		(int)pick_between(1, 6));
	return true;
}

/* A cable lost a byte of a row: the rest of the row moved up. */
static bool lost_byte(struct fixture *fixture)
{
	unsigned x = pick((unsigned)fixture->bitmap.stride_bytes) * 8, y = pick(of_height(fixture));

	move(fixture, (struct bitmap_rect) { x, y, of_width(fixture) - x, 1 }, -8, 0);
	return true;
}

static bool cut_code(struct fixture *fixture)
{
	if (fixture->plan->code_count == 0)
		return false;
	struct bitmap_rect cut =
		fixture->plan->codes[pick((unsigned)fixture->plan->code_count)].dark;

	if (pick(2)) {
		cut.y_dots += pick(cut.height_dots);
		cut.height_dots = pick_between(1, 3);
	} else {
		cut.x_dots += pick(cut.width_dots);
		cut.width_dots = pick_between(1, 3);
	}
	bitmap_fill(&fixture->bitmap, cut, false);
	return true;
}

static bool quiet_zone_touched(struct fixture *fixture)
{
	if (fixture->plan->code_count == 0)
		return false;
	const struct page_plan_code *code =
		&fixture->plan->codes[pick((unsigned)fixture->plan->code_count)];
	unsigned x = code->area.x_dots + pick(code->area.width_dots);
	unsigned y = code->area.y_dots + pick(code->area.height_dots);
	bool is_inside = x >= code->dark.x_dots && x < code->dark.x_dots + code->dark.width_dots &&
			 y >= code->dark.y_dots && y < code->dark.y_dots + code->dark.height_dots;

	if (!is_inside)
		bitmap_set(&fixture->bitmap, x, y, true);
	return true;
}

/* A text stands over something else. */
static bool overlapped(struct fixture *fixture)
{
	const struct page_plan *plan = fixture->plan;
	const struct label_bitmap *tile = &plan->texts[pick((unsigned)plan->text_count)].line.tile;
	const struct bitmap_rect to = plan->texts[pick((unsigned)plan->text_count)].rect;

	for (unsigned y = 0; y < tile->height_dots && to.y_dots + y < of_height(fixture); y++) {
		for (unsigned x = 0; x < tile->width_dots && to.x_dots + x < of_width(fixture);
			x++) {
			if (bitmap_is_black(tile, x, y))
				bitmap_set(&fixture->bitmap, to.x_dots + x, to.y_dots + y, true);
		}
	}
	return true;
}

/* Another tube's code on this one's label: the worst there is. Upright ones only are redrawn. */
static bool wrong_id(struct fixture *fixture)
{
	struct id other;
	struct err err = { 0 };
	size_t count = fixture->plan->code_count;

	if (count == 0)
		return false;
	const struct page_plan_code *code = &fixture->plan->codes[pick((unsigned)count)];
	bool is_matrix = code->symbol.symbology == PAGE_DATAMATRIX;
	unsigned copy = is_matrix ? pick_between(1, 99) : 0;

	if (code->box->turn != 0 || fixture->plan->template->subject != PAGE_SUBJECT_SPECIMEN)
		return false;
	if (!check_ok(id_make(&other, is_matrix ? ID_LABEL : ID_SPECIMEN, pick(1000),
			      pick(10000000), copy, &err),
		    &err))
		return false;
	fixture_redraw(fixture, code->symbol.symbology, other.text);
	return true;
}

static bool flipped_dots(struct fixture *fixture)
{
	for (unsigned left = pick_between(1, 64); left > 0; left--) {
		unsigned x = pick(of_width(fixture)), y = pick(of_height(fixture));

		bitmap_set(&fixture->bitmap, x, y, !bitmap_is_black(&fixture->bitmap, x, y));
	}
	return true;
}

/* ER-13: an element of the head is dead, along the whole label. */
static bool dead_element(struct fixture *fixture)
{
	bitmap_fill(&fixture->bitmap,
		(struct bitmap_rect) { pick(of_width(fixture)), 0, 1, of_height(fixture) }, false);
	return true;
}

static bool mirrored(struct fixture *fixture)
{
	AUTO_BITMAP before = { 0 };

	bitmap_copy(&before, &fixture->bitmap);
	for (unsigned y = 0; y < of_height(fixture); y++) {
		for (unsigned x = 0; x < of_width(fixture); x++)
			bitmap_set(&fixture->bitmap, x, y,
				bitmap_is_black(&before, of_width(fixture) - 1 - x, y));
	}
	return true;
}

static bool inverted(struct fixture *fixture)
{
	for (unsigned y = 0; y < of_height(fixture); y++) {
		for (unsigned x = 0; x < of_width(fixture); x++)
			bitmap_set(
				&fixture->bitmap, x, y, !bitmap_is_black(&fixture->bitmap, x, y));
	}
	return true;
}

static const struct {
	const char *name;
	bool (*damage)(struct fixture *fixture);
} kinds[] = {
	{ "truncated", truncated },
	{ "shifted", shifted },
	{ "slipped paper", slipped },
	{ "lost byte", lost_byte },
	{ "cut code", cut_code },
	{ "quiet zone touched", quiet_zone_touched },
	{ "overlapped text", overlapped },
	{ "wrong id drawn", wrong_id },
	{ "flipped dots", flipped_dots },
	{ "dead head element", dead_element },
	{ "mirrored", mirrored },
	{ "inverted", inverted },
};

#define PAGE_CHECKS (PAGE_CHECK_EXPAND + 1)

static unsigned caught[ARRAY_LEN(kinds)][PAGE_CHECKS];
static unsigned damaged[ARRAY_LEN(kinds)];

/* --- running ---------------------------------------------------------------------------------- */

/* Until a dot is another one: a damage of what is white anyway is none. */
static bool damage_until_bad(struct fixture *fixture, size_t kind, const struct label_bitmap *good)
{
	for (unsigned tries = 0; tries < TRIES_MAX; tries++) {
		if (!kinds[kind].damage(fixture))
			return false;
		if (!bitmap_equal(good, &fixture->bitmap, NULL))
			return true;
	}
	return false;
}

static void kind_try(struct fixture *fixture, size_t kind, const struct label_bitmap *good)
{
	enum page_check failed = PAGE_CHECK_NONE;
	struct err err = { 0 };

	check_row(kinds[kind].name);
	if (damage_until_bad(fixture, kind, good)) {
		bool passed = page_prove(fixture->decoder, fixture->plan, &fixture->bitmap,
			fixture->row->code, fixture->row->matrix, &failed, &err);

		damaged[kind]++;
		caught[kind][failed] += !passed;
		check(!passed);
		check(failed != PAGE_CHECK_NONE);
		check_int(err.code, ERR_CHECK_FAILED);
		check(err.hint[0] != 0);
	}
	bitmap_done(&fixture->bitmap);
	bitmap_copy(&fixture->bitmap, good);
}

static void label_try(const char *person, unsigned dpi)
{
	struct fixture fixture;

	if (fixture_init(&fixture, person, dpi)) {
		AUTO_BITMAP good = { 0 };
		enum page_check failed = PAGE_CHECK_NONE;
		struct err err = { 0 };

		bitmap_copy(&good, &fixture.bitmap);
		check_row(person);
		check_ok(page_prove(fixture.decoder, fixture.plan, &fixture.bitmap,
				 fixture.row->code, fixture.row->matrix, &failed, &err),
			&err);
		for (size_t kind = 0; kind < ARRAY_LEN(kinds); kind++)
			kind_try(&fixture, kind, &good);
	}
	fixture_done(&fixture);
}

static void test_every_damage_of_every_label_is_caught(void)
{
	static const unsigned dpis[] = { 203, 300 };
	const char *seed = getenv("SPECIMEND_SEED");

	state = seed ? strtoull(seed, NULL, 10) | 1 : SEED_DEFAULT;
	for (size_t i = 0; i < people_count; i++) {
		for (size_t k = 0; k < ARRAY_LEN(dpis); k++)
			label_try(people[i].name, dpis[k]);
	}
	for (size_t kind = 0; kind < ARRAY_LEN(kinds); kind++) {
		check_row(kinds[kind].name);
		check(damaged[kind] >= 20);
	}
}

static void shares_print(void)
{
	unsigned total = 0;

	printf("bad labels, and the check that caught them:\n");
	for (size_t kind = 0; kind < ARRAY_LEN(kinds); kind++) {
		printf("  %-20s %4u:", kinds[kind].name, damaged[kind]);
		for (unsigned check = 0; check < PAGE_CHECKS; check++) {
			if (caught[kind][check] > 0)
				printf(" %s %u%%", page_check_word((enum page_check)check),
					100 * caught[kind][check] / damaged[kind]);
		}
		printf("\n");
		total += damaged[kind];
	}
	printf("  %u in all\n", total);
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_every_damage_of_every_label_is_caught),
	};
	int status = check_run("printers/page/bad_labels", tests, ARRAY_LEN(tests));

	shares_print();
	return status;
}
