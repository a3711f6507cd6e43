#include "flowfile/budget.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "app/app.h"

struct world {
	struct app	*app;
	struct model	*m;
	struct budget	*b;
};

static int
setup(void **state)
{
	struct world	*w = xcalloc(1, sizeof(*w));

	(void)setenv("TMPDIR", "/tmp", 1);
	w->app = app_new(true);
	w->m = w->app->model;
	w->b = budget_new(w->m);
	*state = w;
	return (0);
}

static void
settle(struct world *w)
{
	while (budget_busy(w->b))
		loop_once(w->app->loop, false);
}

static int
teardown(void **state)
{
	struct world	*w = *state;

	settle(w);
	budget_free(w->b);
	app_free(w->app);
	free(w);
	return (obj_total() != 0);
}

static void
fill(struct chain *c, size_t n, unsigned seed)
{
	struct blob	*b = blob_new(n);
	size_t		 i;

	for (i = 0; i < n; i++)
		b->data[i] = (unsigned char)(i * 31 + seed);
	b->n = n;
	chain_push(c, b);
}

static struct flow *
add(struct world *w, size_t bytes, unsigned seed)
{
	struct flow	*f = flow_new(FLOW_HTTP);
	struct msg	*m;

	flow_set_request(f, msg_request(SP("GET"), SP("http://a.test/"),
	    NULL));
	m = msg_response(200, SP("text/plain"), SPNIL);
	m->has_body = true;
	m->body_len = bytes;
	m->t_start = seed;
	m->t_end = seed + 1;
	fill(&m->body, bytes / 2, seed);
	fill(&m->body, bytes - bytes / 2, seed + 1);
	flow_set_response(f, m);
	store_add(w->m->store, f);
	budget_add(w->b, f);
	flow_unref(f);
	return (f);
}

static bool
is_on_disk(const struct flow *f)
{
	const struct chain	*c = &f->response->body;

	return (c->n == 1 && blob_is_mapped(c->v[0].blob));
}

/* All the bytes of the body, wherever they are. */
static void
expect_body(const struct flow *f, size_t bytes, unsigned seed)
{
	struct blob	*b = msg_body(f->response);
	size_t		 i, half = bytes / 2;

	assert_int_equal(b->n, bytes);
	for (i = 0; i < bytes; i++)
		if (b->data[i] != (unsigned char)(i < half ?
		    i * 31 + seed : (i - half) * 31 + seed + 1))
			fail_msg("byte %zu of %u", i, seed);
	blob_unref(b);
	assert_int_equal(f->response->head->status, 200);
	assert_true(f->response->has_body);
	assert_int_equal(f->response->body_len, bytes);
	assert_true(f->response->t_start == seed);
	assert_true(f->response->t_end == seed + 1);
}

static void
leave(struct world *w, struct flow *f)
{
	struct pick		 p = { .id = f->id, .flow = f };
	struct store_gone	 gone = { &p, 1 };

	budget_remove(w->b, &gone);
}

static void
test_the_oldest_go_first(void **state)
{
	struct world	*w = *state;
	struct flow	*f[100];
	unsigned	 i, on_disk = 0;

	budget_set_limit(w->b, 1000000);
	for (i = 0; i < 100; i++) {
		f[i] = add(w, 50001, i);
		settle(w);
	}
	assert_in_range(budget_used(w->b), 500000, 1000000);
	for (i = 0; i < 100; i++) {
		on_disk += is_on_disk(f[i]);
		assert_true(on_disk == i + 1 || !is_on_disk(f[i]));
		expect_body(f[i], 50001, i);
	}
	assert_in_range(on_disk, 80, 90);
	budget_set_limit(w->b, 0);
	settle(w);
	assert_int_equal(budget_used(w->b), 0);
	assert_true(is_on_disk(f[99]));
	expect_body(f[99], 50001, 99);
}

static void
test_what_changed_meanwhile_stays(void **state)
{
	struct world	*w = *state;
	struct flow	*f = add(w, 100000, 1), *gone = add(w, 100000, 2);
	const struct msg *edited;

	budget_set_limit(w->b, 0);
	assert_true(budget_busy(w->b));
	flow_backup(f);
	edited = msg_dup(f->response);
	flow_set_response(f, edited);
	leave(w, gone);
	store_remove(w->m->store, gone);
	settle(w);
	assert_ptr_equal(f->response, edited);
	assert_false(is_on_disk(f));
	budget_add(w->b, f);
	settle(w);
	assert_true(is_on_disk(f));
	assert_true(blob_is_mapped(f->backup->response->body.v[0].blob));
	expect_body(f, 100000, 1);
	flow_revert(f);
	expect_body(f, 100000, 1);
}

static void
test_frames(void **state)
{
	struct world	*w = *state;
	struct flow	*f = flow_new(FLOW_TCP);
	struct websocket *ws = flow_websocket(f);
	unsigned char	 page[4096];
	const struct blob *data;
	unsigned	 i;

	for (i = 0; i < 20; i++) {
		frames_add(&f->frames, (struct frame){
		    .data = blob_new(0) });
		memset(page, (int)i, sizeof(page));
		frames_add(&ws->frames, (struct frame){
		    .data = blob_of(sp_mem(page, 4096)), .time = i });
	}
	store_add(w->m->store, f);
	budget_add(w->b, f);
	assert_int_equal(budget_used(w->b), 20 * 4096);
	budget_set_limit(w->b, 0);
	settle(w);
	for (i = 0; i < 20; i++) {
		data = frames_at(&ws->frames, i)->data;
		assert_true(blob_is_mapped(data));
		assert_int_equal(data->n, 4096);
		assert_int_equal(data->data[4095], i);
		assert_false(blob_is_mapped(frames_at(&f->frames, i)->data));
	}
	flow_unref(f);
}

/* An edit of a DNS message does not keep the old one in memory. */
static void
test_frames_before_an_edit(void **state)
{
	struct world	*w = *state;
	struct flow	*f = flow_new(FLOW_DNS);
	unsigned char	 page[4096] = "old";

	frames_add(&f->frames, (struct frame){
	    .data = blob_of(sp_mem(page, sizeof(page))) });
	flow_backup(f);
	page[0] = 'n';
	frames_set_data(&f->frames, 0, blob_of(sp_mem(page, sizeof(page))));
	store_add(w->m->store, f);
	budget_add(w->b, f);
	budget_set_limit(w->b, 0);
	settle(w);
	assert_true(blob_is_mapped(frames_at(&f->frames, 0)->data));
	assert_int_equal(frames_at(&f->frames, 0)->data->data[0], 'n');
	assert_true(blob_is_mapped(frames_at(&f->backup->frames, 0)->data));
	flow_revert(f);
	assert_int_equal(frames_at(&f->frames, 0)->data->data[0], 'o');
	flow_unref(f);
}

/* What was not edited is written once, and is no longer in memory twice. */
static void
test_frames_beside_an_edit(void **state)
{
	struct world		*w = *state;
	struct flow		*f = flow_new(FLOW_TCP);
	unsigned char		 page[4096] = "same";
	const struct blob	*now, *old;

	frames_add(&f->frames, (struct frame){
	    .data = blob_of(sp_mem(page, sizeof(page))) });
	frames_add(&f->frames, (struct frame){ .data = blob_of(SP("old")) });
	flow_backup(f);
	frames_set_data(&f->frames, 1, blob_of(SP("new")));
	store_add(w->m->store, f);
	budget_add(w->b, f);
	budget_set_limit(w->b, 0);
	settle(w);
	now = frames_at(&f->frames, 0)->data;
	old = frames_at(&f->backup->frames, 0)->data;
	assert_true(blob_is_mapped(now));
	assert_ptr_equal(now, old);
	flow_unref(f);
}

/* Live ones still grow; what left the store is not counted. */
static void
test_what_is_not_written(void **state)
{
	struct world	*w = *state;
	struct flow	*f = add(w, 50000, 1), *last;

	f->live = true;
	last = add(w, 50000, 2);
	/* nor is what a file can give again */
	last->shelved = true;
	leave(w, last);
	assert_int_equal(budget_used(w->b), 100000);
	last->shelved = false;
	leave(w, last);
	store_remove(w->m->store, last);
	assert_int_equal(budget_used(w->b), 50000);
	budget_set_limit(w->b, 1000);
	settle(w);
	assert_false(is_on_disk(f));
	store_clear(w->m->store);
	budget_clear(w->b);
	assert_int_equal(budget_used(w->b), 0);
	assert_true(budget_default() > 1000000);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
		T(test_the_oldest_go_first),
		T(test_what_changed_meanwhile_stays),
		T(test_frames),
		T(test_frames_before_an_edit),
		T(test_frames_beside_an_edit),
		T(test_what_is_not_written),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
