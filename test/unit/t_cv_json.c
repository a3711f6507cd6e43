#include "test/unit/cvkit.h"

static const struct cvrow rows[] = {
	{ "nesting", NULL, "{\"deep\":{\"er\":[1,2]}}", 0,
	  "{\n    \"deep\": {\n        \"er\": [\n            1,\n"
	  "            2\n        ]\n    }\n}\n" },
	{ "empty containers", NULL, "{\"a\":{},\"b\":[ ]}", 0,
	  "{\n    \"a\": {},\n    \"b\": []\n}\n" },
	{ "scalars", NULL, "[true,false,null,-1.50e+10,\"x\"]", 0,
	  "[\n    true,\n    false,\n    null,\n    -1.50e+10,\n"
	  "    \"x\"\n]\n" },
	{ "order and duplicates stay", NULL, "{\"b\":1,\"a\":2,\"b\":3}", 0,
	  "{\n    \"b\": 1,\n    \"a\": 2,\n    \"b\": 3\n}\n" },
	{ "numbers keep their text", NULL,
	  "[0.10,123456789012345678901234567890,1E400]", 0,
	  "[\n    0.10,\n    123456789012345678901234567890,\n"
	  "    1E400\n]\n" },
	{ "a scalar alone", NULL, " 42 ", 0, "42\n" },
	{ "escapes of other alphabets", NULL,
	  "\"\\u4f60\\ud83d\\ude00\\n\\u0007\\u202e\"", 0,
	  "\"你😀\\n\\u0007\\u202e\"\n" },
	{ "one value a line", NULL, "{\"a\":1}\n{\"b\":2}\n\n3\n", 0,
	  "{\n    \"a\": 1\n}\n{\n    \"b\": 2\n}\n3\n" },
	{ "a sequence", NULL, "\x1e{\"a\":1}\n\x1e[]\n", 0,
	  "{\n    \"a\": 1\n}\n[]\n" },
	{ "guarded", NULL, ")]}'\n[1]", 0, ")]}'\n[\n    1\n]\n" },
	{ "a tail that is none", NULL, "{\"a\":1} oops\nmore", 0,
	  "{\n    \"a\": 1\n}\noops\nmore\n" },
	{ "breaks off", NULL, "{\"a\":", 0,
	  "{\n    \"a\": \n(the JSON ends too early)\n" },
	{ "string without end", NULL, "[\"abc", 0, "[\n\"abc\n" },
	{ "wrong bracket", NULL, "[1}", 0, "[\n    1\n}\n" },
	{ "missing comma", NULL, "[1 2]", 0, "[\n    1\n2]\n" },
	{ "no key", NULL, "{1:2}", 0, "{\n1:2}\n" },
	{ "control bytes", NULL, "\"a\x1b[31m\\\"\"", 0,
	  "\"a\\x1b[31m\\\"\"\n" },
	{ "not JSON", NULL, "hello", 0, NULL },
	{ "not JSON either", NULL, "<html>", 0, NULL },
};

static void
test_rows(void **state)
{
	(void)state;
	cvkit_rows("json", rows, nitems(rows));
}

static void
test_stops_at_the_limit(void **state)
{
	struct str	 body;
	struct cv_in	 in = { .type = SP("application/json") };
	struct cv_out	 o;

	(void)state;
	str_init(&body, STR_MAX);
	str_puts(&body, "[0");
	for (int i = 0; i < 100000; i++)
		str_puts(&body, ",1");
	str_puts(&body, "]");
	in.body = str_sp(&body);
	cv_out_init(&o, 10);
	assert_int_equal(cv_render(cv_find("json"), &in, &o, NULL), 0);
	assert_true(o.cut);
	assert_int_equal(o.nlines, 10);
	cv_out_fini(&o);
	str_fini(&body);
}

/* Nesting costs neither stack nor an indentation beyond any screen. */
static void
test_deep_nesting(void **state)
{
	size_t		 n = 200000;
	char		*deep = malloc(n);
	struct cv_in	 in = { .type = SP("application/json") };
	struct cv_out	 o;

	(void)state;
	memset(deep, '[', n);
	in.body = sp_mem(deep, n);
	cv_out_init(&o, 0);
	assert_int_equal(cv_render(cv_find("json"), &in, &o, NULL), 0);
	assert_true(o.nlines >= n);
	assert_true(o.text.n < n * 100);
	cv_out_fini(&o);
	free(deep);
}

static void
test_styles(void **state)
{
	static const enum cv_style	want[] = { CV_TEXT, CV_TEXT, CV_KEY,
	    CV_TEXT, CV_STRING, CV_TEXT, CV_TEXT, CV_KEY, CV_TEXT, CV_NUMBER,
	    CV_TEXT };
	struct cv_in			in = { .body =
	    SP("{\"k\":\"v\",\"n\":1}") };
	struct cv_out			o;

	(void)state;
	cv_out_init(&o, 0);
	assert_int_equal(cv_render(cv_find("json"), &in, &o, NULL), 0);
	assert_int_equal(o.nruns, nitems(want));
	for (size_t i = 0; i < nitems(want); i++)
		assert_int_equal(o.runs[i].style, want[i]);
	cv_out_fini(&o);
}

static void
test_priority(void **state)
{
	static const struct {
		const char	*type, *body, *view;
	} v[] = {
		{ "application/json", "{}", "json" },
		{ "application/problem+json", "{}", "json" },
		{ "application/x-ndjson", "{}", "json" },
		{ "text/json", "{}", "json" },
		{ NULL, " {\"a\":1}", "json" },
		{ "text/plain", "{\"a\":1}", "raw" },
	};

	(void)state;
	for (size_t i = 0; i < nitems(v); i++)
		assert_string_equal(cvkit_auto(v[i].type, sp_of(v[i].body)),
		    v[i].view);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_stops_at_the_limit),
		cmocka_unit_test(test_deep_nesting),
		cmocka_unit_test(test_styles),
		cmocka_unit_test(test_priority),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
