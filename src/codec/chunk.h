/*
 * chunk - the chunked transfer coding: wire bytes in, body bytes out.
 *
 * Knows nothing of sockets, heads or clocks. The decoder lives inside its
 * owner, allocates nothing, and never keeps a pointer to what it was fed.
 * It stops after the last chunk's line: the trailer section that follows
 * is its owner's to read (RFC 9112 7.1.2).
 */
#ifndef SRC_CHUNK_H
#define SRC_CHUNK_H

#include "base/base.h"

struct chunk {
	unsigned char	 step;		/* enum chunk_step, private */
	unsigned char	 digits;	/* of the size line so far */
	uint32_t	 ext;		/* bytes of extensions so far */
	uint64_t	 left;		/* bytes of the chunk still to come */
};

void	 chunk_start(struct chunk *);
bool	 chunk_done(const struct chunk *);

/*
 * Feed wire bytes. Returns how many were used; *data is the run of body
 * bytes among them (empty when there was none yet). At most one run a
 * call. Returns -1 with the reason when the peer broke the grammar; do not
 * feed again.
 */
ssize_t	 chunk_feed(struct chunk *, struct sp, struct sp *data,
	    struct why *);

#endif
