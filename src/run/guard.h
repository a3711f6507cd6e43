/*
 * guard - a small process that gives the terminal back when this one is
 * killed outright (SIGKILL, out of memory) and cannot do so itself.
 *
 * Started before there are threads, armed while the terminal is ours. It
 * learns of our end by the pipe between us. Main thread; arming is also
 * allowed in a handler of a fatal signal.
 */
#ifndef SRC_GUARD_H
#define SRC_GUARD_H

#include <termios.h>

#include "base/base.h"

struct guard;

/* The way back. */
struct guard_way {
	struct termios	 was;		/* settings to go back to */
	struct termios	 ours;		/* unless these are no longer set */
	unsigned char	 bytes[256];	/* what to write */
	size_t		 n;
	bool		 armed;
};

/* For these two ends of a terminal; NULL when they are none, or when there
 * is no process to be had: all goes on without. */
struct guard	*guard_start(int in, int out);
/* From now on this is to be done; armed false: nothing. NULL is fine. */
void		 guard_set(struct guard *, const struct guard_way *);
/* Nothing is to be done any more. NULL is fine. */
void		 guard_stop(struct guard *);

#endif
