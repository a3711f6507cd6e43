/*
 *	view_share() --> worker: share_judge() --> view_take() --> next
 *	store_on_big() --> worker: lot_read() --> store_fill()
 */
#include "app/sift.h"

#include <stdlib.h>

#include "app/app.h"
#include "base/mem.h"

/* Between turns on main: keys and traffic have theirs. */
#define PAUSE_MS	1
/* What is on its way through commands and screens is done with by then.
 * What others keep longer is asked about less and less. */
#define REST_MS		100
#define REST_MAX_MS	10000

/* Shares under way; a worker is left for what others wait for. */
#define SHARES		(APP_WORKERS - 1)

struct sifter {
	struct job	 job;
	struct sift	*sift;
	struct share	 share;
	bool		 busy;
};

/* A big flow that is read. */
struct fetch {
	struct job	 job;
	struct sift	*sift;
	struct lot	 lot;
	struct flow	*got;
};

struct sift {
	struct model	*model;
	struct timer	*timer, *rest;
	unsigned	 rest_ms;
	struct sifter	 sifters[SHARES];
	size_t		 fetches;
};

/* ---- shares ---- */

static void
share_run(struct job *j)
{
	struct sifter	*sf = (struct sifter *)(void *)j;

	if (!atomic_load(&j->cancelled))
		share_judge(&sf->share, &j->cancelled);
}

static void
sift_go(struct sift *s)
{
	struct app	*app = s->model->app;
	struct view	*v = s->model->view;
	struct sifter	*sf;
	bool		 busy = false;

	for (sf = s->sifters; sf < s->sifters + SHARES; sf++) {
		if (!sf->busy && view_share(v, &sf->share)) {
			sf->busy = true;
			atomic_store(&sf->job.cancelled, false);
			work_submit(app->work, app->loop, &sf->job);
		}
		busy |= sf->busy;
	}
	/* What is left is judged on main, or comes soon. */
	if (!busy && view_sifting(v) && !timer_is_set(s->timer))
		timer_set_ms(s->timer, PAUSE_MS);
}

static void
share_done(struct job *j)
{
	struct sifter	*sf = (struct sifter *)(void *)j;

	sf->busy = false;
	view_take(sf->sift->model->view, &sf->share);
	sift_go(sf->sift);
}

static void
on_timer(void *arg)
{
	sift_go(arg);
}

/* Nobody wants to know any more what was asked before. */
static void
on_view(void *arg, enum bus_event event unused, void *what unused)
{
	struct sift	*s = arg;
	struct view	*v = s->model->view;
	struct sifter	*sf;

	for (sf = s->sifters; sf < s->sifters + SHARES; sf++)
		if (sf->busy && sf->share.run != view_run(v))
			atomic_store(&sf->job.cancelled, true);
	if (view_sifting(v) && !timer_is_set(s->timer))
		timer_set_ms(s->timer, PAUSE_MS);
}

/* ---- big flows ---- */

static bool
on_big_flow(void *arg, size_t k unused, struct flow *f)
{
	struct fetch	*ft = arg;

	ft->got = f;
	return (false);
}

static void
fetch_run(struct job *j)
{
	struct fetch	*ft = (struct fetch *)(void *)j;

	lot_read(&ft->lot, NULL, 0, on_big_flow, ft);
}

static void
fetch_done(struct job *j)
{
	struct fetch	*ft = (struct fetch *)(void *)j;

	ft->sift->fetches--;
	lot_fini(&ft->lot);
	store_fill(ft->sift->model->store, ft->got);
	free(ft);
}

static void
on_big(void *arg, uint64_t id)
{
	struct sift	*s = arg;
	struct app	*app = s->model->app;
	struct picks	 picks = { .v = NULL };
	struct fetch	*ft = xcalloc(1, sizeof(*ft));

	ft->job = (struct job){ .run = fetch_run, .done = fetch_done };
	ft->sift = s;
	picks_add(&picks, s->model->store, id);
	(void)picks_lot(&picks, 1, 1, &ft->lot);
	picks_fini(&picks);
	s->fetches++;
	work_submit(app->work, app->loop, &ft->job);
}

/* ---- what was read ---- */

static void
on_rest(void *arg)
{
	struct sift	*s = arg;

	if (!store_rest(s->model->store))
		return;
	s->rest_ms = s->rest_ms * 2 < REST_MAX_MS ? s->rest_ms * 2 :
	    REST_MAX_MS;
	timer_set_ms(s->rest, s->rest_ms);
}

static void
on_read(void *arg)
{
	struct sift	*s = arg;

	if (timer_is_set(s->rest) && s->rest_ms == REST_MS)
		return;
	s->rest_ms = REST_MS;
	timer_set_ms(s->rest, REST_MS);
}

struct sift *
sift_new(struct model *m)
{
	struct sift	*s = xcalloc(1, sizeof(*s));
	struct sifter	*sf;

	s->model = m;
	s->timer = timer_new(m->app->loop, on_timer, s);
	s->rest = timer_new(m->app->loop, on_rest, s);
	for (sf = s->sifters; sf < s->sifters + SHARES; sf++) {
		sf->sift = s;
		sf->job = (struct job){ .run = share_run,
		    .done = share_done };
		atomic_init(&sf->job.cancelled, false);
	}
	bus_sub(m->bus, BUS_VIEW, on_view, s);
	store_on_read(m->store, on_read, s);
	store_on_big(m->store, on_big, s);
	return (s);
}

static bool
is_busy(const struct sift *s)
{
	size_t	i;

	for (i = 0; i < SHARES; i++)
		if (s->sifters[i].busy)
			return (true);
	return (s->fetches != 0);
}

void
sift_free(struct sift *s)
{
	if (s == NULL)
		return;
	view_stop(s->model->view);	/* cancels, by on_view() */
	while (is_busy(s))
		loop_once(s->model->app->loop, false);
	bus_unsub(s->model->bus, on_view, s);
	store_on_read(s->model->store, NULL, NULL);
	store_on_big(s->model->store, NULL, NULL);
	timer_free(s->timer);
	timer_free(s->rest);
	free(s);
}
