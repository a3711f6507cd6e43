/*
 * store_int - what the files of the store share: its places, and what each
 * of them holds.
 *
 * A flow is there, or it is packed, or it is known where to read it; one
 * that takes long to read is at first there as a stand-in.
 *
 *	file --looked at--> (stand-in -->) flow --a while later--> file
 *	        live, over, changed --> flow --> pack --looked at--> flow
 */
#ifndef SRC_STORE_INT_H
#define SRC_STORE_INT_H

#include "model/store.h"

struct slot {
	uint64_t	 id;
	struct flow	*flow;		/* reference; NULL: not read */
	struct pack	*pack;		/* reference; NULL: in a file */
	struct note	*note;		/* reference or NULL; of unread ones */
};

/*
 * Flows stand in a vector in the order they came; ids rise in about the
 * same order but not quite (shards number them), so a small open hash
 * finds the place of an id.
 */
struct store {
	struct bus	*bus;
	struct slot	*v;
	size_t		 n, cap;
	uint32_t	*hash;		/* places + 1; 0: free */
	size_t		 nhash;		/* a power of two */
	struct source	**src;
	size_t		 nsrc;
	size_t		*cursor;	/* or NULL */
	/* store_slot.c: what was read from sources or packs, or is over, the
	 * oldest first; and what was to go, but could not just then. */
	struct flow_ids	 read, stuck;
	struct pack_look look;		/* at the pack in use */
	struct str	 text;		/* of its brief */
	struct flow_ids	 standins;	/* few */
	void		(*on_read)(void *);	/* or NULL */
	void		*arg;
	void		(*on_big)(void *, uint64_t);	/* or NULL */
	void		*big_arg;
};

/* store.c */

struct slot	*slot_of(const struct store *, uint64_t id);	/* or NULL */
/* At the end; the references are the slot's from now on. */
void		 slot_push(struct store *, struct slot);
/* Those that were dropped are no places any more. */
void		 slot_close_up(struct store *);
/* NULL: this one came by itself. */
struct source	*slot_source(const struct store *, uint64_t id);
/* Takes the reference. */
void		 slot_source_add(struct store *, struct source *);
/* This one is not there any more. */
void		 slot_source_less(struct store *, uint64_t id);

/* store_slot.c */

void		 slot_init(struct store *);
void		 slot_fini(struct store *);
/* All are gone. */
void		 slot_forget(struct store *);
void		 slot_drop(struct slot *);
/* The flow, when it is read. */
struct flow	*slot_known(const struct store *, const struct slot *);
/* What a slot holds, read now if need be. */
struct flow	*slot_flow(const struct store *, struct slot *);
/* A record of its own of an unread one. */
struct flow	*slot_read(const struct store *, const struct slot *);
/* A packed one, until the next look; NULL: it is not packed. */
const struct flow *slot_look(const struct store *, const struct slot *);
/* An unread one is this from now on. */
void		 slot_adopt(struct store *, struct slot *, struct flow *);
/* True: it was one. */
bool		 slot_end_standin(struct store *, uint64_t id);

#endif
