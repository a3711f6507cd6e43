#include "pykit.h"

static void
test_marks(void **state)
{
	struct hookcall	*c;
	struct flow	*f = pk_flow();

	pk_script(*state, "def response(flow):\n"
	    "    flow.marked = ':grapes:'\n"
	    "    flow.comment = 'said'\n"
	    "    flow.metadata['new'] = [1, 'a']\n"
	    "    del flow.metadata['old']\n"
	    "    flow.backup()\n");
	flow_set_meta(f, "old", "5");
	c = pk_ask(*state, HOOK_response, f);
	assert_int_equal(c->verdict, HV_MARKS);
	assert_string_equal(c->flow->marked, ":grapes:");
	assert_string_equal(c->flow->comment, "said");
	assert_string_equal(flow_get_meta(c->flow, "new"), "[1, \"a\"]");
	assert_null(flow_get_meta(c->flow, "old"));
	assert_true(flow_is_modified(c->flow));
	hookcall_free(c);
}

static const struct pk_row rows[] = {
	{ "(flow.id == flow.id, len(flow.id), flow.type, flow.live)",
	    "(True, 36, 'http', True)" },
	{ "(flow.is_replay, flow.error, flow.marked, flow.intercepted)",
	    "(None, None, '', False)" },
	{ "flow._call.request(5)",
	    "TypeError: message data or None expected" },
	{ "flow._call.hook == __import__('_weir').hooks().index('response')",
	    "True" },
	{ "flow._call.verdict('x')",
	    "TypeError: 'str' object cannot be interpreted as an integer" },
	{ "flow._call.marks(None, None, 5)",
	    "TypeError: argument 3 must be dict, not int" },
};

static void
test_rows(void **state)
{
	pk_load_eval(*state);
	pk_rows(*state, rows, nitems(rows));
}

static struct hookcall *
pk_ask_piece(struct pk *pk, struct flow *f, const char *text)
{
	struct hookcall	*c = hookcall_new(HOOK_response_piece, f);
	struct pk_call	 pc = { .pk = pk };

	c->data = *text != '\0' ? blob_of(sp_of(text)) : NULL;
	c->back = pk_back;
	c->asker = &pc;
	hook_run(&pk->m->hooks, c);
	while (!pc.back)
		assert_true(pk_turn(pk, PK_WAIT_MS));
	return (c);
}

/* A body that streams through a script's callable, today's or classic. */
static void
pieces(struct pk *pk, const char *source, const char *want)
{
	static const char	*const in[] = { "ab", "c", "" };
	struct flow		*f = pk_flow(), *last = flow_dup(f, true);
	struct hookcall		*c;
	struct str		 got;
	size_t			 i;

	str_init(&got, 64);
	pk_script(pk, source);
	c = pk_ask(pk, HOOK_responseheaders, f);
	assert_int_equal(c->verdict & (HV_STREAM | HV_PIECES),
	    HV_STREAM | HV_PIECES);
	hookcall_free(c);
	for (i = 0; i < nitems(in); i++) {
		c = pk_ask_piece(pk, flow_dup(last, true), in[i]);
		if (c->data != NULL)
			str_add(&got, blob_sp(c->data));
		str_puts(&got, "|");
		hookcall_free(c);
	}
	assert_string_equal(str_c(&got), want);
	str_fini(&got);
	flow_unref(last);
}

static void
test_pieces(void **state)
{
	pieces(*state, "def responseheaders(flow):\n"
	    "    flow.response.stream = lambda b: b.upper() or [b'e', b'nd']\n",
	    "AB|C|end|");
	pieces(*state, "def change(chunks):\n"
	    "    for before, text, after in chunks:\n"
	    "        yield before, text * 2, after\n"
	    "    yield '', 'end', ''\n"
	    "def responseheaders(context, flow):\n"
	    "    flow.response.stream = change\n", "abab|cc|end|");
	pieces(*state, "def responseheaders(flow):\n"
	    "    flow.response.stream = lambda b: 5\n", "ab|c||");
}

static void
test_error(void **state)
{
	struct flow	*f = pk_flow();
	struct hookcall	*c;

	pk_script(*state, "def error(flow):\n"
	    "    flow.comment = flow.error.msg\n");
	flow_set_error(f, "it broke");
	c = pk_ask(*state, HOOK_error, f);
	assert_string_equal(c->flow->comment, "it broke");
	hookcall_free(c);
}

/* What a script keeps stays readable when the flow has gone on. */
static void
test_kept_flows(void **state)
{
	struct pk	*pk = *state;
	struct hookcall	*c;
	int		 i;

	pk_script(pk, "kept = []\n"
	    "def request(flow):\n"
	    "    kept.append(flow)\n"
	    "    flow.comment = ' '.join(f.request.path for f in kept)\n"
	    "    try:\n"
	    "        kept[0]._call.facts()\n"
	    "    except AttributeError as e:\n"
	    "        print('gone')\n");
	for (i = 0; i < 3; i++) {
		c = pk_ask(pk, HOOK_request, pk_flow());
		if (i == 2)
			assert_string_equal(c->flow->comment,
			    "/path?q=1 /path?q=1 /path?q=1");
		hookcall_free(c);
	}
	assert_true(pk_logged(pk, "gone"));
}

/* A body that was streamed is gone for scripts, kept or not. */
static void
test_shown(void **state)
{
	struct pk	*pk = *state;
	struct hookcall	*c = hookcall_new(HOOK_response, pk_flow());
	struct pk_call	 pc = { .pk = pk };

	pk_script(pk, "def response(flow):\n"
	    "    flow.comment = repr(flow.response.content)\n");
	c->shown = true;
	c->back = pk_back;
	c->asker = &pc;
	hook_run(&pk->m->hooks, c);
	while (!pc.back)
		assert_true(pk_turn(pk, PK_WAIT_MS));
	assert_string_equal(c->flow->comment, "None");
	assert_int_equal(c->verdict, HV_MARKS);
	assert_true(c->flow->response->has_body);
	hookcall_free(c);
}

/* One object for one flow, as long as it is on its way. */
static void
test_same_object(void **state)
{
	struct flow	*f = pk_flow();
	struct hookcall	*c;

	pk_script(*state, "def request(flow): flow.mine = 'hung on it'\n"
	    "def response(flow): flow.comment = flow.mine\n");
	c = pk_ask(*state, HOOK_request, flow_dup(f, true));
	hookcall_free(c);
	c = pk_ask(*state, HOOK_response, f);
	assert_string_equal(c->flow->comment, "hung on it");
	hookcall_free(c);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test_setup_teardown(test_marks, pk_start, pk_end),
		cmocka_unit_test_setup_teardown(test_rows, pk_start, pk_end),
		cmocka_unit_test_setup_teardown(test_pieces, pk_start, pk_end),
		cmocka_unit_test_setup_teardown(test_error, pk_start, pk_end),
		cmocka_unit_test_setup_teardown(test_kept_flows,
		    pk_start, pk_end),
		cmocka_unit_test_setup_teardown(test_shown, pk_start, pk_end),
		cmocka_unit_test_setup_teardown(test_same_object,
		    pk_start, pk_end),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
