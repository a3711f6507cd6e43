#include "pykit.h"

static void
add(struct frames *fs, const char *text, bool from_client, int opcode)
{
	frames_add(fs, (struct frame){ .data = blob_of(sp_of(text)),
	    .time = 5, .from_client = from_client,
	    .opcode = (unsigned char)opcode });
}

static struct flow *
websocket_flow(void)
{
	struct flow		*f = pk_flow();
	struct websocket	*ws = flow_websocket(f);

	flow_set_response(f, msg_response(101, SPNIL, SPNIL));
	add(&ws->frames, "one", true, 1);
	add(&ws->frames, "two", false, 2);
	ws->close_code = 1000;
	ws->close_reason = xstrdup("bye");
	ws->closed_by_client = true;
	return (f);
}

static const struct pk_row rows[] = {
	{ "[(m.is_text, m.from_client, m.content) for m in"
	    " flow.websocket.messages]",
	    "[(True, True, b'one'), (False, False, b'two')]" },
	{ "w = flow.websocket; (w.closed_by_client, w.close_code,"
	    " w.close_reason, w.timestamp_end)",
	    "(True, 1000, 'bye', None)" },
	{ "from mitmproxy import flowfilter as ff; bool(ff.match("
	    "'~websocket', flow))", "True" },
	{ "r = flow._record(); (r.nmessages, r.websocket(1)[0])",
	    "(2, [(2, False, b'two', 5.0, False, False)])" },
	{ "r = flow._record(); r.put_message(b'new', True);"
	    " r.websocket(1)[0]",
	    "[(2, False, b'new', 5.0, True, False)]" },
	{ "r = flow._record(); r.put_message('new', True)",
	    "TypeError: a bytes-like object is required, not 'str'" },
	{ "r = flow._record(); r.websocket()[1:]",
	    "(True, 1000, 'bye', None)" },
	{ "from mitmproxy.test import tflow; f = tflow.ttcpflow();"
	    " f._record().frames()",
	    "[(0, True, b'hello', 946681204.2, False, False),"
	    " (0, False, b\"it's me\", 946681204.5, False, False)]" },
	{ "from mitmproxy.test import tflow; r = tflow.ttcpflow()._record();"
	    " r.put_message(b'x', False); (r.nmessages, r.frames(1))",
	    "(2, [(0, False, b'x', 946681204.5, False, False)])" },
	{ "flow._record().set_frames([5])",
	    "TypeError: a message is a tuple" },
};

static void
test_rows(void **state)
{
	size_t	 i;
	char	*value;

	pk_load_eval(*state);
	for (i = 0; i < nitems(rows); i++) {
		value = pk_eval_flow(*state, rows[i].text, websocket_flow());
		assert_string_equal(value, rows[i].want);
		free(value);
	}
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test_setup_teardown(test_rows, pk_start, pk_end),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
