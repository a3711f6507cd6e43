#include "pykit.h"

#define W	"import _weir; "

static const struct pk_row rows[] = {
	{ W "_weir.decode('gzip', _weir.encode('gzip', b'x' * 99)) =="
	    " b'x' * 99", "True" },
	{ W "_weir.encode('nope', b'x')", NULL },
	{ W "_weir.decode('gzip', b'nonsense')", NULL },
	{ W "_weir.phrase(404), _weir.phrase(799)", "('Not Found', '')" },
	{ W "_weir.phrase('x')",
	    "TypeError: 'str' object cannot be interpreted as an integer" },
	{ W "a, b = _weir.name('a'), _weir.name('b'); (a != b, a == _weir."
	    "name('a'))", "(True, True)" },
	{ W "_weir.hooks().index('request') < _weir.hooks().index("
	    "'response')", "True" },
	{ W "_weir.source('mitmproxy.nope')", "None" },
	{ W "_weir.source('mitmproxy')[1:]",
	    "(True, 'mitmproxy/__init__.py')" },
	{ W "_weir.record('tcp').facts()[1]", "'tcp'" },
	{ W "type(_weir.data(True)).__name__", "'RequestData'" },
	{ W "_weir.data(False).status_code", "None" },
	{ W "_weir.log('info', 'tag', 'hello from C')", "None" },
	{ W "_weir.log('info', 'tag', 5)",
	    "TypeError: argument 3 must be str, not int" },
	{ W "_weir.want(-1)",
	    "OverflowError: can't convert negative int to unsigned" },
};

static void
test_rows(void **state)
{
	struct pk	*pk = *state;
	size_t		 i;
	char		*value;

	pk_load_eval(pk);
	for (i = 0; i < nitems(rows); i++) {
		value = pk_eval_flow(pk, rows[i].text, pk_flow());
		if (rows[i].want == NULL)
			assert_int_equal(strncmp(value, "ValueError: ", 12),
			    0);
		else
			assert_string_equal(value, rows[i].want);
		free(value);
	}
	assert_true(pk_logged(pk, "hello from C"));
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test_setup_teardown(test_rows, pk_start, pk_end),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
