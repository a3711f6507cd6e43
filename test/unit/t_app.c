#include "app/app.h"
#include "app/modules.h"
#include "base/mem.h"
#include "run/thread.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

static void
test_folders(void **state)
{
	static const struct {
		const char	*xdg, *home, *want;
	} rows[] = {
		{ NULL, "/home/x", "/home/x/.config/weir" },
		{ "", "/home/x", "/home/x/.config/weir" },
		{ "/cfg", "/home/x", "/cfg/weir" },
		/* relative ones are to be ignored (XDG) */
		{ "cfg", "/home/x", "/home/x/.config/weir" },
	};
	struct app	*app;

	(void)state;
	for (size_t i = 0; i < nitems(rows); i++) {
		assert_int_equal(setenv("HOME", rows[i].home, 1), 0);
		if (rows[i].xdg == NULL)
			assert_int_equal(unsetenv("XDG_CONFIG_HOME"), 0);
		else
			assert_int_equal(setenv("XDG_CONFIG_HOME",
			    rows[i].xdg, 1), 0);
		app = app_new(false);
		assert_string_equal(app->confdir, rows[i].want);
		app_set_confdir(app, "~/c");
		assert_string_equal(app->confdir, "/home/x/c");
		assert_ptr_equal(app->model->confdir, app->confdir);
		app_free(app);
	}
}

/* What comes from another thread runs on main, and ends the loop. */
static void
on_main(void *arg)
{
	struct app	*app = arg;

	app->model->quit(app->model->post_arg, 3);
	/* The first status that says something is kept. */
	app_quit(app, 0);
	app_quit(app, 4);
}

static void
elsewhere(void *arg)
{
	struct app	*app = arg;

	app->model->post(app->model->post_arg, on_main, app);
}

static void
on_quit(void *arg, enum bus_event ev, void *what)
{
	unsigned	*n = arg;

	(void)ev;
	(void)what;
	(*n)++;
}

static void
test_quit_from_elsewhere(void **state)
{
	struct app	*app = app_new(true);
	struct thread	*t;
	unsigned	 told = 0;

	(void)state;
	bus_sub(app->model->bus, BUS_QUIT, on_quit, &told);
	t = thread_start("elsewhere", elsewhere, app);
	loop_run(app->loop);
	thread_join(t);
	assert_int_equal(app->status, 3);
	assert_int_equal(told, 1);
	assert_true(app->quitting);
	app_free(app);
}

/* All that is built in fits together: no option or command twice, each
 * with a sentence. */
static void
test_modules(void **state)
{
	struct app	*app;
	struct model	*m;
	struct why	 why;

	(void)state;
	assert_int_equal(setenv("HOME", "/nonexistent", 1), 0);
	assert_int_equal(unsetenv("XDG_CONFIG_HOME"), 0);
	app = app_new(false);
	m = app->model;
	if (app_add_modules(app, NULL, 0, &why) == -1)
		fail_msg("%s", why.text);
	assert_true(opts_n(m->opts) > 80);
	assert_true(cmds_n(m->cmds) > 40);
	for (size_t i = 0; i < opts_n(m->opts); i++)
		assert_true(strlen(opts_at(m->opts, i)->help) > 8);
	for (size_t i = 0; i < cmds_n(m->cmds); i++)
		assert_true(strlen(cmds_at(m->cmds, i)->help) > 8);
	assert_string_equal(opts_str(m->opts, "confdir"),
	    "/nonexistent/.config/weir");
	/* The same twice is refused, and nothing is left half-way. */
	assert_int_equal(model_add_module(m, modules_at(0), &why), -1);
	app_free(app);
	assert_int_equal(obj_total(), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_folders),
		cmocka_unit_test(test_quit_from_elsewhere),
		cmocka_unit_test(test_modules),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
