/*
 * py_known - flow objects that somebody has, by the program's number, so
 * that a flow has one object for as long as anybody looks at it.
 *
 * Holds no references: an object is in the table while it lives, and takes
 * itself out before it goes. Knows nothing of Python. Whoever has the GIL.
 */
#ifndef SCRIPTING_PY_KNOWN_H
#define SCRIPTING_PY_KNOWN_H

#include "base/base.h"

/* A member of the object. */
struct known {
	uint64_t	 id;		/* 0: it is in no table */
	/* private */
	struct known	*next;
};

struct knowns {
	/* private */
	struct known	**v;		/* chains */
	size_t		 size, n;	/* size: 0 or a power of two */
};

void		 knowns_fini(struct knowns *);
/* NULL: nobody has it. */
struct known	*knowns_find(const struct knowns *, uint64_t id);
/* Under that number from now on, in place of who was there; 0: none. */
void		 knowns_put(struct knowns *, struct known *, uint64_t id);
void		 knowns_remove(struct knowns *, struct known *);

#endif
