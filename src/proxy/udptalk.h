/*
 * udptalk - one client of a UDP port and the server, raw: the flow that
 * shows their datagrams, and the hooks, which may hold, change or drop each
 * of them.
 *
 * What waits, for an answer or for the server, is bounded; what is more is
 * lost, as the network may lose it. A talk that is killed stays deaf until
 * its client has gone. Owner: its client; thread: the shard's.
 */
#ifndef SRC_UDPTALK_H
#define SRC_UDPTALK_H

#include "proxy/udpclient.h"

struct udptalk;

LIST_HEAD(udptalk_list, udptalk);

/* What talks know of their port; embedded there. */
struct udptalk_port {
	struct node	*node;
	struct place	 to;		/* borrowed */
	/* To a client: 0, or an errno. */
	int		(*send)(void *, const struct dgram_peer *, struct sp);
	void		*arg;
	/* private */
	struct udptalk_list talks;
	uint64_t	 waiting;	/* bytes, of all of them */
};

/* That client has come. */
struct udptalk	*udptalk_new(struct udptalk_port *, struct udpclient *);
/* -1 ERR_LIMIT: it is lost. */
int		 udptalk_got(struct udptalk *, const struct dgram_peer *,
		    struct sp, struct why *) wunused;
/* Does somebody decide about it? */
bool		 udptalk_waits(const struct udptalk *);
/* The client has gone. */
void		 udptalk_free(struct udptalk *);
/* Main has caught up. */
void		 udptalk_resume(const struct udptalk_port *);
/* Of a flow that goes on; NULL: it is another's. */
struct udptalk	*udptalk_find(const struct udptalk_port *, uint64_t flow_id);
void		 udptalk_kill(struct udptalk *);
/* A datagram in the name of an end; takes the blob. */
void		 udptalk_inject(struct udptalk *, bool from_client,
		    struct blob *);

#endif
