#include "base/base.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#undef fail		/* ours is meant here */

static void
test_spans(void **state unused)
{
	struct sp	s = SP("hello"), rest;

	assert_int_equal(sp_of(NULL).n, 0);
	assert_true(sp_is(sp_skip(s, 2), "llo"));
	assert_true(sp_skip(s, 9).p == s.p + 5 && sp_skip(s, 9).n == 0);
	assert_null(sp_skip(SPNIL, 3).p);
	assert_true(sp_is(sp_cut(s, 1, 3), "ell"));
	assert_true(sp_is(sp_cut(s, 3, 99), "lo"));
	assert_int_equal(sp_cut(s, 99, 1).n, 0);
	assert_true(sp_is(sp_trim(SP(" \ta b\t ")), "a b"));
	assert_int_equal(sp_trim(SP(" \t ")).n, 0);
	assert_true(sp_is(sp_split(SP("a,b,c"), ',', &rest), "a"));
	assert_true(sp_is(rest, "b,c"));
	assert_true(sp_is(sp_split(SP("a"), ',', &rest), "a"));
	assert_int_equal(rest.n, 0);
	assert_true(sp_is(sp_split(SP(",a"), ',', &rest), ""));
	assert_true(sp_is(rest, "a"));
}

static void
test_comparing(void **state unused)
{
	assert_true(sp_eq(SPNIL, SP("")));
	assert_false(sp_eq(SP("a"), SP("A")));
	assert_true(sp_ieq(SP("aZ-"), SP("Az-")));
	assert_false(sp_ieq(SP("@["), SP("`{")));	/* no letters */
	assert_true(sp_iis(SP("Host"), "hOST"));
	assert_false(sp_is(SP("a\0b"), "a"));
	assert_true(sp_starts(SP("HTTP/1.1"), "HTTP/"));
	assert_false(sp_starts(SP("HTT"), "HTTP/"));
	assert_true(sp_istarts(SP("http"), "HT"));
	assert_true(sp_cmp(SP("a"), SP("b")) < 0);
	assert_true(sp_cmp(SP("ab"), SP("a")) > 0);
	assert_true(sp_cmp(SP("a"), SP("ab")) < 0);
	assert_int_equal(sp_cmp(SP("\xff"), SP("\xff")), 0);
	assert_true(sp_cmp(SP("\x7f"), SP("\xff")) < 0);
}

static void
test_finding(void **state unused)
{
	assert_int_equal(sp_find(SP("abc"), 'c'), 2);
	assert_int_equal(sp_find(SP("abc"), 'd'), -1);
	assert_int_equal(sp_find(SPNIL, 'd'), -1);
	assert_int_equal(sp_search(SP("abcabd"), SP("abd")), 3);
	assert_int_equal(sp_search(SP("ab"), SP("abc")), -1);
	assert_int_equal(sp_search(SP("ab"), SP("")), 0);
	assert_int_equal(sp_isearch(SP("xxHoSt"), SP("hOsT")), 2);
	assert_int_equal(sp_isearch(SP("xx"), SP("y")), -1);
}

static void
test_numbers(void **state unused)
{
	static const struct {
		const char	*text;
		int		 rv;
		uint64_t	 n;
	} rows[] = {
		{ "0",			0,  0 },
		{ "007",		0,  7 },
		{ "18446744073709551609", 0, UINT64_MAX - 6 },
		{ "18446744073709551616", -1, 0 },
		{ "99999999999999999999999", -1, 0 },
		{ "",			-1, 0 },
		{ "-1",			-1, 0 },
		{ "+1",			-1, 0 },
		{ " 1",			-1, 0 },
		{ "1 ",			-1, 0 },
		{ "0x1",		-1, 0 },
	};
	uint64_t	n;

	for (size_t i = 0; i < nitems(rows); i++) {
		assert_int_equal(sp_u64(sp_of(rows[i].text), &n), rows[i].rv);
		if (rows[i].rv == 0)
			assert_true(n == rows[i].n);
	}
}

static void
test_hex(void **state unused)
{
	static const struct {
		const char	*text;
		size_t		 digits;
		int		 rv;
		uint32_t	 n;
	} rows[] = {
		{ "7f",		2,  0, 0x7f },
		{ "aFx",	2,  0, 0xaf },
		{ "00Fe",	4,  0, 0xfe },
		{ "ffffffff",	8,  0, UINT32_MAX },
		{ "",		0,  0, 0 },
		{ "a",		2, -1, 0 },
		{ "g0",		2, -1, 0 },
		{ "0/",		2, -1, 0 },
		{ "0:",		2, -1, 0 },
		{ "@0",		2, -1, 0 },
	};
	uint32_t	n;

	for (size_t i = 0; i < nitems(rows); i++) {
		assert_int_equal(sp_hex(sp_of(rows[i].text), rows[i].digits,
		    &n), rows[i].rv);
		if (rows[i].rv == 0)
			assert_int_equal(n, rows[i].n);
	}
}

static void
test_reasons(void **state unused)
{
	struct why	why;
	char		big[400];

	assert_int_equal(fail(&why, ERR_DNS, "no %s", "luck"), -1);
	assert_int_equal(why.code, ERR_DNS);
	assert_string_equal(why.text, "no luck");
	assert_int_equal(fail_prefix(&why, "%d: ", 7), -1);
	assert_string_equal(why.text, "7: no luck");
	assert_int_equal(why.code, ERR_DNS);
	assert_int_equal(fail(NULL, ERR_DNS, "x"), -1);
	assert_int_equal(fail_prefix(NULL, "x"), -1);
	memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	(void)fail(&why, ERR_SYS, "%s", big);
	assert_int_equal(strlen(why.text), sizeof(why.text) - 1);
	(void)fail_prefix(&why, "%s", big);
	assert_int_equal(strlen(why.text), sizeof(why.text) - 1);
}

/* Every row of the table is complete. */
static void
test_errors(void **state unused)
{
	for (int e = ERR_NONE + 1; e < ERR_N; e++) {
		assert_non_null(err_name((enum err)e));
		assert_true(strlen(err_text((enum err)e)) > 3);
		assert_true(err_status((enum err)e) == 0 ||
		    (err_status((enum err)e) >= 400 &&
		    err_status((enum err)e) < 600));
		assert_in_range(err_fate((enum err)e), FATE_ANSWER,
		    FATE_CLOSE);
	}
	assert_string_equal(err_name(ERR_H1_CHUNK), "H1_CHUNK");
	assert_int_equal(err_status(ERR_H1_HEAD_SIZE), 431);
}

struct thing {
	int		 x;
	unsigned	 magic;
};

static void
test_cast(void **state unused)
{
	struct thing	t = { 1, 0xfeedu };
	void		*p = &t;

	assert_ptr_equal(CAST(thing, p, 0xfeedu), &t);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_spans),
		cmocka_unit_test(test_comparing),
		cmocka_unit_test(test_finding),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_hex),
		cmocka_unit_test(test_reasons),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_cast),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
