#include "ui/status.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

static const struct opt opts[] = {
	{ "view_filter", OPT_STR, OPT_NULLABLE, NULL, NULL, "x", 0, 0, NULL },
	{ "intercept", OPT_STR, OPT_NULLABLE, NULL, NULL, "x", 0, 0, NULL },
	{ "intercept_active", OPT_BOOL, 0, "true", NULL, "x", 0, 0, NULL },
	{ "anticache", OPT_BOOL, 0, "false", NULL, "x", 0, 0, NULL },
	{ "upstream_cert", OPT_BOOL, 0, "true", NULL, "x", 0, 0, NULL },
	{ "modify_body", OPT_SEQ, 0, NULL, NULL, "x", 0, 0, NULL },
	{ "mode", OPT_SEQ, 0, "regular", NULL, "x", 0, 0, NULL },
	{ "save_stream_file", OPT_STR, OPT_NULLABLE, NULL, NULL, "x", 0, 0,
	  NULL },
};

/* One row: an option set, and the info bar's left side after it. The
 * options stay as they are set. */
static const struct row {
	const char	*name, *value, *bar;
} rows[] = {
	{ "view_filter", "~d x",
	  "[f:~d x]" },
	{ "intercept", "~q",
	  "[i:~q][f:~d x]" },
	{ "intercept_active", "false",
	  "[Xi:~q][f:~d x]" },
	{ "modify_body", "/a/b",
	  "[1 body modifications][Xi:~q][f:~d x]" },
	{ "anticache", "true",
	  "[1 body modifications][Xi:~q][f:~d x][anticache]" },
	{ "upstream_cert", "false",
	  "[1 body modifications][Xi:~q][f:~d x][anticache:"
	  "no-upstream-cert]" },
	{ "mode", "reverse:http://x",
	  "[1 body modifications][Xi:~q][f:~d x][anticache:"
	  "no-upstream-cert][reverse:http://x]" },
	{ "save_stream_file", "/tmp/f",
	  "[1 body modifications][Xi:~q][f:~d x][anticache:"
	  "no-upstream-cert][reverse:http://x][W:/tmp/f]" },
	{ "view_filter", "\033[2J",		/* nothing gets through */
	  "[1 body modifications][Xi:~q][f:\\x1b[2J][anticache:"
	  "no-upstream-cert][reverse:http://x][W:/tmp/f]" },
};

static void
test_bar(void **state)
{
	struct term_settings	 set = { .headless = true, .rows = 10,
		.cols = 80 };
	struct model		*m = model_new();
	struct term		*t;
	struct why		 why;
	struct str		 s;
	size_t			 i;

	(void)state;
	t = term_open(&set, &why);
	assert_non_null(t);
	assert_int_equal(opts_add(m->opts, opts, nitems(opts), &why), 0);
	for (i = 0; i < nitems(rows); i++) {
		assert_int_equal(opts_set1(m->opts, rows[i].name,
		    rows[i].value, &why), 0);
		str_init(&s, 4096);
		status_bar(m, t, &s);
		assert_true(sp_starts(str_sp(&s), "\342\207\251  [0/0]   "));
		assert_string_equal(strchr(str_c(&s), ']') + 1 +
		    strspn(strchr(str_c(&s), ']') + 1, " "), rows[i].bar);
		str_fini(&s);
	}
	term_close(t);
	model_free(m);
}

static void
test_addresses(void **state)
{
	char		 one[] = "127.0.0.1:8080", two[] = "[::1]:8080";
	char		*none[] = { NULL }, *both[] = { one, two, NULL };
	struct model	 m = { .listening = none };
	struct str	 s;

	(void)state;
	str_init(&s, 4096);
	status_listen(&m, &s);
	assert_int_equal(s.n, 0);
	m.listening = both;
	status_listen(&m, &s);
	assert_string_equal(str_c(&s), "[127.0.0.1:8080, [::1]:8080]");
	str_fini(&s);
}

static void
test_only_the_first_line_is_said(void **state)
{
	struct status	s;

	(void)state;
	status_init(&s, NULL, NULL, NULL);
	status_say(&s, ST_error, SP("bad \033thing\nTraceback"), false);
	assert_string_equal(str_c(&s.text), "bad \\x1bthing"
	    "  (more in the event log: E)");
	status_clear(&s);
	assert_int_equal(s.text.n, 0);
	status_fini(&s);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_bar),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_only_the_first_line_is_said),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
