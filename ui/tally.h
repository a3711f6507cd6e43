/*
 * tally - while a filter is typed: how many flows it matches, or what is
 * wrong with it.
 *
 * Counts in shares of a frame and starts anew with every key. Says it
 * beside the prompt. Main thread.
 */
#ifndef UI_TALLY_H
#define UI_TALLY_H

#include "model/filter.h"
#include "run/loop.h"

struct ui;

struct tally {
	/* private */
	struct ui	*ui;
	struct timer	*timer;
	struct filter	*filter;	/* NULL: nothing is counted */
	size_t		 at, n;		/* flows looked at, of so many */
	size_t		 hits;
};

void	 tally_init(struct tally *, struct ui *);
void	 tally_begin(struct tally *, struct loop *);
void	 tally_end(struct tally *);
/* The command line as it stands; counts if it sets a filter. */
void	 tally_line(struct tally *, const char *);

#endif
