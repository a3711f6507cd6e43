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

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_moving_stays_among_the_rows),
		cmocka_unit_test(test_an_empty_list_moves_nowhere),
		cmocka_unit_test(test_the_window_follows),
		cmocka_unit_test(test_what_was_hit),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
