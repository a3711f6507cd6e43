#include "pykit.h"

#include "scripting/host.h"

static void
test_find(void **state unused)
{
	const struct lib_file	*f;
	bool			 package;

	f = lib_find("mitmproxy", &package);
	assert_non_null(f);
	assert_true(package);
	assert_string_equal(f->name, "mitmproxy/__init__.py");
	f = lib_find("mitmproxy.net.http.url", &package);
	assert_non_null(f);
	assert_false(package);
	assert_null(lib_find("mitmproxy.nope", &package));
	assert_null(lib_find("os", &package));
	assert_null(lib_find("", &package));
}

/* Each text is as long as it says, and ends where it should. */
static void
test_texts(void **state unused)
{
	const struct lib_file	*f;

	for (f = lib_files; f->name != NULL; f++) {
		assert_int_equal(strlen(f->text), f->len);
		assert_int_equal(f->text[f->len - 1], '\n');
	}
}

/* What is rarely used is loaded when it is asked for, also as an attribute
 * of its package. */
static void
test_later(void **state)
{
	static const struct pk_row	later[] = {
		{ "import sys; [m for m in ('contentviews', 'hooks',"
		    " 'proxy.layers', 'proxy.server_hooks') if 'mitmproxy.'"
		    " + m in sys.modules]", "[]" },
		{ "import mitmproxy; mitmproxy.contentviews.registry", "{}" },
		{ "import mitmproxy.proxy; mitmproxy.proxy.layers.modes"
		    ".__name__", "'mitmproxy.proxy.layers.modes'" },
		{ "import mitmproxy; mitmproxy.nope", "AttributeError: there"
		    " is no mitmproxy.nope here; weir-script(7)"
		    " names what there is" },
	};

	pk_load_eval(*state);
	pk_rows(*state, later, nitems(later));
}

/* Every module can be imported: nothing in it depends on another package
 * that may be missing. */
static void
test_imports(void **state)
{
	const struct lib_file	*f;
	struct str		 s;
	char			*value;

	pk_load_eval(*state);
	str_init(&s, STR_MAX);
	str_puts(&s, "import importlib\nfor n in [");
	for (f = lib_files; f->name != NULL; f++)
		if (strcmp(f->name, "boot.py") != 0)
			str_printf(&s, "'%s',", f->name);
	str_puts(&s, "]:\n importlib.import_module(n[:-3].replace("
	    "'/__init__', '').replace('/', '.'))\n'all'");
	value = pk_eval_flow(*state, str_c(&s), pk_flow());
	assert_string_equal(value, "'all'");
	free(value);
	str_fini(&s);
}

/* What a peer or a file says takes neither memory nor time without end. */
static const struct pk_row hostile[] = {
	{ "import zlib; from mitmproxy.net import encoding; encoding.decode("
	    "zlib.compress(b'x' * 9), 'zlib')", "ValueError: LookupError when"
	    " decoding b'x\\x9c\\xa with 'zlib': LookupError('zlib is no "
	    "charset')" },
	{ "flow.response.headers['content-encoding'] = 'bz2'; "
	    "flow.response.get_content(strict=False)", "b'the body'" },
	{ "flow.response.headers['content-type'] = 'text/plain; "
	    "charset=punycode'; flow.response.get_text(strict=False)",
	    "'the body'" },
	{ "from mitmproxy.net import encoding; encoding.encode(chr(228),"
	    " 'latin-1')", "b'\\xe4'" },
	{ "from mitmproxy.io import tnetstring as t; v = {'a': [1, -2.5, None,"
	    " True, b'b', {}], 'c': []}; t.loads(t.dumps(v)) == v", "True" },
	{ "from mitmproxy.io import tnetstring as t; n = 200000; len(t.loads("
	    "t.dumps([b'x' * 100] * n))) == n", "True" },
	{ "from mitmproxy.io import tnetstring as t; t.pop(b'1:a,2:bc,')",
	    "(b'a', b'2:bc,')" },
	{ "from mitmproxy.io import tnetstring as t; t.loads(b'5:5:ab,]')",
	    "ValueError: not a tnetstring" },
	{ "from mitmproxy.io import tnetstring as t; t.loads(b'9999999999999:"
	    "a,')", "ValueError: not a tnetstring" },
	{ "from mitmproxy.io import tnetstring as t; t.loads(b':a,')",
	    "ValueError: not a tnetstring" },
	{ "from mitmproxy.io import tnetstring as t; t.loads(b'1:a')",
	    "ValueError: not a tnetstring" },
	{ "from mitmproxy.io import tnetstring as t; b = b'0:~'\n"
	    "for i in range(99): b = b'%d:%s]' % (len(b), b)\nt.loads(b)",
	    "ValueError: nested too deeply" },
};

static void
test_hostile(void **state)
{
	pk_load_eval(*state);
	pk_rows(*state, hostile, nitems(hostile));
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_texts),
		cmocka_unit_test_setup_teardown(test_later, pk_start, pk_end),
		cmocka_unit_test_setup_teardown(test_imports, pk_start, pk_end),
		cmocka_unit_test_setup_teardown(test_hostile, pk_start, pk_end),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
