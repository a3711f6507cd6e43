#include "test/unit/cvkit.h"

static const struct cvrow rows[] = {
	{ "pairs", NULL, "name=value&two=2", 0,
	  "name: value\ntwo:  2\n" },
	{ "escapes", NULL, "a%20b=c+d%0a&%1b=x", 0,
	  "a b:  c d\\n\n\\x1b: x\n" },
	{ "one pair", NULL, "first=body", 0, "first: body\n" },
};

static void
test_form(void **state)
{
	(void)state;
	cvkit_rows("url-encoded", rows, nitems(rows));
	assert_string_equal(cvkit_auto("application/x-www-form-urlencoded",
	    SP("a=b")), "url-encoded");
}

static void
test_query(void **state)
{
	struct msg	*m = msg_request(SP("GET"),
	    SP("http://a.test/x?a=b&c=d"), NULL);
	struct cv_out	 o;
	char		*text;

	(void)state;
	assert_non_null(m);
	cv_out_init(&o, 0);
	cv_message(NULL, m, true, "auto", &o);
	text = cvkit_text(&o);
	assert_string_equal(text, "a: b\nc: d\n");
	assert_string_equal(o.title, "Query");
	free(text);
	cv_out_fini(&o);
	msg_unref(m);
	assert_null(cvkit_render("query", NULL, SPNIL, 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_form),
		cmocka_unit_test(test_query),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
