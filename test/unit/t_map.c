#include "base/map.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

static void
test_map(void **state unused)
{
	struct map	m;
	struct map_row	*r;
	int		 one, two, three;
	size_t		 n;

	map_init(&m);
	assert_null(map_get(&m, "a"));
	assert_true(map_add(&m, "view.go", &one));
	assert_true(map_add(&m, "flow.kill", &two));
	assert_true(map_add(&m, "view.focus", &three));
	assert_false(map_add(&m, "view.go", &two));
	assert_ptr_equal(map_get(&m, "view.go"), &one);
	assert_null(map_get(&m, "view"));
	r = map_prefix(&m, "view.", &n);
	assert_int_equal(n, 2);
	assert_string_equal(r[0].name, "view.focus");
	assert_string_equal(r[1].name, "view.go");
	r = map_prefix(&m, "", &n);
	assert_int_equal(n, 3);
	assert_ptr_equal(r, m.v);
	assert_null(map_prefix(&m, "x", &n));
	assert_int_equal(n, 0);
	assert_ptr_equal(map_drop(&m, "view.go"), &one);
	assert_null(map_drop(&m, "view.go"));
	assert_null(map_get(&m, "view.go"));
	assert_ptr_equal(map_get(&m, "view.focus"), &three);
	map_fini(&m);
}

/* However they come, they stand in order and are found. */
static void
test_many(void **state unused)
{
	struct map	m;
	char		name[16];
	int		v[500];

	map_init(&m);
	for (int i = 0; i < 500; i++) {
		(void)snprintf(name, sizeof(name), "n%d", i * 7 % 500);
		assert_true(map_add(&m, name, &v[i * 7 % 500]));
	}
	for (int i = 0; i < 500; i++) {
		(void)snprintf(name, sizeof(name), "n%d", i);
		assert_ptr_equal(map_get(&m, name), &v[i]);
	}
	for (size_t i = 1; i < m.n; i++)
		assert_true(strcmp(m.v[i - 1].name, m.v[i].name) < 0);
	map_fini(&m);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_map),
		cmocka_unit_test(test_many),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
