#include "base/path.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

static void
test_home(void **state)
{
	static const char *const rows[][2] = {
		{ "~", "/home/x" }, { "~/", "/home/x/" },
		{ "~/a/~", "/home/x/a/~" }, { "~y/a", "~y/a" },
		{ "/a/~", "/a/~" }, { "", "" },
	};
	char	*p;

	(void)state;
	assert_int_equal(setenv("HOME", "/home/x", 1), 0);
	for (size_t i = 0; i < nitems(rows); i++) {
		p = path_home(sp_of(rows[i][0]));
		assert_string_equal(p, rows[i][1]);
		free(p);
	}
	assert_int_equal(unsetenv("HOME"), 0);
	p = path_home(SP("~/a"));
	assert_string_equal(p, "~/a");
	free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_home),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
