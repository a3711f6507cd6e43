/*
 * pack - a flow that is over in one piece of memory, half as much as the
 * flow takes: how the store keeps those that nobody looks at.
 *
 * A pack never changes and is shared by an atomic count; bodies stay where
 * they are, but for small ones. Making one and opening it again gives a
 * flow that says the same. Any thread.
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
/* Of its bodies, but for small ones. */
uint64_t	 pack_bytes(const struct pack *);
/* A new record with everything. */
struct flow	*pack_open(const struct pack *);

/*
 * Where a flow ends its memory is warm, and goes back to whom it came from:
 * there it gets its pack at once, whoever else has it still, and travels
 * with it. The packs of one packer (all zero at first; one thread) share
 * memory, so that what stays does not lie between what goes.
 */
struct packer {
	struct pack_page	*page;	/* private */
};

void		 pack_add(struct packer *, struct flow *); /* if it can be */
void		 packer_fini(struct packer *);
/* A reference, or the one of the flow itself; NULL: none, or it was changed
 * since. */
struct pack	*pack_of(const struct flow *);
struct pack	*pack_take(struct flow *);

/* What it takes to look at a pack; all zero before the first time. */
struct pack_look {
	struct flow	 flow;
	struct msg	 request, response;
	struct head	 heads[4];	/* with the trailers of each */
	struct blob	*bodies[2];
};

/* The flow to be read, as long as the pack is there, and until the next
 * look: no references to anything of it. Nothing is copied. */
const struct flow *pack_look(const struct pack *, struct pack_look *);
void		 pack_look_fini(struct pack_look *);

#endif
