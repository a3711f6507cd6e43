/*
 * lot - flows that are not there, and a worker reads: neighbours in one
 * file, or packed ones.
 *
 * Made on main, from store_lot() or picks_lot(), and ended there; meanwhile
 * anybody's, one at a time.
 */
#ifndef SRC_LOT_H
#define SRC_LOT_H

#include "model/pack.h"
#include "model/source.h"

/* A flow wherever it is: exactly one of these three is not NULL. */
struct pick {
	uint64_t	 id;
	struct flow	*flow;	/* reference, or NULL: */
	struct pack	*pack;	/* reference, or NULL: */
	struct source	*src;	/* reference */
	struct note	*note;	/* reference or NULL */
};

void		 pick_dup(struct pick *, const struct pick *);
void		 pick_fini(struct pick *);
/* A reference to the flow, read now if need be. Main thread. */
struct flow	*pick_flow(const struct pick *);

struct lot {
	struct source	 *src;		/* reference, or NULL: */
	struct pack	**packs;	/* references */
	uint64_t	 *ids;		/* of a source: rising */
	struct note	**notes;	/* references, or NULL */
	size_t		  n;
	/* private */
	size_t		  cap;
	uint64_t	  left;		/* bytes that still fit */
};

/* For so many flows of about so many bytes, of a source or (NULL) packed. */
void		 lot_init(struct lot *, struct source *, size_t max,
		    uint64_t bytes);
/* False: it is full, or this is not for it. Takes its own references. */
bool		 lot_add(struct lot *, const struct pick *);
void		 lot_fini(struct lot *);
/* Of a source. */
void		 lot_brief(const struct lot *, size_t, struct brief *);
/* Of packed ones, which are not opened for that; as pack_look(). */
const struct flow *lot_look(const struct lot *, size_t, struct pack_look *);
/* Those whose numbers in the lot are in the list; NULL: all. The k that
 * each() is told is the number in the lot. */
void		 lot_read(const struct lot *, const size_t *, size_t,
		    source_each *, void *);

#endif
