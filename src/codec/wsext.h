/*
 * wsext - what a WebSocket handshake says: whether a head asks for one or
 * grants it (RFC 6455 4), and which extensions both ends agree on (RFC
 * 6455 9.1; permessage-deflate: RFC 7692 7).
 *
 * Pure. A proxy passes offers and answers on as they are, but for offers
 * of what it could not read itself; both its sides so have the same
 * parameters. Key and accept value are the two ends' own affair, unless one
 * of them is in HTTP/2, which has neither (RFC 8441 5).
 */
#ifndef SRC_WSEXT_H
#define SRC_WSEXT_H

#include "base/base.h"
#include "base/str.h"
#include "codec/head.h"

#define WS_BITS_MAX	15	/* a window of 32 KiB, and the default */

/* permessage-deflate, as agreed. */
struct ws_deflate {
	bool		 on;
	bool		 client_no_context, server_no_context;
	unsigned char	 client_bits, server_bits;	/* 8 to 15 */
};

/* A request that asks for a WebSocket: GET of HTTP/1.1, Upgrade,
 * Connection, Sec-WebSocket-Key and version 13 (RFC 6455 4.2.1). */
bool	 ws_is_request(const struct head *);
/* The 101 that grants it (RFC 6455 4.2.2). Over HTTP/2 it is :protocol
 * and a 2xx instead (RFC 8441 5); the extensions are negotiated alike. */
bool	 ws_is_answer(const struct head *);

/* The Sec-WebSocket-Accept to a request (RFC 6455 4.2.2); empty when that
 * has no key. */
void	 ws_accept_put(struct str *, const struct head *request);

/*
 * The offers of a request that can be read on the way, as a field value
 * with their text and order kept: permessage-deflate with parameters that
 * are right. Empty: none. *all says that nothing was left out, so the
 * field(s) may stay as they are.
 */
void	 ws_ext_offers(const struct head *, struct str *, bool *all);

/*
 * What the answer agrees on, given the request as it was sent on.
 * -1 ERR_WS_EXT: something that was not offered, wrong parameters, or an
 * extension twice; a client must fail the connection then (RFC 6455 4.1,
 * RFC 7692 7.1.3).
 */
int	 ws_ext_agreed(const struct head *request, const struct head *answer,
	    struct ws_deflate *, struct why *) wunused;

/* "permessage-deflate; ..." as a client offers it or a server grants it. */
void	 ws_ext_put(struct str *, const struct ws_deflate *);

#endif
