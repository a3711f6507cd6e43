#include "model/store.h"

#include <stdlib.h>

#include "base/mem.h"
#include "model/pack.h"

/* Flows that stay when they were read, or are over: some screens full. */
#define READ_KEPT	1024

#define TEXT_BYTES	((size_t)1 << 20)	/* of a brief */

/*
 * One flow: it is there, or it is packed, or it is known where to read it.
 *
 *	file --looked at--> flow --a while later--> file
 *	        live, over, changed --> flow --> pack --looked at--> flow
 */
struct slot {
	uint64_t	 id;
	struct flow	*flow;		/* reference; NULL: not read */
	struct pack	*pack;		/* reference; NULL: in a file */
};

/* Its flows have the ids from `id` on. */
struct source {
	unsigned		 refs;	/* of the store and of picks */
	struct store_source	 ops;
	uint64_t		 id;
	size_t			 left;	/* of them in the store */
};

/*
 * Flows stand in a vector in the order they came; ids rise in about the
 * same order but not quite (shards number them), so a small open hash
 * finds the place of an id.
 */
struct store {
	struct bus	*bus;
	struct slot	*v;
	size_t		 n, cap;
	uint32_t	*hash;		/* places + 1; 0: free */
	size_t		 nhash;		/* a power of two */
	struct source	**src;
	size_t		 nsrc;
	/* Ids of what was read from sources or packs, or is over, the oldest
	 * first. */
	uint64_t	*read;
	size_t		 nread, capread;
	struct pack_look look;		/* at the pack in use */
	struct str	 text;		/* of its brief */
	void		(*on_read)(void *);	/* or NULL */
	void		*arg;
};

static size_t
hash_home(const struct store *s, uint64_t id)
{
	return ((size_t)(id * 0x9e3779b97f4a7c15u >> 20) & (s->nhash - 1));
}

static struct slot *
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

/* NULL: this one came by itself. */
static struct source *
source_of(const struct store *s, uint64_t id)
{
	size_t	i;

	for (i = 0; i < s->nsrc; i++)
		if (id >= s->src[i]->id &&
		    id - s->src[i]->id < s->src[i]->ops.n)
			return (s->src[i]);
	return (NULL);
}

static void
source_unref(struct source *src)
{
	if (src == NULL || --src->refs != 0)
		return;
	src->ops.drop(src->ops.arg);
	free(src);
}

static struct flow *
source_read(const struct source *src, size_t i)
{
	struct flow	*f = src->ops.read(src->ops.arg, i);

	f->id = src->id + i;
	f->shelved = true;
	return (f);
}

static struct flow *
slot_read(const struct store *s, const struct slot *sl)
{
	const struct source	*src;

	if (sl->pack != NULL)
		return (pack_open(sl->pack));
	src = source_of(s, sl->id);
	return (source_read(src, (size_t)(sl->id - src->id)));
}

/* It may go when it is one of too many. */
static void
read_add(struct store *s, uint64_t id)
{
	if (s->nread == s->capread) {
		s->capread = s->capread != 0 ? s->capread * 2 : 256;
		s->read = xrealloc(s->read, s->capread, sizeof(*s->read));
	}
	s->read[s->nread++] = id;
	if (s->nread > READ_KEPT && s->on_read != NULL)
		s->on_read(s->arg);
}

static void
slot_drop_pack(struct slot *sl)
{
	pack_unref(sl->pack);
	sl->pack = NULL;
}

/* What a slot holds, read now if need be: the store is the same before and
 * after, so this counts as looking. */
static struct flow *
slot_flow(const struct store *cs, struct slot *sl)
{
	struct store	*s = (struct store *)(uintptr_t)cs;

	if (sl->flow != NULL)
		return (sl->flow);
	sl->flow = slot_read(s, sl);
	slot_drop_pack(sl);
	read_add(s, sl->id);
	return (sl->flow);
}

/* The slot goes. */
static void
source_less(struct store *s, uint64_t id)
{
	struct source	*src = source_of(s, id);
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
	struct source	*src;
	size_t		 i;

	src = xmalloc(sizeof(*src));
	*src = (struct source){ 1, *ops, flow_ids(ops->n), ops->n };
	s->src = xrealloc(s->src, s->nsrc + 1, sizeof(*s->src));
	s->src[s->nsrc++] = src;
	s->cap = s->n + ops->n;
	s->v = xrealloc(s->v, s->cap, sizeof(*s->v));
	for (i = 0; i < ops->n; i++)
		s->v[s->n++] = (struct slot){ .id = src->id + i };
	hash_grow(s);
	bus_fire(s->bus, BUS_STORE_RESET, NULL);
}

uint64_t
store_id(const struct store *s, size_t i)
{
	return (s->v[i].id);
}

struct flow *
store_peek(const struct store *s, size_t i)
{
	return (s->v[i].flow);
}

struct flow *
store_own(const struct store *s, size_t i)
{
	const struct slot	*sl = &s->v[i];

	if (sl->flow != NULL)
		return (flow_ref(sl->flow));
	return (sl->pack != NULL ? pack_open(sl->pack) : NULL);
}

/* As it stands in its pack: no reading, and good until the next look. */
static const struct flow *
slot_look(const struct store *cs, const struct slot *sl)
{
	struct store	*s = (struct store *)(uintptr_t)cs;

	return (pack_look(sl->pack, &s->look));
}

void
store_brief(const struct store *s, size_t i, struct brief *b,
    struct str *text)
{
	const struct source	*src;
	struct str		*own = (struct str *)(uintptr_t)&s->text;

	if (s->v[i].flow != NULL) {
		brief_of(s->v[i].flow, b, text);
		return;
	}
	if (s->v[i].pack != NULL) {
		brief_of(slot_look(s, &s->v[i]), b, text != NULL ? text : own);
		return;
	}
	src = source_of(s, s->v[i].id);
	src->ops.brief(src->ops.arg, (size_t)(s->v[i].id - src->id), b);
}

struct flow *
store_brief_of(const struct store *s, uint64_t id, struct brief *b,
    struct str *text)
{
	const struct slot	*sl = slot_of(s, id);

	store_brief(s, (size_t)(sl - s->v), b, text);
	return (sl->flow);
}

bool
store_match(const struct store *s, size_t i, const struct filter *filter)
{
	struct brief	 b;
	struct flow	*f;
	int		 yes;

	if (s->v[i].flow != NULL)
		return (filter_match(filter, s->v[i].flow));
	if (s->v[i].pack != NULL)
		return (filter_match(filter, slot_look(s, &s->v[i])));
	store_brief(s, i, &b, NULL);
	if ((yes = filter_judge(filter, &b)) != -1)
		return (yes == 1);
	f = slot_read(s, &s->v[i]);
	yes = filter_match(filter, f);
	flow_unref(f);
	return (yes);
}

void
store_on_read(struct store *s, void (*fn)(void *), void *arg)
{
	s->on_read = fn;
	s->arg = arg;
}

/* False: it cannot just now. */
static bool
slot_rest(struct slot *sl)
{
	struct flow	*f = sl->flow;

	/* What its file says of it is all there is to know. */
	if (f->shelved && f->changes == 0) {
		if (flow_is_shared(f))
			return (false);
	} else if (pack_refuses(f))
		return (true);
	else if ((sl->pack = pack_new(f)) == NULL)
		return (false);
	flow_unref(f);
	sl->flow = NULL;
	return (true);
}

bool
store_rest(struct store *s)
{
	size_t		 i, o = 0, over;
	struct slot	*sl;

	if (s->nread <= READ_KEPT)
		return (false);
	over = s->nread - READ_KEPT;
	for (i = 0; i < over; i++) {
		sl = slot_of(s, s->read[i]);
		if (sl != NULL && sl->flow != NULL && !slot_rest(sl))
			s->read[o++] = sl->id;	/* perhaps later */
	}
	memmove(s->read + o, s->read + over,
	    (s->nread - over) * sizeof(*s->read));
	s->nread = o + s->nread - over;
	return (o != 0);
}

/* ---- all of them ---- */

struct store *
store_new(struct bus *bus)
{
	struct store	*s = xcalloc(1, sizeof(*s));

	s->bus = bus;
	str_init(&s->text, TEXT_BYTES);
	hash_grow(s);
	return (s);
}

static void
drop_sources(struct store *s)
{
	while (s->nsrc != 0)
		source_unref(s->src[--s->nsrc]);
	s->nread = 0;
}

static void
slots_drop(struct slot *v, size_t n)
{
	size_t	i;

	for (i = 0; i < n; i++) {
		flow_unref(v[i].flow);
		pack_unref(v[i].pack);
	}
}

void
store_free(struct store *s)
{
	if (s == NULL)
		return;
	slots_drop(s->v, s->n);
	drop_sources(s);
	free(s->v);
	free(s->hash);
	free(s->src);
	free(s->read);
	pack_look_fini(&s->look);
	str_fini(&s->text);
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
	return (slot_flow(s, &s->v[i]));
}

struct flow *
store_get(const struct store *s, uint64_t id)
{
	struct slot	*sl = slot_of(s, id);

	return (sl != NULL ? slot_flow(s, sl) : NULL);
}

/* Few of those not read begin alike. */
static bool
slot_is(const struct store *s, size_t i, const unsigned char id[16])
{
	struct brief	b;

	if (s->v[i].flow == NULL) {
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

void
store_add(struct store *s, struct flow *f)
{
	if (s->n == s->cap) {
		s->cap = s->cap != 0 ? s->cap * 2 : 256;
		s->v = xrealloc(s->v, s->cap, sizeof(*s->v));
	}
	s->v[s->n++] = (struct slot){ .id = f->id, .flow = flow_ref(f) };
	if (s->n * 2 > s->nhash)
		hash_grow(s);
	else
		hash_put(s, s->n - 1);
	bus_fire(s->bus, BUS_FLOW_ADDED, f);
	if (!f->live && f->pack == NULL)	/* else: store_end() */
		store_done(s, f);
}

void
store_done(struct store *s, const struct flow *f)
{
	if (!pack_refuses(f))
		read_add(s, f->id);
}

struct flow *
store_end(struct store *s, uint64_t id)
{
	struct slot	*sl = slot_of(s, id);
	struct flow	*f = sl != NULL ? sl->flow : NULL;
	struct pack	*p;

	if (f == NULL)
		return (NULL);
	p = pack_take(f);
	if (p == NULL || flow_is_shared(f)) {
		pack_unref(p);
		store_done(s, f);
		return (NULL);
	}
	sl->pack = p;
	sl->flow = NULL;
	return (f);
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
		if (sl != NULL && sl->flow == v[i]) {
			sl->flow = NULL;
			sl->id = 0;
			v[gone++] = v[i];
		}
	}
	for (i = 0; i < s->n; i++)
		if (s->v[i].id != 0)
			s->v[o++] = s->v[i];
	s->n = o;
	hash_all(s);
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
		source_less(s, gone[i]->id);
		flow_unref(gone[i]);
	}
	free(gone);
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
	slots_drop(v, n);
	free(v);
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

/* ---- picks ---- */

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
	picks_put(ps, (struct pick){ .flow = flow_ref(f) });
}

void
picks_add(struct picks *ps, const struct store *s, uint64_t id)
{
	const struct slot	*sl = slot_of(s, id);
	struct pick		 p = { 0 };

	if (sl == NULL)
		return;
	if (sl->flow != NULL)
		p.flow = flow_ref(sl->flow);
	else if (sl->pack != NULL)
		p.pack = pack_ref(sl->pack);
	else {
		p.src = source_of(s, id);
		p.src->refs++;
		p.i = (size_t)(id - p.src->id);
	}
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
	if (p->flow != NULL)
		return (p->flow);
	if (p->pack != NULL) {
		f = pack_open(p->pack);
		pack_unref(p->pack);
	} else {
		f = source_read(p->src, p->i);
		source_unref(p->src);
	}
	return (f);
}

void
picks_fini(struct picks *ps)
{
	for (; ps->at < ps->n; ps->at++) {
		flow_unref(ps->v[ps->at].flow);
		pack_unref(ps->v[ps->at].pack);
		source_unref(ps->v[ps->at].src);
	}
	free(ps->v);
	*ps = (struct picks){ .v = NULL };
}
