/*
 * view_int - what the files of the view share: the rows and how they are
 * kept (view.c), and the sifting (view_sift.c).
 */
#ifndef SRC_VIEW_INT_H
#define SRC_VIEW_INT_H

#include "model/rows.h"
#include "model/view.h"

struct view {
	struct store	*store;
	struct bus	*bus;
	struct rows	 rows;
	struct filter	*filter;	/* NULL: everything */
	bool		 reversed;
	bool		 only_marked;
	bool		 follow, pinned;
	struct flow	*focus;		/* reference; NULL only when empty */
	struct str	 text;		/* of the brief in use */
	size_t		 sifted;	/* of the store: handed out or judged */
	size_t		 out;		/* handed out and not back yet */
	int		 told;		/* percent */
	unsigned	 run;
	bool		 sifting;
};

/* view.c */

bool	 view_wants(const struct view *, const struct flow *);
/* The row of place i; it must not be there. First: rows_sort() follows. */
void	 view_put_at(struct view *, size_t i, bool first);
/* True when it moved; the caller tells, when all else is in order. */
bool	 view_settle_focus(struct view *);
void	 view_tell(struct view *, bool rows, bool focus);

/* view_sift.c */

/* All is to be judged anew; what was handed out means nothing any more. */
void	 view_unsift(struct view *);
/* What is quick enough to seem done at once. */
void	 view_sift_first(struct view *);
/* Whether there is more to come. */
void	 view_settle(struct view *);

#endif
