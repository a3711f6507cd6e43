#include "pykit.h"

#include "scripting/host.h"

static void
test_cargo(void **state)
{
	struct cargo	c = { 0 };
	unsigned	i;

	(void)state;
	assert_string_equal(cargo_at(&c, 0), "");
	for (i = 0; i < 20; i++)
		cargo_text(&c, "%u", i);
	cargo_word(&c, "last");
	assert_int_equal(c.nwords, 21);
	assert_string_equal(cargo_at(&c, 19), "19");
	assert_string_equal(cargo_at(&c, 20), "last");
	assert_string_equal(cargo_at(&c, 21), "");
	for (i = 0; i < 10; i++)
		cargo_flow(&c, flow_new(FLOW_HTTP));
	assert_int_equal(c.nflows, 10);
	cargo_fini(&c);
	assert_int_equal(c.nwords, 0);
	assert_int_equal(obj_total(), 0);
}

static const struct pk_row rows[] = {
	/* Text that is no UTF-8 comes as surrogates, and goes back. */
	{ "flow.request.path = '/\\udcff'; flow.request.data.path",
	    "b'/\\xff'" },
	{ "flow.metadata['k'] = ['\\u00fc', 1, None]; flow.metadata",
	    "{'k': ['\xc3\xbc', 1, None]}" },
	{ "__import__('_weir').ask('split', [5])",
	    "TypeError: Expected str or bytes, not int." },
	{ "__import__('_weir').ask('split', 5)",
	    "TypeError: words must be a sequence" },
	{ "__import__('_weir').ask('split', ['a \"b c\"'])",
	    "(['a', 'b c'], [])" },
};

static void
test_rows(void **state)
{
	pk_load_eval(*state);
	pk_rows(*state, rows, nitems(rows));
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_cargo),
		cmocka_unit_test_setup_teardown(test_rows, pk_start, pk_end),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
