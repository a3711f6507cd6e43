#include "base/mem.h"
#include "app/app.h"
#include "scripting/py.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

/* Its arguments are its own, the packages of scripts are there, and main
 * answers what they ask. */
static void
test_command(void **state unused)
{
	static char		code[] =
	    "import sys\n"
	    "import mitmproxy.http\n"
	    "from mitmproxy import ctx\n"
	    "from mitmproxy.test import taddons, tflow\n"
	    "class A:\n"
	    "    def load(self, l): l.add_option('a_b', str, 'c', '')\n"
	    "with taddons.context(A()) as t:\n"
	    "    assert t.options.a_b == 'c'\n"
	    "assert sys.argv == ['-c', '--flag'], sys.argv\n"
	    "assert mitmproxy.__file__.startswith('<weir>')\n"
	    "assert ctx.options.scripts == [], ctx.options.scripts\n"
	    "ctx.master.shutdown()\n"
	    "assert 'scripts' in ctx.options.keys()\n";
	static char		name[] = "weirdump", c[] = "-c",
				flag[] = "--flag";
	char			*argv[] = { name, c, code, flag, NULL };
	struct app		*app = app_new(false);
	const struct module	*m = &scripting_module;

	assert_int_equal(app_add_modules(app, &m, 1, NULL), 0);
	assert_int_equal(scripting_command(app, 4, argv), 0);
	app_free(app);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_command),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
