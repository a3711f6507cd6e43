#include "net/lru.h"

#include <stdio.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

static void
on_drop(void *value)
{
	(*(unsigned *)value)++;
}

static void
test_oldest_goes_first(void **state unused)
{
	unsigned	 a = 0, b = 0, c = 0, d = 0;
	struct lru	*l = lru_new(3, on_drop);

	lru_put(l, SP("a"), &a);
	lru_put(l, SP("b"), &b);
	lru_put(l, SP("c"), &c);
	assert_ptr_equal(lru_get(l, SP("a")), &a);
	lru_put(l, SP("d"), &d);
	assert_int_equal(lru_n(l), 3);
	assert_null(lru_get(l, SP("b")));
	assert_int_equal(b, 1);
	assert_ptr_equal(lru_get(l, SP("c")), &c);
	lru_put(l, SP("c"), &b);		/* in its place */
	assert_int_equal(c, 1);
	assert_ptr_equal(lru_get(l, SP("c")), &b);
	lru_drop(l, SP("c"));
	lru_drop(l, SP("c"));
	assert_int_equal(b, 2);
	assert_null(lru_get(l, SP("")));
	lru_free(l);
	assert_int_equal(a + d, 2);
	lru_free(NULL);
}

static void
test_many(void **state unused)
{
	static unsigned	 v[1000];
	struct lru	*l = lru_new(100, on_drop);
	char		 key[16];
	int		 i, n;

	for (i = 0; i < 1000; i++) {
		n = snprintf(key, sizeof(key), "k%d", i);
		lru_put(l, sp_mem(key, (size_t)n), &v[i]);
	}
	assert_int_equal(lru_n(l), 100);
	for (i = 0; i < 1000; i++) {
		n = snprintf(key, sizeof(key), "k%d", i);
		assert_ptr_equal(lru_get(l, sp_mem(key, (size_t)n)),
		    i < 900 ? NULL : &v[i]);
		assert_int_equal(v[i], i < 900);
	}
	lru_free(l);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_oldest_goes_first),
		cmocka_unit_test(test_many),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
