#include "ui/prompt.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/mem.h"

struct world {
	struct cmds	*cmds;
	struct prompt	 prompt;
	char		*answer;	/* what done() was told last */
	unsigned	 answers;
	unsigned	 at;		/* in the history */
};

static int
cmd_none(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	(void)ctx;
	(void)a;
	(void)res;
	(void)why;
	return (0);
}

static const char	*const past[] = { "alpha.one", "alpha.two" };

static int
cmd_prev(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	struct world	*w = ctx;

	(void)a;
	(void)why;
	if (w->at > 0)
		w->at--;
	cmd_res_str(res, "%s", past[w->at]);
	return (0);
}

static const struct cmd rows[] = {
	{ "alpha.one", { { NULL, ARG_END, NULL } }, "One.", cmd_none, NULL },
	{ "alpha.two", { { "word", ARG_STR, NULL } }, "Two.", cmd_none,
	  NULL },
	{ "beta", { { "yes", ARG_BOOL, NULL } }, "Beta.", cmd_none, NULL },
	{ "commands.history.filter", { { "prefix", ARG_STR, NULL } }, "x",
	  cmd_none, NULL },
	{ "commands.history.prev", { { NULL, ARG_END, NULL } }, "x",
	  cmd_prev, "str" },
};

static int
make(void **state)
{
	struct world	*w = xcalloc(1, sizeof(*w));

	w->cmds = cmds_new();
	w->at = 2;
	assert_int_equal(cmds_add(w->cmds, rows, nitems(rows), w, NULL), 0);
	prompt_init(&w->prompt, w->cmds);
	*state = w;
	return (0);
}

static int
unmake(void **state)
{
	struct world	*w = *state;

	prompt_fini(&w->prompt);
	cmds_free(w->cmds);
	free(w->answer);
	free(w);
	return (0);
}

static void
hear(void *arg, const char *answer)
{
	struct world	*w = arg;

	free(w->answer);
	w->answer = answer != NULL ? xstrdup(answer) : NULL;
	w->answers++;
}

static void
press(struct world *w, const char *names)
{
	struct words	ws;
	struct key	k;
	size_t		i;

	words_split(&ws, names);
	for (i = 0; i < ws.n; i++) {
		assert_true(key_parse(sp_of(ws.v[i].text), &k));
		prompt_key(&w->prompt, &k);
	}
	words_fini(&ws);
}

static const char *
line(struct world *w)
{
	return (str_c(&w->prompt.line.text));
}

static void
test_enter_answers_once(void **state)
{
	struct world	*w = *state;

	prompt_command(&w->prompt, SP("bet"), 0, 0, hear, w);
	assert_true(prompt_is_open(&w->prompt));
	press(w, "a space enter");
	assert_false(prompt_is_open(&w->prompt));
	assert_string_equal(w->answer, "beta ");
	assert_int_equal(w->answers, 1);
}

static void
test_escape_and_control_c_cancel(void **state)
{
	static const char	*const keys[] = { "esc", "\"ctrl c\"",
	    "\"ctrl g\"" };
	struct world		*w = *state;
	size_t			 i;

	for (i = 0; i < nitems(keys); i++) {
		prompt_command(&w->prompt, SP("x"), 0, 0, hear, w);
		press(w, keys[i]);
		assert_false(prompt_is_open(&w->prompt));
		assert_null(w->answer);
		assert_int_equal(w->answers, i + 1);
	}
}

static void
test_opening_another_cancels_the_first(void **state)
{
	struct world	*w = *state;

	prompt_command(&w->prompt, SP("one"), 0, 0, hear, w);
	prompt_ask(&w->prompt, hear, w, "Sure of %s", "it");
	assert_int_equal(w->answers, 1);
	assert_null(w->answer);
	assert_string_equal(w->prompt.label, "Sure of it (yes/no)? ");
}

static void
test_questions_take_one_key(void **state)
{
	static const struct {
		const char	*key, *answer;
	} asked[] = {
		{ "y", "y" }, { "Y", "y" }, { "n", "n" }, { "q", "n" },
		{ "esc", "n" }, { "\"ctrl c\"", "n" },
	};
	struct world	*w = *state;
	size_t		 i;

	for (i = 0; i < nitems(asked); i++) {
		prompt_ask(&w->prompt, hear, w, "Quit");
		press(w, "x enter space");	/* no answer */
		assert_true(prompt_is_open(&w->prompt));
		press(w, asked[i].key);
		assert_string_equal(w->answer, asked[i].answer);
	}
}

static void
test_tab_goes_round(void **state)
{
	struct world	*w = *state;

	prompt_command(&w->prompt, SP("al"), 0, 0, hear, w);
	press(w, "tab");
	assert_string_equal(line(w), "alpha.one");
	assert_int_equal(prompt_height(&w->prompt), 2);
	press(w, "tab");
	assert_string_equal(line(w), "alpha.two");
	press(w, "tab");
	assert_string_equal(line(w), "alpha.one");
	press(w, "\"shift tab\"");
	assert_string_equal(line(w), "alpha.two");
	press(w, "space x");
	assert_string_equal(line(w), "alpha.two x");
	assert_int_equal(prompt_height(&w->prompt), 1);
	/* The only one, and then what may follow it. */
	prompt_command(&w->prompt, SP("bet"), 0, 0, hear, w);
	press(w, "tab space tab");
	assert_string_equal(line(w), "beta false");
	/* Nothing begins so. */
	prompt_command(&w->prompt, SP("zz"), 0, 0, hear, w);
	press(w, "tab");
	assert_string_equal(line(w), "zz");
}

static void
test_history_goes_up(void **state)
{
	struct world	*w = *state;

	prompt_command(&w->prompt, SPNIL, 0, 0, hear, w);
	press(w, "up");
	assert_string_equal(line(w), "alpha.two");
	press(w, "\"ctrl p\"");
	assert_string_equal(line(w), "alpha.one");
	press(w, "enter");
	assert_string_equal(w->answer, "alpha.one");
}

static void
test_no_blank_before_a_command(void **state)
{
	struct world	*w = *state;

	prompt_command(&w->prompt, SPNIL, 0, 0, hear, w);
	press(w, "space space b");
	assert_string_equal(line(w), "b");
	/* In other texts it is one. */
	prompt_text(&w->prompt, "Search", SPNIL, hear, w);
	press(w, "space b");
	assert_string_equal(line(w), " b");
}

static void
test_the_cursor_can_stand_inside(void **state)
{
	struct world	*w = *state;

	prompt_command(&w->prompt, SP("set x ''"), 7, 1, hear, w);
	press(w, "a enter");
	assert_string_equal(w->answer, "set x 'a'");
	/* what the key has given is spared, the first time */
	prompt_command(&w->prompt, SP("set x 'old'"), 7, 1, hear, w);
	press(w, "\"ctrl u\" b enter");
	assert_string_equal(w->answer, "set x 'b'");
	prompt_command(&w->prompt, SP("set x 'old'"), 7, 1, hear, w);
	press(w, "\"ctrl u\" \"ctrl u\" \"ctrl k\" c enter");
	assert_string_equal(w->answer, "c");
}

/* A filter may have quotes of both kinds, and they are typed as they are. */
static void
test_quotes_between_quotes(void **state)
{
	static const struct {
		const char	*text;
		size_t		 given;
		const char	*keys, *answer;
	} typed[] = {
		{ "set x ''", 7, "a \"'\" b", "set x \"a'b\"" },
		{ "set x \"\"", 7, "a \"'\" b", "set x \"a'b\"" },
		{ "set x '\"b\"'", 7, "\"'\"", "set x '\"b\"''" },
		{ "set x '~b \"it's\"'", 7, "x", "set x '~b \"it''s\"x'" },
		{ "set x '~b \"it's\"'", 7, "", "set x '~b \"it''s\"'" },
		{ "set x '~b \"it''s\"'", 7, "", "set x '~b \"it''s\"'" },
		{ "set x ''", 7, "", "set x ''" },
		{ "set x ''", 7, "space", "set x ' '" },
		/* without what was given it is a line as any other */
		{ "set x ''", 7, "end backspace", "set x '" },
		{ "set x ''", 7, "\"ctrl a\" y", "yset x ''" },
	};
	struct world	*w = *state;
	size_t		 i;

	for (i = 0; i < nitems(typed); i++) {
		prompt_command(&w->prompt, sp_of(typed[i].text),
		    typed[i].given, 1, hear, w);
		press(w, typed[i].keys);
		press(w, "enter");
		assert_string_equal(w->answer, typed[i].answer);
	}
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test_setup_teardown(test_enter_answers_once, make,
		    unmake),
		cmocka_unit_test_setup_teardown(
		    test_escape_and_control_c_cancel, make, unmake),
		cmocka_unit_test_setup_teardown(
		    test_opening_another_cancels_the_first, make, unmake),
		cmocka_unit_test_setup_teardown(test_questions_take_one_key,
		    make, unmake),
		cmocka_unit_test_setup_teardown(test_quotes_between_quotes,
		    make, unmake),
		cmocka_unit_test_setup_teardown(test_tab_goes_round, make,
		    unmake),
		cmocka_unit_test_setup_teardown(test_history_goes_up, make,
		    unmake),
		cmocka_unit_test_setup_teardown(
		    test_no_blank_before_a_command, make, unmake),
		cmocka_unit_test_setup_teardown(
		    test_the_cursor_can_stand_inside, make, unmake),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
