#include "model/store_int.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "storekit.h"

/* Said of many: nothing is read, and each says so when it is. */
static void
test_notes(void **state)
{
	struct rig	*r = *state;
	static struct sk k = { 0 };
	struct flow	*f;
	struct brief	 b;
	uint64_t	 ids[50];
	size_t		 i;

	bus_sub(r->bus, BUS_FLOWS_NOTED, on_event, r);
	sk_add(&k, r->store, 100);
	for (i = 0; i < 50; i++)
		ids[i] = store_id(r->store, i);
	f = flow_ref(store_at(r->store, 49));
	r->changed = r->reset = 0;
	store_note(r->store, ids, 50, NOTE_MARK, "x");
	store_note(r->store, ids, 10, NOTE_COMMENT, "seen");
	store_note(r->store, ids + 5, 10, NOTE_MARK, NULL);
	assert_int_equal(k.reads, 1);
	assert_int_equal(r->changed, 1);	/* the one that was read */
	assert_int_equal(r->reset, 3);
	assert_string_equal(f->marked, "x");
	flow_unref(f);
	store_brief(r->store, 30, &b, NULL);
	assert_int_equal(b.flags & BRIEF_MARKED, BRIEF_MARKED);
	store_brief(r->store, 7, &b, NULL);
	assert_int_equal(b.flags & BRIEF_MARKED, 0);
	assert_string_equal(store_at(r->store, 0)->marked, "x");
	assert_string_equal(store_at(r->store, 0)->comment, "seen");
	assert_null(store_at(r->store, 7)->marked);
	assert_string_equal(store_at(r->store, 7)->comment, "seen");
	assert_null(store_at(r->store, 12)->marked);
	assert_null(store_at(r->store, 12)->comment);
	assert_string_equal(store_at(r->store, 77)->marked, ":default:");
	bus_unsub(r->bus, on_event, r);
}

/* The same of packs; what is opened then says it on its own, and again
 * when it is packed again. */
static void
test_notes_of_packs(void **state)
{
	struct rig	*r = *state;
	struct flow	*f;
	struct brief	 b;
	uint64_t	 ids[20];
	size_t		 i, flows;

	add_packed(r);
	flows = (size_t)obj_count(OBJ_flow);
	for (i = 0; i < 20; i++)
		ids[i] = store_id(r->store, i);
	store_note(r->store, ids, 20, NOTE_MARK, "x");
	store_note(r->store, ids + 10, 10, NOTE_COMMENT, "seen");
	store_note(r->store, ids + 15, 5, NOTE_MARK, NULL);
	assert_int_equal(obj_count(OBJ_flow), flows);
	store_brief(r->store, 3, &b, NULL);
	assert_int_equal(b.flags & BRIEF_MARKED, BRIEF_MARKED);
	assert_true(match(r->store, 12, "~marked & ~comment seen"));
	assert_true(match(r->store, 17, "!~marked & ~comment seen"));
	f = store_own(r->store, 12);
	assert_string_equal(f->marked, "x");
	assert_string_equal(f->comment, "seen");
	flow_unref(f);
	f = store_at(r->store, 12);
	assert_string_equal(f->marked, "x");
	assert_true(f->changes != 0);
	store_note(r->store, ids + 12, 1, NOTE_COMMENT, "twice");
	for (i = 0; i < MANY; i++)
		add_asked(r, i, false);
	(void)store_rest(r->store);
	assert_null(store_peek(r->store, 12));
	assert_true(match(r->store, 12, "~marked & ~comment twice"));
	assert_string_equal(store_at(r->store, 12)->comment, "twice");
}

/* Deleted without being read; brought back as they were. */
static void
test_remove_unread(void **state)
{
	struct rig	*r = *state;
	struct flow	*mine = add(r);
	static struct sk k = { 0 };
	struct picks	 ps = { .n = 0 };
	uint64_t	 ids[103];
	size_t		 i, at = 60;

	sk_add(&k, r->store, 100);
	for (i = 0; i < 101; i++)
		ids[i] = store_id(r->store, i);
	ids[101] = ids[3];	/* twice */
	ids[102] = 12345678;	/* nobody */
	store_note(r->store, ids + 20, 1, NOTE_MARK, "y");
	(void)store_at(r->store, 5);
	for (i = 0; i < 101; i++)
		picks_add(&ps, r->store, ids[i]);
	store_set_cursor(r->store, &at);
	r->removed = r->reset = 0;
	store_remove_ids(r->store, ids, 50);
	assert_int_equal(at, 10);
	assert_int_equal(r->removed, 2);	/* those that are read */
	assert_int_equal(store_n(r->store), 51);
	assert_false(store_has(r->store, ids[49]));
	assert_true(store_has(r->store, ids[50]));
	store_remove_ids(r->store, ids, 103);
	assert_int_equal(at, 0);
	store_set_cursor(r->store, NULL);
	assert_int_equal(store_n(r->store), 0);
	assert_int_equal(k.reads, 1);
	assert_int_equal(k.drops, 0);	/* picks hold it */
	store_put_back(r->store, ps.v, ps.n);
	store_put_back(r->store, ps.v, 7);
	assert_int_equal(store_n(r->store), 101);
	assert_int_equal(r->reset, 1);
	assert_ptr_equal(store_peek_id(r->store, mine->id), mine);
	assert_int_equal(k.reads, 1);
	picks_fini(&ps);
	assert_string_equal(store_get(r->store, ids[20])->marked, "y");
	assert_true(sp_is(store_get(r->store, ids[100])->request->head->path,
	    "/99"));
	/* what came back is counted: its source goes with the last */
	store_remove_ids(r->store, ids, 101);
	assert_int_equal(k.drops, 1);
}

struct gone_of {
	size_t	n, packs;
};

static void
on_gone(void *arg, enum bus_event ev, void *what)
{
	struct gone_of		*g = arg;
	struct store_gone	*gone = what;
	size_t			 i;

	assert_int_equal(ev, BUS_FLOWS_LEFT);
	g->n += gone->n;
	for (i = 0; i < gone->n; i++)
		g->packs += gone->v[i].pack != NULL;
}

/* Packed ones are not opened either; they come back as they were. */
static void
test_remove_packed(void **state)
{
	struct rig	*r = *state;
	struct gone_of	 g = { 0 };
	struct picks	 ps = { .n = 0 };
	uint64_t	 ids[3];
	size_t		 i;

	add_packed(r);
	bus_sub(r->bus, BUS_FLOWS_LEFT, on_gone, &g);
	ids[0] = store_id(r->store, 0);
	ids[1] = store_id(r->store, 1);
	ids[2] = store_id(r->store, MANY - 1);
	store_note(r->store, ids, 1, NOTE_MARK, "x");
	for (i = 0; i < 3; i++)
		picks_add(&ps, r->store, ids[i]);
	store_remove_ids(r->store, ids, 3);
	assert_int_equal(g.n, 3);
	assert_int_equal(g.packs, 2);
	assert_int_equal(r->removed, 1);
	assert_int_equal(store_n(r->store), MANY - 3);
	r->added = r->reset = 0;
	store_put_back(r->store, ps.v, ps.n);
	picks_fini(&ps);
	assert_int_equal(r->added, 1);
	assert_int_equal(r->reset, 1);
	assert_null(store_peek_id(r->store, ids[0]));
	assert_string_equal(store_get(r->store, ids[0])->marked, "x");
	assert_true(sp_is(store_get(r->store, ids[1])->request->head->path,
	    "/1"));
	bus_unsub(r->bus, on_gone, &g);
}

/* Unread neighbours; what was read ends them. */
static void
test_lots(void **state)
{
	struct rig	*r = *state;
	static struct sk k = { 0 };
	struct lot	 lot;
	size_t		 at = 0;

	(void)add(r);
	sk_add(&k, r->store, 100);
	assert_false(store_lot(r->store, &at, 10, UINT64_MAX, &lot));
	at = 1;
	(void)store_at(r->store, 31);
	assert_true(store_lot(r->store, &at, 10, UINT64_MAX, &lot));
	assert_int_equal(at, 11);
	assert_int_equal(lot.n, 10);
	assert_int_equal(lot.ids[9], store_id(r->store, 10));
	lot_fini(&lot);
	assert_true(store_lot(r->store, &at, 100, UINT64_MAX, &lot));
	assert_int_equal(at, 31);
	assert_int_equal(lot.n, 20);
	lot_fini(&lot);
	assert_false(store_lot(r->store, &at, 10, UINT64_MAX, &lot));
	at = 32;
	assert_true(store_lot(r->store, &at, 100, UINT64_MAX, &lot));
	assert_int_equal(at, 101);
	lot_fini(&lot);
	assert_false(store_lot(r->store, &at, 100, UINT64_MAX, &lot));
}

/* Packed ones are neighbours of packed ones only. */
static void
test_packed_lots(void **state)
{
	struct rig	*r = *state;
	static struct sk k = { 0 };
	struct lot	 lot;
	size_t		 at = 0;

	sk_add(&k, r->store, 5);
	add_packed(r);
	assert_true(store_lot(r->store, &at, 1000, UINT64_MAX, &lot));
	assert_int_equal(at, 5);
	assert_non_null(lot.src);
	lot_fini(&lot);
	assert_true(store_lot(r->store, &at, 100, UINT64_MAX, &lot));
	assert_int_equal(at, 105);
	assert_null(lot.src);
	lot_fini(&lot);
	assert_true(store_lot(r->store, &at, MANY, UINT64_MAX, &lot));
	assert_non_null(store_peek(r->store, at));
	lot_fini(&lot);
}

/* Read by somebody, changed, and the store's from then on. */
static void
test_adopt(void **state)
{
	struct rig	*r = *state;
	static struct sk k = { 0 };
	struct picks	 ps = { .n = 0 };
	struct flow	*f, *other;

	sk_add(&k, r->store, 2);
	picks_add(&ps, r->store, store_id(r->store, 0));
	picks_add(&ps, r->store, store_id(r->store, 1));
	f = picks_take(&ps);
	flow_set_comment(f, "mine");
	store_touch(r->store, f);
	assert_int_equal(r->changed, 0);
	store_adopt(r->store, f);
	assert_int_equal(r->changed, 1);
	assert_ptr_equal(store_peek(r->store, 0), f);
	flow_unref(f);
	/* too late: it is another already */
	other = store_at(r->store, 1);
	f = picks_take(&ps);
	store_adopt(r->store, f);
	assert_ptr_equal(store_peek(r->store, 1), other);
	flow_unref(f);
	picks_fini(&ps);
	assert_int_equal(read_of(r), 2);
}

static void
test_adopt_packed(void **state)
{
	struct rig	*r = *state;
	struct pick	 p;
	struct flow	*f, *other;

	add_packed(r);
	assert_true(store_pick(r->store, store_id(r->store, 4), &p));
	f = pick_flow(&p);
	assert_ptr_equal(store_latest(r->store, f), f);
	flow_set_comment(f, "mine");
	store_touch(r->store, f);
	store_adopt(r->store, f);
	flow_unref(f);
	assert_ptr_equal(store_peek(r->store, 4), f);
	assert_string_equal(store_at(r->store, 4)->comment, "mine");
	/* opened once more by mistake: the store's counts */
	other = pick_flow(&p);
	pick_fini(&p);
	other = store_latest(r->store, other);
	assert_ptr_equal(other, f);
	flow_unref(other);
}

int
main(void)
{
#define row(t)	cmocka_unit_test_setup_teardown(t, set_up, tear_down)
	const struct CMUnitTest	tests[] = {
		row(test_notes),
		row(test_notes_of_packs),
		row(test_remove_unread),
		row(test_remove_packed),
		row(test_lots),
		row(test_packed_lots),
		row(test_adopt),
		row(test_adopt_packed),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
