/*
 * ff_flow - flows and their dictionaries: written in format 17 exactly as
 * mitmproxy 8.1.1 has it (all keys, no other), or in 21; read from the
 * names of 21, to which ff_old.c brings all others. Any thread that owns
 * the flow.
 */
#ifndef FLOWFILE_FF_FLOW_H
#define FLOWFILE_FF_FLOW_H

#include "flowfile/ff_conn.h"
#include "model/flow.h"

/* Puts one frame; UDP flows are 21 whatever is asked for. */
void		 ff_flow_put(struct ff_cache *, struct tput *,
		    const struct flow *, int version);
/* What cannot be right is refused, what is missing is made up. NULL with
 * the reason. `version` is the one that was read. */
struct flow	*ff_flow_get(struct ff_cache *, const struct tnet *,
		    int version, struct why *);

#endif
