/*
 * list - the one list: a cursor among n rows, a window on them.
 *
 * Knows nothing of what the rows hold; a source draws the visible ones,
 * and only those. Pure but for list_draw(). Single owner.
 */
#ifndef UI_LIST_H
#define UI_LIST_H

#include "ui/screen.h"

/* Draws row i in an area of row_h lines. */
typedef void	 list_row_fn(void *, size_t i, const struct area *, bool focus);

struct list {
	size_t	n, at;		/* rows, the one with the cursor */
	size_t	top;		/* first row shown */
	int	row_h;		/* lines a row takes */
	int	page;		/* rows that fit, as of the last draw */
};

void	 list_init(struct list *);
/* The cursor is kept among the rows. */
void	 list_set_n(struct list *, size_t);
void	 list_go(struct list *, ssize_t);	/* negative: from the end */
/* True when it was a movement (select, next, left, right are not). */
bool	 list_nav(struct list *, enum nav);
/* Moves the window so that the cursor is in it. */
void	 list_see(struct list *, int rows);
void	 list_draw(struct list *, const struct area *, list_row_fn *, void *);
/* The row at a line of the area, -1: none. */
ssize_t	 list_hit(const struct list *, int y);

#endif
