#include "flowfile/ff_load.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/stat.h>
#include <unistd.h>

#include "ffkit.h"
#include "flowfile/ff_file.h"

struct world {
	struct app	*app;
	char		*source;
	size_t		 n;
	bool		 full, ended, cancelled;
	unsigned	 damage;
	uint64_t	 at, lost;
	uint64_t	 last_id;
	int		 percent;
	unsigned	 disorder;	/* not the port after the last one's */
	int		 port;
	struct ff_load	*load;
	struct why	 why;
};

static int
setup(void **state)
{
	struct world	*w = xcalloc(1, sizeof(*w));
	const char	*dir = getenv("WEIR_SRCDIR");

	w->source = xasprintf("%s/test/data/flows/17.mitm",
	    dir != NULL ? dir : ".");
	w->app = app_new(false);
	*state = w;
	return (0);
}

static int
teardown(void **state)
{
	struct world	*w = *state;

	app_free(w->app);
	free(w->source);
	free(w);
	return (obj_total() != 0);
}

static void
on_got(void *arg, struct flow *f)
{
	struct world	*w = arg;

	w->n++;
	if (f->id <= w->last_id || (f->request != NULL &&
	    f->request->head->port != w->port + 1))
		w->disorder++;
	w->last_id = f->id;
	if (f->request != NULL)
		w->port = f->request->head->port;
	if (w->load != NULL) {
		assert_in_range(ff_load_percent(w->load), w->percent, 100);
		w->percent = ff_load_percent(w->load);
	}
	flow_unref(f);
}

static bool
on_full(void *arg)
{
	struct world	*w = arg;

	return (w->full);
}

static void
on_end(void *arg, struct ff_load *l)
{
	struct world	*w = arg;

	w->ended = true;
	w->cancelled = ff_load_cancelled(l);
	w->damage = ff_load_damage(l, &w->at, &w->why);
	w->lost = ff_load_lost(l);
	if (!w->cancelled)
		assert_int_equal(ff_load_flows(l), w->n);
}

static const struct ff_load_ops	ops = { on_got, on_full, on_end };

static void
wait_for_end(struct world *w)
{
	while (!w->ended)
		loop_once(w->app->loop, false);
}

static void
test_a_file(void **state)
{
	struct world	*w = *state;

	assert_non_null(ff_load_new(w->app, w->source, &ops, w, NULL));
	assert_false(w->ended);		/* main does not wait */
	wait_for_end(w);
	assert_int_equal(w->n, 9);
	assert_int_equal(w->damage, 0);
}

static void
test_what_cannot_be_opened(void **state)
{
	struct world	*w = *state;

	assert_null(ff_load_new(w->app, "/no/such", &ops, w, &w->why));
	assert_non_null(strstr(w->why.text, "/no/such"));
	assert_null(ff_load_new(w->app, "/tmp", &ops, w, &w->why));
	assert_non_null(strstr(w->why.text, "directory"));
}

/* Nor does one that nobody writes to yet keep main. */
static void
test_a_pipe_without_a_writer(void **state)
{
	char		 path[] = "/tmp/weir-t-XXXXXX";
	struct world	*w = *state;
	char		*fifo;
	FILE		*f;

	assert_non_null(mkdtemp(path));
	fifo = xasprintf("%s/fifo", path);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	assert_non_null(ff_load_new(w->app, fifo, &ops, w, NULL));
	loop_once(w->app->loop, true);
	assert_false(w->ended);
	f = fopen(fifo, "w");		/* ours reads, so this does not wait */
	assert_non_null(f);
	assert_true(fputs("1:", f) >= 0);
	assert_int_equal(fclose(f), 0);
	wait_for_end(w);
	assert_int_equal(w->n, 0);
	assert_int_equal(w->damage, 1);
	assert_int_equal(unlink(fifo), 0);
	assert_int_equal(rmdir(path), 0);
	free(fifo);
}

/* A pipe that says nothing does not keep the program from its end. */
static void
test_cancelled(void **state)
{
	char		 path[] = "/tmp/weir-t-XXXXXX";
	struct world	*w = *state;
	struct ff_load	*l;
	char		*fifo;
	FILE		*f;

	assert_non_null(mkdtemp(path));
	fifo = xasprintf("%s/fifo", path);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	/* Both ends are ours, or opening would wait. */
	f = fopen(fifo, "r+");

	assert_non_null(f);
	l = ff_load_new(w->app, fifo, &ops, w, NULL);
	assert_non_null(l);
	loop_once(w->app->loop, true);
	assert_false(w->ended);
	ff_load_cancel(l);
	wait_for_end(w);
	assert_true(w->cancelled);
	(void)fclose(f);
	(void)unlink(fifo);
	(void)rmdir(path);
	free(fifo);
}

/* A file of many flows: nothing more comes while main has enough. */
static void
test_main_may_have_enough(void **state)
{
	char		 path[] = "/tmp/weir-t-XXXXXX";
	struct world	*w = *state;
	struct blob	*b = kit_file("17.mitm");
	struct ff_load	*l;
	int		 fd = mkstemp(path), i;
	size_t		 before;

	assert_true(fd != -1);
	for (i = 0; i < 100; i++)
		assert_int_equal(write(fd, b->data, b->n), (ssize_t)b->n);
	(void)close(fd);
	w->full = true;
	l = ff_load_new(w->app, path, &ops, w, NULL);
	while (w->n == 0)
		loop_once(w->app->loop, false);
	before = w->n;
	assert_in_range(before, 1, 899);
	for (i = 0; i < 50; i++)
		loop_once(w->app->loop, true);
	assert_int_equal(w->n, before);
	w->full = false;
	ff_load_go(l);
	wait_for_end(w);
	assert_int_equal(w->n, 900);
	(void)unlink(path);
	blob_unref(b);
}

/* A file of ours with so many flows, their ports rising. */
static void
make(const char *path, unsigned n)
{
	struct ff_file	*file = ff_file_open(path, FF_GZIP, 17, 0, NULL);
	struct flow	*f;
	struct str	 url;
	unsigned	 i;

	str_init(&url, 100);
	for (i = 1; i <= n; i++) {
		f = flow_new(FLOW_HTTP);
		flow_set_client(f, conn_new(false));
		flow_set_server(f, conn_new(true));
		str_clear(&url);
		str_printf(&url, "http://a.test:%u/", i);
		flow_set_request(f, msg_request(SP("GET"), str_sp(&url),
		    NULL));
		ff_file_put(file, f);
		flow_unref(f);
	}
	str_fini(&url);
	assert_int_equal(ff_file_close(file, NULL), 0);
}

static void
load(struct world *w, const char *path)
{
	w->n = w->disorder = 0;
	w->port = w->percent = 0;
	w->ended = false;
	w->load = ff_load_new(w->app, path, &ops, w, NULL);
	assert_non_null(w->load);
	wait_for_end(w);
	w->load = NULL;
}

/* Parts are read at once, and nobody sees it. */
static void
test_parts_keep_their_order(void **state)
{
	char		 path[] = "/tmp/weir-t-XXXXXX";
	struct world	*w = *state;
	int		 fd = mkstemp(path);

	(void)close(fd);
	make(path, 6000);
	load(w, path);
	assert_int_equal(w->n, 6000);
	assert_int_equal(w->disorder, 0);
	assert_int_equal(w->damage, 0);
	assert_int_equal(w->lost, 0);
	assert_in_range(w->percent, 50, 100);
	(void)unlink(path);
}

/* Damage costs its block; the index knows how many flows that were. */
static void
test_damage_in_a_part(void **state)
{
	char		 path[] = "/tmp/weir-t-XXXXXX";
	struct world	*w = *state;
	int		 fd = mkstemp(path);
	struct stat	 st;

	make(path, 6000);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(pwrite(fd, "xxxxxxxx", 8, st.st_size / 2), 8);
	load(w, path);
	assert_int_equal(w->damage, 1);
	assert_in_range(w->at, st.st_size / 2 - (100 << 10),
	    st.st_size / 2 + 8);
	assert_in_range(w->n, 5000, 5999);
	assert_int_equal(w->lost, 6000 - w->n);
	assert_int_equal(w->disorder, 1);
	(void)close(fd);
	(void)unlink(path);
}

static void
test_cancelled_in_the_middle(void **state)
{
	char		 path[] = "/tmp/weir-t-XXXXXX";
	struct world	*w = *state;
	struct ff_load	*l;
	int		 fd = mkstemp(path);

	(void)close(fd);
	make(path, 6000);
	w->full = true;
	l = ff_load_new(w->app, path, &ops, w, NULL);
	while (w->n == 0)
		loop_once(w->app->loop, false);
	ff_load_cancel(l);
	assert_false(w->ended);		/* not under its caller */
	wait_for_end(w);
	assert_true(w->cancelled);
	assert_in_range(w->n, 1, 5999);
	(void)unlink(path);
}

int
main(void)
{
#define T(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest	tests[] = {
		T(test_a_file),
		T(test_what_cannot_be_opened),
		T(test_a_pipe_without_a_writer),
		T(test_cancelled),
		T(test_main_may_have_enough),
		T(test_parts_keep_their_order),
		T(test_damage_in_a_part),
		T(test_cancelled_in_the_middle),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
