/* The table of calls.h as data. */
#include "daemon/core/calls.h"

#include "daemon/base/str.h"

#define CALL_SQL_CALL_WRITES(name) "select api." name "($1::uuid, $2::text, $3::jsonb)::text"
#define CALL_SQL_CALL_READS(name) "select api." name "($1::text, $2::jsonb)::text"

static const struct call_info calls[] = {
#define CALL_ROW(no, name, shape, lane, door, touches) \
	[no] = { name, CALL_SQL_##shape(name), shape, lane, door, touches },
	CALL_TABLE(CALL_ROW)
#undef CALL_ROW
};

const struct call_info *call_get(enum call_no call)
{
	return &calls[call];
}

bool call_find_for_page(const char *name, enum call_shape shape, enum call_no *out)
{
	for (size_t i = 0; i < ARRAY_LEN(calls); i++) {
		if (calls[i].door == DOOR_PAGE && calls[i].shape == shape &&
			str_equal(calls[i].name, name)) {
			*out = (enum call_no)i;
			return true;
		}
	}
	return false;
}
