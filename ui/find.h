/*
 * find - the search of a screen: / asks, and goes along with what is typed;
 * n and N go on; esc ends it.
 *
 * A text is searched line by line, a list row by row, both by a hunt
 * (hunt.h) that has a share of each frame, so that a million rows hold
 * nobody up. What is searched in lists is one for all of them; a text has
 * its own. Main thread.
 */
#ifndef UI_FIND_H
#define UI_FIND_H

#include "run/loop.h"
#include "ui/hunt.h"
#include "ui/screen.h"

struct find {
	struct str	 needle;	/* of lists */

	/* private */
	struct ui	*ui;
	struct timer	*timer;		/* for the next share */
	struct hunt	 hunt;
	struct screen	*screen;	/* where it goes on */
	size_t		 rows;		/* of its list, now */
	bool		 moved;		/* the hit is shown */
	bool		 brief;		/* its number follows from the last */
	/* The last one, when it was counted. */
	struct spot	 at;
	size_t		 n, nth, total;	/* total 0: it was not */
	/* What esc in the prompt goes back to. */
	bool		 typing;
	char		*was;		/* the needle */
	struct spot	 home, top, hit;
	bool		 had_hit;
	struct flow	*focus;		/* of the flow list; a reference */
};

void	 find_init(struct find *, struct ui *);
void	 find_fini(struct find *);
/* Before there is a loop it does not go on by itself. */
void	 find_begin(struct find *, struct loop *);
void	 find_end(struct find *);
/* /, n, N and esc; true: it was one of them, and there is what to search. */
bool	 find_key(struct ui *, struct screen *, const struct key *);
/* Over what the screen has drawn: in its title what is searched, in its
 * rows what was found. */
void	 find_draw(struct screen *, const struct area *title,
	    const struct area *rows);

#endif
