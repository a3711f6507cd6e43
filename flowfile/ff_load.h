/*
 * ff_load - reading a file while the program runs: workers unpack and
 * parse parts of it (ff_split.h) at the same time, main gets their flows
 * in the order of the file. Main thread.
 */
#ifndef FLOWFILE_FF_LOAD_H
#define FLOWFILE_FF_LOAD_H

#include "app/app.h"

struct ff_load;

struct ff_load_ops {
	/* Takes the flow. */
	void	(*got)(void *, struct flow *);
	/* True: enough for now, ff_load_go() will be called. */
	bool	(*full)(void *);
	/* All was given, or the load was cancelled; it is gone after this. */
	void	(*end)(void *, struct ff_load *);
};

/* "-": standard input. NULL when it cannot be opened. */
struct ff_load	*ff_load_new(struct app *, const char *path,
		    const struct ff_load_ops *, void *, struct why *);
void		 ff_load_go(struct ff_load *);
/* No more flows; end is still called. */
void		 ff_load_cancel(struct ff_load *);

/* How much of it was given; -1: that cannot be told. */
int		 ff_load_percent(const struct ff_load *);
/* For end(). */
const char	*ff_load_path(const struct ff_load *);
bool		 ff_load_cancelled(const struct ff_load *);
/* How many flows, how much damage, where and why the first time. */
uint64_t	 ff_load_flows(const struct ff_load *);
uint64_t	 ff_load_lost(const struct ff_load *);	/* 0: not known */
unsigned	 ff_load_damage(const struct ff_load *, uint64_t *,
		    struct why *);

#endif
