#include "base/limits.h"

#include "base/base.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

/* Every row is complete, and the first ones bound something sensible. */
static void
test_rows(void **state unused)
{
	for (size_t i = 0; i < LIMIT_N; i++) {
		assert_non_null(limits[i].name);
		assert_true(limits[i].max > 0);
		assert_true(strlen(limits[i].what) > 5);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(limits[i].name,
			    limits[j].name);
	}
	assert_true(limit_of(HEAD_BYTES) > limit_of(URI_BYTES));
	assert_int_equal(limit_of(HEAD_FIELDS),
	    limits[LIMIT_ROW_HEAD_FIELDS].max);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_rows),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
