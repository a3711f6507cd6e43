/*
 * h2_head - message heads and HTTP/2: the rules of a field section that
 * came in (RFC 9113 8), and heads from one protocol to the other.
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

/* A field section on its way in. */
struct h2_block {
	struct head	*head;		/* NULL: there is none */
	bool		 lenient;
	bool		 extended;	/* :protocol may be there */
	/* private */
	bool		 fields_seen;	/* no pseudo-header any more */
	unsigned	 pseudo;	/* bits of those seen */
	size_t		 bytes;		/* RFC 9113 10.5.1 */
	struct why	 why;		/* the first fault */
};

void	 h2_block_start(struct h2_block *, enum head_kind);
void	 h2_block_drop(struct h2_block *);
/* -1 when the peer goes on far beyond the limits: end the connection.
 * Any other fault waits for the end, so that the head can be shown. */
int	 h2_block_field(struct h2_block *, struct sp name, struct sp value)
	    wunused;
/* Takes the head out. 0, or -1: the fault; what could be read of the head
 * is there all the same. */
int	 h2_block_done(struct h2_block *, struct head **, struct why *)
	    wunused;

/* Value of the content-length: 1, 0 when there is none; -1 with the reason. */
int	 h2_length(const struct head *, uint64_t *, struct why *);
/* Value of :protocol, p NULL when there is none. */
struct sp h2_protocol(const struct head *);
/* Does the field go into HTTP/2, or is it one of the connection? */
bool	 h2_field_goes(const struct head *, const struct field *);
/* The authority that goes out: the head's own, or its Host. */
struct sp h2_authority(const struct head *);

/*
 * As it would stand on the other protocol's wire; a new head. body: to
 * HTTP/1, a body follows (its length unknown, it is chunked). crumbs: to
 * HTTP/2, one field for each cookie (RFC 9113 8.2.3).
 */
struct head *h2_head_to_h1(const struct head *, bool body);
struct head *h2_head_from_h1(const struct head *, bool crumbs);

#endif
