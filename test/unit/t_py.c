#include "pykit.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>

static void
test_without_scripts(void **state)
{
	struct pk	*pk = *state;

	assert_false(scripting_busy(pk->m));
	assert_int_equal(scripting_check(pk->m, NULL), 0);
	assert_false(hooks_wanted(&pk->m->hooks, HOOK_request));
}

static void
test_life(void **state)
{
	struct pk	*pk = *state;

	pk_script(pk, "def load(l): print('load')\n"
	    "def configure(names): print('configure', 'scripts' in names)\n"
	    "def running(): print('running')\n"
	    "def done(): print('done')\n"
	    "def request(flow): pass\n");
	assert_true(pk_logged(pk, "load"));
	assert_true(pk_logged(pk, "configure True"));
	assert_false(pk_logged(pk, "running"));
	assert_true(hooks_wanted(&pk->m->hooks, HOOK_request));
	assert_false(hooks_wanted(&pk->m->hooks, HOOK_response));
	scripting_running(pk->m);
	pk_settle(pk);
	assert_true(pk_logged(pk, "running"));
	assert_int_equal(opts_set(pk->m->opts, "scripts", NULL, 0, NULL), 0);
	pk_settle(pk);
	assert_true(pk_logged(pk, "done"));
	assert_false(hooks_wanted(&pk->m->hooks, HOOK_request));
}

static const struct {
	const char	*text, *say;
} broken[] = {
	{ "def f(:\n", "SyntaxError" },
	{ "import no_such_module_here\n", "no_such_module_here" },
	{ "1 / 0\n", "ZeroDivisionError" },
	{ "def load(l): raise ValueError('in load')\n", "in load" },
	{ "def start(context, argv): raise ValueError('in start')\n",
	    "in start" },
	{ "async def load(l): pass\n", "cannot be called from sync" },
	{ "class A: pass\naddons = [A(), A()]\n", "already exists" },
};

static void
test_broken_scripts(void **state)
{
	struct why	 why;
	struct pk	*pk;
	size_t		 i;

	(void)state;
	for (i = 0; i < nitems(broken); i++) {
		assert_int_equal(pk_start((void **)&pk), 0);
		pk_script(pk, broken[i].text);
		assert_int_equal(scripting_check(pk->m, &why), -1);
		assert_int_equal(why.code, ERR_SCRIPT);
		if (strstr(why.text, broken[i].say) == NULL)
			fail_msg("%s", why.text);
		assert_int_equal(pk_end((void **)&pk), 0);
	}
}

static void
test_missing_script(void **state)
{
	struct pk	*pk = *state;
	struct why	 why;

	(void)opts_set1(pk->m->opts, "scripts", "/no/such.py", NULL);
	pk_settle(pk);
	assert_int_equal(scripting_check(pk->m, &why), -1);
	assert_non_null(strstr(why.text, "No such script"));
}

/* The flow goes on, and only the script's own frames are shown. */
static void
test_exception_in_a_hook(void **state)
{
	struct pk	*pk = *state;
	struct hookcall	*c;

	pk_script(pk, "def request(flow): raise KeyError('broken')\n");
	c = pk_ask(pk, HOOK_request, pk_flow());
	assert_int_equal(c->verdict, 0);
	hookcall_free(c);
	assert_true(pk_logged(pk, "KeyError: 'broken'"));
	assert_false(pk_logged(pk, "dispatch.py"));
}

static void
test_verdicts(void **state)
{
	struct pk	*pk = *state;
	struct hookcall	*c;

	pk_script(pk, "def request(flow): flow.kill()\n"
	    "def response(flow): flow.intercept()\n"
	    "def responseheaders(flow): flow.response.stream = True\n");
	c = pk_ask(pk, HOOK_request, pk_flow());
	assert_int_equal(c->verdict, HV_KILL);
	hookcall_free(c);
	c = pk_ask(pk, HOOK_response, pk_flow());
	assert_int_equal(c->verdict, HV_INTERCEPT);
	hookcall_free(c);
	c = pk_ask(pk, HOOK_responseheaders, pk_flow());
	assert_int_equal(c->verdict, HV_STREAM);
	hookcall_free(c);
}

static void
test_both_dialects(void **state)
{
	struct pk	*pk = *state;
	struct hookcall	*c;

	pk_script(pk,
	    "def request(context, flow):\n"
	    "    flow.request.headers['X-A'] = ['classic']\n"
	    "def response(flow):\n"
	    "    flow.response.headers['x-b'] = flow.request.headers['x-a']\n");
	c = pk_ask(pk, HOOK_request, pk_flow());
	assert_true(sp_is(head_get(c->flow->request->head, "x-a"),
	    "classic"));
	hookcall_free(c);
}

static void
touch_later(const char *path)
{
	struct timespec	ts[2] = { { .tv_sec = time(NULL) + 10 },
			    { .tv_sec = time(NULL) + 10 } };

	assert_int_equal(utimensat(AT_FDCWD, path, ts, 0), 0);
}

static void
test_reload(void **state)
{
	struct pk	*pk = *state;
	char		*path;
	FILE		*fp;

	path = pk_file(pk, "def done(): print('done of the first')\n");
	assert_int_equal(opts_set1(pk->m->opts, "scripts", path, NULL), 0);
	pk_settle(pk);
	fp = fopen(path, "w");
	assert_non_null(fp);
	assert_true(fputs("def load(l): print('load of the second')\n",
	    fp) >= 0);
	assert_int_equal(fclose(fp), 0);
	touch_later(path);
	while (!pk_logged(pk, "load of the second"))
		(void)pk_turn(pk, 50);
	assert_true(pk_logged(pk, "done of the first"));
	free(path);
}

static void
run_script(struct pk *pk, struct flow *f, const char *path, int want)
{
	const char	*words[3] = { "script.run", "@all", path };
	struct cmd_res	 res;
	struct why	 why;

	(void)f;
	cmd_res_init(&res);
	assert_int_equal(cmds_call(pk->m->cmds, words, 3, &res, &why), want);
	cmd_res_fini(&res);
	pk_settle(pk);
}

/* The stored flow is edited, can be reverted, and the script is gone. */
static void
test_script_run(void **state)
{
	struct pk	*pk = *state;
	struct flow	*f = pk_flow();
	char		*path;

	path = pk_file(pk,
	    "def start(context, argv): print('start')\n"
	    "def request(context, flow): flow.request.path = '/edited'\n"
	    "def response(flow): flow.comment = 'seen'\n"
	    "def done(context): print('done')\n");
	run_script(pk, f, path, -1);		/* there are no flows */
	store_add(pk->m->store, f);
	run_script(pk, f, path, 0);
	while (f->comment == NULL)
		assert_true(pk_turn(pk, PK_WAIT_MS));
	assert_true(sp_is(f->request->head->path, "/edited"));
	assert_string_equal(f->comment, "seen");
	assert_true(flow_is_modified(f));
	flow_revert(f);
	assert_true(sp_is(f->request->head->path, "/path?q=1"));
	assert_true(pk_logged(pk, "start") && pk_logged(pk, "done"));
	flow_unref(f);
	free(path);
}

/* An app goes with the script that brought it; a header may be given a
 * number. */
static void
test_inline(void **state)
{
	struct pk	*pk = *state;
	struct hookcall	*c;

	pk_script(pk, "def start(context, argv):\n"
	    "    context.app_registry.add(lambda e, s: [], 'a.test', 80)\n"
	    "def response(context, flow):\n"
	    "    flow.response.headers['n'] = [5]\n");
	assert_true(hooks_wanted(&pk->m->hooks, HOOK_request));
	c = pk_ask(pk, HOOK_response, pk_flow());
	assert_true(sp_is(head_get(c->flow->response->head, "n"), "5"));
	hookcall_free(c);
	assert_int_equal(opts_set(pk->m->opts, "scripts", NULL, 0, NULL), 0);
	pk_settle(pk);
	assert_false(hooks_wanted(&pk->m->hooks, HOOK_request));
}

/* sys.exit() ends the script, not the program. */
static void
test_exit(void **state)
{
	struct pk	*pk = *state;

	pk_script(pk, "import sys\ndef request(flow): sys.exit(3)\n");
	hookcall_free(pk_ask(pk, HOOK_request, pk_flow()));
	while (hooks_wanted(&pk->m->hooks, HOOK_request))
		(void)pk_turn(pk, 50);
}

/* script.stop breaks off who has the thread, and who waits; flows go on,
 * the script stays. */
static void
stop_in(struct pk *pk, enum hook h, const char *sign)
{
	struct hookcall	*c = hookcall_new(h, pk_flow());
	struct pk_call	 pc = { .pk = pk };
	const char	*words[1] = { "script.stop" };

	c->back = pk_back;
	c->asker = &pc;
	hook_run(&pk->m->hooks, c);
	while (!pk_logged(pk, sign))
		(void)pk_turn(pk, 10);
	while (pk_turn(pk, 10))
		continue;
	assert_false(pc.back);
	assert_int_equal(cmds_call(pk->m->cmds, words, 1, NULL, NULL), 0);
	while (!pc.back)
		assert_true(pk_turn(pk, PK_WAIT_MS));
	hookcall_free(c);
	pk_settle(pk);
}

static void
test_stop(void **state)
{
	struct pk	*pk = *state;

	pk_script(pk, "import asyncio\n"
	    "def request(flow):\n"
	    "    print('spins')\n"
	    "    while True:\n"
	    "        try: [x for x in range(100)]\n"
	    "        except Exception: pass\n"
	    "async def response(flow):\n"
	    "    print('waits')\n"
	    "    await asyncio.sleep(1000)\n");
	stop_in(pk, HOOK_request, "spins");
	stop_in(pk, HOOK_response, "waits");
	assert_true(pk_logged(pk, "stopped by the user"));
	assert_true(hooks_wanted(&pk->m->hooks, HOOK_request));
}

static bool
runs_over_flows(struct pk *pk, char *buf, size_t len)
{
	const char	*words[1] = { "script.progress" };
	struct cmd_res	 res;

	cmd_res_init(&res);
	assert_int_equal(cmds_call(pk->m->cmds, words, 1, &res, NULL), 0);
	assert_int_equal(res.kind, RES_STR);
	(void)snprintf(buf, len, "%s", str_c(&res.text));
	cmd_res_fini(&res);
	return (buf[0] != '\0');
}

/* A run over flows says how far it is, and ends when it is told to, also
 * one that waits. */
static void
test_stop_run(void **state)
{
	struct pk	*pk = *state;
	const char	*words[] = { "script.run", "@all", NULL };
	const char	*stop[] = { "script.stop" };
	struct flow	*f;
	char		*path, at[80];
	int		 i;

	for (i = 0; i < 1204; i++) {
		f = pk_flow();
		store_add(pk->m->store, f);
		flow_unref(f);
	}
	path = pk_file(pk, "import asyncio\n"
	    "async def request(flow):\n"
	    "    await asyncio.sleep(1000)\n");
	words[2] = path;
	assert_false(runs_over_flows(pk, at, sizeof(at)));
	assert_int_equal(cmds_call(pk->m->cmds, words, 3, NULL, NULL), 0);
	while (!runs_over_flows(pk, at, sizeof(at)))
		assert_true(pk_turn(pk, PK_WAIT_MS));
	assert_non_null(strstr(at, ".py 1/1,204"));
	assert_int_equal(cmds_call(pk->m->cmds, stop, 1, NULL, NULL), 0);
	pk_settle(pk);
	assert_false(runs_over_flows(pk, at, sizeof(at)));
	free(path);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test_setup_teardown(test_without_scripts,
		    pk_start, pk_end),
		cmocka_unit_test_setup_teardown(test_life, pk_start, pk_end),
		cmocka_unit_test(test_broken_scripts),
		cmocka_unit_test_setup_teardown(test_missing_script,
		    pk_start, pk_end),
		cmocka_unit_test_setup_teardown(test_exception_in_a_hook,
		    pk_start, pk_end),
		cmocka_unit_test_setup_teardown(test_verdicts,
		    pk_start, pk_end),
		cmocka_unit_test_setup_teardown(test_both_dialects,
		    pk_start, pk_end),
		cmocka_unit_test_setup_teardown(test_reload, pk_start, pk_end),
		cmocka_unit_test_setup_teardown(test_script_run,
		    pk_start, pk_end),
		cmocka_unit_test_setup_teardown(test_inline, pk_start,
		    pk_end),
		cmocka_unit_test_setup_teardown(test_exit, pk_start, pk_end),
		cmocka_unit_test_setup_teardown(test_stop, pk_start, pk_end),
		cmocka_unit_test_setup_teardown(test_stop_run, pk_start,
		    pk_end),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
