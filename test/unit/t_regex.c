#include "model/filter.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/mem.h"

static const struct {
	const char	*re;
	unsigned	 flags;
	const char	*text;
	long		 at, len;	/* -1: no match */
} finds[] = {
	{ "b+", 0, "aabbb", 2, 3 },
	{ "B+", 0, "aabbb", -1, 0 },
	{ "B+", REGEX_ICASE, "aabbb", 2, 3 },
	{ "", 0, "x", 0, 0 },
	{ "^b", 0, "a\nb", -1, 0 },
	{ "^b", REGEX_MULTILINE, "a\nb", 2, 1 },
	{ "a$", REGEX_MULTILINE, "a\r\nb", 0, 1 },
	{ "a\\r$", REGEX_MULTILINE, "a\r\nb", 0, 2 },
	{ "a.b", 0, "a\nb", -1, 0 },
	{ "a.b", REGEX_DOTALL, "a\nb", 0, 3 },
	{ "a$", 0, "a\n", 0, 1 },
	{ "\\xff", 0, "a\xff", 1, 1 },
	{ "\xc3\xa9", 0, "\xc3\xa9", 0, 2 },
	{ "^.$", REGEX_TEXT, "\xc3\xa9", 0, 2 },
	{ "\xc3\x89", REGEX_TEXT | REGEX_ICASE, "\xc3\xa9", 0, 2 },
	{ "\\u00e9", REGEX_TEXT, "x\xc3\xa9", 1, 2 },
	/* Broken UTF-8 is no match, and no crash. */
	{ "b", REGEX_TEXT, "\xff" "b", 1, 1 },
	{ "(?P<n>a)(?P=n)", 0, "xaa", 1, 2 },
};

static void
test_finding(void **state unused)
{
	struct regex	*re;
	size_t		 i, at, len;
	bool		 found;

	for (i = 0; i < nitems(finds); i++) {
		re = regex_new_flags(sp_of(finds[i].re), finds[i].flags,
		    NULL);
		assert_non_null(re);
		found = regex_find(re, sp_of(finds[i].text), 0, &at, &len);
		if (found != (finds[i].at >= 0) || (found &&
		    ((long)at != finds[i].at || (long)len != finds[i].len)))
			fail_msg("%s in %s", finds[i].re, finds[i].text);
		assert_int_equal(regex_search(re, sp_of(finds[i].text)),
		    found);
		regex_free(re);
	}
}

static void
test_finding_from_an_offset(void **state unused)
{
	struct regex	*re = regex_new(SP("a"), false, NULL);
	size_t		 at, len;

	assert_true(regex_find(re, SP("aba"), 1, &at, &len));
	assert_int_equal(at, 2);
	assert_false(regex_find(re, SP("aba"), 3, &at, &len));
	assert_false(regex_find(re, SP("aba"), 4, &at, &len));
	assert_false(regex_search(re, SPNIL));
	regex_free(re);
}

static void
test_nonsense_is_told(void **state unused)
{
	struct why	why;

	assert_null(regex_new(SP("(a"), true, &why));
	assert_int_equal(why.code, ERR_FILTER);
	assert_non_null(strstr(why.text, "\"(a\""));
	assert_null(regex_new(SP("["), true, NULL));
	regex_free(NULL);
}

/* As in Python's re.sub(). */
static const struct {
	const char	*re, *text, *with, *want;
	unsigned	 n;
} subs[] = {
	{ "b", "abcb", "X", "aXcX", 2 },
	{ "x*", "abxd", "-", "-a-b--d-", 5 },
	{ "(a)(b)?", "aba", "<\\1\\2>", "<ab><a>", 2 },
	{ "(?P<w>\\w+)", "hi there", "[\\g<w>]", "[hi] [there]", 2 },
	{ "(a)", "a", "\\g<1>0\\g<0>", "a0a", 1 },
	{ "a", "a", "\\n\\t\\\\", "\n\t\\", 1 },
	{ "a", "a", "\\9", "\\9", 1 },
	{ "a", "a", "\\g<no>", "\\g<no>", 1 },
	{ "z", "abc", "X", "abc", 0 },
	{ "$", "ab", "!", "ab!", 1 },
	{ "", "", "x", "x", 1 },
};

static void
test_replacing(void **state unused)
{
	struct regex	*re;
	struct str	 s;
	size_t		 i;

	for (i = 0; i < nitems(subs); i++) {
		re = regex_new(sp_of(subs[i].re), false, NULL);
		assert_non_null(re);
		str_init(&s, 1000);
		assert_int_equal(regex_replace(re, sp_of(subs[i].text),
		    sp_of(subs[i].with), &s), subs[i].n);
		assert_string_equal(str_c(&s), subs[i].want);
		str_fini(&s);
		regex_free(re);
	}
}

static void
test_plain_replacing_has_no_groups(void **state unused)
{
	struct regex	*re = regex_new(SP("(a)"), false, NULL);
	struct str	 s;

	str_init(&s, 1000);
	assert_int_equal(regex_replace_plain(re, SP("xa"), SP("\\1"), &s), 1);
	assert_string_equal(str_c(&s), "x\\1");
	str_fini(&s);
	regex_free(re);
}

static void
test_templates_are_judged(void **state unused)
{
	struct regex	*re = regex_new(SP("(?P<a>x)"), false, NULL);
	struct why	 why;

	assert_int_equal(regex_template(re, SP("\\1 \\g<a> \\n \\."), &why),
	    0);
	assert_int_equal(regex_template(re, SP("\\2"), &why), -1);
	assert_int_equal(regex_template(re, SP("\\g<b>"), &why), -1);
	assert_non_null(strstr(why.text, "\\g<b>"));
	regex_free(re);
}

static void
test_groups(void **state unused)
{
	struct regex	*re = regex_new(SP("(a)|(b)"), false, NULL);

	assert_int_equal(regex_groups(re), 2);
	assert_true(sp_is(regex_group(re, SP("xb"), 0), "b"));
	assert_null(regex_group(re, SP("xb"), 1).p);
	assert_true(sp_is(regex_group(re, SP("xb"), 2), "b"));
	assert_null(regex_group(re, SP("xb"), 3).p);
	assert_null(regex_group(re, SP("none"), 0).p);
	regex_free(re);
}

/* What would take for ever gives up instead. */
static void
test_wild_patterns_end(void **state unused)
{
	struct regex	*re = regex_new(SP("(a*)*b"), false, NULL);
	char		*text = xmalloc(50000);

	memset(text, 'a', 50000);
	assert_false(regex_search(re, sp_mem(text, 50000)));
	free(text);
	regex_free(re);
}

/* Deep recursion needs more than the JIT's stack. */
static void
test_deep_patterns_match(void **state unused)
{
	struct regex	*re = regex_new(SP("^(a|b)*$"), false, NULL);
	char		*text = xmalloc(20000);

	memset(text, 'a', 20000);
	assert_true(regex_search(re, sp_mem(text, 20000)));
	free(text);
	regex_free(re);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_finding),
		cmocka_unit_test(test_finding_from_an_offset),
		cmocka_unit_test(test_nonsense_is_told),
		cmocka_unit_test(test_replacing),
		cmocka_unit_test(test_plain_replacing_has_no_groups),
		cmocka_unit_test(test_templates_are_judged),
		cmocka_unit_test(test_groups),
		cmocka_unit_test(test_wild_patterns_end),
		cmocka_unit_test(test_deep_patterns_match),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
