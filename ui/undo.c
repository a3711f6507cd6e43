#include "ui/undo.h"

#include <stdlib.h>

#define UNDO_READ	20000	/* flows that are in memory */
#define UNDO_BYTES	((uint64_t)64 << 20)	/* theirs */
#define UNDO_FLOWS	2000000	/* all: of the others only the place */

void
undo_init(struct undo *u)
{
	memset(u, 0, sizeof(*u));
}

static void
undo_forget(struct undo *u, size_t n)
{
	size_t	i;

	for (i = 0; i < n; i++) {
		u->bytes -= u->of[i].bytes;
		u->nread -= u->v[i].src == NULL;
		pick_fini(&u->v[i]);
	}
	if (n > 0) {
		memmove(u->v, u->v + n, (u->n - n) * sizeof(u->v[0]));
		memmove(u->of, u->of + n, (u->n - n) * sizeof(u->of[0]));
	}
	u->n -= n;
}

void
undo_fini(struct undo *u)
{
	undo_forget(u, u->n);
	free(u->v);
	free(u->of);
	undo_init(u);
}

void
undo_mark(struct undo *u)
{
	u->group++;
}

/* Of an unread one only the place is kept. */
static uint64_t
pick_bytes(const struct pick *p, struct pack_look *look)
{
	if (p->flow != NULL)
		return (flow_size(p->flow));
	return (p->pack != NULL ? flow_size(pack_look(p->pack, look)) : 0);
}

static void
undo_add(struct undo *u, const struct pick *p, uint64_t bytes)
{
	if (u->n == u->cap) {
		u->cap = u->cap != 0 ? u->cap * 2 : 16;
		u->v = xrealloc(u->v, u->cap, sizeof(u->v[0]));
		u->of = xrealloc(u->of, u->cap, sizeof(u->of[0]));
	}
	pick_dup(&u->v[u->n], p);
	u->of[u->n++] = (struct undone){ bytes, u->group };
	u->bytes += bytes;
	u->nread += p->src == NULL;
	u->noted++;
}

void
undo_note(struct undo *u, const struct store_gone *gone)
{
	struct pack_look	 look = { .flow = { 0 } };
	size_t			 i;

	for (i = 0; i < gone->n; i++) {
		undo_add(u, &gone->v[i], pick_bytes(&gone->v[i], &look));
		/* A quarter at once, so that a big deletion is not slow. */
		if (u->nread > UNDO_READ || u->n > UNDO_FLOWS ||
		    (u->bytes > UNDO_BYTES && u->n > 1))
			undo_forget(u, u->n / 4 + 1);
	}
	pack_look_fini(&look);
}

/* Nobody told it the end of its exchange. */
static void
undo_end(struct flow *f)
{
	if (f == NULL)
		return;
	if (f->live && f->error == NULL)
		flow_set_error(f, err_text(ERR_KILLED));
	f->live = false;
}

size_t
undo_n(const struct undo *u)
{
	size_t	from = u->n;

	while (from > 0 && u->of[from - 1].group == u->of[u->n - 1].group)
		from--;
	return (u->n - from);
}

size_t
undo_last(struct undo *u, struct store *s, struct flow **first)
{
	size_t		n = undo_n(u), from = u->n - n, i;
	uint64_t	id;

	*first = NULL;
	if (n == 0)
		return (0);
	id = u->v[from].id;
	for (i = from; i < u->n; i++) {
		u->bytes -= u->of[i].bytes;
		u->nread -= u->v[i].src == NULL;
		undo_end(u->v[i].flow);
	}
	store_put_back(s, u->v + from, n);
	while (u->n > from)
		pick_fini(&u->v[--u->n]);
	*first = store_look(s, id);
	return (n);
}
