/*
 * Many events: whatever scripts do with flows, nothing of it stays. With
 * PY_EVENTS=1000000 in the environment there are so many of them.
 */
#include "pykit.h"

#define EVENTS	4000
#define WARM	600	/* caches fill, each handler has had its turn */
#define STEPS	12	/* things that the script does, one a flow */

static const char script[] =
    "import asyncio, gc, sys\n"
    "import _weir\n"
    "from mitmproxy import connection, exceptions, flow as flows, http\n"
    "from mitmproxy.script import concurrent\n"
    "from libmproxy.protocol.http import HTTPFlow as Classic\n"
    "n = 0\n"
    "def look(f):\n"
    "    for o in (f, f.request, f.response, f.client_conn,"
    " f.server_conn):\n"
    "        for name in dir(o) if o is not None else ():\n"
    "            if name[0] != '_':\n"
    "                getattr(o, name, None)\n"
    "def edit(f):\n"
    "    f.request.headers['x'] = str(n)\n"
    "    f.request.path += '&x'\n"
    "    del f.request.headers['x']\n"
    "    f.response.text += 'more'\n"
    "    f.response.headers.set_all('y', ['1', '2'])\n"
    "    f.response.trailers = http.Headers(z='3')\n"
    "    f.response.status_code = 201\n"
    "def answer(f):\n"
    "    f.response = http.Response.make(404, b'no' * 100, {'a': 'b'})\n"
    "    f.request = http.Request.make('PUT', 'https://b.test/q?r=s')\n"
    "def duplicate(f):\n"
    "    c = f.copy()\n"
    "    c.request.path = '/copy'\n"
    "    c.comment = 'copy'\n"
    "    d = flows.Flow.from_state(f.get_state())\n"
    "    assert d.request == f.request and c.id != f.id\n"
    "    f.other = d\n"
    "    d.other = f\n"
    "def mark(f):\n"
    "    f.marked, f.comment = ':grapes:', 'said'\n"
    "    f.metadata['list'] = [f.id, n, None]\n"
    "    f.metadata['not JSON'] = look\n"
    "def undo(f):\n"
    "    f.backup()\n"
    "    f.request.path = '/other'\n"
    "    f.revert()\n"
    "def wrong(f):\n"
    "    f.response.data.headers = 5\n"
    "def fail(f):\n"
    "    f.request.path = 'x'\n"
    "    f.me = f\n"
    "    raise exceptions.AddonHalt if n % 2 else ValueError(f)\n"
    "def kill(f):\n"
    "    if f.killable: f.kill()\n"
    "    assert str(f.error)\n"
    "def connections(f):\n"
    "    f.client_conn.mine = f\n"
    "    f.server_conn = connection.Server(address=('a.test', 1))\n"
    "    f.server_conn.error = 'none'\n"
    "def classic(f):\n"
    "    c = Classic.of(f)\n"
    "    c.response.headers['c'] = ['1']\n"
    "    c.request.content = 'text'\n"
    "    c.copy()\n"
    "    c.settle()\n"
    "    c.reply\n"
    "def stored(f):\n"
    "    r = f._record()\n"
    "    assert _weir.flow(r, http.HTTPFlow) is not f\n"
    "steps = look, edit, answer, duplicate, mark, undo, wrong, fail, kill,"
    " connections, classic, stored\n"
    "class Sync:\n"
    "    def request(self, flow):\n"
    "        steps[flow.metadata['step']](flow)\n"
    "    response = request\n"
    "    def websocket_message(self, flow):\n"
    "        m = flow.websocket.messages[-1]\n"
    "        m.content += b'x'\n"
    "        m.kill()\n"
    "    def tcp_message(self, flow):\n"
    "        flow.messages[-1].content = b'other'\n"
    "class Async:\n"
    "    async def response(self, flow):\n"
    "        if flow.metadata['step'] == 3:\n"
    "            await asyncio.sleep(0)\n"
    "            flow.request.headers['async'] = '1'\n"
    "class Threads:\n"
    "    @concurrent\n"
    "    def tcp_message(self, flow):\n"
    "        flow.comment = flow.messages[-1].content.decode()\n"
    "def count(wanted):\n"
    "    gc.collect()\n"
    "    return [sys.getrefcount(o) for o in wanted]\n"
    "def udp_start(flow):\n"
    "    global before\n"
    "    before = count(watched)\n"
    "def udp_end(flow):\n"
    "    now = count(watched)\n"
    "    flow.comment = repr([(w, a, b) for w, a, b in zip(watched, before,"
    " now) if b - a > 100])\n"
    "watched = [None, True, False, '', b'', (), 0, 1, http.HTTPFlow,"
    " http.Headers, http.Request, http.Response, connection.Client,"
    " connection.Server, _weir.Record, _weir.Conn, _weir.RequestData,"
    " _weir.ResponseData, _weir.Flow, _weir.Fields, flows.Error,"
    " Classic, asyncio.Task, steps, asyncio.get_event_loop_policy()]\n"
    "addons = [Sync(), Async(), Threads()]\n";

static struct flow *
http_flow(unsigned step)
{
	struct flow	*f = pk_flow();
	char		 number[12];

	(void)snprintf(number, sizeof(number), "%u", step);
	flow_set_meta(f, "step", number);
	flow_set_client(f, conn_new(false));
	flow_set_server(f, conn_new(true));
	return (f);
}

/* The two events of an exchange. */
static void
exchange(struct pk *pk, unsigned step)
{
	struct flow	*f = http_flow(step), *g = flow_dup(f, true);
	struct hookcall	*c;

	flow_set_response(f, step % 4 == 0 ? NULL : msg_response(200,
	    SP("text/plain"), SP("early")));
	c = pk_ask(pk, HOOK_request, f);
	hookcall_free(c);
	hookcall_free(pk_ask(pk, HOOK_response, g));
}

/* One message and the end. */
static void
conversation(struct pk *pk, struct flow *f, enum hook message, enum hook end)
{
	struct flow	*g = flow_dup(f, true);

	hookcall_free(pk_ask(pk, message, f));
	hookcall_free(pk_ask(pk, end, g));
}

static void
conversations(struct pk *pk)
{
	struct flow	*f = flow_new(FLOW_TCP), *ws = http_flow(0);

	frames_add(&f->frames, (struct frame){ .data = blob_of(SP("raw")) });
	conversation(pk, f, HOOK_tcp_message, HOOK_tcp_end);
	frames_add(&flow_websocket(ws)->frames, (struct frame){
	    .data = blob_of(SP("text")), .opcode = 1 });
	conversation(pk, ws, HOOK_websocket_message, HOOK_websocket_end);
}

static void
run_events(struct pk *pk, unsigned long n)
{
	unsigned long	i;

	for (i = 0; i < n; i += 6) {
		exchange(pk, (unsigned)(i / 6 % STEPS));
		conversations(pk);
	}
}

/* What Python has of the program, once its rubbish is collected. */
static void
counts(struct pk *pk, enum hook h, long *now, char **told)
{
	struct hookcall	*c = pk_ask(pk, h, flow_new(FLOW_UDP));
	unsigned	 i;

	*told = c->flow->comment != NULL ? xstrdup(c->flow->comment) : NULL;
	hookcall_free(c);
	for (i = 0; i < OBJ_N; i++)
		now[i] = obj_count((enum obj)i);
}

static void
test_nothing_stays(void **state)
{
	const char	*many = getenv("PY_EVENTS");
	long		 before[OBJ_N], after[OBJ_N];
	char		*told;
	unsigned	 i;

	pk_script(*state, script);
	run_events(*state, WARM);
	/* But for the wrong things that it does it is right. */
	assert_true(pk_logged(*state, "headers must be Headers, not int"));
	assert_true(pk_logged(*state, "ValueError"));
	assert_false(pk_logged(*state, "AssertionError"));
	assert_false(pk_logged(*state, "AttributeError"));
	assert_false(pk_logged(*state, "NameError"));
	counts(*state, HOOK_udp_start, before, &told);
	free(told);
	run_events(*state, many != NULL ? strtoul(many, NULL, 10) : EVENTS);
	counts(*state, HOOK_udp_end, after, &told);
	assert_non_null(told);
	assert_string_equal(told, "[]");
	free(told);
	for (i = 0; i < OBJ_N; i++)
		if (labs(after[i] - before[i]) > STEPS)
			fail_msg("%s: %ld, then %ld", obj_name((enum obj)i),
			    before[i], after[i]);
	/* pk_end() sees to it that none at all are there in the end. */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_nothing_stays, pk_start,
		    pk_end),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
