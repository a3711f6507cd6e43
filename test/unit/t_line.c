#include "ui/line.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "model/cmd.h"

/* One row: keys pressed in a line, "|" is the cursor before and after. */
static const struct row {
	const char	*before, *keys, *after;
} rows[] = {
	{ "|",		"a b c",		"abc|" },
	{ "ab|c",	"x",			"abx|c" },
	{ "abc|",	"backspace",		"ab|" },
	{ "|abc",	"backspace",		"|abc" },
	{ "|abc",	"delete",		"|bc" },
	{ "abc|",	"delete",		"abc|" },
	{ "abc|",	"left left x",		"ax|bc" },
	{ "a|bc",	"right x",		"abx|c" },
	{ "ab|c",	"home x",		"x|abc" },
	{ "ab|c",	"end x",		"abcx|" },
	{ "ab|c",	"\"ctrl a\" \"ctrl e\"", "abc|" },
	{ "ab|c",	"\"ctrl b\" \"ctrl d\"", "a|c" },
	{ "one two|",	"\"ctrl w\"",		"one |" },
	{ "a.b c.d|",	"\"ctrl w\"",		"a.b |" },
	{ "one two  |",	"\"ctrl w\"",		"one |" },
	{ "one| two",	"\"ctrl k\"",		"one|" },
	{ "one| two",	"\"ctrl u\"",		"| two" },
	{ "one| two",	"\"ctrl k\" \"ctrl a\" \"ctrl y\"", " two|one" },
	{ "one.two|",	"\"meta b\" x",		"one.x|two" },
	{ "|one.two",	"\"meta f\" x",		"onex|.two" },
	{ "one |two",	"\"meta d\"",		"one |" },
	{ "one two|",	"\"meta backspace\"",	"one |" },
	{ "one two|",	"\"ctrl left\" x",	"one x|two" },
	/* whole graphemes */
	{ "\303\251|",	"backspace",		"|" },
	{ "e\314\201x|", "left left y",		"y|e\314\201x" },
	{ "|\346\227\245", "right x",		"\346\227\245x|" },
};

static void
press(struct line *l, const char *keys)
{
	struct words	w;
	struct key	k;
	size_t		i;

	words_split(&w, keys);
	for (i = 0; i < w.n; i++) {
		assert_true(key_parse(sp_of(w.v[i].text), &k));
		assert_true(line_key(l, &k, NULL));
	}
	words_fini(&w);
}

static void
test_rows(void **state)
{
	struct line	l;
	struct str	got;
	struct sp	front, rest;
	size_t		i;

	(void)state;
	for (i = 0; i < nitems(rows); i++) {
		line_init(&l);
		front = sp_split(sp_of(rows[i].before), '|', &rest);
		line_set(&l, front);
		line_insert(&l, rest);
		l.at = front.n;
		press(&l, rows[i].keys);
		str_init(&got, 4096);
		str_add(&got, sp_cut(str_sp(&l.text), 0, l.at));
		str_putc(&got, '|');
		str_add(&got, sp_skip(str_sp(&l.text), l.at));
		assert_string_equal(str_c(&got), rows[i].after);
		str_fini(&got);
		line_fini(&l);
	}
}

static void
test_paste_is_one_line_without_controls(void **state)
{
	struct key	k = { .code = K_PASTE };
	struct line	l;
	bool		changed;

	(void)state;
	line_init(&l);
	k.text = SP("a\nb\tc\033[A\n\n");
	assert_true(line_key(&l, &k, &changed));
	assert_true(changed);
	assert_string_equal(str_c(&l.text), "a b c [A");
	line_fini(&l);
}

static void
test_other_keys_are_not_taken(void **state)
{
	static const char	*const names[] = { "up", "f1", "enter",
	    "ctrl q", "meta x" };
	struct line		l;
	struct key		k;
	bool			changed;
	size_t			i;

	(void)state;
	line_init(&l);
	for (i = 0; i < nitems(names); i++) {
		assert_true(key_parse(sp_of(names[i]), &k));
		assert_false(line_key(&l, &k, &changed));
		assert_false(changed);
	}
	line_fini(&l);
}

static void
test_window_follows_the_cursor(void **state)
{
	struct line	l;
	size_t		from, n, cursor;

	(void)state;
	line_init(&l);
	line_set(&l, SP("0123456789"));
	line_window(&l, 20, &from, &n, &cursor);
	assert_int_equal(from, 0);
	assert_int_equal(n, 10);
	assert_int_equal(cursor, 10);
	line_window(&l, 5, &from, &n, &cursor);
	assert_int_equal(from, 6);
	assert_int_equal(n, 4);
	assert_int_equal(cursor, 4);
	l.at = 0;
	line_window(&l, 5, &from, &n, &cursor);
	assert_int_equal(from, 0);
	assert_int_equal(n, 5);
	assert_int_equal(cursor, 0);
	/* Wide characters: two cells each. */
	line_set(&l, SP("\346\227\245\346\234\254\350\252\236"));
	line_window(&l, 5, &from, &n, &cursor);
	assert_int_equal(from, 3);
	assert_int_equal(cursor, 4);
	line_fini(&l);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_paste_is_one_line_without_controls),
		cmocka_unit_test(test_other_keys_are_not_taken),
		cmocka_unit_test(test_window_follows_the_cursor),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
