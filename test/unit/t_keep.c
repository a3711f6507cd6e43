#include "app/keep.h"
#include "app/app.h"
#include "base/mem.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

/* Commands and options of features that are not linked here. */
struct bench {
	struct app	 app;
	long long	 left;		/* recorded answers */
};

static int
count(void *ctx, const struct args *a, struct cmd_res *res, struct why *why)
{
	struct bench	*b = ctx;

	(void)a;
	(void)why;
	cmd_res_int(res, b->left);
	return (0);
}

static const struct cmd cmds[] = {
	{ "replay.server.count", { { NULL, ARG_END, NULL } }, "Count.",
	  count, "int" },
};

static const struct opt rows[] = {
	{ .name = "keepserving", .type = OPT_BOOL, .def = "false",
	  .help = "Go on." },
	{ .name = "server_replay", .type = OPT_SEQ, .help = "Files." },
	{ .name = "rfile", .type = OPT_STR, .flags = OPT_NULLABLE,
	  .help = "File." },
};

/* keep.c ends the program through this one. */
void
app_quit(struct app *app, int status)
{
	app->status = status;
	app->quitting = true;
}

static void
bench_start(struct bench *b, const char *option)
{
	memset(b, 0, sizeof(*b));
	b->app.loop = loop_new("test");
	b->app.model = model_new();
	assert_int_equal(opts_add(b->app.model->opts, rows, nitems(rows),
	    NULL), 0);
	assert_int_equal(cmds_add(b->app.model->cmds, cmds, 1, b, NULL), 0);
	if (option != NULL)
		assert_int_equal(opts_set_spec(b->app.model->opts, option,
		    NULL), 0);
}

static void
bench_end(struct bench *b, struct keep *k)
{
	keep_free(k);
	cmds_drop(b->app.model->cmds, cmds, 1);
	opts_drop(b->app.model->opts, rows, nitems(rows));
	model_free(b->app.model);
	loop_free(b->app.loop);
}

static void
test_who_ends(void **state)
{
	static const struct {
		const char	*option;
		bool		 ends;
	} t[] = {
		{ NULL, false }, { "rfile=x", true },
		{ "server_replay=x", true }, { "server_replay", false },
	};
	struct bench	b;
	struct keep	*k;

	(void)state;
	for (size_t i = 0; i < nitems(t); i++) {
		bench_start(&b, t[i].option);
		k = keep_new(&b.app);
		assert_int_equal(k != NULL, t[i].ends);
		bench_end(&b, k);
	}
	bench_start(&b, "rfile=x");
	assert_int_equal(opts_set1(b.app.model->opts, "keepserving", "true",
	    NULL), 0);
	assert_null(keep_new(&b.app));
	b.app.console = true;
	assert_null(keep_new(&b.app));
	bench_end(&b, NULL);
}

/* Not while there is an answer to serve, nor while a flow runs. */
static void
test_when(void **state)
{
	struct bench	b;
	struct keep	*k;
	struct flow	*f = flow_new(FLOW_HTTP);

	(void)state;
	bench_start(&b, "server_replay=x");
	k = keep_new(&b.app);
	b.left = 1;
	keep_look(k);
	assert_false(b.app.quitting);
	b.left = 0;
	f->live = true;
	store_add(b.app.model->store, f);
	keep_look(k);
	assert_false(b.app.quitting);
	f->live = false;
	keep_look(k);
	assert_true(b.app.quitting);
	assert_int_equal(b.app.status, 0);
	flow_unref(f);
	bench_end(&b, k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_who_ends),
		cmocka_unit_test(test_when),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
