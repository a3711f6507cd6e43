#include "flowfile/ff_meta.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

/* JSON in, tnetstring, JSON out. */
static const struct {
	const char	*json, *tnet, *again;	/* NULL: as json */
} rows[] = {
	{ "null", "0:~", NULL },
	{ "true", "4:true!", NULL },
	{ "false", "5:false!", NULL },
	{ "-5", "2:-5#", NULL },
	{ "0.1", "3:0.1^", NULL },
	{ "\"\xc3\xbc\"", "2:\xc3\xbc;", NULL },
	{ "\"a\\\"b\"", "3:a\"b;", "\"a\\u0022b\"" },
	{ "[1,[],{}]", "10:1:1#0:]0:}]", NULL },
	{ "{\"a\":{\"b\":[]}}", "14:1:a;7:1:b;0:]}}", NULL },
	{ "no json", "7:no json;", "\"no json\"" },
	{ "", "0:;", "\"\"" },
	{ "100000000000000000000", "5:1e+20^", "1e+20" },
};

static void
test_rows(void **state)
{
	struct tput	 p;
	struct arena	 a;
	struct str	 s;
	size_t		 i;

	(void)state;
	for (i = 0; i < nitems(rows); i++) {
		tput_init(&p);
		arena_init(&a);
		str_init(&s, 1000);
		ff_meta_put(&p, rows[i].json);
		if (!sp_is(tput_sp(&p), rows[i].tnet))
			fail_msg("%s: %.*s", rows[i].json, SPF(tput_sp(&p)));
		ff_meta_get(&s, tnet_parse(tput_sp(&p), &a, NULL));
		assert_string_equal(str_c(&s), rows[i].again != NULL ?
		    rows[i].again : rows[i].json);
		tput_fini(&p);
		arena_fini(&a);
		str_fini(&s);
	}
}

/* Values JSON has no word for. */
static const struct {
	const char	*tnet, *json;
} odd[] = {
	{ "3:nan^", "null" }, { "4:-inf^", "null" }, { "2:\xff" "a,",
	  "\"\\u00ffa\"" }, { "2:05#", "5.0" },
	{ "30:100000000000000000000000000000#",
	  "100000000000000000000000000000" },
	{ "6:0:]0:~}", "{\"\":null}" }, { "1:\n;", "\"\\u000a\"" },
};

static void
test_odd_values(void **state)
{
	struct arena	 a;
	struct str	 s;
	struct tnet	*t;
	size_t		 i;

	(void)state;
	for (i = 0; i < nitems(odd); i++) {
		arena_init(&a);
		str_init(&s, 1000);
		t = tnet_parse(sp_of(odd[i].tnet), &a, NULL);
		assert_non_null(t);
		ff_meta_get(&s, t);
		assert_string_equal(str_c(&s), odd[i].json);
		arena_fini(&a);
		str_fini(&s);
	}
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_odd_values),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
