#include "app/gone.h"

#include <stdlib.h>

#include "base/mem.h"

void
gone_init(struct gone *g)
{
	*g = (struct gone){ NULL, 0, 0 };
}

void
gone_fini(struct gone *g)
{
	free(g->v);
	gone_init(g);
}

/* Where the id stands, or would stand. */
static size_t
place(const struct gone *g, uint64_t id)
{
	size_t	lo = 0, hi = g->n, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (g->v[mid] < id)
			lo = mid + 1;
		else
			hi = mid;
	}
	return (lo);
}

bool
gone_has(const struct gone *g, uint64_t id)
{
	size_t	i = place(g, id);

	return (i < g->n && g->v[i] == id);
}

void
gone_add(struct gone *g, uint64_t id)
{
	size_t	i = place(g, id);

	if (i < g->n && g->v[i] == id)
		return;
	if (g->n == g->cap) {
		g->cap = g->cap != 0 ? g->cap * 2 : 16;
		g->v = xrealloc(g->v, g->cap, sizeof(*g->v));
	}
	memmove(g->v + i + 1, g->v + i, (g->n - i) * sizeof(*g->v));
	g->v[i] = id;
	g->n++;
}

void
gone_drop(struct gone *g, uint64_t id)
{
	size_t	i = place(g, id);

	if (i == g->n || g->v[i] != id)
		return;
	g->n--;
	memmove(g->v + i, g->v + i + 1, (g->n - i) * sizeof(*g->v));
}
