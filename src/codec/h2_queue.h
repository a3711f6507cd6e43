/*
 * h2_queue - body bytes of one stream that wait for the peer's window.
 *
 * Large pieces are held by reference to the blob they stand in, small ones
 * are copied together. Single owner.
 */
#ifndef SRC_H2_QUEUE_H
#define SRC_H2_QUEUE_H

#include <sys/queue.h>

#include "base/base.h"
#include "base/blob.h"

struct h2_piece;

struct h2_queue {
	TAILQ_HEAD(h2_pieces, h2_piece)	pieces;	/* private */
	size_t			n;	/* bytes that wait */
};

/* Where they go: written (copied), or given with their blob when there is
 * a function for it. */
struct h2_sink {
	void	(*write)(void *, struct sp);
	void	(*blob)(void *, struct blob *, size_t off, size_t n);
	void	*arg;
};

void	 h2_queue_init(struct h2_queue *);
void	 h2_queue_fini(struct h2_queue *);
/* b: what the bytes stand in, or NULL: they are copied. */
void	 h2_queue_add(struct h2_queue *, struct sp, struct blob *b);
/* The first n bytes, of which there must be as many. */
void	 h2_queue_take(struct h2_queue *, size_t n, const struct h2_sink *);

#endif
