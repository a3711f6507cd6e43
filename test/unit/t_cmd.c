#include "model/cmd.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/mem.h"
#include "model/opt.h"

/* What the last command was given, as one line. */
struct seen {
	struct cmds	*cs;
	struct str	 text;
};

static int
note(void *ctx, const struct args *a, struct cmd_res *res unused,
    struct why *why unused)
{
	struct seen	*s = ctx;
	size_t		 i;

	str_clear(&s->text);
	for (i = 0; i < a->n; i++) {
		str_printf(&s->text, "%s", i > 0 ? "|" : "");
		if (a->v[i].flows.n > 0)
			str_printf(&s->text, "%zu flows", a->v[i].flows.n);
		else
			str_add(&s->text, sp_mem(a->v[i].s, a->v[i].len));
	}
	return (0);
}

static int
number(void *ctx unused, const struct args *a, struct cmd_res *res,
    struct why *why unused)
{
	cmd_res_int(res, a->v[0].i);
	return (0);
}

static int
refuse(void *ctx unused, const struct args *a unused,
    struct cmd_res *res unused, struct why *why)
{
	return ((fail)(why, ERR_CMD, "never"));
}

static const char *const *
fruits(void *ctx unused)
{
	static const char *const	names[] = { "apple", "apricot",
	    "plum", NULL };

	return (names);
}

static const struct cmd	rows[] = {
	{ "t.bool", { { "yes", ARG_BOOL, NULL } }, "h", number, "int" },
	{ "t.bytes", { { "b", ARG_BYTES, NULL } }, "h", note, NULL },
	{ "t.choice", { { "fruit", ARG_CHOICE, fruits } }, "h", note, NULL },
	{ "t.cut", { { "cuts", ARG_CUT, NULL } }, "h", note, NULL },
	{ "t.flow", { { "flow", ARG_FLOW, NULL } }, "h", note, NULL },
	{ "t.flows", { { "flows", ARG_FLOWS, NULL }, { "marker",
	    ARG_MARKER | ARG_OPTIONAL, NULL } }, "h", note, NULL },
	{ "t.int", { { "i", ARG_INT, NULL } }, "h", number, "int" },
	{ "t.path", { { "path", ARG_PATH, NULL } }, "h", note, NULL },
	{ "t.refuse", { { 0 } }, "h", refuse, NULL },
	{ "t.run", { { "prompt", ARG_STR, NULL }, { "cmd", ARG_CMD, NULL },
	    { "args", ARG_RAW | ARG_REST, NULL } }, "h", note, NULL },
	{ "t.set", { { "option", ARG_OPTION, NULL }, { "value",
	    ARG_RAW | ARG_REST, NULL } }, "h", note, NULL },
	{ "t.str", { { "text", ARG_STR, NULL }, { "more",
	    ARG_STR | ARG_OPTIONAL, NULL } }, "h", note, NULL },
};

static const char *const	colours[] = { "dark", "light", NULL };

static const struct opt	opt_rows[] = {
	{ .name = "colour", .type = OPT_CHOICE, .def = "dark",
	  .choices = colours },
	{ .name = "loud", .type = OPT_BOOL, .def = "false" },
	{ .name = "view_filter", .type = OPT_STR,
	  .flags = OPT_NULLABLE | OPT_FILTER },
};

/* "@n" is n flows. */
static int
resolve(void *arg, struct sp spec, struct flows *out, struct why *why)
{
	uint64_t	n;

	if (!sp_starts(spec, "@") || sp_u64(sp_skip(spec, 1), &n) == -1)
		return ((fail)(why, ERR_CMD_ARGS, "no flows"));
	while (n-- > 0)
		flows_add(out, arg);
	return (0);
}

struct world {
	struct seen	 seen;
	struct opts	*os;
	struct flow	*f;
};

static int
make(void **state)
{
	struct world	*w = xcalloc(1, sizeof(*w));

	w->os = opts_new();
	w->f = flow_new(FLOW_TCP);
	w->seen.cs = cmds_new();
	str_init(&w->seen.text, 10000);
	assert_int_equal(opts_add(w->os, opt_rows, nitems(opt_rows), NULL),
	    0);
	assert_int_equal(cmds_add(w->seen.cs, rows, nitems(rows), &w->seen,
	    NULL), 0);
	cmds_set_resolver(w->seen.cs, resolve, w->f);
	cmds_set_opts(w->seen.cs, w->os);
	*state = w;
	return (0);
}

static int
unmake(void **state)
{
	struct world	*w = *state;

	assert_int_equal(w->f->refs, 1);
	cmds_free(w->seen.cs);
	opts_free(w->os);
	flow_unref(w->f);
	str_fini(&w->seen.text);
	free(w);
	return (0);
}

static const struct {
	const char	*line, *want;
} splits[] = {
	{ "", "" },
	{ "   ", "" },
	{ "a b", "[a][b]" },
	{ " a\t\r\n b ", "[a][b]" },
	{ "a 'b c' d", "[a][b c][d]" },
	{ "a \"b 'c'\"", "[a][b 'c']" },
	{ "a ''", "[a][]" },
	{ "a 'open end", "[a][open end]" },
	{ "a \"", "[a][]" },
	{ "k='v w'x", "[k=][v w][x]" },
	{ "a\\ b", "[a\\][b]" },
	{ "'it''s \"x\"' b", "[it's \"x\"][b]" },
	{ "\"a\"\"b\" ''", "[a\"b][]" },
	{ "''''", "[']" },
	{ "'''", "[']" },
	{ "'a'\"b\"", "[a][b]" },
};

static void
test_splitting(void **state unused)
{
	struct words	ws;
	struct str	s;
	size_t		i, k;

	for (i = 0; i < nitems(splits); i++) {
		str_init(&s, 1000);
		words_split(&ws, splits[i].line);
		for (k = 0; k < ws.n; k++) {
			str_printf(&s, "[%s]", ws.v[k].text);
			assert_true(ws.v[k].from < ws.v[k].to);
			assert_true(ws.v[k].to <= strlen(splits[i].line));
		}
		assert_string_equal(str_c(&s), splits[i].want);
		words_fini(&ws);
		str_fini(&s);
	}
}

static void
test_quoting(void **state unused)
{
	static const char	*const texts[] = { "plain", "", "a b", "it's",
	    "say \"x\"", "tab\t", "it's \"x\"", "'\"", "\"'",
	    "'\"'\"''\"\"", "\"\"''", " ' \" " };
	struct words		 ws;
	struct str		 s;
	size_t			 i;

	for (i = 0; i < nitems(texts); i++) {
		str_init(&s, 1000);
		words_quote(&s, sp_of(texts[i]));
		words_split(&ws, str_c(&s));
		assert_int_equal(ws.n, 1);
		assert_string_equal(ws.v[0].text, texts[i]);
		words_fini(&ws);
		str_fini(&s);
	}
}

/* A line, and what its command saw; "!" and words: refused with them. */
static const struct {
	const char	*line, *want;
} runs[] = {
	{ "t.str one", "one" },
	{ "t.str one two", "one|two" },
	{ "t.str 'a b'", "a b" },
	{ "t.str a\\nb\\x41\\101\\u00e9\\q", "a\nbAA\xc3\xa9\\q" },
	{ "t.str \\U0001F347", "\xf0\x9f\x8d\x87" },
	{ "t.str \\\\n", "\\n" },
	{ "t.str \\xzz", "!hexadecimal" },
	{ "t.str", "!missing" },
	{ "t.str a b c", "!too many" },
	{ "t.bytes \\xff", "\xff" },
	{ "t.bytes \\u0041", "\\u0041" },
	{ "t.int x", "!whole number" },
	{ "t.int ''", "!whole number" },
	{ "t.bool yes", "!neither" },
	{ "t.choice plum", "plum" },
	{ "t.choice fig", "!apple, apricot, plum" },
	{ "t.flow @1", "1 flows" },
	{ "t.flow @0", "!is none" },
	{ "t.flow @2", "!is 2" },
	{ "t.flows @3", "3 flows" },
	{ "t.flows @3 true", "3 flows|:default:" },
	{ "t.flows @3 false", "3 flows|" },
	{ "t.flows @3 :grapes:", "3 flows|:grapes:" },
	{ "t.flows @3 x", "3 flows|x" },
	{ "t.flows @3 xx", "!marker" },
	{ "t.flows nonsense", "!no flows" },
	{ "t.run 'a b' t.str x y", "a b|t.str|x|y" },
	{ "t.run q none", "!unknown command none" },
	{ "t.set colour", "colour" },
	{ "t.set view_filter '~u \\.js\\b'", "view_filter|~u \\.js\\b" },
	{ "t.refuse", "!never" },
	{ "t.stir x", "!did you mean t.str?" },
	{ "zzzzzzzz", "!unknown command zzzzzzzz" },
	{ "'", "!unknown command ''" },
};

static void
test_running(void **state)
{
	struct world	*w = *state;
	struct cmd_res	 res;
	struct why	 why;
	size_t		 i;
	int		 rc;

	for (i = 0; i < nitems(runs); i++) {
		cmd_res_init(&res);
		rc = cmds_run(w->seen.cs, runs[i].line, &res, &why);
		if ((rc == -1) != (runs[i].want[0] == '!'))
			fail_msg("%s", runs[i].line);
		if (rc == 0)
			assert_string_equal(str_c(&w->seen.text),
			    runs[i].want);
		else if (strstr(why.text, runs[i].want + 1) == NULL)
			fail_msg("%s: %s", runs[i].line, why.text);
		cmd_res_fini(&res);
	}
}

static void
test_numbers_and_nothing(void **state)
{
	struct world	*w = *state;
	struct cmd_res	 res;

	cmd_res_init(&res);
	assert_int_equal(cmds_run(w->seen.cs, "t.int -42", &res, NULL), 0);
	assert_int_equal(res.kind, RES_INT);
	assert_int_equal(res.i, -42);
	assert_int_equal(cmds_run(w->seen.cs, "t.bool true", &res, NULL), 0);
	assert_int_equal(res.i, 1);
	cmd_res_fini(&res);
	assert_int_equal(cmds_run(w->seen.cs, "  ", &res, NULL), 0);
	assert_int_equal(res.kind, RES_NONE);
}

static void
test_home(void **state)
{
	struct world	*w = *state;
	struct cmd_res	 res;
	struct why	 why;

	cmd_res_init(&res);
	assert_int_equal(setenv("HOME", "/home/somebody", 1), 0);
	assert_int_equal(cmds_run(w->seen.cs, "t.path ~/x", &res, NULL), 0);
	assert_string_equal(str_c(&w->seen.text), "/home/somebody/x");
	assert_int_equal(cmds_run(w->seen.cs, "t.path ~", &res, NULL), 0);
	assert_string_equal(str_c(&w->seen.text), "/home/somebody");
	assert_int_equal(cmds_run(w->seen.cs, "t.path a~/x", &res, NULL), 0);
	assert_string_equal(str_c(&w->seen.text), "a~/x");
	assert_int_equal(cmds_run(w->seen.cs, "t.path ~nobody-here/x", &res,
	    NULL), 0);
	assert_string_equal(str_c(&w->seen.text), "~nobody-here/x");
	assert_int_equal(cmds_run(w->seen.cs, "t.path \"\"", &res, &why), -1);
	assert_string_equal(why.text, "t.path: a path is needed");
}

static void
test_many_arguments(void **state)
{
	struct world	*w = *state;
	const char	*words[CMD_ARGS_MAX + 3];
	struct cmd_res	 res;
	struct why	 why;
	size_t		 i;

	cmd_res_init(&res);
	for (i = 0; i < nitems(words); i++)
		words[i] = "v";
	words[0] = "t.set";
	assert_int_equal(cmds_call(w->seen.cs, words, CMD_ARGS_MAX + 1, &res,
	    &why), 0);
	assert_int_equal(cmds_call(w->seen.cs, words, CMD_ARGS_MAX + 2, &res,
	    &why), -1);
	assert_non_null(strstr(why.text, "too many"));
}

static void
test_results(void **state unused)
{
	struct cmd_res	res;
	char		name[16];
	int		i;

	cmd_res_init(&res);
	for (i = 0; i < 100; i++) {
		(void)snprintf(name, sizeof(name), "n%d", i);
		cmd_res_add(&res, sp_of(name));
	}
	assert_int_equal(res.kind, RES_LIST);
	assert_int_equal(res.n, 100);
	assert_string_equal(res.list[99], "n99");
	cmd_res_str(&res, "%d", 5);
	assert_int_equal(res.kind, RES_STR);
	assert_string_equal(str_c(&res.text), "5");
	cmd_res_bool(&res, true);
	assert_int_equal(res.kind, RES_BOOL);
	cmd_res_fini(&res);
	assert_int_equal(res.n, 0);
}

static void
test_rows_come_and_go(void **state)
{
	struct world	*w = *state;
	struct cmds	*cs = w->seen.cs;
	struct why	 why;
	size_t		 i;

	assert_int_equal(cmds_n(cs), nitems(rows));
	for (i = 1; i < cmds_n(cs); i++)
		assert_true(strcmp(cmds_at(cs, i - 1)->name,
		    cmds_at(cs, i)->name) < 0);
	assert_int_equal(cmds_add(cs, &rows[2], 1, NULL, &why), -1);
	assert_non_null(strstr(why.text, "t.choice"));
	cmds_drop(cs, &rows[2], 1);
	assert_null(cmds_find(cs, "t.choice"));
	assert_int_equal(cmds_add(cs, &rows[2], 1, &w->seen, NULL), 0);
	assert_ptr_equal(cmds_find(cs, "t.choice"), &rows[2]);
}

static void
test_signatures(void **state unused)
{
	struct str	s;

	str_init(&s, 100);
	cmd_signature(&rows[5], &s);
	str_putc(&s, ';');
	cmd_signature(&rows[9], &s);
	assert_string_equal(str_c(&s), "flows [marker];prompt cmd *args");
	str_fini(&s);
	assert_string_equal(arg_type_name(ARG_FLOWS), "flow[]");
}

/* A line with the cursor at "^": the word's start, the first candidate and
 * how many, the hint, the verdict. */
static const struct {
	const char	*line;
	size_t		 from;
	const char	*first;
	long		 n;		/* -1: any number but none */
	const char	*hint;
	bool		 valid;
} completions[] = {
	{ "^", 0, "t.bool", 12, "", true },
	{ "t.f^", 0, "t.flow", 2, "", false },
	{ "t.str^", 0, "t.str", 1, "text more", true },
	{ "t.str ^", 6, NULL, 0, "text more", true },
	{ "t.str a^", 6, NULL, 0, "more", true },
	{ "none ^", 5, NULL, 0, "", false },
	{ "t.bool ^", 7, "false", 2, "yes", true },
	{ "t.bool t^", 7, "true", 1, "", false },
	{ "t.choice ap^", 9, "apple", 2, "", false },
	{ "t.choice plum^", 9, "plum", 1, "", true },
	{ "t.flows @m^", 8, "@marked", 1, "marker", true },
	{ "t.flows ~r^", 8, "~replay", 3, "marker", false },
	{ "t.flows @1 ^", 11, "true", 3, "marker", true },
	{ "t.flows @1 :grap^", 11, ":grapes:", 1, "", false },
	{ "t.run x t.cho^", 8, "t.choice", 1, "*args", false },
	{ "t.run x t.choice ^", 17, "apple", 3, "fruit", true },
	{ "t.set ^", 6, "colour", 3, "option *value", true },
	{ "t.set l^", 6, "loud", 1, "*value", false },
	{ "t.set loud ^", 11, "false", 3, "*value", true },
	{ "t.set colour l^", 13, "light", 1, "*value", true },
	{ "t.set view_filter ~com^", 18, "~comment", 1, "*value", true },
	{ "t.set view_filter '~com^'", 18, "~comment", 1, "*value", true },
	{ "t.cut request.u^", 6, "request.url", 1, "", true },
	{ "t.cut request.url,response.r^", 6,
	  "request.url,response.reason", 2, "", true },
	{ "t.ch^ x", 0, "t.choice", 1, "", false },
};

static void
complete_row(struct cmds *cs, size_t i)
{
	struct completion	 c;
	const char		*mark = strchr(completions[i].line, '^');
	size_t			 cursor = (size_t)(mark -
				    completions[i].line);
	char			*line;

	line = xasprintf("%.*s%s", (int)cursor, completions[i].line,
	    mark + 1);
	cmds_complete(cs, line, cursor, &c);
	if (c.from != completions[i].from ||
	    (long)c.list.n != completions[i].n ||
	    strcmp(str_c(&c.hint), completions[i].hint) != 0 ||
	    c.valid != completions[i].valid || (c.list.n > 0 &&
	    strcmp(c.list.list[0], completions[i].first) != 0))
		fail_msg("%s: from %zu, %zu (%s), \"%s\", %d",
		    completions[i].line, c.from, c.list.n, c.list.n > 0 ?
		    c.list.list[0] : "", str_c(&c.hint), c.valid);
	completion_fini(&c);
	free(line);
}

static void
test_completing(void **state)
{
	struct world	*w = *state;
	size_t		 i;

	for (i = 0; i < nitems(completions); i++)
		complete_row(w->seen.cs, i);
}

static void
test_completing_paths(void **state)
{
	struct world		*w = *state;
	char			 dir[] = "/tmp/t_cmd.XXXXXX";
	struct completion	 c;
	char			*line, *sub, *file;

	assert_non_null(mkdtemp(dir));
	sub = xasprintf("%s/sub dir", dir);
	file = xasprintf("%s/.hidden", dir);
	assert_int_equal(mkdir(sub, 0700), 0);
	assert_int_equal(mkdir(file, 0700), 0);
	line = xasprintf("t.path %s/", dir);
	cmds_complete(w->seen.cs, line, strlen(line), &c);
	assert_int_equal(c.list.n, 1);
	assert_non_null(strstr(c.list.list[0], "/sub dir/\""));
	assert_int_equal(c.list.list[0][0], '"');
	completion_fini(&c);
	free(line);
	line = xasprintf("t.path %s/.h", dir);
	cmds_complete(w->seen.cs, line, strlen(line), &c);
	assert_int_equal(c.list.n, 1);
	completion_fini(&c);
	assert_int_equal(rmdir(sub), 0);
	assert_int_equal(rmdir(file), 0);
	assert_int_equal(rmdir(dir), 0);
	free(line);
	free(sub);
	free(file);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, make, unmake)

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		TEST(test_splitting),
		TEST(test_quoting),
		TEST(test_running),
		TEST(test_numbers_and_nothing),
		TEST(test_home),
		TEST(test_many_arguments),
		TEST(test_results),
		TEST(test_rows_come_and_go),
		TEST(test_signatures),
		TEST(test_completing),
		TEST(test_completing_paths),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
