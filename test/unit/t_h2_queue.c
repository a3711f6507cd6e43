#include "codec/h2_queue.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/mem.h"
#include "base/str.h"

struct seen {
	struct str	 out;
	size_t		 by_blob;
	struct blob	*last;
};

static void
on_write(void *arg, struct sp s)
{
	struct seen	*seen = arg;

	str_add(&seen->out, s);
}

static void
on_blob(void *arg, struct blob *b, size_t off, size_t n)
{
	struct seen	*seen = arg;

	seen->last = b;
	seen->by_blob += n;
	str_add(&seen->out, sp_cut(blob_sp(b), off, n));
}

static const unsigned char *
pattern(size_t n)
{
	static unsigned char	bytes[65536];
	size_t			i;

	for (i = 0; i < n; i++)
		bytes[i] = (unsigned char)(i * 7 + i / 251);
	return (bytes);
}

/* Put in by one step, taken out by another: the same bytes. */
static void
test_copies(void **state unused)
{
	const unsigned char	*p = pattern(20000);
	struct h2_queue		 q;
	struct seen		 seen = { 0 };
	struct h2_sink		 to = { on_write, on_blob, &seen };
	size_t			 in, out, at;

	for (in = 1; in < 20000; in = in * 3 + 1)
		for (out = 1; out < 20000; out = out * 5 + 2) {
			h2_queue_init(&q);
			str_init(&seen.out, STR_MAX);
			for (at = 0; at < 20000; at += in)
				h2_queue_add(&q, sp_cut(sp_mem(p, 20000), at,
				    in), NULL);
			assert_int_equal(q.n, 20000);
			while (q.n != 0)
				h2_queue_take(&q, q.n < out ? q.n : out, &to);
			assert_true(sp_eq(str_sp(&seen.out),
			    sp_mem(p, 20000)));
			str_fini(&seen.out);
			h2_queue_fini(&q);
		}
}

/* A large piece keeps its blob, a small one does not. */
static void
test_references(void **state unused)
{
	struct blob	*b = blob_of(sp_mem(pattern(10000), 10000));
	struct h2_queue	 q;
	struct seen	 seen = { 0 };
	struct h2_sink	 to = { on_write, on_blob, &seen };

	h2_queue_init(&q);
	str_init(&seen.out, STR_MAX);
	h2_queue_add(&q, sp_cut(blob_sp(b), 100, 9000), b);
	h2_queue_add(&q, sp_cut(blob_sp(b), 9100, 900), b);
	assert_int_equal(atomic_load(&b->refs), 2);
	h2_queue_take(&q, 9000, &to);
	assert_ptr_equal(seen.last, b);
	assert_int_equal(seen.by_blob, 9000);
	assert_int_equal(atomic_load(&b->refs), 1);
	h2_queue_take(&q, 900, &to);
	assert_int_equal(seen.by_blob, 9000);
	assert_true(sp_eq(str_sp(&seen.out), sp_skip(blob_sp(b), 100)));
	str_fini(&seen.out);
	h2_queue_fini(&q);
	blob_unref(b);
}

/* Copies that were given away by reference are not written to any more. */
static void
test_given_away(void **state unused)
{
	struct h2_queue	 q;
	struct seen	 seen = { 0 };
	struct h2_sink	 to = { on_write, on_blob, &seen };
	struct blob	*b;
	size_t		 was;

	h2_queue_init(&q);
	str_init(&seen.out, STR_MAX);
	h2_queue_add(&q, sp_mem(pattern(6000), 6000), NULL);
	h2_queue_take(&q, 5000, &to);
	b = blob_ref(seen.last);
	was = b->n;
	h2_queue_add(&q, SP("more"), NULL);
	assert_int_equal(b->n, was);
	assert_int_equal(q.n, 1004);
	blob_unref(b);
	h2_queue_fini(&q);
	assert_int_equal(q.n, 0);
	str_fini(&seen.out);
}

static int
all_gone(void **state unused)
{
	return (obj_total() == 0 ? 0 : -1);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_copies),
		cmocka_unit_test(test_references),
		cmocka_unit_test(test_given_away),
	};

	return (cmocka_run_group_tests(tests, NULL, all_gone));
}
