/*
 * frames - the messages of a TCP, UDP or WebSocket conversation, in order.
 *
 * The records of a flow share them. A copy costs the same however many
 * there are, and a change copies no more than the way to what it changes:
 * whoever decides about each message of a long conversation gets all of
 * them each time. A struct frames belongs to one record and its thread;
 * what is shared below it never changes, and any thread may hold it.
 */
#ifndef SRC_FRAMES_H
#define SRC_FRAMES_H

#include "base/blob.h"

struct frame {
	struct blob	*data;		/* reference */
	double		 time;
	unsigned char	 opcode;	/* 1 text, 2 binary; 0: raw */
	bool		 from_client, dropped, injected;
	bool		 held;		/* main's: somebody must decide */
};

/* All zero: there are none. */
struct frames {
	size_t		 n;
	/* private */
	uint64_t	 bytes;		/* of all of them */
	unsigned	 levels;	/* of the tree */
	void		*root;		/* of full leaves; NULL: no level */
	struct frames_leaf *tail;	/* the last ones */
};

void		 frames_add(struct frames *, struct frame);	/* takes data */
void		 frames_fini(struct frames *);
/* dst, whatever it was, becomes the same as src. */
void		 frames_share(struct frames *dst, const struct frames *src);
/* Good until the next change. */
const struct frame *frames_at(const struct frames *, size_t);
const struct frame *frames_last(const struct frames *);	/* NULL: none */
/* The same one to be changed, all but its data; good until the next call
 * for these frames. */
struct frame	*frames_edit(struct frames *, size_t);
/* Other bytes for one; takes the blob. */
void		 frames_set_data(struct frames *, size_t, struct blob *);
/* It goes on as it does over there: other bytes, or dropped. */
void		 frames_decide(struct frames *, size_t, const struct frame *);
void		 frames_remove(struct frames *, size_t);
/* No more than the first n. */
void		 frames_cut(struct frames *, size_t n);
/* How many of the first ones are the same in both. Fast where they share
 * them. */
size_t		 frames_common(const struct frames *, const struct frames *);
/* Bytes of all of them. */
uint64_t	 frames_bytes(const struct frames *);

#endif
