#include "app/clip.h"

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
stage_set(struct stage *s, const char *tool)
{
	FILE	*f;

	(void)snprintf(s->dir, sizeof(s->dir), "/tmp/weir-clip-XXXXXX");
	assert_non_null(mkdtemp(s->dir));
	(void)snprintf(s->tool, sizeof(s->tool), "%s/%s", s->dir, tool);
	(void)snprintf(s->got, sizeof(s->got), "%s/got", s->dir);
	f = fopen(s->tool, "w");
	assert_non_null(f);
	(void)fprintf(f, "#!/bin/sh\nexec /bin/cat >%s\n", s->got);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(s->tool, 0755), 0);
	assert_int_equal(setenv("PATH", s->dir, 1), 0);
}

static void
stage_clear(struct stage *s)
{
	(void)unlink(s->tool);
	(void)unlink(s->got);
	(void)rmdir(s->dir);
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
	struct stage	s;
	struct why	why;

	(void)state;
	stage_set(&s, "wl-copy");
	assert_int_equal(setenv("WAYLAND_DISPLAY", "w-0", 1), 0);
	assert_int_equal(clip_put(SP("curl 'x'\n"), &why), 0);
	expect_copied(&s, "curl 'x'\n");
	/* Without its display a tool would only fail, so it is not tried. */
	assert_int_equal(unsetenv("WAYLAND_DISPLAY"), 0);
	assert_int_equal(clip_put(SP("x"), &why), -1);
	stage_clear(&s);
}

static void
test_without_display(void **state)
{
	struct stage	s;

	(void)state;
	assert_int_equal(unsetenv("WAYLAND_DISPLAY"), 0);
	assert_int_equal(unsetenv("DISPLAY"), 0);
	stage_set(&s, "pbcopy");
	assert_int_equal(clip_put(SP("text"), NULL), 0);
	expect_copied(&s, "text");
	stage_clear(&s);
}

static void
test_none(void **state)
{
	struct why	why;

	(void)state;
	assert_int_equal(setenv("PATH", "/nowhere", 1), 0);
	assert_int_equal(clip_put(SP("x"), &why), -1);
	assert_non_null(strstr(why.text, "xclip"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_by_environment),
		cmocka_unit_test(test_without_display),
		cmocka_unit_test(test_none),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
