#include "scripting/py_known.h"

#include "base/mem.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

static void
test_empty(void **state unused)
{
	struct knowns	ks = { 0 };
	struct known	k = { 0 };

	assert_null(knowns_find(&ks, 1));
	knowns_remove(&ks, &k);
	knowns_put(&ks, &k, 0);
	assert_null(knowns_find(&ks, 0));
	assert_int_equal(ks.n, 0);
	knowns_fini(&ks);
}

/* More than the first size, numbers that fall into one chain among them;
 * the table grows, and what was taken out is gone. */
static void
test_many(void **state unused)
{
	struct knowns	 ks = { 0 };
	struct known	 k[500] = { { 0 } };
	uint64_t	 id[500];
	size_t		 i;

	for (i = 0; i < nitems(k); i++) {
		id[i] = i % 2 == 0 ? i + 1 : (i << 32) + 7;
		knowns_put(&ks, &k[i], id[i]);
		assert_int_equal(ks.n, i + 1);
	}
	for (i = 0; i < nitems(k); i++)
		assert_ptr_equal(knowns_find(&ks, id[i]), &k[i]);
	for (i = 0; i < nitems(k); i += 3) {
		knowns_remove(&ks, &k[i]);
		assert_int_equal(k[i].id, 0);
	}
	for (i = 0; i < nitems(k); i++)
		assert_ptr_equal(knowns_find(&ks, id[i]), i % 3 == 0 ? NULL :
		    &k[i]);
	for (i = 0; i < nitems(k); i++)
		knowns_remove(&ks, &k[i]);
	assert_int_equal(ks.n, 0);
	assert_null(knowns_find(&ks, 2));
	knowns_fini(&ks);
}

/* A number is one's; who had it before can go in any order. */
static void
test_the_newer_counts(void **state unused)
{
	struct knowns	ks = { 0 };
	struct known	a = { 0 }, b = { 0 };

	knowns_put(&ks, &a, 5);
	knowns_put(&ks, &b, 5);
	assert_int_equal(ks.n, 1);
	assert_int_equal(a.id, 0);
	knowns_remove(&ks, &a);
	assert_ptr_equal(knowns_find(&ks, 5), &b);
	knowns_put(&ks, &b, 5);
	assert_int_equal(ks.n, 1);
	knowns_put(&ks, &b, 6);
	assert_null(knowns_find(&ks, 5));
	assert_ptr_equal(knowns_find(&ks, 6), &b);
	knowns_put(&ks, &b, 0);
	assert_null(knowns_find(&ks, 6));
	assert_int_equal(ks.n, 0);
	knowns_fini(&ks);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_the_newer_counts),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
