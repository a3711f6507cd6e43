/*
 * put - an HTTP/1 message going out: its head fitted to its body, its
 * data framed, its end.
 *
 * Pure: bytes go through the writer that the owner supplies. One struct
 * put for one direction of one connection; the owner writes one message
 * after the other.
 */
#ifndef SRC_PUT_H
#define SRC_PUT_H

#include "codec/h1.h"
#include "model/msg.h"

struct put {
	void		(*write)(void *, struct sp);	/* copies */
	/* n bytes of the blob from off; a reference is taken. NULL: all is
	 * copied. */
	void		(*blob)(void *, struct blob *, size_t off, size_t n);
	void		*arg;
	enum h1_frame	 frame;		/* of the message being written */
	bool		 muted;		/* answer to HEAD: no body goes out */
	bool		 bad;		/* there was more body than was said */
	uint64_t	 left;		/* H1_LENGTH: that is still to come */
};

void	 put_request(struct put *, const struct msg *);
/* The same with its URL as target: for another proxy. */
void	 put_absolute(struct put *, const struct msg *);
/* False: no other message can follow on this connection. */
bool	 put_response(struct put *, const struct msg *,
	    const struct head *request);
/* b: where the data stands, or NULL. Never more than the head has said. */
void	 put_data(struct put *, struct sp, struct blob *);
/* False: the body was not as long as that; nothing can follow, since the
 * peer waits for more or has not heard all. */
bool	 put_end(struct put *, const struct head *trailers);
/* A head alone: 1xx. */
void	 put_head(struct put *, const struct head *);

#endif
