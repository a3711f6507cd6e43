#include "flowfile/recover.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ffkit.h"
#include "flowfile/ff_file.h"
#include "flowfile/journal.h"

struct world {
	struct model	*m;
	char		 dir[64];
	struct flows	 done;
	char		*status;
};

static void
on_bus(void *arg, enum bus_event event, void *what)
{
	struct world	*w = arg;

	if (event == BUS_FLOW_DONE)
		flows_add(&w->done, what);
	else {
		free(w->status);
		w->status = xstrdup(what);
	}
}

static int
setup(void **state)
{
	struct world	*w = xcalloc(1, sizeof(*w));

	snprintf(w->dir, sizeof(w->dir), "/tmp/weir-t-XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	w->m = model_new();
	w->m->console = true;
	bus_sub(w->m->bus, BUS_FLOW_DONE | BUS_STATUS, on_bus, w);
	*state = w;
	return (0);
}

static int
teardown(void **state)
{
	struct world	*w = *state;

	model_free(w->m);
	if (rmdir(w->dir) == -1)
		return (-1);
	flows_fini(&w->done);
	free(w->status);
	free(w);
	return (obj_total() != 0);
}

static char *
path_of(const struct world *w, const char *name)
{
	return (xasprintf("%s/%s", w->dir, name));
}

static void
make(const struct world *w, const char *name, size_t n, time_t when)
{
	struct timespec	 t[2] = { { .tv_sec = when }, { .tv_sec = when } };
	char		*path = path_of(w, name);
	int		 fd = open(path, O_WRONLY | O_CREAT, 0600);

	assert_true(fd != -1);
	assert_int_equal(ftruncate(fd, (off_t)n), 0);
	assert_int_equal(futimens(fd, t), 0);
	(void)close(fd);
	free(path);
}

static void
drop(const struct world *w, const char *name)
{
	char	*path = path_of(w, name);

	assert_int_equal(unlink(path), 0);
	free(path);
}

static void
test_find(void **state)
{
	struct world	*w = *state;
	struct lefts	 ls;
	struct str	 s;
	char		*path = path_of(w, "journal-c");
	int		 fd;

	make(w, "journal-a", 10, 1000);
	make(w, "journal-b", 2048, 3000);
	make(w, "journal-c", 10, 2000);
	make(w, "journal-empty", 0, 2000);
	make(w, "other", 10, 2000);
	fd = open(path, O_RDONLY);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	lefts_find(&ls, w->dir);
	assert_int_equal(ls.n, 2);		/* c has a session */
	assert_string_equal(ls.v[0].name, "journal-b");
	assert_string_equal(ls.v[1].name, "journal-a");
	assert_int_equal(ls.v[0].size, 2048);
	str_init(&s, 100);
	left_text(&ls.v[0], &s);
	assert_memory_equal(str_c(&s), "journal-b  1970-01-01 ", 22);
	assert_non_null(strstr(str_c(&s), "2.0k"));
	str_fini(&s);
	lefts_fini(&ls);
	(void)close(fd);
	lefts_find(&ls, w->dir);
	assert_int_equal(ls.n, 3);
	lefts_fini(&ls);
	lefts_find(&ls, "/no/such");
	assert_int_equal(ls.n, 0);
	lefts_fini(&ls);
	drop(w, "journal-a");
	drop(w, "journal-b");
	drop(w, "journal-c");
	drop(w, "journal-empty");
	drop(w, "other");
	free(path);
}

static void
test_one_session_takes_it(void **state)
{
	struct world	*w = *state;
	struct why	 why;
	struct recover	*r, *again;

	make(w, "journal-a", 10, 1000);
	r = recover_new(w->m, w->dir, "journal-a", &why);
	assert_non_null(r);
	assert_non_null(strstr(recover_path(r), "/journal-a"));
	again = recover_new(w->m, w->dir, "journal-a", &why);
	assert_null(again);
	assert_non_null(strstr(why.text, "still runs"));
	/* Nothing was taken over: the file stays. */
	recover_free(r, true);
	assert_null(recover_new(w->m, w->dir, "journal-no", &why));
	assert_non_null(strstr(why.text, "journal-no"));
	assert_null(recover_new(w->m, w->dir, "../journal-a", &why));
	drop(w, "journal-a");
}

static struct flow *
flow_of(const unsigned char uuid[16], const char *comment, bool edited)
{
	struct flow	*f = flow_new(FLOW_HTTP);
	struct msg	*m;

	memcpy(f->uuid, uuid, 16);
	m = msg_request(SP("GET"), SP("http://a.test/"), NULL);
	flow_set_request(f, m);
	if (edited) {
		flow_backup(f);
		flow_set_request(f, msg_request(SP("PUT"),
		    SP("http://b.test/"), NULL));
	}
	flow_set_comment(f, comment);
	return (f);
}

/* The last record of each counts, and its place is that of the first. */
static void
test_records_become_flows(void **state)
{
	struct world	*w = *state;
	struct why	 why;
	struct recover	*r;
	struct flow	*f;
	unsigned char	 id[16] = { 0 };
	size_t		 i;

	make(w, "journal-a", 10, 1000);
	r = recover_new(w->m, w->dir, "journal-a", &why);
	for (i = 0; i < 600; i++) {
		id[0] = (unsigned char)i;
		id[15] = (unsigned char)(i / 256);
		recover_flow(r, flow_of(id, NULL, i == 7));
	}
	f = store_at(w->m->store, 5);
	memcpy(id, f->uuid, 16);
	recover_flow(r, flow_of(id, "one", true));
	assert_true(flow_is_modified(f));
	assert_true(sp_is(f->request->head->method, "PUT"));
	recover_flow(r, flow_of(id, "two", false));
	assert_false(flow_is_modified(f));
	assert_true(sp_is(f->request->head->method, "GET"));
	assert_string_equal(f->comment, "two");
	assert_int_equal(store_n(w->m->store), 600);
	assert_int_equal(w->done.n, 0);
	recover_end(r);
	assert_int_equal(w->done.n, 600);
	assert_ptr_equal(w->done.v[5], f);
	assert_non_null(strstr(w->status, "Recovered 600 flows"));
	recover_free(r, true);
	assert_int_equal(rmdir(w->dir), 0);	/* the journal is gone */
	assert_int_equal(mkdir(w->dir, 0700), 0);
}

static void
test_nothing_in_it(void **state)
{
	struct world	*w = *state;
	struct why	 why;
	struct recover	*r;

	make(w, "journal-a", 10, 1000);
	r = recover_new(w->m, w->dir, "journal-a", &why);
	recover_end(r);
	assert_non_null(strstr(w->status, "no flow"));
	recover_free(r, true);
	drop(w, "journal-a");
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
		T(test_find),
		T(test_one_session_takes_it),
		T(test_records_become_flows),
		T(test_nothing_in_it),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
