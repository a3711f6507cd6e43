/*
 * gone - the ids of flows that were deleted while their exchange ran.
 *
 * A shard may speak of such a flow until the exchange is over; what it says
 * must not bring the flow back. Pure; main thread.
 */
#ifndef SRC_GONE_H
#define SRC_GONE_H

#include "base/base.h"

struct gone {
	/* private */
	uint64_t	*v;		/* rising */
	size_t		 n, cap;
};

void	 gone_init(struct gone *);
void	 gone_fini(struct gone *);
void	 gone_add(struct gone *, uint64_t id);
bool	 gone_has(const struct gone *, uint64_t id);
/* Its exchange is over. */
void	 gone_drop(struct gone *, uint64_t id);

#endif
