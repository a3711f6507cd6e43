#include "base/blob.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/mem.h"

static void
test_blobs(void **state unused)
{
	struct blob	*b = blob_of(SP("abc"));

	assert_true(sp_is(blob_sp(b), "abc"));
	assert_int_equal(blob_sp(NULL).n, 0);
	assert_ptr_equal(blob_ref(b), b);
	blob_unref(b);
	assert_int_equal(obj_count(OBJ_blob), 1);
	blob_unref(b);
	blob_unref(NULL);
	assert_int_equal(obj_count(OBJ_blob), 0);
}

static void
expect_chain(const struct chain *c, struct sp want)
{
	struct blob	*b = chain_flat(c);

	assert_int_equal(c->len, want.n);
	assert_true(sp_eq(blob_sp(b), want));
	blob_unref(b);
}

/* Small pieces go together, and the bytes are all there. */
static void
test_append(void **state unused)
{
	struct chain	c;
	char		all[50000];
	size_t		n = 0, step;

	for (size_t i = 0; i < sizeof(all); i++)
		all[i] = (char)(i * 7 + i / 256);
	chain_init(&c);
	for (step = 1; n < sizeof(all); step = step * 2 % 3001 + 1) {
		if (step > sizeof(all) - n)
			step = sizeof(all) - n;
		chain_append(&c, sp_mem(all + n, step));
		n += step;
	}
	chain_append(&c, SPNIL);
	assert_in_range(c.n, 2, 8);
	expect_chain(&c, sp_mem(all, sizeof(all)));
	chain_fini(&c);
	assert_int_equal(c.n, 0);
	assert_int_equal(obj_total(), 0);
}

/* What somebody else holds does not change under him. */
static void
test_shared_is_frozen(void **state unused)
{
	struct chain	c, other;

	chain_init(&c);
	chain_init(&other);
	for (int i = 0; i < 10; i++)
		chain_append(&c, SP("0123456789"));
	chain_share(&other, &c);
	chain_append(&c, SP("more"));
	assert_int_equal(other.len, 100);
	assert_int_equal(c.len, 104);
	chain_fini(&c);
	assert_int_equal(chain_at(&other, 0).p[0], '0');
	chain_append(&other, SP("x"));
	assert_int_equal(other.len, 101);
	chain_fini(&other);
	assert_int_equal(obj_total(), 0);
}

/* What is shown of a chain that grows stays as it is, and the chain goes on
 * in the blob that it has. */
static void
test_shared_while_it_grows(void **state unused)
{
	struct chain	c, seen[3];
	struct blob	*flat;

	chain_init(&c);
	chain_init(&seen[0]);
	chain_share_growing(&seen[0], &c);
	assert_int_equal(seen[0].n, 0);
	for (int i = 0; i < 20000; i++)
		chain_append(&c, SP("ab"));
	for (int i = 0; i < 3; i++) {
		chain_init(&seen[i]);
		chain_share_growing(&seen[i], &c);
		chain_append(&c, SP("cd"));
	}
	assert_int_equal(c.len, 40006);
	assert_int_equal(seen[0].n, c.n);
	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(seen[i].len, 40000 + 2 * i);
		flat = chain_flat(&seen[i]);
		assert_int_equal(flat->n, 40000 + 2 * i);
		assert_true(sp_is(sp_skip(blob_sp(flat), 39998),
		    i == 0 ? "ab" : i == 1 ? "abcd" : "abcdcd"));
		blob_unref(flat);
		assert_ptr_equal(seen[i].v[0].blob, c.v[0].blob);
	}
	chain_fini(&c);			/* parts keep the whole alive */
	assert_int_equal(chain_at(&seen[2], seen[2].n - 1).p[0], 'a');
	for (int i = 0; i < 3; i++)
		chain_fini(&seen[i]);
	assert_int_equal(obj_total(), 0);
}

/* A real holder of the last blob still freezes it. */
static void
test_growing_and_shared(void **state unused)
{
	struct chain	c, part, whole;

	chain_init(&c);
	chain_init(&part);
	chain_init(&whole);
	for (int i = 0; i < 2; i++)
		chain_append(&c, SP("0123456789"));
	chain_share_growing(&part, &c);
	chain_share(&whole, &c);
	chain_append(&c, SP("x"));
	assert_int_equal(c.n, 3);
	assert_int_equal(whole.v[1].blob->n, 10);
	chain_fini(&part);
	chain_fini(&whole);
	chain_fini(&c);
	assert_int_equal(obj_total(), 0);
}

/* A body in one piece is passed on without a copy. */
static void
test_no_copies(void **state unused)
{
	struct chain	c, d;
	struct blob	*b = blob_of(SP("whole")), *flat;

	chain_init(&c);
	chain_init(&d);
	chain_push(&c, b);
	chain_share(&d, &c);
	flat = chain_flat(&d);
	assert_ptr_equal(flat, b);
	blob_unref(flat);
	chain_push(&c, blob_new(10));		/* empty: leaves no trace */
	assert_int_equal(c.n, 1);
	chain_fini(&c);
	chain_fini(&d);
	assert_int_equal(obj_total(), 0);
}

static void
test_move(void **state unused)
{
	struct chain	a, b;

	for (int n = 1; n <= 3; n++) {
		chain_init(&a);
		chain_init(&b);
		chain_append(&b, SP("old"));
		for (int i = 0; i < n; i++)
			chain_push(&a, blob_of(SP("ab")));
		chain_move(&b, &a);
		assert_int_equal(a.len, 0);
		assert_int_equal(b.n, n);
		expect_chain(&b, sp_cut(SP("ababab"), 0, (size_t)n * 2));
		chain_fini(&a);
		chain_fini(&b);
	}
	assert_int_equal(obj_total(), 0);
}

static void
test_peek(void **state unused)
{
	struct chain	c;
	char		buf[8];

	chain_init(&c);
	chain_push(&c, blob_of(SP("abc")));
	chain_push(&c, blob_of(SP("defg")));
	assert_int_equal(chain_peek(&c, 0, buf, 8), 7);
	assert_memory_equal(buf, "abcdefg", 7);
	assert_int_equal(chain_peek(&c, 2, buf, 3), 3);
	assert_memory_equal(buf, "cde", 3);
	assert_int_equal(chain_peek(&c, 6, buf, 8), 1);
	assert_int_equal(chain_peek(&c, 7, buf, 8), 0);
	assert_int_equal(chain_peek(&c, 99, buf, 8), 0);
	chain_fini(&c);
}

/* Resident kilobytes of the mapping that begins there, -1: none. */
static long
resident_kb(const void *at)
{
	FILE	*in = fopen("/proc/self/smaps", "r");
	char	 line[512], start[32];
	long	 kb = -1;
	bool	 here = false;

	if (in == NULL) {
		print_message("no /proc/self/smaps: skipped\n");
		skip();
	}
	snprintf(start, sizeof(start), "%lx-", (unsigned long)at);
	while (kb == -1 && fgets(line, sizeof(line), in) != NULL) {
		if (strncmp(line, start, strlen(start)) == 0)
			here = true;
		if (here && strncmp(line, "Rss:", 4) == 0)
			kb = strtol(line + 4, NULL, 10);
	}
	fclose(in);
	return (kb);
}

/* A file's bytes as a blob: they outlive the descriptor, and their memory
 * can be given back without losing them. */
static void
test_map(void **state unused)
{
	size_t		 page = (size_t)sysconf(_SC_PAGESIZE), i;
	size_t		 n = page * 8 + 100;
	FILE		*f = tmpfile();
	struct blob	*b;
	struct chain	 c;

	assert_non_null(f);
	for (i = 0; i < n; i++)
		assert_int_not_equal(fputc((int)(i % 251), f), EOF);
	assert_int_equal(fflush(f), 0);
	b = blob_map(fileno(f), n);
	assert_int_equal(fclose(f), 0);
	assert_non_null(b);
	assert_int_equal(b->n, n);
	for (i = 0; i < n; i++)
		assert_int_equal(b->data[i], i % 251);
	assert_in_range(resident_kb(b->data), n / 1024, n / 1024 + page);
	blob_cool(b, 0, page);		/* whole pages of the range only */
	blob_cool(b, 1, page);
	assert_in_range(resident_kb(b->data), 1, n / 1024);
	blob_cool(b, 0, n);
	for (i = 0; i < n; i++)
		assert_int_equal(b->data[i], i % 251);

	/* Nobody writes into it, however small what is appended. */
	chain_init(&c);
	chain_push(&c, b);
	chain_append(&c, SP("x"));
	assert_int_equal(c.n, 2);
	assert_int_equal(c.len, n + 1);
	chain_fini(&c);
	assert_int_equal(obj_total(), 0);
}

/* A part is the same bytes, and keeps the whole. */
static void
test_part(void **state unused)
{
	size_t		 page = (size_t)sysconf(_SC_PAGESIZE), i;
	FILE		*f = tmpfile();
	struct blob	*whole, *part;

	assert_non_null(f);
	for (i = 0; i < 4 * page; i++)
		(void)fputc((int)(i % 251), f);
	assert_int_equal(fflush(f), 0);
	whole = blob_map(fileno(f), 4 * page);
	assert_int_equal(fclose(f), 0);
	part = blob_part(whole, 10, 3 * page);
	blob_unref(whole);
	assert_true(blob_is_mapped(part));
	for (i = 0; i < part->n; i++)
		assert_int_equal(part->data[i], (i + 10) % 251);
	blob_cool(part, 0, part->n);
	/* The page before its first whole one stays. */
	assert_int_equal(resident_kb(part->data - 10), 2 * page / 1024);
	assert_int_equal(part->data[2 * page], (2 * page + 10) % 251);
	blob_unref(part);

	whole = blob_of(SP("abcdef"));
	part = blob_part(whole, 2, 3);
	assert_false(blob_is_mapped(part));
	blob_unref(whole);
	assert_true(sp_is(blob_sp(part), "cde"));
	blob_unref(part);
	assert_int_equal(obj_total(), 0);
}

static void
test_map_fails(void **state unused)
{
	assert_null(blob_map(-1, 10));
	assert_int_equal(obj_total(), 0);
}

static void
test_cool_leaves_own_memory_alone(void **state unused)
{
	struct blob	*b = blob_new(100000);

	memset(b->data, 'q', 100000);
	b->n = 100000;
	blob_cool(b, 0, b->n);
	assert_int_equal(b->data[50000], 'q');
	blob_unref(b);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_blobs),
		cmocka_unit_test(test_append),
		cmocka_unit_test(test_shared_is_frozen),
		cmocka_unit_test(test_shared_while_it_grows),
		cmocka_unit_test(test_growing_and_shared),
		cmocka_unit_test(test_no_copies),
		cmocka_unit_test(test_move),
		cmocka_unit_test(test_peek),
		cmocka_unit_test(test_map),
		cmocka_unit_test(test_part),
		cmocka_unit_test(test_map_fails),
		cmocka_unit_test(test_cool_leaves_own_memory_alone),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
