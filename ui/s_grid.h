/*
 * s_grid - the screen of a grid editor. Leaving it commits.
 */
#ifndef UI_S_GRID_H
#define UI_S_GRID_H

#include "ui/grid.h"
#include "ui/screen.h"

/* Called once when the user leaves, with tidy rows. -1: refused, told. */
typedef int	 grid_commit_fn(void *, struct grid *, struct why *);

/* *g is filled by the caller before it is shown. gone(arg) is called when
 * the screen is closed (may be NULL). */
struct screen	*s_grid_new(struct ui *, const char *title,
		    const char *const *heads, size_t ncols,
		    grid_commit_fn *, void *arg, void (*gone)(void *),
		    struct grid **g);

#endif
