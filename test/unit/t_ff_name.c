#include "flowfile/ff_name.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

static const struct {
	const char	*spec, *path;
	bool		 append;
} rows[] = {
	{ "a", "a", false }, { "+a", "a", true }, { "+/a/+b", "/a/+b", true },
	{ "~", "/home/x", false }, { "+~/a", "/home/x/a", true },
	{ "~other/a", "~other/a", false }, { "a~", "a~", false },
	{ "", "", false }, { "+", "", true },
};

static void
test_paths(void **state)
{
	bool	 append;
	char	*path;
	size_t	 i;

	(void)state;
	assert_int_equal(setenv("HOME", "/home/x", 1), 0);
	for (i = 0; i < nitems(rows); i++) {
		path = ff_name_path(rows[i].spec, &append);
		assert_string_equal(path, rows[i].path);
		assert_int_equal(append, rows[i].append);
		free(path);
	}
}

static void
test_times(void **state)
{
	char	*s;

	(void)state;
	assert_int_equal(setenv("TZ", "UTC", 1), 0);
	s = ff_name_at("/d/%Y-%m-%d/%H%M%S", 1714979289.9);
	assert_string_equal(s, "/d/2024-05-06/070809");
	free(s);
	s = ff_name_at("plain", 0);
	assert_string_equal(s, "plain");
	free(s);
}

static void
test_same(void **state)
{
	(void)state;
	assert_true(ff_name_same("/proc", "/./proc"));
	assert_false(ff_name_same("/proc", "/sys"));
	assert_false(ff_name_same("/not there", "/not there"));
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_same),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
