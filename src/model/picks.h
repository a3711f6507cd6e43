/*
 * picks - flows that are chosen now and used later, whatever happens to
 * the store meanwhile; what is not read is read when it is taken.
 *
 * Main thread.
 */
#ifndef SRC_PICKS_H
#define SRC_PICKS_H

#include "model/lot.h"

struct store;

/* Chosen by id alone: in a heap vector. */
struct flow_ids {
	uint64_t	*v;
	size_t		 n, cap;
};

void		 flow_ids_add(struct flow_ids *, uint64_t);
void		 flow_ids_fini(struct flow_ids *);

struct picks {
	struct pick	*v;
	size_t		 n, cap;
	size_t		 at;	/* those before it were taken */
};

/* One that is not there is left out. */
void		 picks_add(struct picks *, const struct store *, uint64_t id);
/* One that no store need have. */
void		 picks_add_flow(struct picks *, struct flow *);
/* The next, a reference; NULL: there is none left. */
struct flow	*picks_take(struct picks *);
/* The next, when it is there already; NULL: it is not, or none is left. */
struct flow	*picks_take_known(struct picks *);
/* The next ones, as a worker reads them, up to so many flows and about so
 * many bytes; false: the next is there already, or none is left. */
bool		 picks_lot(struct picks *, size_t max, uint64_t bytes,
		    struct lot *);
void		 picks_fini(struct picks *);

#endif
