#include "ui/hunt.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/mem.h"

#define LINES	6

static const char	*lines[LINES] = { "one two", "", "Two two", "three",
	"twotwotwo", "one" };

static struct sp
line_of(void *arg, size_t i, struct str *s)
{
	const char	*const *v = arg;

	if (i >= LINES)
		return (SPNIL);
	str_puts(s, v[i]);
	return (str_sp(s));
}

/* From where it is searched, and what is found: where, the how manieth of
 * how many, and whether round the end; line -1: nothing. */
static const struct row {
	const char	*needle;
	struct spot	 from;
	bool		 back, here, whole;
	int		 line, off, nth, total;
	bool		 wrapped;
} rows[] = {
	{ "two", { 0, 0 }, false, true,  false, 0, 4, 1, 6, false },
	{ "two", { 0, 4 }, false, true,  false, 0, 4, 1, 6, false },
	{ "two", { 0, 4 }, false, false, false, 2, 0, 2, 6, false },
	{ "two", { 2, 0 }, false, false, false, 2, 4, 3, 6, false },
	{ "two", { 4, 3 }, false, false, false, 4, 6, 6, 6, false },
	{ "two", { 4, 6 }, false, false, false, 0, 4, 1, 6, true },
	{ "two", { 5, 0 }, false, true,  false, 0, 4, 1, 6, true },
	{ "two", { 0, 4 }, true,  false, false, 4, 6, 6, 6, true },
	{ "two", { 0, 4 }, true,  true,  false, 0, 4, 1, 6, false },
	{ "two", { 4, 6 }, true,  false, false, 4, 3, 5, 6, false },
	{ "two", { 4, 0 }, true,  false, false, 2, 4, 3, 6, false },
	{ "two", { 5, 0 }, true,  false, false, 4, 6, 6, 6, false },
	/* capitals are meant as they are */
	{ "Two", { 0, 0 }, false, true,  false, 2, 0, 1, 1, false },
	{ "Two", { 2, 0 }, false, false, false, 2, 0, 1, 1, true },
	{ "Two", { 2, 0 }, true,  false, false, 2, 0, 1, 1, true },
	{ "TWO", { 0, 0 }, false, true,  false, -1, 0, 0, 0, false },
	{ "none", { 3, 0 }, true, true,  false, -1, 0, 0, 0, false },
	{ "", { 0, 0 }, false, true,  false, -1, 0, 0, 0, false },
	/* rows of a list: once each, the one with the cursor last */
	{ "two", { 0, 0 }, false, false, true,  2, 0, 2, 3, false },
	{ "two", { 0, 0 }, false, true,  true,  0, 0, 1, 3, false },
	{ "two", { 0, 0 }, true,  false, true,  4, 0, 3, 3, true },
	{ "two", { 4, 0 }, false, false, true,  0, 0, 1, 3, true },
	{ "two", { 3, 0 }, true,  false, true,  2, 0, 2, 3, false },
	{ "three", { 3, 0 }, false, false, true, 3, 0, 1, 1, true },
	{ "three", { 3, 0 }, true, false, true, 3, 0, 1, 1, true },
	/* a place that is not there any more */
	{ "one", { 99, 9 }, false, true, false, 0, 0, 1, 2, false },
};

static void
hunt_row(const struct row *r, size_t share)
{
	struct hunt	h;
	unsigned	rounds = 0;

	hunt_init(&h);
	h.whole = r->whole;
	hunt_start(&h, sp_of(r->needle), LINES, r->from, r->back, r->here);
	while (hunt_go(&h, line_of, lines, share))
		assert_in_range(rounds++, 0, 1000);
	assert_true(h.done);
	assert_int_equal(h.found, r->line >= 0);
	assert_int_equal(h.total, r->total);
	if (r->line >= 0) {
		assert_int_equal(h.hit.line, r->line);
		assert_int_equal(h.hit.off, r->off);
		assert_int_equal(h.nth, r->nth);
		assert_int_equal(h.wrapped, r->wrapped);
	}
	hunt_fini(&h);
}

static void
test_rows_by_any_share(void **state)
{
	size_t	i, share;

	(void)state;
	for (i = 0; i < nitems(rows); i++)
		for (share = 1; share <= 512; share *= 2)
			hunt_row(&rows[i], share);
}

static void
test_no_lines(void **state)
{
	struct hunt	h;

	(void)state;
	hunt_init(&h);
	hunt_start(&h, SP("x"), 0, (struct spot){ 0, 0 }, false, true);
	assert_false(hunt_go(&h, line_of, lines, 100));
	assert_true(h.done);
	assert_false(h.found);
	hunt_fini(&h);
}

/* Lines go while they are looked through. */
static struct sp
gone(void *arg, size_t i, struct str *s)
{
	(void)arg;
	(void)i;
	(void)s;
	return (SPNIL);
}

static void
test_lines_that_have_gone(void **state)
{
	struct hunt	h;

	(void)state;
	hunt_init(&h);
	hunt_start(&h, SP("two"), LINES, (struct spot){ 0, 0 }, false, true);
	assert_true(hunt_go(&h, line_of, lines, 1));
	while (hunt_go(&h, gone, NULL, 1))
		;
	assert_int_equal(h.total, 1);
	hunt_fini(&h);
}

static struct sp
one_line(void *arg, size_t i, struct str *s)
{
	(void)i;
	(void)s;
	return (*(struct sp *)arg);
}

/* One line of many windows: matches at every place around their seams are
 * all found, and in shares. */
static void
test_a_line_of_any_length(void **state)
{
	size_t		 n = 200000, at, shares;
	unsigned char	*p = xmalloc(n);
	struct sp	 line = sp_mem(p, n);
	struct hunt	 h;

	(void)state;
	hunt_init(&h);
	for (at = 65536 - 6; at <= 65536 + 6; at++) {
		memset(p, '.', n);
		memcpy(p + at, "needle", 6);
		memcpy(p + n - 6, "needle", 6);
		hunt_start(&h, SP("needle"), 1, (struct spot){ 0, 0 }, false,
		    true);
		for (shares = 1; hunt_go(&h, one_line, &line, 1); shares++)
			;
		assert_in_range(shares, 3, 20);
		assert_int_equal(h.total, 2);
		assert_int_equal(h.hit.off, at);
		hunt_start(&h, SP("needle"), 1, (struct spot){ 0, at }, true,
		    false);
		while (hunt_go(&h, one_line, &line, 1))
			;
		assert_int_equal(h.hit.off, n - 6);
		assert_int_equal(h.nth, 2);
		assert_true(h.wrapped);
	}
	hunt_fini(&h);
	free(p);
}

static void
test_cases(void **state)
{
	(void)state;
	assert_int_equal(hunt_match(SP("xYz"), SP("y"), true), 1);
	assert_int_equal(hunt_match(SP("xYz"), SP("yZ"), true), 1);
	assert_int_equal(hunt_match(SP("xYz"), SP("y"), false), -1);
	assert_int_equal(hunt_match(SP("x"), SP("xx"), true), -1);
	assert_int_equal(hunt_match(SPNIL, SP("x"), true), -1);
	assert_true(hunt_ignores_case(SP("a1\xc3\x84")));
	assert_false(hunt_ignores_case(SP("aB")));
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_rows_by_any_share),
		cmocka_unit_test(test_no_lines),
		cmocka_unit_test(test_lines_that_have_gone),
		cmocka_unit_test(test_a_line_of_any_length),
		cmocka_unit_test(test_cases),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
