#include "app/history.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/mem.h"

struct place {
	char	dir[32], file[64];
};

static int
make(void **state)
{
	struct place	*p = xcalloc(1, sizeof(*p));

	memcpy(p->dir, "/tmp/t_history.XXXXXX", 22);
	assert_non_null(mkdtemp(p->dir));
	(void)snprintf(p->file, sizeof(p->file), "%s/command_history",
	    p->dir);
	*state = p;
	return (0);
}

static int
unmake(void **state)
{
	struct place	*p = *state;

	(void)unlink(p->file);
	assert_int_equal(rmdir(p->dir), 0);
	free(p);
	return (0);
}

static void
test_kept_over_sessions(void **state)
{
	struct place	*p = *state;
	struct history	*h = history_new(p->file);
	struct stat	 st;

	assert_int_equal(history_n(h), 0);
	assert_int_equal(history_add(h, "set a 1", NULL), 0);
	assert_int_equal(history_add(h, "  ", NULL), 0);
	assert_int_equal(history_add(h, "flow.kill\n@all", NULL), 0);
	assert_int_equal(history_add(h, "flow.kill\n@all", NULL), 0);
	history_free(h);
	assert_int_equal(stat(p->file, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	h = history_new(p->file);
	assert_int_equal(history_n(h), 2);
	assert_string_equal(history_at(h, 0), "set a 1");
	assert_string_equal(history_at(h, 1), "flow.kill @all");
	assert_int_equal(history_clear(h, NULL), 0);
	assert_int_equal(history_clear(h, NULL), 0);
	assert_int_equal(history_n(h), 0);
	assert_int_equal(access(p->file, F_OK), -1);
	history_free(h);
}

static void
test_browsing(void **state unused)
{
	static const char	*const lines[] = { "set a", "flow.kill",
	    "set b" };
	struct history		*h = history_new(NULL);
	size_t			 i;

	for (i = 0; i < nitems(lines); i++)
		assert_int_equal(history_add(h, lines[i], NULL), 0);
	assert_string_equal(history_prev(h), "set b");
	assert_string_equal(history_prev(h), "flow.kill");
	assert_string_equal(history_next(h), "set b");
	assert_string_equal(history_next(h), "");
	history_filter(h, "set");
	assert_string_equal(history_prev(h), "set b");
	assert_string_equal(history_prev(h), "set a");
	assert_string_equal(history_prev(h), "set a");
	assert_string_equal(history_next(h), "set b");
	assert_string_equal(history_next(h), "set");
	assert_string_equal(history_next(h), "set");
	history_filter(h, "none");
	assert_string_equal(history_prev(h), "none");
	history_free(h);
}

static void
test_bounded(void **state)
{
	struct place	*p = *state;
	struct history	*h = history_new(p->file);
	char		 line[32];
	int		 i;

	for (i = 0; i < HISTORY_MAX + 200; i++) {
		(void)snprintf(line, sizeof(line), "line %d", i);
		assert_int_equal(history_add(h, line, NULL), 0);
	}
	assert_true(history_n(h) <= HISTORY_MAX);
	history_free(h);
	/* The file held them all; it is cut when it is read. */
	h = history_new(p->file);
	assert_int_equal(history_n(h), HISTORY_MAX / 2);
	assert_string_equal(history_at(h, history_n(h) - 1), line);
	history_free(h);
	h = history_new(p->file);
	assert_int_equal(history_n(h), HISTORY_MAX / 2);
	history_free(h);
}

static void
test_a_file_that_cannot_be_written(void **state)
{
	struct place	*p = *state;
	char		*path = xasprintf("%s/none/history", p->dir);
	struct history	*h = history_new(path);
	struct why	 why;

	assert_int_equal(history_add(h, "a", &why), -1);
	assert_non_null(strstr(why.text, path));
	assert_string_equal(history_prev(h), "a");
	history_free(h);
	history_free(NULL);
	free(path);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, make, unmake)

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		TEST(test_kept_over_sessions),
		TEST(test_browsing),
		TEST(test_bounded),
		TEST(test_a_file_that_cannot_be_written),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
