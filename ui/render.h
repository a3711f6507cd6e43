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

struct render;

/* The lines are the callee's: it moves them out of *out. */
typedef void	 render_done_fn(void *, struct cv_out *out);

struct render	*render_start(struct app *, const struct flow *, bool request,
		    const char *mode, size_t max_lines, render_done_fn *,
		    void *);
/* done() is not called any more. NULL is fine. */
void		 render_drop(struct render *);

#endif
