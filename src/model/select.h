/*
 * select - flow specifications of commands: @focus, @shown, ids, filters.
 *
 * Main thread. Source: mitmproxy-features.md 4.1 "Flow spec".
 */
#ifndef SRC_SELECT_H
#define SRC_SELECT_H

#include "model/cmd.h"

struct model;

/* Flows are borrowed from the store, in its order (@shown: view order). */
int	 select_flows(struct model *, struct sp, struct flows *,
	    struct why *);

#endif
