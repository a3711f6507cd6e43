#include "test/unit/cvkit.h"

static const struct cvrow rows[] = {
	{ "one", NULL, "{\"operationName\":\"A\",\"variables\":{\"n\":1},"
	  "\"query\":\"query A {\\n  b\\n}\"}", 0,
	  "{\n    \"operationName\": \"A\"\n    \"variables\": {\"n\":1}\n"
	  "    \"query\": ...\n}\n---\nquery A {\n  b\n}\n" },
	{ "batch", NULL, "[{\"query\":\"a\\nb\"},{\"query\":\"c\\nd\"}]", 0,
	  "--- 1\n{\n    \"query\": ...\n}\n---\na\nb\n"
	  "--- 2\n{\n    \"query\": ...\n}\n---\nc\nd\n" },
	{ "none", NULL, "[1]", 0, NULL },
};

static void
test_rows(void **state)
{
	(void)state;
	cvkit_rows("graphql", rows, nitems(rows));
}

static void
test_priority(void **state)
{
	(void)state;
	assert_string_equal(cvkit_auto("application/json",
	    SP("{\"query\":\"{\\n a\\n}\"}")), "graphql");
	assert_string_equal(cvkit_auto("application/json",
	    SP("{\"query\":\"one line\"}")), "json");
	assert_string_equal(cvkit_auto("application/json",
	    SP("{\"x\":{\"query\":\"a\\nb\"}}")), "json");
	assert_string_equal(cvkit_auto("application/json",
	    SP("{\"a\":{},\"b\":[\"x\"],\"query\":\"a\\nb\"}")),
	    "graphql");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_priority),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
