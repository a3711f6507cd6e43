/*
 * dnsport - the UDP sockets on which clients ask: one an address, each for
 * life on one shard.
 *
 * Thread: the shard's.
 */
#ifndef SRC_DNSPORT_H
#define SRC_DNSPORT_H

#include "proxy/mode.h"
#include "proxy/node.h"

/* Takes the bound socket; references the mode. */
void	 dnsport_open(struct node *, int fd, struct mode *);
/* Those of a mode, or all of them. */
void	 dnsport_close(struct node *, const struct mode *);
/* Main has caught up. */
void	 dnsport_resume(struct node *);

#endif
