/*
 * engine - the proxy as main sees it: starts and stops it, keeps the
 * shards' configuration equal to the options, puts what they report into
 * the store, decides about flows on main.
 *
 * Main thread. The rest of the program reaches it through struct
 * engine_ops (model.h).
 */
#ifndef SRC_ENGINE_H
#define SRC_ENGINE_H

#include "app/app.h"

/* Deciders and replay without listening; app_start_engine() does this and
 * then listens when option server says so. */
int	 engine_start(struct app *, struct why *);
void	 engine_stop(struct app *);
/* When nobody decides any more: what a script gave back since then is
 * dropped. NULL app->engine is fine. */
void	 engine_free(struct app *);

#endif
