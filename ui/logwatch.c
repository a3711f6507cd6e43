#include "ui/logwatch.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/mem.h"

struct logwatch {
	struct post	 post;		/* first: on_main() casts back */
	struct model	*model;		/* NULL: the owner has gone */
	struct loop	*loop;
	atomic_bool	 posted;	/* the post is under way */
};

static void
on_main(struct post *p)
{
	struct logwatch	*w = (struct logwatch *)p;

	if (w->model == NULL) {
		free(w);
		return;
	}
	/* Cleared first: a line written from now on posts again. */
	atomic_store(&w->posted, false);
	bus_fire(w->model->bus, BUS_LOG, NULL);
}

static void
on_line(void *arg, const struct log_line *line)
{
	struct logwatch	*w = arg;

	(void)line;
	if (!atomic_exchange(&w->posted, true))
		loop_post(w->loop, &w->post);
}

struct logwatch *
logwatch_new(struct model *m, struct loop *loop)
{
	struct logwatch	*w = xcalloc(1, sizeof(*w));

	w->post.fn = on_main;
	w->model = m;
	w->loop = loop;
	log_add_sink(m->log, on_line, w);
	return (w);
}

void
logwatch_free(struct logwatch *w)
{
	if (w == NULL)
		return;
	/* No line comes after this, but one may be on its way. */
	log_drop_sink(w->model->log, on_line, w);
	w->model = NULL;
	if (!atomic_load(&w->posted))
		free(w);
}
