#include "model/model.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "sourcekit.h"

struct tour {
	size_t	seen, ends, done;
	size_t	fails_at;
	bool	ok, bad_end;
	char	text[64];
};

static int
each(void *arg, struct flow *f, struct why *why)
{
	struct tour	*t = arg;

	assert_non_null(f->request);
	if (++t->seen == t->fails_at)
		return ((fail)(why, ERR_CMD, "no more"));
	return (0);
}

static int
put(const void *arg unused, const struct flow *f, size_t k, struct str *out,
    struct why *why)
{
	if (k == 5)
		return ((fail)(why, ERR_CMD, "five"));
	str_printf(out, "%zu=%.*s ", k, SPF(f->request->head->path));
	return (0);
}

static int
take(void *arg, struct sp text, struct why *why unused)
{
	struct tour	*t = arg;

	(void)snprintf(t->text + strlen(t->text), sizeof(t->text) -
	    strlen(t->text), "%.*s", SPF(text));
	return (0);
}

static int
end(void *arg, size_t done, bool ok, struct why *why)
{
	struct tour	*t = arg;

	t->ends++;
	t->done = done;
	t->ok = ok;
	return (t->bad_end ? (fail)(why, ERR_CMD, "bad end") : 0);
}

static const struct walk_ops	each_ops = { .doing = "counting",
    .each = each, .end = end };
static const struct walk_ops	put_ops = { .doing = "telling", .put = put,
    .take = take, .end = end };

static void
pick(struct model *m, size_t n, struct picks *ps)
{
	size_t	i;

	for (i = 0; i < n; i++)
		picks_add(ps, m->store, store_id(m->store, i));
}

static void
test_at_once(void **state)
{
	struct model	*m = *state;
	struct picks	 ps = { .v = NULL };
	struct tour	 t = { 0 }, u = { .fails_at = 3 },
			 v = { .bad_end = true }, w = { 0 };
	struct why	 why;

	pick(m, 4, &ps);
	assert_int_equal(walk_run(m, &ps, &each_ops, &t, &why), 0);
	assert_true(t.ok && t.seen == 4 && t.done == 4 && t.ends == 1);
	assert_int_equal(ps.n, 0);
	pick(m, 4, &ps);
	assert_int_equal(walk_run(m, &ps, &each_ops, &u, &why), -1);
	assert_string_equal(why.text, "no more");
	assert_true(!u.ok && u.seen == 3 && u.done == 2 && u.ends == 1);
	pick(m, 4, &ps);
	assert_int_equal(walk_run(m, &ps, &each_ops, &v, &why), -1);
	assert_string_equal(why.text, "bad end");
	pick(m, 3, &ps);
	assert_int_equal(walk_run(m, &ps, &put_ops, &w, &why), 0);
	assert_string_equal(w.text, "0=/0 1=/1 2=/2 ");
	pick(m, 9, &ps);
	assert_int_equal(walk_run(m, &ps, &put_ops, &w, &why), -1);
	assert_string_equal(why.text, "five");
}

static unsigned	walked;

static void
far(struct model *m unused, struct picks *ps, const struct walk_ops *ops,
    void *arg)
{
	walked++;
	picks_fini(ps);
	(void)ops->end(arg, 0, true, NULL);
}

/* Many that have to be read are the program's. */
static void
test_long(void **state)
{
	struct model	*m = *state;
	struct picks	 ps = { .v = NULL };
	struct tour	 t = { 0 };

	m->walk = far;
	pick(m, WALK_UNREAD, &ps);
	assert_int_equal(walk_run(m, &ps, &each_ops, &t, NULL), 0);
	assert_int_equal(walked, 0);
	assert_int_equal(t.seen, WALK_UNREAD);
	pick(m, WALK_UNREAD + 2, &ps);	/* the first is read */
	assert_int_equal(walk_run(m, &ps, &each_ops, &t, NULL), 0);
	assert_int_equal(walked, 1);
	assert_int_equal(t.ends, 2);
	m->walk = NULL;
}

static struct sk	kit;

static int
make(void **state)
{
	struct model	*m = model_new();

	sk_add(&kit, m->store, WALK_UNREAD + 100);
	/* The view has one that is read. */
	view_set_filter(m->view, filter_parse(SP("~m NONE"), NULL));
	*state = m;
	return (0);
}

static int
unmake(void **state)
{
	struct model	*m = *state;

	filter_unref(view_filter(m->view));	/* ours */
	model_free(m);
	return (obj_total() == 0 ? 0 : -1);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test_setup_teardown(test_at_once, make, unmake),
		cmocka_unit_test_setup_teardown(test_long, make, unmake),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
