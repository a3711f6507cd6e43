#include "flowfile/ff_room.h"

#include <stdlib.h>

#include "base/mem.h"

#define END_MS		5000u	/* for a reader when the program ends */

struct ff_room {
	struct app	*app;
	struct watch	*watch;
	struct timer	*timer;
	ff_room_fn	*fn;
	void		*arg;
};

static void	on_quit(void *, enum bus_event, void *);

static void
end(struct ff_room *r, bool there)
{
	ff_room_fn	*fn = r->fn;
	void		*arg = r->arg;

	bus_unsub(r->app->model->bus, on_quit, r);
	watch_free(r->watch);
	timer_free(r->timer);
	free(r);
	fn(arg, there);
}

static void
on_room(void *arg, int what unused)
{
	end(arg, true);
}

static void
on_time(void *arg)
{
	end(arg, false);
}

static void
on_quit(void *arg, enum bus_event event unused, void *what unused)
{
	struct ff_room	*r = arg;

	timer_set_ms(r->timer, r->app->hasty ? 0 : END_MS);
}

void
ff_room_wait(struct app *app, int fd, ff_room_fn *fn, void *arg)
{
	struct ff_room	*r = xcalloc(1, sizeof(*r));

	r->app = app;
	r->fn = fn;
	r->arg = arg;
	r->watch = watch_new(app->loop, fd, WATCH_WRITE, on_room, r);
	r->timer = timer_new(app->loop, on_time, r);
	bus_sub(app->model->bus, BUS_QUIT, on_quit, r);
	if (app->quitting)
		on_quit(r, BUS_QUIT, NULL);
}
