#include "base/base64.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

/* RFC 4648 10 */
static const char *const pairs[][2] = {
	{ "", "" }, { "f", "Zg==" }, { "fo", "Zm8=" }, { "foo", "Zm9v" },
	{ "foob", "Zm9vYg==" }, { "fooba", "Zm9vYmE=" },
	{ "foobar", "Zm9vYmFy" },
};

static void
test_base64(void **state)
{
	struct str	s;

	(void)state;
	str_init(&s, 100);
	for (size_t i = 0; i < nitems(pairs); i++) {
		str_clear(&s);
		base64_put(&s, sp_of(pairs[i][0]));
		assert_string_equal(str_c(&s), pairs[i][1]);
		str_clear(&s);
		assert_int_equal(base64_get(sp_of(pairs[i][1]), 0, &s), 0);
		assert_string_equal(str_c(&s), pairs[i][0]);
	}
	str_clear(&s);
	assert_int_equal(base64_get(SP("Zm9v Zg"), 0, &s), -1);
	assert_int_equal(base64_get(SP("Zm=9v"), 0, &s), -1);
	assert_int_equal(base64_get(SP("Z"), 0, &s), -1);
	assert_int_equal(base64_get(SP("-_8"), 0, &s), -1);
	assert_int_equal(s.n, 0);
	assert_int_equal(base64_get(SP("-_8"), BASE64_URL, &s), 0);
	assert_memory_equal(s.p, "\xfb\xff", 2);
	str_clear(&s);
	assert_int_equal(base64_get(SP("Zm9v\r\n Zg==\n"), BASE64_LINES, &s),
	    0);
	assert_string_equal(str_c(&s), "foof");
	/* no room for what it might become */
	str_fini(&s);
	str_init(&s, 3);
	assert_int_equal(base64_get(SP("Zm9vZm9v"), 0, &s), -1);
	str_fini(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_base64),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
