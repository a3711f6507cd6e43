/*
 * Runs of scripts over flows, main's half (weirhost/oneshot.py has the
 * other): flows go to Python piece by piece as it asks for them, and what
 * a script has changed comes back with each piece.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "model/walk.h"
#include "scripting/host.h"

#define PIECE_FLOWS	250
#define PIECE_BYTES	((uint64_t)8 << 20)

struct oneshot {
	uint64_t	 id;
	struct picks	 picks;
	struct flow	*v[PIECE_FLOWS];	/* references: Python's */
	size_t		 n;
	uint64_t	 bytes;		/* of what stays in memory for it */
	struct oneshot	*next;
};

void
oneshot_start(struct py *py, const char *path, struct picks *ps)
{
	struct oneshot	*os = xcalloc(1, sizeof(*os));
	struct cargo	 c = { 0 };

	os->id = ++py->oneshot_id;
	os->picks = *ps;
	*ps = (struct picks){ .v = NULL };
	os->next = py->oneshots;
	py->oneshots = os;
	cargo_word(&c, path);
	cargo_text(&c, "%llu", (unsigned long long)os->id);
	cargo_text(&c, "%zu", os->picks.n);
	py_job(py, "run", &c);
}

static struct oneshot *
oneshot_of(struct py *py, const struct ask *a)
{
	struct oneshot	*os = py->oneshots;
	uint64_t	 id;

	if (sp_u64(sp_of(cargo_at(&a->in, 0)), &id) == -1)
		return (NULL);
	while (os != NULL && os->id != id)
		os = os->next;
	return (os);
}

static void
drop_piece(struct oneshot *os)
{
	while (os->n != 0)
		flow_unref(os->v[--os->n]);
}

/* id: the next flows; none: that was all. */
int
oneshot_more(struct py *py, struct ask *a)
{
	struct oneshot	*os = oneshot_of(py, a);
	struct flow	*f;
	uint64_t	 bytes = 0;

	if (os == NULL)
		return (0);
	drop_piece(os);
	while (os->bytes <= WALK_BYTES && os->n < PIECE_FLOWS &&
	    bytes < PIECE_BYTES && (f = picks_take(&os->picks)) != NULL) {
		os->v[os->n++] = f;
		bytes += flow_size(f);
		cargo_flow(&a->out, flow_dup(f, true));
	}
	if (os->bytes > WALK_BYTES)
		model_status(py->model, "Stopped after %zu flows: more that "
		    "are changed do not fit in memory.", os->picks.at);
	return (0);
}

static bool
same_frames(struct flow *a, struct flow *b)
{
	const struct frames	*x = flow_messages(a), *y = flow_messages(b);
	size_t			 i;

	for (i = 0; i < x->n && i < y->n; i++)
		if (frames_at(x, i)->data != frames_at(y, i)->data ||
		    frames_at(x, i)->dropped != frames_at(y, i)->dropped)
			return (false);
	return (x->n == y->n);
}

/* Messages that a script left alone are the ones it was given. */
static bool
is_same(struct flow *a, struct flow *b)
{
	return (a->request == b->request && a->response == b->response &&
	    carry_same_text(a->error, b->error) && carry_same_marks(a, b) &&
	    same_frames(a, b));
}

static void
edit_one(struct py *py, struct oneshot *os, struct flow *now)
{
	struct store	*s = py->model->store;
	struct flow	*f = NULL, *here;
	size_t		 i;

	for (i = 0; i < os->n && f == NULL; i++)
		if (os->v[i]->id == now->id)
			f = os->v[i];
	if (f == NULL || is_same(f, now))
		return;
	here = store_peek_id(s, f->id);
	if (here == NULL) {
		/* Not read before: from now on this is it. */
		ops_take_edit(py->model, f, now);
		store_adopt(s, f);
		if (f->shelved)
			os->bytes += flow_size(f) + WALK_FLOW;
	} else
		ops_take_edit(py->model, here, now);
}

/* id, and the flows of the piece as the script leaves them. */
int
oneshot_edit(struct py *py, struct ask *a)
{
	struct oneshot	*os = oneshot_of(py, a);
	size_t		 i;

	for (i = 0; os != NULL && i < a->in.nflows; i++)
		edit_one(py, os, a->in.flows[i]);
	return (0);
}

static void
oneshot_free(struct oneshot *os)
{
	drop_piece(os);
	picks_fini(&os->picks);
	free(os);
}

int
oneshot_end(struct py *py, struct ask *a)
{
	struct oneshot	*os = oneshot_of(py, a), **at;

	if (os == NULL)
		return (0);
	for (at = &py->oneshots; *at != os; at = &(*at)->next)
		;
	*at = os->next;
	oneshot_free(os);
	return (0);
}

void
oneshot_drop_all(struct py *py)
{
	struct oneshot	*os;

	while ((os = py->oneshots) != NULL) {
		py->oneshots = os->next;
		oneshot_free(os);
	}
}
