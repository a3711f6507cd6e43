#include "pykit.h"

/* Main is not asked any more once the program ends: who waits is told. */
static void
test_cancelled(void **state)
{
	struct pk	*pk;

	(void)state;
	assert_int_equal(pk_start((void **)&pk), 0);
	pk_script(pk, "import threading\n"
	    "from mitmproxy import ctx\n"
	    "def ask():\n"
	    "    print('asking')\n"
	    "    try: ctx.master.commands.execute('no.such.command')\n"
	    "    except RuntimeError as e: print(e)\n"
	    "def done():\n"
	    "    t = threading.Thread(target=ask)\n"
	    "    t.start()\n");
	scripting_stop(pk->m);
	/* Main turns no more: the thread is left waiting. */
	while (!pk_logged(pk, "asking"))
		(void)usleep(1000);
	model_drop_modules(pk->m);
	assert_true(pk_logged(pk, "the program is ending"));
	while (pk_turn(pk, 0))
		continue;
	model_free(pk->m);
	queue_free(pk->posts);
	(void)rmdir(pk->dir);
	free(pk);
}

static const struct pk_row rows[] = {
	{ "__import__('_weir').ask('nonsense')", "ValueError: no op nonsense"
	    },
	{ "__import__('_weir').tell('nonsense')",
	    "ValueError: no op nonsense" },
	{ "__import__('_weir').ask('add_flow', (), [5])",
	    "TypeError: not a record" },
	{ "__import__('_weir').tell('status', ['said by a script'])",
	    "None" },
};

static void
test_rows(void **state)
{
	struct pk	*pk = *state;

	pk_load_eval(pk);
	pk_rows(pk, rows, nitems(rows));
	while (!pk_logged(pk, "said by a script"))
		assert_true(pk_turn(pk, PK_WAIT_MS));
}

/* Several threads ask at once. */
static void
test_threads(void **state)
{
	struct hookcall	*c;

	pk_script(*state, "import asyncio, concurrent.futures as cf\n"
	    "from mitmproxy import ctx\n"
	    "def one(i):\n"
	    "    return ctx.master.commands.execute('flow.none %d' % i)\n"
	    "def safe(i):\n"
	    "    try: return one(i)\n"
	    "    except Exception as e: return type(e).__name__\n"
	    "async def request(flow):\n"
	    "    loop = asyncio.get_running_loop()\n"
	    "    with cf.ThreadPoolExecutor(4) as pool:\n"
	    "        got = await asyncio.gather(*[loop.run_in_executor("
	    "pool, safe, i) for i in range(20)])\n"
	    "    flow.comment = repr(set(got))\n");
	c = pk_ask(*state, HOOK_request, pk_flow());
	assert_string_equal(c->flow->comment, "{'CommandError'}");
	hookcall_free(c);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_cancelled),
		cmocka_unit_test_setup_teardown(test_rows, pk_start, pk_end),
		cmocka_unit_test_setup_teardown(test_threads, pk_start, pk_end),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
