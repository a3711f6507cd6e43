#include "base/file.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"

struct world {
	char	 dir[40];
	char	*path, *link;
};

static int
setup(void **state)
{
	struct world	*w = xcalloc(1, sizeof(*w));

	memcpy(w->dir, "/tmp/weir-t-XXXXXX", 19);
	assert_non_null(mkdtemp(w->dir));
	w->path = xasprintf("%s/file", w->dir);
	w->link = xasprintf("%s/link", w->dir);
	*state = w;
	return (0);
}

static int
teardown(void **state)
{
	struct world	*w = *state;

	(void)unlink(w->link);
	(void)unlink(w->path);
	/* Nothing else was left there. */
	assert_int_equal(rmdir(w->dir), 0);
	free(w->path);
	free(w->link);
	free(w);
	return (0);
}

static void
holds(const char *path, const char *text)
{
	char	buf[100];
	ssize_t	n;
	int	fd = open(path, O_RDONLY);

	assert_int_not_equal(fd, -1);
	n = read(fd, buf, sizeof(buf) - 1);
	assert_int_not_equal(n, -1);
	buf[n] = '\0';
	assert_string_equal(buf, text);
	(void)close(fd);
}

static unsigned
mode_of(const char *path)
{
	struct stat	st;

	assert_int_equal(lstat(path, &st), 0);
	return (st.st_mode);
}

static void
test_new_and_again(void **state)
{
	struct world	*w = *state;

	assert_int_equal(file_replace(w->path, SP("one"), 0600, NULL), 0);
	holds(w->path, "one");
	assert_int_equal(mode_of(w->path) & 0777, 0600);
	assert_int_equal(chmod(w->path, 0640), 0);
	assert_int_equal(file_replace(w->path, SPNIL, 0600, NULL), 0);
	holds(w->path, "");
	assert_int_equal(mode_of(w->path) & 0777, 0640);
}

static void
test_links_stay(void **state)
{
	struct world	*w = *state;

	assert_int_equal(symlink("file", w->link), 0);
	assert_int_equal(file_replace(w->link, SP("one"), 0600, NULL), 0);
	holds(w->path, "one");		/* it led nowhere before */
	assert_int_equal(file_replace(w->link, SP("two"), 0600, NULL), 0);
	holds(w->path, "two");
	assert_true(S_ISLNK(mode_of(w->link)));
}

/* As a full disk does: the write fails in the middle. */
static void
test_what_was_there_stays(void **state)
{
	struct world	*w = *state;
	struct rlimit	 was, small = { 4096, 4096 };
	struct str	 s;
	struct why	 why;
	int		 i, rc;

	assert_int_equal(file_replace(w->path, SP("kept"), 0600, NULL), 0);
	str_init(&s, STR_MAX);
	for (i = 0; i < 5000; i++)
		str_puts(&s, "x");
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	small.rlim_max = was.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	rc = file_replace(w->path, str_sp(&s), 0600, &why);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	str_fini(&s);
	assert_int_equal(rc, -1);
	assert_int_equal(why.code, ERR_FILE);
	assert_non_null(strstr(why.text, w->path));
	holds(w->path, "kept");
}

static void
test_what_is_no_file(void **state)
{
	struct world	*w = *state;
	struct why	 why;

	assert_int_equal(file_replace("/dev/null", SP("x"), 0600, NULL), 0);
	assert_int_equal(file_replace("/dev/full", SP("x"), 0600, &why), -1);
	assert_int_equal(file_replace(w->dir, SP("x"), 0600, &why), -1);
	assert_int_equal(file_replace("/no/such/file", SP("x"), 0600, &why),
	    -1);
	assert_non_null(strstr(why.text, "/no/such/file"));
	/* Nobody reads it, and nobody waits for one. */
	assert_int_equal(mkfifo(w->path, 0600), 0);
	assert_int_equal(file_replace(w->path, SP("x"), 0600, &why), -1);
	assert_true(S_ISFIFO(mode_of(w->path)));
}

/* Piece by piece: seen when it is whole, and not before. */
static void
test_pieces(void **state)
{
	struct world	*w = *state;
	struct file_out	*f;
	struct why	 why;
	uint64_t	 end;

	assert_int_equal(file_replace(w->path, SP("old"), 0600, &why), 0);
	f = file_begin(w->path, false, 0600, &end, &why);
	assert_non_null(f);
	assert_int_equal(end, 0);
	assert_int_equal(file_add(f, SP("ne"), &why), 0);
	holds(w->path, "old");
	assert_int_equal(file_add(f, SP("w"), &why), 0);
	assert_int_equal(file_end(f, true, &why), 0);
	holds(w->path, "new");
	/* given up: nothing is left of it */
	f = file_begin(w->path, false, 0600, NULL, &why);
	assert_int_equal(file_add(f, SP("other"), &why), 0);
	assert_int_equal(file_end(f, false, &why), 0);
	holds(w->path, "new");
	assert_null(file_begin(w->dir, false, 0600, NULL, &why));
	assert_null(file_begin("/nowhere/x", true, 0600, NULL, &why));
	assert_non_null(strstr(why.text, "/nowhere/x"));
}

static void
test_append(void **state)
{
	struct world	*w = *state;
	struct file_out	*f;
	uint64_t	 end;

	f = file_begin(w->path, true, 0600, &end, NULL);
	assert_non_null(f);
	assert_int_equal(end, 0);
	assert_int_equal(file_add(f, SP("one"), NULL), 0);
	assert_int_equal(file_end(f, true, NULL), 0);
	f = file_begin(w->path, true, 0600, &end, NULL);
	assert_int_equal(end, 3);
	assert_int_equal(file_add(f, SP(" two"), NULL), 0);
	holds(w->path, "one two");
	assert_int_equal(file_end(f, false, NULL), 0);
	holds(w->path, "one");
}

int
main(void)
{
#define T(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest	tests[] = {
		T(test_new_and_again),
		T(test_links_stay),
		T(test_what_was_there_stays),
		T(test_what_is_no_file),
		T(test_pieces),
		T(test_append),
	};
	struct sigaction	sa = { .sa_handler = SIG_IGN };

	(void)sigaction(SIGXFSZ, &sa, NULL);
	return (cmocka_run_group_tests(tests, NULL, NULL));
}
