#include "model/store_int.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "storekit.h"

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
	static struct sk k = { 0 };
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
	store_rest_new(r->store);
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
	store_rest_new(r->store);	/* of others, none */
	assert_non_null(store_peek(r->store, 1));
	(void)store_rest(r->store);
	assert_null(store_peek(r->store, 1));
	assert_string_equal(store_at(r->store, 2)->comment, "changed");
	assert_true(store_at(r->store, 2)->shelved);
	store_on_read(r->store, NULL, NULL);
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

struct bigs {
	unsigned	 n;
	uint64_t	 id;
};

static void
on_big(void *arg, uint64_t id)
{
	struct bigs	*b = arg;

	b->n++;
	b->id = id;
}

static bool
is_big(void *arg unused, size_t i)
{
	return (i == 1);
}

static struct store_source
one_is_big(struct sk *k)
{
	return ((struct store_source){ .n = 3, .read = sk_read,
	    .brief = sk_brief, .drop = sk_drop, .arg = k, .is_big = is_big });
}

/* Looked at before it is read: the same record becomes whole. */
static void
test_standins(void **state)
{
	struct rig		*r = *state;
	static struct sk k = { 0 };
	struct bigs		 bigs = { 0 };
	struct store_source	 ops = one_is_big(&k);
	struct flow		*f, *whole;
	struct pick		 p;
	uint64_t		 id;

	store_add_source(r->store, &ops);
	id = store_id(r->store, 1);
	/* nobody would read it elsewhere */
	assert_false(store_is_standin(r->store, store_look(r->store, id)));
	store_remove_ids(r->store, &id, 1);
	store_clear(r->store);

	store_on_big(r->store, on_big, &bigs);
	store_add_source(r->store, &ops);
	id = store_id(r->store, 1);
	assert_non_null(store_look(r->store, store_id(r->store, 0)));
	assert_int_equal(bigs.n, 0);
	f = store_look(r->store, id);
	assert_ptr_equal(store_look(r->store, id), f);
	assert_int_equal(bigs.n, 1);
	assert_int_equal(bigs.id, id);
	assert_true(store_is_standin(r->store, f));
	assert_true(sp_is(f->request->head->path, "/1"));
	assert_null(store_peek(r->store, 1));
	store_note(r->store, &id, 1, NOTE_MARK, "z");
	assert_string_equal(f->marked, "z");
	r->changed = 0;
	assert_true(store_pick(r->store, id, &p));
	assert_null(p.flow);
	whole = pick_flow(&p);
	pick_fini(&p);
	store_fill(r->store, whole);
	assert_int_equal(r->changed, 1);
	assert_false(store_is_standin(r->store, f));
	assert_ptr_equal(store_peek(r->store, 1), f);
	assert_string_equal(f->marked, "z");
	assert_int_equal(f->uuid[0], 1);
	assert_int_equal(f->request->body.len, 3);
	assert_int_equal(f->changes, 0);
	store_on_big(r->store, NULL, NULL);
}

/* Who needs it now gets it now; what comes later is not needed. */
static void
test_standin_made_whole(void **state)
{
	struct rig		*r = *state;
	static struct sk k = { 0 };
	struct bigs		 bigs = { 0 };
	struct store_source	 ops = one_is_big(&k);
	struct flow		*f, *late;
	uint64_t		 id;

	store_on_big(r->store, on_big, &bigs);
	store_add_source(r->store, &ops);
	id = store_id(r->store, 1);
	f = store_look(r->store, id);
	assert_ptr_equal(store_get(r->store, id), f);
	assert_false(store_is_standin(r->store, f));
	assert_int_equal(f->request->body.len, 3);
	flow_set_comment(f, "mine");
	late = sk_read(&k, 1);
	late->id = id;
	store_fill(r->store, late);
	assert_string_equal(f->comment, "mine");
	store_remove_ids(r->store, &id, 1);
	late = sk_read(&k, 1);
	late->id = id;
	store_fill(r->store, late);	/* it has gone */
	assert_int_equal(store_n(r->store), 2);
	store_on_big(r->store, NULL, NULL);
}

int
main(void)
{
#define row(t)	cmocka_unit_test_setup_teardown(t, set_up, tear_down)
	const struct CMUnitTest	tests[] = {
		row(test_rest),
		row(test_packs),
		row(test_pack_by_uuid),
		row(test_live_is_not_packed),
		row(test_end),
		row(test_standins),
		row(test_standin_made_whole),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
