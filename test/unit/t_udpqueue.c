#include "base/limits.h"
#include "base/mem.h"
#include "proxy/udpqueue.h"

#include <stdlib.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

static int
add(struct udpqueue *q, size_t n, bool injected)
{
	char		*b = xcalloc(1, n + 1);
	struct why	 why;
	int		 r = udpqueue_add(q, blob_of(sp_mem(b, n)), injected,
			    &why);

	if (r == -1)
		assert_int_equal(why.code, ERR_LIMIT);
	free(b);
	return (r);
}

static void
take(struct udpqueue *q, size_t n, bool injected)
{
	struct blob	*b;
	bool		 was;

	b = udpqueue_take(q, &was);
	assert_non_null(b);
	assert_int_equal(b->n, n);
	assert_int_equal(was, injected);
	blob_unref(b);
}

static void
test_in_order(void **state unused)
{
	struct udpqueue	q;
	uint64_t	bytes = 5;
	bool		injected;

	udpqueue_init(&q, &bytes);
	assert_null(udpqueue_take(&q, &injected));
	assert_int_equal(add(&q, 3, false), 0);
	assert_int_equal(add(&q, 0, true), 0);
	assert_int_equal(q.n, 2);
	assert_int_equal(bytes, 8);
	take(&q, 3, false);
	assert_int_equal(add(&q, 7, false), 0);
	take(&q, 0, true);
	take(&q, 7, false);
	assert_int_equal(bytes, 5);
	assert_int_equal(q.n, 0);
	udpqueue_fini(&q);
	assert_int_equal(obj_count(OBJ_blob), 0);
}

static void
test_how_many(void **state unused)
{
	struct udpqueue	q;
	uint64_t	bytes = 0;
	unsigned	i;

	udpqueue_init(&q, &bytes);
	for (i = 0; i < limit_of(UDP_WAITING); i++)
		assert_int_equal(add(&q, 1, false), 0);
	assert_int_equal(add(&q, 0, false), -1);
	take(&q, 1, false);
	assert_int_equal(add(&q, 0, false), 0);
	udpqueue_fini(&q);
	assert_int_equal(bytes, 0);
	assert_int_equal(obj_count(OBJ_blob), 0);
}

/* Of all that share the account. */
static void
test_bytes(void **state unused)
{
	struct udpqueue	a, b;
	uint64_t	bytes = limit_of(UDP_WAITING_BYTES) - 100;

	udpqueue_init(&a, &bytes);
	udpqueue_init(&b, &bytes);
	assert_int_equal(add(&a, 60, false), 0);
	assert_int_equal(add(&b, 41, false), -1);
	assert_int_equal(add(&b, 40, false), 0);
	udpqueue_fini(&a);
	assert_int_equal(add(&b, 60, false), 0);
	udpqueue_fini(&b);
	assert_int_equal(bytes, limit_of(UDP_WAITING_BYTES) - 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_in_order),
		cmocka_unit_test(test_how_many),
		cmocka_unit_test(test_bytes),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
