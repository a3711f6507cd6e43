/*
 * ff_all - a whole file at once, for those who keep the flows themselves
 * (replay). Blocking; main thread, at the start or on a command.
 */
#ifndef FLOWFILE_FF_ALL_H
#define FLOWFILE_FF_ALL_H

#include "model/model.h"

/* Each flow is the callee's, in order. A torn file gives what can be read
 * of it and a line in the log; -1: nothing could. */
int	 ff_all_read(struct model *, const char *path,
	    void (*each)(void *, struct flow *), void *arg, struct why *);

#endif
