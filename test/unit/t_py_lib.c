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

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_texts),
		cmocka_unit_test_setup_teardown(test_imports, pk_start, pk_end),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
