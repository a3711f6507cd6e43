/*
 * budget - what flows may hold in memory: beyond it the bodies and frames
 * of the oldest go to unnamed files, and are read back when looked at.
 *
 * Only whole messages are exchanged for ones that say the same, so nobody
 * need know; heads stay. Writing happens on a worker. Main thread.
 */
#ifndef FLOWFILE_BUDGET_H
#define FLOWFILE_BUDGET_H

#include "model/model.h"

struct budget;

struct budget	*budget_new(struct model *);
/* No job may run any more: budget_busy() is false. */
void		 budget_free(struct budget *);
void		 budget_set_limit(struct budget *, uint64_t bytes);
/* A quarter of what the machine has. */
uint64_t	 budget_default(void);
/* This flow is in the store and will hardly change. */
void		 budget_add(struct budget *, const struct flow *);
/* These have left the store. */
void		 budget_remove(struct budget *, const struct store_gone *);
/* The store is empty. */
void		 budget_clear(struct budget *);
/* Bytes in memory, about; a job is under way. */
uint64_t	 budget_used(const struct budget *);
bool		 budget_busy(const struct budget *);

#endif
