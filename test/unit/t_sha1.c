#include "base/sha1.h"

#include "base/str.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

static void
test_sha1(void **state)
{
	/* FIPS 180 examples, and lengths around a block's end */
	static const struct {
		const char	*text, *hex;
	} rows[] = {
		{ "", "da39a3ee5e6b4b0d3255bfef95601890afd80709" },
		{ "abc", "a9993e364706816aba3e25717850c26c9cd0d89d" },
		{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		  "84983e441c3bd26ebaae4aa1f95129e5e54670f1" },
		{ "0123456789012345678901234567890123456789012345678901234",
		  "9f3a4ce7f66b1b74c34da2c5d732c39f81e0f8df" },
	};
	unsigned char	got[SHA1_LEN];
	struct str	hex;

	(void)state;
	for (size_t i = 0; i < nitems(rows); i++) {
		sha1(sp_of(rows[i].text), got);
		str_init(&hex, 100);
		for (size_t k = 0; k < sizeof(got); k++)
			str_printf(&hex, "%02x", got[k]);
		assert_string_equal(str_c(&hex), rows[i].hex);
		str_fini(&hex);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sha1),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
