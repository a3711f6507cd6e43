#include "codec/charset.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

static const struct {
	const char	*type, *text;
	const char	*bytes;		/* NULL: not without loss */
} texts[] = {
	{ "a/b; charset=iso-8859-1", "\xc3\xa9", "\xe9" },
	{ "a/b; charset=\"KOI8-R\"", "\xd0\x94\xd0\xb0", "\xe4\xc1" },
	{ "a/b; charset=shift_jis", "\xe3\x81\x82", "\x82\xa0" },
	{ "a/b; charset=iso-2022-jp", "\xe3\x81\x82",
	    "\x1b$B$\"\x1b(B" },
	{ "a/b; charset=latin1", "", "" },
	{ "a/b; charset=iso-8859-1", "\xe6\xbc\xa2", NULL },
	{ "a/b; charset=iso-8859-1", "\xc3", NULL },
	{ "a/b; charset=utf-8", "\xc3\xa9", NULL },
	{ "a/b; charset=no-such-thing", "a", NULL },
	{ "a/b; charset=iso-8859-2//TRANSLIT", "\xe6\xbc\xa2", NULL },
	{ "a/b; charset=\"koi8-r//IGNORE\"", "a", NULL },
	{ "a/b", "a", NULL },
	{ "", "a", NULL },
};

static void
test_there_and_back(void **state)
{
	struct str	out;
	size_t		i;
	int		r;

	(void)state;
	for (i = 0; i < nitems(texts); i++) {
		str_init(&out, STR_MAX);
		r = charset_encode(sp_of(texts[i].type), sp_of(texts[i].text),
		    &out);
		if (r != (texts[i].bytes != NULL ? 0 : -1) || (r == 0 &&
		    !sp_is(str_sp(&out), texts[i].bytes)))
			fail_msg("row %zu to bytes", i);
		str_clear(&out);
		if (texts[i].bytes != NULL && (charset_decode(
		    sp_of(texts[i].type), sp_of(texts[i].bytes), &out) != 0 ||
		    !sp_is(str_sp(&out), texts[i].text)))
			fail_msg("row %zu to text", i);
		str_fini(&out);
	}
}

/* No charset, or one that is the same. */
static void
test_nothing_to_do(void **state)
{
	static const char *const types[] = { "a/b; charset=utf-8",
	    "a/b; charset=no-such-thing", "a/b; charset=latin1//IGNORE",
	    "a/b; charset=", "a/b", "" };
	struct str	out;
	size_t		i;

	(void)state;
	str_init(&out, STR_MAX);
	for (i = 0; i < nitems(types); i++)
		if (charset_decode(sp_of(types[i]), SP("a"), &out) != -1)
			fail_msg("%s", types[i]);
	str_fini(&out);
}

/* A byte that the charset has not would come back as another. */
static void
test_no_way_back(void **state)
{
	struct str	out;

	(void)state;
	str_init(&out, STR_MAX);
	assert_int_equal(charset_decode(SP("a/b; charset=latin1"), SP("\x81"),
	    &out), -1);
	assert_int_equal(charset_decode(SP("a/b; charset=shift_jis"),
	    SP("\x82"), &out), -1);
	str_fini(&out);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_there_and_back),
		cmocka_unit_test(test_nothing_to_do),
		cmocka_unit_test(test_no_way_back),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
