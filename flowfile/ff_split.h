/*
 * ff_split - a large flow file cut into parts that stand for themselves,
 * so that several workers read it at once.
 *
 * Blocked gzip is cut before members that begin a value, by the sizes that
 * members give; a plain dump between its flows, by their lengths. Nothing
 * is judged here: where a size makes no sense, the rest of the file is the
 * last part, and its reader says why. Pure but for the function given.
 */
#ifndef FLOWFILE_FF_SPLIT_H
#define FLOWFILE_FF_SPLIT_H

#include "base/base.h"

struct ff_split {
	/* private */
	ssize_t		(*read)(void *, uint64_t, void *, size_t);
	void		*arg;
	uint64_t	 at, end;
	bool		 packed;
};

/* read(arg, offset, buffer, n) as pread(2); size is that of the file.
 * False when it is no file to cut: its one part is all of it. */
bool	 ff_split_init(struct ff_split *, ssize_t (*)(void *, uint64_t, void *,
	    size_t), void *, uint64_t size);
/* The next part is [*from, *to); false when there is none left. */
bool	 ff_split_next(struct ff_split *, uint64_t *from, uint64_t *to);

#endif
