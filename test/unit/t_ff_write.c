#include "flowfile/ff_write.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "ffkit.h"

struct world {
	struct app	*app;
	char		 dir[64];
	char		*out;
	size_t		 left;		/* flows that more() gives */
	bool		 closed;
	struct why	 why;		/* text "" when all went well */
};

static int
setup(void **state)
{
	struct world	*w = xcalloc(1, sizeof(*w));

	snprintf(w->dir, sizeof(w->dir), "/tmp/weir-t-XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	w->out = xasprintf("%s/out", w->dir);
	w->app = app_new(false);
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
	free(w->out);
	free(w);
	return (left == -1 || obj_total() != 0);
}

static void
on_closed(void *arg, const struct why *why)
{
	struct world	*w = arg;

	w->closed = true;
	if (why != NULL)
		w->why = *why;
}

static struct ff_stream *
stream(struct world *w, const char *path)
{
	struct ff_file	*f;

	f = ff_file_open(path, FF_AUTO, 17, 0, &w->why);
	if (f == NULL)
		fail_msg("%s", w->why.text);
	return (ff_stream_new(w->app, f, path, FF_AUTO, 17, 0));
}

static void
put(struct ff_stream *s, unsigned n)
{
	struct flow	*f;

	for (; n > 0; n--) {
		f = flow_new(FLOW_TCP);
		ff_stream_put(s, f);
		flow_unref(f);
	}
}

static void
finish(struct world *w, struct ff_stream *s)
{
	ff_stream_close(s, on_closed, w);
	while (!w->closed)
		loop_once(w->app->loop, false);
}

static off_t
size_of(const char *path)
{
	struct stat	st;

	return (stat(path, &st) == 0 ? st.st_size : -1);
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
	n = fs.n;
	kit_drop(&fs);
	blob_unref(b);
	return (n);
}

static bool
was_logged(struct world *w, const char *words)
{
	struct log_line	 lines[50];
	size_t		 i, n;
	bool		 said = false;

	n = log_copy(w->app->model->log, 0, lines, nitems(lines));
	for (i = 0; i < n; i++) {
		said |= strstr(lines[i].text, words) != NULL;
		free(lines[i].text);
	}
	return (said);
}

static void
test_all_is_there_in_order(void **state)
{
	struct world		*w = *state;
	struct ff_stream	*s = stream(w, w->out);

	assert_string_equal(ff_stream_path(s), w->out);
	put(s, 150);
	loop_once(w->app->loop, false);
	put(s, 30);
	finish(w, s);
	assert_string_equal(w->why.text, "");
	assert_int_equal(count(w->out), 180);
}

/* A reader of the file sees the flow before anything is closed. */
static void
test_it_is_flushed_in_time(void **state)
{
	struct world		*w = *state;
	struct ff_stream	*s = stream(w, w->out);

	put(s, 3);
	while (count(w->out) != 3)
		loop_once(w->app->loop, false);
	finish(w, s);
}

static void
test_a_removed_file_is_made_again(void **state)
{
	struct world		*w = *state;
	struct ff_stream	*s = stream(w, w->out);

	put(s, 1);
	while (size_of(w->out) <= 0)
		loop_once(w->app->loop, false);
	assert_int_equal(unlink(w->out), 0);
	put(s, 2);
	while (size_of(w->out) <= 0)
		loop_once(w->app->loop, false);
	assert_true(was_logged(w, "was removed"));
	finish(w, s);
	assert_int_equal(count(w->out), 2);
}

static void
test_a_full_disk_is_said(void **state)
{
	struct world		*w = *state;
	struct ff_stream	*s = stream(w, "/dev/full");

	put(s, 2);
	while (!was_logged(w, "No space left"))
		loop_once(w->app->loop, false);
	put(s, 1);
	finish(w, s);
	assert_non_null(strstr(w->why.text, "No space left"));
}

static size_t
more(void *arg, struct flow **v, size_t max)
{
	struct world	*w = arg;
	size_t		 n = 0;

	assert_true(max > 0);
	while (n < max && w->left != 0) {
		v[n++] = flow_new(FLOW_TCP);
		w->left--;
	}
	return (n);
}

static void
test_save_waits_or_not(void **state)
{
	struct world	*w = *state;
	struct ff_file	*file;
	int		 wait;

	for (wait = 0; wait < 2; wait++) {
		w->closed = false;
		file = ff_file_open(w->out, FF_AUTO, 17, FF_REPLACE, NULL);
		assert_non_null(file);
		w->left = 300;
		ff_save(w->app, file, more, w, on_closed, w, wait != 0);
		if (wait != 0)
			assert_true(w->closed);
		while (!w->closed)
			loop_once(w->app->loop, false);
		assert_int_equal(count(w->out), 300);
	}
}

/* More than a pipe holds. */
#define MANY	2000

static struct ff_file *
pipe_file(struct world *w, unsigned flags)
{
	struct ff_file	*f;

	assert_int_equal(mkfifo(w->out, 0600), 0);
	f = ff_file_open(w->out, FF_PLAIN, 17, flags, &w->why);
	if (f == NULL)
		fail_msg("%s", w->why.text);
	w->why.text[0] = '\0';
	return (f);
}

/* The program does other things meanwhile, with all its workers. */
static void
until_stuck(struct world *w, int reader)
{
	struct timespec	ms = { 0, 1000000 };
	int		n = 0, was = -1;

	while (n == 0 || n != was) {
		was = n;
		loop_once(w->app->loop, true);
		(void)nanosleep(&ms, NULL);
		assert_int_equal(ioctl(reader, FIONREAD, &n), 0);
	}
	assert_false(w->closed);
}

static size_t
read_all(struct world *w, int fd)
{
	static char	 buf[65536];
	struct timespec	 ms = { 0, 1000000 };
	ssize_t		 n = 1;
	size_t		 all = 0;

	while (n > 0 || !w->closed) {
		loop_once(w->app->loop, true);
		n = read(fd, buf, sizeof(buf));
		if (n > 0)
			all += (size_t)n;
		else
			(void)nanosleep(&ms, NULL);
	}
	return (all);
}

static void
test_a_reader_takes_his_time(void **state)
{
	struct world	*w = *state;
	int		 fd;

	assert_int_equal(mkfifo(w->out, 0600), 0);
	fd = open(w->out, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	w->left = MANY;
	ff_save(w->app, ff_file_open(w->out, FF_PLAIN, 17, FF_REPLACE,
	    &w->why), more, w, on_closed, w, false);
	until_stuck(w, fd);
	assert_true(read_all(w, fd) > MANY * 100);
	assert_string_equal(w->why.text, "");
	(void)close(fd);
}

static void
test_nobody_reads(void **state)
{
	struct world	*w = *state;
	int		 fd;

	assert_int_equal(mkfifo(w->out, 0600), 0);
	assert_null(ff_file_open(w->out, FF_PLAIN, 17, FF_REPLACE, &w->why));
	assert_non_null(strstr(w->why.text, "nobody reads it"));
	fd = open(w->out, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	w->left = MANY;
	ff_save(w->app, ff_file_open(w->out, FF_PLAIN, 17, FF_REPLACE,
	    &w->why), more, w, on_closed, w, false);
	until_stuck(w, fd);
	w->app->hasty = true;
	app_quit(w->app, 0);
	while (!w->closed)
		loop_once(w->app->loop, false);
	assert_non_null(strstr(w->why.text, "cannot write all of"));
	(void)close(fd);
}

/* What is streamed waits for a reader, up to the end. */
static void
test_a_stream_nobody_reads(void **state)
{
	struct world		*w = *state;
	struct ff_file		*f = pipe_file(w, 0);
	struct ff_stream	*s;

	s = ff_stream_new(w->app, f, w->out, FF_PLAIN, 17, 0);
	put(s, MANY);
	until_stuck(w, ff_file_fd(f));
	put(s, MANY);
	ff_stream_close(s, on_closed, w);
	until_stuck(w, ff_file_fd(f));
	w->app->hasty = true;
	app_quit(w->app, 0);
	while (!w->closed)
		loop_once(w->app->loop, false);
	assert_non_null(strstr(w->why.text, "nobody reads it"));
}

/* Little enough for the pipe, but nobody was ever there. */
static void
test_a_small_stream_nobody_reads(void **state)
{
	struct world		*w = *state;
	struct ff_file		*f = pipe_file(w, 0);
	struct ff_stream	*s;

	s = ff_stream_new(w->app, f, w->out, FF_PLAIN, 17, 0);
	put(s, 1);
	finish(w, s);
	assert_non_null(strstr(w->why.text, "nobody reads it"));
}

static void
test_a_stream_is_read_late(void **state)
{
	struct world		*w = *state;
	struct ff_file		*f = pipe_file(w, 0);
	struct ff_stream	*s;
	int			 fd;

	s = ff_stream_new(w->app, f, w->out, FF_PLAIN, 17, 0);
	put(s, MANY);
	until_stuck(w, ff_file_fd(f));
	fd = open(w->out, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	ff_stream_close(s, on_closed, w);
	assert_true(read_all(w, fd) > MANY * 100);
	assert_string_equal(w->why.text, "");
	(void)close(fd);
}

int
main(void)
{
#define T(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest	tests[] = {
		T(test_all_is_there_in_order),
		T(test_it_is_flushed_in_time),
		T(test_a_removed_file_is_made_again),
		T(test_a_full_disk_is_said),
		T(test_save_waits_or_not),
		T(test_a_reader_takes_his_time),
		T(test_nobody_reads),
		T(test_a_stream_nobody_reads),
		T(test_a_small_stream_nobody_reads),
		T(test_a_stream_is_read_late),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
