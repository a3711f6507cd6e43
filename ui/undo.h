/*
 * undo - flows that were deleted a moment ago, to bring them back.
 *
 * Keeps references, grouped by the command that deleted them, up to a
 * bound in memory: what was not read yet needs next to none. Main thread.
 */
#ifndef UI_UNDO_H
#define UI_UNDO_H

#include "model/store.h"

struct undo {
	struct pick	*v;
	struct undone {
		uint64_t	 bytes;	/* when it went */
		unsigned	 group;
	}		*of;		/* each of v */
	size_t		 n, cap;
	size_t		 nread;		/* that were read */
	uint64_t	 bytes;
	unsigned	 group;		/* counts commands */
	uint64_t	 noted;		/* flows, in all */
};

void	 undo_init(struct undo *);
void	 undo_fini(struct undo *);
/* What is deleted from now on comes back together. */
void	 undo_mark(struct undo *);
/* These left the store. */
void	 undo_note(struct undo *, const struct store_gone *);
/* How many would come back. */
size_t	 undo_n(const struct undo *);
/* Puts the last group back; how many flows, 0: nothing to bring back. The
 * first of them is *first (borrowed from the store). */
size_t	 undo_last(struct undo *, struct store *, struct flow **first);

#endif
