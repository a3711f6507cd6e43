/*
 * clip - the system's clipboard, through whatever program reaches it.
 *
 * Main thread; waits for the program at most as long as proc_feed() does.
 */
#ifndef SRC_CLIP_H
#define SRC_CLIP_H

#include "base/base.h"

/* -1 names the programs that were looked for. */
int	 clip_put(struct sp, struct why *);

#endif
