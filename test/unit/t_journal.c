#include "flowfile/journal.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/app.h"
#include "ffkit.h"
#include "sourcekit.h"

struct world {
	struct app	*app;
	struct model	*m;
	struct journal	*j;
	char		 dir[64];
};

static int
setup(void **state)
{
	struct world	*w = xcalloc(1, sizeof(*w));

	snprintf(w->dir, sizeof(w->dir), "/tmp/weir-t-XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	w->app = app_new(true);
	w->m = w->app->model;
	free(w->app->statedir);
	w->app->statedir = xasprintf("%s/state", w->dir);
	w->j = journal_new(w->m);
	journal_set_on(w->j, true);
	*state = w;
	return (0);
}

/* The only file in the state folder; NULL: none. To be freed. */
static char *
file_of(const struct world *w)
{
	DIR		*d = opendir(w->app->statedir);
	struct dirent	*e;
	char		*path = NULL;

	while (d != NULL && (e = readdir(d)) != NULL) {
		if (e->d_name[0] == '.')
			continue;
		assert_null(path);
		assert_memory_equal(e->d_name, JOURNAL_PREFIX,
		    strlen(JOURNAL_PREFIX));
		path = xasprintf("%s/%s", w->app->statedir, e->d_name);
	}
	if (d != NULL)
		(void)closedir(d);
	return (path);
}

static void
end(struct world *w, bool clean)
{
	journal_end(w->j, clean);
	while (journal_busy(w->j))
		loop_once(w->app->loop, false);
}

static int
teardown(void **state)
{
	struct world	*w = *state;
	char		*path;

	end(w, true);
	journal_free(w->j);
	app_free(w->app);
	path = xasprintf("%s/state", w->dir);
	(void)rmdir(path);
	free(path);
	if (rmdir(w->dir) == -1)
		return (-1);
	free(w);
	return (obj_total() != 0);
}

static struct flow *
new_flow(struct world *w)
{
	struct flow	*f = flow_new(FLOW_HTTP);

	flow_set_request(f, msg_request(SP("GET"), SP("http://a.test/"),
	    NULL));
	store_add(w->m->store, f);
	flow_unref(f);
	return (f);
}

/* Records of the journal once there are so many on the disk. */
static void
wait_for(struct world *w, struct kit_flows *fs, size_t n)
{
	struct blob	*b;
	char		*path;
	int		 fd;

	for (;; loop_once(w->app->loop, false)) {
		if ((path = file_of(w)) == NULL)
			continue;
		b = blob_new((size_t)1 << 20);
		fd = open(path, O_RDONLY);
		assert_true(fd != -1);
		b->n = (size_t)read(fd, b->data, (size_t)1 << 20);
		(void)close(fd);
		free(path);
		kit_read(fs, blob_sp(b), SIZE_MAX);
		blob_unref(b);
		if (fs->n >= n)
			break;
		kit_drop(fs);
	}
	assert_int_equal(fs->n, n);
}

static void
test_a_private_file_until_the_end(void **state)
{
	struct world		*w = *state;
	struct kit_flows	 fs;
	struct flow		*f = new_flow(w);
	struct stat		 st;
	char			*path;

	assert_null(file_of(w));
	journal_done(w->j, f);
	wait_for(w, &fs, 1);
	assert_memory_equal(fs.v[0]->uuid, f->uuid, 16);
	kit_drop(&fs);
	path = file_of(w);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	free(path);
	assert_int_equal(stat(w->app->statedir, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	end(w, true);
	assert_null(file_of(w));
}

static void
unlink_file(struct world *w)
{
	char	*path = file_of(w);

	assert_int_equal(unlink(path), 0);
	free(path);
}

/* What could not be saved elsewhere stays. */
static void
test_an_unclean_end_keeps_it(void **state)
{
	struct world		*w = *state;
	struct kit_flows	 fs;
	struct flow		*f = new_flow(w);

	journal_done(w->j, f);
	flow_set_comment(f, "x");
	journal_changed(w->j, f);
	end(w, false);
	wait_for(w, &fs, 2);
	assert_int_equal(fs.damage, 0);
	assert_string_equal(fs.v[1]->comment, "x");
	kit_drop(&fs);
	unlink_file(w);
}

static void
test_changes_follow_once(void **state)
{
	struct world		*w = *state;
	struct kit_flows	 fs;
	struct flow		*f = new_flow(w), *live = new_flow(w);

	/* The facts of its end, then the end: one record. */
	journal_changed(w->j, f);
	journal_done(w->j, f);
	live->live = true;
	journal_changed(w->j, live);
	wait_for(w, &fs, 1);
	kit_drop(&fs);
	flow_set_marked(f, ":default:");
	journal_changed(w->j, f);
	flow_set_comment(f, "twice");
	journal_changed(w->j, f);
	wait_for(w, &fs, 2);
	assert_string_equal(fs.v[1]->comment, "twice");
	assert_string_equal(fs.v[1]->marked, ":default:");
	kit_drop(&fs);
}

static void
test_what_came_from_files_is_not_repeated(void **state)
{
	struct world		*w = *state;
	struct kit_flows	 fs;
	struct flow		*f = new_flow(w);

	f->from_file = true;
	journal_done(w->j, f);
	assert_null(file_of(w));
	journal_changed(w->j, f);
	wait_for(w, &fs, 1);
	kit_drop(&fs);
}

static void
test_clear_begins_anew(void **state)
{
	struct world		*w = *state;
	struct kit_flows	 fs;

	journal_done(w->j, new_flow(w));
	wait_for(w, &fs, 1);
	kit_drop(&fs);
	journal_clear(w->j);
	journal_done(w->j, new_flow(w));
	journal_done(w->j, new_flow(w));
	end(w, true);
	assert_null(file_of(w));
}

static void
test_switched_off_and_on(void **state)
{
	struct world		*w = *state;
	struct kit_flows	 fs;
	struct flow		*f = new_flow(w);

	journal_set_on(w->j, false);
	journal_done(w->j, f);
	journal_changed(w->j, f);
	assert_null(file_of(w));
	journal_set_on(w->j, true);
	wait_for(w, &fs, 1);
	kit_drop(&fs);
}

/* A folder that cannot be: said once, and nothing else happens. */
static void
test_no_place(void **state)
{
	struct world	*w = *state;
	struct log_line	 l[4];
	size_t		 n;

	free(w->app->statedir);
	w->app->statedir = xstrdup("/proc/no/such");
	journal_done(w->j, new_flow(w));
	journal_done(w->j, new_flow(w));
	n = log_copy(w->m->log, 0, l, nitems(l));
	assert_int_equal(n, 1);
	assert_non_null(strstr(l[0].text, "no journal is kept"));
	free(l[0].text);
}

/* Marks of many, of which none is read for the user. */
static size_t
note(struct world *w, size_t from, size_t n, uint64_t *ids)
{
	struct flow_ids	told = { ids, n, n };
	size_t			i;

	for (i = 0; i < n; i++)
		ids[i] = store_id(w->m->store, from + i);
	store_note(w->m->store, ids, n, NOTE_MARK, "x");
	journal_noted(w->j, &told);
	return (n);
}

static void
test_marks_of_unread_ones(void **state)
{
	struct world		*w = *state;
	struct kit_flows	 fs;
	uint64_t		 ids[3000];
	size_t			 i, want;

	for (i = 0; i < 3000; i++)
		(void)new_flow(w);
	(void)store_rest(w->m->store);
	assert_null(store_peek(w->m->store, 1));	/* 0 has the focus */
	want = note(w, 1, 300, ids);
	store_remove_ids(w->m->store, ids, 1);
	want--;
	wait_for(w, &fs, want);
	for (i = 0; i < want; i++)
		assert_string_equal(fs.v[i]->marked, "x");
	kit_drop(&fs);
	assert_null(store_peek(w->m->store, 2));
	/* what is not written yet when it ends */
	want += note(w, 400, 5, ids);
	end(w, false);
	wait_for(w, &fs, want);
	kit_drop(&fs);
	unlink_file(w);
}

/* Of a file with very many it is not written. */
static void
test_marks_of_filed_ones(void **state)
{
	static struct sk	 k;
	struct world		*w = *state;
	struct kit_flows	 fs;
	uint64_t		 ids[2000];
	unsigned		 reads;

	sk_add(&k, w->m->store, 2000);
	reads = k.reads;		/* of the focus */
	(void)note(w, 0, 2000, ids);
	assert_int_equal(k.reads, reads);
	(void)note(w, 7, 2, ids);
	end(w, false);
	wait_for(w, &fs, 2);
	assert_int_equal(k.reads, reads + 2);
	assert_string_equal(fs.v[1]->marked, "x");
	kit_drop(&fs);
	unlink_file(w);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
		T(test_a_private_file_until_the_end),
		T(test_an_unclean_end_keeps_it),
		T(test_changes_follow_once),
		T(test_what_came_from_files_is_not_repeated),
		T(test_clear_begins_anew),
		T(test_switched_off_and_on),
		T(test_no_place),
		T(test_marks_of_unread_ones),
		T(test_marks_of_filed_ones),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
