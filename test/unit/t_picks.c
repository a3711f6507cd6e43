#include "model/picks.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "storekit.h"

/* What was picked stays, read or not, when all else has gone. */
static void
test_picks(void **state)
{
	struct rig	*r = *state;
	struct flow	*f = flow_new(FLOW_HTTP), *g;
	static struct sk k = { 0 };
	struct picks	 ps = { .n = 0 };
	uint64_t	 id = f->id;
	size_t		 i;

	store_add(r->store, f);
	flow_unref(f);
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

/* In pieces for workers, with what is there already in between. */
static void
test_lots(void **state)
{
	struct rig	*r = *state;
	static struct sk k = { 0 };
	struct picks	 ps = { .n = 0 };
	struct lot	 lot;
	struct flow	*f;
	uint64_t	 id;
	size_t		 i;

	sk_add(&k, r->store, 20);
	(void)store_at(r->store, 10);
	id = store_id(r->store, 4);
	store_note(r->store, &id, 1, NOTE_COMMENT, "four");
	for (i = 0; i < 20; i++)
		picks_add(&ps, r->store, store_id(r->store, i));
	picks_add(&ps, r->store, store_id(r->store, 0));	/* not rising */
	assert_null(picks_take_known(&ps));
	assert_true(picks_lot(&ps, 4, UINT64_MAX, &lot));
	assert_int_equal(lot.n, 4);
	lot_fini(&lot);
	f = picks_take(&ps);
	assert_string_equal(f->comment, "four");
	flow_unref(f);
	assert_true(picks_lot(&ps, 100, UINT64_MAX, &lot));
	assert_int_equal(lot.n, 5);
	lot_fini(&lot);
	assert_false(picks_lot(&ps, 100, UINT64_MAX, &lot));
	f = picks_take_known(&ps);
	assert_int_equal(f->id, store_id(r->store, 10));
	flow_unref(f);
	assert_true(picks_lot(&ps, 100, UINT64_MAX, &lot));
	assert_int_equal(lot.n, 9);
	lot_fini(&lot);
	assert_int_equal(ps.v[ps.at].id, store_id(r->store, 0));
	assert_true(picks_lot(&ps, 100, UINT64_MAX, &lot));
	assert_int_equal(lot.n, 1);
	lot_fini(&lot);
	assert_false(picks_lot(&ps, 100, UINT64_MAX, &lot));
	picks_fini(&ps);
}

static void
test_packs(void **state)
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

/* Packed ones are a lot as well, but not the same. */
static void
test_packed_lots(void **state)
{
	struct rig	*r = *state;
	static struct sk k = { 0 };
	struct picks	 ps = { .n = 0 };
	struct lot	 lot;
	const size_t	 at[] = { 7, 3, MANY, MANY + 1, 4 };
	size_t		 i;

	add_packed(r);
	sk_add(&k, r->store, 2);
	for (i = 0; i < nitems(at); i++)
		picks_add(&ps, r->store, store_id(r->store, at[i]));
	assert_true(picks_lot(&ps, 10, UINT64_MAX, &lot));
	assert_int_equal(lot.n, 2);
	assert_null(lot.src);
	assert_int_equal(lot.ids[1], store_id(r->store, 3));
	lot_fini(&lot);
	assert_true(picks_lot(&ps, 10, UINT64_MAX, &lot));
	assert_int_equal(lot.n, 2);
	assert_non_null(lot.src);
	lot_fini(&lot);
	assert_true(picks_lot(&ps, 10, UINT64_MAX, &lot));
	assert_int_equal(lot.n, 1);
	lot_fini(&lot);
	assert_false(picks_lot(&ps, 10, UINT64_MAX, &lot));
	picks_fini(&ps);
}

int
main(void)
{
#define row(t)	cmocka_unit_test_setup_teardown(t, set_up, tear_down)
	const struct CMUnitTest	tests[] = {
		row(test_picks),
		row(test_lots),
		row(test_packs),
		row(test_packed_lots),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
