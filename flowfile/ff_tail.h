/*
 * ff_tail - the end of a flow file that is to be appended to: what it is,
 * and what of its last bytes is no whole flow. Pure but for the reading
 * function it is given.
 */
#ifndef FLOWFILE_FF_TAIL_H
#define FLOWFILE_FF_TAIL_H

#include "base/base.h"
#include "base/str.h"

enum ff_tail_what { FF_TAIL_EMPTY, FF_TAIL_PLAIN, FF_TAIL_GZIP, FF_TAIL_HAR };

struct ff_tail {
	enum ff_tail_what	 what;
	uint64_t		 end;	/* write here, cut what is behind */
	struct str		 whole;	/* flows that stood behind it */
};

/* read(arg, offset, buffer, n) as pread(2). -1 when the file is none to
 * append to; *t is to be finished in any other case. */
int	 ff_tail_find(ssize_t (*)(void *, uint64_t, void *, size_t), void *,
	    struct ff_tail *, struct why *);
void	 ff_tail_fini(struct ff_tail *);

#endif
