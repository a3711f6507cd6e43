#include "cv/bytes.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

static void
test_numbers(void **state)
{
	struct bytes	b = { .in = SP("\1\2\3\4\5\6\7\x88\x99") };

	(void)state;
	assert_int_equal(bytes_be(&b, 2), 0x0102);
	assert_int_equal(bytes_le(&b, 3), 0x050403);
	assert_int_equal(bytes_be(&b, 1), 6);
	assert_int_equal(bytes_left(&b), 3);
	assert_false(b.over);
	assert_int_equal(bytes_be(&b, 4), 0);
	assert_true(b.over);
	assert_int_equal(bytes_left(&b), 0);
}

static void
test_take(void **state)
{
	struct bytes	b = { .in = SP("abc") };

	(void)state;
	assert_true(sp_is(bytes_take(&b, 2), "ab"));
	assert_true(sp_is(bytes_take(&b, 0), ""));
	assert_false(b.over);
	assert_true(sp_is(bytes_take(&b, SIZE_MAX), "c"));
	assert_true(b.over);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_take),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
