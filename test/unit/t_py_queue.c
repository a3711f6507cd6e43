#include "pykit.h"

/* Handlers that wait hold only their own flow; the rest of their event
 * comes after them. */
static void
test_async(void **state)
{
	struct hookcall	*c;

	pk_script(*state, "import asyncio\n"
	    "class A:\n"
	    "    async def request(self, flow):\n"
	    "        await asyncio.sleep(0.01)\n"
	    "        flow.comment = 'a'\n"
	    "class B:\n"
	    "    def request(self, flow): flow.comment += 'b'\n"
	    "addons = [A(), B()]\n");
	c = pk_ask(*state, HOOK_request, pk_flow());
	assert_string_equal(c->flow->comment, "ab");
	hookcall_free(c);
}

static void
test_threads(void **state)
{
	struct hookcall	*c;

	pk_script(*state, "import threading, time\n"
	    "from mitmproxy.script import concurrent\n"
	    "@concurrent\n"
	    "def request(flow):\n"
	    "    time.sleep(0.01)\n"
	    "    flow.comment = threading.current_thread().name[:12]\n");
	c = pk_ask(*state, HOOK_request, pk_flow());
	assert_string_equal(c->flow->comment, "ScriptThread");
	hookcall_free(c);
}

/* While a script's own sockets are watched the thread sleeps in select(),
 * and calls still arrive. */
static void
test_sockets(void **state)
{
	struct hookcall	*c;
	int		 i;

	pk_script(*state, "import asyncio\n"
	    "async def serve(r, w):\n"
	    "    w.write(await r.readline())\n"
	    "    w.close()\n"
	    "async def request(flow):\n"
	    "    s = await asyncio.start_server(serve, '127.0.0.1', 0)\n"
	    "    at = s.sockets[0].getsockname()\n"
	    "    r, w = await asyncio.open_connection(*at)\n"
	    "    w.write(b'echo\\n')\n"
	    "    flow.comment = (await r.readline()).decode().strip()\n"
	    "    w.close()\n"
	    "    s.close()\n"
	    "    await s.wait_closed()\n"
	    "server = None\n"
	    "async def response(flow):\n"
	    "    global server\n"
	    "    if server is None:\n"
	    "        server = await asyncio.start_server(serve, '127.0.0.1',"
	    " 0)\n"
	    "    flow.comment = 'beside'\n");
	c = pk_ask(*state, HOOK_request, pk_flow());
	assert_string_equal(c->flow->comment, "echo");
	hookcall_free(c);
	for (i = 0; i < 3; i++) {
		c = pk_ask(*state, HOOK_response, pk_flow());
		assert_string_equal(c->flow->comment, "beside");
		hookcall_free(c);
	}
}

/* A call that nobody gives back comes back with the end. */
static void
test_forgotten_calls(void **state)
{
	struct pk	*pk = *state;
	struct hookcall	*c = hookcall_new(HOOK_request, pk_flow());
	struct pk_call	 pc = { .pk = pk };

	pk_script(pk, "import asyncio\n"
	    "async def request(flow):\n"
	    "    print('waiting')\n"
	    "    await asyncio.sleep(3600)\n");
	c->back = pk_back;
	c->asker = &pc;
	hook_run(&pk->m->hooks, c);
	while (!pk_logged(pk, "waiting"))
		(void)pk_turn(pk, 20);
	scripting_stop(pk->m);
	while (!pc.back)
		assert_true(pk_turn(pk, PK_WAIT_MS));
	hookcall_free(c);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test_setup_teardown(test_async, pk_start, pk_end),
		cmocka_unit_test_setup_teardown(test_threads, pk_start, pk_end),
		cmocka_unit_test_setup_teardown(test_sockets, pk_start, pk_end),
		cmocka_unit_test_setup_teardown(test_forgotten_calls,
		    pk_start, pk_end),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
