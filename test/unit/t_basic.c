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
		cmocka_unit_test(test_eq),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
