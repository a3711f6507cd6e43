#include "flowfile/blocks.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

#define VALUES	60
#define VALUE	((size_t)20000)
#define PER	(BLOCK_AIM / VALUE)	/* values of a block */
#define BLOCKS	((VALUES + PER - 1) / PER)

/* What an unpacker said. */
struct heard {
	struct str	data;
	unsigned	fresh, lost;
	uint64_t	at, count;
	int		answer;		/* of data */
};

static int
on_data(void *arg, struct sp s)
{
	struct heard	*h = arg;

	str_add(&h->data, s);
	return (h->answer);
}

static void
on_fresh(void *arg)
{
	struct heard	*h = arg;

	h->fresh++;
}

static void
on_count(void *arg, uint64_t n)
{
	struct heard	*h = arg;

	h->count += n;
}

static void
on_lost(void *arg, uint64_t at, const char *what)
{
	struct heard	*h = arg;

	assert_non_null(what);
	if (h->lost++ == 0)
		h->at = at;
}

static const struct unpack_ops	ops = { on_data, on_fresh, on_count,
				    on_lost };

static void
unpack(struct heard *h, struct sp s, size_t step)
{
	struct unpacker	*u = unpacker_new(&ops, h);
	struct sp	 piece;
	unsigned char	*copy;
	int		 ok = 0;

	while (s.n != 0 && ok == 0) {
		piece = sp_cut(s, 0, step);
		s = sp_skip(s, piece.n);
		copy = xmalloc(piece.n);
		memcpy(copy, piece.p, piece.n);
		ok = unpacker_feed(u, sp_mem(copy, piece.n));
		free(copy);
	}
	unpacker_end(u);
	unpacker_free(u);
}

static void
heard_init(struct heard *h)
{
	*h = (struct heard){ .answer = 0 };
	str_init(&h->data, STR_MAX);
}

/* Value i: its number, then bytes that do not pack well. */
static void
make_value(unsigned char *v, unsigned i)
{
	uint32_t	x = i * 2654435761u + 1;
	size_t		k;

	v[0] = (unsigned char)i;
	for (k = 1; k < VALUE; k++) {
		x = x * 1664525u + 1013904223u;
		v[k] = (unsigned char)(x >> 28);
	}
}

/* A packed file of VALUES values; what is in it, too. */
static void
make_file(struct str *file, struct str *plain, unsigned flush_every)
{
	struct packer	*p = packer_new(6, 0);
	unsigned char	 v[VALUE];
	unsigned	 i;

	str_init(file, STR_MAX);
	str_init(plain, STR_MAX);
	for (i = 0; i < VALUES; i++) {
		make_value(v, i);
		str_add(plain, sp_mem(v, VALUE));
		packer_put(p, sp_mem(v, VALUE));
		if (flush_every != 0 && i % flush_every == 0)
			packer_flush(p);
	}
	packer_end(p);
	str_add(file, packer_out(p));
	packer_free(p);
}

static ssize_t
read_str(void *arg, uint64_t at, void *buf, size_t n)
{
	struct sp	s = sp_cut(str_sp(arg), (size_t)at, n);

	if (s.n != 0)
		memcpy(buf, s.p, s.n);
	return ((ssize_t)s.n);
}

static void
test_there_and_back(void **state)
{
	static const size_t	steps[] = { 1, 7, 4096, SIZE_MAX };
	struct str		file, plain;
	struct heard		h;
	size_t			i;

	(void)state;
	make_file(&file, &plain, 3);
	assert_true(file.n < plain.n * 6 / 10);
	for (i = 0; i < nitems(steps); i++) {
		heard_init(&h);
		unpack(&h, str_sp(&file), steps[i]);
		assert_int_equal(h.lost, 0);
		assert_int_equal(h.fresh, BLOCKS);
		assert_true(sp_eq(str_sp(&h.data), str_sp(&plain)));
		str_fini(&h.data);
	}
	str_fini(&file);
	str_fini(&plain);
}

static void
test_each_member_says_its_size(void **state)
{
	struct str	 file, plain;
	const char	*p;
	size_t		 at = 0, n = 0;
	uint64_t	 last;

	(void)state;
	make_file(&file, &plain, 0);
	while (at < file.n) {
		p = file.p + at;
		assert_memory_equal(p, "\x1f\x8b\x08\x04", 4);
		assert_memory_equal(p + 12, "WR\4\0", 4);
		assert_int_equal(blocks_last(read_str, &file, &last), true);
		at += (size_t)(unsigned char)p[16] |
		    (size_t)(unsigned char)p[17] << 8 |
		    (size_t)(unsigned char)p[18] << 16;
		n++;
	}
	assert_int_equal(at, file.n);
	assert_int_equal(n, BLOCKS);
	assert_true(last > file.n / 2 && last < file.n);
	str_fini(&file);
	str_fini(&plain);
}

static void
test_a_long_value_goes_on_in_members(void **state)
{
	struct packer	*p = packer_new(6, 0);
	struct heard	 h;
	struct str	 big;
	uint64_t	 last;
	struct str	 file;

	(void)state;
	str_init(&big, STR_MAX);
	str_init(&file, STR_MAX);
	assert_non_null(str_room(&big, 3 * BLOCK_MAX + 5));
	memset(big.p, 'x', 3 * BLOCK_MAX + 5);
	str_grew(&big, 3 * BLOCK_MAX + 5);
	packer_put(p, SP("first"));
	packer_put(p, str_sp(&big));
	packer_end(p);
	str_add(&file, packer_out(p));
	heard_init(&h);
	unpack(&h, str_sp(&file), 1000);
	assert_int_equal(h.data.n, 5 + big.n);
	assert_int_equal(h.fresh, 2);
	assert_int_equal(h.lost, 0);
	assert_true(blocks_last(read_str, &file, &last));
	assert_in_range(last, 20, 60);
	packer_free(p);
	str_fini(&big);
	str_fini(&file);
	str_fini(&h.data);
}

/* What packs to nearly nothing is not in pieces, up to the most that one
 * may have. */
static void
test_members_are_worth_it(void **state)
{
	struct packer	*p = packer_new(6, 0);
	unsigned char	 v[VALUE];
	struct block	 b;
	struct sp	 s;
	unsigned	 i, n = 0;

	(void)state;
	memset(v, 'x', sizeof(v));
	for (i = 0; i < 100; i++)
		packer_put(p, sp_mem(v, VALUE));
	packer_end(p);
	for (s = packer_out(p); s.n != 0; s = sp_skip(s, b.size), n++)
		assert_true(block_head(s, &b));
	assert_int_equal(n, 100 * VALUE / BLOCK_MAX + 1);
	packer_free(p);
}

static void
test_damage_costs_one_member(void **state)
{
	struct str	file, plain;
	struct heard	h;
	size_t		at, i, n;

	(void)state;
	make_file(&file, &plain, 0);
	for (at = 100; at < file.n; at += file.n / 23) {
		for (i = 0; i < 16 && at + i < file.n; i++)
			file.p[at + i] ^= 0x5a;
		heard_init(&h);
		unpack(&h, str_sp(&file), 5000);
		assert_true(h.lost >= 1);
		assert_true(h.at <= at);
		assert_int_equal(h.data.n % VALUE, 0);
		n = h.data.n / VALUE;
		/* One member, or two when a head was hit. */
		assert_in_range(n, VALUES - 2 * PER, VALUES - PER);
		/* What is given is right. */
		for (i = 0; i < n; i++) {
			unsigned char	v[VALUE];

			make_value(v, (unsigned char)h.data.p[i * VALUE]);
			assert_memory_equal(v, h.data.p + i * VALUE, VALUE);
		}
		str_fini(&h.data);
		for (i = 0; i < 16 && at + i < file.n; i++)
			file.p[at + i] ^= 0x5a;
	}
	str_fini(&file);
	str_fini(&plain);
}

static void
test_a_torn_file_gives_what_was_flushed(void **state)
{
	struct packer	*p = packer_new(6, 0);
	struct heard	 h;

	(void)state;
	packer_put(p, SP("one"));
	packer_flush(p);
	heard_init(&h);
	unpack(&h, packer_out(p), 3);
	assert_true(sp_is(str_sp(&h.data), "one"));
	assert_int_equal(h.lost, 1);
	assert_int_equal(h.at, packer_out(p).n);
	str_fini(&h.data);
	packer_free(p);
}

static void
test_bytes_that_were_taken_are_patched(void **state)
{
	struct packer	*p = packer_new(6, 0);
	unsigned char	 size[4];
	uint64_t	 at = 0;
	size_t		 all;

	(void)state;
	packer_put(p, SP("one"));
	packer_flush(p);
	all = packer_out(p).n;
	packer_took(p, all);
	assert_int_equal(packer_at(p), all);
	assert_false(packer_patch(p, &at, size));
	packer_end(p);
	all += packer_out(p).n;
	assert_true(packer_patch(p, &at, size));
	assert_int_equal(at, 16);
	assert_int_equal(size[0], all);
	assert_false(packer_patch(p, &at, size));
	packer_free(p);
}

static void
test_nonsense_between_members(void **state)
{
	struct str	file, again, plain;
	struct heard	h;

	(void)state;
	make_file(&again, &plain, 0);
	str_fini(&plain);
	make_file(&file, &plain, 0);
	str_puts(&file, "nonsense");
	str_add(&file, str_sp(&again));
	str_fini(&again);
	heard_init(&h);
	unpack(&h, str_sp(&file), 100);
	assert_int_equal(h.lost, 1);
	assert_int_equal(h.data.n, 2 * plain.n);
	str_fini(&h.data);
	str_fini(&file);
	str_fini(&plain);
}

static void
test_a_reader_that_gives_up_gets_the_next_member(void **state)
{
	struct str	file, plain;
	struct heard	h;

	(void)state;
	make_file(&file, &plain, 0);
	heard_init(&h);
	h.answer = -1;
	unpack(&h, str_sp(&file), SIZE_MAX);
	assert_int_equal(h.fresh, BLOCKS);
	str_fini(&h.data);
	str_fini(&file);
	str_fini(&plain);
}

/* An index behind the values says how many there are, at every split. */
static void
test_the_index_counts(void **state)
{
	struct packer	*p = packer_new(6, 0);
	struct heard	 h;
	struct sp	 s;
	size_t		 step;

	(void)state;
	packer_index(p);
	assert_int_equal(packer_out(p).n, 0);	/* nothing to say */
	packer_put(p, SP("one"));
	packer_put(p, SP("two"));
	packer_index(p);
	packer_put(p, SP("three"));
	packer_index(p);
	s = packer_out(p);
	for (step = 1; step < s.n; step++) {
		heard_init(&h);
		unpack(&h, s, step);
		assert_true(sp_is(str_sp(&h.data), "onetwothree"));
		assert_int_equal(h.count, 3);
		assert_int_equal(h.lost, 0);
		str_fini(&h.data);
	}
	packer_free(p);
}

static void
test_zlib(void **state)
{
	struct str	packed;
	struct heard	h;
	size_t		step;

	(void)state;
	str_init(&packed, STR_MAX);
	blocks_zlib(SP("hello hello hello"), &packed);
	assert_true(blocks_is_packed(str_sp(&packed)));
	assert_false(blocks_is_packed(SP("17:abc")));
	assert_false(blocks_is_packed(SP("{\"a\"")));
	for (step = 1; step < packed.n; step++) {
		heard_init(&h);
		unpack(&h, str_sp(&packed), step);
		assert_true(sp_is(str_sp(&h.data), "hello hello hello"));
		assert_int_equal(h.lost, 0);
		assert_int_equal(h.fresh, 0);
		str_fini(&h.data);
	}
	str_fini(&packed);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_there_and_back),
		cmocka_unit_test(test_each_member_says_its_size),
		cmocka_unit_test(test_a_long_value_goes_on_in_members),
		cmocka_unit_test(test_members_are_worth_it),
		cmocka_unit_test(test_damage_costs_one_member),
		cmocka_unit_test(test_a_torn_file_gives_what_was_flushed),
		cmocka_unit_test(test_bytes_that_were_taken_are_patched),
		cmocka_unit_test(test_nonsense_between_members),
		cmocka_unit_test(
		    test_a_reader_that_gives_up_gets_the_next_member),
		cmocka_unit_test(test_the_index_counts),
		cmocka_unit_test(test_zlib),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
