#include "app/clip.h"

#include "app/app.h"
#include "base/log.h"
#include "model/model.h"
#include "run/loop.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* A folder that is all of PATH, with one program that keeps its input. */
struct stage {
	char	dir[32], tool[64], got[64];
};

static void
stage_write(struct stage *s)
{
	FILE	*f = fopen(s->tool, "w");

	assert_non_null(f);
	(void)fprintf(f, "#!/bin/sh\nexec /bin/cat >%s\n", s->got);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(s->tool, 0755), 0);
}

static void
stage_set(struct stage *s, const char *tool)
{
	(void)snprintf(s->dir, sizeof(s->dir), "/tmp/weir-clip-XXXXXX");
	assert_non_null(mkdtemp(s->dir));
	(void)snprintf(s->tool, sizeof(s->tool), "%s/%s", s->dir, tool);
	(void)snprintf(s->got, sizeof(s->got), "%s/got", s->dir);
	stage_write(s);
	assert_int_equal(setenv("PATH", s->dir, 1), 0);
}

static void
stage_clear(struct stage *s)
{
	(void)unlink(s->tool);
	(void)unlink(s->got);
	(void)rmdir(s->dir);
}

/* Until the program has ended. */
static const char *
copied_by(struct app *app, struct sp text)
{
	const char	*by = clip_put(app, text, NULL);

	while (app->clip != NULL)
		loop_once(app->loop, false);
	return (by);
}

static void
expect_copied(struct stage *s, const char *text)
{
	char	buf[64] = "";
	int	fd = open(s->got, O_RDONLY);
	ssize_t	n;

	assert_true(fd != -1);
	n = read(fd, buf, sizeof(buf));
	(void)close(fd);
	assert_int_equal(n, strlen(text));
	assert_memory_equal(buf, text, strlen(text));
}

static void
test_by_environment(void **state)
{
	struct app	*app = *state;
	struct stage	 s;
	struct why	 why;

	stage_set(&s, "wl-copy");
	assert_int_equal(setenv("WAYLAND_DISPLAY", "w-0", 1), 0);
	assert_string_equal(copied_by(app, SP("curl 'x'\n")), "wl-copy");
	expect_copied(&s, "curl 'x'\n");
	/* Without its display a tool would only fail, so it is not tried. */
	assert_int_equal(unsetenv("WAYLAND_DISPLAY"), 0);
	assert_null(clip_put(app, SP("x"), &why));
	stage_clear(&s);
}

static void
test_without_display(void **state)
{
	struct app	*app = *state;
	struct stage	 s;

	stage_set(&s, "pbcopy");
	assert_string_equal(copied_by(app, SP("text")), "pbcopy");
	expect_copied(&s, "text");
	stage_clear(&s);
}

/* Its failure comes later, as a line of the log. */
static void
test_failure(void **state)
{
	struct app	*app = *state;
	uint64_t	 last = log_last(app->model->log);
	struct log_line	 line;
	struct stage	 s;

	stage_set(&s, "pbcopy");
	(void)snprintf(s.got, sizeof(s.got), "%s/no/such", s.dir);
	stage_write(&s);
	assert_string_equal(copied_by(app, SP("text")), "pbcopy");
	assert_int_equal(log_copy(app->model->log, last, &line, 1), 1);
	assert_non_null(strstr(line.text, "nothing was copied"));
	free(line.text);
	stage_clear(&s);
}

static int
fake_clip(struct ui *ui, struct sp text, struct why *why)
{
	(void)ui;
	if (sp_is(text, "x"))
		return (0);
	(void)snprintf(why->text, sizeof(why->text), "too much");
	return (-1);
}

static void
test_none(void **state)
{
	struct app	*app = *state;
	struct why	 why;

	assert_int_equal(setenv("PATH", "/nowhere", 1), 0);
	assert_null(clip_put(app, SP("x"), &why));
	assert_non_null(strstr(why.text, "xclip"));
	app->term_clip = fake_clip;
	assert_string_equal(clip_put(app, SP("x"), &why), "the terminal");
	assert_null(clip_put(app, SP("xx"), &why));
	assert_string_equal(why.text, "too much");
	app->term_clip = NULL;
}

static int
set_up(void **state)
{
	(void)unsetenv("WAYLAND_DISPLAY");
	(void)unsetenv("DISPLAY");
	(void)unsetenv("TMUX");
	*state = app_new(false);
	return (0);
}

static int
tear_down(void **state)
{
	app_free(*state);
	return (0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_by_environment),
		cmocka_unit_test(test_without_display),
		cmocka_unit_test(test_failure),
		cmocka_unit_test(test_none),
	};

	return (cmocka_run_group_tests(tests, set_up, tear_down));
}
