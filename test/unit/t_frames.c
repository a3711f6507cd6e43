#include "model/frames.h"

#include <stdlib.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/mem.h"

static int
tear_down(void **state unused)
{
	return (obj_total() == 0 ? 0 : -1);
}

static void
add(struct frames *fs, size_t i)
{
	struct frame	fr = { .time = (double)i, .from_client = i % 3 == 0 };

	fr.data = blob_of(sp_mem((char *)&i, 1 + i % 7));
	frames_add(fs, fr);
}

static bool
is(const struct frames *fs, size_t at, size_t i)
{
	const struct frame	*fr = frames_at(fs, at);

	return ((size_t)fr->time == i && fr->from_client == (i % 3 == 0) &&
	    sp_eq(blob_sp(fr->data), sp_mem((char *)&i, 1 + i % 7)));
}

static uint64_t
bytes_of(size_t n)
{
	uint64_t	all = 0;

	for (size_t i = 0; i < n; i++)
		all += 1 + i % 7;
	return (all);
}

static void
are(const struct frames *fs, size_t n)
{
	assert_int_equal(fs->n, n);
	for (size_t i = 0; i < n; i++)
		assert_true(is(fs, i, i));
	assert_int_equal(frames_bytes(fs), bytes_of(n));
	if (n == 0)
		assert_null(frames_last(fs));
	else
		assert_ptr_equal(frames_last(fs), frames_at(fs, n - 1));
}

/* Around every place where the tree becomes another one. */
static const size_t	sizes[] = {
	0, 1, 2, 3, 31, 32, 33, 63, 64, 65, 1023, 1024, 1025, 1055, 1056,
	1057, 32767, 32768, 32799, 32800, 32801, 33825
};

static void
test_grow(void **state unused)
{
	struct frames	fs = { 0 };
	size_t		i = 0;

	for (size_t k = 0; k < nitems(sizes); k++) {
		for (; i < sizes[k]; i++)
			add(&fs, i);
		are(&fs, sizes[k]);
	}
	frames_fini(&fs);
	are(&fs, 0);
	frames_fini(&fs);
}

/* A copy stays what it was, whichever of the two goes on. */
static void
test_share(void **state unused)
{
	struct frames	all = { 0 }, copies[nitems(sizes)] = { 0 };
	size_t		i = 0, k;

	for (k = 0; k < nitems(sizes); k++) {
		for (; i < sizes[k]; i++)
			add(&all, i);
		frames_share(&copies[k], &all);
	}
	for (i = 0; i < 100; i++)
		add(&all, sizes[k - 1] + i);
	are(&all, sizes[k - 1] + 100);
	for (k = 0; k < nitems(sizes); k++) {
		are(&copies[k], sizes[k]);
		for (i = 0; i < 70; i++)
			add(&copies[k], sizes[k] + i);
	}
	are(&all, sizes[k - 1] + 100);
	frames_fini(&all);
	for (k = 0; k < nitems(sizes); k++) {
		are(&copies[k], sizes[k] + 70);
		frames_fini(&copies[k]);
	}
}

static void
test_edit(void **state unused)
{
	static const size_t	at[] = { 0, 31, 32, 700, 1023, 1024, 1090 };
	struct frames		mine = { 0 }, theirs = { 0 };
	struct frame		want = { .data = blob_of(SP("other bytes")) };
	const struct frame	*fr;
	size_t			i, k;

	for (i = 0; i < 1100; i++)
		add(&theirs, i);
	for (k = 0; k < nitems(at); k++) {
		frames_share(&mine, &theirs);
		want.dropped = k % 2 == 0;
		frames_decide(&mine, at[k], &want);
		frames_edit(&mine, at[k])->held = true;
		fr = frames_at(&mine, at[k]);
		assert_ptr_equal(fr->data, want.data);
		assert_int_equal(fr->dropped, want.dropped);
		assert_true(fr->held);
		assert_true((size_t)fr->time == at[k]);
		assert_int_equal(frames_bytes(&mine), bytes_of(1100) + 11 -
		    (1 + at[k] % 7));
		for (i = 0; i < 1100; i++)
			assert_true(i == at[k] || is(&mine, i, i));
		are(&theirs, 1100);
	}
	frames_set_data(&mine, 5, blob_of(SPNIL));
	assert_int_equal(frames_at(&mine, 5)->data->n, 0);
	frames_fini(&mine);
	are(&theirs, 1100);
	/* alone it is changed where it stands */
	fr = frames_at(&theirs, 40);
	frames_decide(&theirs, 40, &want);
	assert_ptr_equal(frames_at(&theirs, 40), fr);
	frames_fini(&theirs);
	blob_unref(want.data);
}

static void
test_cut(void **state unused)
{
	struct frames	all = { 0 }, some = { 0 };
	size_t		i, k, j;

	for (i = 0; i < 1100; i++)
		add(&all, i);
	for (k = 0; k < nitems(sizes) && sizes[k] <= 1100; k++) {
		frames_share(&some, &all);
		frames_cut(&some, sizes[k] + 5000);
		are(&some, 1100);
		frames_cut(&some, sizes[k]);
		are(&some, sizes[k]);
		for (j = sizes[k]; j < 1200; j++)	/* over what was cut */
			add(&some, j);
		are(&some, 1200);
		are(&all, 1100);
	}
	for (i = 1100; i-- > 0;) {
		frames_cut(&all, i);
		assert_int_equal(all.n, i);
		assert_true(i == 0 || is(&all, i - 1, i - 1));
	}
	are(&all, 0);
	frames_fini(&some);
}

static void
test_common(void **state unused)
{
	static const size_t	at[] = { 0, 31, 32, 700, 1023, 1030, 1099 };
	struct frames		a = { 0 }, b = { 0 };
	size_t			i;

	assert_int_equal(frames_common(&a, &b), 0);
	for (i = 0; i < 1100; i++)
		add(&a, i);
	assert_int_equal(frames_common(&a, &b), 0);
	frames_share(&b, &a);
	assert_int_equal(frames_common(&a, &b), 1100);
	for (i = 0; i < 40; i++) {
		add(&a, 1100 + i);
		assert_int_equal(frames_common(&a, &b), 1100);
		assert_int_equal(frames_common(&b, &a), 1100);
	}
	for (i = nitems(at); i-- > 0;) {
		frames_edit(&b, at[i])->dropped = true;
		assert_int_equal(frames_common(&a, &b), at[i]);
	}
	frames_fini(&a);
	frames_fini(&b);
}

static void
test_remove(void **state unused)
{
	static const size_t	at[] = { 0, 31, 32, 33, 64, 98, 99 };
	struct frames		fs = { 0 }, all = { 0 };
	size_t			i, k;

	for (i = 0; i < 100; i++)
		add(&all, i);
	for (k = 0; k < nitems(at); k++) {
		frames_share(&fs, &all);
		frames_remove(&fs, at[k]);
		assert_int_equal(fs.n, 99);
		for (i = 0; i < 99; i++)
			assert_true(is(&fs, i, i + (i >= at[k])));
		assert_int_equal(frames_bytes(&fs), bytes_of(100) -
		    (1 + at[k] % 7));
	}
	frames_fini(&fs);
	are(&all, 100);
	frames_fini(&all);
}

/* Hundreds of thousands of copies, each of one more: were any of them made
 * message by message, this would not end. */
static void
test_many(void **state unused)
{
	struct frames	fs = { 0 }, copy = { 0 };
	struct frame	other = { 0 };
	size_t		i;

	for (i = 0; i < 200000; i++) {
		add(&fs, i);
		frames_share(&copy, &fs);
		if (i % 4 != 0)
			continue;
		other.data = blob_of(SP("x"));
		frames_decide(&copy, i, &other);
		frames_decide(&fs, i, frames_last(&copy));
		blob_unref(other.data);
	}
	assert_int_equal(copy.n, i);
	frames_fini(&copy);
	assert_int_equal(fs.n, i);
	frames_fini(&fs);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test_teardown(test_grow, tear_down),
		cmocka_unit_test_teardown(test_share, tear_down),
		cmocka_unit_test_teardown(test_edit, tear_down),
		cmocka_unit_test_teardown(test_cut, tear_down),
		cmocka_unit_test_teardown(test_common, tear_down),
		cmocka_unit_test_teardown(test_remove, tear_down),
		cmocka_unit_test_teardown(test_many, tear_down)
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
