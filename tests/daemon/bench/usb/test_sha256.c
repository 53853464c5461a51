/* daemon/bench/usb/sha256: the hash of FIPS 180-4. */
#include "daemon/bench/usb/sha256.h"

#include "daemon/base/buf.h"
#include "tests/check.h"

/* clang-format off */
static const struct {
	const char *text;
	size_t times;
	const char *hash;
	const char *source;
} rows[] = {
	{ "", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "NIST CAVP, SHA256ShortMsg, Len = 0" },
	{ "abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "FIPS 180-2, B.1" },
	{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
	  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1", "FIPS 180-2, B.2" },
	{ "a", 1000000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0", "FIPS 180-2, B.3" },
	{ "a", 55, "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318", "sha256sum: the last length in one block" },
	{ "a", 56, "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a", "sha256sum: the first in two" },
	{ "a", 64, "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb", "sha256sum: a block" },
};
/* clang-format on */

static void test_the_hash_is_the_standards(void)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char hash[SHA256_HEX + 1];
		AUTO_BUF bytes = { 0 };

		check_row(rows[i].source);
		for (size_t n = 0; n < rows[i].times; n++)
			buf_add_str(&bytes, rows[i].text);
		sha256_hex(buf_bytes(&bytes), hash);
		check_str(hash, rows[i].hash);
	}
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_the_hash_is_the_standards),
	};

	return check_run("daemon/bench/usb/sha256", tests, ARRAY_LEN(tests));
}
