#include "flowfile/ff_tail.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "flowfile/blocks.h"

static ssize_t
read_sp(void *arg, uint64_t at, void *buf, size_t n)
{
	struct sp	s = *(struct sp *)arg;

	s = at < s.n ? sp_cut(s, (size_t)at, n) : SPNIL;
	if (s.n != 0)
		memcpy(buf, s.p, s.n);
	return ((ssize_t)s.n);
}

static const struct {
	const char	*text;
	int		 what;		/* -1: refused */
	uint64_t	 end;
} rows[] = {
	{ "", FF_TAIL_EMPTY, 0 },
	{ "0:}", FF_TAIL_PLAIN, 3 },
	{ "0:}0:}", FF_TAIL_PLAIN, 6 },
	{ "0:}0", FF_TAIL_PLAIN, 3 },
	{ "0:}12:abc", FF_TAIL_PLAIN, 3 },
	{ "0:}\n", FF_TAIL_PLAIN, 3 },
	{ "12:3:abc", FF_TAIL_PLAIN, 0 },
	{ "12:", FF_TAIL_PLAIN, 0 },
	/* What was torn by nobody is not cut off. */
	{ "2026: a diary", -1, 0 },
	{ "12:30 lunch with a friend, then home", -1, 0 },
	{ "5:12345#", -1, 0 },
	{ "0:}5:12345#0:}", -1, 0 },
	{ "0:}\n0:}0:}0:}0:}0:}0:}0:}0:}", -1, 0 },
	{ "{\"log\"", FF_TAIL_HAR, 0 },
	{ "\xef\xbb\xbf{}", FF_TAIL_HAR, 0 },
	{ "text", -1, 0 },
	{ "1", FF_TAIL_PLAIN, 0 },
	{ "1x", -1, 0 },
	{ "\x1f\x8b", FF_TAIL_GZIP, 0 },
};

static void
test_rows(void **state)
{
	struct ff_tail	t;
	struct sp	s;
	struct why	why;
	size_t		i;
	int		r;

	(void)state;
	for (i = 0; i < nitems(rows); i++) {
		s = sp_of(rows[i].text);
		r = ff_tail_find(read_sp, &s, &t, &why);
		if ((r == -1) != (rows[i].what == -1))
			fail_msg("%s", rows[i].text);
		if (r == -1)
			continue;
		assert_int_equal(t.what, rows[i].what);
		assert_int_equal(t.end, rows[i].end);
		ff_tail_fini(&t);
	}
}

/* Three values; the file cut at every byte: what is whole is found. */
static void
test_packed_and_cut(void **state)
{
	struct packer	*p = packer_new(6, 0);
	struct sp	 all, s;
	struct ff_tail	 t;
	size_t		 n, last = 0, first;

	(void)state;
	packer_put(p, SP("4:1:a,}"));
	packer_end(p);
	first = packer_out(p).n;
	packer_put(p, SP("4:1:b,}"));
	packer_flush(p);
	packer_put(p, SP("4:1:c,}"));
	packer_end(p);
	all = packer_out(p);
	for (n = first; n <= all.n; n++) {
		s = sp_cut(all, 0, n);
		assert_int_equal(ff_tail_find(read_sp, &s, &t, NULL), 0);
		if (n == first || n == all.n) {
			assert_int_equal(t.end, n);
			assert_int_equal(t.whole.n, 0);
		} else if (n >= first + 24) {
			assert_int_equal(t.end, first);
			assert_int_equal(t.whole.n % 7, 0);
			assert_true(t.whole.n >= last);
			last = t.whole.n;
		}
		ff_tail_fini(&t);
	}
	assert_int_equal(last, 14);
	packer_free(p);
}

/* Up to some byte; there the disk is broken. */
struct broken {
	struct sp	s;
	uint64_t	from;
};

static ssize_t
read_broken(void *arg, uint64_t at, void *buf, size_t n)
{
	struct broken	*b = arg;

	return (at + n > b->from ? -1 : read_sp(&b->s, at, buf, n));
}

/* What cannot be read is not cut off. */
static void
test_a_broken_disk(void **state)
{
	struct packer	*p = packer_new(6, 0);
	struct str	 text;
	struct broken	 b;
	struct ff_tail	 t;
	struct why	 why;
	size_t		 i;

	(void)state;
	str_init(&text, STR_MAX);
	for (i = 0; i < 100; i++)
		str_puts(&text, "0:}");
	/* whose end cannot be read, and whose front can */
	str_puts(&text, "99:0:}");
	while (text.n < 300 + 102)
		str_putc(&text, ' ');
	str_putc(&text, '}');
	packer_put(p, SP("4:1:a,}"));
	packer_end(p);
	for (i = 0; i < 6; i++) {
		b.s = i % 2 == 0 ? str_sp(&text) : packer_out(p);
		b.from = i < 2 ? 0 : i < 4 ? 20 : b.s.n - 1;
		assert_int_equal(ff_tail_find(read_broken, &b, &t, &why), -1);
		assert_non_null(strstr(why.text, "cannot be read"));
	}
	packer_free(p);
	str_fini(&text);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_packed_and_cut),
		cmocka_unit_test(test_a_broken_disk),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
