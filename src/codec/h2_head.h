/*
 * h2_head - message heads and HTTP/2: from one protocol to the other.
 *
 * Pure; knows no frames. A head that came by HTTP/2 has version HTTP/2.0,
 * all parts of its URL, target = path (CONNECT: authority), made lines only,
 * crumbs of cookies and Host as they came. :protocol of an extended CONNECT
 * stands among the fields, first, and never reaches an HTTP/1 wire.
 */
#ifndef SRC_H2_HEAD_H
#define SRC_H2_HEAD_H

#include "base/base.h"
#include "codec/head.h"

/* The content-length: 1, 0 when there is none; -1 with the reason. */
int	 h2_length(const struct head *, uint64_t *, struct why *);
/* Value of :protocol, p NULL when there is none. */
struct sp h2_protocol(const struct head *);
/* The authority that goes out: the head's own, or its Host. */
struct sp h2_authority(const struct head *);
/* Nothing in it that HTTP/2 has no place for: no fields of the connection
 * (RFC 9113 8.2.2), no line breaks; a request has its URL. */
bool	 h2_head_fits(const struct head *);

enum h2_body {
	H2_BODY,	/* one follows; chunked when its length is unknown */
	H2_EMPTY,	/* none, and HTTP/1 must be told so */
	H2_MUTED	/* none, whatever the fields say: HEAD, 1xx */
};

/*
 * As it would stand on an HTTP/1 wire; a new head. An extended CONNECT
 * becomes GET with Upgrade (the caller adds a key, RFC 8441 5).
 */
struct head *h2_head_to_h1(const struct head *, enum h2_body);
/* The answer to such a GET, out of a 2xx. */
struct head *h2_upgrade_to_h1(const struct head *, struct sp protocol,
		    struct sp accept);
/*
 * As it would stand in HTTP/2; a new head. An upgrade to WebSocket becomes
 * an extended CONNECT, and its 101 a 200. crumbs: one field for each cookie
 * (RFC 9113 8.2.3).
 */
struct head *h2_head_from_h1(const struct head *, bool crumbs);

#endif
