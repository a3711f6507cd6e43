/*
 * store - all flows, in the order they came.
 *
 * Holds one reference to each. Fires BUS_FLOW_* and BUS_STORE_RESET.
 * Main thread.
 */
#ifndef SRC_STORE_H
#define SRC_STORE_H

#include "model/bus.h"
#include "model/flow.h"

struct store;

struct store	*store_new(struct bus *);
void		 store_free(struct store *);
size_t		 store_n(const struct store *);
struct flow	*store_at(const struct store *, size_t);
struct flow	*store_get(const struct store *, uint64_t id);	/* or NULL */
struct flow	*store_by_uuid(const struct store *, struct sp);
/* Takes its own reference. */
void		 store_add(struct store *, struct flow *);
void		 store_remove(struct store *, struct flow *);
void		 store_remove_many(struct store *, struct flow **, size_t);
void		 store_clear(struct store *);
/* Somebody changed this flow: tell everybody. */
void		 store_touch(struct store *, struct flow *);

#endif
