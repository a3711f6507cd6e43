/*
 * udpup - a server's end of one UDP conversation: a socket of its own, which
 * lets through only what comes from there.
 *
 * Scripts see it as a connection, which they may send elsewhere or forbid.
 * Owner: the conversation; thread: the shard's. What ops are called from may
 * not be freed within them.
 */
#ifndef SRC_UDPUP_H
#define SRC_UDPUP_H

#include "proxy/node.h"

struct udpup;

struct udpup_ops {
	void	(*ready)(void *);	/* it can be sent to */
	void	(*got)(void *, struct sp);	/* borrowed */
	/* It cannot be reached, or there is nobody; no more is to come. */
	void	(*failed)(void *, const struct why *);
};

/* Nobody is asked or looked up yet. */
struct udpup	*udpup_new(struct node *, const struct place *,
		    const struct udpup_ops *, void *);
void		 udpup_move(struct udpup *, const struct place *);
/* Once; on behalf of that client. */
void		 udpup_reach(struct udpup *, const struct conn *client);
/* As it is now. */
const struct conn *udpup_conn(const struct udpup *);
/* Once it is ready. -1 ERR_LIMIT: more than a datagram can be. */
int		 udpup_send(struct udpup *, struct sp, struct why *);
void		 udpup_pause(struct udpup *, bool);
void		 udpup_close(struct udpup *);
void		 udpup_free(struct udpup *);

#endif
