#include "app/sift.h"

#include <stdlib.h>

#include "app/app.h"
#include "base/mem.h"

/* Between shares: keys and traffic have their turn. */
#define PAUSE_MS	1
/* What is on its way through commands and screens is done with by then. */
#define REST_MS		100

struct sift {
	struct model	*model;
	struct timer	*timer, *rest;
};

static void
on_timer(void *arg)
{
	struct sift	*s = arg;

	view_sift(s->model->view);
}

static void
on_view(void *arg, enum bus_event event unused, void *what unused)
{
	struct sift	*s = arg;

	if (view_sifting(s->model->view) && !timer_is_set(s->timer))
		timer_set_ms(s->timer, PAUSE_MS);
}

static void
on_rest(void *arg)
{
	struct sift	*s = arg;

	if (store_rest(s->model->store))
		timer_set_ms(s->rest, REST_MS);
}

static void
on_read(void *arg)
{
	struct sift	*s = arg;

	if (!timer_is_set(s->rest))
		timer_set_ms(s->rest, REST_MS);
}

struct sift *
sift_new(struct model *m)
{
	struct sift	*s = xcalloc(1, sizeof(*s));

	s->model = m;
	s->timer = timer_new(m->app->loop, on_timer, s);
	s->rest = timer_new(m->app->loop, on_rest, s);
	bus_sub(m->bus, BUS_VIEW, on_view, s);
	store_on_read(m->store, on_read, s);
	return (s);
}

void
sift_free(struct sift *s)
{
	if (s == NULL)
		return;
	bus_unsub(s->model->bus, on_view, s);
	store_on_read(s->model->store, NULL, NULL);
	timer_free(s->timer);
	timer_free(s->rest);
	free(s);
}
