#include "test/unit/cvkit.h"

static const struct cvrow rows[] = {
	{ "lines", NULL, "a\nb\r\n\nc", 0, "a\nb\n\nc\n" },
	{ "last line end", NULL, "a\n", 0, "a\n" },
	{ "tabs", NULL, "a\tb\n\tc", 0, "a       b\n        c\n" },
	{ "controls and broken bytes", NULL, "a\x1b]0;t\x07\xff", 0,
	  "a\\x1b]0;t\\x07\\xff\n" },
	{ "other alphabets", NULL, "grüße 你好\n", 0, "grüße 你好\n" },
};

static void
test_rows(void **state)
{
	(void)state;
	cvkit_rows("raw", rows, nitems(rows));
}

static void
test_endless_line_is_cut(void **state)
{
	size_t		 n = 8 << 20;
	char		*line = malloc(n);
	struct cv_in	 in = { .body = SPNIL };
	struct cv_out	 o;

	(void)state;
	memset(line, 'x', n);
	in.body = sp_mem(line, n);
	cv_out_init(&o, 10);
	assert_int_equal(cv_render(cv_find("raw"), &in, &o, NULL), 0);
	assert_true(o.cut);
	assert_true(o.text.n < 1 << 20);
	cv_out_fini(&o);
	cv_out_init(&o, 0);
	assert_int_equal(cv_render(cv_find("raw"), &in, &o, NULL), 0);
	assert_false(o.cut);
	assert_int_equal(o.text.n, n);
	cv_out_fini(&o);
	free(line);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_endless_line_is_cut),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
