#include "model/store.h"

#include <stdlib.h>

#include "base/mem.h"

/*
 * Flows stand in a vector in the order they came; ids rise in about the
 * same order but not quite (shards number them), so a small open hash
 * finds the place of an id.
 */
struct store {
	struct bus	*bus;
	struct flow	**v;
	size_t		 n, cap;
	struct slot {
		uint64_t	id;	/* 0: free */
		size_t		at;
	}		*slots;
	size_t		 nslots;	/* power of two */
};

static size_t
slot_hash(const struct store *s, uint64_t id)
{
	return ((size_t)(id * 0x9e3779b97f4a7c15u >> 20) & (s->nslots - 1));
}

static struct slot *
slot_of(const struct store *s, uint64_t id)
{
	size_t	i;

	if (s->nslots == 0)
		return (NULL);
	for (i = slot_hash(s, id); s->slots[i].id != 0;
	    i = (i + 1) & (s->nslots - 1))
		if (s->slots[i].id == id)
			return (&s->slots[i]);
	return (NULL);
}

static void
slot_put(struct store *s, uint64_t id, size_t at)
{
	size_t	i = slot_hash(s, id);

	while (s->slots[i].id != 0 && s->slots[i].id != id)
		i = (i + 1) & (s->nslots - 1);
	s->slots[i].id = id;
	s->slots[i].at = at;
}

static void
store_rehash(struct store *s)
{
	size_t	i;

	while (s->nslots < s->n * 2 + 64)
		s->nslots = s->nslots != 0 ? s->nslots * 2 : 256;
	free(s->slots);
	s->slots = xcalloc(s->nslots, sizeof(*s->slots));
	for (i = 0; i < s->n; i++)
		slot_put(s, s->v[i]->id, i);
}

struct store *
store_new(struct bus *bus)
{
	struct store	*s = xcalloc(1, sizeof(*s));

	s->bus = bus;
	store_rehash(s);
	return (s);
}

void
store_free(struct store *s)
{
	size_t	i;

	if (s == NULL)
		return;
	for (i = 0; i < s->n; i++)
		flow_unref(s->v[i]);
	free(s->v);
	free(s->slots);
	free(s);
}

size_t
store_n(const struct store *s)
{
	return (s->n);
}

struct flow *
store_at(const struct store *s, size_t i)
{
	return (s->v[i]);
}

struct flow *
store_get(const struct store *s, uint64_t id)
{
	const struct slot	*sl = slot_of(s, id);

	return (sl != NULL ? s->v[sl->at] : NULL);
}

struct flow *
store_by_uuid(const struct store *s, struct sp text)
{
	unsigned char	id[16];
	size_t		i;

	if (uuid_parse(text, id) == -1)
		return (NULL);
	for (i = s->n; i-- > 0;)
		if (memcmp(s->v[i]->uuid, id, sizeof(id)) == 0)
			return (s->v[i]);
	return (NULL);
}

void
store_add(struct store *s, struct flow *f)
{
	if (s->n == s->cap) {
		s->cap = s->cap != 0 ? s->cap * 2 : 256;
		s->v = xrealloc(s->v, s->cap, sizeof(struct flow *));
	}
	s->v[s->n++] = flow_ref(f);
	if (s->n * 2 > s->nslots)
		store_rehash(s);
	else
		slot_put(s, f->id, s->n - 1);
	bus_fire(s->bus, BUS_FLOW_ADDED, f);
}

void
store_remove(struct store *s, struct flow *f)
{
	store_remove_many(s, &f, 1);
}

/* Marks those that go, closes the gaps in one pass. */
static size_t
store_take_out(struct store *s, struct flow **v, size_t n)
{
	struct slot	*sl;
	size_t		 i, o = 0, gone = 0;

	for (i = 0; i < n; i++) {
		sl = slot_of(s, v[i]->id);
		if (sl != NULL && s->v[sl->at] == v[i]) {
			s->v[sl->at] = NULL;
			v[gone++] = v[i];
		}
	}
	for (i = 0; i < s->n; i++)
		if (s->v[i] != NULL)
			s->v[o++] = s->v[i];
	s->n = o;
	memset(s->slots, 0, s->nslots * sizeof(*s->slots));
	for (i = 0; i < s->n; i++)
		slot_put(s, s->v[i]->id, i);
	return (gone);
}

void
store_remove_many(struct store *s, struct flow **v, size_t n)
{
	struct flow	**gone = xmalloc(n * sizeof(struct flow *));
	size_t		  i, k;

	memcpy(gone, v, n * sizeof(struct flow *));
	k = store_take_out(s, gone, n);
	for (i = 0; i < k; i++) {
		bus_fire(s->bus, BUS_FLOW_REMOVED, gone[i]);
		flow_unref(gone[i]);
	}
	free(gone);
}

void
store_clear(struct store *s)
{
	struct flow	**v = s->v;
	size_t		  i, n = s->n;

	s->v = NULL;
	s->n = s->cap = 0;
	memset(s->slots, 0, s->nslots * sizeof(*s->slots));
	bus_fire(s->bus, BUS_STORE_RESET, NULL);
	for (i = 0; i < n; i++)
		flow_unref(v[i]);
	free(v);
}

void
store_touch(struct store *s, struct flow *f)
{
	f->changes++;
	bus_fire(s->bus, BUS_FLOW_CHANGED, f);
}
