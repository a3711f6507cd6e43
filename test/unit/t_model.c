#include "base/mem.h"
#include "model/model.h"

#include <stdlib.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

static int
set_up(void **state)
{
	*state = model_new();
	return (0);
}

static int
tear_down(void **state)
{
	model_free(*state);
	model_free(NULL);
	return (obj_total() == 0 ? 0 : -1);
}

/* --- what the engine is asked for ---------------------------------------- */

struct engine {
	unsigned	 resumed, killed;
	struct flow	*last;
};

static void
on_resume(void *arg, struct flow *f)
{
	struct engine	*e = arg;

	e->resumed++;
	e->last = f;
}

static void
on_kill(void *arg, struct flow *f)
{
	struct engine	*e = arg;

	e->killed++;
	e->last = f;
}

static const struct engine_ops	engine_ops = {
	.resume = on_resume, .kill = on_kill
};

static struct flow *
add_flow(struct model *m)
{
	struct flow	*f = flow_new(FLOW_HTTP);

	store_add(m->store, f);
	flow_unref(f);
	return (f);
}

static void
test_resume_and_kill(void **state)
{
	struct model	*m = *state;
	struct engine	 e = { 0, 0, NULL };
	struct flow	*f = add_flow(m);
	uint32_t	 changes;

	m->engine = &engine_ops;
	m->engine_arg = &e;
	model_resume(m, f);		/* is not held */
	model_kill(m, f);		/* does not live */
	assert_int_equal(e.resumed + e.killed, 0);
	assert_int_equal(f->changes, 0);
	f->live = f->held = true;
	model_resume(m, f);
	assert_int_equal(e.resumed, 1);
	assert_ptr_equal(e.last, f);
	assert_false(f->held);
	f->held = true;
	changes = f->changes;
	model_kill(m, f);
	assert_int_equal(e.killed, 1);
	assert_true(f->killed && !f->held);
	assert_int_equal(f->changes, changes + 1);
	/* without an engine it is the mark alone */
	m->engine = NULL;
	f->held = true;
	model_resume(m, f);
	f->held = true;
	model_kill(m, f);
	assert_false(f->held);
	assert_int_equal(e.resumed + e.killed, 2);
}

static void
test_begin_edit(void **state)
{
	struct flow	*f = add_flow(*state);

	model_begin_edit(*state, f);
	assert_true(flow_is_modified(f));
}

/* --- saying things ------------------------------------------------------- */

static void
on_status(void *arg, enum bus_event ev unused, void *what)
{
	str_puts(arg, what);
}

static void
test_status(void **state)
{
	struct model	*m = *state;
	struct log_line	 line;
	struct str	 s;

	str_init(&s, 100);
	bus_sub(m->bus, BUS_STATUS, on_status, &s);
	model_status(m, "%d flows", 3);
	assert_string_equal(str_c(&s), "");	/* no screen: the log */
	assert_int_equal(log_copy(m->log, 0, &line, 1), 1);
	assert_string_equal(line.text, "3 flows");
	assert_int_equal(line.level, LOG_ALERT);
	free(line.text);
	m->console = true;
	model_status(m, "%d flows", 4);
	assert_string_equal(str_c(&s), "4 flows");
	bus_unsub(m->bus, on_status, &s);
	str_fini(&s);
}

static int
run_count(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why unused)
{
	assert_string_equal(ctx, "state of one");
	cmd_res_int(res, (long long)a->v[0].flows.n);
	return (0);
}

/* --- modules ------------------------------------------------------------- */

static char	trail[32];

static void
note(const char *s)
{
	size_t	n = strlen(trail);

	assert_true(n + strlen(s) < sizeof(trail));
	memcpy(trail + n, s, strlen(s) + 1);
}

static char	state_one[] = "state of one", state_two[] = "state of two";

static int
init_one(struct model *m, void **state, struct why *why unused)
{
	/* its options are there already */
	assert_int_equal(opts_int(m->opts, "one_size"), 7);
	*state = state_one;
	note("1");
	return (0);
}

static int
init_two(struct model *m unused, void **state, struct why *why unused)
{
	*state = state_two;
	note("2");
	return (0);
}

static void
fini_one(void *state)
{
	assert_ptr_equal(state, state_one);
	note("!");
}

static void
fini_two(void *state)
{
	assert_ptr_equal(state, state_two);
	note("?");
}

static hookbits
hooks_one(void *state unused)
{
	return (HOOK_BIT(HOOK_request));
}

static hookbits
hooks_two(void *state unused)
{
	return (HOOK_BIT(HOOK_request) | HOOK_BIT(HOOK_error));
}

static void
decide_one(void *state, void *call)
{
	struct hookcall	*c = call;

	assert_ptr_equal(state, state_one);
	note("a");
	if (c->hook == HOOK_response)
		c->verdict |= HV_KILL;
}

static void
decide_two(void *state, void *call unused)
{
	assert_ptr_equal(state, state_two);
	note("b");
}

static const struct opt	opts_one[] = {
	{ .name = "one_size", .type = OPT_INT, .def = "7", .help = "Size." },
};

static const struct cmd	cmds_one[] = {
	{ "one.count", { { "flows", ARG_FLOWS, NULL } }, "Count flows.",
	    run_count, "int" },
};

static const struct module	mod_one = {
	.name = "one", .opts = opts_one, .nopts = 1,
	.cmds = cmds_one, .ncmds = 1, .init = init_one, .fini = fini_one,
	.hooks = hooks_one, .decide = decide_one
};

static const struct module	mod_two = {
	.name = "two", .init = init_two, .fini = fini_two,
	.hooks = hooks_two, .decide = decide_two
};

static const struct module	mod_bare = { .name = "bare" };

static void
test_modules(void **state)
{
	struct model	*m = *state;
	struct cmd_res	 res;
	struct hookcall	*c;

	trail[0] = '\0';
	assert_int_equal(model_add_module(m, &mod_one, NULL), 0);
	assert_int_equal(model_add_module(m, &mod_bare, NULL), 0);
	assert_int_equal(model_add_module(m, &mod_two, NULL), 0);
	assert_int_equal(model_module_hooks(m, NULL), HOOK_BIT(HOOK_request) |
	    HOOK_BIT(HOOK_error));
	assert_int_equal(model_module_hooks(m, &mod_two),
	    HOOK_BIT(HOOK_request));

	add_flow(m);
	add_flow(m);
	cmd_res_init(&res);
	assert_int_equal(cmds_run(m->cmds, "one.count @all", &res, NULL), 0);
	assert_int_equal(res.i, 2);
	cmd_res_fini(&res);

	/* in the order they came; a kill is the last word */
	c = hookcall_new(HOOK_request, flow_new(FLOW_HTTP));
	model_module_decide(m, c);
	hookcall_free(c);
	c = hookcall_new(HOOK_response, flow_new(FLOW_HTTP));
	model_module_decide(m, c);
	assert_int_equal(c->verdict, HV_KILL);
	hookcall_free(c);
	model_drop_modules(m);
	assert_string_equal(trail, "12aba?!");
	assert_null(opts_find(m->opts, "one_size"));
	assert_null(cmds_find(m->cmds, "one.count"));
	assert_int_equal(model_module_hooks(m, NULL), 0);
}

static int
init_refuses(struct model *m unused, void **state unused, struct why *why)
{
	return ((fail)(why, ERR_CONF, "not today"));
}

/* One that cannot be leaves nothing behind. */
static void
test_module_refused(void **state)
{
	const struct module	 same_opt = {
		.name = "x", .opts = opts_one, .nopts = 1, .init = init_two
	};
	const struct opt	 own[] = { { .name = "own", .type = OPT_BOOL,
		.def = "true", .help = "Own." } };
	const struct module	 refuses = {
		.name = "y", .opts = own, .nopts = 1, .init = init_refuses
	};
	const struct module	 same_cmd = {
		.name = "z", .opts = own, .nopts = 1, .cmds = cmds_one,
		.ncmds = 1, .init = init_two, .fini = fini_two
	};
	struct model		*m = *state;
	struct why		 why = { 0 };

	trail[0] = '\0';
	assert_int_equal(model_add_module(m, &mod_one, NULL), 0);
	assert_int_equal(model_add_module(m, &same_opt, &why), -1);
	assert_non_null(strstr(why.text, "one_size"));
	assert_int_equal(model_add_module(m, &refuses, &why), -1);
	assert_string_equal(why.text, "not today");
	assert_null(opts_find(m->opts, "own"));
	assert_int_equal(model_add_module(m, &same_cmd, &why), -1);
	assert_non_null(strstr(why.text, "one.count"));
	assert_null(opts_find(m->opts, "own"));
	assert_string_equal(trail, "12?");
	assert_non_null(cmds_find(m->cmds, "one.count"));
}

int
main(void)
{
#define row(t)	cmocka_unit_test_setup_teardown(t, set_up, tear_down)
	const struct CMUnitTest	tests[] = {
		row(test_resume_and_kill),
		row(test_begin_edit),
		row(test_status),
		row(test_modules),
		row(test_module_refused),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
