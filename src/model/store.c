#include "model/store_int.h"

#include <stdlib.h>

#include "base/mem.h"

static size_t
hash_home(const struct store *s, uint64_t id)
{
	return ((size_t)(id * 0x9e3779b97f4a7c15u >> 20) & (s->nhash - 1));
}

struct slot *
slot_of(const struct store *s, uint64_t id)
{
	size_t	i;

	for (i = hash_home(s, id); s->hash[i] != 0;
	    i = (i + 1) & (s->nhash - 1))
		if (s->v[s->hash[i] - 1].id == id)
			return (&s->v[s->hash[i] - 1]);
	return (NULL);
}

static void
hash_put(struct store *s, size_t at)
{
	size_t	i = hash_home(s, s->v[at].id);

	while (s->hash[i] != 0)
		i = (i + 1) & (s->nhash - 1);
	s->hash[i] = (uint32_t)at + 1;
}

static void
hash_all(struct store *s)
{
	size_t	i;

	memset(s->hash, 0, s->nhash * sizeof(*s->hash));
	for (i = 0; i < s->n; i++)
		hash_put(s, i);
}

static void
hash_grow(struct store *s)
{
	while (s->nhash < s->n * 2 + 64)
		s->nhash = s->nhash != 0 ? s->nhash * 2 : 256;
	free(s->hash);
	s->hash = xcalloc(s->nhash, sizeof(*s->hash));
	hash_all(s);
}

/* ---- flows in files ---- */

struct source *
slot_source(const struct store *s, uint64_t id)
{
	size_t	i;

	for (i = 0; i < s->nsrc; i++)
		if (source_has(s->src[i], id))
			return (s->src[i]);
	return (NULL);
}

void
slot_source_add(struct store *s, struct source *src)
{
	s->src = xrealloc(s->src, s->nsrc + 1, sizeof(*s->src));
	s->src[s->nsrc++] = src;
}

void
slot_source_less(struct store *s, uint64_t id)
{
	struct source	*src = slot_source(s, id);
	size_t		 i;

	if (src == NULL || --src->left != 0)
		return;
	for (i = 0; s->src[i] != src; i++)
		;
	s->src[i] = s->src[--s->nsrc];
	source_unref(src);
}

void
store_add_source(struct store *s, const struct store_source *ops)
{
	struct source	*src = source_new(ops);
	size_t		 i;

	slot_source_add(s, src);
	s->cap = s->n + ops->n;
	s->v = xrealloc(s->v, s->cap, sizeof(*s->v));
	for (i = 0; i < ops->n; i++)
		s->v[s->n++] = (struct slot){ .id = src->id + i };
	hash_grow(s);
	bus_fire(s->bus, BUS_STORE_RESET, NULL);
}

/* ---- looking ---- */

bool
store_has(const struct store *s, uint64_t id)
{
	return (slot_of(s, id) != NULL);
}

size_t
store_n(const struct store *s)
{
	return (s->n);
}

uint64_t
store_id(const struct store *s, size_t i)
{
	return (s->v[i].id);
}

struct flow *
store_at(const struct store *s, size_t i)
{
	return (slot_flow(s, &s->v[i]));
}

struct flow *
store_get(const struct store *s, uint64_t id)
{
	struct slot	*sl = slot_of(s, id);

	return (sl != NULL ? slot_flow(s, sl) : NULL);
}

struct flow *
store_peek(const struct store *s, size_t i)
{
	return (slot_known(s, &s->v[i]));
}

struct flow *
store_peek_id(const struct store *s, uint64_t id)
{
	const struct slot	*sl = slot_of(s, id);

	return (sl != NULL ? slot_known(s, sl) : NULL);
}

struct flow *
store_own(const struct store *s, size_t i)
{
	const struct slot	*sl = &s->v[i];
	struct flow		*f = slot_known(s, sl);

	if (f != NULL)
		return (flow_ref(f));
	return (sl->pack != NULL ? slot_read(s, sl) : NULL);
}

void
store_brief(const struct store *s, size_t i, struct brief *b,
    struct str *text)
{
	const struct slot	*sl = &s->v[i];
	const struct flow	*f = slot_known(s, sl);
	const struct source	*src;

	if (f == NULL)
		f = slot_look(s, sl);
	if (f != NULL) {
		brief_of(f, b, text != NULL ? text :
		    (struct str *)(uintptr_t)&s->text);
		return;
	}
	src = slot_source(s, sl->id);
	source_brief(src, (size_t)(sl->id - src->id), sl->note, b);
}

struct flow *
store_brief_of(const struct store *s, uint64_t id, struct brief *b,
    struct str *text)
{
	const struct slot	*sl = slot_of(s, id);

	store_brief(s, (size_t)(sl - s->v), b, text);
	return (slot_known(s, sl));
}

bool
store_is_marked(const struct store *s, uint64_t id)
{
	struct brief	b;

	(void)store_brief_of(s, id, &b, NULL);
	return ((b.flags & BRIEF_MARKED) != 0);
}

bool
store_match(const struct store *s, size_t i, const struct filter *filter)
{
	const struct flow	*known = store_peek(s, i);
	struct brief		 b;
	struct flow		*f;
	int			 yes;

	if (known == NULL)
		known = slot_look(s, &s->v[i]);
	if (known != NULL)
		return (filter_match(filter, known));
	store_brief(s, i, &b, NULL);
	if ((yes = filter_judge(filter, &b)) != -1)
		return (yes == 1);
	f = slot_read(s, &s->v[i]);
	yes = filter_match(filter, f);
	flow_unref(f);
	return (yes);
}

/* Few of those not read begin alike. */
static bool
slot_is(const struct store *s, size_t i, const unsigned char id[16])
{
	struct brief	b;

	if (store_peek(s, i) == NULL) {
		store_brief(s, i, &b, NULL);
		if (memcmp(b.uuid, id, sizeof(b.uuid)) != 0)
			return (false);
	}
	return (memcmp(store_at(s, i)->uuid, id, 16) == 0);
}

struct flow *
store_by_uuid(const struct store *s, struct sp text)
{
	unsigned char	id[16];
	size_t		i;

	if (uuid_parse(text, id) == -1)
		return (NULL);
	for (i = s->n; i-- > 0;)
		if (slot_is(s, i, id))
			return (s->v[i].flow);
	return (NULL);
}

/* ---- all of them ---- */

struct store *
store_new(struct bus *bus)
{
	struct store	*s = xcalloc(1, sizeof(*s));

	s->bus = bus;
	slot_init(s);
	hash_grow(s);
	return (s);
}

static void
drop_slots(struct slot *v, size_t n)
{
	size_t	i;

	for (i = 0; i < n; i++)
		slot_drop(&v[i]);
	free(v);
}

static void
drop_sources(struct store *s)
{
	while (s->nsrc != 0)
		source_unref(s->src[--s->nsrc]);
	slot_forget(s);
}

void
store_free(struct store *s)
{
	if (s == NULL)
		return;
	drop_slots(s->v, s->n);
	drop_sources(s);
	slot_fini(s);
	free(s->hash);
	free(s->src);
	free(s);
}

void
store_clear(struct store *s)
{
	struct slot	*v = s->v;
	size_t		 n = s->n;

	s->v = NULL;
	s->n = s->cap = 0;
	hash_all(s);
	drop_sources(s);
	bus_fire(s->bus, BUS_STORE_RESET, NULL);
	drop_slots(v, n);
}

void
slot_push(struct store *s, struct slot sl)
{
	struct source	*src = slot_source(s, sl.id);

	if (s->n == s->cap) {
		s->cap = s->cap != 0 ? s->cap * 2 : 256;
		s->v = xrealloc(s->v, s->cap, sizeof(*s->v));
	}
	s->v[s->n++] = sl;
	if (src != NULL)	/* it comes back */
		src->left++;
	if (s->n * 2 > s->nhash)
		hash_grow(s);
	else
		hash_put(s, s->n - 1);
}

void
store_add(struct store *s, struct flow *f)
{
	slot_push(s, (struct slot){ .id = f->id, .flow = flow_ref(f) });
	bus_fire(s->bus, BUS_FLOW_ADDED, f);
	if (!f->live && f->pack == NULL)	/* else: store_end() */
		store_done(s, f);
}

void
slot_close_up(struct store *s)
{
	size_t	i, o = 0, cursor = SIZE_MAX;

	for (i = 0; i < s->n; i++) {
		if (s->cursor != NULL && i == *s->cursor)
			cursor = o;
		if (s->v[i].id != 0)
			s->v[o++] = s->v[i];
	}
	if (s->cursor != NULL)
		*s->cursor = cursor < o ? cursor : o;
	s->n = o;
	hash_all(s);
}

void
store_touch(struct store *s, struct flow *f)
{
	const struct slot	*sl = slot_of(s, f->id);

	f->changes++;
	/* Of one that has left nobody wants to know. */
	if (sl != NULL && sl->flow == f)
		bus_fire(s->bus, BUS_FLOW_CHANGED, f);
}
