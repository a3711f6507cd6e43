#include "flowfile/ff_rows.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/mem.h"

static const struct brief	rows[] = {
	{ .flags = BRIEF_TCP | BRIEF_ERROR },
	{ .flags = BRIEF_HTTP | BRIEF_ANSWERED | BRIEF_MARKED,
	    .status = 404, .size = 1ull << 40, .t_created = 1700000000.125,
	    .method = SP("GET"), .url = SP("http://shown.test/a"),
	    .type_q = SP(""), .type_s = SP("text/html"),
	    .host = SP("10.0.0.1"), .pretty_host = SP("shown.test"),
	    .uuid = { 0xff, 1 } },
	{ .flags = BRIEF_HTTP | BRIEF_ASKED, .method = SP("POST"),
	    .url = SP("https://[::1]:8/"), .host = SP("::1"),
	    .pretty_host = SP("::1") },
	{ .flags = BRIEF_DNS | BRIEF_ASKED, .url = SP("a.test") },
};

static bool
same_text(struct sp a, struct sp b)
{
	return ((a.p == NULL) == (b.p == NULL) && sp_eq(a, b));
}

static void
same(const struct brief *a, const struct brief *b)
{
	assert_int_equal(a->flags, b->flags);
	assert_int_equal(a->status, b->status);
	assert_true(a->size == b->size && a->t_created == b->t_created);
	assert_memory_equal(a->uuid, b->uuid, sizeof(a->uuid));
	assert_true(same_text(a->method, b->method));
	assert_true(same_text(a->url, b->url));
	assert_true(same_text(a->type_q, b->type_q));
	assert_true(same_text(a->type_s, b->type_s));
	assert_true(same_text(a->host, b->host));
	assert_true(same_text(a->pretty_host, b->pretty_host));
}

static void
test_there_and_back(void **state unused)
{
	struct brief	b;
	struct str	s;
	struct sp	in;
	size_t		i;

	str_init(&s, STR_MAX);
	for (i = 0; i < nitems(rows); i++)
		ff_row_put(&s, &rows[i]);
	in = str_sp(&s);
	for (i = 0; i < nitems(rows); i++) {
		assert_int_equal(ff_row_get(&in, &b), 0);
		same(&b, &rows[i]);
	}
	assert_int_equal(in.n, 0);
	str_fini(&s);
}

/* Cut anywhere it is none; other bytes are one or none, in bounds. */
static void
test_damage(void **state unused)
{
	struct brief	 b;
	struct str	 s;
	struct sp	 in;
	unsigned char	*copy;
	size_t		 i, n;

	str_init(&s, STR_MAX);
	ff_row_put(&s, &rows[1]);
	for (n = 0; n < s.n; n++) {
		copy = xmalloc(n != 0 ? n : 1);
		memcpy(copy, s.p, n);
		in = sp_mem(copy, n);
		assert_int_equal(ff_row_get(&in, &b), -1);
		free(copy);
	}
	for (i = 0; i < s.n * 8; i++) {
		copy = xmalloc(s.n);
		memcpy(copy, s.p, s.n);
		copy[i / 8] ^= (unsigned char)(1u << i % 8);
		in = sp_mem(copy, s.n);
		if (ff_row_get(&in, &b) == 0)
			assert_true(b.url.n <= s.n && in.n <= s.n);
		free(copy);
	}
	str_fini(&s);
}

/* What is too long is cut, and says so. */
static void
test_long(void **state unused)
{
	struct brief	 b = rows[1], got;
	struct str	 s;
	struct sp	 in;
	char		*url = xmalloc(5000);

	memset(url, 'u', 5000);
	b.url = sp_mem(url, 5000);
	b.pretty_host = b.host = SPNIL;
	str_init(&s, STR_MAX);
	ff_row_put(&s, &b);
	in = str_sp(&s);
	assert_int_equal(ff_row_get(&in, &got), 0);
	assert_int_equal(got.url.n, ROW_URL);
	assert_int_equal(got.flags, b.flags | BRIEF_VAGUE);
	str_fini(&s);
	free(url);
}

/* A host that is not in the URL, times that are none. */
static void
test_odd(void **state unused)
{
	static const double	times[] = { -1, 1e300, 0.0 / 0.0 };
	struct brief		b = rows[1], got;
	struct str		s;
	struct sp		in;

	str_init(&s, STR_MAX);
	b.pretty_host = SP("elsewhere");
	ff_row_put(&s, &b);
	in = str_sp(&s);
	assert_int_equal(ff_row_get(&in, &got), 0);
	assert_int_equal(got.flags, b.flags | BRIEF_VAGUE);
	for (size_t i = 0; i < nitems(times); i++) {
		str_clear(&s);
		b.t_created = times[i];
		ff_row_put(&s, &b);
		in = str_sp(&s);
		assert_int_equal(ff_row_get(&in, &got), 0);
		assert_true(got.t_created == 0);
	}
	str_fini(&s);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_there_and_back),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_odd),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
