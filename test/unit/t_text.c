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

static void
test_search(void **state)
{
	struct page	p;

	(void)state;
	fill(&p, 100, 10, 80);
	assert_null(text_search(&p.text, SP("line 5")));
	assert_int_equal(p.text.hit, 4);
	assert_null(text_search_next(&p.text, false));
	assert_int_equal(p.text.hit, 49);
	assert_int_equal(p.text.top.line, 46);
	assert_null(text_search_next(&p.text, true));
	assert_int_equal(p.text.hit, 4);
	/* Round the end it goes on, and says so. */
	assert_non_null(text_search_next(&p.text, true));
	assert_int_equal(p.text.hit, 58);
	assert_non_null(text_search_next(&p.text, false));
	assert_int_equal(p.text.hit, 4);
	assert_string_equal(text_search(&p.text, SP("no such")),
	    "Pattern not found.");
	assert_false(p.text.found);
	/* of what is not all there, only what is shown can be searched */
	text_clear(&p.text);
	p.out.cut = true;
	text_add(&p.text, &p.out);
	assert_string_equal(text_search(&p.text, SP("no such")),
	    "Not found in what is shown. Press f for all.");
	done(&p);
}

static void
test_capitals_in_the_needle_matter(void **state)
{
	struct page	p;

	(void)state;
	fill(&p, 0, 10, 80);
	(void)cv_puts(&p.out, CV_TEXT, "One");
	(void)cv_newline(&p.out);
	(void)cv_puts(&p.out, CV_TEXT, "one");
	(void)cv_newline(&p.out);
	assert_null(text_search(&p.text, SP("one")));
	assert_int_equal(p.text.hit, 0);
	text_go(&p.text, 0);
	(void)text_search(&p.text, SP("One"));
	assert_int_equal(p.text.hit, 0);
	assert_non_null(text_search_next(&p.text, false));
	assert_int_equal(p.text.hit, 0);
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
		cmocka_unit_test(test_search),
		cmocka_unit_test(test_capitals_in_the_needle_matter),
		cmocka_unit_test(test_blocks_are_one_text),
		cmocka_unit_test(test_words),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
