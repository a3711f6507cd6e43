#include "base/mem.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

static void
test_allocation(void **state unused)
{
	char	*p = xmalloc(0);
	int	*v = xcalloc(4, sizeof(*v));

	assert_non_null(p);
	free(p);
	for (int i = 0; i < 4; i++)
		assert_int_equal(v[i], 0);
	v[3] = 9;
	v = xrealloc(v, 100, sizeof(*v));
	assert_int_equal(v[3], 9);
	free(v);
	p = xcalloc(0, 0);
	assert_non_null(p);
	free(p);
}

static void
test_text(void **state unused)
{
	char	*p = xstrdup("abc");

	assert_string_equal(p, "abc");
	free(p);
	p = xspdup(SP("a\0b"));
	assert_memory_equal(p, "a\0b", 4);
	free(p);
	p = xspdup(SPNIL);
	assert_string_equal(p, "");
	free(p);
	p = xasprintf("%s-%d", "x", 5);
	assert_string_equal(p, "x-5");
	free(p);
}

static void
test_counters(void **state unused)
{
	assert_int_equal(obj_total(), 0);
	obj_born(OBJ_flow);
	obj_born(OBJ_flow);
	obj_born(OBJ_msg);
	assert_int_equal(obj_count(OBJ_flow), 2);
	assert_int_equal(obj_total(), 3);
	obj_gone(OBJ_flow);
	obj_gone(OBJ_flow);
	obj_gone(OBJ_msg);
	assert_int_equal(obj_total(), 0);
	for (int o = 0; o < OBJ_N; o++)
		assert_non_null(obj_name((enum obj)o));
	assert_string_equal(obj_name(OBJ_head), "head");
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_allocation),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_counters),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
