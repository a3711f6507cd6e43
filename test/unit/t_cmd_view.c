#include "model/model.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

extern const struct module	cmd_view_module;

static int
make(void **state)
{
	struct model	*m = model_new();

	assert_int_equal(model_add_module(m, &cmd_view_module, NULL), 0);
	*state = m;
	return (0);
}

static int
unmake(void **state)
{
	model_free(*state);
	assert_int_equal(obj_count(OBJ_flow), 0);
	return (0);
}

/* The result as text; "!" and the reason when it failed. */
static const char *
run(struct model *m, const char *line)
{
	static char	text[300];
	struct cmd_res	res;
	struct why	why;
	struct str	s;
	size_t		i;

	cmd_res_init(&res);
	str_init(&s, sizeof(text) - 1);
	if (cmds_run(m->cmds, line, &res, &why) == -1)
		str_printf(&s, "!%s", why.text);
	else if (res.kind == RES_INT || res.kind == RES_BOOL)
		str_printf(&s, "%lld", res.i);
	else if (res.kind == RES_FLOWS)
		str_printf(&s, "%zu flows", res.flows.n);
	str_add(&s, str_sp(&res.text));
	for (i = 0; i < res.n; i++)
		str_printf(&s, "%s%s", i > 0 ? "," : "", res.list[i]);
	memcpy(text, str_c(&s), s.n + 1);
	str_fini(&s);
	cmd_res_fini(&res);
	return (text);
}

#define is(m, line, want) assert_string_equal(run((m), (line)), (want))
#define works(m, line)	is((m), (line), "")

static void
fill(struct model *m)
{
	works(m, "view.flows.create get http://b.test/one");
	works(m, "view.flows.create post http://a.test/two");
	works(m, "view.flows.create put http://c.test/three");
}

static struct sp
focused(struct model *m)
{
	return (view_focus(m->view)->request->head->path);
}

static void
test_creating(void **state)
{
	struct model		*m = *state;
	const struct flow	*f;

	works(m, "view.flows.create get https://example.com/");
	f = view_focus(m->view);
	assert_true(sp_is(f->request->head->method, "GET"));
	assert_true(sp_is(head_get(f->request->head, "host"),
	    "example.com"));
	assert_string_equal(f->server->address.host, "example.com");
	assert_int_equal(f->server->address.port, 443);
	assert_int_equal(run(m, "view.flows.create get nonsense")[0], '!');
	assert_int_equal(run(m, "view.flows.create 'g t' http://a.test/")[0],
	    '!');
	is(m, "view.properties.length", "1");
}

static void
test_focus(void **state)
{
	struct model	*m = *state;

	works(m, "view.focus.next");
	works(m, "view.focus.go 3");
	fill(m);
	works(m, "view.focus.go 0");
	assert_true(sp_is(focused(m), "/one"));
	works(m, "view.focus.prev");
	assert_true(sp_is(focused(m), "/one"));
	works(m, "view.focus.next");
	assert_true(sp_is(focused(m), "/two"));
	works(m, "view.focus.go -1");
	assert_true(sp_is(focused(m), "/three"));
	works(m, "view.focus.next");
	assert_true(sp_is(focused(m), "/three"));
	is(m, "view.properties.inbounds 2", "1");
	is(m, "view.properties.inbounds 3", "0");
	is(m, "view.properties.inbounds -1", "0");
}

static void
test_filter_and_order(void **state)
{
	struct model	*m = *state;

	fill(m);
	works(m, "view.filter.set '~d a.test'");
	is(m, "view.properties.length", "1");
	assert_string_equal(opts_str(m->opts, "view_filter"), "~d a.test");
	assert_int_equal(run(m, "view.filter.set ~zz")[0], '!');
	assert_string_equal(opts_str(m->opts, "view_filter"), "~d a.test");
	works(m, "view.filter.set ''");
	is(m, "view.properties.length", "3");
	is(m, "view.order", "time");
	is(m, "view.order.options", "time,method,url,size");
	works(m, "view.order.set url");
	is(m, "view.order", "url");
	works(m, "view.focus.go 0");
	assert_true(sp_is(focused(m), "/two"));
	works(m, "view.order.reverse true");
	works(m, "view.focus.go 0");
	assert_true(sp_is(focused(m), "/three"));
	assert_int_equal(run(m, "view.order.set colour")[0], '!');
	assert_int_equal(opts_set1(m->opts, "view_order", "method", NULL),
	    0);
	is(m, "view.order", "method");
}

static void
test_follow(void **state)
{
	struct model	*m = *state;

	assert_int_equal(opts_set1(m->opts, "console_focus_follow", "true",
	    NULL), 0);
	assert_true(view_follow(m->view));
}

static void
test_duplicating_and_removing(void **state)
{
	struct model	*m = *state;

	fill(m);
	works(m, "view.focus.go 1");
	works(m, "view.flows.duplicate @focus");
	is(m, "view.properties.length", "4");
	assert_true(sp_is(focused(m), "/two"));
	is(m, "view.flows.resolve /two", "2 flows");
	is(m, "view.flows.resolve @hidden", "0 flows");
	assert_int_equal(run(m, "view.flows.resolve ~zz")[0], '!');
	works(m, "view.flows.remove /two");
	is(m, "view.properties.length", "2");
	works(m, "view.flows.remove @marked");
	flow_set_marked(store_at(m->store, 0), ":default:");
	works(m, "view.clear_unmarked");
	is(m, "view.properties.length", "1");
	works(m, "view.clear");
	is(m, "view.properties.length", "0");
	works(m, "view.flows.remove @all");
}

static void
test_marked_only(void **state)
{
	struct model	*m = *state;

	fill(m);
	is(m, "view.properties.marked", "0");
	works(m, "view.properties.marked.toggle");
	is(m, "view.properties.marked", "1");
	is(m, "view.properties.length", "0");
}

static void
test_settings(void **state)
{
	struct model	*m = *state;

	fill(m);
	works(m, "view.focus.go 0");
	is(m, "view.settings.getval @focus k none", "none");
	works(m, "view.settings.setval @focus k v");
	is(m, "view.settings.getval @focus k none", "v");
	works(m, "view.settings.setval.toggle @all full");
	is(m, "view.settings.getval @focus full x", "true");
	works(m, "view.settings.setval.toggle @all full");
	is(m, "view.settings.getval @focus full x", "false");
	works(m, "view.clear");
	fill(m);
	works(m, "view.focus.go 0");
	is(m, "view.settings.getval @focus k none", "none");
}

/* Each keeps its own when others go, in whatever order. */
static void
test_settings_of_many(void **state)
{
	struct model	*m = *state;
	int		 i;

	for (i = 0; i < 40; i++)
		fill(m);
	works(m, "view.settings.setval \"~m GET\" k get");
	works(m, "view.settings.setval @all k2 all");
	works(m, "view.settings.setval \"~m PUT\" k put");
	works(m, "view.flows.remove \"~m POST\"");
	works(m, "view.flows.remove \"~m GET\"");
	is(m, "view.properties.length", "40");
	for (i = 0; i < 40; i++) {
		is(m, "view.settings.getval @focus k none", "put");
		is(m, "view.settings.getval @focus k2 none", "all");
		works(m, "view.focus.next");
	}
	fill(m);
	works(m, "view.focus.go 40");
	is(m, "view.settings.getval @focus k none", "none");
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, make, unmake)

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		TEST(test_creating),
		TEST(test_focus),
		TEST(test_filter_and_order),
		TEST(test_follow),
		TEST(test_duplicating_and_removing),
		TEST(test_marked_only),
		TEST(test_settings),
		TEST(test_settings_of_many),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
