/*
 * walk - a command that does something with each of many flows.
 *
 * Few are done at once. Of many, those that have to be read are read by
 * workers, piece by piece, and nothing of them stays; the command returns
 * before and tells the user at the end, or who waits (model->walk_told). He
 * sees how far it is and may stop it. Main thread, but for put().
 */
#ifndef SRC_WALK_H
#define SRC_WALK_H

#include "base/str.h"
#include "model/picks.h"

struct model;

struct walk_ops {
	const char	*doing;		/* "exporting" */
	/*
	 * Either text that is made of the k-th flow, pure and on any thread,
	 * and all the text in order, in pieces; -1 ends the walk.
	 */
	int		(*put)(const void *, const struct flow *, size_t k,
			    struct str *, struct why *);
	int		(*take)(void *, struct sp, struct why *);
	/* or something that is done with the flow: -1 ends the walk. */
	int		(*each)(void *, struct flow *, struct why *);
	/* No more until a moment later; may be NULL. Who waits for the walk
	 * does not wait for that. */
	bool		(*full)(void *);
	/*
	 * Once, in any case, after so many flows; ok: that was all of them.
	 * -1: it ends badly all the same. Frees what it was given.
	 */
	int		(*end)(void *, size_t done, bool ok, struct why *);
};

/* What commands may keep in memory of flows that were not there, and what
 * one takes besides what is counted by flow_size(). */
#define WALK_BYTES	((uint64_t)96 << 20)
#define WALK_FLOW	3072

/* So many are waited for. */
#define WALK_UNREAD	200
#define WALK_KNOWN	20000

/*
 * Empties the picks. -1: it was done at once, and failed; what goes wrong
 * later the user is told.
 */
int		 walk_run(struct model *, struct picks *,
		    const struct walk_ops *, void *, struct why *);

#endif
