#include "cv/code.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

/* Kinds by a letter: blank, line end, comment, line comment, string, word,
 * number, mark. */
static const char	letters[] = "?blcCswnm";

static const struct {
	const char	*text;
	bool		 js;
	const char	*kinds;
} rows[] = {
	{ "a = 1;\n", true, "wbmbnml" },
	{ "'a\\'b'\"c\"", true, "ss" },
	{ "`a\nb`", true, "s" },
	{ "`a`", false, "mwm" },
	{ "'a\nb", true, "slw" },
	{ "/* a */b//c\nd", true, "cwClw" },
	{ "//c", false, "mmw" },
	{ "a/b/c", true, "wmwmw" },
	{ "=/b/g", true, "ms" },
	{ "return /b/", true, "wbs" },
	{ "(a)/b/c", true, "mwmmwmw" },
	{ "=/[/]/", true, "ms" },
	{ "=/a\nb", true, "mmwlw" },
	{ "/* a", true, "c" },
	{ "\r\n\r", true, "ll" },
};

static void
test_kinds(void **state)
{
	struct code_tok	t;
	char		kinds[32];
	size_t		n, sum;

	(void)state;
	for (size_t i = 0; i < nitems(rows); i++) {
		struct code	c = { .in = sp_of(rows[i].text),
				    .js = rows[i].js };

		n = sum = 0;
		for (code_next(&c, &t); t.kind != CODE_END;
		    code_next(&c, &t)) {
			kinds[n++] = letters[t.kind];
			sum += t.all.n;
		}
		kinds[n] = '\0';
		assert_string_equal(kinds, rows[i].kinds);
		assert_int_equal(sum, c.in.n);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
