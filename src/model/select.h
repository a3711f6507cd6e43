/*
 * select - flow specifications of commands: @focus, @shown, ids, filters.
 *
 * Main thread. Source: mitmproxy-features.md 4.1 "Flow spec".
 */
#ifndef SRC_SELECT_H
#define SRC_SELECT_H

#include "model/cmd.h"
#include "model/picks.h"

struct model;

/* In the order of the store (@shown: of the view). No flow is read for
 * that, unless a filter has to know it. */
int	 select_ids(struct model *, struct sp, struct flow_ids *,
	    struct why *);
/*
 * To know what a filter means flows may have to be read, which takes its
 * time when they are many. Who can wait has them found by a walk (walk.h),
 * and meanwhile that is told, "@found" is these. NULL: it was stopped.
 * False: this spec needs nothing of that kind.
 */
typedef void select_found(void *, const struct flow_ids *);
bool	 select_find(struct model *, struct sp, select_found *, void *);
/* What a command was given as ARG_PICK: flows of a script's own, or those
 * that the store has. Adds references. */
int	 select_picks(struct model *, const struct argval *, struct picks *,
	    struct why *);
/* Of those, ids; flows of a script's own are left out. */
int	 select_arg(struct model *, const struct argval *, struct flow_ids *,
	    struct why *);
/* Of those, flows that are read already: on others nothing can be under
 * way. Adds references. */
int	 select_known(struct model *, const struct argval *, struct picks *,
	    struct why *);
/* The same as flows, borrowed from the store. */
int	 select_flows(struct model *, struct sp, struct flows *,
	    struct why *);

#endif
