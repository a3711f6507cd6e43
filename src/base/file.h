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

/*
 * The same piece by piece. Nothing is seen of it before file_end() has put
 * it in its place; what is appended is there at once, and gone again when
 * it ends badly.
 */
struct file_out;

/* NULL with the reason. end: how long what is appended to is; 0. */
struct file_out	*file_begin(const char *path, bool append, unsigned mode,
		    uint64_t *end, struct why *);
int	 file_add(struct file_out *, struct sp, struct why *);
/* Frees it in any case; ok false: as if nothing had been written. */
int	 file_end(struct file_out *, bool ok, struct why *);

#endif
