#include "codec/h2_int.h"

#include <stdlib.h>

#include "base/mem.h"

#define EVENTS_KEPT	64	/* room for events not given back */

struct h2_ev *
h2_note(struct h2 *h2, enum h2_ev_kind kind, int32_t id)
{
	struct h2_note	*n;

	if (h2->n_notes == h2->cap_notes) {
		h2->cap_notes = h2->cap_notes != 0 ? h2->cap_notes * 2 : 8;
		h2->notes = xrealloc(h2->notes, h2->cap_notes,
		    sizeof(*h2->notes));
	}
	n = &h2->notes[h2->n_notes++];
	memset(n, 0, sizeof(*n));
	n->ev.kind = kind;
	n->ev.id = id;
	return (&n->ev);
}

struct why *
h2_note_why(struct h2 *h2)
{
	struct h2_note	*n = &h2->notes[h2->n_notes - 1];

	n->why = xcalloc(1, sizeof(*n->why));
	return (n->why);
}

/* Who takes what stands in front is told that this follows. */
void
h2_note_end(struct h2 *h2, int32_t id)
{
	struct h2_ev	*last;

	if (h2->n_notes != h2->at_note) {
		last = &h2->notes[h2->n_notes - 1].ev;
		last->end = last->id == id;
	}
	(void)h2_note(h2, H2_END, id);
}

void
h2_forget_notes(struct h2 *h2)
{
	h2->n_notes = h2->at_note = 0;
	if (h2->cap_notes <= EVENTS_KEPT)
		return;
	free(h2->notes);
	h2->notes = NULL;
	h2->cap_notes = 0;
}

bool
h2_next(struct h2 *h2, struct h2_ev *ev)
{
	struct h2_note	*n;

	free(h2->given);
	h2->given = NULL;
	if (h2->at_note == h2->n_notes) {
		h2_forget_notes(h2);
		return (false);
	}
	n = &h2->notes[h2->at_note++];
	*ev = n->ev;
	ev->why = h2->given = n->why;
	return (true);
}

static unsigned
slot_of(int32_t id)
{
	return (((unsigned)id >> 1) & (H2_TABLE - 1));
}

struct h2_stream *
h2_stream_find(const struct h2 *h2, int32_t id)
{
	struct h2_stream	*st;

	LIST_FOREACH(st, &h2->table[slot_of(id)], entry)
		if (st->id == id)
			return (st);
	return (NULL);
}

struct h2_stream *
h2_stream_live(const struct h2 *h2, int32_t id)
{
	struct h2_stream	*st = h2_stream_find(h2, id);

	return (st != NULL && !st->reset_here && !st->closed ? st : NULL);
}

struct h2_stream *
h2_stream_new(struct h2 *h2, int32_t id)
{
	struct h2_stream	*st = xcalloc(1, sizeof(*st));

	st->id = id;
	h2_queue_init(&st->queue);
	LIST_INSERT_HEAD(&h2->table[slot_of(id)], st, entry);
	h2->n_streams++;
	obj_born(OBJ_h2stream);
	return (st);
}

void
h2_stream_close(struct h2 *h2, struct h2_stream *st)
{
	if (st->closed)
		return;
	st->closed = true;
	h2->n_streams--;
	if (h2->reading == st)
		h2->reading = NULL;
	if (st->out == OUT_READY)
		TAILQ_REMOVE(&h2->ready, st, ready);
	st->out = OUT_OVER;
	head_unref(st->head);
	head_unref(st->trailers);
	st->head = st->trailers = NULL;
	h2_queue_fini(&st->queue);
}

void
h2_stream_free(struct h2 *h2, struct h2_stream *st)
{
	h2_stream_close(h2, st);
	LIST_REMOVE(st, entry);
	obj_gone(OBJ_h2stream);
	free(st);
}

const char *
h2_peer(const struct h2 *h2)
{
	return (h2->cfg.client ? "server" : "client");
}
