/*
 * wsconv - one WebSocket conversation as a proxy has it: what either end
 * says goes on to the other frame by frame, is kept in the flow message by
 * message, and ends as RFC 6455 7 says.
 *
 * Pure: it is fed and acts through a few verbs (struct wsconv_out), which
 * may not feed it from inside. Frames go on byte by byte as they came, as
 * soon as they do. Owned by a session, lives on its shard.
 */
#ifndef SRC_WSCONV_H
#define SRC_WSCONV_H

#include "codec/ws.h"
#include "model/flow.h"

struct wsconv_out {
	/* Bytes for an end; borrowed. */
	void	(*write)(void *, bool to_client, struct sp);
	/* The flow has something new. */
	void	(*changed)(void *);
	/* The first close frame has come: the other is not waited for
	 * without end. */
	void	(*closing)(void *);
	/* Nothing more is said or listened to; both ends may be shut when
	 * what was written is sent. The flow is complete. */
	void	(*over)(void *);
	ws_key_fn *key;		/* masks of frames of our own */
};

/*
 *	OPEN --a close frame--> CLOSING --the other, or an end--> OVER
 *	   `----- a rule broken, an end without close frame -------^
 */
enum wsconv_step { WSCONV_OPEN, WSCONV_CLOSING, WSCONV_OVER };

/* What one end says. */
struct wsdir {
	struct ws	 ws;
	struct ws_frame	 frame;		/* that is under way */
	unsigned char	 key[4];	/* its mask */
	uint64_t	 length;
	bool		 head_due;	/* its header has not gone on */
	bool		 open;		/* its header has, its end has not */
	bool		 closed;	/* a close frame came */
	struct chain	 text;		/* of the message so far */
	bool		 keeps;		/* it is kept */
};

struct wsconv {
	const struct wsconv_out *out;
	void		*arg;
	struct flow	*flow;		/* reference */
	enum wsconv_step step;
	struct wsdir	 dir[2];	/* [1]: the client's */
	uint64_t	 kept;		/* bytes of all messages in the flow */
};

/* The flow becomes a WebSocket's and is live until the end. */
struct wsconv	*wsconv_new(const struct wsconv_out *, void *, struct flow *,
		    const struct ws_deflate *);
void		 wsconv_free(struct wsconv *);	/* NULL is fine */
/* Looks at all of it. */
void		 wsconv_feed(struct wsconv *, bool from_client, struct sp);
/* That end says no more. */
void		 wsconv_eof(struct wsconv *, bool from_client);
/* It was broken off, by an end or by us; over() is called. A second time
 * nothing happens. */
void		 wsconv_break(struct wsconv *, bool from_client,
		    const char *error);

#endif
