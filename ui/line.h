/*
 * line - one line of text being edited: cursor, emacs keys, UTF-8.
 *
 * The text is UTF-8 that the user typed or was given to edit; the cursor
 * stands between graphemes. Pure; single owner.
 */
#ifndef UI_LINE_H
#define UI_LINE_H

#include "base/str.h"
#include "ui/key.h"

struct line {
	struct str	text;
	size_t		at;		/* cursor, in bytes */
	size_t		given;		/* so many bytes ctrl u spares, once */
	struct str	killed;		/* what ctrl w, u, k took; ctrl y */
};

void	 line_init(struct line *);
void	 line_fini(struct line *);
/* Cursor at the end. */
void	 line_set(struct line *, struct sp);
void	 line_insert(struct line *, struct sp);
/* True when the key edits or moves; changed says whether text did. */
bool	 line_key(struct line *, const struct key *, bool *changed);
/*
 * What to show in w cells (more than 1): *from and *n bytes of the text,
 * and the cell of the cursor in them.
 */
void	 line_window(const struct line *, size_t w, size_t *from, size_t *n,
	    size_t *cursor);

#endif
