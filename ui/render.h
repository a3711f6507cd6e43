/*
 * render - a body made into lines on a worker, so that keys are answered
 * meanwhile however big it is.
 *
 * The worker has a copy of the flow's record and frozen messages. Main
 * thread.
 */
#ifndef UI_RENDER_H
#define UI_RENDER_H

#include "app/app.h"
#include "cv/cv.h"
#include "ui/messages.h"

struct render;

/* The lines are the callee's: it moves them out of *out. */
typedef void	 render_done_fn(void *, struct cv_out *out);

/* On a worker: makes the lines of the flow, a copy. */
typedef void	 render_put_fn(struct messages_how, struct flow *,
		    const char *mode, struct cv_out *);

struct render	*render_start(struct app *, const struct flow *, bool request,
		    const char *mode, size_t max_lines, render_done_fn *,
		    void *);
/* Of anything else than the body of a request or response. */
struct render	*render_start_with(struct app *, const struct flow *,
		    render_put_fn *, struct messages_how, const char *mode,
		    size_t max_lines, render_done_fn *, void *);
/* done() is not called any more. NULL is fine. */
void		 render_drop(struct render *);

#endif
