#include "cv/markup.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

/* Kinds by a letter: text, open, close, empty, comment, decl, raw. */
static const char	letters[] = "?tocemdr";

static const struct {
	const char	*text;
	bool		 xml;
	const char	*kinds;
} rows[] = {
	{ "<p>a</p>", false, "otc" },
	{ "<br><p/>", false, "ee" },
	{ "<br><p/>", true, "oe" },
	{ "a < b <3 </ >", false, "t" },
	{ "<!-- <p> --><!DOCTYPE x><?php a ?>", false, "mdd" },
	{ "<a href='>'>", false, "o" },
	{ "<a b'c>d", false, "ot" },
	{ "<script>a</b></script>", false, "orc" },
	{ "<script></script>", false, "orc" },
	{ "<script>a</b></script>", true, "otcc" },
	{ "<![CDATA[<p>]]>x", true, "dt" },
	{ "<a", false, "o" },
	{ "<", false, "t" },
	{ "<!--", false, "m" },
};

static void
test_kinds(void **state)
{
	struct markup_tok	t;
	char			kinds[32];
	size_t			n;

	(void)state;
	for (size_t i = 0; i < nitems(rows); i++) {
		struct markup	m = { .in = sp_of(rows[i].text),
				    .xml = rows[i].xml };

		n = 0;
		for (markup_next(&m, &t); t.kind != MARKUP_END;
		    markup_next(&m, &t))
			kinds[n++] = letters[t.kind];
		kinds[n] = '\0';
		assert_string_equal(kinds, rows[i].kinds);
	}
}

/* Every byte is in some token, whatever the text. */
static void
test_nothing_is_lost(void **state)
{
	static const char	alphabet[] = "<>/a!-?=\"' [";
	unsigned		seed = 1;
	char			text[24];
	struct markup_tok	t;
	size_t			sum;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		for (size_t i = 0; i < sizeof(text); i++) {
			seed = seed * 1103515245 + 12345;
			text[i] = alphabet[(seed >> 16) %
			    (sizeof(alphabet) - 1)];
		}
		struct markup	m = { .in = sp_mem(text, sizeof(text)) };

		sum = 0;
		for (markup_next(&m, &t); t.kind != MARKUP_END;
		    markup_next(&m, &t)) {
			assert_true(t.all.n != 0 || t.kind == MARKUP_RAW);
			sum += t.all.n;
		}
		assert_int_equal(sum, sizeof(text));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_nothing_is_lost),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
