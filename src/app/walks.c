/*
 *	picks --> piece --> worker: read (and put) --> main: take, each
 *	            |                                      ^
 *	            +-- of flows that are there already ---+
 *
 * Pieces are done in order; some are read while main is at the first.
 */
#include "app/walks.h"

#include <stdlib.h>

#include "app/app.h"
#include "base/date.h"
#include "base/mem.h"

#define LOG_TAG		"command"

#define PIECES		3
#define PIECE_FLOWS	256
#define PIECE_BYTES	((uint64_t)4 << 20)
#define TURN_NS		((uint64_t)4 * 1000000)
#define PAUSE_MS	1
#define FULL_MS		20	/* until it is asked again */

struct piece {
	struct job	 job;
	struct walk	*walk;
	struct lot	 lot;		/* empty: they were there */
	struct flow	*v[PIECE_FLOWS];	/* references */
	size_t		 n, at;		/* those before it are done */
	size_t		 first;		/* number of v[0] in the walk */
	struct str	 out;
	size_t		 nput;		/* flows that are in out */
	int		 rc;
	struct why	 why;
	bool		 read;		/* for this */
	bool		 ready;
	struct piece	*next;
};

struct walk {
	struct walks		*all;
	const struct walk_ops	*ops;
	void			*arg;
	struct picks		 picks;
	size_t			 total, taken, done;
	struct piece		*first, **last;
	unsigned		 npieces;
	struct timer		*timer;
	int			 rc;	/* -1: it failed, or is stopped */
	struct why		 why;
	bool			 stopped;
	void			(*told)(void *, int, const struct why *);
	void			*told_arg;
	struct walk		*next;
};

struct walks {
	struct model	*model;
	struct walk	*first;
};

/* ---- on a worker ---- */

static bool
on_flow(void *arg, size_t k, struct flow *f)
{
	struct piece		*p = arg;
	const struct walk_ops	*ops = p->walk->ops;

	if (ops->put == NULL) {
		p->v[p->n++] = f;
		return (!atomic_load(&p->job.cancelled));
	}
	p->rc = ops->put(p->walk->arg, f, p->first + k, &p->out, &p->why);
	p->nput += p->rc == 0;
	flow_unref(f);
	return (p->rc == 0 && !atomic_load(&p->job.cancelled));
}

static void
piece_run(struct job *j)
{
	struct piece	*p = (struct piece *)(void *)j;

	if (!atomic_load(&j->cancelled))
		lot_read(&p->lot, NULL, 0, on_flow, p);
}

/* ---- pieces ---- */

static void	walk_pump(struct walk *);

static void
piece_done(struct job *j)
{
	struct piece	*p = (struct piece *)(void *)j;

	lot_fini(&p->lot);
	p->ready = true;
	walk_pump(p->walk);
}

static void
piece_fill_known(struct walk *w, struct piece *p)
{
	struct flow	*f;

	while (p->n < PIECE_FLOWS &&
	    (f = picks_take_known(&w->picks)) != NULL)
		p->v[p->n++] = f;
	w->taken += p->n;
	p->ready = true;
}

static void
piece_new(struct walk *w)
{
	struct app	*app = w->all->model->app;
	struct piece	*p = xcalloc(1, sizeof(*p));

	p->job = (struct job){ .run = piece_run, .done = piece_done };
	atomic_init(&p->job.cancelled, false);
	p->walk = w;
	p->first = w->taken;
	str_init(&p->out, STR_MAX);
	*w->last = p;
	w->last = &p->next;
	w->npieces++;
	if (!picks_lot(&w->picks, PIECE_FLOWS, PIECE_BYTES, &p->lot)) {
		piece_fill_known(w, p);
		return;
	}
	p->read = true;
	w->taken += p->lot.n;
	work_submit(app->work, app->loop, &p->job);
}

static void
piece_drop(struct walk *w)
{
	struct piece	*p = w->first;

	w->first = p->next;
	if (w->first == NULL)
		w->last = &w->first;
	w->npieces--;
	while (p->at < p->n)
		flow_unref(p->v[p->at++]);
	str_fini(&p->out);
	free(p);
}

/* ---- on main ---- */

/* False: nobody waits, or not any more. */
static bool
walk_tell(struct walk *w)
{
	void	(*told)(void *, int, const struct why *) = w->told;

	w->told = NULL;
	if (told != NULL)
		told(w->told_arg, w->rc, &w->why);
	return (told != NULL);
}

static struct flow *
take_one(struct walk *w, struct piece *p)
{
	struct flow	*f = p->v[p->at++];

	return (p->read ? store_latest(w->all->model->store, f) : f);
}

static int
do_one(struct walk *w, struct piece *p)
{
	size_t		 k = p->first + p->at;
	struct flow	*f = take_one(w, p);
	int		 rc;

	if (w->ops->each != NULL)
		rc = w->ops->each(w->arg, f, &w->why);
	else
		rc = w->ops->put(w->arg, f, k, &p->out, &w->why);
	flow_unref(f);
	return (rc);
}

/* True when the piece is done; false: the time is over, or it is full. */
static bool
piece_do(struct walk *w, struct piece *p, uint64_t until)
{
	for (; w->rc == 0 && p->at < p->n; w->done += w->rc == 0) {
		if (date_mono_ns() > until)
			return (false);
		if (w->ops->full != NULL && w->ops->full(w->arg)) {
			/* What it waits for may need who waits for it. */
			(void)walk_tell(w);
			return (false);
		}
		w->rc = do_one(w, p);
	}
	if (w->ops->take != NULL && w->rc == 0 && p->out.n != 0)
		w->rc = w->ops->take(w->arg, str_sp(&p->out), &w->why);
	w->done += p->nput;
	if (w->rc == 0 && p->rc == -1) {
		w->rc = -1;
		w->why = p->why;
	}
	return (true);
}

static void
walk_end(struct walk *w)
{
	struct model	*m = w->all->model;
	struct walk	**at;
	struct why	 why;
	int		 rc;

	rc = w->ops->end(w->arg, w->done, w->rc == 0, &why);
	if (w->rc == 0 && rc == -1) {
		w->rc = -1;
		w->why = why;
	}
	if (w->stopped) {
		(void)fail(&w->why, ERR_CMD, "Stopped %s after %zu of %zu "
		    "flows.", w->ops->doing, w->done, w->total);
		model_status(m, "%s", w->why.text);
	}
	if (!walk_tell(w) && w->rc == -1 && !w->stopped) {
		log_error(m->log, "%s", w->why.text);
		model_status(m, "%s", w->why.text);
	}
	for (at = &w->all->first; *at != w; at = &(*at)->next)
		;
	*at = w->next;
	picks_fini(&w->picks);
	timer_free(w->timer);
	free(w);
	/* How far it is is no longer said. */
	bus_fire(m->bus, BUS_PROGRESS, NULL);
}

/* Nothing of what is on its way is wanted. */
static bool
walk_drain(struct walk *w)
{
	struct piece	*p;

	for (p = w->first; p != NULL; p = p->next)
		atomic_store(&p->job.cancelled, true);
	while (w->first != NULL && w->first->ready)
		piece_drop(w);
	return (w->first == NULL);
}

/* Some of it now, the rest later. */
static void
walk_pump(struct walk *w)
{
	uint64_t	until = date_mono_ns() + TURN_NS;
	bool		waits = false;

	while (w->rc == 0 && !waits) {
		while (w->npieces < PIECES && w->picks.at < w->picks.n)
			piece_new(w);
		if (w->first == NULL || !w->first->ready)
			break;
		if (piece_do(w, w->first, until))
			piece_drop(w);
		else
			waits = true;
	}
	if (w->rc == -1 ? walk_drain(w) : w->first == NULL) {
		walk_end(w);
		return;
	}
	if (waits)
		timer_set_ms(w->timer, date_mono_ns() > until ? PAUSE_MS :
		    FULL_MS);
	bus_fire(w->all->model->bus, BUS_PROGRESS, NULL);
}

static void
on_timer(void *arg)
{
	walk_pump(arg);
}

static void
walk_start(struct model *m, struct picks *ps, const struct walk_ops *ops,
    void *arg)
{
	struct walks	*ws = m->app->walks;
	struct walk	*w = xcalloc(1, sizeof(*w)), **at;

	w->all = ws;
	w->ops = ops;
	w->arg = arg;
	w->picks = *ps;
	*ps = (struct picks){ .v = NULL };
	w->told = m->walk_told;
	w->told_arg = m->walk_told_arg;
	m->walk_told = NULL;
	w->total = w->picks.n - w->picks.at;
	w->last = &w->first;
	w->timer = timer_new(m->app->loop, on_timer, w);
	for (at = &ws->first; *at != NULL; at = &(*at)->next)
		;
	*at = w;
	timer_set_ms(w->timer, 0);
}

struct walks *
walks_new(struct model *m)
{
	struct walks	*ws = xcalloc(1, sizeof(*ws));

	ws->model = m;
	m->walk = walk_start;
	m->app->walks = ws;
	return (ws);
}

void
walks_free(struct walks *ws)
{
	if (ws == NULL)
		return;
	ws->model->walk = NULL;
	(void)walks_stop(ws);
	while (ws->first != NULL)
		loop_once(ws->model->app->loop, false);
	ws->model->app->walks = NULL;
	free(ws);
}

void
walks_progress(const struct walks *ws, struct str *out)
{
	const struct walk	*w = ws->first;

	if (w != NULL)
		str_printf(out, "%s:%zu%%", w->ops->doing, w->total != 0 ?
		    w->done * 100 / w->total : 100);
}

bool
walks_stop(struct walks *ws)
{
	struct walk	*w;

	for (w = ws->first; w != NULL; w = w->next) {
		if (w->rc == 0) {
			w->rc = -1;
			w->stopped = true;
		}
		timer_set_ms(w->timer, 0);
	}
	return (ws->first != NULL);
}
