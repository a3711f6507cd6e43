#include "pykit.h"

#include "scripting/host.h"

#undef fail		/* cmocka's */

static const struct opt more[] = {
	{ .name = "level", .type = OPT_INT, .def = "3", .max = 9 },
	{ .name = "words", .type = OPT_SEQ, .def = NULL },
	{ .name = "maybe", .type = OPT_STR, .flags = OPT_NULLABLE },
	{ .name = "flag", .type = OPT_BOOL, .def = "false" },
};

static int
cmd_echo(void *ctx unused, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	if (a->v[0].len == 0)
		return (fail(why, ERR_CMD, "nothing to say"));
	cmd_res_str(res, "<%s>", a->v[0].s);
	return (0);
}

static int
cmd_mark(void *ctx unused, const struct args *a, struct cmd_res *res,
    struct why *why unused)
{
	size_t	i;

	for (i = 0; i < a->v[0].flows.n; i++)
		flow_set_marked(a->v[0].flows.v[i], "m");
	cmd_res_int(res, (long long)a->v[0].flows.n);
	return (0);
}

static const struct cmd cmds[] = {
	{ "test.echo", { { "text", ARG_STR, NULL } }, "", cmd_echo, "str" },
	{ "test.mark", { { "flows", ARG_FLOWS, NULL } }, "", cmd_mark,
	    "int" },
};

/* Walks over flows that are read later go on when the command is over. */
struct later {
	struct pk	*pk;
	void		(*told)(void *, int, const struct why *);
	void		*arg;
	struct flow	*flow;		/* of the question */
	bool		 fails;
};

static void
walk_on(void *arg)
{
	struct later	*l = arg;
	struct why	 why;

	if (l->flow != NULL)
		flow_set_marked(l->flow, "late");
	(void)fail(&why, ERR_CMD, "not all of them");
	l->told(l->arg, l->fails ? -1 : 0, &why);
}

static int
cmd_later(void *ctx, const struct args *a, struct cmd_res *res unused,
    struct why *why unused)
{
	struct later	*l = ctx;
	struct model	*m = l->pk->m;

	l->told = m->walk_told;
	l->arg = m->walk_told_arg;
	m->walk_told = NULL;
	l->flow = a->n != 0 ? a->v[0].flows.v[0] : NULL;
	pk_post(l->pk, walk_on, l);
	return (0);
}

static const struct cmd later_cmds[] = {
	{ "test.late", { { "flows", ARG_FLOWS, NULL } }, "", cmd_later,
	    NULL },
	{ "test.wait", { { NULL, 0, NULL } }, "", cmd_later, NULL },
};

static int
start(void **state)
{
	struct pk	*pk;

	if (pk_start(state) != 0)
		return (-1);
	pk = *state;
	assert_int_equal(opts_add(pk->m->opts, more, nitems(more), NULL), 0);
	assert_int_equal(cmds_add(pk->m->cmds, cmds, nitems(cmds), NULL,
	    NULL), 0);
	return (0);
}

static const struct pk_row rows[] = {
	{ "o = ctx.options; (o.level, o.words, o.maybe, o.flag)",
	    "(3, [], None, False)" },
	{ "ctx.options.level = 7; ctx.options.level", "7" },
	{ "ctx.options.level = 99",
	    "OptionsError: level: 99 is not between 0 and 9" },
	{ "ctx.options.level = 'x'",
	    "TypeError: Expected int for level, but got str." },
	{ "ctx.options.words = ['a', 'b c']; ctx.options.words",
	    "['a', 'b c']" },
	{ "ctx.options.maybe = 'x'; ctx.options.maybe", "'x'" },
	{ "ctx.options.maybe = None; ctx.options.maybe", "None" },
	{ "ctx.options.set('flag=true'); ctx.options.flag", "True" },
	{ "ctx.options.nope", "AttributeError: No such option: nope; weirdump "
	    "--options lists them" },
	{ "ctx.options.default('level')", "3" },
	{ "ctx.master.commands.call('test.echo', 'hi')", "'<hi>'" },
	{ "ctx.master.commands.execute('test.echo \"a b\"')", "'<a b>'" },
	{ "ctx.master.commands.call('test.echo', '')",
	    "CommandError: nothing to say" },
	{ "(ctx.master.commands.call('test.mark', [flow]), flow.marked)",
	    "(1, 'm')" },
	{ "ctx.log.warn('a word'); 1", "1" },
};

static void
test_rows(void **state)
{
	struct pk	*pk = *state;

	pk_load_eval(pk);
	pk_rows(pk, rows, nitems(rows));
	assert_true(pk_logged(pk, "a word"));
	assert_int_equal(opts_int(pk->m->opts, "level"), 7);
}

/* What main changes is known to scripts, which may refuse it. */
static void
test_main_changes_an_option(void **state)
{
	struct pk	*pk = *state;

	pk_script(pk, "from mitmproxy import ctx, exceptions\n"
	    "def configure(names):\n"
	    "    if ctx.options.level > 5:\n"
	    "        raise exceptions.OptionsError('too high')\n"
	    "    print('level is', ctx.options.level)\n");
	assert_int_equal(opts_set1(pk->m->opts, "level", "4", NULL), 0);
	pk_settle(pk);
	assert_true(pk_logged(pk, "level is 4"));
	assert_int_equal(opts_set1(pk->m->opts, "level", "6", NULL), 0);
	pk_settle(pk);
	while (opts_int(pk->m->opts, "level") != 4)
		assert_true(pk_turn(pk, PK_WAIT_MS));
}

/* Values that wait for a script's option come with it; what main changed
 * several times before Python could look is one change. */
static void
test_configure_comes_once(void **state)
{
	struct pk	*pk = *state;
	const char	*words[] = { "a", "b" };

	assert_int_equal(opts_set_deferred(pk->m->opts, "mine=1", NULL), 0);
	assert_int_equal(opts_set_deferred(pk->m->opts, "mine=2", NULL), 0);
	pk_script(pk, "from mitmproxy import ctx\n"
	    "import typing\n"
	    "def load(l):\n"
	    "    l.add_option('mine', typing.Sequence[str], ['x', 'y'], '')\n"
	    "count = [0]\n"
	    "def configure(names):\n"
	    "    count[0] += 1\n"
	    "    print('call', count[0], 'mine' in names, len(names) > 1,"
	    " ctx.options.mine, ctx.options.default('mine'),"
	    " ctx.options.words, ctx.options.level)\n");
	assert_true(pk_logged(pk, "call 1 True True ['1', '2'] ['x', 'y'] []"
	    " 3"));
	assert_false(pk_logged(pk, "call 2"));
	assert_int_equal(opts_set1(pk->m->opts, "level", "4", NULL), 0);
	assert_int_equal(opts_set1(pk->m->opts, "level", "5", NULL), 0);
	assert_int_equal(opts_set(pk->m->opts, "words", words, 2, NULL), 0);
	assert_int_equal(opts_set(pk->m->opts, "words", NULL, 0, NULL), 0);
	pk_settle(pk);
	assert_true(pk_logged(pk, "call 2 False False ['1', '2'] ['x', 'y'] "
	    "[] 5"));
	assert_false(pk_logged(pk, "call 3"));
}

/* A script goes on when all is done. */
static void
test_walks_are_waited_for(void **state)
{
	static const struct pk_row	good[] = {
		{ "(ctx.master.commands.call('test.late', [flow]),"
		    " flow.marked)", "(None, 'late')" },
		{ "ctx.master.commands.execute('test.wait')", "None" },
	}, bad[] = {
		{ "ctx.master.commands.call('test.late', [flow])",
		    "CommandError: not all of them" },
		{ "ctx.master.commands.execute('test.wait')",
		    "CommandError: not all of them" },
	};
	struct pk	*pk = *state;
	struct later	 l = { .pk = pk };

	assert_int_equal(cmds_add(pk->m->cmds, later_cmds,
	    nitems(later_cmds), &l, NULL), 0);
	pk_load_eval(pk);
	pk_rows(pk, good, nitems(good));
	l.fails = true;
	pk_rows(pk, bad, nitems(bad));
	assert_null(pk->m->walk_told);
}

static void
test_every_op_is_found(void **state unused)
{
	assert_non_null(ops_find("options"));
	assert_non_null(ops_find("add_flow"));
	assert_null(ops_find("no such"));
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test_setup_teardown(test_rows, start, pk_end),
		cmocka_unit_test_setup_teardown(test_main_changes_an_option,
		    start, pk_end),
		cmocka_unit_test_setup_teardown(test_configure_comes_once,
		    start, pk_end),
		cmocka_unit_test_setup_teardown(test_walks_are_waited_for,
		    start, pk_end),
		cmocka_unit_test(test_every_op_is_found),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
