#include "model/select.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/mem.h"
#include "model/model.h"
#include "sourcekit.h"

static struct flow *
add(struct model *m, const char *method, const char *url, const char *mark)
{
	struct flow	*f = flow_new(FLOW_HTTP);

	f->t_created = (double)f->id;
	flow_set_request(f, msg_request(sp_of(method), sp_of(url), NULL));
	flow_set_marked(f, mark);
	store_add(m->store, f);
	flow_unref(f);
	return (f);
}

static int
make(void **state)
{
	struct model	*m = model_new();
	struct filter	*get = filter_parse(SP("~m GET"), NULL);

	add(m, "GET", "http://t.test/a", NULL);
	add(m, "PUT", "http://t.test/b", ":default:");
	add(m, "GET", "http://t.test/c", ":default:");
	view_set_filter(m->view, get);
	view_set_order(m->view, VIEW_TIME, true);
	filter_unref(get);
	*state = m;
	return (0);
}

static int
unmake(void **state)
{
	model_free(*state);
	return (0);
}

static const struct {
	const char	*spec, *want;	/* last letters of the paths */
} rows[] = {
	{ "@all", "abc" },
	{ "@focus", "a" },
	{ "@shown", "ca" },
	{ "@hidden", "b" },
	{ "@marked", "bc" },
	{ "@unmarked", "a" },
	{ " @all ", "abc" },
	{ "~m GET & ~marked", "c" },
	{ "/b", "b" },
	{ "~tcp", "" },
	{ "@", "" },
	{ "@nothing", NULL },
	{ "~zz", NULL },
	{ "", NULL },
};

static void
test_rows(void **state)
{
	struct flows	fs;
	struct why	why;
	char		got[16];
	size_t		i, k;
	int		rc;

	for (i = 0; i < nitems(rows); i++) {
		memset(&fs, 0, sizeof(fs));
		rc = select_flows(*state, sp_of(rows[i].spec), &fs, &why);
		if ((rc == 0) != (rows[i].want != NULL))
			fail_msg("%s", rows[i].spec);
		for (k = 0; k < fs.n; k++)
			got[k] = (char)fs.v[k]->request->head->path.p[1];
		got[fs.n] = '\0';
		if (rc == 0)
			assert_string_equal(got, rows[i].want);
		flows_fini(&fs);
	}
}

static void
test_ids(void **state)
{
	struct model	*m = *state;
	struct flows	 fs = { 0 };
	char		 a[37], b[37], *spec;

	uuid_text(store_at(m->store, 0)->uuid, a);
	uuid_text(store_at(m->store, 1)->uuid, b);
	spec = xasprintf("@%s, 00000000-0000-4000-8000-000000000000,%s", b,
	    a);
	assert_int_equal(select_flows(m, sp_of(spec), &fs, NULL), 0);
	assert_int_equal(fs.n, 2);
	assert_ptr_equal(fs.v[0], store_at(m->store, 1));
	assert_ptr_equal(fs.v[1], store_at(m->store, 0));
	flows_fini(&fs);
	free(spec);
}

/* For a command: flows as they will be, or those that are there now. */
static void
test_picks(void **state)
{
	struct model	*m = *state;
	struct flow	*own = flow_new(FLOW_HTTP);
	struct argval	 a = { .s = "@all" };
	struct picks	 ps = { .v = NULL };
	struct flow_ids	 ids = { NULL, 0, 0 };
	static struct sk k = { 0 };
	struct why	 why;

	sk_add(&k, m->store, 30);
	assert_int_equal(select_picks(m, &a, &ps, &why), 0);
	assert_int_equal(ps.n, 33);
	picks_fini(&ps);
	assert_int_equal(select_known(m, &a, &ps, &why), 0);
	assert_int_equal(ps.n, 3);
	picks_fini(&ps);
	assert_int_equal(select_arg(m, &a, &ids, &why), 0);
	assert_int_equal(ids.n, 33);
	flow_ids_fini(&ids);
	a.s = "~zz";
	assert_int_equal(select_picks(m, &a, &ps, &why), -1);
	assert_int_equal(ps.n, 0);
	assert_int_equal(k.reads, 0);
	/* a script's own, and one of the store by a script */
	a.s = "@script:0,1";
	flows_add(&a.flows, own);
	flows_add(&a.flows, store_at(m->store, 0));
	assert_int_equal(select_picks(m, &a, &ps, &why), 0);
	assert_int_equal(ps.n, 2);
	assert_ptr_equal(ps.v[0].flow, own);
	picks_fini(&ps);
	assert_int_equal(select_arg(m, &a, &ids, &why), 0);
	assert_int_equal(ids.n, 1);
	flow_ids_fini(&ids);
	flows_fini(&a.flows);
	flow_unref(own);
	store_clear(m->store);
}

struct told {
	unsigned	 calls;
	size_t		 n;
	unsigned char	 first;
};

static struct model	*found_in;

/* As a command would be run then. */
static void
on_found(void *arg, const struct flow_ids *found)
{
	struct told	*t = arg;
	struct flow_ids	 ids = { NULL, 0, 0 };

	t->calls++;
	assert_non_null(found);
	found_in->found = found;
	assert_int_equal(select_ids(found_in, SP("@found"), &ids, NULL), 0);
	found_in->found = NULL;
	t->n = ids.n;
	if (ids.n != 0)
		t->first = store_get(found_in->store, ids.v[0])->request->
		    head->path.p[1];
	flow_ids_fini(&ids);
}

/* A filter that has to read: what it means, and only then. */
static void
test_find(void **state)
{
	struct model	*m = *state;
	static struct sk k = { 0 };
	struct told	 t = { .calls = 0 };
	struct flow_ids	 ids = { NULL, 0, 0 };

	found_in = m;
	sk_add(&k, m->store, 30);
	assert_false(select_find(m, SP("@all"), on_found, &t));
	assert_false(select_find(m, SP("~m GET"), on_found, &t));
	assert_false(select_find(m, SP("~zz"), on_found, &t));
	assert_int_equal(t.calls, 0);
	assert_true(select_find(m, SP(" ~b needle "), on_found, &t));
	assert_int_equal(t.calls, 1);
	assert_int_equal(t.n, 3);
	assert_int_equal(t.first, '3');
	k.reads = 0;
	assert_true(select_find(m, SP("~u /2. & ~b needle"), on_found, &t));
	assert_int_equal(t.n, 1);
	assert_in_range(k.reads, 10, 11);	/* the brief says the rest */
	assert_int_equal(select_ids(m, SP("@found"), &ids, NULL), 0);
	assert_int_equal(ids.n, 0);
	store_clear(m->store);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_ids),
		cmocka_unit_test(test_picks),
		cmocka_unit_test(test_find),
	};

	return (cmocka_run_group_tests(tests, make, unmake));
}
