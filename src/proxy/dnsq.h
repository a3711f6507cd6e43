/*
 * dnsq - one DNS query of a client, from its datagram (or its place in a
 * TCP connection) to the answer: the flow that shows it, the hooks, the
 * name server or the hosts file.
 *
 * Owned by its asker, who ends all of its own. Thread: the shard's.
 */
#ifndef SRC_DNSQ_H
#define SRC_DNSQ_H

#include "net/dgram.h"
#include "net/sysdns.h"
#include "proxy/mode.h"
#include "proxy/node.h"

struct dnsq;

LIST_HEAD(dnsq_list, dnsq);

/* A UDP port or a TCP connection; embedded in its owner. */
struct dns_asker {
	struct node	*node;
	struct mode	*mode;		/* the owner's reference */
	bool		 tcp;
	/* UDP: to whom. Not called once the asker has ended. */
	void		(*reply)(void *, const struct dgram_peer *,
			    struct sp);
	void		(*over)(void *);	/* one less */
	/* Can the client take no more for now? NULL: it always can. */
	bool		(*full)(void *);
	void		*arg;
	/* private */
	struct dnsq_list queries;
	unsigned	 n;
};

/* Of a node: what its queries share. */
struct dns_shared {
	struct dnsq_list all;
	unsigned	 n;
	struct sysdns	*sys;
	LIST_HEAD(, dnsport) ports;
};

struct dns_shared *dns_shared(struct node *);	/* made at the first call */
void		 dns_shared_free(struct node *);

void		 dns_asker_init(struct dns_asker *, struct node *,
		    struct mode *);
/* The client can take more of the zones that are on their way to it. */
void		 dns_asker_go_on(struct dns_asker *);
/* Does a query of this client wait for its answer? */
bool		 dns_asker_has(const struct dns_asker *,
		    const struct conn *client);
/* Its queries end with this reason; no reply is sent. */
void		 dns_asker_end(struct dns_asker *, const char *);
/* Does somebody decide about one of them? */
bool		 dns_asker_is_held(const struct dns_asker *);

/* -1 ERR_DNS_FORMAT, ERR_LIMIT: it is not taken; who sent nonsense has
 * been told. peer is NULL over TCP. A query that is repeated while it is
 * under way is one. */
int		 dnsq_start(struct dns_asker *, const struct conn *client,
		    const struct dgram_peer *, struct sp msg, struct why *)
		    wunused;
/* False: the flow is no query's. */
bool		 dnsq_kill(struct node *, uint64_t flow_id);

#endif
