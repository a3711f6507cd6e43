/*
 * What the places of the store hold: how it is read, and how it goes again
 * (store_int.h has the picture).
 */
#include <stdlib.h>

#include "base/mem.h"
#include "model/store_int.h"

/* Flows that stay when they were read, or are over: some screens full. */
#define READ_KEPT	1024

#define TEXT_BYTES	((size_t)1 << 20)	/* of a brief */

void
slot_init(struct store *s)
{
	str_init(&s->text, TEXT_BYTES);
}

void
slot_fini(struct store *s)
{
	slot_forget(s);
	pack_look_fini(&s->look);
	str_fini(&s->text);
}

void
slot_forget(struct store *s)
{
	flow_ids_fini(&s->read);
	flow_ids_fini(&s->stuck);
	flow_ids_fini(&s->standins);
}

void
slot_drop(struct slot *sl)
{
	flow_unref(sl->flow);
	pack_unref(sl->pack);
	note_unref(sl->note);
	*sl = (struct slot){ .id = 0 };
}

/* Looking leaves the store the same, but for what it need not read again. */
static struct store *
mutable(const struct store *s)
{
	return ((struct store *)(uintptr_t)s);
}

/* ---- stand-ins ---- */

static bool
is_standin(const struct store *s, uint64_t id)
{
	size_t	i;

	for (i = 0; i < s->standins.n; i++)
		if (s->standins.v[i] == id)
			return (true);
	return (false);
}

bool
slot_end_standin(struct store *s, uint64_t id)
{
	size_t	i;

	for (i = 0; i < s->standins.n; i++)
		if (s->standins.v[i] == id) {
			s->standins.v[i] = s->standins.v[--s->standins.n];
			return (true);
		}
	return (false);
}

/* The record becomes what it stands for; who has it keeps it. */
static void
become(struct flow *f, struct flow *whole)
{
	flow_set_error(f, NULL);
	flow_set_request(f, NULL);
	flow_set_response(f, NULL);
	f->type = whole->type;
	f->replay = whole->replay;
	memcpy(f->uuid, whole->uuid, sizeof(f->uuid));
	flow_take_facts(f, whole);
	flow_take_marks(f, whole);
	f->changes = whole->changes;
	flow_unref(whole);
}

bool
store_is_standin(const struct store *s, const struct flow *f)
{
	return (is_standin(s, f->id));
}

void
store_on_big(struct store *s, void (*fn)(void *, uint64_t), void *arg)
{
	s->on_big = fn;
	s->big_arg = arg;
}

void
store_fill(struct store *s, struct flow *whole)
{
	struct slot	*sl = slot_of(s, whole->id);

	if (sl == NULL || !slot_end_standin(s, whole->id)) {
		flow_unref(whole);
		return;
	}
	/* It may have been marked while it was on its way. */
	note_put(sl->note, whole);
	become(sl->flow, whole);
	bus_fire(s->bus, BUS_FLOW_CHANGED, sl->flow);
}

void
store_whole(const struct store *s, struct flow *f)
{
	struct slot	*sl;

	if (is_standin(s, f->id) && (sl = slot_of(s, f->id)) != NULL &&
	    sl->flow == f)
		(void)slot_flow(s, sl);
}

/* ---- reading ---- */

/* It may go when it is one of too many. */
static void
read_add(struct store *s, uint64_t id)
{
	flow_ids_add(&s->read, id);
	if (s->read.n > READ_KEPT && s->on_read != NULL)
		s->on_read(s->arg);
}

/* It says all of the flow that was there, marks as well. */
static void
slot_pack(struct slot *sl, struct pack *p)
{
	note_unref(sl->note);
	sl->note = NULL;
	sl->pack = p;
	sl->flow = NULL;
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
	slot_pack(sl, p);
	return (f);
}

struct flow *
slot_known(const struct store *s, const struct slot *sl)
{
	return (s->standins.n != 0 && is_standin(s, sl->id) ? NULL :
	    sl->flow);
}

struct flow *
slot_read(const struct store *s, const struct slot *sl)
{
	const struct source	*src;

	if (sl->pack != NULL)
		return (note_open(sl->note, sl->pack));
	src = slot_source(s, sl->id);
	return (source_read(src, (size_t)(sl->id - src->id), sl->note));
}

const struct flow *
slot_look(const struct store *s, const struct slot *sl)
{
	return (sl->pack == NULL ? NULL : note_look(sl->note, sl->pack,
	    &mutable(s)->look));
}

/* It has this flow from now on, whose reference it takes. What was said of
 * a pack, the flow says; of one in a file it will be said again when that
 * is read again. */
static void
slot_fill(struct store *s, struct slot *sl, struct flow *f)
{
	sl->flow = f;
	if (sl->pack != NULL) {
		pack_unref(sl->pack);
		note_unref(sl->note);
		sl->pack = NULL;
		sl->note = NULL;
	}
	read_add(s, sl->id);
}

void
slot_adopt(struct store *s, struct slot *sl, struct flow *f)
{
	if (sl->flow == NULL)
		slot_fill(s, sl, flow_ref(f));
	else if (slot_end_standin(s, sl->id))
		become(sl->flow, flow_ref(f));
}

struct flow *
slot_flow(const struct store *cs, struct slot *sl)
{
	struct store	*s = mutable(cs);

	if (sl->flow == NULL)
		slot_fill(s, sl, slot_read(s, sl));
	else if (s->standins.n != 0 && slot_end_standin(s, sl->id))
		become(sl->flow, slot_read(s, sl));
	return (sl->flow);
}

struct flow *
store_look(const struct store *cs, uint64_t id)
{
	struct store		*s = mutable(cs);
	struct slot		*sl = slot_of(s, id);
	const struct source	*src;
	struct brief		 b;
	size_t			 i;

	if (sl == NULL || sl->flow != NULL)
		return (sl != NULL ? sl->flow : NULL);
	src = sl->pack == NULL ? slot_source(s, id) : NULL;
	if (src == NULL || s->on_big == NULL || src->ops.is_big == NULL)
		return (slot_flow(s, sl));
	i = (size_t)(id - src->id);
	if (!src->ops.is_big(src->ops.arg, i))
		return (slot_flow(s, sl));
	source_brief(src, i, sl->note, &b);
	slot_fill(s, sl, brief_standin(&b, id));
	sl->flow->shelved = true;
	sl->flow->changes = 1;		/* another than when it is whole */
	note_put(sl->note, sl->flow);
	flow_ids_add(&s->standins, id);
	s->on_big(s->big_arg, id);
	return (sl->flow);
}

/* ---- what was read ---- */

void
store_on_read(struct store *s, void (*fn)(void *), void *arg)
{
	s->on_read = fn;
	s->arg = arg;
}

/* What its file says of it is all there is to know. */
static bool
is_filed(const struct store *s, const struct slot *sl)
{
	const struct flow	*f = sl->flow;

	return (f->shelved && slot_source(s, sl->id) != NULL &&
	    (f->changes == 0 || is_standin(s, sl->id)));
}

/* False: it cannot just now. */
static bool
slot_rest(struct store *s, struct slot *sl)
{
	struct flow	*f = sl->flow;
	struct pack	*p;

	if (is_filed(s, sl)) {
		if (flow_is_shared(f))
			return (false);
		(void)slot_end_standin(s, sl->id);
		sl->flow = NULL;
	} else if (pack_refuses(f))
		return (true);
	else if ((p = pack_new(f)) == NULL)
		return (false);
	else
		slot_pack(sl, p);
	flow_unref(f);
	return (true);
}

/* False: it has to be tried again. */
static bool
rest_one(struct store *s, uint64_t id)
{
	struct slot	*sl = slot_of(s, id);

	return (sl == NULL || sl->flow == NULL || slot_rest(s, sl));
}

static void
rest_stuck(struct store *s)
{
	size_t	i, o = 0;

	for (i = 0; i < s->stuck.n; i++)
		if (!rest_one(s, s->stuck.v[i]))
			s->stuck.v[o++] = s->stuck.v[i];
	s->stuck.n = o;
}

void
store_rest_new(struct store *s)
{
	size_t	i, over;

	if (s->read.n <= READ_KEPT)
		return;
	over = s->read.n - READ_KEPT;
	for (i = 0; i < over; i++)
		if (!rest_one(s, s->read.v[i]))
			flow_ids_add(&s->stuck, s->read.v[i]);
	s->read.n -= over;
	memmove(s->read.v, s->read.v + over, s->read.n * sizeof(*s->read.v));
}

bool
store_rest(struct store *s)
{
	rest_stuck(s);
	store_rest_new(s);
	return (s->stuck.n != 0);
}
