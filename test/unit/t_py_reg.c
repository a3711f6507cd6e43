#include "pykit.h"

static const char script[] =
    "from collections.abc import Sequence\n"
    "from typing import Optional\n"
    "from mitmproxy import command, ctx, flow\n"
    "class A:\n"
    "    def load(self, l):\n"
    "        l.add_option('s_int', int, 7, 'A number.')\n"
    "        l.add_option('s_opt', Optional[str], None, '')\n"
    "        l.add_option('s_seq', Sequence[str], ['a', 'b'], '')\n"
    "        l.add_option('s_one', str, 'x', '', choices=['x', 'y'])\n"
    "    @command.command('s.twice')\n"
    "    def twice(self, n: int, more: str = '') -> str:\n"
    "        'Says it twice.'\n"
    "        return 'twice %d%s' % (2 * n, more)\n"
    "    @command.command('s.mark')\n"
    "    def mark(self, flows: Sequence[flow.Flow]) -> None:\n"
    "        for f in flows: f.marked = 'z'\n"
    "addons = [A()]\n";

static void
test_options(void **state)
{
	struct pk		*pk = *state;
	const struct opts	*os = pk->m->opts;
	struct why		 why;

	assert_int_equal(opts_set_deferred(pk->m->opts, "s_int=9", NULL), 0);
	pk_script(pk, script);
	assert_int_equal(scripting_check(pk->m, NULL), 0);
	assert_int_equal(opts_int(os, "s_int"), 9);
	assert_true(opts_is_null(os, "s_opt"));
	assert_int_equal(opts_seq_n(os, "s_seq"), 2);
	assert_string_equal(opts_seq_at(os, "s_seq", 1), "b");
	assert_string_equal(opts_find(os, "s_int")->help, "A number.");
	assert_int_equal(opts_set1(pk->m->opts, "s_one", "z", &why), -1);
	assert_int_equal(opts_set1(pk->m->opts, "s_one", "y", &why), 0);
	assert_int_equal(opts_set(pk->m->opts, "scripts", NULL, 0, NULL), 0);
	pk_settle(pk);
	assert_null(opts_find(os, "s_int"));
	assert_null(cmds_find(pk->m->cmds, "s.twice"));
}

static void
test_bad_deferred_value(void **state)
{
	struct pk	*pk = *state;
	struct why	 why;

	assert_int_equal(opts_set_deferred(pk->m->opts, "s_int=x", NULL), 0);
	pk_script(pk, script);
	assert_int_equal(scripting_check(pk->m, &why), -1);
	assert_non_null(strstr(why.text, "s_int"));
}

static int
run(struct pk *pk, const char *line, struct why *why)
{
	struct cmd_res	res;
	int		rc;

	cmd_res_init(&res);
	rc = cmds_run(pk->m->cmds, line, &res, why);
	cmd_res_fini(&res);
	pk_settle(pk);
	return (rc);
}

static void
test_commands(void **state)
{
	struct pk	*pk = *state;
	struct flow	*f = pk_flow();
	struct why	 why;
	struct str	 s;

	pk_script(pk, script);
	str_init(&s, 200);
	cmd_signature(cmds_find(pk->m->cmds, "s.twice"), &s);
	assert_non_null(strstr(str_c(&s), "n"));
	str_fini(&s);
	assert_string_equal(cmds_find(pk->m->cmds, "s.twice")->help,
	    "Says it twice.");
	assert_int_equal(run(pk, "s.twice seven", &why), -1);
	assert_int_equal(run(pk, "s.twice 7 !", &why), 0);
	while (!pk_logged(pk, "twice 14!"))
		assert_true(pk_turn(pk, PK_WAIT_MS));
	store_add(pk->m->store, f);
	assert_int_equal(run(pk, "s.mark @all", &why), 0);
	while (f->marked == NULL)
		assert_true(pk_turn(pk, PK_WAIT_MS));
	assert_string_equal(f->marked, "z");
	flow_unref(f);
}

static void
on_bus(void *arg, enum bus_event event, void *what)
{
	struct str		*said = arg;
	const struct result	*r = what;

	if (event == BUS_STATUS)
		str_puts(said, what);
	else {
		str_printf(said, "%s %d:", r->title, (int)r->res->kind);
		cmd_res_text(r->res, said);
	}
	str_putc(said, '.');
}

/* What a command returns, and what main is told of it. */
static const struct {
	const char	*value;
	enum res_kind	 kind;
	const char	*text;
} results[] = {
	{ "'a\\nb'", RES_STR, "a\nb" },
	{ "b'a\\x00'", RES_STR, "a\\x00" },
	{ "-7", RES_INT, "-7" },
	{ "True", RES_BOOL, "true" },
	{ "1.5", RES_STR, "1.5" },
	{ "['a', 'b c', 3]", RES_LIST, "a\nb c\n3" },
	{ "[]", RES_LIST, "" },
	{ "(x for x in 'ab')", RES_LIST, "a\nb" },
	{ "[['a', b'b'], ['c']]", RES_TABLE, "a | b\nc | " },
	{ "[('a', None, True)]", RES_TABLE, "a |  | true" },
	{ "[{'k': 1, 'l': 2}, {'l': 3, 'm': 4}]", RES_TABLE,
	    "k | l | m\n1 | 2 | \n | 3 | 4" },
	{ "{'a': 1, 'b': [2]}", RES_TABLE, "a | 1\nb | [2]" },
};

static void
test_results(void **state)
{
	struct pk	*pk = *state;
	char		 text[512], want[128];
	struct str	 said;
	size_t		 i;

	str_init(&said, STR_MAX);
	bus_sub(pk->m->bus, BUS_RESULT | BUS_STATUS, on_bus, &said);
	pk->m->console = true;
	for (i = 0; i < nitems(results); i++) {
		(void)snprintf(text, sizeof(text), "from mitmproxy import "
		    "command\n@command.command('s.r%zu')\n"
		    "def r() -> None: return %s\n", i, results[i].value);
		pk_script(pk, text);
		(void)snprintf(text, sizeof(text), "s.r%zu", i);
		assert_int_equal(run(pk, text, NULL), 0);
		while (said.n == 0)
			assert_true(pk_turn(pk, PK_WAIT_MS));
		(void)snprintf(want, sizeof(want), "s.r%zu %d:%s.", i,
		    (int)results[i].kind, results[i].text);
		assert_string_equal(str_c(&said), want);
		str_clear(&said);
	}
	bus_unsub(pk->m->bus, on_bus, &said);
	str_fini(&said);
}

/* Of what no screen has room for there is the first part. */
static const struct {
	const char	*value;
	size_t		 n, cols;	/* cells; columns of a table */
} endless[] = {
	{ "range(10 ** 9)", 10000, 0 },
	{ "iter(int, 1)", 10000, 0 },
	{ "dict.fromkeys(range(30000))", 20000, 2 },
	{ "[[1] * 1000] * 5", 5 * 256, 256 },
	{ "[[1] * 256] * 10000", 781 * 256, 256 },
	{ "[dict.fromkeys(range(1000))]", 2 * 256, 256 },
};

struct shape {
	bool	there;
	size_t	n, cols;
};

static void
on_result(void *arg, enum bus_event event unused, void *what)
{
	const struct cmd_res	*res = ((const struct result *)what)->res;

	*(struct shape *)arg = (struct shape){ .there = true, .n = res->n,
	    .cols = res->kind == RES_TABLE ? res->cols : 0 };
}

static void
test_endless_results(void **state)
{
	struct pk	*pk = *state;
	struct shape	 got;
	char		 text[512];
	size_t		 i;

	bus_sub(pk->m->bus, BUS_RESULT, on_result, &got);
	pk->m->console = true;
	for (i = 0; i < nitems(endless); i++) {
		(void)snprintf(text, sizeof(text), "from mitmproxy import "
		    "command\n@command.command('s.e%zu')\n"
		    "def r() -> None: return %s\n", i, endless[i].value);
		pk_script(pk, text);
		(void)snprintf(text, sizeof(text), "s.e%zu", i);
		got = (struct shape){ .there = false };
		assert_int_equal(run(pk, text, NULL), 0);
		while (!got.there)
			assert_true(pk_turn(pk, PK_WAIT_MS));
		assert_int_equal(got.n, endless[i].n);
		assert_int_equal(got.cols, endless[i].cols);
	}
	bus_unsub(pk->m->bus, on_result, &got);
}

/* More arguments than a row of the program has room for. */
static void
test_many_arguments(void **state)
{
	struct pk	*pk = *state;

	pk_script(pk, "from mitmproxy import command\n"
	    "@command.command('s.eight')\n"
	    "def r(a: int, b: int, c: int, d: int, e: int, f: int, g: int, "
	    "h: int = 8) -> str:\n"
	    "    return 'sum %d' % (a + b + c + d + e + f + g + h)\n");
	assert_int_equal(run(pk, "s.eight 1 1 1 1 1 1 1", NULL), 0);
	while (!pk_logged(pk, "sum 15"))
		assert_true(pk_turn(pk, PK_WAIT_MS));
	assert_int_equal(run(pk, "s.eight 1 1 1 1 1 1 1 1", NULL), 0);
	while (!pk_logged(pk, "sum 8"))
		assert_true(pk_turn(pk, PK_WAIT_MS));
}

/* One that is stopped in the middle is no fault of ours, and what it did
 * so far is seen. */
static void
test_broken_off(void **state)
{
	struct pk	*pk = *state;
	struct flow	*f = pk_flow();

	store_add(pk->m->store, f);
	pk_script(pk, "from mitmproxy import command, flow\n"
	    "@command.command('s.leave')\n"
	    "def leave(f: flow.Flow) -> None:\n"
	    "    f.marked = 'seen'\n"
	    "    raise SystemExit('enough')\n");
	assert_int_equal(run(pk, "s.leave @all", NULL), 0);
	while (f->marked == NULL)
		assert_true(pk_turn(pk, PK_WAIT_MS));
	assert_string_equal(f->marked, "seen");
	assert_true(pk_logged(pk, "Error in command s.leave: enough"));
	assert_false(pk_logged(pk, "Internal error"));
	flow_unref(f);
}

static void
test_result_of_flows(void **state)
{
	struct pk	*pk = *state;
	struct flow	*f = pk_flow();
	struct str	 said;

	store_add(pk->m->store, f);
	str_init(&said, STR_MAX);
	pk_script(pk, "from mitmproxy import command, flow\n"
	    "from typing import Sequence\n"
	    "@command.command('s.all')\n"
	    "def r(fs: Sequence[flow.Flow]) -> Sequence[flow.Flow]:\n"
	    "    return fs\n");
	bus_sub(pk->m->bus, BUS_RESULT | BUS_STATUS, on_bus, &said);
	pk->m->console = true;
	assert_int_equal(run(pk, "s.all @all", NULL), 0);
	while (said.n == 0)
		assert_true(pk_turn(pk, PK_WAIT_MS));
	assert_string_equal(str_c(&said), "Command returned 1 flow.");
	bus_unsub(pk->m->bus, on_bus, &said);
	str_fini(&said);
	flow_unref(f);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test_setup_teardown(test_options, pk_start, pk_end),
		cmocka_unit_test_setup_teardown(test_bad_deferred_value,
		    pk_start, pk_end),
		cmocka_unit_test_setup_teardown(test_commands,
		    pk_start, pk_end),
		cmocka_unit_test_setup_teardown(test_results, pk_start,
		    pk_end),
		cmocka_unit_test_setup_teardown(test_many_arguments,
		    pk_start, pk_end),
		cmocka_unit_test_setup_teardown(test_endless_results, pk_start,
		    pk_end),
		cmocka_unit_test_setup_teardown(test_broken_off, pk_start,
		    pk_end),
		cmocka_unit_test_setup_teardown(test_result_of_flows,
		    pk_start, pk_end),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
