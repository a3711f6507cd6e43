#include "codec/h2_scan.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "base/mem.h"

#define DATA3	"\0\0\3\0\0\0\0\0\5abc"
#define PING	"\0\0\10\6\0\0\0\0\0" "\0\0\4\10\0\0\0\0"
#define UPDATE(id, by) "\0\0\4\10\0\0\0\0" id "\0\0\0" by

static const struct {
	struct sp	bytes;
	int32_t		found;
} rows[] = {
	{ { NULL, 0 }, -1 },
	{ SP(DATA3 UPDATE("\5", "\1") PING), -1 },
	{ SP(UPDATE("\5", "\0")), 5 },
	{ SP(UPDATE("\0", "\0")), 0 },
	{ SP(DATA3 UPDATE("\3", "\7") DATA3 UPDATE("\7", "\0") PING), 7 },
	/* the reserved bits count for nothing (RFC 9113 6.9) */
	{ SP("\0\0\4\10\0\x80\0\0\11\x80\0\0\0"), 9 },
	/* one of another length is nghttp2's to refuse */
	{ SP("\0\0\5\10\0\0\0\0\5\0\0\0\0\0"), -1 },
	/* not all of it is there */
	{ SP("\0\0\4\10\0\0\0\0\5\0\0\0"), -1 },
	/* what looks like one is the body of another frame */
	{ SP("\0\0\15\0\0\0\0\0\5" UPDATE("\5", "\0")), -1 },
};

static int32_t
scan(struct h2_scan *s, struct sp b)
{
	unsigned char	*copy = xmalloc(b.n + 1);
	int32_t		 found;

	/* at the end of its memory, so that a look behind it is seen */
	if (b.n != 0)
		memcpy(copy + 1, b.p, b.n);
	found = h2_scan_feed(s, sp_mem(copy + 1, b.n));
	free(copy);
	return (found);
}

/* Whole, and cut at each place; behind a preface or not. */
static void
test_rows(void **state unused)
{
	struct h2_scan	s;
	int32_t		first, second;
	size_t		i, at;

	for (i = 0; i < nitems(rows); i++) {
		for (at = 0; at <= rows[i].bytes.n; at++) {
			h2_scan_init(&s, 0);
			first = scan(&s, sp_cut(rows[i].bytes, 0, at));
			second = scan(&s, sp_skip(rows[i].bytes, at));
			assert_int_equal(second != -1 ? second : first,
			    rows[i].found);
		}
		h2_scan_init(&s, 3);
		assert_int_equal(scan(&s, SP("PR")), -1);
		assert_int_equal(scan(&s, SP("I")), -1);
		assert_int_equal(scan(&s, rows[i].bytes), rows[i].found);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
