/*
 * text - the one pager: blocks of styled lines one below the other, long
 * lines wrapped, search.
 *
 * Only what is visible is measured and drawn, so a body of any size costs
 * a screenful. Blocks are borrowed; whoever changes them sets them anew.
 */
#ifndef UI_TEXT_H
#define UI_TEXT_H

#include "cv/cv.h"
#include "ui/screen.h"

/* A block: lines, or one line across the screen (a bar). */
struct text_block {
	const struct cv_out	*out;	/* NULL: a bar */
	const char		*left, *right;
};

#define TEXT_BLOCKS	8

/* A place: a line of all blocks and a byte of it, where a row begins. */
struct text_pos {
	size_t	line, off;
};

struct text {
	struct text_block blocks[TEXT_BLOCKS];
	size_t		 nblocks;
	struct text_pos	 top;
	int		 h, w;		/* as of the last draw */
	struct str	 needle;	/* what is searched; empty: nothing */
	size_t		 hit;		/* line of the present match */
	bool		 found;
	bool		 cut;		/* one of the blocks is not all of it */
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
/* The bytes of a line; empty for a bar. */
struct sp text_line(const struct text *, size_t);
bool	 text_nav(struct text *, enum nav);
/* Is the last line in the window, as of the last draw? */
bool	 text_is_at_end(const struct text *);
/* Words that say what came of it are for the user: NULL, "not found: x",
 * "search wrapped". */
const char *text_search(struct text *, struct sp needle);
const char *text_search_next(struct text *, bool back);
/* A needle without capitals finds both cases; index or -1. */
ssize_t	 text_match(struct sp hay, struct sp needle);
/* Keys /, n and N; true: it was one of them (find.c). */
bool	 text_search_key(struct text *, struct ui *, const struct key *);
void	 text_draw(struct text *, const struct area *);

#endif
