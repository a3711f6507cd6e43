#include "app/walks.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "app/app.h"
#include "model/select.h"
#include "sourcekit.h"

#define FLOWS	3000

struct tour {
	size_t	seen, ends, done, taken;
	size_t	fails_at, full_at;
	bool	ok;
	char	last[16];
};

static int
each(void *arg, struct flow *f, struct why *why)
{
	struct tour	*t = arg;

	/* in order, read or not */
	assert_int_equal(strtoul((const char *)f->request->head->path.p + 1,
	    NULL, 10), t->seen);
	if (++t->seen == t->fails_at)
		return ((fail)(why, ERR_CMD, "no more"));
	return (0);
}

static bool
full(void *arg)
{
	struct tour	*t = arg;

	return (t->full_at != 0 && t->seen == t->full_at);
}

static int
put(const void *arg unused, const struct flow *f, size_t k, struct str *out,
    struct why *why unused)
{
	str_printf(out, "%zu%.*s\n", k, SPF(f->request->head->path));
	return (0);
}

/* "17/17" lines, none missing. */
static int
take(void *arg, struct sp text, struct why *why unused)
{
	struct tour	*t = arg;
	char		 want[40];
	struct sp	 line;

	while (text.n != 0) {
		line = sp_split(text, '\n', &text);
		(void)snprintf(want, sizeof(want), "%zu/%zu", t->taken,
		    t->taken);
		assert_true(sp_is(line, want));
		t->taken++;
	}
	return (0);
}

static int
end(void *arg, size_t done, bool ok, struct why *why unused)
{
	struct tour	*t = arg;

	t->ends++;
	t->done = done;
	t->ok = ok;
	return (0);
}

static const struct walk_ops	each_ops = { .doing = "counting",
    .each = each, .full = full, .end = end };
static const struct walk_ops	put_ops = { .doing = "telling", .put = put,
    .take = take, .end = end };

struct rig {
	struct app	*app;
	struct sk	 k;
	struct picks	 ps;
	char		 said[200];
};

static void
on_status(void *arg, enum bus_event ev unused, void *what)
{
	struct rig	*r = arg;

	(void)snprintf(r->said, sizeof(r->said), "%s", (char *)what);
}

/* Every hundredth is read already. */
static int
make(void **state)
{
	struct rig	*r = xcalloc(1, sizeof(*r));
	struct store	*s;
	size_t		 i;

	r->app = app_new(true);
	r->k.threads = true;
	s = r->app->model->store;
	sk_add(&r->k, s, FLOWS);
	for (i = 0; i < FLOWS; i++) {
		if (i % 100 == 50)
			(void)store_at(s, i);
		picks_add(&r->ps, s, store_id(s, i));
	}
	bus_sub(r->app->model->bus, BUS_STATUS, on_status, r);
	*state = r;
	return (0);
}

static int
unmake(void **state)
{
	struct rig	*r = *state;

	bus_unsub(r->app->model->bus, on_status, r);
	app_free(r->app);
	free(r);
	return (obj_total() == 0 ? 0 : -1);
}

static void
turn(struct rig *r, struct tour *t)
{
	while (t->ends == 0)
		loop_once(r->app->loop, false);
}

static void
progress(struct rig *r, char text[40])
{
	struct str	s;

	str_init(&s, 39);
	walks_progress(r->app->walks, &s);
	memcpy(text, str_c(&s), s.n + 1);
	str_fini(&s);
}

static void
test_each(void **state)
{
	struct rig	*r = *state;
	struct tour	 t = { 0 };
	char		 text[40];

	assert_int_equal(walk_run(r->app->model, &r->ps, &each_ops, &t,
	    NULL), 0);
	assert_int_equal(t.seen, 0);
	progress(r, text);
	assert_string_equal(text, "counting:0%");
	turn(r, &t);
	assert_true(t.ok && t.seen == FLOWS && t.done == FLOWS);
	progress(r, text);
	assert_string_equal(text, "");
}

static void
test_put(void **state)
{
	struct rig	*r = *state;
	struct tour	 t = { 0 };

	assert_int_equal(walk_run(r->app->model, &r->ps, &put_ops, &t, NULL),
	    0);
	turn(r, &t);
	assert_true(t.ok && t.taken == FLOWS && t.done == FLOWS);
}

static void
test_fails(void **state)
{
	struct rig	*r = *state;
	struct tour	 t = { .fails_at = 1000 };

	assert_int_equal(walk_run(r->app->model, &r->ps, &each_ops, &t,
	    NULL), 0);
	turn(r, &t);
	assert_true(!t.ok && t.seen == 1000 && t.done == 999);
	assert_string_equal(r->said, "no more");
}

/* It waits while there is no room, and can be stopped then. */
static void
test_full_and_stopped(void **state)
{
	struct rig	*r = *state;
	struct tour	 t = { .full_at = 700 };
	char		 text[40];

	assert_int_equal(walk_run(r->app->model, &r->ps, &each_ops, &t,
	    NULL), 0);
	while (t.seen < 700)
		loop_once(r->app->loop, false);
	loop_once(r->app->loop, false);
	assert_int_equal(t.seen, 700);
	progress(r, text);
	assert_string_equal(text, "counting:23%");
	assert_true(walks_stop(r->app->walks));
	turn(r, &t);
	assert_false(t.ok);
	assert_string_equal(r->said,
	    "Stopped counting after 700 of 3000 flows.");
	assert_false(walks_stop(r->app->walks));
}

struct told {
	unsigned	calls;
	struct flow_ids	ids;
};

static void
on_found(void *arg, const struct flow_ids *ids)
{
	struct told	*t = arg;
	size_t		 i;

	t->calls++;
	for (i = 0; ids != NULL && i < ids->n; i++)
		flow_ids_add(&t->ids, ids->v[i]);
}

/* A filter over bodies: in the order of the store, none stays. */
static void
test_find(void **state)
{
	struct rig	*r = *state;
	struct model	*m = r->app->model;
	struct told	 t = { .calls = 0 };
	size_t		 i, flows = (size_t)obj_count(OBJ_flow);
	char		 text[40];

	assert_true(select_find(m, SP("~b needle"), on_found, &t));
	progress(r, text);
	assert_string_equal(text, "finding:0%");
	while (t.calls == 0)
		loop_once(r->app->loop, false);
	assert_int_equal(t.ids.n, FLOWS / 10);
	for (i = 0; i < t.ids.n; i++)
		assert_int_equal(t.ids.v[i], store_id(m->store, i * 10 + 3));
	assert_int_equal(obj_count(OBJ_flow), flows);
	flow_ids_fini(&t.ids);
	/* stopped: nothing is found */
	assert_true(select_find(m, SP("~b needle"), on_found, &t));
	assert_true(walks_stop(r->app->walks));
	while (t.calls == 1)
		loop_once(r->app->loop, false);
	assert_int_equal(t.ids.n, 0);
	picks_fini(&r->ps);
}

struct waiter {
	size_t		 told;
	int		 rc;
	struct why	 why;
};

static void
told(void *arg, int rc, const struct why *why)
{
	struct waiter	*w = arg;

	w->told++;
	w->rc = rc;
	if (rc == -1)
		w->why = *why;
}

static void
begin_for(struct waiter *w, struct rig *r, struct tour *t)
{
	struct model	*m = r->app->model;

	m->walk_told = told;
	m->walk_told_arg = w;
	assert_int_equal(walk_run(m, &r->ps, &each_ops, t, NULL), 0);
	assert_null(m->walk_told);
	assert_int_equal(w->told, 0);
}

/* Who waits is told instead of the user. */
static void
test_told_of_the_end(void **state)
{
	struct waiter	 w = { 0 };
	struct tour	 t = { 0 };

	begin_for(&w, *state, &t);
	turn(*state, &t);
	assert_true(w.told == 1 && w.rc == 0 && t.seen == FLOWS);
}

static void
test_told_of_a_failure(void **state)
{
	struct rig	*r = *state;
	struct waiter	 w = { 0 };
	struct tour	 t = { .fails_at = 1000 };

	begin_for(&w, r, &t);
	turn(r, &t);
	assert_true(w.told == 1 && w.rc == -1);
	assert_string_equal(w.why.text, "no more");
	assert_string_equal(r->said, "");
}

/* Of a walk that others hold up one does not wait for the end; that is the
 * user's again. */
static void
test_told_before_it_is_held_up(void **state)
{
	struct rig	*r = *state;
	struct waiter	 w = { 0 };
	struct tour	 t = { .full_at = 700, .fails_at = 1000 };

	begin_for(&w, r, &t);
	while (w.told == 0)
		loop_once(r->app->loop, false);
	assert_true(w.rc == 0 && t.seen == 700 && t.ends == 0);
	t.full_at = 0;
	turn(r, &t);
	assert_int_equal(w.told, 1);
	assert_string_equal(r->said, "no more");
}

static void
test_told_of_a_stop(void **state)
{
	struct rig	*r = *state;
	struct waiter	 w = { 0 };
	struct tour	 t = { 0 };

	begin_for(&w, r, &t);
	while (t.seen == 0)
		loop_once(r->app->loop, false);
	assert_true(walks_stop(r->app->walks));
	turn(r, &t);
	assert_true(w.told == 1 && w.rc == -1);
	assert_string_equal(w.why.text, r->said);
	assert_non_null(strstr(w.why.text, "Stopped counting after"));
}

/* The program ends in the middle of one. */
static void
test_ends(void **state)
{
	struct rig	*r = *state;
	struct tour	 t = { 0 };

	assert_int_equal(walk_run(r->app->model, &r->ps, &each_ops, &t,
	    NULL), 0);
	while (t.seen == 0)
		loop_once(r->app->loop, false);
	walks_free(r->app->walks);
	assert_int_equal(t.ends, 1);
	assert_null(r->app->walks);
}

int
main(void)
{
#define row(t)	cmocka_unit_test_setup_teardown(t, make, unmake)
	const struct CMUnitTest	tests[] = {
		row(test_each),
		row(test_put),
		row(test_fails),
		row(test_full_and_stopped),
		row(test_find),
		row(test_told_of_the_end),
		row(test_told_of_a_failure),
		row(test_told_before_it_is_held_up),
		row(test_told_of_a_stop),
		row(test_ends),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
