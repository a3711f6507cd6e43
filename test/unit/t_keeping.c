#include "flowfile/keeping.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/app.h"
#include "ffkit.h"
#include "flowfile/ff.h"
#include "flowfile/ff_file.h"

/* One session after the other over the same state folder. */
struct world {
	struct app	*app;
	struct model	*m;
	char		 dir[64];
	char		*status;
};

static void
on_status(void *arg, enum bus_event event, void *what)
{
	struct world	*w = arg;

	(void)event;
	free(w->status);
	w->status = xstrdup(what);
}

static void
session(struct world *w, bool console)
{
	struct why	why;

	w->app = app_new(console);
	w->m = w->app->model;
	free(w->app->statedir);
	w->app->statedir = xstrdup(w->dir);
	bus_sub(w->m->bus, BUS_STATUS, on_status, w);
	if (model_add_module(w->m, &flowfile_module, &why) == -1)
		fail_msg("%s", why.text);
}

static void
end(struct world *w)
{
	(void)flowfile_finish(w->m, NULL, NULL);
	app_free(w->app);
	w->app = NULL;
}

static int
setup(void **state)
{
	struct world	*w = xcalloc(1, sizeof(*w));

	snprintf(w->dir, sizeof(w->dir), "/tmp/weir-t-XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	*state = w;
	return (0);
}

static int
teardown(void **state)
{
	struct world	*w = *state;

	app_free(w->app);
	if (rmdir(w->dir) == -1)
		return (-1);
	free(w->status);
	free(w);
	return (obj_total() != 0);
}

static void
set(struct world *w, const char *name, const char *value)
{
	struct why	why;

	if (opts_set1(w->m->opts, name, value, &why) == -1)
		fail_msg("%s", why.text);
}

static size_t
files(const struct world *w)
{
	DIR		*d = opendir(w->dir);
	struct dirent	*e;
	size_t		 n = 0;

	while ((e = readdir(d)) != NULL)
		n += e->d_name[0] != '.';
	(void)closedir(d);
	return (n);
}

/* What a session that crashed would have left: n flows. */
static void
leave(const struct world *w, const char *name, size_t n)
{
	char		*path = xasprintf("%s/%s", w->dir, name);
	struct ff_file	*file;
	struct flow	*f;

	file = ff_file_open(path, FF_GZIP, 21, FF_PRIVATE, NULL);
	assert_non_null(file);
	for (; n > 0; n--) {
		f = flow_new(FLOW_TCP);
		flow_set_client(f, conn_new(false));
		flow_set_server(f, conn_new(true));
		ff_file_put(file, f);
		flow_unref(f);
	}
	/* No index, no end: it was killed. */
	assert_int_equal(ff_file_write(file, true, NULL), 0);
	ff_file_drop(file);
	free(path);
}

static void
wait_for_reading(struct world *w)
{
	while (flowfile_busy(w->m))
		loop_once(w->app->loop, false);
}

static void
done(struct world *w)
{
	struct flow	*f = flow_new(FLOW_TCP);

	store_add(w->m->store, f);
	bus_fire(w->m->bus, BUS_FLOW_DONE, f);
	flow_unref(f);
}

static void
test_one_is_opened(void **state)
{
	struct world	*w = *state;
	struct why	 why;

	leave(w, "journal-a", 5);
	session(w, true);
	set(w, "recover", "true");
	assert_int_equal(flowfile_start(w->m, &why), 0);
	wait_for_reading(w);
	assert_int_equal(store_n(w->m->store), 5);
	assert_non_null(strstr(w->status, "Recovered 5 flows"));
	done(w);
	assert_int_equal(files(w), 2);
	end(w);
	assert_int_equal(files(w), 0);
}

/* One that was not read to its end is not thrown away. */
static void
test_an_early_end_keeps_it(void **state)
{
	struct world	*w = *state;
	char		*path = xasprintf("%s/journal-a", w->dir);

	leave(w, "journal-a", 5);
	session(w, true);
	set(w, "recover", "true");
	assert_int_equal(flowfile_start(w->m, NULL), 0);
	end(w);
	assert_int_equal(files(w), 1);
	assert_int_equal(unlink(path), 0);
	free(path);
}

static void
test_none_and_several(void **state)
{
	struct world	*w = *state;
	struct why	 why;
	struct cmd_res	 res;
	const char	*words[2] = { "recover.list" };

	session(w, true);
	set(w, "recover", "true");
	assert_int_equal(flowfile_start(w->m, &why), 0);
	assert_non_null(strstr(w->status, "No session"));
	end(w);
	session(w, false);
	set(w, "recover", "true");
	assert_int_equal(flowfile_start(w->m, &why), -1);
	assert_non_null(strstr(why.text, "no session"));
	end(w);

	leave(w, "journal-a", 5);
	leave(w, "journal-b", 3);
	session(w, false);
	set(w, "recover", "true");
	assert_int_equal(flowfile_start(w->m, &why), -1);
	assert_non_null(strstr(why.text, "2 sessions"));
	end(w);
	session(w, false);
	assert_int_equal(flowfile_start(w->m, &why), 0);
	cmd_res_init(&res);
	assert_int_equal(cmds_call(w->m->cmds, words, 1, &res, &why), 0);
	assert_int_equal(res.n, 2);
	cmd_res_fini(&res);
	words[0] = "recover.open";
	words[1] = "journal-b  2026-11-25 17:47:56  1.2k";
	assert_int_equal(cmds_call(w->m->cmds, words, 2, &res, &why), 0);
	wait_for_reading(w);
	assert_int_equal(store_n(w->m->store), 3);
	words[1] = "journal-b";
	assert_int_equal(cmds_call(w->m->cmds, words, 2, &res, &why), -1);
	end(w);
	assert_int_equal(files(w), 1);

	session(w, false);
	set(w, "recover", "true");
	assert_true(flowfile_busy(w->m));
	assert_int_equal(flowfile_start(w->m, &why), 0);
	wait_for_reading(w);
	assert_int_equal(store_n(w->m->store), 5);
	end(w);
}

/* Flows that could not be written where they should stay in the journal. */
static void
test_a_failed_end_keeps_it(void **state)
{
	struct world	*w = *state;
	struct why	 why;

	session(w, true);
	set(w, "save_stream_file", "/dev/full");
	assert_int_equal(flowfile_start(w->m, &why), 0);
	done(w);
	assert_int_equal(flowfile_finish(w->m, NULL, &why), -1);
	assert_int_equal(files(w), 1);
	end(w);
	assert_int_equal(files(w), 1);
	session(w, true);
	set(w, "recover", "true");
	assert_int_equal(flowfile_start(w->m, &why), 0);
	wait_for_reading(w);
	end(w);
}

static void
test_options(void **state)
{
	struct world	*w = *state;
	struct why	 why;

	session(w, false);
	assert_false(opts_bool(w->m->opts, "journal"));
	assert_int_equal(flowfile_start(w->m, &why), 0);
	done(w);
	assert_int_equal(files(w), 0);
	end(w);

	session(w, true);
	assert_true(opts_bool(w->m->opts, "journal"));
	assert_true(opts_is_null(w->m->opts, "memory_limit"));
	assert_int_equal(opts_set1(w->m->opts, "memory_limit", "many", &why),
	    -1);
	set(w, "memory_limit", "64m");
	assert_int_equal(flowfile_start(w->m, &why), 0);
	done(w);
	assert_int_equal(files(w), 1);
	set(w, "journal", "false");
	done(w);
	end(w);
	assert_int_equal(files(w), 0);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
		T(test_one_is_opened),
		T(test_an_early_end_keeps_it),
		T(test_none_and_several),
		T(test_a_failed_end_keeps_it),
		T(test_options),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
