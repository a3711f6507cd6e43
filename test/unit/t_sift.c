#include "app/sift.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "app/app.h"
#include "sourcekit.h"

#define FILED	2000
#define CAUGHT	4000	/* most of them packed */

struct rig {
	struct app	*app;
	struct store	*store;
	struct view	*view;
	struct sift	*sift;
	struct sk	 k;
};

static void
catch_one(struct rig *r, size_t i)
{
	struct flow	*f = flow_new(FLOW_HTTP);

	flow_set_request(f, msg_request(SP("GET"), SP("http://c.test/"),
	    NULL));
	flow_set_response(f, msg_response(200, SP("a/b"),
	    sp_of(i % 100 == 5 ? "a needle too" : "straw")));
	f->t_created = 1e9 + (double)i;
	store_add(r->store, f);
	flow_unref(f);
}

static int
make(void **state)
{
	struct rig	*r = xcalloc(1, sizeof(*r));
	size_t		 i;

	r->app = app_new(true);
	r->store = r->app->model->store;
	r->view = r->app->model->view;
	r->k.threads = true;
	sk_add(&r->k, r->store, FILED);
	for (i = 0; i < CAUGHT; i++)
		catch_one(r, i);
	(void)store_rest(r->store);
	assert_null(store_peek(r->store, FILED + 10));
	r->sift = sift_new(r->app->model);
	*state = r;
	return (0);
}

static int
unmake(void **state)
{
	struct rig	*r = *state;

	sift_free(r->sift);
	app_free(r->app);
	free(r);
	return (obj_total() == 0 ? 0 : -1);
}

static void
filter(struct rig *r, const char *text)
{
	struct filter	*f = filter_parse(sp_of(text), NULL);

	assert_non_null(f);
	view_set_filter(r->view, f);
	filter_unref(f);
}

static void
turn(struct rig *r)
{
	while (view_sifting(r->view))
		loop_once(r->app->loop, false);
}

/* Rows come while it goes on, from files and packs, and all of them. */
static void
test_rows_come(void **state)
{
	struct rig	*r = *state;
	size_t		 before = (size_t)obj_count(OBJ_flow);
	int		 percent = 0, now;

	filter(r, "~b needle");
	assert_true(view_sifting(r->view));
	while (view_sifting(r->view)) {
		now = view_sifted_percent(r->view);
		assert_true(now >= percent);
		percent = now;
		loop_once(r->app->loop, false);
	}
	assert_int_equal(view_n(r->view), FILED / 10 + CAUGHT / 100);
	assert_int_equal(view_id(r->view, 0), store_id(r->store, 3));
	/* nothing of it stays but the one that has the focus */
	assert_in_range(obj_count(OBJ_flow), before, before + 1);
}

/* The store is another while workers are at it. */
static void
test_the_store_changes(void **state)
{
	struct rig	*r = *state;
	uint64_t	 gone[2], marked = store_id(r->store, FILED + 205);
	struct flow	*f;
	size_t		 i;

	filter(r, "~b needle");
	loop_once(r->app->loop, false);
	gone[0] = store_id(r->store, 13);
	gone[1] = store_id(r->store, FILED + 105);
	store_remove_ids(r->store, gone, 2);
	store_note(r->store, &marked, 1, NOTE_MARK, "x");
	/* opened, and other than it was */
	f = store_get(r->store, store_id(r->store, FILED + 303));
	flow_set_response(f, msg_response(200, SPNIL, SP("hay")));
	store_touch(r->store, f);
	for (i = 5; i < 2000; i += 100)
		catch_one(r, i);
	(void)store_rest(r->store);
	turn(r);
	assert_int_equal(view_n(r->view), FILED / 10 + CAUGHT / 100 - 3 +
	    20);
	assert_false(view_has_id(r->view, gone[1]));
	assert_false(view_has(r->view, f));
	assert_true(view_has_id(r->view, marked));
}

/* Each filter is another question: only the last is answered. */
static void
test_the_last_filter_counts(void **state)
{
	static const char *const filters[] = { "~b straw", "~bq hay",
	    "~b needle & ~c 200", "~b nothing", "~b too" };
	struct rig	*r = *state;
	size_t		 i;

	for (i = 0; i < nitems(filters); i++) {
		filter(r, filters[i]);
		loop_once(r->app->loop, false);
	}
	turn(r);
	assert_int_equal(view_n(r->view), CAUGHT / 100);
	view_set_filter(r->view, NULL);
	assert_int_equal(view_n(r->view), FILED + CAUGHT);
}

/* What came until then stays; nothing comes after it. */
static void
test_stopped(void **state)
{
	struct rig	*r = *state;
	size_t		 n;
	int		 i;

	filter(r, "~b needle");
	while (view_n(r->view) == 0)
		loop_once(r->app->loop, false);
	view_stop(r->view);
	n = view_n(r->view);
	for (i = 0; i < 5; i++)
		loop_once(r->app->loop, true);
	assert_int_equal(view_n(r->view), n);
}

/* The program ends in the middle of it. */
static void
test_ends(void **state)
{
	struct rig	*r = *state;

	filter(r, "~b needle");
	loop_once(r->app->loop, false);
	sift_free(r->sift);
	r->sift = NULL;
	assert_false(view_sifting(r->view));
}

static bool
is_big(void *arg unused, size_t i)
{
	return (i == 7);
}

/* One that takes long is read by a worker, and is the same then. */
static void
test_big_one(void **state)
{
	struct rig		*r = *state;
	struct store_source	 ops = { .n = 10, .read = sk_read,
				    .brief = sk_brief, .drop = sk_drop,
				    .scan = sk_scan, .is_big = is_big,
				    .arg = &r->k };
	struct flow		*f;

	store_add_source(r->store, &ops);
	f = flow_ref(store_look(r->store, store_id(r->store, FILED + CAUGHT
	    + 7)));
	assert_true(store_is_standin(r->store, f));
	assert_int_equal(f->request->body.len, 0);
	while (store_is_standin(r->store, f))
		loop_once(r->app->loop, false);
	assert_int_equal(f->request->body.len, 3);
	flow_unref(f);
	/* and one that nobody wants any more */
	(void)store_look(r->store, store_id(r->store, FILED + CAUGHT + 7));
	store_clear(r->store);
}

int
main(void)
{
#define row(t)	cmocka_unit_test_setup_teardown(t, make, unmake)
	const struct CMUnitTest	tests[] = {
		row(test_rows_come),
		row(test_the_store_changes),
		row(test_the_last_filter_counts),
		row(test_stopped),
		row(test_ends),
		row(test_big_one),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
