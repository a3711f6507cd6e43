#include "pykit.h"

#define F	"f = flow.copy(); f."

static const struct pk_row rows[] = {
	{ F "request.data.port = 99999; f._record()",
	    "ValueError: 99999 is out of range" },
	{ F "request.data.port = 'x'; f._record()",
	    "TypeError: 'str' object cannot be interpreted as an integer" },
	{ F "request.data.path = 5; f._record()",
	    "TypeError: Expected str or bytes, not int." },
	{ F "response.data.headers = 5; f._record()",
	    "TypeError: headers must be Headers, not int." },
	{ F "response.headers['a'] = 'b\\r\\nc';"
	    " f._record()",
	    "ValueError: line break or NUL in the value of a" },
	{ F "response.trailers = http.Headers(a='b\\nc'); f._record()",
	    "ValueError: line break or NUL in the value of a" },
	{ F "request.method = 'B D'; f._record()",
	    "ValueError: the method is no token" },
};

static void
test_rows(void **state)
{
	pk_load_eval(*state);
	pk_rows(*state, rows, nitems(rows));
}

static struct hookcall *
run(void **state, const char *text)
{
	struct flow	*f = pk_flow();

	flow_set_comment(f, text);
	return (pk_ask(*state, HOOK_response, f));
}

static void
test_request_edited(void **state)
{
	const struct head	*h;
	struct hookcall		*c;

	pk_load_eval(*state);
	c = run(state, "flow.request.url = 'https://new.test:8443/x';"
	    "flow.request.method = 'PUT'; flow.request.content = b'1234'; 0");
	assert_int_equal(c->verdict & HV_REQUEST, HV_REQUEST);
	h = c->flow->request->head;
	assert_true(sp_is(h->method, "PUT"));
	assert_true(sp_is(h->scheme, "https"));
	assert_true(sp_is(h->host, "new.test"));
	assert_int_equal(h->port, 8443);
	assert_true(sp_is(h->target, "/x"));
	assert_true(sp_is(head_get(h, "host"), "new.test:8443"));
	assert_true(sp_is(head_get(h, "content-length"), "4"));
	assert_int_equal(c->flow->request->body.len, 4);
	hookcall_free(c);
}

static void
test_response_replaced(void **state)
{
	const struct msg	*m;
	struct hookcall		*c;

	pk_load_eval(*state);
	c = run(state, "flow.response = http.Response.make(404, b'gone',"
	    " {'X': 'y'}); flow.response.trailers ="
	    " http.Headers(end='1'); 0");
	assert_int_equal(c->verdict & HV_RESPONSE, HV_RESPONSE);
	m = c->flow->response;
	assert_int_equal(m->head->status, 404);
	assert_true(sp_is(m->head->reason, "Not Found"));
	assert_true(sp_is(head_get(m->head, "x"), "y"));
	assert_true(m->complete && m->has_body);
	assert_true(sp_is(head_get(m->trailers, "end"), "1"));
	hookcall_free(c);
}

/* A body that passed by is None, and can be taken away. */
static void
test_missing_body(void **state)
{
	struct flow	*f = pk_flow();
	struct msg	*m = msg_dup(f->response);
	struct hookcall	*c;
	char		*value;

	pk_load_eval(*state);
	m->has_body = false;
	flow_set_response(f, m);
	value = pk_eval_flow(*state, "flow.response.content", f);
	assert_string_equal(value, "None");
	free(value);
	c = run(state, "flow.response.content = None; 0");
	assert_false(c->flow->response->has_body);
	hookcall_free(c);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test_setup_teardown(test_rows,
		    pk_start, pk_end),
		cmocka_unit_test_setup_teardown(test_request_edited,
		    pk_start, pk_end),
		cmocka_unit_test_setup_teardown(test_response_replaced,
		    pk_start, pk_end),
		cmocka_unit_test_setup_teardown(test_missing_body,
		    pk_start, pk_end),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
