#include "cv/cv_views.h"
#include "test/unit/cvkit.h"

static void
test_runs_and_lines(void **state)
{
	struct cv_out	 o;
	char		*text;

	(void)state;
	cv_out_init(&o, 0);
	assert_true(cv_puts(&o, CV_KEY, "a"));
	assert_true(cv_puts(&o, CV_KEY, "b"));
	assert_true(cv_printf(&o, CV_NUMBER, "%d", 7));
	assert_true(cv_newline(&o));
	assert_true(cv_newline(&o));
	assert_true(cv_puts(&o, CV_TEXT, "c"));
	assert_int_equal(o.nlines, 3);
	assert_int_equal(o.nruns, 3);
	assert_int_equal(o.lines[0].nruns, 2);
	assert_int_equal(o.lines[1].nruns, 0);
	assert_int_equal(o.runs[0].len, 2);
	assert_int_equal(o.runs[1].style, CV_NUMBER);
	text = cvkit_text(&o);
	assert_string_equal(text, "ab7\n\nc\n");
	free(text);
	cv_out_fini(&o);
}

static void
test_everything_is_escaped(void **state)
{
	struct cv_out	 o;
	char		*text;

	(void)state;
	cv_out_init(&o, 0);
	(void)cv_put(&o, CV_TEXT,
	    SP("\x1b[2J\n\xc2\x9b\xff\x7fok\xe2\x80\xae"));
	text = cvkit_text(&o);
	assert_string_equal(text,
	    "\\x1b[2J\\n\\xc2\\x9b\\xff\\x7fok\\xe2\\x80\\xae\n");
	free(text);
	cv_out_fini(&o);
}

static void
test_line_limit(void **state)
{
	struct cv_out	o;
	struct cv_mark	start;

	(void)state;
	cv_out_init(&o, 2);
	start = cv_out_mark(&o);
	assert_true(cv_newline(&o));
	assert_true(cv_puts(&o, CV_TEXT, "a"));
	assert_true(cv_newline(&o));
	assert_false(o.cut);
	assert_false(cv_puts(&o, CV_TEXT, "b"));
	assert_true(o.cut);
	assert_int_equal(o.nlines, 2);
	cv_say(&o, CV_ERROR, "said");
	assert_int_equal(o.nlines, 3);
	assert_false(cv_newline(&o));
	cv_out_back(&o, &start);
	assert_int_equal(o.nlines, 0);
	assert_true(cv_newline(&o));
	cv_out_fini(&o);
}

/* Back in the middle of a line, though its run has grown. */
static void
test_back(void **state)
{
	struct cv_out	o;
	struct cv_mark	m;
	char		*text;

	(void)state;
	cv_out_init(&o, 0);
	assert_true(cv_puts(&o, CV_TEXT, "one\n") && cv_newline(&o));
	assert_true(cv_puts(&o, CV_KEY, "> "));
	m = cv_out_mark(&o);
	assert_true(cv_puts(&o, CV_KEY, "more of it") &&
	    cv_puts(&o, CV_TEXT, "and") && cv_newline(&o) &&
	    cv_puts(&o, CV_TEXT, "lines") && cv_newline(&o));
	cv_out_back(&o, &m);
	assert_true(cv_puts(&o, CV_TEXT, "two") && cv_newline(&o));
	text = cvkit_text(&o);
	assert_string_equal(text, "one\\n\n> two\n");
	assert_int_equal(o.nruns, 3);
	assert_int_equal(o.runs[1].len, 2);
	free(text);
	cv_out_fini(&o);
}

static void
test_pairs(void **state)
{
	struct sp	 keys[] = { SP("k"), SP("你好"), SP("\x1b") };
	struct sp	 values[] = { SP("1"), SP("2"), SP("3") };
	struct cv_out	 o;
	char		*text;

	(void)state;
	cv_out_init(&o, 0);
	assert_true(cv_pairs(&o, keys, values, 3));
	text = cvkit_text(&o);
	assert_string_equal(text, "k:    1\n你好: 2\n\\x1b: 3\n");
	free(text);
	cv_out_fini(&o);
}

static void
test_indentation_is_bounded(void **state)
{
	struct cv_out	o;

	(void)state;
	cv_out_init(&o, 0);
	assert_true(cv_indent(&o, SIZE_MAX));
	assert_true(o.text.n < 200);
	cv_out_fini(&o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_runs_and_lines),
		cmocka_unit_test(test_everything_is_escaped),
		cmocka_unit_test(test_line_limit),
		cmocka_unit_test(test_back),
		cmocka_unit_test(test_pairs),
		cmocka_unit_test(test_indentation_is_bounded),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
