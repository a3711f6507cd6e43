/*
 * path - names of files as people type them.
 *
 * Any thread; reads the environment.
 */
#ifndef SRC_PATH_H
#define SRC_PATH_H

#include "base/base.h"

/* "~" and "~/x" to the home, everything else as it is; a heap copy. */
char	*path_home(struct sp);

#endif
