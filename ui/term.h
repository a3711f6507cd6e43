/*
 * term - the terminal as a whole: taken, given up for a while, given back;
 * its size, its colours, its cursor.
 *
 * One per program, on main. It is given back on every way out, also by the
 * restorer that panic() runs. Input is read elsewhere (key.h): curses only
 * draws. Headless, the same cells exist without any terminal.
 */
#ifndef UI_TERM_H
#define UI_TERM_H

#include "base/base.h"
#include "ui/style.h"

struct guard;
struct term;

struct term_settings {
	const char	*palette;	/* console_palette */
	bool		 transparent;	/* console_palette_transparent */
	bool		 mouse;		/* console_mouse */
	bool		 headless;	/* no terminal: rows x cols cells */
	int		 rows, cols;	/* headless only */
	int		 colours;	/* headless only: 0, 8, 16, 256 */
	struct guard	*guard;		/* gives it back for us, or NULL */
};

/* NULL with ERR_TERM and one sentence when there is no usable terminal. */
struct term	*term_open(const struct term_settings *, struct why *);
void		 term_close(struct term *);	/* NULL is fine */
/* Other programs may have the terminal until term_enter(). */
void		 term_leave(struct term *);
void		 term_enter(struct term *);
/* Stopped by somebody else and continued: takes it anew. */
void		 term_again(struct term *);
/* Stop this program like Ctrl-Z does; returns when it goes on. */
void		 term_suspend(struct term *);
/* Asks the terminal for its size again; true when it changed. */
bool		 term_resize(struct term *);
void		 term_resize_to(struct term *, int rows, int cols);
void		 term_set_palette(struct term *, const char *,
		    bool transparent);
/* Draw every cell anew with the next flush: somebody else wrote here. */
void		 term_redraw(struct term *);
/* Sends what changed. Cursor: a cell, or y -1 for none. */
void		 term_flush(struct term *, int y, int x);
/* False while the terminal has not taken the last frame: no new one is to
 * be made then; term_fd() can be watched for writing. */
bool		 term_drain(struct term *);
int		 term_fd(const struct term *);	/* -1 headless */

/* Into the clipboard of whoever sits at the terminal, by its own means; -1
 * when it is more than terminals take. Not every terminal obeys. */
int		 term_clip(struct term *, struct sp, struct why *);

int		 term_rows(const struct term *);
int		 term_cols(const struct term *);
bool		 term_utf8(const struct term *);
bool		 term_headless(const struct term *);

/* For draw.c: what is written next has this style. */
void		 term_use(struct term *, int style);

#endif
