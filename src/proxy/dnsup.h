/*
 * dnsup - one DNS query to a name server, or to the next one if that is
 * silent: over UDP, and over TCP when the answer was cut short (RFC 7766).
 *
 * Each attempt has a socket of its own, so the kernel chooses a new source
 * port and lets through only what comes from the server; the id is random
 * too (RFC 5452). Answers that are for another question are not seen.
 * Scripts see each attempt as a connection, which they may send elsewhere or
 * forbid. On the loop's thread; done is called once, never from inside
 * dnsup_start(), but for a zone transfer over TCP: once for each of its
 * messages, and for the next one when dnsup_more() has asked for it.
 */
#ifndef SRC_DNSUP_H
#define SRC_DNSUP_H

#include "proxy/node.h"

struct dnsup;

struct dnsup_want {
	struct sp		 query;
	const struct place	*places;	/* name servers, n of them */
	unsigned		 n;
	bool			 tcp;		/* rather over TCP */
	struct cfg		*cfg;
	const struct conn	*client;	/* for whom */
};

struct dnsup_got {
	struct sp		 answer;	/* with the query's id */
	const struct conn	*server;	/* as it was then */
	bool			 more;		/* of a transfer */
};

/* got is NULL when nobody answered; why says it. */
typedef void	 dnsup_done(void *, const struct dnsup_got *,
		    const struct why *);

/* All of it is copied. */
struct dnsup	*dnsup_start(struct node *, const struct dnsup_want *,
		    dnsup_done *, void *);
/* After a message that has one behind it. */
void		 dnsup_more(struct dnsup *);
/* Of the present attempt. */
const struct conn *dnsup_server(const struct dnsup *);
/* Do scripts have to say whether it may be made? */
bool		 dnsup_is_asked(const struct dnsup *);
void		 dnsup_cancel(struct dnsup *);	/* NULL is fine */

#endif
