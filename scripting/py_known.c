#include "scripting/py_known.h"

#include <stdlib.h>

#include "base/mem.h"

#define FIRST_SIZE	64

/* Numbers are given out in order: their low bits spread them well. */
static struct known **
slot(const struct knowns *ks, uint64_t id)
{
	struct known	**at = &ks->v[id & (ks->size - 1)];

	while (*at != NULL && (*at)->id != id)
		at = &(*at)->next;
	return (at);
}

static void
grow(struct knowns *ks)
{
	struct knowns	 to = { .size = ks->size != 0 ? ks->size * 2 :
			    FIRST_SIZE, .n = ks->n };
	struct known	*k, **at;
	size_t		 i;

	to.v = xcalloc(to.size, sizeof(*to.v));
	for (i = 0; i < ks->size; i++)
		while ((k = ks->v[i]) != NULL) {
			ks->v[i] = k->next;
			at = &to.v[k->id & (to.size - 1)];
			k->next = *at;
			*at = k;
		}
	free(ks->v);
	*ks = to;
}

void
knowns_fini(struct knowns *ks)
{
	free(ks->v);
	*ks = (struct knowns){ 0 };
}

struct known *
knowns_find(const struct knowns *ks, uint64_t id)
{
	return (ks->n != 0 ? *slot(ks, id) : NULL);
}

void
knowns_remove(struct knowns *ks, struct known *k)
{
	struct known	**at;

	if (k->id == 0)
		return;
	at = slot(ks, k->id);
	*at = k->next;
	ks->n--;
	k->id = 0;
}

void
knowns_put(struct knowns *ks, struct known *k, uint64_t id)
{
	struct known	*old;

	knowns_remove(ks, k);
	if (id == 0)
		return;
	if ((old = knowns_find(ks, id)) != NULL)
		knowns_remove(ks, old);
	if (ks->n >= ks->size)
		grow(ks);
	k->id = id;
	k->next = ks->v[id & (ks->size - 1)];
	ks->v[id & (ks->size - 1)] = k;
	ks->n++;
}
