/*
 * grid - rows of cells being edited: headers, query, form, cookies, lists.
 *
 * Cells hold bytes; they are shown and edited with Python's escapes, so
 * that anything can be typed. Pure; single owner.
 */
#ifndef UI_GRID_H
#define UI_GRID_H

#include "ui/line.h"

#define GRID_COLS	3

struct grid_row {
	struct str	cell[GRID_COLS];
};

struct grid {
	struct grid_row	*v;
	size_t		 n, cap;
	size_t		 ncols;
	size_t		 at, col;	/* the cell with the cursor */
	bool		 editing;	/* that cell, in line */
	struct line	 line;
};

void	 grid_init(struct grid *, size_t ncols);
void	 grid_fini(struct grid *);
struct str *grid_cell(struct grid *, size_t row, size_t col);
/* A new empty row; its number. */
size_t	 grid_append(struct grid *);
size_t	 grid_insert(struct grid *, size_t before);
void	 grid_delete(struct grid *);		/* the row of the cursor */
/* The same cells? */
bool	 grid_same(const struct grid *, const struct grid *);
/* Rows with nothing in them go. */
void	 grid_tidy(struct grid *);
void	 grid_move(struct grid *, int rows, int cols);	/* clamped */
/* To the next cell, from the last one of a row to the next row. */
void	 grid_next(struct grid *);

/* Begin with this cell; false: it is too long for a line. */
bool	 grid_edit(struct grid *);
/* Put what was typed into the cell. */
void	 grid_edit_end(struct grid *);
/* While editing: true when the key was for the cell (esc, enter and tab
 * end it or go on). */
bool	 grid_key(struct grid *, const struct key *);

/* Python's escapes: \n \t \\ \xHH; what is printable stays. */
void	 escape_bytes(struct str *, struct sp);
void	 unescape_bytes(struct str *, struct sp);

#endif
