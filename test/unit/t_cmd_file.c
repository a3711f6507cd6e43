#include "flowfile/ff.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/app.h"
#include "flowfile/ff_file.h"
#include "ffkit.h"

/* The program, but for what this does not need; a folder of its own. */
struct world {
	struct app	*app;
	struct model	*m;
	char		 dir[64];
	char		*source, *out;
	unsigned	 idle;
};

static int
setup(void **state)
{
	struct world	*w = xcalloc(1, sizeof(*w));
	const char	*dir = getenv("WEIR_SRCDIR");
	struct why	 why = { .text = "" };

	snprintf(w->dir, sizeof(w->dir), "/tmp/weir-t-XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	w->source = xasprintf("%s/test/data/flows/17.mitm",
	    dir != NULL ? dir : ".");
	w->out = xasprintf("%s/out", w->dir);
	w->app = app_new(false);
	w->m = w->app->model;
	if (model_add_module(w->m, &flowfile_module, &why) == -1)
		fail_msg("%s", why.text);
	*state = w;
	return (0);
}

static int
teardown(void **state)
{
	struct world	*w = *state;
	int		 left;

	app_free(w->app);
	(void)unlink(w->out);
	left = rmdir(w->dir);
	free(w->source);
	free(w->out);
	free(w);
	if (obj_total() != 0)
		print_message("%ld objects live\n", obj_total());
	return (left == -1 || obj_total() != 0);
}

static void
set(struct world *w, const char *name, const char *value)
{
	struct why	why;

	if (opts_set1(w->m->opts, name, value, &why) == -1)
		fail_msg("%s", why.text);
}

static int
run(struct world *w, struct why *why, const char *cmd, const char *a,
    const char *b)
{
	const char	*words[3] = { cmd, a, b };
	struct cmd_res	 res;
	int		 r;

	cmd_res_init(&res);
	r = cmds_call(w->m->cmds, words, b != NULL ? 3 : a != NULL ? 2 : 1,
	    &res, why);
	cmd_res_fini(&res);
	return (r);
}

static void
wait_for_reading(struct world *w)
{
	while (flowfile_busy(w->m))
		loop_once(w->app->loop, false);
}

static size_t
count(const char *path)
{
	struct kit_flows	 fs;
	struct blob		*b = blob_new((size_t)1 << 20);
	int			 fd = open(path, O_RDONLY);
	size_t			 n;

	assert_true(fd != -1);
	b->n = (size_t)read(fd, b->data, (size_t)1 << 20);
	(void)close(fd);
	kit_read(&fs, blob_sp(b), SIZE_MAX);
	assert_int_equal(fs.damage, 0);
	n = fs.n;
	kit_drop(&fs);
	blob_unref(b);
	return (n);
}

static void
on_idle(void *arg)
{
	struct world	*w = arg;

	w->idle++;
}

static void
test_read_and_stream(void **state)
{
	struct world	*w = *state;
	struct why	 why;

	w->m->console = true;		/* what was read is kept */
	set(w, "rfile", w->source);
	set(w, "save_stream_file", w->out);
	assert_true(flowfile_busy(w->m));
	flowfile_on_idle(w->m, on_idle, w);
	assert_int_equal(flowfile_start(w->m, &why), 0);
	wait_for_reading(w);
	assert_int_equal(w->idle, 1);
	assert_int_equal(store_n(w->m->store), 9);
	assert_int_equal(flowfile_finish(w->m, NULL, &why), 0);
	assert_int_equal(count(w->out), 9);
	assert_int_equal(w->app->status, 0);
}

static void
test_filters(void **state)
{
	struct world	*w = *state;

	w->m->console = true;
	set(w, "rfile", w->source);
	set(w, "readfile_filter", "~http");
	set(w, "save_stream_filter", "~e");
	set(w, "save_stream_file", w->out);
	assert_int_equal(flowfile_start(w->m, NULL), 0);
	wait_for_reading(w);
	assert_int_equal(store_n(w->m->store), 6);
	assert_int_equal(flowfile_finish(w->m, NULL, NULL), 0);
	assert_int_equal(count(w->out), 1);
}

static void
test_save_and_load_again(void **state)
{
	struct world	*w = *state;
	struct why	 why;
	struct flow	*f;

	assert_int_equal(flowfile_start(w->m, NULL), 0);
	assert_int_equal(run(w, &why, "view.flows.load", w->source, NULL), 0);
	wait_for_reading(w);
	assert_int_equal(run(w, &why, "view.flows.load", w->source, NULL), 0);
	wait_for_reading(w);
	assert_int_equal(store_n(w->m->store), 18);
	f = store_at(w->m->store, 0);
	assert_memory_not_equal(f->uuid, store_at(w->m->store, 9)->uuid, 16);
	assert_int_equal(run(w, &why, "save.file", "@all", w->out), 0);
	assert_int_equal(count(w->out), 18);
	assert_int_equal(run(w, &why, "save.har", "@all", w->out), 0);
	assert_int_equal(count(w->out), 12);	/* HTTP only */
	assert_int_equal(run(w, &why, "save.file", "@all", "/proc/x"), -1);
	assert_non_null(strstr(why.text, "/proc/x"));
	assert_int_equal(run(w, &why, "view.flows.load", "/no/such", NULL),
	    -1);
	assert_non_null(strstr(why.text, "/no/such"));
}

static void
test_what_cannot_be_at_the_start(void **state)
{
	struct world	*w = *state;
	struct why	 why;

	set(w, "save_stream_file", w->dir);
	assert_int_equal(flowfile_start(w->m, &why), -1);
	assert_non_null(strstr(why.text, w->dir));
	set(w, "save_stream_file", "");
	set(w, "rfile", "/no/such");
	assert_int_equal(flowfile_start(w->m, &why), -1);
	assert_non_null(strstr(why.text, "/no/such"));
	/* What is there stays when there is nothing to write to it. */
	set(w, "save_stream_file", w->out);
	assert_int_equal(flowfile_start(w->m, &why), -1);
	set(w, "rfile", "/");
	assert_int_equal(flowfile_start(w->m, &why), -1);
	assert_string_equal(why.text, "cannot read /: Is a directory");
	assert_int_equal(access(w->out, F_OK), -1);
}

static void
test_a_stream_that_cannot_be_is_refused(void **state)
{
	struct world	*w = *state;
	struct why	 why;

	assert_int_equal(flowfile_start(w->m, NULL), 0);
	set(w, "save_stream_file", w->out);
	assert_int_equal(opts_set1(w->m->opts, "save_stream_file",
	    "/proc/no/such", &why), -1);
	assert_string_equal(opts_str(w->m->opts, "save_stream_file"), w->out);
	assert_int_equal(opts_set1(w->m->opts, "save_stream_filter", "~zz",
	    &why), -1);
}

/* No flow file: said, and the status is 1. */
static void
test_nonsense_is_told(void **state)
{
	struct world	*w = *state;
	struct log_line	 lines[8];
	size_t		 i, n;
	bool		 said = false;

	set(w, "rfile", "/bin/sh");
	assert_int_equal(flowfile_start(w->m, NULL), 0);
	wait_for_reading(w);
	assert_int_equal(w->app->status, 1);
	n = log_copy(w->m->log, 0, lines, nitems(lines));
	for (i = 0; i < n; i++) {
		said |= strstr(lines[i].text, "Flow file corrupted") != NULL;
		free(lines[i].text);
	}
	assert_true(said);
}

/* -r f -w f: what is read is not emptied before. */
static void
test_a_file_over_itself(void **state)
{
	struct world	*w = *state;
	struct why	 why;

	assert_int_equal(flowfile_start(w->m, NULL), 0);
	assert_int_equal(run(w, &why, "view.flows.load", w->source, NULL), 0);
	wait_for_reading(w);
	assert_int_equal(run(w, &why, "save.file", "@all", w->out), 0);
	app_free(w->app);
	w->app = app_new(false);
	w->m = w->app->model;
	assert_int_equal(model_add_module(w->m, &flowfile_module, &why), 0);
	set(w, "rfile", w->out);
	set(w, "save_stream_file", w->out);
	assert_int_equal(flowfile_start(w->m, NULL), 0);
	wait_for_reading(w);
	assert_int_equal(flowfile_finish(w->m, NULL, NULL), 0);
	assert_int_equal(count(w->out), 9);
}

/* Enough: what came stays, and the rest does not come. */
static void
test_stopped(void **state)
{
	struct world	*w = *state;
	int		 fds[2];
	char		*path;

	assert_int_equal(flowfile_start(w->m, NULL), 0);
	assert_int_equal(pipe(fds), 0);
	path = xasprintf("/dev/fd/%d", fds[0]);
	assert_int_equal(run(w, NULL, "view.flows.load", path, NULL), 0);
	assert_int_equal(run(w, NULL, "readfile.percent", NULL, NULL), 0);
	assert_true(flowfile_busy(w->m));
	assert_int_equal(run(w, NULL, "readfile.stop", NULL, NULL), 0);
	wait_for_reading(w);
	assert_int_equal(w->app->status, 0);
	(void)close(fds[0]);
	(void)close(fds[1]);
	free(path);
}

/* Flows that still run when the program ends are written as they are. */
static void
test_live_flows_at_the_end(void **state)
{
	struct world	*w = *state;
	struct flow	*f = flow_new(FLOW_TCP);

	set(w, "save_stream_file", w->out);
	assert_int_equal(flowfile_start(w->m, NULL), 0);
	f->live = true;
	store_add(w->m->store, f);
	flow_unref(f);
	assert_int_equal(flowfile_finish(w->m, NULL, NULL), 0);
	assert_int_equal(count(w->out), 1);
}

/* What was told to be done is on disk before anything is closed. */
static void
test_it_is_on_disk_in_time(void **state)
{
	struct world	*w = *state;
	struct flow	*f = flow_new(FLOW_TCP);
	struct stat	 st;

	set(w, "save_stream_file", w->out);
	assert_int_equal(flowfile_start(w->m, NULL), 0);
	bus_fire(w->m->bus, BUS_FLOW_DONE, f);
	flow_unref(f);
	do {
		loop_once(w->app->loop, false);
		assert_int_equal(stat(w->out, &st), 0);
	} while (st.st_size == 0);
	(void)flowfile_finish(w->m, NULL, NULL);
}

/* So many that they stay in their file. */
#define MANY	5000

/* What was loaded and is read when it is looked at must not be lost by
 * recording over it. */
static void
test_recording_over_what_stays(void **state)
{
	struct world	*w = *state;
	struct flow	*f = flow_new(FLOW_TCP);
	struct ff_file	*file = ff_file_open(w->out, FF_GZIP, 17, 0, NULL);
	size_t		 i;

	for (i = 0; i < MANY; i++)
		ff_file_put(file, f);
	assert_int_equal(ff_file_close(file, NULL), 0);
	w->m->console = true;
	assert_int_equal(flowfile_start(w->m, NULL), 0);
	assert_int_equal(run(w, NULL, "view.flows.load", w->out, NULL), 0);
	wait_for_reading(w);
	assert_int_equal(store_n(w->m->store), MANY);
	set(w, "save_stream_file", w->out);
	bus_fire(w->m->bus, BUS_FLOW_DONE, f);
	flow_unref(f);
	f = store_at(w->m->store, MANY - 1);
	assert_int_equal(f->type, FLOW_TCP);
	assert_null(f->error);
	assert_int_equal(flowfile_finish(w->m, NULL, NULL), 0);
	assert_int_equal(count(w->out), 1);
}

int
main(void)
{
#define T(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest	tests[] = {
		T(test_read_and_stream),
		T(test_filters),
		T(test_save_and_load_again),
		T(test_what_cannot_be_at_the_start),
		T(test_a_stream_that_cannot_be_is_refused),
		T(test_nonsense_is_told),
		T(test_a_file_over_itself),
		T(test_stopped),
		T(test_live_flows_at_the_end),
		T(test_it_is_on_disk_in_time),
		T(test_recording_over_what_stays),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
