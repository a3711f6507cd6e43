/*
 * udpport - the UDP sockets of reverse:udp, where datagrams are passed on
 * as they come: one an address, each for life on one shard.
 *
 * Thread: the shard's.
 */
#ifndef SRC_UDPPORT_H
#define SRC_UDPPORT_H

#include "proxy/mode.h"
#include "proxy/node.h"

/* Takes the bound socket; references the mode. A client that says so long
 * nothing, and is told nothing, has gone. */
void	 udpport_open(struct node *, int fd, struct mode *,
	    unsigned silence_ms);
/* Those of a mode, or all of them. */
void	 udpport_close(struct node *, const struct mode *);
/* Main has caught up. */
void	 udpport_resume(struct node *);
/* False: the flow is none of theirs. */
bool	 udpport_kill(struct node *, uint64_t flow_id);
/* The same, and then the blob is still the caller's. */
bool	 udpport_inject(struct node *, uint64_t flow_id, bool from_client,
	    struct blob *);

#endif
