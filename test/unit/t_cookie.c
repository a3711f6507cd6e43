#include "codec/cookie.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "base/limits.h"

/* What is read, with '>' for the '=' and '|' behind each; how it is put
 * together again (NULL: as it was). */
static const struct {
	const char	*in, *want, *out;
} rows[] = {
	{ "",			"",			NULL },
	{ "a=1",		"a>1|",			NULL },
	{ "a=1; b=2",		"a>1|b>2|",		NULL },
	{ "a=1;b=2 ;  c=3;",	"a>1|b>2|c>3|",		"a=1; b=2; c=3" },
	{ "a=b=c; d==",		"a>b=c|d>=|",		NULL },
	{ "a=\"q w\"; b=\"",	"a>\"q w\"|b>\"|",	NULL },
	{ "a; b=; =c",		"a|b>|>c|",		NULL },
	{ "a = 1 ; b\t=\t2",	"a>1|b>2|",		"a=1; b=2" },
	{ ";; ;a=1;;",		"a>1|",			"a=1" },
	{ "a=1; a=1",		"a>1|a>1|",		NULL },
	{ "sid=x; Path=/; Secure; Expires=Wed, 09 Jun 2021 10:18:14 GMT",
	  "sid>x|Path>/|Secure|Expires>Wed, 09 Jun 2021 10:18:14 GMT|",
	  NULL },
	{ "sid=x; SameSite=; HttpOnly", "sid>x|SameSite>|HttpOnly|", NULL },
	{ "a=\xff\xe9",		"a>\xff\xe9|",		NULL },
};

static void
expect_pairs(const struct pairs *ps, const char *want)
{
	struct str	s;

	str_init(&s, 1000);
	for (size_t i = 0; i < ps->n; i++) {
		str_add(&s, ps->v[i].name);
		if (ps->v[i].value.p != NULL)
			str_putc(&s, '>');
		str_add(&s, ps->v[i].value);
		str_putc(&s, '|');
	}
	assert_string_equal(str_c(&s), want);
	str_fini(&s);
}

static void
check(void (*parse)(struct sp, struct pairs *),
    void (*put)(struct str *, const struct pairs *), size_t i)
{
	struct pairs	ps;
	struct str	s;
	size_t		n = strlen(rows[i].in);
	char		*p = malloc(n != 0 ? n : 1);

	memcpy(p, rows[i].in, n);
	pairs_init(&ps);
	parse(sp_mem(p, n), &ps);
	free(p);
	expect_pairs(&ps, rows[i].want);
	str_init(&s, 1000);
	put(&s, &ps);
	assert_string_equal(str_c(&s), rows[i].out != NULL ? rows[i].out :
	    rows[i].in);
	str_fini(&s);
	pairs_fini(&ps);
}

static void
test_rows(void **state unused)
{
	for (size_t i = 0; i < nitems(rows); i++) {
		check(cookie_parse, cookie_put, i);
		check(cookie_parse_set, cookie_put_set, i);
	}
}

static void
test_ceiling(void **state unused)
{
	struct pairs	ps;
	struct str	s;

	str_init(&s, STR_MAX);
	for (size_t i = 0; i < limit_of(FORM_FIELDS) + 5; i++)
		str_puts(&s, "a;");
	pairs_init(&ps);
	cookie_parse(str_sp(&s), &ps);
	assert_int_equal(ps.n, limit_of(FORM_FIELDS));
	pairs_fini(&ps);
	str_fini(&s);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_ceiling),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
