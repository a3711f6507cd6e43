#include "base/num.h"

#include <stdlib.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

static const struct row {
	uint64_t	v;
	size_t		n;
} rows[] = {
	{ 0,			1 },
	{ 1,			1 },
	{ 0x7f,			1 },
	{ 0x80,			2 },
	{ 0x3fff,		2 },
	{ 0x4000,		3 },
	{ UINT32_MAX,		5 },
	{ UINT64_C(1) << 63,	NUM_MAX },
	{ UINT64_MAX,		NUM_MAX },
};

static void
test_rows(void **state unused)
{
	unsigned char		 buf[NUM_MAX], *own;
	const unsigned char	*from;
	size_t			 i, n;

	for (i = 0; i < nitems(rows); i++) {
		n = (size_t)(num_put(buf, rows[i].v) - buf);
		assert_int_equal(n, rows[i].n);
		/* No byte behind it is looked at. */
		assert_non_null(own = malloc(n));
		memcpy(own, buf, n);
		from = own;
		assert_true(num_get(&from) == rows[i].v);
		assert_ptr_equal(from, own + n);
		free(own);
	}
}

static void
test_one_after_the_other(void **state unused)
{
	unsigned char		 buf[nitems(rows) * NUM_MAX], *to = buf;
	const unsigned char	*from = buf;
	size_t			 i;

	for (i = 0; i < nitems(rows); i++)
		to = num_put(to, rows[i].v);
	for (i = 0; i < nitems(rows); i++)
		assert_true(num_get(&from) == rows[i].v);
	assert_ptr_equal(from, to);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_one_after_the_other),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
