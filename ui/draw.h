/*
 * draw - the drawing verbs: text at a cell, fill, columns; always inside an
 * area, always cut at its edge.
 *
 * Text may be any bytes: what the terminal could obey or cannot show
 * becomes a harmless sign of the same width, so columns stay straight.
 * Main thread.
 */
#ifndef UI_DRAW_H
#define UI_DRAW_H

#include "ui/term.h"

/* A rectangle of the screen; cells outside do not exist for whoever draws
 * in it. */
struct area {
	struct term	*term;
	int		 y, x, h, w;
};

/* Everything. */
struct area	 area_all(struct term *);
/* A part of an area, cut at its edge. */
struct area	 area_cut(const struct area *, int y, int x, int h, int w);
bool		 area_has(const struct area *, int y, int x);	/* of screen */

/* Blank the area in a style. */
void		 draw_fill(const struct area *, int style);
/* Text at a cell; returns how many cells it took. */
int		 draw_text(const struct area *, int y, int x, int style,
		    struct sp);
int		 draw_puts(const struct area *, int y, int x, int style,
		    const char *);
int		 draw_printf(const struct area *, int y, int x, int style,
		    const char *, ...) printflike(5, 6);

/* How text that is too long for its column is cut, and where short text
 * stands. */
enum fit { FIT_LEFT, FIT_RIGHT, FIT_CUT_FRONT };

/* Text in a column of w cells, padded, with a sign where it is cut
 * (FIT_RIGHT: right-aligned, cut at the end; FIT_CUT_FRONT: right-aligned,
 * its front cut off). Returns w. */
int		 draw_column(const struct area *, int y, int x, int w,
		    enum fit, int style, struct sp);

/* Signs that the terminal's character set may not have. */
enum sign { SIGN_REPLAY, SIGN_ARROW, SIGN_MARK, SIGN_UP, SIGN_DOWN,
	SIGN_MORE, SIGN_RIGHT, SIGN_LEFT, SIGN_RISES, SIGN_FALLS,
	SIGN_N };
const char	*sign_text(const struct term *, enum sign);

/* Text in lines that break between words, as many as there is room for;
 * how many it took. A sign stands where the last one is cut. */
int	 draw_wrapped(const struct area *, int style, struct sp);

/* How many lines it would take. */
int	 draw_wrapped_height(int w, struct sp);

/* Marks in what stands there already, row by row, where a search would have
 * found it (hunt.h). */
void	 draw_found(const struct area *, struct sp needle);

/* A frame of lines around the area, with a title. */
void		 draw_box(const struct area *, int style, const char *title);
/* A vertical line down the area's first column. */
void		 draw_vline(const struct area *, int style);

#endif
