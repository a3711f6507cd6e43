#include "cv/json.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

static void
test_tokens(void **state)
{
	static const enum json_tok	want[] = { JSON_OBJECT, JSON_STRING,
	    JSON_COLON, JSON_ARRAY, JSON_NUMBER, JSON_COMMA, JSON_TRUE,
	    JSON_COMMA, JSON_FALSE, JSON_COMMA, JSON_NULL, JSON_ARRAY_END,
	    JSON_OBJECT_END, JSON_END };
	struct json			j = { .in = SP("{ \"a\\\"\" : "
	    "[-1.5e3,true,false,null]}\n") };
	struct sp			tok;

	(void)state;
	for (size_t i = 0; i < nitems(want); i++)
		assert_int_equal(json_next(&j, &tok), want[i]);
}

static void
test_bad(void **state)
{
	static const char *const	bad[] = { "\"abc", "tru", "x", "\"\\" };
	struct sp			tok;

	(void)state;
	for (size_t i = 0; i < nitems(bad); i++) {
		struct json	j = { .in = sp_of(bad[i]) };

		assert_int_equal(json_next(&j, &tok), JSON_BAD);
	}
}

static void
test_skip(void **state)
{
	static const struct {
		const char	*text;
		bool		 ok;
		size_t		 at;
	} v[] = {
		{ "1,2", true, 1 }, { "{\"a\":[1,{}]},3", true, 12 },
		{ "[", false, 0 }, { "]", false, 0 }, { "[[]", false, 0 },
	};
	struct sp	tok;

	(void)state;
	for (size_t i = 0; i < nitems(v); i++) {
		struct json	j = { .in = sp_of(v[i].text) };

		assert_int_equal(json_skip(&j, json_next(&j, &tok)), v[i].ok);
		if (v[i].ok)
			assert_int_equal(j.at, v[i].at);
	}
}

static void
test_unquote(void **state)
{
	static const struct {
		const char	*tok, *text;
	} v[] = {
		{ "\"a\\n\\t\\\"\\\\\\/\"", "a\n\t\"\\/" },
		{ "\"\\u00e9\\ud83d\\ude00\"", "é😀" },
		{ "\"\\u12\"", "u12" },
		{ "\"\"", "" },
	};
	struct str	s;

	(void)state;
	for (size_t i = 0; i < nitems(v); i++) {
		str_init(&s, STR_MAX);
		json_unquote(&s, sp_of(v[i].tok));
		assert_string_equal(str_c(&s), v[i].text);
		str_fini(&s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tokens),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_skip),
		cmocka_unit_test(test_unquote),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
