#include "pykit.h"

#include <signal.h>

static const struct pk_row rows[] = {
	/* The library of this very interpreter, whatever PATH says. */
	{ "import sys, os; os.path.dirname(os.__file__).endswith("
	    "'python%d.%d' % sys.version_info[:2])", "True" },
	{ "import sys; sys.flags.utf8_mode", "1" },
	{ "import sys; sys.argv", "['']" },
	{ "import threading; threading.current_thread() is"
	    " threading.main_thread()", "True" },
	{ "import mitmproxy; mitmproxy.__file__",
	    "'<weir>/mitmproxy/__init__.py'" },
	{ "import sys; print('out'); sys.stderr.write('err\\n');"
	    " sys.stdout.buffer.write(b'bytes\\n'); 1", "1" },
	{ "import inspect; inspect.getsource(http.Headers)[:13]",
	    "'class Headers'" },
	{ "import logging; logging.getLogger('x').error('logged %d', 5)",
	    "None" },
};

static void
test_guest(void **state)
{
	struct pk		*pk = *state;
	struct sigaction	 sa;

	/* As in the foreground, also where the tests run in the back. */
	memset(&sa, 0, sizeof sa);
	sa.sa_handler = SIG_DFL;
	assert_int_equal(sigaction(SIGINT, &sa, NULL), 0);
	pk_load_eval(pk);
	pk_rows(pk, rows, nitems(rows));
	assert_int_equal(sigaction(SIGINT, NULL, &sa), 0);
	assert_true(sa.sa_handler == SIG_DFL);
	assert_true(pk_logged(pk, "out"));
	assert_true(pk_logged(pk, "err"));
	assert_true(pk_logged(pk, "bytes"));
	assert_true(pk_logged(pk, "logged 5"));
}

/* Packages that the user points to. */
static void
test_pythonpath(void **state)
{
	struct pk	*pk;
	char		*path, *value;
	FILE		*fp;

	assert_int_equal(pk_start((void **)&pk), 0);
	path = xasprintf("%s/only_there.py", pk->dir);
	fp = fopen(path, "w");
	assert_non_null(fp);
	assert_true(fputs("X = 'found'\n", fp) >= 0);
	assert_int_equal(fclose(fp), 0);
	assert_int_equal(setenv("PYTHONPATH", pk->dir, 1), 0);
	assert_int_equal(setenv("PYTHONDONTWRITEBYTECODE", "1", 1), 0);
	pk_load_eval(pk);
	value = pk_eval_flow(pk, "import only_there; only_there.X",
	    pk_flow());
	assert_string_equal(value, "'found'");
	free(value);
	assert_int_equal(unsetenv("PYTHONPATH"), 0);
	(void)unlink(path);
	free(path);
	assert_int_equal(pk_end((void **)&pk), 0);
	*state = NULL;
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test_setup_teardown(test_guest, pk_start, pk_end),
		cmocka_unit_test(test_pythonpath),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
