/*
 * recover - what sessions that crashed left: their journals, and one of
 * them put together again.
 *
 * A journal may have several records of a flow; the last one counts. It
 * is locked while it is taken over, so that only one session does, and is
 * removed with a clean end of that session. Main thread.
 */
#ifndef FLOWFILE_RECOVER_H
#define FLOWFILE_RECOVER_H

#include "model/model.h"

/* A journal without a session. */
struct left {
	char		*name;		/* in the folder */
	uint64_t	 size;
	double		 time;		/* last written */
};

struct lefts {
	struct left	*v;		/* newest first */
	size_t		 n;
};

void	 lefts_find(struct lefts *, const char *dir);
void	 lefts_fini(struct lefts *);
/* "journal-x  2026-11-25 17:47:56  1.2m" */
void	 left_text(const struct left *, struct str *);

struct recover;

/* NULL when it is not there, or somebody has it. */
struct recover	*recover_new(struct model *, const char *dir,
		    const char *name, struct why *);
/* remove: the file goes, if all of it was taken over. */
void		 recover_free(struct recover *, bool remove);
const char	*recover_path(const struct recover *);
/* A flow of it, in the order of the file; takes the reference. */
void		 recover_flow(struct recover *, struct flow *);
/* That was all: they count as done now, and the user is told. */
void		 recover_end(struct recover *);

#endif
