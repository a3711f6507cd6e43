/*
 * logwatch - tells the bus, on main, that lines were written to the log;
 * once for all that came since main looked last.
 *
 * Lines are written on any thread, with the log's lock held: nothing else
 * is done there than to ask main to look.
 */
#ifndef UI_LOGWATCH_H
#define UI_LOGWATCH_H

#include "model/model.h"
#include "run/loop.h"

struct logwatch;

struct logwatch	*logwatch_new(struct model *, struct loop *);
void		 logwatch_free(struct logwatch *);	/* NULL is fine */

#endif
