/*
 * pack - a flow that is over in one piece of memory, half as much as the
 * flow takes: how the store keeps those that nobody looks at.
 *
 * A pack never changes and is shared by an atomic count; bodies stay where
 * they are. Making one and opening it again gives a flow that says the
 * same. Any thread.
 */
#ifndef SRC_PACK_H
#define SRC_PACK_H

#include "model/flow.h"

struct pack;

/* NULL while it cannot be: others have the flow or a message of it, or it
 * is more than a request and a response. */
struct pack	*pack_new(const struct flow *);
/* It will hardly ever be. */
bool		 pack_refuses(const struct flow *);
struct pack	*pack_ref(struct pack *);
void		 pack_unref(struct pack *);	/* NULL is fine */
/* A new record with everything. */
struct flow	*pack_open(const struct pack *);

/* What it takes to look at a pack; all zero before the first time. */
struct pack_look {
	struct flow	 flow;
	struct msg	 request, response;
	struct head	 heads[4];	/* with the trailers of each */
};

/* The flow to be read, as long as the pack is there, and until the next
 * look: no references to anything of it. Nothing is copied. */
const struct flow *pack_look(const struct pack *, struct pack_look *);
void		 pack_look_fini(struct pack_look *);

#endif
