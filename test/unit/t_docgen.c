#include "app/docgen.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "model/model.h"

extern const struct module	dump_module, export_module;

static const char *const keys[] = {
	"# a remark",
	"bind flowlist,flowview d \"Delete it\" view.flows.remove @focus ''",
	NULL
};

static const struct {
	const char	*section, *has;
} rows[] = {
	{ "options", ".It Cm \"\\&flow_detail\" Pq int\n" },
	{ "options", "Default: 1.\n" },
	{ "options", "One of error, warn, info, alert, debug.\n" },
	{ "commands", ".It Ic \"\\&export.clip\" Ar \"format flows\"\n" },
	{ "operators", ".It Cm \"\\&~u\" Ar regex\n" },
	{ "hooks", ".It Fn \"\\&requestheaders\"\n" },
	{ "keys", ".It Ic \"\\&d\" Pq flowlist,flowview\n" },
	{ "keys", ".Dl view.flows.remove @focus ''\n" },
	{ "views", ".It Cm \"\\&json\"\nJSON\n" },
	{ "exports", ".It Cm \"\\&raw_request\"\n" },
};

static void
test_sections(void **state)
{
	struct model	*m = model_new();
	struct str	 out;

	(void)state;
	assert_int_equal(model_add_module(m, &dump_module, NULL), 0);
	assert_int_equal(model_add_module(m, &export_module, NULL), 0);
	for (size_t i = 0; i < nitems(rows); i++) {
		str_init(&out, STR_MAX);
		assert_int_equal(docgen(m, rows[i].section, keys, &out,
		    NULL), 0);
		if (strstr(str_c(&out), rows[i].has) == NULL)
			print_error("%s", str_c(&out));
		assert_non_null(strstr(str_c(&out), rows[i].has));
		str_fini(&out);
	}
	model_drop_modules(m);
	model_free(m);
}

/* The console has no options of the program without a screen. */
static void
test_each_its_own(void **state)
{
	struct model	*m = model_new();
	struct str	 out;

	(void)state;
	m->console = true;
	assert_int_equal(model_add_module(m, &dump_module, NULL), 0);
	str_init(&out, STR_MAX);
	assert_int_equal(docgen(m, "options", NULL, &out, NULL), 0);
	assert_null(strstr(str_c(&out), "flow_detail"));
	str_fini(&out);
	model_drop_modules(m);
	model_free(m);
}

static void
test_no_such_section(void **state)
{
	struct model	*m = model_new();
	struct str	 out;
	struct why	 why;

	(void)state;
	str_init(&out, STR_MAX);
	assert_int_equal(docgen(m, "nonsense", NULL, &out, &why), -1);
	assert_non_null(strstr(why.text, "operators"));
	str_fini(&out);
	model_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sections),
		cmocka_unit_test(test_each_its_own),
		cmocka_unit_test(test_no_such_section),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
