#include "addon/basic.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

static void
test_basic(void **state)
{
	struct str	s;

	(void)state;
	str_init(&s, 100);
	basic_put(&s, SP("u:p"));
	assert_string_equal(str_c(&s), "Basic dTpw");
	str_clear(&s);
	assert_int_equal(basic_get(SP("basic  dTpw "), &s), 0);
	assert_string_equal(str_c(&s), "u:p");
	str_clear(&s);
	assert_int_equal(basic_get(SP("Bearer dTpw"), &s), -1);
	assert_int_equal(basic_get(SP("Basic"), &s), -1);
	str_fini(&s);
}

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
	unsigned char	got[20];
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

static void
test_eq(void **state)
{
	(void)state;
	assert_true(basic_eq(SP("abc"), SP("abc")));
	assert_true(basic_eq(SP(""), SP("")));
	assert_false(basic_eq(SP("abc"), SP("abd")));
	assert_false(basic_eq(SP("ab"), SP("abab")));
	assert_false(basic_eq(SP("abab"), SP("ab")));
	assert_false(basic_eq(SP(""), SP("x")));
	assert_false(basic_eq(SP("x"), SP("")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_basic),
		cmocka_unit_test(test_sha1),
		cmocka_unit_test(test_eq),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
