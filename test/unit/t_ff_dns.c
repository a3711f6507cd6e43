#include "flowfile/ff_dns.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "base/mem.h"

#define NAME "\3dns\6google\0"

/* An answer with a compressed name, and a CNAME with one in its data. */
static const unsigned char wire[] =
    "\0\x2a\x81\x80\0\1\0\2\0\0\0\0"
    NAME "\0\1\0\1"
    "\xc0\x0c\0\1\0\1\0\0\0\x20\0\4\10\10\10\10"
    "\xc0\x0c\0\5\0\1\0\0\0\x20\0\6\3www\xc0\x0c";

static struct tnet *
put(struct sp s, struct arena *a)
{
	struct tput	 p;
	struct tnet	*t;

	tput_init(&p);
	ff_dns_put(&p, s, 1.5);
	t = tnet_parse(arena_dup(a, tput_sp(&p)), a, NULL);
	assert_non_null(t);
	tput_fini(&p);
	return (t);
}

static void
test_a_message(void **state)
{
	struct arena	 a;
	struct tnet	*t, *r;

	(void)state;
	arena_init(&a);
	t = put(sp_mem(wire, sizeof(wire) - 1), &a);
	assert_int_equal(tnet_n(t), 2 * 14);
	assert_int_equal(tnet_int(tnet_get(t, "id"), 0), 42);
	assert_false(tnet_bool(tnet_get(t, "query")));
	assert_true(tnet_bool(tnet_get(t, "recursion_desired")));
	assert_true(tnet_num(tnet_get(t, "timestamp"), 0) == 1.5);
	r = tnet_at(tnet_get(t, "answers"), 0);
	assert_true(sp_is(tnet_sp(tnet_get(r, "name")), "dns.google"));
	assert_int_equal(tnet_int(tnet_get(r, "ttl"), 0), 32);
	assert_true(sp_is(tnet_sp(tnet_get(r, "data")), "\10\10\10\10"));
	r = tnet_at(tnet_get(t, "answers"), 1);
	assert_true(sp_eq(tnet_sp(tnet_get(r, "data")), SP("\3www" NAME)));
	arena_fini(&a);
}

static void
test_there_and_back(void **state)
{
	struct arena	 a;
	struct tnet	*t, *u;
	struct blob	*b;
	double		 at;

	(void)state;
	arena_init(&a);
	t = put(sp_mem(wire, sizeof(wire) - 1), &a);
	b = ff_dns_get(t, &at, NULL);
	assert_non_null(b);
	assert_true(at == 1.5);
	u = put(blob_sp(b), &a);
	assert_true(sp_eq(t->s, u->s));
	blob_unref(b);
	arena_fini(&a);
}

/* Cut anywhere, or with a pointer to itself: no sections, no harm. */
static void
test_broken_messages(void **state)
{
	unsigned char	*copy;
	struct arena	 a;
	struct tnet	*t;
	size_t		 n;

	(void)state;
	for (n = 0; n < sizeof(wire) - 1; n++) {
		copy = xmalloc(n);
		memcpy(copy, wire, n);
		arena_init(&a);
		t = put(sp_mem(copy, n), &a);
		assert_int_equal(tnet_n(tnet_get(t, "answers")), 0);
		arena_fini(&a);
		free(copy);
	}
	arena_init(&a);
	t = put(SP("\0\0\0\0\0\1\0\0\0\0\0\0\xc0\x0c\0\1\0\1"), &a);
	assert_int_equal(tnet_n(tnet_get(t, "questions")), 0);
	arena_fini(&a);
}

static void
test_names_that_cannot_be(void **state)
{
	struct arena	 a;
	struct tnet	*t, *q;
	double		 at;

	(void)state;
	arena_init(&a);
	t = put(sp_mem(wire, sizeof(wire) - 1), &a);
	q = tnet_at(tnet_get(t, "questions"), 0);
	tnet_set(q, &a, "name", tnet_new(&a, ';', SP("a..b")));
	assert_null(ff_dns_get(t, &at, NULL));
	assert_null(ff_dns_get(NULL, &at, NULL));
	arena_fini(&a);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_a_message),
		cmocka_unit_test(test_there_and_back),
		cmocka_unit_test(test_broken_messages),
		cmocka_unit_test(test_names_that_cannot_be),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
