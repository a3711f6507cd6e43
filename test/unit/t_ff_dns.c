#include "flowfile/ff_dns.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "base/mem.h"
#include "codec/dnsmsg.h"

#define NAME "\3dns\6google\0"

/* An answer with a compressed name, and a CNAME with one in its data. */
static const unsigned char wire[] =
    "\0\x2a\x81\x80\0\1\0\2\0\0\0\0"
    NAME "\0\1\0\1"
    "\xc0\x0c\0\1\0\1\0\0\0\x20\0\4\10\10\10\10"
    "\xc0\x0c\0\5\0\1\0\0\0\x20\0\6\3www\xc0\x0c";

static void
add(struct frames *fs, struct sp s)
{
	frames_add(fs, (struct frame){ .data = blob_of(s), .time = 1.5 });
}

static struct tnet *
put_all(const struct frames *fs, struct arena *a)
{
	struct tput	 p;
	struct tnet	*t;

	tput_init(&p);
	ff_dns_put(&p, fs, 0, fs->n, 2.5);
	t = tnet_parse(arena_dup(a, tput_sp(&p)), a, NULL);
	assert_non_null(t);
	tput_fini(&p);
	return (t);
}

static struct tnet *
put(struct sp s, struct arena *a)
{
	struct frames	 fs = { 0 };
	struct tnet	*t;

	add(&fs, s);
	t = put_all(&fs, a);
	frames_fini(&fs);
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
	struct frames	 fs = { 0 };

	(void)state;
	arena_init(&a);
	t = put(sp_mem(wire, sizeof(wire) - 1), &a);
	assert_int_equal(ff_dns_get(t, &fs, false, NULL), 0);
	assert_int_equal(fs.n, 1);
	assert_true(frames_at(&fs, 0)->time == 1.5);
	assert_false(frames_at(&fs, 0)->from_client);
	u = put(blob_sp(frames_at(&fs, 0)->data), &a);
	assert_true(sp_eq(t->s, u->s));
	frames_fini(&fs);
	t = put_all(&fs, &a);
	assert_true(tnet_num(tnet_get(t, "timestamp"), 0) == 2.5);
	assert_int_equal(tnet_n(tnet_get(t, "questions")), 0);
	arena_fini(&a);
}

/* All messages of a zone are one answer there, and what is too large for
 * one is as many as it takes. */
static void
test_many_messages(void **state)
{
	struct arena	 a;
	struct tnet	*t;
	struct frames	 fs = { 0 }, back = { 0 };
	struct dnsmsg	 d;
	unsigned	 answers = 0;
	size_t		 i;

	(void)state;
	arena_init(&a);
	for (i = 0; i < 3000; i++)
		add(&fs, sp_mem(wire, sizeof(wire) - 1));
	t = put_all(&fs, &a);
	assert_int_equal(tnet_n(tnet_get(t, "questions")), 1);
	assert_int_equal(tnet_n(tnet_get(t, "answers")), 6000);
	assert_int_equal(ff_dns_get(t, &back, true, NULL), -1);
	assert_int_equal(back.n, 0);
	assert_int_equal(ff_dns_get(t, &back, false, NULL), 0);
	assert_true(back.n > 1 && back.n < 5);
	for (i = 0; i < back.n; i++) {
		assert_int_equal(dnsmsg_open(&d, blob_sp(frames_at(&back,
		    i)->data), NULL), 0);
		assert_int_equal(d.id, 42);
		assert_int_equal(d.count[DNSMSG_QUESTION], i == 0);
		answers += d.count[DNSMSG_ANSWER];
	}
	assert_int_equal(answers, 6000);
	assert_true(sp_eq(put_all(&back, &a)->s, t->s));
	frames_fini(&back);
	frames_fini(&fs);
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
	struct frames	 fs = { 0 };

	(void)state;
	arena_init(&a);
	t = put(sp_mem(wire, sizeof(wire) - 1), &a);
	q = tnet_at(tnet_get(t, "questions"), 0);
	tnet_set(q, &a, "name", tnet_new(&a, ';', SP("a..b")));
	assert_int_equal(ff_dns_get(t, &fs, false, NULL), -1);
	assert_int_equal(ff_dns_get(NULL, &fs, false, NULL), -1);
	assert_int_equal(fs.n, 0);
	arena_fini(&a);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_a_message),
		cmocka_unit_test(test_there_and_back),
		cmocka_unit_test(test_many_messages),
		cmocka_unit_test(test_broken_messages),
		cmocka_unit_test(test_names_that_cannot_be),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
