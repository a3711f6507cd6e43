#include "model/lot.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "model/store_int.h"
#include "storekit.h"

/* What came. */
struct came {
	size_t		 v[100], n, most;
	const struct lot *lot;
};

static bool
on_flow(void *arg, size_t k, struct flow *f)
{
	struct came	*c = arg;

	assert_int_equal(f->id, c->lot->ids[k]);
	if (c->lot->notes[k] != NULL)
		assert_string_equal(f->comment, "this");
	else
		assert_null(f->comment);
	c->v[c->n++] = k;
	flow_unref(f);
	return (c->n < c->most);
}

static void
read_it(const struct lot *lot, const size_t *list, size_t n, struct came *c,
    size_t most)
{
	*c = (struct came){ .most = most, .lot = lot };
	lot_read(lot, list, n, on_flow, c);
}

/* All of them, some as they are numbered in the lot, and no more than are
 * wanted. */
static void
expect_reads(const struct lot *lot)
{
	const size_t	list[2] = { 0, 2 };
	struct came	c;

	assert_int_equal(lot->n, 4);
	read_it(lot, NULL, 0, &c, 100);
	assert_int_equal(c.n, 4);
	assert_int_equal(c.v[3], 3);
	read_it(lot, list, 2, &c, 100);
	assert_int_equal(c.n, 2);
	assert_int_equal(c.v[0], 0);
	assert_int_equal(c.v[1], 2);
	read_it(lot, NULL, 0, &c, 2);
	assert_int_equal(c.n, 2);
}

/* Of the store at that place; the second has a note. */
static bool
put(struct lot *lot, struct rig *r, size_t at)
{
	struct pick	p;
	uint64_t	id = store_id(r->store, at);
	bool		yes;

	if (lot->n == 1)
		store_note(r->store, &id, 1, NOTE_COMMENT, "this");
	assert_true(store_pick(r->store, id, &p));
	yes = lot_add(lot, &p);
	pick_fini(&p);
	return (yes);
}

static void
test_filed(void **state)
{
	struct rig	*r = *state;
	static struct sk k = { .threads = true };
	struct lot	 lot;
	struct brief	 b;

	sk_add(&k, r->store, 100);
	(void)store_at(r->store, 60);
	lot_init(&lot, r->store->src[0], 4, UINT64_MAX);
	assert_true(put(&lot, r, 20));
	assert_true(put(&lot, r, 30));
	assert_false(put(&lot, r, 30));		/* it must rise */
	assert_false(put(&lot, r, 60));		/* it is read */
	assert_true(put(&lot, r, 41));
	assert_true(put(&lot, r, 50));
	assert_false(put(&lot, r, 51));		/* it is full */
	lot_brief(&lot, 2, &b);
	assert_true(sp_is(b.url, "http://h.test/41"));
	expect_reads(&lot);
	store_clear(r->store);
	assert_int_equal(k.drops, 0);
	expect_reads(&lot);
	lot_fini(&lot);
	assert_int_equal(k.drops, 1);
	lot_fini(&lot);
}

static void
test_packed(void **state)
{
	struct rig		*r = *state;
	struct pack_look	 look = { .flow = { 0 } };
	static struct sk k = { 0 };
	struct lot		 lot;
	const struct flow	*f;

	add_packed(r);
	sk_add(&k, r->store, 1);
	lot_init(&lot, NULL, 4, UINT64_MAX);
	assert_true(put(&lot, r, 8));
	assert_true(put(&lot, r, 3));
	assert_false(put(&lot, r, MANY - 1));	/* it is open */
	assert_false(put(&lot, r, MANY));	/* it stands in a file */
	assert_true(put(&lot, r, 9));
	assert_true(put(&lot, r, 10));
	store_clear(r->store);
	f = lot_look(&lot, 1, &look);
	assert_int_equal(f->id, lot.ids[1]);
	assert_string_equal(f->comment, "this");
	f = lot_look(&lot, 2, &look);
	assert_null(f->comment);
	assert_true(sp_is(f->request->head->path, "/9"));
	pack_look_fini(&look);
	expect_reads(&lot);
	lot_fini(&lot);
}

/* By bytes as well: at least one, and no more when it is enough. */
static void
test_bytes(void **state)
{
	static const char	 body[5000];	/* small ones count nothing */
	struct rig		*r = *state;
	struct lot		 lot;
	struct flow		*f;
	size_t			 i;

	for (i = 0; i < 4; i++) {
		f = flow_new(FLOW_HTTP);
		flow_set_response(f, msg_response(200, SPNIL, sp_mem(body,
		    sizeof(body))));
		store_add(r->store, f);
		flow_unref(f);
	}
	add_packed(r);
	lot_init(&lot, NULL, 100, 2 * sizeof(body) + 1);
	assert_true(put(&lot, r, 0));
	assert_true(put(&lot, r, 1));
	assert_true(put(&lot, r, 2));
	assert_false(put(&lot, r, 3));
	lot_fini(&lot);
	lot_init(&lot, NULL, 100, 1);
	for (i = 4; i < 50; i++)
		assert_true(put(&lot, r, i));
	lot_fini(&lot);
}

/* Whatever it is, a pick gives the flow, and says which. */
static void
test_picks(void **state)
{
	struct rig	*r = *state;
	static struct sk k = { 0 };
	struct pick	 p, q;
	struct flow	*f;
	const size_t	 at[] = { 5, MANY - 1, MANY };
	size_t		 i;

	add_packed(r);
	sk_add(&k, r->store, 1);
	for (i = 0; i < nitems(at); i++) {
		assert_true(store_pick(r->store, store_id(r->store, at[i]),
		    &p));
		pick_dup(&q, &p);
		pick_fini(&p);
		f = pick_flow(&q);
		assert_int_equal(f->id, q.id);
		assert_int_equal(f->id, store_id(r->store, at[i]));
		flow_unref(f);
		pick_fini(&q);
	}
	assert_false(store_pick(r->store, 1u << 30, &p));
	pick_fini(&p);
}

int
main(void)
{
#define row(t)	cmocka_unit_test_setup_teardown(t, set_up, tear_down)
	const struct CMUnitTest	tests[] = {
		row(test_filed),
		row(test_packed),
		row(test_bytes),
		row(test_picks),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
