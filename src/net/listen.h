/*
 * listen - listening sockets.
 */
#ifndef SRC_LISTEN_H
#define SRC_LISTEN_H

#include "net/addr.h"
#include "run/loop.h"

#define LISTEN_MAX	8	/* addresses one name may stand for */

struct listener;
struct log;

/* fd: accepted, non-blocking, close-on-exec, TCP_NODELAY; the callee's. */
typedef void	 listen_fn(void *, int fd, const struct addr *peer);

/* host NULL or "": 127.0.0.1 and [::1] both (the second may be missing on
 * a machine without IPv6; with port 0 both get the same). "*": all
 * addresses. -1 ERR_LISTEN says which address and why. */
struct listener	*listen_open(struct loop *, const char *host, uint16_t port,
		    listen_fn *, void *, struct why *);
/* The same places for UDP: sockets for dgram_new(), the caller's; at most
 * LISTEN_MAX. */
int		 listen_udp(const char *host, uint16_t port,
		    int fd[LISTEN_MAX], unsigned *n, struct why *) wunused;
void		 listen_close(struct listener *);
/* Connections to addresses that are not ours may be handed to it (TPROXY).
 * Without the right to it only REDIRECT works: nothing is said. */
void		 listen_set_transparent(struct listener *);
/* Addresses that are bound; NULL past the last. */
const struct addr *listen_addr(const struct listener *, unsigned);
/* When descriptors run out: stop for a moment, say so once. */
void		 listen_set_log(struct listener *, struct log *);

#endif
