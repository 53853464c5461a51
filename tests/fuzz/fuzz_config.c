/* The configuration file: any bytes are read or refused, and what was read is within the table's
 * limits. */
#include "tests/fuzz/fuzz.h"

#include "../../daemon/base/buf.c"
#include "../../daemon/base/config.c"
#include "../../daemon/base/err.c"
#include "../../daemon/base/str.c"
#include "../../daemon/base/xalloc.c"

static void check_count(unsigned value, uint64_t min, uint64_t max)
{
	FUZZ_CHECK(value >= min && value <= max);
}

static void check_text(const char *value, uint64_t min, uint64_t max)
{
	FUZZ_CHECK(strlen(value) >= min && strlen(value) <= max);
}

static void check_flag(bool value, uint64_t min, uint64_t max)
{
	FUZZ_CHECK((value == true || value == false) && min == max);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct config config;
	struct err err = { 0 };

	config_init(&config);
	if (!config_parse(&config, bytes_of(data, size), &err)) {
		FUZZ_CHECK(err.code == ERR_INVALID && str_has_prefix(err.message, "line "));
		FUZZ_CHECK(utf8_is_valid(bytes_of_str(err.message)));
	}
#define CHECK_MEMBER(member, type, def, min, max, help) check_##type(config.member, min, max);
	CONFIG_TABLE(CHECK_MEMBER)
#undef CHECK_MEMBER
	config_done(&config);
	return 0;
}
