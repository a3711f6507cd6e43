#include "pykit.h"

/* What a script reads of a flow that nothing was said about. */
static const struct pk_row rows[] = {
	{ "(flow.client_conn, type(flow.server_conn).__name__)",
	    "(None, 'Server')" },
	{ "flow.metadata is flow.metadata", "True" },
	{ "flow.request is flow.request and flow.response is flow.response",
	    "True" },
	{ "flow.request.data is flow._request_data", "True" },
	{ "flow.response = None; flow._has_response", "False" },
	{ "flow.response", "Response(200, text/plain, 8b)" },
	{ "flow.request = 5", "AttributeError: 'int' object has no attribute"
	    " 'data'" },
	{ "flow._ref == flow._call.id", "True" },
	{ "flow._load(5)", "TypeError: a record with a flow expected" },
	{ "flow._store(5)", "TypeError: a record with a flow expected" },
	{ "__import__('_weir').flow(flow._call, int)",
	    "TypeError: no class of flows" },
	{ "__import__('_weir').flow(flow._call, http.HTTPFlow) is flow",
	    "True" },
	{ "f = http.HTTPFlow(None, None); (f.marked, f.live, f.error,"
	    " f.request, f.metadata, f._ref)",
	    "('', False, None, None, {}, 0)" },
	{ "f = http.HTTPFlow.__new__(http.HTTPFlow); (f.id, f.comment,"
	    " f.is_replay, f.intercepted)", "('', '', None, False)" },
	{ "f = flow.copy(); (f.id != flow.id, f.request.url, f.live)",
	    "(True, 'http://example.test/path?q=1', False)" },
	{ "hasattr(__import__('mitmproxy.tcp').tcp.TCPFlow(None, None),"
	    " 'request')", "False" },
};

static void
test_rows(void **state)
{
	pk_load_eval(*state);
	pk_rows(*state, rows, nitems(rows));
}

/* Whether a hook of the flow saw True. */
static bool
saw(struct pk *pk, enum hook h, struct flow *f)
{
	struct hookcall	*c = pk_ask(pk, h, f);
	bool		 yes = c->flow->comment != NULL &&
			    strcmp(c->flow->comment, "True") == 0;

	hookcall_free(c);
	return (yes);
}

/* What a script has of a flow stays good when its call has gone on. */
static void
test_kept(void **state)
{
	struct flow	*f = pk_flow(), *g = pk_flow();

	pk_script(*state, "kept = []\n"
	    "def request(flow):\n"
	    "    kept.append(flow)\n"
	    "def response(flow):\n"
	    "    f = kept[0]\n"
	    "    flow.comment = repr((f.comment, f.request.path, f.error.msg,"
	    " f.metadata, f.is_replay) == ('first', '/path?q=1', 'lost',"
	    " {'k': [1]}, 'request'))\n");
	flow_set_comment(f, "first");
	flow_set_error(f, "lost");
	flow_set_meta(f, "k", "[1]");
	f->replay = REPLAY_REQUEST;
	hookcall_free(pk_ask(*state, HOOK_request, f));
	assert_true(saw(*state, HOOK_response, g));
}

/* The next record says something else: what the user marked counts, and
 * objects whose facts are the same stay. */
static void
test_next_record(void **state)
{
	struct flow	*f = pk_flow(), *g;

	pk_script(*state, "def request(flow):\n"
	    "    flow.client_conn.mine = 1\n"
	    "    flow.request.mine, flow.error.mine = 2, 3\n"
	    "    flow.note = flow, flow.metadata\n"
	    "def response(flow):\n"
	    "    flow.comment = repr(flow.note[0] is flow and"
	    " (flow.client_conn.mine, flow.request.mine, flow.error.mine,"
	    " flow.marked) == (1, 2, 3, 'm') and"
	    " flow.metadata is not flow.note[1])\n");
	flow_set_client(f, conn_new(false));
	flow_set_error(f, "lost");
	g = flow_dup(f, true);
	flow_set_marked(g, "m");
	hookcall_free(pk_ask(*state, HOOK_request, f));
	assert_true(saw(*state, HOOK_response, g));
}

static void
test_same_marks_stay(void **state)
{
	struct flow	*f = pk_flow(), *g;

	pk_script(*state, "def request(flow):\n"
	    "    flow.note = flow.metadata\n"
	    "    flow.error.mine = 1\n"
	    "def response(flow):\n"
	    "    flow.comment = repr(flow.metadata is flow.note and"
	    " flow.error is None)\n");
	flow_set_meta(f, "k", "1");
	flow_set_error(f, "lost");
	g = flow_dup(f, true);
	flow_set_error(g, NULL);
	hookcall_free(pk_ask(*state, HOOK_request, f));
	assert_true(saw(*state, HOOK_response, g));
}

/* More flows than the table of them has room for at first. */
static void
test_many(void **state)
{
	struct flow	*first = pk_flow(), *f;
	uint64_t	 id = first->id;
	unsigned	 i;

	pk_script(*state, "kept = []\n"
	    "def request(flow):\n"
	    "    flow.mine = len(kept)\n"
	    "    kept.append(flow)\n"
	    "def response(flow):\n"
	    "    flow.comment = repr(flow is kept[flow.mine])\n"
	    "    if flow.mine % 3 == 0:\n"
	    "        kept[flow.mine] = None\n");
	hookcall_free(pk_ask(*state, HOOK_request, first));
	for (i = 1; i < 300; i++)
		hookcall_free(pk_ask(*state, HOOK_request, pk_flow()));
	for (i = 0; i < 300; i++) {
		f = pk_flow();
		f->id = id + i;
		assert_true(saw(*state, HOOK_response, f));
	}
}

/* What was kept for a replay that no script sees goes with its event. */
static void
test_unseen(void **state)
{
	struct flow	*f = pk_flow(), *again = flow_dup(f, true);

	pk_script(*state, "from weirhost import flows\n"
	    "calls = []\n"
	    "def request(flow):\n"
	    "    calls.append(1)\n"
	    "    if len(calls) == 1:\n"
	    "        flow._unseen = True\n"
	    "        flows.keep(flow)\n"
	    "    flow.comment = repr(len(calls) == 2 and not flows._strong)"
	    "\n");
	hookcall_free(pk_ask(*state, HOOK_request, f));
	hookcall_free(pk_ask(*state, HOOK_request, again));
	assert_true(saw(*state, HOOK_request, pk_flow()));
}

/* Whoever has a weak reference may ask for the flow while its object goes:
 * he gets another one. */
static void
test_goes_while_asked_for(void **state)
{
	struct pk	*pk = *state;
	struct flow	*f = pk_flow();

	store_add(pk->m->store, f);
	pk_script(pk, "import weakref\n"
	    "from mitmproxy import command\n"
	    "refs = []\n"
	    "def gone(ref):\n"
	    "    print('again', command.resolve('@all')[0].request.path)\n"
	    "    command.resolve('@none')	# main has a turn\n"
	    "def request(flow): refs.append(weakref.ref(flow, gone))\n");
	hookcall_free(pk_ask(pk, HOOK_request, flow_dup(f, true)));
	while (!pk_logged(pk, "again /path?q=1"))
		assert_true(pk_turn(pk, PK_WAIT_MS));
	flow_unref(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_rows, pk_start, pk_end),
		cmocka_unit_test_setup_teardown(test_kept, pk_start, pk_end),
		cmocka_unit_test_setup_teardown(test_unseen, pk_start,
		    pk_end),
		cmocka_unit_test_setup_teardown(test_goes_while_asked_for,
		    pk_start, pk_end),
		cmocka_unit_test_setup_teardown(test_next_record, pk_start,
		    pk_end),
		cmocka_unit_test_setup_teardown(test_same_marks_stay,
		    pk_start, pk_end),
		cmocka_unit_test_setup_teardown(test_many, pk_start, pk_end),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
