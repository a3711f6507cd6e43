#include "model/pack.h"
#include "model/store.h"

#include <stdio.h>
#include <stdlib.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "sourcekit.h"

struct rig {
	struct bus	*bus;
	struct store	*store;
	unsigned	 added, changed, removed, reset;
	struct flow	*last;
};

static void
on_event(void *arg, enum bus_event ev, void *what)
{
	struct rig	*r = arg;

	if (ev == BUS_FLOW_ADDED)
		r->added++;
	else if (ev == BUS_FLOW_CHANGED)
		r->changed++;
	else if (ev == BUS_FLOW_REMOVED)
		r->removed++;
	else
		r->reset++;
	r->last = what;
}

static int
set_up(void **state)
{
	struct rig	*r = xcalloc(1, sizeof(*r));

	r->bus = bus_new();
	r->store = store_new(r->bus);
	bus_sub(r->bus, BUS_FLOW_ADDED | BUS_FLOW_CHANGED | BUS_FLOW_REMOVED |
	    BUS_STORE_RESET, on_event, r);
	*state = r;
	return (0);
}

static int
tear_down(void **state)
{
	struct rig	*r = *state;

	store_free(r->store);
	bus_free(r->bus);
	free(r);
	return (obj_total() == 0 ? 0 : -1);
}

static struct flow *
add(struct rig *r)
{
	struct flow	*f = flow_new(FLOW_HTTP);

	store_add(r->store, f);
	flow_unref(f);
	return (f);
}

static void
test_add_and_find(void **state)
{
	struct rig	*r = *state;
	struct flow	*a = add(r), *b = add(r);
	char		 text[37];

	assert_int_equal(store_n(r->store), 2);
	assert_ptr_equal(store_at(r->store, 0), a);
	assert_ptr_equal(store_at(r->store, 1), b);
	assert_ptr_equal(store_get(r->store, a->id), a);
	assert_ptr_equal(store_get(r->store, b->id), b);
	assert_null(store_get(r->store, b->id + 1000));
	assert_int_equal(r->added, 2);
	assert_ptr_equal(r->last, b);
	uuid_text(a->uuid, text);
	assert_ptr_equal(store_by_uuid(r->store, sp_of(text)), a);
	text[0] = text[0] == 'f' ? '0' : 'f';
	assert_null(store_by_uuid(r->store, sp_of(text)));
	assert_null(store_by_uuid(r->store, SP("no uuid")));
	store_touch(r->store, a);
	assert_int_equal(a->changes, 1);
	assert_int_equal(r->changed, 1);
}

static void
test_remove(void **state)
{
	struct rig	*r = *state;
	struct flow	*v[5], *gone[4], *stranger = flow_new(FLOW_HTTP);
	uint64_t	 id;

	for (int i = 0; i < 5; i++)
		v[i] = add(r);
	id = v[1]->id;
	gone[0] = v[3];
	gone[1] = stranger;		/* is not there */
	gone[2] = v[1];
	gone[3] = v[1];			/* named twice: goes once */
	(void)flow_ref(v[1]);
	store_remove_many(r->store, gone, 4);
	flow_unref(v[1]);
	assert_int_equal(r->removed, 2);
	assert_int_equal(store_n(r->store), 3);
	assert_ptr_equal(store_at(r->store, 0), v[0]);
	assert_ptr_equal(store_at(r->store, 1), v[2]);
	assert_ptr_equal(store_at(r->store, 2), v[4]);
	assert_null(store_get(r->store, id));
	assert_ptr_equal(store_get(r->store, v[4]->id), v[4]);
	store_remove(r->store, v[0]);
	assert_int_equal(r->removed, 3);
	assert_int_equal(store_n(r->store), 2);
	flow_unref(stranger);
}

/* Another record of the same id is not the store's. */
static void
test_remove_needs_the_record_itself(void **state)
{
	struct rig	*r = *state;
	struct flow	*f = add(r), *copy = flow_dup(f, true);

	store_remove(r->store, copy);
	store_touch(r->store, copy);
	assert_int_equal(r->removed + r->changed, 0);
	assert_int_equal(store_n(r->store), 1);
	flow_unref(copy);
}

static void
test_clear(void **state)
{
	struct rig	*r = *state;
	struct flow	*f = flow_ref(add(r));

	add(r);
	store_clear(r->store);
	assert_int_equal(r->reset, 1);
	assert_int_equal(r->removed, 0);
	assert_int_equal(store_n(r->store), 0);
	assert_null(store_get(r->store, f->id));
	store_add(r->store, f);		/* and it goes on */
	assert_ptr_equal(store_get(r->store, f->id), f);
	flow_unref(f);
}

/* Through all the growing and shrinking every id finds its flow. */
static void
test_many(void **state)
{
	enum { N = 3000 };
	struct rig	 *r = *state;
	struct flow	**v = xcalloc(N, sizeof(struct flow *));
	struct flow	**odd = xcalloc(N / 2, sizeof(struct flow *));
	size_t		  i;

	for (i = 0; i < N; i++) {
		v[i] = add(r);
		/* ids of several shards come out of order */
		if (i % 7 == 0)
			assert_ptr_equal(store_get(r->store, v[i]->id), v[i]);
	}
	for (i = 0; i < N; i++)
		assert_ptr_equal(store_get(r->store, v[i]->id), v[i]);
	for (i = 0; i < N / 2; i++)
		odd[i] = v[i * 2 + 1];
	store_remove_many(r->store, odd, N / 2);
	assert_int_equal(store_n(r->store), N / 2);
	for (i = 0; i < N / 2; i++) {
		assert_ptr_equal(store_at(r->store, i), v[i * 2]);
		assert_ptr_equal(store_get(r->store, v[i * 2]->id),
		    v[i * 2]);
	}
	assert_int_equal(r->added, N);
	assert_int_equal(r->removed, N / 2);
	free(v);
	free(odd);
}

/* What stands in a file is read when it is wanted, and only then. */
static void
test_source(void **state)
{
	struct rig	*r = *state;
	struct flow	*f = add(r), *g;
	struct sk	 k = { 0 };
	struct brief	 b;

	sk_add(&k, r->store, 200);
	assert_int_equal(r->reset, 1);
	assert_int_equal(store_n(r->store), 201);
	assert_ptr_equal(store_peek(r->store, 0), f);
	assert_null(store_peek(r->store, 5));
	store_brief(r->store, 5, &b, NULL);
	assert_true(sp_is(b.url, "http://h.test/4"));
	assert_int_equal(k.reads, 0);
	g = store_at(r->store, 5);
	assert_true(sp_is(g->request->head->path, "/4"));
	assert_int_equal(g->id, store_id(r->store, 5));
	assert_ptr_equal(store_get(r->store, g->id), g);
	assert_ptr_equal(store_peek(r->store, 5), g);
	assert_int_equal(k.reads, 1);
	/* new ones come behind them, under other ids */
	f = add(r);
	assert_ptr_equal(store_at(r->store, 201), f);
	assert_true(f->id > store_id(r->store, 200));
	assert_int_equal(k.drops, 0);
}

static bool
match(struct store *s, size_t i, const char *text)
{
	struct filter	*f = filter_parse(sp_of(text), NULL);
	bool		 yes = store_match(s, i, f);

	filter_unref(f);
	return (yes);
}

static void
test_source_matches(void **state)
{
	struct rig	*r = *state;
	struct sk	 k = { 0 };

	sk_add(&k, r->store, 100);
	assert_true(match(r->store, 42, "~u test/42$"));
	assert_false(match(r->store, 42, "!~d h.test"));
	assert_false(match(r->store, 42, "~m POST & ~b hay"));
	assert_true(match(r->store, 42, "~m GET | ~b no"));
	assert_int_equal(k.reads, 0);
	assert_true(match(r->store, 43, "~b needle"));
	assert_false(match(r->store, 44, "~b needle & ~u 4"));
	assert_int_equal(k.reads, 2);
	assert_null(store_peek(r->store, 43));
}

static void
test_source_by_uuid(void **state)
{
	struct rig	*r = *state;
	struct sk	 k = { .salt = 5 };
	struct flow	*f;

	sk_add(&k, r->store, 256);
	f = store_by_uuid(r->store,
	    SP("07000000-0000-0000-0000-000000000005"));
	assert_non_null(f);
	assert_ptr_equal(f, store_peek(r->store, 7));
	assert_int_equal(k.reads, 1);
	assert_null(store_by_uuid(r->store,
	    SP("07000000-0000-0000-0000-000000000006")));
	assert_int_equal(k.reads, 1);
}

/* Who is the last of them takes the file along. */
static void
test_source_goes(void **state)
{
	struct rig	*r = *state;
	struct sk	 k = { 0 }, other = { 0 };

	add(r);
	sk_add(&k, r->store, 3);
	sk_add(&other, r->store, 2);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(k.drops, 0);
		store_remove(r->store, store_at(r->store, 1));
	}
	assert_int_equal(k.drops, 1);
	assert_int_equal(r->removed, 3);
	assert_true(sp_is(store_at(r->store, 2)->request->head->path, "/1"));
	store_clear(r->store);
	assert_int_equal(k.drops, 1);
	assert_int_equal(other.drops, 1);
	assert_int_equal(store_n(r->store), 0);
}

static void
count_call(void *arg)
{
	++*(unsigned *)arg;
}

/* Of thousands that were read, those stay that are new or in somebody's
 * hands, and what was changed. */
static void
test_rest(void **state)
{
	enum { N = 3000 };
	struct rig	*r = *state;
	struct sk	 k = { 0 };
	struct flow	*mine;
	unsigned	 calls = 0;
	size_t		 i, kept = 0;

	sk_add(&k, r->store, N);
	store_on_read(r->store, count_call, &calls);
	mine = flow_ref(store_at(r->store, 1));
	flow_set_comment(store_at(r->store, 2), "changed");
	store_touch(r->store, store_at(r->store, 2));
	assert_false(store_rest(r->store));
	assert_int_equal(calls, 0);
	for (i = 0; i < N; i++)
		(void)store_at(r->store, i);
	assert_true(calls != 0);
	assert_true(store_rest(r->store));	/* mine may go later */
	for (i = 0; i < N; i++)
		kept += store_peek(r->store, i) != NULL;
	assert_in_range(kept, 100, N / 2);
	assert_ptr_equal(store_peek(r->store, 1), mine);
	assert_string_equal(store_at(r->store, 2)->comment, "changed");
	assert_int_equal(store_at(r->store, 2)->changes, 1);
	assert_non_null(store_peek(r->store, N - 1));
	assert_null(store_peek(r->store, 0));
	assert_true(sp_is(store_at(r->store, 0)->request->head->path, "/0"));
	flow_unref(mine);
	(void)store_rest(r->store);
	assert_null(store_peek(r->store, 1));
	assert_string_equal(store_at(r->store, 2)->comment, "changed");
	assert_true(store_at(r->store, 2)->shelved);
	store_on_read(r->store, NULL, NULL);
}

/* Number i asks for http://h.test/i. */
static struct flow *
add_asked(struct rig *r, size_t i, bool live)
{
	struct flow	*f = flow_new(FLOW_HTTP);
	char		 url[64];

	snprintf(url, sizeof(url), "http://h.test/%zu", i);
	flow_set_request(f, msg_request(SP("GET"), sp_of(url), NULL));
	flow_set_response(f, msg_response(200, SP("a/b"), SP("needle")));
	f->live = live;
	store_add(r->store, f);
	flow_unref(f);
	return (f);
}

enum { MANY = 2000 };

/* The first of them, but not the last, are packs now. */
static void
add_packed(struct rig *r)
{
	size_t	i;

	for (i = 0; i < MANY; i++)
		add_asked(r, i, false);
	assert_false(store_rest(r->store));
	assert_null(store_peek(r->store, 0));
	assert_null(store_peek(r->store, 500));
	assert_non_null(store_peek(r->store, MANY - 1));
	assert_in_range(obj_count(OBJ_flow), 100, MANY / 2 + 100);
}

/* They are known and found without being opened. */
static void
test_packs(void **state)
{
	struct rig	*r = *state;
	struct brief	 b;
	struct str	 text;
	struct flow	*f;
	uint64_t	 id;

	add_packed(r);
	store_brief(r->store, 7, &b, NULL);
	assert_true(sp_is(b.url, "http://h.test/7"));
	assert_int_equal(b.status, 200);
	str_init(&text, 100);
	id = store_id(r->store, 8);
	assert_null(store_brief_of(r->store, id, &b, &text));
	assert_true(sp_is(b.url, "http://h.test/8"));
	str_fini(&text);
	assert_true(match(r->store, 9, "~u test/9$ & ~b needle & ~t a/b"));
	assert_false(match(r->store, 9, "~b hay"));
	assert_null(store_peek(r->store, 9));
	f = store_get(r->store, id);
	assert_int_equal(f->id, id);
	assert_true(sp_is(f->request->head->path, "/8"));
	assert_ptr_equal(store_at(r->store, 8), f);
	assert_ptr_equal(store_peek(r->store, 8), f);
	store_touch(r->store, f);
	assert_ptr_equal(r->last, f);
	assert_int_equal(r->added, MANY);
	store_remove(r->store, store_at(r->store, 3));
	assert_int_equal(r->removed, 1);
	assert_int_equal(store_n(r->store), MANY - 1);
}

static void
test_pack_by_uuid(void **state)
{
	struct rig	*r = *state;
	struct flow	*f = add_asked(r, 0, false);
	char		 text[37];

	uuid_text(f->uuid, text);
	add_packed(r);
	f = store_by_uuid(r->store, sp_of(text));
	assert_non_null(f);
	assert_int_equal(f->id, store_id(r->store, 0));
}

/* What still runs does not rest; what ends later does. */
static void
test_live_is_not_packed(void **state)
{
	struct rig	*r = *state;
	struct flow	*f = add_asked(r, 0, true), *g = add_asked(r, 1, true);

	g->live = false;
	store_done(r->store, g);
	add_asked(r, 2, false)->live = true;	/* a replay */
	for (int i = 0; i < MANY; i++)
		add_asked(r, 3, false);
	assert_true(store_rest(r->store));
	assert_ptr_equal(store_peek(r->store, 0), f);
	assert_null(store_peek(r->store, 1));
	assert_non_null(store_peek(r->store, 2));
	store_at(r->store, 2)->live = false;
	assert_false(store_rest(r->store));
	assert_null(store_peek(r->store, 2));
}

/* What comes with its pack is kept as that, and the record given away. */
static void
test_end(void **state)
{
	struct rig	*r = *state;
	struct flow	*f = add_asked(r, 0, true), *g = add_asked(r, 1, true);
	struct flow	*h = add_asked(r, 2, true);
	struct packer	 pr = { NULL };
	uint64_t	 id = f->id;

	f->live = g->live = h->live = false;
	pack_add(&pr, f);
	pack_add(&pr, g);
	packer_fini(&pr);
	flow_ref(g);
	assert_ptr_equal(store_end(r->store, id), f);
	flow_unref(f);
	assert_null(store_peek(r->store, 0));
	assert_true(match(r->store, 0, "~u test/0$ & ~b needle"));
	assert_null(store_end(r->store, id));
	assert_null(store_end(r->store, g->id));	/* others have it */
	assert_ptr_equal(store_peek(r->store, 1), g);
	flow_unref(g);
	assert_null(store_end(r->store, h->id));	/* it has none */
	assert_ptr_equal(store_peek(r->store, 2), h);
	f = store_get(r->store, id);
	assert_true(sp_is(f->request->head->path, "/0"));
	assert_null(store_end(r->store, 12345));
	for (int i = 0; i < MANY; i++)
		add_asked(r, 3, false);
	assert_false(store_rest(r->store));
	assert_null(store_peek(r->store, 1));
	assert_null(store_peek(r->store, 2));
}

/* Somebody's own, whether it is open or not; not what a file has. */
static void
test_own(void **state)
{
	struct rig	*r = *state;
	struct sk	 k = { 0 };
	struct flow	*f;

	add_packed(r);
	sk_add(&k, r->store, 1);
	f = store_own(r->store, 4);
	assert_true(sp_is(f->request->head->path, "/4"));
	assert_null(store_peek(r->store, 4));
	flow_unref(f);
	f = store_own(r->store, MANY - 1);
	assert_ptr_equal(f, store_peek(r->store, MANY - 1));
	flow_unref(f);
	assert_null(store_own(r->store, MANY));
	assert_int_equal(k.reads, 0);
}

static void
test_picks_packs(void **state)
{
	struct rig	*r = *state;
	struct picks	 ps = { .n = 0 };
	struct flow	*f;

	add_packed(r);
	for (size_t i = 0; i < 3; i++)
		picks_add(&ps, r->store, store_id(r->store, i));
	store_clear(r->store);
	for (int i = 0; i < 2; i++) {
		f = picks_take(&ps);
		assert_int_equal(f->request->head->path.p[1], '0' + i);
		flow_unref(f);
	}
	picks_fini(&ps);
	assert_int_equal(obj_total(), 0);
}

/* What was picked stays, read or not, when all else has gone. */
static void
test_picks(void **state)
{
	struct rig	*r = *state;
	struct flow	*f = add(r), *g;
	struct sk	 k = { 0 };
	struct picks	 ps = { .n = 0 };
	uint64_t	 id = f->id;
	size_t		 i;

	sk_add(&k, r->store, 4);
	(void)store_at(r->store, 2);
	for (i = 0; i < store_n(r->store); i++)
		picks_add(&ps, r->store, store_id(r->store, i));
	picks_add(&ps, r->store, id + 1000);	/* there is none */
	assert_int_equal(k.reads, 1);
	store_clear(r->store);
	assert_int_equal(k.drops, 0);
	g = picks_take(&ps);
	assert_ptr_equal(g, f);
	flow_unref(g);
	for (i = 0; i < 3; i++) {
		g = picks_take(&ps);
		assert_int_equal(g->request->head->path.p[1], '0' + i);
		assert_int_equal(g->id, id + 1 + i);
		flow_unref(g);
	}
	assert_int_equal(k.drops, 0);
	picks_fini(&ps);
	assert_int_equal(k.drops, 1);
	assert_null(picks_take(&ps));
}

static void
test_free_nothing(void **state unused)
{
	store_free(NULL);
}

int
main(void)
{
#define row(t)	cmocka_unit_test_setup_teardown(t, set_up, tear_down)
	const struct CMUnitTest	tests[] = {
		row(test_add_and_find),
		row(test_remove),
		row(test_remove_needs_the_record_itself),
		row(test_clear),
		row(test_many),
		row(test_source),
		row(test_source_matches),
		row(test_source_by_uuid),
		row(test_source_goes),
		row(test_rest),
		row(test_packs),
		row(test_pack_by_uuid),
		row(test_live_is_not_packed),
		row(test_end),
		row(test_own),
		row(test_picks_packs),
		row(test_picks),
		row(test_free_nothing),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
