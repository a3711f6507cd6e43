#include "base/arena.h"

#include <stdlib.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

static void
test_alignment(void **state unused)
{
	struct arena	a;
	void		*p;

	arena_init(&a);
	for (size_t i = 1; i < 200; i++) {
		(void)arena_dup(&a, SP("x"));
		p = arena_alloc(&a, i);
		assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
		memset(p, 0xaa, i);
	}
	arena_fini(&a);
	assert_null(a.top);
	assert_int_equal(a.used, 0);
}

static void
test_dup_and_printf(void **state unused)
{
	struct arena	a;
	struct sp	s;

	arena_init(&a);
	s = arena_dup(&a, SP("a\0b"));
	assert_int_equal(s.n, 3);
	assert_memory_equal(s.p, "a\0b", 4);
	s = arena_dup(&a, SPNIL);
	assert_true(s.p != NULL && s.n == 0 && s.p[0] == '\0');
	s = arena_printf(&a, "%s-%05d", "x", 42);
	assert_string_equal((const char *)s.p, "x-00042");
	assert_int_equal(s.n, 7);
	arena_fini(&a);
}

/* Reserved room is one block, however it is used. */
static void
test_reserve(void **state unused)
{
	struct arena		a;
	struct arena_block	*top;

	arena_init(&a);
	arena_reserve(&a, 5000);
	top = a.top;
	for (int i = 0; i < 1000; i++)
		(void)arena_dup(&a, SP("abcd"));
	assert_ptr_equal(a.top, top);
	(void)arena_dup(&a, SP("a"));
	assert_ptr_not_equal(a.top, top);
	assert_int_equal(a.used, 5002);
	arena_fini(&a);
}

static void
test_snap_and_rewind(void **state unused)
{
	struct arena		a;
	struct arena_mark	empty, m;
	struct sp		s, t;

	arena_init(&a);
	empty = arena_snap(&a);
	s = arena_dup(&a, SP("stays"));
	m = arena_snap(&a);
	for (int i = 0; i < 100; i++)
		(void)arena_alloc(&a, 500);
	arena_rewind(&a, m);
	assert_true(sp_is(s, "stays"));
	assert_int_equal(a.used, 6);
	t = arena_dup(&a, SP("next"));
	assert_ptr_equal(t.p, s.p + 6);
	arena_rewind(&a, empty);
	assert_null(a.top);
	assert_int_equal(a.used, 0);
	arena_fini(&a);
}

static void
test_large(void **state unused)
{
	struct arena	a;
	unsigned char	*p;

	arena_init(&a);
	p = arena_alloc(&a, 1 << 20);
	p[(1 << 20) - 1] = 1;
	assert_int_equal(a.used, 1 << 20);
	arena_fini(&a);
}

/* Lent memory is used up first, and is not freed. */
static void
test_lent(void **state unused)
{
	struct arena	a;
	size_t		n = ARENA_LENT + 40;
	unsigned char	*mem = malloc(n);
	struct sp	s;

	assert_non_null(mem);
	arena_init(&a);
	arena_lend(&a, mem, n);
	for (int i = 0; i < 10; i++) {
		s = arena_dup(&a, SP("abc"));
		assert_true(s.p >= mem && s.p + 4 <= mem + n);
	}
	s = arena_dup(&a, SP("abc"));
	assert_false(s.p >= mem && s.p < mem + n);
	assert_true(arena_owns(&a, s));
	assert_true(arena_owns(&a, sp_mem(mem + n - 4, 3)));
	arena_fini(&a);
	arena_lend(&a, mem, ARENA_LENT);	/* room for nothing */
	s = arena_dup(&a, SP("x"));
	assert_true(sp_is(s, "x"));
	arena_fini(&a);
	free(mem);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_alignment),
		cmocka_unit_test(test_dup_and_printf),
		cmocka_unit_test(test_reserve),
		cmocka_unit_test(test_snap_and_rewind),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_lent),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
