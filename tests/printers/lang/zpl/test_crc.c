/* printers/lang/zpl/crc: the check value and fields that other makers' programs sent to printers.
 */
#include "printers/lang/zpl/crc.h"

#include "tests/check.h"

/* clang-format off */
static const struct {
	const char *name;
	const char *text;
	unsigned crc;
} rows[] = {
	{ "check value of CRC-16/XMODEM",            "123456789", 0x31C3 },
	{ "nothing",                                 "", 0x0000 },
	{ "test vector of QtZpl, 2 bytes AA 55",     "eJxbFQoAAasBAA==", 0xB023 },
	{ "visitor badge of a PHP program, 288 bytes", "eJzj4KAKYJChDmCwoQ5gEKAOYAAAavEfEQ==", 0x24EF },
	{ "retail label of a C# program, 256 bytes", "eJxjYKAnOADEDxgYGD8AMZBmBvKZgULsQMxEV4fAAQBLYQRC", 0x3CC2 },
};
/* clang-format on */

static void test_known_fields_have_the_crc_their_makers_sent(void)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		check_row(rows[i].name);
		check_int(zpl_crc16(bytes_of_str(rows[i].text)), rows[i].crc);
	}
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_known_fields_have_the_crc_their_makers_sent),
	};
	return check_run("printers/lang/zpl/crc", tests, ARRAY_LEN(tests));
}
