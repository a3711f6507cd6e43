/*
 * clip - the system's clipboard, through whatever program reaches it; where
 * there is none, through the terminal (app->term_clip).
 *
 * Main thread; waits for nobody. A program that fails later is a warning
 * in the event log.
 */
#ifndef SRC_CLIP_H
#define SRC_CLIP_H

#include "base/base.h"

struct app;

/* How it went out, for the user ("xclip", "the terminal"); NULL names the
 * programs that were looked for. */
const char	*clip_put(struct app *, struct sp, struct why *);
/* No program is waited for any more. */
void		 clip_stop(struct app *);

#endif
