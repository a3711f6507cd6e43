#include "pykit.h"

#define P	"from mitmproxy import flowfilter as ff; "

static const struct pk_row rows[] = {
	{ P "bool(ff.match('~m get & ~c 200', flow))", "True" },
	{ P "bool(ff.match('~u nowhere', flow))", "False" },
	{ P "flow.request.path = '/changed'; bool(ff.match('~u changed',"
	    " flow))", "True" },
	{ P "ff.parse('~c 200').pattern", "'~c 200'" },
	{ P "ff.parse('')", "ValueError: Empty filter expression" },
	{ P "ff.match_all(flow)", "True" },
	{ P "ff.parse('~all')._filter.match(5)",
	    "TypeError: a record is needed" },
};

static void
test_rows(void **state)
{
	char	*value;

	pk_load_eval(*state);
	pk_rows(*state, rows, nitems(rows));
	value = pk_eval_flow(*state, P "ff.parse('~zz')", pk_flow());
	assert_int_equal(strncmp(value, "ValueError: ", 12), 0);
	free(value);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test_setup_teardown(test_rows, pk_start, pk_end),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
