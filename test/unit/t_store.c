#include "model/store.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "storekit.h"

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
	static struct sk k = { 0 };
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

static void
test_source_matches(void **state)
{
	struct rig	*r = *state;
	static struct sk k = { 0 };

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
	static struct sk k = { .salt = 5 };
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
	static struct sk k = { 0 }, other = { 0 };

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

/* Somebody's own, whether it is open or not; not what a file has. */
static void
test_own(void **state)
{
	struct rig	*r = *state;
	static struct sk k = { 0 };
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
		row(test_own),
		row(test_free_nothing),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
