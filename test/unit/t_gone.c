#include "app/gone.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

static void
test_ids_come_and_go(void **state)
{
	static const uint64_t	ids[] = { 7, 3, 9, 3, 1, 8 };
	struct gone		g;
	uint64_t		i;

	(void)state;
	gone_init(&g);
	assert_false(gone_has(&g, 1));
	gone_drop(&g, 1);
	for (i = 0; i < nitems(ids); i++)
		gone_add(&g, ids[i]);
	assert_int_equal(g.n, 5);
	for (i = 0; i < 12; i++)
		assert_int_equal(gone_has(&g, i), i == 1 || i == 3 ||
		    (i >= 7 && i <= 9));
	gone_drop(&g, 3);
	gone_drop(&g, 3);
	assert_int_equal(g.n, 4);
	assert_false(gone_has(&g, 3));
	assert_true(gone_has(&g, 1) && gone_has(&g, 7));
	gone_fini(&g);
}

static void
test_thousands(void **state)
{
	struct gone	g;
	uint64_t	i;

	(void)state;
	gone_init(&g);
	for (i = 0; i < 5000; i++)
		gone_add(&g, i * 7919 % 5000);
	assert_int_equal(g.n, 5000);
	for (i = 0; i < 5000; i++) {
		assert_true(gone_has(&g, i));
		gone_drop(&g, i);
	}
	assert_int_equal(g.n, 0);
	gone_fini(&g);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_ids_come_and_go),
		cmocka_unit_test(test_thousands),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
