/*
 * udpqueue - datagrams of one direction that wait their turn. How many is
 * bounded for itself, how many bytes for all that share an account.
 *
 * Pure; single owner.
 */
#ifndef SRC_UDPQUEUE_H
#define SRC_UDPQUEUE_H

#include <sys/queue.h>

#include "base/blob.h"

struct udpwait;

struct udpqueue {
	STAILQ_HEAD(, udpwait) list;
	unsigned	 n;
	uint64_t	*bytes;		/* the account, borrowed */
};

void		 udpqueue_init(struct udpqueue *, uint64_t *bytes);
void		 udpqueue_fini(struct udpqueue *);
/* Takes the blob, always. -1 ERR_LIMIT: it is lost. */
int		 udpqueue_add(struct udpqueue *, struct blob *, bool injected,
		    struct why *) wunused;
/* The first, the caller's now; NULL: none waits. */
struct blob	*udpqueue_take(struct udpqueue *, bool *injected);

#endif
