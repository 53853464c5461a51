/*
 * scanners/enrol: a byte of what the device may be, two of a descriptor's length (little end first)
 * and the descriptor, then what it sent (a byte of length each; of 255: silence). Whatever it was:
 * what is found reads exactly the code, with settings that read it again; what is shown is
 * printable and bounded; and what is kept is bounded.
 *
 * Sources: daemon/base scanners
 */
#include "scanners/enrol.h"

#include "daemon/base/cursor.h"
#include "daemon/base/str.h"
#include "scanners/dechdr.h"
#include "scanners/hid_pos.h"
#include "scanners/keyboard.h"
#include "scanners/opc.h"
#include "scanners/serial.h"
#include "scanners/snapi.h"
#include "scanners/ssi.h"
#include "scanners/wedge.h"
#include "tests/fuzz/fuzz.h"

#define SILENCE 255
#define CODE "E101000000188" ENROL_PROBE

static const struct scanner_driver *const drivers[] = { &scanner_driver_hid_pos,
	&scanner_driver_wedge, &scanner_driver_simple_com, &scanner_driver_snapi,
	&scanner_driver_dechdr, &scanner_driver_opc, &scanner_driver_ssi, &scanner_driver_serial };

static void check_shown(const char *seen)
{
	FUZZ_CHECK(strlen(seen) <= ENROL_SEEN_MAX);
	for (; *seen; seen++)
		FUZZ_CHECK(char_is_printable((unsigned char)*seen));
}

/* By the settings that were found it reads the code, and no other. */
static void check_reads(
	const struct enrol_heard *heard, struct bytes description, const struct enrol_found *found)
{
	struct enrol_found again;

	enrol_match(heard, description, &found->driver, 1, CODE, &again);
	FUZZ_CHECK(again.reading == ENROL_FOUND && again.scans == found->scans && found->scans > 0);
	FUZZ_CHECK(again.settings.keyboard == found->settings.keyboard &&
		   again.settings.terminator == found->settings.terminator &&
		   again.settings.has_aim == found->settings.has_aim);
	FUZZ_CHECK(!found->settings.keyboard || found->driver == &scanner_driver_wedge);
	FUZZ_CHECK(str_equal(found->seen, "E101000000188Qz\"=<GS>M") ||
		   (found->advice & 1U << ENROL_NO_CONTROLS));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct enrol_heard heard;
	struct cursor in = cursor_over(bytes_of(data, size));
	uint8_t mask = cursor_u8(&in);
	struct bytes description = cursor_take(&in, cursor_u16_le(&in));
	const struct scanner_driver *tried[ARRAY_LEN(drivers)];
	struct enrol_found found;
	size_t count = 0;
	int64_t now_ms = 0;

	for (size_t i = 0; i < ARRAY_LEN(drivers); i++) {
		if (mask & 1U << i)
			tried[count++] = drivers[i];
	}
	while (in.left.len > 0) {
		uint8_t len = cursor_u8(&in);

		now_ms += len == SILENCE ? ENROL_QUIET_MS : 5;
		if (len != SILENCE)
			enrol_hear(&heard, cursor_take(&in, len), now_ms);
	}
	FUZZ_CHECK(heard.bytes.len <= ENROL_BYTES_MAX && heard.count <= ENROL_PIECES_MAX);
	enrol_match(&heard, description, tried, count, CODE, &found);
	check_shown(found.seen);
	FUZZ_CHECK(found.reading != ENROL_FOUND || found.driver);
	if (found.reading == ENROL_FOUND && !heard.is_too_much)
		check_reads(&heard, description, &found);
	enrol_heard_done(&heard);
	return 0;
}
