#include "test/unit/cvkit.h"

static const struct cvrow rows[] = {
	{ "minified", "text/css", "a:hover,b>c{color:red;margin:0 1px}d{}", 0,
	  "a:hover, b>c {\n    color: red;\n    margin: 0 1px\n}\n\n"
	  "d {\n}\n\n" },
	{ "media", "text/css", "@media (min-width:1px){p{x:y}}", 0,
	  "@media (min-width:1px) {\n    p {\n        x: y\n    }\n}\n\n" },
	{ "strings", "text/css", "a{content:\"};{\";b:c}", 0,
	  "a {\n    content: \"};{\";\n    b: c\n}\n\n" },
	{ "comments", "text/css", "/* {a;} */a{b:c}", 0,
	  "/* {a;} */\na {\n    b: c\n}\n\n" },
	{ "urls in brackets", "text/css",
	  "a{b:url(data:x;base64,AA==)}", 0,
	  "a {\n    b: url(data:x;base64,AA==)\n}\n\n" },
	{ "statement", "text/css", "@import 'x';", 0, "@import 'x';\n" },
	{ "laid out already", "text/css", "a {\n  b: c;\n  d: e;\n}\n", 0,
	  "a {\n    b: c;\n    d: e;\n}\n\n" },
	{ "string without end", "text/css", "a{b:\"c", 0,
	  "a {\n    b: \"c\n" },
};

static void
test_rows(void **state)
{
	(void)state;
	cvkit_rows("css", rows, nitems(rows));
}

static void
test_priority(void **state)
{
	(void)state;
	assert_string_equal(cvkit_auto("text/css", SP("a{}")), "css");
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
