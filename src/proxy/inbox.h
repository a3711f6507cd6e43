/*
 * inbox - what a multiplexed peer has sent of one message and its exchange
 * has not taken yet: HTTP/2 delivers when it likes, an exchange takes when
 * it can. Bounded by the window that the peer was given.
 *
 * Pure; single owner.
 */
#ifndef SRC_INBOX_H
#define SRC_INBOX_H

#include "base/blob.h"
#include "codec/head.h"

struct inbox {
	struct chain	 data;
	unsigned	 at;		/* private: slices taken */
	struct head	*trailers;	/* owned, or NULL */
	bool		 end;		/* nothing more will come */
};

void	 inbox_init(struct inbox *);
void	 inbox_fini(struct inbox *);
/* All of it, from one that nothing was taken of. */
void	 inbox_move(struct inbox *to, struct inbox *from);
bool	 inbox_has_data(const struct inbox *);
/* The next run of data; borrowed until inbox_took(). */
struct sp inbox_front(const struct inbox *);
void	 inbox_took(struct inbox *);		/* that run */

#endif
