#include "flowfile/ff_index.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <zlib.h>

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

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_sums),
		cmocka_unit_test(test_it_gets_full),
		cmocka_unit_test(test_the_member_is_gzip),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
