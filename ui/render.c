#include "ui/render.h"

#include <stdlib.h>

#include "base/mem.h"

struct render {
	struct job	 job;		/* first: run() casts back */
	struct flow	*flow;		/* our own record */
	render_put_fn	*put;
	struct messages_how how;
	char		*mode;
	struct cv_out	 out;
	const struct cv_more *more;	/* held, or NULL */
	render_done_fn	*done;		/* NULL: nobody waits */
	void		*arg;
};

/* On a worker. */
static void
render_run(struct job *j)
{
	struct render	*r = (struct render *)j;

	if (!atomic_load(&j->cancelled))
		r->put(r->how, r->flow, r->mode, &r->out);
}

static void
render_end(struct job *j)
{
	struct render	*r = (struct render *)j;

	if (r->done != NULL)
		r->done(r->arg, &r->out);
	if (r->more != NULL)
		r->more->drop(r->more->arg);
	cv_out_fini(&r->out);
	flow_unref(r->flow);
	free(r->mode);
	free(r);
}

static void
put_request(struct messages_how how unused, struct flow *f, const char *mode,
    struct cv_out *o)
{
	cv_message(f, f->request, true, mode, o);
}

static void
put_response(struct messages_how how unused, struct flow *f,
    const char *mode, struct cv_out *o)
{
	cv_message(f, f->response, false, mode, o);
}

struct render *
render_start(struct app *app, const struct flow *f, bool request,
    const char *mode, size_t max_lines, render_done_fn *done, void *arg)
{
	struct messages_how	how = { "", "", 0, 0 };

	return (render_start_with(app, f, request ? put_request :
	    put_response, how, mode, max_lines, done, arg));
}

struct render *
render_start_with(struct app *app, const struct flow *f, render_put_fn *put,
    struct messages_how how, const char *mode, size_t max_lines,
    render_done_fn *done, void *arg)
{
	struct render	*r = xcalloc(1, sizeof(*r));

	r->job.run = render_run;
	r->job.done = render_end;
	r->flow = flow_dup(f, true);
	r->put = put;
	r->how = how;
	r->mode = xstrdup(mode);
	r->done = done;
	r->arg = arg;
	cv_out_init(&r->out, max_lines);
	r->more = r->out.more = app->model->views;
	if (r->more != NULL)
		r->more->hold(r->more->arg);
	work_submit(app->work, app->loop, &r->job);
	return (r);
}

void
render_drop(struct render *r)
{
	if (r == NULL)
		return;
	atomic_store(&r->job.cancelled, true);
	r->done = NULL;
}
