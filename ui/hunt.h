/*
 * hunt - a search through numbered lines, a share at a time: where the next
 * match is, and how many there are.
 *
 * It goes once round from where one stands. What it has found by then can
 * be shown at once; the rest is for the count. Knows nothing of screens and
 * clocks: whoever runs it says how much a share is. Pure; single owner.
 */
#ifndef UI_HUNT_H
#define UI_HUNT_H

#include "base/str.h"

/* A line, and a byte of it. */
struct spot {
	size_t	line, off;
};

/* The text of a line, borrowed until the next call; of what is not there
 * (any more) it is empty. It may be written into the str. */
typedef struct sp hunt_line_fn(void *, size_t line, struct str *);

struct hunt {
	struct str	 needle;
	size_t		 n;		/* lines, as of the start */
	struct spot	 from;
	bool		 back;
	bool		 whole;		/* lines match as a whole: once each,
					 * at 0 */
	/* what came of it */
	bool		 found, wrapped; /* hit is set; round the end */
	struct spot	 hit;
	bool		 done;		/* so these are right: */
	size_t		 total, nth;	/* the hit is the nth, from 1 */

	/* private */
	bool		 icase, here;
	size_t		 step;		/* lines begun, 0 to n */
	size_t		 off;		/* of the line, looked through so far */
	bool		 in_line;	/* best is set: */
	struct spot	 best;		/* back, the last in this line so far */
	size_t		 far;		/* matches on the other side of from */
	struct str	 scratch;
};

void	 hunt_init(struct hunt *);
void	 hunt_fini(struct hunt *);
/* From there, forward or back; here: what begins just there will do. An
 * empty needle is nowhere. */
void	 hunt_start(struct hunt *, struct sp needle, size_t n,
	    struct spot from, bool back, bool here);
/* Looks through so many bytes, about; false when it has been done. */
bool	 hunt_go(struct hunt *, hunt_line_fn *, void *, size_t bytes);

/* Needles without capitals find both cases. */
bool	 hunt_ignores_case(struct sp needle);
/* Index or -1. */
ssize_t	 hunt_match(struct sp hay, struct sp needle, bool icase);

#endif
