#include "app/dump.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/app.h"

extern const struct module	core_module, dump_module;

/* A program with a dump that writes into a pipe. */
struct stage {
	struct app	*app;
	struct dump	*dump;
	FILE		*out;
	int		 reader;
};

static void
stage_set(struct stage *s)
{
	int	fds[2];

	s->app = app_new(false);
	assert_int_equal(model_add_module(s->app->model, &core_module, NULL),
	    0);
	assert_int_equal(model_add_module(s->app->model, &dump_module, NULL),
	    0);
	assert_int_equal(pipe(fds), 0);
	s->reader = fds[0];
	s->out = fdopen(fds[1], "w");
	assert_non_null(s->out);
	s->dump = dump_new(s->app, s->out);
}

static void
stage_clear(struct stage *s)
{
	dump_free(s->dump);
	(void)fclose(s->out);
	if (s->reader != -1)
		(void)close(s->reader);
	app_free(s->app);
}

static void
stage_opt(struct stage *s, const char *name, const char *value)
{
	assert_int_equal(opts_set1(s->app->model->opts, name, value, NULL),
	    0);
}

static void
stage_flow(struct stage *s, const char *url)
{
	struct flow	*f = flow_new(FLOW_HTTP);

	flow_set_request(f, msg_request(SP("GET"), sp_of(url), NULL));
	bus_fire(s->app->model->bus, BUS_FLOW_DONE, f);
	flow_unref(f);
}

/* What has been written after a turn of the loop. */
static void
stage_read(struct stage *s, char *buf, size_t cap)
{
	ssize_t	n;

	loop_once(s->app->loop, true);
	n = read(s->reader, buf, cap - 1);
	assert_true(n >= 0);
	buf[n] = '\0';
}

static void
test_a_flow_is_printed(void **state)
{
	struct stage	s;
	char		buf[1000];

	(void)state;
	stage_set(&s);
	stage_flow(&s, "http://a.test/one");
	stage_flow(&s, "http://a.test/two");
	stage_read(&s, buf, sizeof(buf));
	assert_string_equal(buf, "[no client]: GET http://a.test/one\n"
	    "[no client]: GET http://a.test/two\n");
	stage_clear(&s);
}

static void
test_filter(void **state)
{
	struct stage	s;
	char		buf[1000];
	struct why	why;

	(void)state;
	stage_set(&s);
	stage_opt(&s, "dumper_filter", "~u two");
	stage_flow(&s, "http://a.test/one");
	stage_flow(&s, "http://a.test/two");
	stage_read(&s, buf, sizeof(buf));
	assert_string_equal(buf, "[no client]: GET http://a.test/two\n");
	assert_int_equal(opts_set1(s.app->model->opts, "dumper_filter",
	    "~zz", &why), -1);
	stage_opt(&s, "flow_detail", "0");
	stage_flow(&s, "http://a.test/two");
	stage_opt(&s, "flow_detail", "1");
	assert_int_equal(opts_reset(s.app->model->opts, "dumper_filter",
	    NULL), 0);
	stage_flow(&s, "http://a.test/three");
	stage_read(&s, buf, sizeof(buf));
	assert_string_equal(buf, "[no client]: GET http://a.test/three\n");
	stage_clear(&s);
}

/* Nobody reads any more: an orderly end, no failure. */
static void
test_reader_goes_away(void **state)
{
	struct stage	s;

	(void)state;
	(void)sigaction(SIGPIPE, &(struct sigaction){ .sa_handler = SIG_IGN },
	    NULL);
	stage_set(&s);
	(void)close(s.reader);
	s.reader = -1;
	stage_flow(&s, "http://a.test/one");
	loop_once(s.app->loop, true);
	assert_true(s.app->quitting);
	assert_int_equal(s.app->status, 0);
	stage_flow(&s, "http://a.test/two");
	stage_clear(&s);
}

static void
test_full_disk_is_a_failure(void **state)
{
	struct stage	s;
	FILE		*full = fopen("/dev/full", "w");

	(void)state;
	if (full == NULL) {
		print_message("no /dev/full: skipped\n");
		skip();
	}
	stage_set(&s);
	dump_free(s.dump);
	s.dump = dump_new(s.app, full);
	stage_flow(&s, "http://a.test/one");
	loop_once(s.app->loop, true);
	assert_true(s.app->quitting);
	assert_int_equal(s.app->status, 1);
	stage_clear(&s);
	(void)fclose(full);
}

/* Runs fn with standard error in a file and gives what came. */
static void
stderr_of(void (*fn)(struct stage *), struct stage *s, char *buf, size_t cap)
{
	FILE	*tmp = tmpfile();
	int	 saved = dup(STDERR_FILENO);
	size_t	 n;

	assert_non_null(tmp);
	(void)fflush(stderr);
	assert_true(dup2(fileno(tmp), STDERR_FILENO) != -1);
	fn(s);
	(void)fflush(stderr);
	assert_true(dup2(saved, STDERR_FILENO) != -1);
	(void)close(saved);
	rewind(tmp);
	n = fread(buf, 1, cap - 1, tmp);
	buf[n] = '\0';
	(void)fclose(tmp);
}

static void
say_all_levels(struct stage *s)
{
	for (int level = LOG_ERROR_; level <= LOG_DEBUG; level++)
		log_put(s->app->model->log, (enum log_level)level, "t",
		    "level-%d \x1b[2J", level);
	loop_once(s->app->loop, true);
}

static void
test_log_lines(void **state)
{
	static const struct {
		const char	*verbosity, *levels;
	} v[] = {
		{ "error", "0" }, { "warn", "01" }, { "info", "0123" },
		{ "alert", "0123" }, { "debug", "01234" },
	};
	struct stage	s;
	char		buf[2000], word[24];

	(void)state;
	for (size_t i = 0; i < nitems(v); i++) {
		stage_set(&s);
		stage_opt(&s, "termlog_verbosity", v[i].verbosity);
		stderr_of(say_all_levels, &s, buf, sizeof(buf));
		for (int level = 0; level <= 4; level++) {
			(void)snprintf(word, sizeof(word), "level-%d", level);
			assert_int_equal(strstr(buf, word) != NULL,
			    strchr(v[i].levels, '0' + level) != NULL);
		}
		assert_null(strchr(buf, '\x1b'));
		stage_clear(&s);
	}
}

static void
free_at_once(struct stage *s)
{
	log_put(s->app->model->log, LOG_INFO, "t", "last words");
	dump_free(s->dump);
	s->dump = NULL;
	loop_once(s->app->loop, true);
}

/* What was said before the end is printed, and a wake-up that comes after
 * the end finds nobody. */
static void
test_last_words(void **state)
{
	struct stage	s;
	char		buf[1000];

	(void)state;
	stage_set(&s);
	stderr_of(free_at_once, &s, buf, sizeof(buf));
	assert_non_null(strstr(buf, "] last words\n"));
	stage_clear(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_flow_is_printed),
		cmocka_unit_test(test_filter),
		cmocka_unit_test(test_reader_goes_away),
		cmocka_unit_test(test_full_disk_is_a_failure),
		cmocka_unit_test(test_log_lines),
		cmocka_unit_test(test_last_words),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
