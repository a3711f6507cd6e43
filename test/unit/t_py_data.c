#include "pykit.h"

static const struct pk_row rows[] = {
	{ "r = flow.request; (r.method, r.scheme, r.host, r.port, r.path,"
	    " r.http_version)",
	    "('GET', 'http', 'example.test', 80, '/path?q=1', 'HTTP/1.1')" },
	{ "s = flow.response; (s.status_code, s.reason, s.content)",
	    "(200, 'OK', b'the body')" },
	{ "flow.request.trailers", "None" },
	{ "del flow.request.data.path",
	    "AttributeError: cannot be deleted" },
	{ "c = flow.request.copy(); c.headers['n'] = '1';"
	    " c.path = '/c'; ('n' in flow.request.headers,"
	    " flow.request.path)", "(False, '/path?q=1')" },
	{ "c = flow.response.copy(); c.content = b''; (flow.response.content,"
	    " c.content)", "(b'the body', b'')" },
	{ "flow.response.data.copy().status_code", "200" },
};

static void
test_rows(void **state)
{
	pk_load_eval(*state);
	pk_rows(*state, rows, nitems(rows));
}

/* Reading is free: the very message stays, and nothing is said of it. */
static void
test_reading_changes_nothing(void **state)
{
	struct flow		*f = pk_flow();
	const struct msg	*rq, *rs;
	struct hookcall		*c;

	pk_load_eval(*state);
	rq = msg_ref(f->request);
	rs = msg_ref(f->response);
	flow_set_comment(f, "flow.request.method = flow.request.method;"
	    "(flow.request.get_state(), flow.response.get_state())");
	c = pk_ask(*state, HOOK_response, f);
	assert_ptr_equal(c->flow->request, rq);
	assert_ptr_equal(c->flow->response, rs);
	assert_int_equal(c->verdict, HV_MARKS);
	hookcall_free(c);
	msg_unref(rq);
	msg_unref(rs);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test_setup_teardown(test_rows,
		    pk_start, pk_end),
		cmocka_unit_test_setup_teardown(test_reading_changes_nothing,
		    pk_start, pk_end),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
