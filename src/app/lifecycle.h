/*
 * lifecycle - flows that did not come from the network (files, commands)
 * pass the hooks like live ones.
 *
 * Main thread. Flows keep their order; while nobody wants a hook they are
 * in the store at once.
 */
#ifndef SRC_LIFECYCLE_H
#define SRC_LIFECYCLE_H

#include "model/model.h"

struct lifecycle;

struct lifecycle *lifecycle_new(struct model *);
void		 lifecycle_free(struct lifecycle *);
/*
 * Takes the reference. Runs the hooks that apply, as they would have come
 * on the network, takes over what they changed, adds the flow to the store
 * and fires BUS_FLOW_DONE.
 */
void		 lifecycle_feed(struct lifecycle *, struct flow *);
/* Nothing would happen to a flow that is fed: it may as well not be. */
bool		 lifecycle_is_plain(const struct lifecycle *);
/* Flows that are still on their way; idle is called when it gets 0. */
size_t		 lifecycle_pending(const struct lifecycle *);
void		 lifecycle_on_idle(struct lifecycle *, void (*)(void *),
		    void *);

#endif
