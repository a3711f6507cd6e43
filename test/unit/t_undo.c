#include "ui/undo.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "sourcekit.h"

struct world {
	struct bus	*bus;
	struct store	*store;
	struct undo	 undo;
};

static void
hear(void *arg, enum bus_event event, void *what)
{
	struct world	*w = arg;

	(void)event;
	undo_note(&w->undo, what);
}

static int
make(void **state)
{
	struct world	*w = xcalloc(1, sizeof(*w));
	struct flow	*f;
	int		 i;

	w->bus = bus_new();
	w->store = store_new(w->bus);
	undo_init(&w->undo);
	for (i = 0; i < 5; i++) {
		f = flow_new(FLOW_HTTP);
		store_add(w->store, f);
		flow_unref(f);
	}
	bus_sub(w->bus, BUS_FLOWS_LEFT, hear, w);
	*state = w;
	return (0);
}

static int
unmake(void **state)
{
	struct world	*w = *state;

	bus_unsub(w->bus, hear, w);
	undo_fini(&w->undo);
	store_free(w->store);
	bus_free(w->bus);
	free(w);
	assert_int_equal(obj_count(OBJ_flow), 0);
	return (0);
}

static void
test_the_last_command_is_taken_back_whole(void **state)
{
	struct world	*w = *state;
	struct flow	*a = store_at(w->store, 0), *b = store_at(w->store, 1);
	struct flow	*all[3], *first;

	all[0] = store_at(w->store, 2);
	all[1] = store_at(w->store, 3);
	all[2] = store_at(w->store, 4);
	undo_mark(&w->undo);
	store_remove(w->store, a);
	undo_mark(&w->undo);
	store_remove_many(w->store, all, 3);
	assert_int_equal(store_n(w->store), 1);
	assert_ptr_equal(store_at(w->store, 0), b);
	assert_int_equal(undo_n(&w->undo), 3);
	assert_int_equal(undo_last(&w->undo, w->store, &first), 3);
	assert_int_equal(undo_n(&w->undo), 1);
	assert_ptr_equal(first, all[0]);
	assert_int_equal(store_n(w->store), 4);
	assert_int_equal(undo_last(&w->undo, w->store, &first), 1);
	assert_ptr_equal(first, a);
	assert_int_equal(undo_last(&w->undo, w->store, &first), 0);
	assert_null(first);
}

static void
test_commands_that_delete_nothing_are_no_step(void **state)
{
	struct world	*w = *state;
	struct flow	*first;

	undo_mark(&w->undo);
	store_remove(w->store, store_at(w->store, 0));
	undo_mark(&w->undo);
	undo_mark(&w->undo);
	assert_int_equal(undo_last(&w->undo, w->store, &first), 1);
}

static void
test_what_is_kept_is_bounded(void **state)
{
	struct world	*w = *state;
	struct flow	*f, *first;
	int		 i;

	undo_mark(&w->undo);
	for (i = 0; i < 50000; i++) {
		f = flow_new(FLOW_HTTP);
		store_add(w->store, f);
		store_remove(w->store, f);
		flow_unref(f);
	}
	assert_true(w->undo.n <= 20000);
	assert_int_equal(w->undo.noted, 50000);
	assert_true(undo_last(&w->undo, w->store, &first) > 10000);
}

/* Its exchange may still end after it was deleted. */
static void
test_what_grows_is_counted_as_it_was(void **state)
{
	struct world	*w = *state;
	struct flow	*f = store_at(w->store, 0), *first;
	struct str	 s;
	size_t		 i;

	undo_mark(&w->undo);
	store_remove(w->store, f);
	str_init(&s, STR_MAX);
	for (i = 0; i < 100000; i++)
		str_puts(&s, "0123456789");
	flow_set_comment(f, str_c(&s));
	flow_set_response(f, msg_response(200, SPNIL, str_sp(&s)));
	str_fini(&s);
	assert_int_equal(undo_last(&w->undo, w->store, &first), 1);
	assert_int_equal(w->undo.bytes, 0);
}

static void
test_a_running_one_was_killed(void **state)
{
	struct world	*w = *state;
	struct flow	*f = store_at(w->store, 0), *first;

	f->live = true;
	store_remove(w->store, f);
	assert_int_equal(undo_last(&w->undo, w->store, &first), 1);
	assert_ptr_equal(first, f);
	assert_false(f->live);
	assert_string_equal(f->error, err_text(ERR_KILLED));
}

/* Of what was not read, only the place is kept. */
static void
test_unread_ones_cost_nothing(void **state)
{
	struct world	*w = *state;
	static struct sk k = { 0 };
	struct flow	*first;
	uint64_t	*ids = xcalloc(60000, sizeof(*ids));
	size_t		 i;

	store_clear(w->store);
	sk_add(&k, w->store, 60000);
	for (i = 0; i < 60000; i++)
		ids[i] = store_id(w->store, i);
	undo_mark(&w->undo);
	store_remove_ids(w->store, ids, 60000);
	assert_int_equal(store_n(w->store), 0);
	assert_int_equal(k.reads + k.drops, 0);
	assert_int_equal(undo_last(&w->undo, w->store, &first), 60000);
	assert_int_equal(store_n(w->store), 60000);
	assert_int_equal(first->id, ids[0]);
	assert_int_equal(k.reads, 1);
	store_clear(w->store);
	free(ids);
}

/* Packed ones stay packed, and are counted. */
static void
test_packed_ones_come_back(void **state)
{
	struct world	*w = *state;
	struct flow	*f, *first;
	uint64_t	 ids[2];
	size_t		 i;

	for (i = 0; i < 3000; i++) {
		f = flow_new(FLOW_HTTP);
		flow_set_response(f, msg_response(200, SPNIL, SP("12345")));
		store_add(w->store, f);
		flow_unref(f);
	}
	(void)store_rest(w->store);
	assert_null(store_peek(w->store, 20));
	ids[0] = store_id(w->store, 20);
	ids[1] = store_id(w->store, 21);
	undo_mark(&w->undo);
	store_remove_ids(w->store, ids, 2);
	assert_int_equal(w->undo.bytes, 10);
	assert_int_equal(w->undo.nread, 2);
	assert_int_equal(undo_last(&w->undo, w->store, &first), 2);
	assert_int_equal(first->id, ids[0]);
	assert_null(store_peek_id(w->store, ids[1]));
	assert_int_equal(w->undo.bytes, 0);
	assert_int_equal(w->undo.nread, 0);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_the_last_command_is_taken_back_whole, make, unmake),
		cmocka_unit_test_setup_teardown(
		    test_commands_that_delete_nothing_are_no_step, make,
		    unmake),
		cmocka_unit_test_setup_teardown(test_unread_ones_cost_nothing,
		    make, unmake),
		cmocka_unit_test_setup_teardown(test_packed_ones_come_back,
		    make, unmake),
		cmocka_unit_test_setup_teardown(test_what_is_kept_is_bounded,
		    make, unmake),
		cmocka_unit_test_setup_teardown(
		    test_what_grows_is_counted_as_it_was, make, unmake),
		cmocka_unit_test_setup_teardown(test_a_running_one_was_killed,
		    make, unmake),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
