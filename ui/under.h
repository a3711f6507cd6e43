/*
 * under - what the row of a list is about, in words under the list.
 *
 * Five lines, or none where the window is low; when the user asks for it
 * (tab), as many as it wants. Pure but for drawing. Main thread.
 */
#ifndef UI_UNDER_H
#define UI_UNDER_H

#include "ui/draw.h"

struct under {
	bool	more;		/* asked for */
};

/* What it leaves to the list. */
struct area	 under_list(const struct under *, const struct area *,
		    const char *help);
/* Below that; title is its bar's. */
void		 under_draw(const struct under *, const struct area *,
		    const char *title, const char *help);
/* For a hint: "More help". */
const char	*under_verb(const struct under *);

#endif
