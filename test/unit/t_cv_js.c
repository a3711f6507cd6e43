#include "test/unit/cvkit.h"

static const struct cvrow rows[] = {
	{ "minified", NULL,
	  "function f(a,b){if(a){return b}else{c()}}var x=1;y()", 0,
	  "function f(a,b){\n  if(a){\n    return b\n  }else{\n    c()\n"
	  "  }\n}\nvar x=1;\ny()\n" },
	{ "for keeps its line", NULL, "for(i=0;i<3;i++){f(i)}", 0,
	  "for(i=0;i<3;i++){\n  f(i)\n}\n" },
	{ "function as an argument", NULL, "f(function(){a();b()});c", 0,
	  "f(function(){\n    a();\n    b()\n  });\nc\n" },
	{ "strings and templates", NULL, "a=\"{;}\";b=`x;\n{${1}`;c", 0,
	  "a=\"{;}\";\nb=`x;\n{${1}`;\nc\n" },
	{ "regular expressions", NULL, "a=/[/;]{2}/g;b=c/d;e", 0,
	  "a=/[/;]{2}/g;\nb=c/d;\ne\n" },
	{ "comments", NULL, "a;//b;c\nd/*;*/e", 0,
	  "a;//b;c\nd/*;*/e\n" },
	{ "laid out already", NULL, "if (a) {\n\tb();\n}\n\nc();\n", 0,
	  "if (a) {\n  b();\n}\n\nc();\n" },
	{ "closes too often", NULL, "}})a", 0, "}\n})a\n" },
	{ "string without end", NULL, "a='b", 0, "a='b\n" },
};

static void
test_rows(void **state)
{
	(void)state;
	cvkit_rows("javascript", rows, nitems(rows));
}

static void
test_priority(void **state)
{
	(void)state;
	assert_string_equal(cvkit_auto("text/javascript", SP("a")),
	    "javascript");
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
