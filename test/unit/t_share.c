#include "model/view.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "storekit.h"

static atomic_bool	no, yes = true;

/* The share of the first unread flows of the store. */
static void
share_of(struct rig *r, struct share *sh, const char *filter, size_t from,
    size_t n)
{
	struct why	 why;
	struct filter	*parsed = filter_parse(sp_of(filter), &why);

	assert_non_null(parsed);
	assert_true(store_lot(r->store, &from, n, UINT64_MAX, &sh->lot));
	assert_int_equal(sh->lot.n, n);
	share_init(sh, parsed, false);
	filter_unref(parsed);
}

static size_t
hits(struct share *sh)
{
	size_t	k, n = 0;

	for (k = 0; k < sh->lot.n; k++)
		n += sh->hits[k];
	return (n);
}

/* By the brief where that will do, and read for the rest. */
static void
test_filed(void **state)
{
	static const struct {
		const char	*filter;
		size_t		 hits;
		bool		 only_marked;
	} rows[] = {
		{ "~b needle",		10,	false },
		{ "~b needle",		0,	true },
		{ "~b hay",		10,	true },
		{ "~u /1. & ~b needle",	1,	false },
		{ "~u /1. | ~b needle",	19,	false },
		{ "!~b needle",		90,	false },
	};
	struct rig	*r = *state;
	static struct sk k = { .threads = true };
	struct share	 sh;
	size_t		 i;

	sk_add(&k, r->store, 100);
	for (i = 0; i < nitems(rows); i++) {
		share_of(r, &sh, rows[i].filter, 0, 100);
		sh.only_marked = rows[i].only_marked;
		share_judge(&sh, &no);
		assert_int_equal(hits(&sh), rows[i].hits);
		share_fini(&sh);
	}
	assert_int_equal(k.reads, 0);
}

/* Packed ones are looked at as they are, with what was said of them. */
static void
test_packed(void **state)
{
	struct rig	*r = *state;
	struct share	 sh;
	uint64_t	 id;
	size_t		 flows;

	add_packed(r);
	flows = (size_t)obj_count(OBJ_flow);
	id = store_id(r->store, 5);
	store_note(r->store, &id, 1, NOTE_COMMENT, "look");
	store_note(r->store, &id, 1, NOTE_MARK, "x");
	share_of(r, &sh, "~b needle & ~u /[0-9]$", 0, 50);
	share_judge(&sh, &no);
	assert_int_equal(hits(&sh), 10);
	assert_true(sh.hits[9]);
	assert_false(sh.hits[10]);
	share_fini(&sh);
	share_of(r, &sh, "~comment look & ~b needle", 0, 50);
	share_judge(&sh, &no);
	assert_int_equal(hits(&sh), 1);
	assert_true(sh.hits[5]);
	share_fini(&sh);
	share_of(r, &sh, "~b needle", 0, 50);
	sh.only_marked = true;
	share_judge(&sh, &no);
	assert_int_equal(hits(&sh), 1);
	share_fini(&sh);
	assert_int_equal(obj_count(OBJ_flow), flows);
}

/* Nobody waits for it any more. */
static void
test_cancelled(void **state)
{
	struct rig	*r = *state;
	static struct sk k = { .threads = true };
	struct share	 sh;

	add_packed(r);
	share_of(r, &sh, "~b needle", 0, 50);
	share_judge(&sh, &yes);
	assert_int_equal(hits(&sh), 0);
	share_fini(&sh);
	sk_add(&k, r->store, 100);
	share_of(r, &sh, "~b hay", MANY, 100);
	share_judge(&sh, &yes);
	assert_in_range(hits(&sh), 0, 1);
	share_fini(&sh);
}

int
main(void)
{
#define row(t)	cmocka_unit_test_setup_teardown(t, set_up, tear_down)
	const struct CMUnitTest	tests[] = {
		row(test_filed),
		row(test_packed),
		row(test_cancelled),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
