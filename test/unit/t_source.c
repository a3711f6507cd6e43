#include "model/source.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "sourcekit.h"

struct rig {
	struct sk	 k;
	struct source	*src;
	/* what came */
	size_t		 v[100], n, most;
};

static int
set_up(void **state)
{
	struct rig		*r = xcalloc(1, sizeof(*r));
	struct store_source	 ops = { .n = 100, .read = sk_read,
				    .brief = sk_brief, .drop = sk_drop,
				    .arg = &r->k };

	r->src = source_new(&ops);
	r->most = 100;
	*state = r;
	return (0);
}

static int
tear_down(void **state)
{
	struct rig	*r = *state;

	source_unref(r->src);
	assert_int_equal(r->k.drops, 1);
	free(r);
	return (obj_total() == 0 ? 0 : -1);
}

static void
test_ids(void **state)
{
	struct rig	*r = *state;
	struct note	*n = note_new(NULL, NOTE_MARK, NULL);
	struct flow	*f = source_read(r->src, 17, n);
	struct brief	 b;

	assert_int_equal(f->id, r->src->id + 17);
	assert_true(f->shelved);
	assert_null(f->marked);
	flow_unref(f);
	source_brief(r->src, 17, n, &b);
	assert_int_equal(b.flags & BRIEF_MARKED, 0);
	source_brief(r->src, 17, NULL, &b);
	assert_int_equal(b.flags & BRIEF_MARKED, BRIEF_MARKED);
	note_unref(n);
	assert_true(source_has(r->src, r->src->id));
	assert_true(source_has(r->src, r->src->id + 99));
	assert_false(source_has(r->src, r->src->id + 100));
	assert_false(source_has(r->src, r->src->id - 1));
	source_unref(source_ref(r->src));
	source_unref(NULL);
	assert_int_equal(r->k.drops, 0);
}

static bool
on_flow(void *arg, size_t k, struct flow *f)
{
	struct rig	*r = arg;

	assert_int_equal(f->uuid[0], r->v[k]);
	flow_unref(f);
	return (++r->n < r->most);
}

/* In order, with a scan of its own or one by one, until it is enough. */
static void
test_scan(void **state)
{
	struct rig	*r = *state;
	const size_t	 at[] = { 3, 20, 21, 99 };
	size_t		 i;

	for (i = 0; i < nitems(at); i++)
		r->v[i] = at[i];
	source_scan(r->src, at, nitems(at), on_flow, r);
	assert_int_equal(r->n, 4);
	assert_int_equal(r->k.reads, 4);
	r->n = 0;
	r->most = 2;
	source_scan(r->src, at, nitems(at), on_flow, r);
	assert_int_equal(r->n, 2);
	r->src->ops.scan = sk_scan;
	r->n = 0;
	source_scan(r->src, at, nitems(at), on_flow, r);
	assert_int_equal(r->n, 2);
	assert_int_equal(r->k.reads, 6);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test_setup_teardown(test_ids, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_scan, set_up,
		    tear_down),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
