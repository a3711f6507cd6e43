/*
 * udpclient - who speaks to a UDP port. Nobody says hello there, or goodbye:
 * a client has come with its first datagram, and has gone when it was
 * silent for long. Deciders are told of both, and may refuse it.
 *
 * One set for a port. Thread: the shard's.
 */
#ifndef SRC_UDPCLIENT_H
#define SRC_UDPCLIENT_H

#include <sys/queue.h>

#include "net/dgram.h"
#include "proxy/mode.h"
#include "proxy/node.h"

#define UDPCLIENT_SILENCE_MS	20000	/* then one has gone */

struct udpclients;
struct query;

/* A datagram of one about whom somebody decides. */
struct udpwaiting;

struct udpclient {
	struct conn	*conn;		/* reference, see facts.h */
	void		*talk;		/* what the port makes of it */
	/* private */
	TAILQ_ENTRY(udpclient) link;
	struct udpclients *of;
	struct addr	 addr;
	uint64_t	 seen;		/* date_mono_ns() of its last word */
	struct query	*ask;
	STAILQ_HEAD(, udpwaiting) waiting;
};

/* What a port is for its clients. */
struct udpclient_ops {
	/* A datagram of one who may talk to us; borrowed. -1: it is not
	 * taken. May not end the client. */
	int	(*got)(void *, struct udpclient *, const struct dgram_peer *,
		    struct sp, struct why *);
	/* Does it wait for us, and so is not silent? */
	bool	(*waits)(void *, const struct udpclient *);
	/* It has gone: its facts say when. NULL: so what. */
	void	(*gone)(void *, struct udpclient *);
};

/* All is borrowed: the mode, our address. most: so many at once; waiting: so
 * many datagrams, in all, of those that are decided about. */
struct udpport_facts {
	struct node	*node;
	const struct mode *mode;
	const struct addr *sock;
	unsigned	 silence_ms;
	size_t		 most, waiting;
	const char	*what;		/* "DNS query", for the log */
};

struct udpclients *udpclients_new(const struct udpport_facts *,
		    const struct udpclient_ops *, void *);
/* All of them have gone. */
void		 udpclients_free(struct udpclients *);
/*
 * A datagram goes to ops->got: at once, or when somebody has decided about
 * its client. What is lost is told, however much it is, in a line a second.
 */
void		 udpclients_got(struct udpclients *,
		    const struct dgram_peer *, struct sp);
/* It is not silent: it is spoken to. */
void		 udpclient_touch(struct udpclient *);
/* It is as gone as if it had been silent. Not from inside ops->got. */
void		 udpclient_leave(struct udpclient *);
/* A datagram of it, or for it, is; the reason gets a longer one. */
void		 udpclient_lost(struct udpclient *, struct why *);
void		 udpclient_log(const struct udpclient *, enum log_level,
		    const char *);

#endif
