#include "model/walk.h"

#include "model/model.h"

/* Packed ones cost little. */
static bool
is_short(const struct picks *ps)
{
	size_t	i, unread = 0;

	for (i = ps->at; i < ps->n; i++)
		unread += ps->v[i].src != NULL;
	return (unread <= WALK_UNREAD && ps->n - ps->at <= WALK_KNOWN);
}

static struct flow *
take_one(struct model *m, struct picks *ps)
{
	bool		 read;
	struct flow	*f;

	if (ps->at == ps->n)
		return (NULL);
	read = ps->v[ps->at].flow == NULL;
	f = picks_take(ps);
	return (read ? store_latest(m->store, f) : f);
}

static int
do_one(const struct walk_ops *ops, void *arg, struct flow *f, size_t k,
    struct why *why)
{
	struct str	out;
	int		rc;

	if (ops->each != NULL)
		return (ops->each(arg, f, why));
	str_init(&out, STR_MAX);
	rc = ops->put(arg, f, k, &out, why);
	if (rc == 0)
		rc = ops->take(arg, str_sp(&out), why);
	str_fini(&out);
	return (rc);
}

int
walk_run(struct model *m, struct picks *ps, const struct walk_ops *ops,
    void *arg, struct why *why)
{
	struct flow	*f;
	size_t		 k;
	int		 rc = 0, end;
	struct why	 other;

	if (m->walk != NULL && !is_short(ps)) {
		m->walk(m, ps, ops, arg);
		return (0);
	}
	for (k = 0; rc == 0 && (f = take_one(m, ps)) != NULL; k++) {
		rc = do_one(ops, arg, f, k, why);
		flow_unref(f);
	}
	picks_fini(ps);
	/* The first reason counts. */
	end = ops->end(arg, rc == 0 ? k : k - 1, rc == 0,
	    rc == 0 ? why : &other);
	return (rc == 0 ? end : -1);
}
