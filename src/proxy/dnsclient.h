/*
 * dnsclient - who asks at a UDP port. Nobody says hello there, or goodbye:
 * a client has come with its first datagram, and has gone when it was
 * silent for long. Deciders are told of both, and may refuse it.
 *
 * One set for a port. Thread: the shard's.
 */
#ifndef SRC_DNSCLIENT_H
#define SRC_DNSCLIENT_H

#include "proxy/dnsq.h"

#define DNSCLIENT_SILENCE_MS	20000	/* then one has gone */

struct dnsclients;

/* All is borrowed: for the asker, the mode, and our address. */
struct dnsclients *dnsclients_new(struct dns_asker *, const struct addr *,
		    unsigned silence_ms);
/* Once the asker has ended. All of them have gone. */
void		 dnsclients_free(struct dnsclients *);
/*
 * A datagram goes to dnsq_start(): at once, or when somebody has decided
 * about its client. -1 as there, and when the client may not talk to us.
 */
int		 dnsclients_got(struct dnsclients *,
		    const struct dgram_peer *, struct sp, struct why *)
		    wunused;

#endif
