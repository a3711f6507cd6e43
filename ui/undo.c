#include "ui/undo.h"

#include <stdlib.h>

#define UNDO_FLOWS	20000
#define UNDO_BYTES	((uint64_t)64 << 20)

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
		u->bytes -= u->v[i].bytes;
		flow_unref(u->v[i].flow);
	}
	if (n > 0)
		memmove(u->v, u->v + n, (u->n - n) * sizeof(u->v[0]));
	u->n -= n;
}

void
undo_fini(struct undo *u)
{
	undo_forget(u, u->n);
	free(u->v);
	undo_init(u);
}

void
undo_mark(struct undo *u)
{
	u->group++;
}

void
undo_note(struct undo *u, struct flow *f)
{
	if (u->n == u->cap) {
		u->cap = u->cap != 0 ? u->cap * 2 : 16;
		u->v = xrealloc(u->v, u->cap, sizeof(u->v[0]));
	}
	u->v[u->n].flow = flow_ref(f);
	u->v[u->n].bytes = flow_size(f);
	u->bytes += u->v[u->n].bytes;
	u->v[u->n++].group = u->group;
	u->noted++;
	/* A quarter at once, so that a big deletion is not a slow one. */
	if (u->n > UNDO_FLOWS || (u->bytes > UNDO_BYTES && u->n > 1))
		undo_forget(u, u->n / 4 + 1);
}

size_t
undo_n(const struct undo *u)
{
	size_t	from = u->n;

	while (from > 0 && u->v[from - 1].group == u->v[u->n - 1].group)
		from--;
	return (u->n - from);
}

size_t
undo_last(struct undo *u, struct store *s, struct flow **first)
{
	size_t		n = undo_n(u), from = u->n - n, i;
	struct flow	*f;
	uint64_t	id;

	*first = NULL;
	if (n == 0)
		return (0);
	id = u->v[from].flow->id;
	for (i = from; i < from + n; i++) {
		f = u->v[i].flow;
		u->bytes -= u->v[i].bytes;
		/* Nobody told it the end of its exchange. */
		if (f->live && f->error == NULL)
			flow_set_error(f, err_text(ERR_KILLED));
		f->live = false;
		if (store_get(s, f->id) == NULL)
			store_add(s, f);
		flow_unref(f);
	}
	u->n = from;
	*first = store_get(s, id);
	return (n);
}
