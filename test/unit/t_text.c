#include "ui/text.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

struct page {
	struct text	text;
	struct cv_out	out;
};

/* Lines "line 1" ... "line n" in a window of h rows and w cells. */
static void
fill(struct page *p, int n, int h, int w)
{
	int	i;

	text_init(&p->text);
	cv_out_init(&p->out, 0);
	for (i = 1; i <= n; i++) {
		(void)cv_printf(&p->out, CV_TEXT, "line %d", i);
		(void)cv_newline(&p->out);
	}
	text_add(&p->text, &p->out);
	p->text.h = h;
	p->text.w = w;
}

static void
done(struct page *p)
{
	text_fini(&p->text);
	cv_out_fini(&p->out);
}

static void
test_moving(void **state)
{
	static const struct {
		enum nav	nav;
		size_t		top;
	} steps[] = {
		{ NAV_UP, 0 }, { NAV_DOWN, 1 }, { NAV_PAGEDOWN, 10 },
		{ NAV_PAGEUP, 1 }, { NAV_END, 90 }, { NAV_DOWN, 90 },
		{ NAV_PAGEDOWN, 90 }, { NAV_START, 0 },
	};
	struct page	p;
	size_t		i;

	(void)state;
	fill(&p, 100, 10, 80);
	for (i = 0; i < nitems(steps); i++) {
		assert_true(text_nav(&p.text, steps[i].nav));
		assert_int_equal(p.text.top.line, steps[i].top);
	}
	assert_false(text_nav(&p.text, NAV_SELECT));
	done(&p);
}

static void
test_short_and_empty_texts_stand_still(void **state)
{
	struct page	p;
	int		n, nav;

	(void)state;
	for (n = 0; n < 3; n++) {
		fill(&p, n, 10, 80);
		for (nav = NAV_START; nav <= NAV_PAGEDOWN; nav++) {
			(void)text_nav(&p.text, (enum nav)nav);
			assert_int_equal(p.text.top.line, 0);
			assert_int_equal(p.text.top.off, 0);
		}
		done(&p);
	}
}

/* One line of many rows is walked row by row, both ways. */
static void
test_long_lines_are_walked_by_rows(void **state)
{
	struct page	p;
	size_t		i, n;

	(void)state;
	fill(&p, 0, 5, 10);
	for (i = 0; i < 1000; i++)
		(void)cv_puts(&p.out, CV_TEXT, "0123456789");
	(void)cv_newline(&p.out);
	(void)text_nav(&p.text, NAV_END);
	assert_int_equal(p.text.top.line, 0);
	assert_int_equal(p.text.top.off, 9950);
	for (n = 0; p.text.top.off > 0; n++)
		(void)text_nav(&p.text, NAV_UP);
	assert_int_equal(n, 995);
	(void)text_nav(&p.text, NAV_DOWN);
	assert_int_equal(p.text.top.off, 10);
	done(&p);
}

static void
test_wide_characters_are_not_cut(void **state)
{
	struct page	p;

	(void)state;
	fill(&p, 0, 1, 5);
	(void)cv_puts(&p.out, CV_TEXT,
	    "\346\227\245\346\227\245\346\227\245\346\227\245");
	(void)cv_newline(&p.out);
	(void)text_nav(&p.text, NAV_DOWN);
	assert_int_equal(p.text.top.off, 6);	/* two of them in five */
	done(&p);
}

/* What was found is seen: where it is in the window already nothing moves,
 * otherwise it comes a third down. */
static void
test_matches_are_shown(void **state)
{
	struct page	p;

	(void)state;
	fill(&p, 100, 10, 80);
	text_show(&p.text, (struct spot){ 4, 0 });
	assert_int_equal(p.text.top.line, 0);
	assert_true(p.text.has_hit);
	assert_int_equal(p.text.hit.line, 4);
	text_show(&p.text, (struct spot){ 49, 2 });
	assert_int_equal(p.text.top.line, 46);
	assert_true(text_sees(&p.text, p.text.hit));
	assert_false(text_sees(&p.text, (struct spot){ 45, 99 }));
	assert_true(text_sees(&p.text, (struct spot){ 55, 0 }));
	assert_false(text_sees(&p.text, (struct spot){ 56, 0 }));
	text_show(&p.text, (struct spot){ 55, 0 });
	assert_int_equal(p.text.top.line, 46);
	text_show(&p.text, (struct spot){ 99, 0 });
	assert_int_equal(p.text.top.line, 90);
	text_show(&p.text, (struct spot){ 1, 0 });
	assert_int_equal(p.text.top.line, 0);
	text_forget(&p.text);
	assert_false(p.text.has_hit);
	done(&p);
}

/* In a line of many rows it is the row that is shown. */
static void
test_matches_in_a_long_line(void **state)
{
	struct page	p;
	size_t		i;

	(void)state;
	fill(&p, 0, 6, 10);
	for (i = 0; i < 1000; i++)
		(void)cv_puts(&p.out, CV_TEXT, "0123456789");
	(void)cv_newline(&p.out);
	text_show(&p.text, (struct spot){ 0, 5005 });
	assert_int_equal(p.text.top.off, 4980);
	text_show(&p.text, (struct spot){ 0, 5039 });
	assert_int_equal(p.text.top.off, 4980);
	text_show(&p.text, (struct spot){ 0, 5040 });
	assert_int_equal(p.text.top.off, 5020);
	/* Cut, the row moves sideways. */
	text_set_chop(&p.text, true);
	text_show(&p.text, (struct spot){ 0, 5040 });
	assert_int_equal(p.text.top.off, 0);
	assert_int_equal(p.text.left, 5035);
	text_show(&p.text, (struct spot){ 0, 5041 });
	assert_int_equal(p.text.left, 5035);
	text_show(&p.text, (struct spot){ 0, 2 });
	assert_int_equal(p.text.left, 0);
	done(&p);
}

static void
test_lines_that_are_cut(void **state)
{
	struct page	p;
	int		i;

	(void)state;
	fill(&p, 2, 5, 10);
	assert_false(text_sideways(&p.text, true));	/* they are not */
	text_set_chop(&p.text, true);
	assert_false(text_sideways(&p.text, true));	/* nothing there */
	(void)cv_puts(&p.out, CV_TEXT, "0123456789012345678901234567");
	(void)cv_newline(&p.out);
	for (i = 1; i <= 4; i++) {
		assert_true(text_sideways(&p.text, true));
		assert_int_equal(p.text.left, 5 * i);
	}
	assert_false(text_sideways(&p.text, true));	/* the end is seen */
	for (i = 3; i >= 0; i--) {
		assert_true(text_sideways(&p.text, false));
		assert_int_equal(p.text.left, 5 * i);
	}
	assert_false(text_sideways(&p.text, false));
	/* A line is a row. */
	assert_true(text_nav_n(&p.text, NAV_DOWN, 9));
	assert_int_equal(p.text.top.line, 0);
	p.text.h = 1;
	assert_true(text_nav_n(&p.text, NAV_DOWN, 9));
	assert_int_equal(p.text.top.line, 2);
	assert_int_equal(p.text.top.off, 0);
	done(&p);
}

static void
test_moving_many_times(void **state)
{
	struct page	p;

	(void)state;
	fill(&p, 100, 10, 80);
	assert_true(text_nav_n(&p.text, NAV_DOWN, 7));
	assert_int_equal(p.text.top.line, 7);
	assert_true(text_nav_n(&p.text, NAV_PAGEDOWN, 3));
	assert_int_equal(p.text.top.line, 34);
	assert_true(text_nav_n(&p.text, NAV_UP, 4));
	assert_int_equal(p.text.top.line, 30);
	assert_true(text_nav_n(&p.text, NAV_DOWN, 99999));
	assert_int_equal(p.text.top.line, 90);
	assert_true(text_nav_n(&p.text, NAV_PAGEUP, 99999));
	assert_int_equal(p.text.top.line, 0);
	done(&p);
}

static void
test_blocks_are_one_text(void **state)
{
	struct page	p;

	(void)state;
	fill(&p, 3, 10, 80);
	text_add_bar(&p.text, "left", "right");
	text_add(&p.text, &p.out);
	assert_int_equal(text_lines(&p.text), 7);
	assert_true(sp_is(text_line(&p.text, 2), "line 3"));
	assert_int_equal(text_line(&p.text, 3).n, 0);
	assert_true(sp_is(text_line(&p.text, 4), "line 1"));
	assert_int_equal(text_line(&p.text, 99).n, 0);
	done(&p);
}

/* Rows end between words where that costs little. */
static void
test_words(void **state unused)
{
	static const char	line[] = "one two three abcdefghijklmnop";
	static const size_t	rows[] = { 8, 14, 26 };
	struct page		p;
	size_t			i;

	fill(&p, 0, 1, 12);
	p.text.words = true;
	(void)cv_puts(&p.out, CV_TEXT, line);
	(void)cv_newline(&p.out);
	text_clear(&p.text);
	text_add(&p.text, &p.out);
	for (i = 0; i < nitems(rows); i++) {
		assert_true(text_nav(&p.text, NAV_DOWN));
		assert_int_equal(p.text.top.off, rows[i]);
	}
	for (i = nitems(rows); --i > 0;) {
		assert_true(text_nav(&p.text, NAV_UP));
		assert_int_equal(p.text.top.off, rows[i - 1]);
	}
	done(&p);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_moving),
		cmocka_unit_test(test_short_and_empty_texts_stand_still),
		cmocka_unit_test(test_long_lines_are_walked_by_rows),
		cmocka_unit_test(test_wide_characters_are_not_cut),
		cmocka_unit_test(test_matches_are_shown),
		cmocka_unit_test(test_matches_in_a_long_line),
		cmocka_unit_test(test_lines_that_are_cut),
		cmocka_unit_test(test_moving_many_times),
		cmocka_unit_test(test_blocks_are_one_text),
		cmocka_unit_test(test_words),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
