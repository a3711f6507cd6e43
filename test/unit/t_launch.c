#include "app/launch.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/date.h"
#include "base/mem.h"

#define DEADLINE_S	10.0

/* A folder that is PATH and TMPDIR, with a browser that notes its words. */
static int
make(void **state)
{
	char	*dir = xstrdup("/tmp/t_launch.XXXXXX");

	assert_non_null(mkdtemp(dir));
	assert_int_equal(setenv("TMPDIR", dir, 1), 0);
	assert_int_equal(setenv("PATH", dir, 1), 0);
	*state = dir;
	return (0);
}

static int
unmake(void **state)
{
	assert_int_equal(rmdir(*state), 0);
	free(*state);
	return (0);
}

static char *
put_browser(const char *dir, const char *name)
{
	char	*path = xasprintf("%s/%s", dir, name);
	FILE	*f = fopen(path, "w");

	assert_non_null(f);
	(void)fprintf(f, "#!/bin/sh\necho \"$@\" > %s/words.new\n"
	    "/bin/mv %s/words.new %s/words\nexec /bin/sleep 60\n", dir, dir,
	    dir);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, 0700), 0);
	return (path);
}

/* Waits for the file and takes it away. */
static void
take_words(const char *dir, char *out, size_t len)
{
	char		*path = xasprintf("%s/words", dir);
	double		 until = date_now() + DEADLINE_S;
	struct timespec	 tick = { 0, 5000000 };
	FILE		*f;
	size_t		 n;

	while ((f = fopen(path, "r")) == NULL && date_now() < until)
		(void)nanosleep(&tick, NULL);
	assert_non_null(f);
	n = fread(out, 1, len - 1, f);
	out[n] = '\0';
	assert_int_equal(fclose(f), 0);
	assert_int_equal(unlink(path), 0);
	free(path);
}

static void
test_nothing_installed(void **state unused)
{
	struct launch	*l = launch_new();
	struct why	 why;

	assert_int_equal(launch_browser(l, "chrome", "127.0.0.1:1", &why),
	    -1);
	assert_non_null(strstr(why.text, "Chromium"));
	assert_int_equal(launch_browser(l, "firefox", "127.0.0.1:1", &why),
	    -1);
	assert_non_null(strstr(why.text, "Firefox"));
	assert_int_equal(launch_browser(l, "chrome", "nowhere", &why), -1);
	launch_free(l);
	launch_free(NULL);
}

static void
test_own_profile_and_proxy(void **state)
{
	static const char	*const programs[] = { "chromium", "firefox" };
	static const char	*const kinds[] = { "chrome", "firefox" };
	struct launch		*l;
	char			 words[1000];
	char			*path;
	size_t			 i;

	for (i = 0; i < nitems(programs); i++) {
		l = launch_new();
		path = put_browser(*state, programs[i]);
		assert_int_equal(launch_browser(l, kinds[i], "127.0.0.1:81",
		    NULL), 0);
		take_words(*state, words, sizeof(words));
		assert_non_null(strstr(words, "/weir-browser-"));
		if (i == 0)
			assert_non_null(strstr(words,
			    "--proxy-server=127.0.0.1:81 "));
		/* Removes the profile: the folder is empty afterwards. */
		launch_free(l);
		assert_int_equal(unlink(path), 0);
		free(path);
	}
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, make, unmake)

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		TEST(test_nothing_installed),
		TEST(test_own_profile_and_proxy),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
