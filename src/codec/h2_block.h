/*
 * h2_block - a field section of HTTP/2 on its way in: the rules of RFC 9113
 * 8, and the head that comes of it.
 *
 * Knows no frames and no compression. A fault does not stop it, so that what
 * is refused can be shown as far as it could be read.
 */
#ifndef SRC_H2_BLOCK_H
#define SRC_H2_BLOCK_H

#include "base/base.h"
#include "codec/head.h"

struct h2_block {
	struct head	*head;		/* NULL: there is none */
	bool		 lenient;
	bool		 extended;	/* :protocol may be there */
	/* private */
	bool		 fields_seen;	/* no pseudo-header any more */
	unsigned	 pseudo;	/* bits of those seen */
	size_t		 bytes;		/* RFC 9113 6.5.2 */
	struct why	 why;		/* the first fault */
};

/* Sets lenient and extended to false. */
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

#endif
