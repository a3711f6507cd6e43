#include "flowfile/ff_index.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <zlib.h>

#include "flowfile/blocks.h"

static void
test_sums(void **state)
{
	uint64_t	size, flows, a = 0, b = 0;
	struct str	s;
	unsigned	i;

	(void)state;
	str_init(&s, STR_MAX);
	for (i = 0; i < 64; i++) {
		assert_true(index_add(&s, (uint64_t)1 << i % 40, i));
		a += (uint64_t)1 << i % 40;
		b += i;
	}
	assert_int_equal(index_sum(str_sp(&s), &size, &flows), 0);
	assert_int_equal(size, a);
	assert_int_equal(flows, b);
	/* Half a pair is none. */
	assert_int_equal(index_sum(SP("\x01"), &size, &flows), -1);
	assert_int_equal(index_sum(SP("\x01\xff"), &size, &flows), -1);
	assert_int_equal(index_sum(SP("\xff\xff\xff\xff\xff\xff\xff\xff\xff"
	    "\xff\xff\x01\x01"), &size, &flows), -1);
	str_fini(&s);
}

static void
test_it_gets_full(void **state)
{
	struct str	s;
	unsigned	n = 0;

	(void)state;
	str_init(&s, STR_MAX);
	while (index_add(&s, 70000, 30))
		n++;
	assert_in_range(n, 10000, 30000);
	assert_true(s.n < 65000);
	str_fini(&s);
}

/* The member is gzip of nothing, of the size that it says. */
static void
test_the_member_is_gzip(void **state)
{
	unsigned char	out[16];
	struct str	s, m;
	z_stream	z = { .next_out = out, .avail_out = sizeof(out) };

	(void)state;
	str_init(&s, STR_MAX);
	str_init(&m, STR_MAX);
	index_member(&m, SPNIL);
	assert_int_equal(m.n, 0);
	(void)index_add(&s, 300, 2);
	index_member(&m, str_sp(&s));
	assert_int_equal((unsigned char)m.p[16], m.n);
	assert_int_equal(inflateInit2(&z, 31), Z_OK);
	z.next_in = (Bytef *)m.p;
	z.avail_in = (uInt)m.n;
	assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
	assert_int_equal(z.total_out, 0);
	assert_int_equal(z.avail_in, 0);
	(void)inflateEnd(&z);
	str_fini(&s);
	str_fini(&m);
}

/* What one writes the other reads, and nothing else. */
static void
test_parts(void **state)
{
	struct index_part	p;
	struct str		s, index, broken;
	struct sp		in;
	unsigned char		notes[3000], back[3000];
	size_t			i;

	(void)state;
	str_init(&s, STR_MAX);
	str_init(&index, STR_MAX);
	for (i = 0; i < sizeof(notes); i++)
		notes[i] = (unsigned char)(i * i % 251);
	(void)index_add(&index, 300, 2);
	index_member(&s, str_sp(&index));
	index_notes(&s, 7, sp_mem(notes, sizeof(notes)));
	i = s.n;
	index_end(&s, 1ull << 40, 5);
	assert_int_equal(s.n - i, INDEX_END);
	in = str_sp(&s);
	assert_int_equal(index_next(&in, &p), 0);
	assert_int_equal(p.kind, 'I');
	assert_true(sp_eq(p.data, str_sp(&index)));
	assert_int_equal(index_next(&in, &p), 0);
	assert_int_equal(p.kind, 'F');
	assert_int_equal(p.n, 7);
	assert_int_equal(p.size, sizeof(notes));
	assert_int_equal(blocks_inflate(p.data, back, sizeof(back)), 0);
	assert_memory_equal(back, notes, sizeof(notes));
	assert_int_equal(blocks_inflate(p.data, back, 2999), -1);
	assert_int_equal(index_next(&in, &p), 0);
	assert_int_equal(p.kind, 'E');
	assert_true(p.from == 1ull << 40 && p.index_at == 5);
	assert_int_equal(index_next(&in, &p), -1);
	/* cut short anywhere, the last is none */
	for (i = 0; i < INDEX_END; i++) {
		in = sp_mem(s.p + s.n - INDEX_END, i);
		assert_int_equal(index_next(&in, &p), -1);
	}
	/* of another size or kind than it says */
	for (i = 0; i < 24; i++) {
		str_init(&broken, STR_MAX);
		str_add(&broken, sp_mem(s.p + s.n - INDEX_END, INDEX_END));
		broken.p[i] ^= 0x40;
		in = str_sp(&broken);
		if (i >= 4 && i < 10)	/* time, system */
			assert_int_equal(index_next(&in, &p), 0);
		else
			assert_int_equal(index_next(&in, &p), -1);
		str_fini(&broken);
	}
	str_fini(&index);
	str_fini(&s);
}

/* The worst there is fits. */
static void
test_notes_that_do_not_pack(void **state)
{
	unsigned char	*notes = malloc(INDEX_NOTES);
	uint32_t	 seed = 1;
	struct index_part p;
	struct sp	 in;
	struct str	 s;
	size_t		 i;

	(void)state;
	assert_non_null(notes);
	for (i = 0; i < INDEX_NOTES; i++) {
		seed = seed * 1664525u + 1013904223u;
		notes[i] = (unsigned char)(seed >> 24);
	}
	str_init(&s, STR_MAX);
	index_notes(&s, 1, sp_mem(notes, INDEX_NOTES));
	in = str_sp(&s);
	assert_int_equal(index_next(&in, &p), 0);
	assert_true(p.data.n > INDEX_NOTES / 2);
	assert_int_equal(in.n, 0);
	str_fini(&s);
	free(notes);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_sums),
		cmocka_unit_test(test_it_gets_full),
		cmocka_unit_test(test_the_member_is_gzip),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_notes_that_do_not_pack),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
