/*
 * dial - a name and a port in, a connected socket out: resolving without
 * blocking, then happy eyeballs (RFC 8305).
 *
 * On the loop's thread. One call of done, never from inside dial_start().
 */
#ifndef SRC_DIAL_H
#define SRC_DIAL_H

#include "net/addr.h"
#include "run/loop.h"

struct resolver;
struct dial;

/* One per loop. hosts: honour the hosts file. servers: NULL-ended list of
 * name servers, or NULL for the system's. */
struct resolver	*resolver_new(struct loop *, bool hosts,
		    const char *const *servers);
void		 resolver_free(struct resolver *);

struct dial_target {
	const char	*host;		/* name or address; copied */
	uint16_t	 port;
	const char	*bind;		/* local address, or NULL */
	unsigned	 timeout_ms;	/* for all of it */
	bool		 udp;		/* a connected UDP socket */
};

/* fd -1: failed, why says it (ERR_DNS, ERR_CONNECT, ERR_TIMEOUT). The
 * socket is non-blocking, with TCP_NODELAY and is the callee's. */
typedef void	 dial_done(void *, int fd, const struct addr *,
		    const struct why *);

struct dial	*dial_start(struct resolver *, const struct dial_target *,
		    dial_done *, void *);
void		 dial_cancel(struct dial *);	/* done is not called */

#endif
