#include "pykit.h"

#define P	"from mitmproxy import flowfilter as ff; "

static const struct pk_row rows[] = {
	{ P "bool(ff.match('~m get & ~c 200', flow))", "True" },
	{ P "bool(ff.match('~u nowhere', flow))", "False" },
	{ P "flow.request.path = '/changed'; bool(ff.match('~u changed',"
	    " flow))", "True" },
	{ P "ff.parse('~c 200').pattern", "'~c 200'" },
	{ P "ff.parse('')", "ValueError: Empty filter expression" },
	{ P "ff.match_all(flow)", "True" },
	{ P "ff.parse('~h [')", "ValueError: Invalid filter expression"
	    " \"~h [\": invalid regex \"[\": missing terminating ] for"
	    " character class at 1" },
	{ P "from mitmproxy.test import tflow; f = tflow.tflow(); [ff.match(e,"
	    " f) for e in ('~src 127.0.0.1:22', '~dst address:22', '~src x')]",
	    "[True, True, False]" },
	{ P "from mitmproxy.test import tflow; f = tflow.ttcpflow();"
	    " f.client_conn.peername = ('\\0', 70000); f.server_conn = None;"
	    " ff.match('~dst a', f)", "False" },
	{ P "import io; s = io.StringIO(); ff.parse('~q').dump(1, s);"
	    " s.getvalue()", "'\\t~q\\n'" },
	{ P "ff.parse('~all')._filter.match(5)",
	    "TypeError: a record is needed" },
};

static void
test_rows(void **state)
{
	char	*value;

	pk_load_eval(*state);
	pk_rows(*state, rows, nitems(rows));
	value = pk_eval_flow(*state, P "ff.parse('~zz')", pk_flow());
	assert_int_equal(strncmp(value, "ValueError: ", 12), 0);
	free(value);
}

/* Looking at a flow is no saving of it: what the script said is kept. */
static void
test_metadata(void **state)
{
	struct pk	*pk = *state;
	struct hookcall	*c;

	pk_script(pk, "from mitmproxy import flowfilter\n"
	    "def response(flow):\n"
	    "    flow.metadata['k'] = 'v'\n"
	    "    assert flowfilter.match('~meta v', flow)\n"
	    "    assert flowfilter.match('~meta v', flow)\n");
	c = pk_ask(pk, HOOK_response, pk_flow());
	assert_string_equal(flow_get_meta(c->flow, "k"), "\"v\"");
	hookcall_free(c);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test_setup_teardown(test_rows, pk_start, pk_end),
		cmocka_unit_test_setup_teardown(test_metadata, pk_start,
		    pk_end),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
