/*
 * engine_cfg - the frozen configuration of the shards, out of the options.
 *
 * Main thread.
 */
#ifndef SRC_ENGINE_CFG_H
#define SRC_ENGINE_CFG_H

#include "app/app.h"
#include "proxy/cfg.h"

/* -1: an option cannot be used (an unreadable file, a bad cipher list). */
struct cfg	*engine_cfg(struct app *, struct castore *, struct why *);
int		 engine_open_ca(struct app *, struct castore **,
		    struct why *);

#endif
