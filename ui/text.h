/*
 * text - the one pager: blocks of styled lines one below the other, long
 * lines wrapped or cut, matches of a search.
 *
 * Only what is visible is measured and drawn, so a body of any size costs
 * a screenful. Blocks are borrowed; whoever changes them sets them anew.
 */
#ifndef UI_TEXT_H
#define UI_TEXT_H

#include "cv/cv.h"
#include "ui/hunt.h"
#include "ui/screen.h"

/* A block: lines, or one line across the screen (a bar). */
struct text_block {
	const struct cv_out	*out;	/* NULL: a bar */
	const char		*left, *right;
};

#define TEXT_BLOCKS	8

struct text {
	struct text_block blocks[TEXT_BLOCKS];
	size_t		 nblocks;
	struct spot	 top;		/* where the first row begins */
	int		 h, w;		/* as of the last draw */
	struct str	 needle;	/* what is searched; empty: nothing */
	struct spot	 hit;		/* the present match */
	bool		 has_hit;
	bool		 cut;		/* one of the blocks is not all of it */
	bool		 chop;		/* lines are cut at the edge, */
	size_t		 left;		/* and begin with this cell */
	bool		 words;		/* rows end between words */
};

void	 text_init(struct text *);
void	 text_fini(struct text *);
/* Forget the blocks; the place is kept until other lines are shown. */
void	 text_clear(struct text *);
void	 text_add(struct text *, const struct cv_out *);
void	 text_add_bar(struct text *, const char *left, const char *right);
void	 text_go(struct text *, size_t line);
size_t	 text_lines(const struct text *);
/* Rows that all lines take in a window of that width; at most max. */
size_t	 text_height(struct text *, int w, size_t max);
/* The bytes of a line; empty for a bar. */
struct sp text_line(const struct text *, size_t);
/* Is the last line in the window, as of the last draw? */
bool	 text_is_at_end(const struct text *);
bool	 text_nav(struct text *, enum nav);
/* The same so many times. */
bool	 text_nav_n(struct text *, enum nav, size_t);
/* Cut long lines, or wrap them. */
void	 text_set_chop(struct text *, bool);
/* Half a window to the right or left, where lines are cut; false: they are
 * not, or there is nothing. */
bool	 text_sideways(struct text *, bool right);
/* A match: it is marked, and the window goes where it is seen. */
void	 text_show(struct text *, struct spot hit);
/* Is it in the window, as of the last draw? */
bool	 text_sees(const struct text *, struct spot);
/* Ends the search: nothing is marked. */
void	 text_forget(struct text *);
void	 text_draw(struct text *, const struct area *);

#endif
