#include "ui/list.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

static void
test_moving_stays_among_the_rows(void **state)
{
	static const struct {
		enum nav	nav;
		size_t		at;
	} steps[] = {
		{ NAV_UP, 0 }, { NAV_DOWN, 1 }, { NAV_PAGEDOWN, 10 },
		{ NAV_PAGEDOWN, 19 }, { NAV_PAGEUP, 10 }, { NAV_END, 49 },
		{ NAV_DOWN, 49 }, { NAV_PAGEDOWN, 49 }, { NAV_UP, 48 },
		{ NAV_START, 0 }, { NAV_PAGEUP, 0 },
	};
	struct list	l;
	size_t		i;

	(void)state;
	list_init(&l);
	list_set_n(&l, 50);
	list_see(&l, 10);
	for (i = 0; i < nitems(steps); i++) {
		assert_true(list_nav(&l, steps[i].nav));
		assert_int_equal(l.at, steps[i].at);
	}
	assert_false(list_nav(&l, NAV_SELECT));
	assert_false(list_nav(&l, NAV_NEXT));
}

static void
test_an_empty_list_moves_nowhere(void **state)
{
	struct list	l;
	int		nav;

	(void)state;
	list_init(&l);
	for (nav = NAV_START; nav <= NAV_PAGEDOWN; nav++) {
		(void)list_nav(&l, (enum nav)nav);
		assert_int_equal(l.at, 0);
	}
	list_see(&l, 10);
	assert_int_equal(l.top, 0);
	assert_int_equal(list_hit(&l, 0), -1);
}

static void
test_the_window_follows(void **state)
{
	struct list	l;

	(void)state;
	list_init(&l);
	list_set_n(&l, 100);
	list_go(&l, 50);
	list_see(&l, 10);
	assert_int_equal(l.top, 41);
	list_go(&l, 45);
	list_see(&l, 10);
	assert_int_equal(l.top, 41);		/* still in it */
	list_go(&l, 3);
	list_see(&l, 10);
	assert_int_equal(l.top, 3);
	list_go(&l, -1);
	list_see(&l, 10);
	assert_int_equal(l.top, 90);
	list_set_n(&l, 20);			/* rows went: no empty foot */
	list_see(&l, 10);
	assert_int_equal(l.at, 19);
	assert_int_equal(l.top, 10);
	list_see(&l, 30);			/* the window grew */
	assert_int_equal(l.top, 0);
	list_see(&l, 0);			/* and has no room at all */
	assert_int_equal(l.top, 19);
}

static void
test_what_was_hit(void **state)
{
	struct list	l;

	(void)state;
	list_init(&l);
	l.row_h = 2;
	list_set_n(&l, 100);
	list_go(&l, 50);
	list_see(&l, 10);
	assert_int_equal(list_hit(&l, 0), 41);
	assert_int_equal(list_hit(&l, 1), 41);
	assert_int_equal(list_hit(&l, 2), 42);
	list_set_n(&l, 42);
	assert_int_equal(list_hit(&l, 2), -1);
	assert_int_equal(list_hit(&l, -1), -1);
}

static void
put_name(void *arg, size_t i, struct str *out)
{
	str_puts(out, ((const char *const *)arg)[i]);
}

static bool
found(struct list *l, size_t n, const char *const *names, const char *text,
    bool back)
{
	return (list_find(l, n, put_name, (void *)(uintptr_t)names,
	    sp_of(text), back));
}

static void
test_rows_are_found_by_their_text(void **state)
{
	static const char	*names[] = { "alpha", "Beta", "gamma", "beta" };
	struct list		l;

	(void)state;
	list_init(&l);
	list_set_n(&l, nitems(names));
	assert_true(found(&l, 4, names, "beta", false));
	assert_int_equal(l.at, 1);
	assert_true(found(&l, 4, names, "beta", false));
	assert_int_equal(l.at, 3);
	assert_true(found(&l, 4, names, "beta", false));
	assert_int_equal(l.at, 1);
	assert_true(found(&l, 4, names, "Beta", true));
	assert_int_equal(l.at, 1);		/* the only one is itself */
	assert_false(found(&l, 4, names, "delta", false));
	assert_int_equal(l.at, 1);
	/* fewer than there were */
	assert_true(found(&l, 2, names, "alpha", false));
	assert_int_equal(l.n, 2);
	assert_false(found(&l, 0, names, "beta", false));
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_moving_stays_among_the_rows),
		cmocka_unit_test(test_an_empty_list_moves_nowhere),
		cmocka_unit_test(test_the_window_follows),
		cmocka_unit_test(test_what_was_hit),
		cmocka_unit_test(test_rows_are_found_by_their_text),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
