#include "model/picks.h"

#include <stdlib.h>

#include "base/mem.h"
#include "model/store.h"

void
flow_ids_add(struct flow_ids *out, uint64_t id)
{
	if (out->n == out->cap) {
		out->cap = out->cap != 0 ? out->cap * 2 : 64;
		out->v = xrealloc(out->v, out->cap, sizeof(*out->v));
	}
	out->v[out->n++] = id;
}

void
flow_ids_fini(struct flow_ids *ids)
{
	free(ids->v);
	*ids = (struct flow_ids){ NULL, 0, 0 };
}

static void
picks_put(struct picks *ps, struct pick p)
{
	if (ps->n == ps->cap) {
		ps->cap = ps->cap != 0 ? ps->cap * 2 : 64;
		ps->v = xrealloc(ps->v, ps->cap, sizeof(*ps->v));
	}
	ps->v[ps->n++] = p;
}

void
picks_add_flow(struct picks *ps, struct flow *f)
{
	picks_put(ps, (struct pick){ .id = f->id, .flow = flow_ref(f) });
}

void
picks_add(struct picks *ps, const struct store *s, uint64_t id)
{
	struct pick	p;

	if (store_pick(s, id, &p))
		picks_put(ps, p);
}

struct flow *
picks_take(struct picks *ps)
{
	struct pick	*p;
	struct flow	*f;

	if (ps->at == ps->n)
		return (NULL);
	p = &ps->v[ps->at++];
	f = pick_flow(p);
	pick_fini(p);
	return (f);
}

struct flow *
picks_take_known(struct picks *ps)
{
	if (ps->at == ps->n || ps->v[ps->at].flow == NULL)
		return (NULL);
	return (picks_take(ps));
}

bool
picks_lot(struct picks *ps, size_t max, uint64_t bytes, struct lot *b)
{
	struct pick	*p = ps->v + ps->at, *end = ps->v + ps->n;

	if (p == end || p->flow != NULL)
		return (false);
	lot_init(b, p->src, max, bytes);
	while (p < end && lot_add(b, p))
		pick_fini(p++);
	ps->at = (size_t)(p - ps->v);
	return (true);
}

void
picks_fini(struct picks *ps)
{
	for (; ps->at < ps->n; ps->at++)
		pick_fini(&ps->v[ps->at]);
	free(ps->v);
	*ps = (struct picks){ .v = NULL };
}
