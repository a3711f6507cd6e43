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

static struct flow *
raw_flow(enum flow_type type, struct sp data)
{
	struct flow	*f = flow_new(type);

	f->live = true;
	frames_add(&f->frames, (struct frame){ .data = blob_of(data),
	    .time = 5, .from_client = true });
	return (f);
}

static struct sp
last_of(const struct hookcall *c)
{
	return (blob_sp(frames_last(&c->flow->frames)->data));
}

/* The last message goes back with the call; a kill is a verdict. */
static void
test_tcp(void **state)
{
	struct pk	*pk = *state;
	struct hookcall	*c;

	pk_script(pk, "def tcp_message(flow):\n"
	    "    m = flow.messages[-1]\n"
	    "    m.content = m.content.upper() * len(flow.messages)\n"
	    "def udp_message(flow): flow.kill()\n");
	c = pk_ask(pk, HOOK_tcp_message, raw_flow(FLOW_TCP, SP("ab")));
	assert_true(sp_is(last_of(c), "AB"));
	assert_int_equal(c->verdict, 0);
	hookcall_free(c);
	c = pk_ask(pk, HOOK_udp_message, raw_flow(FLOW_UDP, SP("ab")));
	assert_int_equal(c->verdict & HV_KILL, HV_KILL);
	hookcall_free(c);
}

/* What is more than may be kept is asked about, and is not there the next
 * time: another one is. */
static void
test_one_too_many(void **state)
{
	static const char *const	says[] = { "one", "two", "three" };
	struct pk			*pk = *state;
	struct flow			*f;
	struct hookcall			*c;
	struct sp			 got;
	size_t				 i;
	bool				 ws;

	pk_script(pk, "first = {}\n"
	    "def look(kind, messages):\n"
	    "    assert first.setdefault(kind, messages[0]) is messages[0]\n"
	    "    assert len(messages) == 2\n"
	    "    messages[-1].content += b'!'\n"
	    "def tcp_message(flow): look(0, flow.messages)\n"
	    "def websocket_message(flow): look(1, flow.websocket.messages)\n");
	for (i = 0; i < 2 * nitems(says); i++) {
		ws = i >= nitems(says);
		f = ws ? websocket_flow() : raw_flow(FLOW_TCP, SP("first"));
		f->id = 1000 + ws;
		frames_cut(flow_messages(f), 1);
		frames_add(flow_messages(f), (struct frame){ .opcode = ws,
		    .data = blob_of(sp_of(says[i % nitems(says)])),
		    .time = 10 + (double)i });
		c = pk_ask(pk, ws ? HOOK_websocket_message :
		    HOOK_tcp_message, f);
		got = blob_sp(frames_last(flow_messages(c->flow))->data);
		assert_true(sp_starts(got, says[i % nitems(says)]));
		assert_int_equal(got.p[got.n - 1], '!');
		hookcall_free(c);
	}
}

static const char	query[] = "\0\7\1\0\0\1\0\0\0\0\0\0"
			    "\1a\4test\0\0\1\0\1";
/* The same with an answer whose names point back: MX 5 b.a.test. */
static const char	mail[] = "\0\7\201\200\0\1\0\1\0\0\0\0"
			    "\1a\4test\0\0\17\0\1"
			    "\300\14\0\17\0\1\0\0\0\74\0\6"
			    "\0\5\1b\300\14";

/* Answers of scripts, and edits; what is left alone keeps its bytes. */
static void
test_dns(void **state)
{
	const struct sp	 q = sp_mem(query, sizeof(query) - 1),
			 r = sp_mem(mail, sizeof(mail) - 1);
	struct pk	*pk = *state;
	struct hookcall	*c;
	struct flow	*f;

	pk_script(pk, "import ipaddress\n"
	    "from mitmproxy import dns\n"
	    "def dns_request(flow):\n"
	    "    flow.response = flow.request.succeed([dns.ResourceRecord.A("
	    "'a.test', ipaddress.IPv4Address('1.2.3.4'))])\n"
	    "def dns_response(flow):\n"
	    "    if flow.comment: flow.response.answers[0].name = 'c.test'\n");
	c = pk_ask(pk, HOOK_dns_request, raw_flow(FLOW_DNS, q));
	assert_int_equal(c->flow->frames.n, 2);
	assert_int_equal(c->verdict, HV_RESPONSE);
	assert_true(sp_eq(blob_sp(frames_at(&c->flow->frames, 0)->data), q));
	assert_false(frames_at(&c->flow->frames, 1)->from_client);
	assert_memory_equal(last_of(c).p + last_of(c).n - 4, "\1\2\3\4", 4);
	hookcall_free(c);

	f = raw_flow(FLOW_DNS, r);
	frames_edit(&f->frames, 0)->from_client = false;
	c = pk_ask(pk, HOOK_dns_response, flow_dup(f, false));
	assert_true(sp_eq(last_of(c), r));
	assert_int_equal(c->verdict, 0);
	hookcall_free(c);
	flow_set_comment(f, "edit");
	c = pk_ask(pk, HOOK_dns_response, f);
	assert_int_equal(c->verdict & HV_RESPONSE, HV_RESPONSE);
	assert_memory_equal(last_of(c).p + last_of(c).n - 12,
	    "\0\5\1b\1a\4test", 12 - 1);
	hookcall_free(c);
}

/* Of a zone the last message is the answer, and the others stay. */
static void
test_dns_transfer(void **state)
{
	const struct sp	 q = sp_mem(query, sizeof(query) - 1),
			 r = sp_mem(mail, sizeof(mail) - 1);
	struct pk	*pk = *state;
	struct hookcall	*c;
	struct flow	*f;
	struct sp	 got;
	size_t		 i;

	pk_script(pk, "def dns_response(flow):\n"
	    "    if flow.comment == 'none': flow.response = None\n"
	    "    elif flow.comment: flow.response.answers[0].name = 'c'\n");
	f = raw_flow(FLOW_DNS, q);
	for (i = 0; i < 3; i++)
		frames_add(&f->frames, (struct frame){ .data = blob_of(r) });
	c = pk_ask(pk, HOOK_dns_response, flow_dup(f, false));
	assert_int_equal(c->verdict, 0);
	assert_int_equal(c->flow->frames.n, 4);
	hookcall_free(c);
	flow_set_comment(f, "edit");
	c = pk_ask(pk, HOOK_dns_response, flow_dup(f, false));
	assert_int_equal(c->verdict & HV_RESPONSE, HV_RESPONSE);
	assert_int_equal(c->flow->frames.n, 4);
	for (i = 0; i < 4; i++) {
		got = blob_sp(frames_at(&c->flow->frames, i)->data);
		assert_true(sp_eq(got, i == 0 ? q : r) == (i < 3));
	}
	hookcall_free(c);
	flow_set_comment(f, "none");
	c = pk_ask(pk, HOOK_dns_response, f);
	assert_int_equal(c->flow->frames.n, 4);
	assert_true(frames_at(&c->flow->frames, 3)->dropped);
	hookcall_free(c);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test_setup_teardown(test_rows, pk_start, pk_end),
		cmocka_unit_test_setup_teardown(test_tcp, pk_start, pk_end),
		cmocka_unit_test_setup_teardown(test_one_too_many, pk_start,
		    pk_end),
		cmocka_unit_test_setup_teardown(test_dns, pk_start, pk_end),
		cmocka_unit_test_setup_teardown(test_dns_transfer, pk_start,
		    pk_end),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
