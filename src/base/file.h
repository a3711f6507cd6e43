/*
 * file - a file as a whole: what stood there stays until all of the new is
 * on the disk.
 *
 * Any thread; may wait for the disk.
 */
#ifndef SRC_FILE_H
#define SRC_FILE_H

#include "base/base.h"

/*
 * The bytes take the place of what the path leads to, through links, with
 * its permissions; a new file gets the mode given, less the umask. Pipes
 * and devices are written to and never waited for. -1: ERR_FILE, and what
 * was there is there still.
 */
int	 file_replace(const char *path, struct sp, unsigned mode,
	    struct why *);
/* All of it; -1: errno says why. */
int	 file_put(int fd, struct sp);

#endif
