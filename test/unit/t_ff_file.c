#include "flowfile/ff_file.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ffkit.h"

/* A folder of our own, with the flows of a file. */
struct place_of {
	char			 dir[64];
	char			*path;
	struct kit_flows	 flows;
};

static int
setup(void **state)
{
	struct place_of	*p = xcalloc(1, sizeof(*p));
	struct blob	*file = kit_file("17.mitm");

	snprintf(p->dir, sizeof(p->dir), "/tmp/weir-t-XXXXXX");
	assert_non_null(mkdtemp(p->dir));
	p->path = xasprintf("%s/flows", p->dir);
	kit_read(&p->flows, blob_sp(file), SIZE_MAX);
	assert_int_equal(p->flows.n, 9);
	blob_unref(file);
	*state = p;
	return (0);
}

static int
teardown(void **state)
{
	struct place_of	*p = *state;

	(void)unlink(p->path);
	if (rmdir(p->dir) == -1)
		return (-1);		/* something was left behind */
	kit_drop(&p->flows);
	free(p->path);
	free(p);
	return (obj_total() != 0);
}

static struct blob *
slurp(const char *path)
{
	struct blob	*b = blob_new((size_t)1 << 20);
	int		 fd = open(path, O_RDONLY);
	ssize_t		 n;

	assert_true(fd != -1);
	n = read(fd, b->data, (size_t)1 << 20);
	assert_true(n >= 0);
	b->n = (size_t)n;
	(void)close(fd);
	return (b);
}

/* How many flows a file has; no damage. */
static size_t
count(const char *path)
{
	struct kit_flows	 fs;
	struct blob		*b = slurp(path);
	size_t			 n;

	kit_read(&fs, blob_sp(b), SIZE_MAX);
	if (fs.damage != 0)
		fail_msg("%s", fs.why.text);
	n = fs.n;
	kit_drop(&fs);
	blob_unref(b);
	return (n);
}

static void
save(struct place_of *p, const char *path, enum ff_form form, unsigned flags,
    size_t n)
{
	struct why	 why = { .text = "" };
	struct ff_file	*f = ff_file_open(path, form, 17, flags, &why);
	size_t		 i;

	if (f == NULL)
		fail_msg("%s", why.text);
	for (i = 0; i < n; i++) {
		ff_file_put(f, p->flows.v[i]);
		assert_int_equal(ff_file_write(f, i == 1, &why), 0);
	}
	assert_int_equal(ff_file_close(f, &why), 0);
}

static void
test_names_choose_the_form(void **state)
{
	(void)state;
	assert_int_equal(ff_form_of("a"), FF_GZIP);
	assert_int_equal(ff_form_of("a.flows"), FF_GZIP);
	assert_int_equal(ff_form_of("a.mitm"), FF_PLAIN);
	assert_int_equal(ff_form_of("/b.har/a.dump"), FF_PLAIN);
	assert_int_equal(ff_form_of("a.har"), FF_HAR);
	assert_int_equal(ff_form_of("a.zhar"), FF_ZHAR);
	/* unless the user knows better */
	assert_int_equal(ff_form_for("a.har", FF_AUTO), FF_HAR);
	assert_int_equal(ff_form_for("a.har", FF_PLAIN), FF_PLAIN);
	assert_int_equal(ff_form_for("a.mitm", FF_GZIP), FF_GZIP);
	assert_int_equal(ff_form_for("a.mitm", FF_HAR), FF_HAR);
	assert_int_equal(ff_form_for("a.zhar", FF_HAR), FF_ZHAR);
	assert_int_equal(ff_form_for("a.zhar", FF_GZIP), FF_GZIP);
}

static void
test_write_append_replace(void **state)
{
	struct place_of	*p = *state;
	struct blob	*b;

	save(p, p->path, FF_AUTO, 0, 9);
	assert_int_equal(count(p->path), 9);
	b = slurp(p->path);
	assert_memory_equal(b->data, "\x1f\x8b", 2);
	blob_unref(b);
	save(p, p->path, FF_AUTO, FF_APPEND, 3);
	assert_int_equal(count(p->path), 12);
	save(p, p->path, FF_AUTO, FF_REPLACE, 2);
	assert_int_equal(count(p->path), 2);
	save(p, p->path, FF_AUTO, 0, 1);
	assert_int_equal(count(p->path), 1);
}

static void
test_plain_stays_plain(void **state)
{
	struct place_of	*p = *state;
	struct blob	*b;

	save(p, p->path, FF_PLAIN, 0, 2);
	save(p, p->path, FF_AUTO, FF_APPEND, 2);
	assert_int_equal(count(p->path), 4);
	b = slurp(p->path);
	assert_true(b->data[0] >= '0' && b->data[0] <= '9');
	blob_unref(b);
}

/* Cut anywhere, appended to: what was flushed is there, and the new. */
static void
test_a_torn_tail_is_cut(void **state)
{
	static const enum ff_form	forms[] = { FF_GZIP, FF_PLAIN };
	struct place_of			*p = *state;
	struct stat			 st;
	off_t				 cut;
	size_t				 i, n;

	for (i = 0; i < nitems(forms); i++) {
		save(p, p->path, forms[i], 0, 9);
		assert_int_equal(stat(p->path, &st), 0);
		for (cut = 1; cut < st.st_size; cut += st.st_size / 40) {
			save(p, p->path, forms[i], 0, 9);
			assert_int_equal(truncate(p->path, st.st_size - cut),
			    0);
			save(p, p->path, FF_AUTO, FF_APPEND, 1);
			n = count(p->path);
			assert_in_range(n, 1, 10);
			if (cut == 1)
				assert_int_equal(n, i == 0 ? 10 : 9);
		}
	}
}

static void
test_until_closed_the_old_file_stays(void **state)
{
	struct place_of	*p = *state;
	struct ff_file	*f;
	struct stat	 before, after;

	save(p, p->path, FF_AUTO, 0, 2);
	assert_int_equal(stat(p->path, &before), 0);
	f = ff_file_open(p->path, FF_AUTO, 17, FF_REPLACE, NULL);
	ff_file_put(f, p->flows.v[0]);
	assert_int_equal(ff_file_write(f, true, NULL), 0);
	assert_int_equal(count(p->path), 2);
	ff_file_drop(f);
	assert_int_equal(count(p->path), 2);
	save(p, p->path, FF_AUTO, FF_REPLACE, 1);
	assert_int_equal(stat(p->path, &after), 0);
	assert_true(before.st_ino != after.st_ino);
}

static void
test_two_writers_are_kept_apart(void **state)
{
	struct place_of	*p = *state;
	struct ff_file	*f = ff_file_open(p->path, FF_AUTO, 17, 0, NULL);
	struct why	 why;

	assert_non_null(f);
	assert_null(ff_file_open(p->path, FF_AUTO, 17, FF_APPEND, &why));
	assert_non_null(strstr(why.text, p->path));
	assert_null(ff_file_open(p->path, FF_AUTO, 17, FF_REPLACE, &why));
	assert_int_equal(ff_file_close(f, NULL), 0);
}

static void
test_what_cannot_be(void **state)
{
	struct place_of	*p = *state;
	struct why	 why;
	int		 fd;

	assert_null(ff_file_open("/proc/no/flows", FF_AUTO, 17, 0, &why));
	assert_non_null(strstr(why.text, "/proc/no"));
	assert_null(ff_file_open(p->dir, FF_AUTO, 17, 0, &why));
	assert_non_null(strstr(why.text, p->dir));
	fd = open(p->path, O_WRONLY | O_CREAT, 0600);
	assert_int_equal(write(fd, "dear diary", 10), 10);
	(void)close(fd);
	assert_null(ff_file_open(p->path, FF_AUTO, 17, FF_APPEND, &why));
	assert_non_null(strstr(why.text, "/flows: it is not a flow file"));
}

/* What begins like a length is none of a flow yet. */
static void
test_no_diary_is_cut_off(void **state)
{
	static const char	 diary[] = "2026: nothing happened";
	struct place_of		*p = *state;
	struct why		 why;
	struct blob		*b;
	int			 fd;

	fd = open(p->path, O_WRONLY | O_CREAT, 0600);
	assert_int_equal(write(fd, diary, strlen(diary)), strlen(diary));
	(void)close(fd);
	assert_null(ff_file_open(p->path, FF_AUTO, 17, FF_APPEND, &why));
	assert_non_null(strstr(why.text, "not a flow file"));
	b = slurp(p->path);
	assert_true(sp_is(blob_sp(b), diary));
	blob_unref(b);
}

/* Run by somebody who may not write there; root may everywhere. */
static void
test_why_a_folder_takes_nothing(void **state)
{
	struct place_of	*p = *state;
	struct why	 why;
	char		*deep = xasprintf("%s/a/b", p->dir);

	assert_int_equal(chmod(p->dir, 0555), 0);
	assert_true(geteuid() != 0 || seteuid(65534) == 0);
	assert_null(ff_file_open(p->path, FF_AUTO, 17, 0, &why));
	assert_non_null(strstr(why.text, "/flows: Permission denied"));
	assert_null(ff_file_open(deep, FF_AUTO, 17, 0, &why));
	assert_non_null(strstr(why.text, "/a: Permission denied"));
	assert_int_equal(seteuid(getuid()), 0);
	assert_int_equal(chmod(p->dir, 0700), 0);
	free(deep);
}

static void
test_a_removed_file_is_noticed(void **state)
{
	struct place_of	*p = *state;
	struct ff_file	*f = ff_file_open(p->path, FF_AUTO, 17, 0, NULL);

	assert_false(ff_file_is_gone(f));
	assert_int_equal(unlink(p->path), 0);
	assert_true(ff_file_is_gone(f));
	assert_int_equal(ff_file_close(f, NULL), 0);
}

static void
test_a_full_disk(void **state)
{
	struct place_of	*p = *state;
	struct why	 why;
	struct ff_file	*f = ff_file_open("/dev/full", FF_AUTO, 17, 0, &why);

	assert_non_null(f);
	ff_file_put(f, p->flows.v[0]);
	assert_int_equal(ff_file_write(f, true, &why), -1);
	assert_non_null(strstr(why.text, "No space"));
	assert_true(ff_file_waiting(f) > 0);
	assert_int_equal(ff_file_close(f, &why), -1);
}

int
main(void)
{
#define T(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_names_choose_the_form),
		T(test_write_append_replace),
		T(test_plain_stays_plain),
		T(test_a_torn_tail_is_cut),
		T(test_until_closed_the_old_file_stays),
		T(test_two_writers_are_kept_apart),
		T(test_what_cannot_be),
		T(test_no_diary_is_cut_off),
		T(test_why_a_folder_takes_nothing),
		T(test_a_removed_file_is_noticed),
		T(test_a_full_disk),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
