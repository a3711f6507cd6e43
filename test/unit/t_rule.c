#include "addon/rule.h"
#include "base/mem.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

static void
test_split(void **state)
{
	static const struct {
		const char	*text;
		unsigned	 min, max;
		int		 n;		/* -1: refused */
		const char	*part[3];
	} rows[] = {
		{ "/a/b", 2, 3, 2, { "a", "b" } },
		{ "/a/b/c", 2, 3, 3, { "a", "b", "c" } },
		{ "/a/b/c/d", 2, 3, 3, { "a", "b", "c/d" } },
		{ "|a|b/c", 2, 3, 2, { "a", "b/c" } },
		{ "/a/", 2, 3, 2, { "a", "" } },
		{ "//", 2, 3, 2, { "", "" } },
		{ "/a", 2, 3, -1, { NULL } },
		{ "/", 2, 3, -1, { NULL } },
		{ "", 2, 3, -1, { NULL } },
		{ "\xc3\xa4x\xc3\xa4y", 2, 3, -1, { NULL } },
	};
	struct sp	part[3];
	int		n;

	(void)state;
	for (size_t i = 0; i < nitems(rows); i++) {
		n = rule_split(rows[i].text, part, rows[i].min, rows[i].max,
		    NULL);
		assert_int_equal(n, rows[i].n);
		for (int k = 0; k < n; k++)
			assert_true(sp_is(part[k], rows[i].part[k]));
	}
}

static void
test_unescape(void **state)
{
	static const struct {
		const char	*in, *out;
		size_t		 n;
	} rows[] = {
		{ "plain", "plain", 5 },
		{ "\\n\\r\\t\\\\", "\n\r\t\\", 4 },
		{ "\\x41\\x7a\\x00b", "Az\0b", 4 },
		{ "\\x4", "\\x4", 3 },
		{ "\\xzz", "\\xzz", 4 },
		{ "\\1\\2", "\\1\\2", 4 },
		{ "a\\", "a\\", 2 },
		{ "\\0", "\0", 1 },
	};
	struct str	s;

	(void)state;
	for (size_t i = 0; i < nitems(rows); i++) {
		str_init(&s, 100);
		rule_unescape(&s, sp_of(rows[i].in));
		assert_int_equal(s.n, rows[i].n);
		assert_memory_equal(str_c(&s), rows[i].out, rows[i].n);
		str_fini(&s);
	}
}

static void
test_files(void **state)
{
	struct str	s;
	struct why	why;

	(void)state;
	str_init(&s, 100);
	assert_int_equal(rule_read_file("/no/such", &s, &why), -1);
	assert_non_null(strstr(why.text, "/no/such"));
	/* neither blocks nor ends */
	assert_int_equal(rule_read_file("/dev/zero", &s, &why), -1);
	assert_non_null(strstr(why.text, "regular"));
	assert_int_equal(rule_read_file("/", &s, &why), -1);
	str_fini(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_split),
		cmocka_unit_test(test_unescape),
		cmocka_unit_test(test_files),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
