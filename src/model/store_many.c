/*
 * What is done with many flows at once, by id: none is read for that.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "model/store_int.h"

/* ---- notes ---- */

/* The note of each that has the same one so far. */
struct noting {
	enum note_kind	 kind;
	const char	*text;
	const struct note *old;
	struct note	*now;		/* reference; NULL: none yet */
};

static void
slot_note(struct slot *sl, struct noting *ng)
{
	if (ng->now == NULL || sl->note != ng->old) {
		note_unref(ng->now);
		ng->old = sl->note;
		ng->now = note_new(sl->note, ng->kind, ng->text);
	}
	note_unref(sl->note);
	sl->note = note_ref(ng->now);
}

static void
flow_note(struct store *s, struct flow *f, const struct noting *ng)
{
	if (ng->kind == NOTE_MARK)
		flow_set_marked(f, ng->text);
	else
		flow_set_comment(f, ng->text);
	store_touch(s, f);
}

void
store_note(struct store *s, const uint64_t *v, size_t n, enum note_kind kind,
    const char *text)
{
	struct noting		 ng = { kind, text, NULL, NULL };
	struct flow_ids		 ids = { NULL, 0, 0 };
	struct slot		*sl;
	size_t			 i;

	for (i = 0; i < n; i++) {
		if ((sl = slot_of(s, v[i])) == NULL)
			continue;
		if (slot_known(s, sl) != NULL) {
			flow_note(s, sl->flow, &ng);
			continue;
		}
		slot_note(sl, &ng);
		if (sl->flow != NULL)
			note_put(sl->note, sl->flow);
		flow_ids_add(&ids, v[i]);
	}
	note_unref(ng.now);
	if (ids.n != 0)
		bus_fire(s->bus, BUS_FLOWS_NOTED, &ids);
	flow_ids_fini(&ids);
}

void
store_adopt(struct store *s, struct flow *f)
{
	struct slot	*sl = slot_of(s, f->id);

	if (sl == NULL || slot_known(s, sl) != NULL)
		return;
	slot_adopt(s, sl, f);
	bus_fire(s->bus, BUS_FLOW_CHANGED, sl->flow);
}

struct flow *
store_latest(const struct store *s, struct flow *f)
{
	struct flow	*here = store_peek_id(s, f->id);

	if (here == NULL)
		return (f);
	(void)flow_ref(here);
	flow_unref(f);
	return (here);
}

/* ---- picks and lots ---- */

/* Without references. */
static struct pick
slot_pick(const struct store *s, const struct slot *sl)
{
	struct pick	p = { .id = sl->id, .note = sl->note };

	p.flow = slot_known(s, sl);
	if (p.flow == NULL && sl->pack != NULL)
		p.pack = sl->pack;
	else if (p.flow == NULL)
		p.src = slot_source(s, sl->id);
	return (p);
}

bool
store_pick(const struct store *s, uint64_t id, struct pick *p)
{
	const struct slot	*sl = slot_of(s, id);
	struct pick		 borrowed;

	*p = (struct pick){ .id = 0 };
	if (sl == NULL)
		return (false);
	borrowed = slot_pick(s, sl);
	pick_dup(p, &borrowed);
	return (true);
}

bool
store_lot(const struct store *s, size_t *i, size_t max, uint64_t bytes,
    struct lot *b)
{
	struct pick	p;

	if (*i >= s->n || store_peek(s, *i) != NULL)
		return (false);
	p = slot_pick(s, &s->v[*i]);
	lot_init(b, p.src, max, bytes);
	for (; *i < s->n; ++*i) {
		p = slot_pick(s, &s->v[*i]);
		if (!lot_add(b, &p))
			break;
	}
	return (true);
}

void
store_set_cursor(struct store *s, size_t *cursor)
{
	s->cursor = cursor;
}

/* ---- going, and coming back ---- */

/* Takes out those that are there. */
static void
take_out(struct store *s, const uint64_t *v, size_t n,
    struct store_gone *gone)
{
	struct slot	*sl;
	size_t		 i;

	for (i = 0; i < n; i++) {
		if ((sl = slot_of(s, v[i])) == NULL)
			continue;
		(void)store_pick(s, v[i], &gone->v[gone->n++]);
		(void)slot_end_standin(s, v[i]);
		slot_drop(sl);
	}
	if (gone->n != 0)
		slot_close_up(s);
}

void
store_remove_ids(struct store *s, const uint64_t *v, size_t n)
{
	struct store_gone	gone = { xcalloc(n + 1, sizeof(*gone.v)), 0 };
	size_t			i;

	take_out(s, v, n, &gone);
	if (gone.n != 0)
		bus_fire(s->bus, BUS_FLOWS_LEFT, &gone);
	for (i = 0; i < gone.n; i++)
		if (gone.v[i].flow != NULL)
			bus_fire(s->bus, BUS_FLOW_REMOVED, gone.v[i].flow);
	for (i = 0; i < gone.n; i++) {
		slot_source_less(s, gone.v[i].id);
		pick_fini(&gone.v[i]);
	}
	free(gone.v);
}

void
store_remove_many(struct store *s, struct flow **v, size_t n)
{
	uint64_t	*ids = xcalloc(n + 1, sizeof(*ids));
	struct slot	*sl;
	size_t		 i, k = 0;

	for (i = 0; i < n; i++) {
		sl = slot_of(s, v[i]->id);
		if (sl != NULL && sl->flow == v[i])
			ids[k++] = v[i]->id;
	}
	store_remove_ids(s, ids, k);
	free(ids);
}

void
store_remove(struct store *s, struct flow *f)
{
	store_remove_many(s, &f, 1);
}

/* The source may have gone with the last of its flows. */
static void
put_back(struct store *s, const struct pick *p)
{
	struct pick	mine;

	if (p->src != NULL && slot_source(s, p->id) == NULL) {
		p->src->left = 0;
		slot_source_add(s, source_ref(p->src));
	}
	pick_dup(&mine, p);
	source_unref(mine.src);
	slot_push(s, (struct slot){ mine.id, mine.flow, mine.pack,
	    mine.note });
	if (mine.flow == NULL)
		return;
	bus_fire(s->bus, BUS_FLOW_ADDED, mine.flow);
	if (!mine.flow->live)
		store_done(s, mine.flow);
}

void
store_put_back(struct store *s, const struct pick *v, size_t n)
{
	bool	unread = false;
	size_t	i;

	for (i = 0; i < n; i++) {
		if (store_has(s, v[i].id))
			continue;
		put_back(s, &v[i]);
		unread |= v[i].flow == NULL;
	}
	if (unread)
		bus_fire(s->bus, BUS_STORE_RESET, NULL);
}
