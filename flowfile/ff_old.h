/*
 * ff_old - flows of all formats ever written, brought to the names of
 * format 21: one small step a version, also for the state under "backup",
 * which mitmproxy forgets. What the reference chokes on (an exchange
 * without a response, a missing address) passes.
 *
 * Formats before 12 had WebSocket flows of their own that name their
 * handshake; the handshakes seen are kept until the reader is done.
 */
#ifndef FLOWFILE_FF_OLD_H
#define FLOWFILE_FF_OLD_H

#include "flowfile/tnet.h"

struct ff_old {
	struct handshake	*first;		/* private */
	size_t			 bytes;		/* private */
};

void	 ff_old_init(struct ff_old *);
void	 ff_old_fini(struct ff_old *);

/* Changes the tree in place; *version gets what it was in (0 for tuples).
 * -1: ERR_FF_VERSION, ERR_FF_FORMAT. */
int	 ff_old_migrate(struct ff_old *, struct tnet *, struct arena *,
	    int *version, struct why *);

#endif
