/*
 * capture - the body of one direction while it passes: kept in memory, in
 * a file once it is big, or not at all.
 *
 * Lives in its exchange. Whether it keeps, and must, is the exchange's to
 * say; what can no longer be kept is let go as a whole.
 */
#ifndef SRC_CAPTURE_H
#define SRC_CAPTURE_H

#include "base/spill.h"
#include "model/msg.h"
#include "proxy/cfg.h"

struct capture {
	struct chain	 body;		/* while it is small */
	struct spill	*spill;		/* the whole, when it is big */
	uint64_t	 len;		/* bytes that passed */
	bool		 keeps;
	bool		 must;		/* it goes on from here: all of it */
	struct head	*trailers;
};

void	 capture_init(struct capture *);	/* keeps */
void	 capture_fini(struct capture *);
/* -1: it must be kept and cannot be (ERR_INTERNAL); fini it. */
int	 capture_add(struct capture *, const struct cfg *, struct sp,
	    struct why *);
/* What was kept, and the trailers, become the message's. */
void	 capture_give(struct capture *, struct msg *);
/* What was kept so far, while it goes on. */
void	 capture_show(struct capture *, struct msg *);

#endif
