#include "pykit.h"

#include "cv/cv.h"

#include <math.h>

static const char	script[] =
	"from mitmproxy import contentviews\n"
	"class Old(contentviews.View):\n"
	"    name = 'Old'\n"
	"    def __call__(self, data, *, content_type=None, flow=None,"
	" http_message=None, **unknown):\n"
	"        return 'an old one', [[('header', 'k: '), ('text', data)]]\n"
	"    def render_priority(self, data, *, content_type=None, **kw):\n"
	"        return 5 if content_type == 'text/old' else 0\n"
	"class NewContentview(contentviews.Contentview):\n"
	"    def prettify(self, data, metadata):\n"
	"        return '%s\\n%s' % (metadata.flow.request.host,"
	" metadata.http_message is metadata.flow.response)\n"
	"    def render_priority(self, data, metadata):\n"
	"        return 7 if data == b'new' else 0\n"
	"class Bad(contentviews.Contentview):\n"
	"    name = 'bad'\n"
	"    def prettify(self, data, metadata): raise ValueError('no')\n"
	"    def render_priority(self, data, metadata): return 1 // 0\n"
	"def load(loader):\n"
	"    for v in Old, NewContentview(), Bad: contentviews.add(v)\n";

static const struct row {
	const char	*body, *type, *name;
	double		 least;
	int		 rc;
	const char	*title, *text;	/* of rc -1: the reason */
} rows[] = {
	{ "x",	 "text/old",   "auto", 1, 1, "an old one", "k: x" },
	{ "x",	 "text/old",   "auto", 5, 0, "", "" },
	{ "x",	 "text/plain", "auto", 0, 0, "", "" },
	{ "x",	 "text/plain", "OLD",  9, 1, "an old one", "k: x" },
	{ "x",	 "text/plain", "json", HUGE_VAL, 0, "", "" },
	{ "new", "text/old",   "auto", 1, 1, "New", "example.testTrue" },
	{ "\033", "text/old",  "auto", 1, 1, "an old one", "k: \\x1b" },
	{ "x",	 "text/plain", "bad",  0, -1, "", "bad: ValueError: no" },
};

static void
check(struct pk *pk, const struct row *r)
{
	struct flow	*f = pk_flow();
	struct cv_in	 in = { .body = sp_of(r->body), .flow = f,
	    .type = sp_of(r->type), .msg = f->response };
	struct cv_out	 o;
	struct why	 why = { ERR_NONE, "" };

	cv_out_init(&o, 0);
	assert_int_equal(pk->m->views->render(pk->m->views->arg, &in,
	    r->name, r->least, &o, &why), r->rc);
	assert_string_equal(o.title, r->title);
	assert_string_equal(r->rc == -1 ? why.text : str_c(&o.text), r->text);
	cv_out_fini(&o);
	flow_unref(f);
}

static void
test_rows(void **state)
{
	struct pk	*pk = *state;
	size_t		 i;

	assert_false(cv_has_more(pk->m->views));
	pk_script(pk, script);
	assert_true(cv_has_more(pk->m->views));
	for (i = 0; i < nitems(rows); i++)
		check(pk, &rows[i]);
}

static void
add_name(void *str, const char *name)
{
	str_puts(str, name);
	str_putc(str, ' ');
}

/* They come with their script and go with it. */
static void
test_names(void **state)
{
	struct pk	*pk = *state;
	struct str	 names;

	pk_script(pk, script);
	str_init(&names, STR_MAX);
	pk->m->views->names(pk->m->views->arg, add_name, &names);
	assert_string_equal(str_c(&names), "old new bad ");
	str_fini(&names);
	pk_script(pk, "pass\n");
	assert_false(cv_has_more(pk->m->views));
}

/* A message of a flow: the script's view instead of the table's, and the
 * table's where the script's fails. */
static void
test_messages(void **state)
{
	struct pk	*pk = *state;
	struct flow	*f = pk_flow();
	struct cv_out	 o;

	pk_script(pk, script);
	cv_out_init(&o, 0);
	o.more = pk->m->views;
	cv_message(f, f->response, false, "old", &o);
	assert_string_equal(str_c(&o.text), "k: the body");
	cv_out_fini(&o);
	cv_out_init(&o, 0);
	o.more = pk->m->views;
	cv_message(f, f->response, false, "bad", &o);
	assert_string_equal(str_c(&o.text), "bad: ValueError: nothe body");
	cv_out_fini(&o);
	flow_unref(f);
}

/* Options that name a view: those of scripts are views, too; what there
 * will be nobody knows before scripts are loaded. */
static void
test_options(void **state)
{
	static const struct opt	 opts[] = {
		{ .name = "console_default_contentview", .type = OPT_STR,
		  .def = "auto" },
	};
	static const struct module	 mod = { .name = "views",
	    .opts = opts, .nopts = nitems(opts) };
	struct pk		*pk = *state;
	struct opts		*os = pk->m->opts;
	struct why		 why = { ERR_NONE, "" };

	assert_int_equal(model_add_module(pk->m, &mod, NULL), 0);
	assert_int_equal(opts_set1(os, opts[0].name, "nwe", NULL), 0);
	assert_int_equal(scripting_check(pk->m, &why), -1);
	assert_string_equal(why.text, "there is no content view \"nwe\"");
	pk_script(pk, script);
	assert_int_equal(opts_set1(os, opts[0].name, "New", NULL), 0);
	assert_int_equal(scripting_check(pk->m, &why), 0);
	scripting_running(pk->m);
	pk_settle(pk);
	assert_int_equal(opts_set1(os, opts[0].name, "ne", &why), -1);
	assert_string_equal(why.text, "there is no content view \"ne\""
	    " (did you mean new?)");
	assert_string_equal(opts_str(os, opts[0].name), "New");
	assert_int_equal(opts_set1(os, opts[0].name, "old", &why), 0);
	assert_int_equal(opts_set1(os, opts[0].name, "json", &why), 0);
	assert_int_equal(opts_set1(os, opts[0].name, "auto", &why), 0);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test_setup_teardown(test_rows, pk_start, pk_end),
		cmocka_unit_test_setup_teardown(test_names, pk_start, pk_end),
		cmocka_unit_test_setup_teardown(test_messages, pk_start,
		    pk_end),
		cmocka_unit_test_setup_teardown(test_options, pk_start,
		    pk_end),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
