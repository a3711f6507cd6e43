/*
 * wsconv - one WebSocket conversation as a proxy has it: what either end
 * says goes on to the other frame by frame, is kept in the flow message by
 * message, and ends as RFC 6455 7 says.
 *
 * Pure: it is fed and acts through a few verbs (struct wsconv_out), which
 * may not feed it from inside. Frames go on byte by byte as they came, as
 * soon as they do, unless somebody may decide about their message: then it
 * is kept back whole. Owned by a session, lives on its shard.
 */
#ifndef SRC_WSCONV_H
#define SRC_WSCONV_H

#include <sys/queue.h>

#include "codec/ws.h"
#include "model/flow.h"

struct wsconv_out {
	/* Bytes for an end; borrowed. */
	void	(*write)(void *, bool to_client, struct sp);
	/* The flow has something new. */
	void	(*changed)(void *);
	/* The first close frame has come, or (FAILING) was sent: the other
	 * is not waited for without end. */
	void	(*closing)(void *);
	/* Nothing more is said or listened to; both ends may be shut when
	 * what was written is sent. The flow is complete. */
	void	(*over)(void *);
	/* May somebody decide about the message that begins now? */
	bool	(*is_wanted)(void *);
	/* The flow's last message is whole: ask. True: the answer will come
	 * by wsconv_decide(); false: it goes on as it is. */
	bool	(*ask)(void *, bool from_client);
	ws_key_fn *key;		/* masks of frames of our own */
};

/*
 *	OPEN --a close frame--> CLOSING --the other, or an end--> OVER
 *	 | `------- an end without close frame ------------------^ ^
 *	 `--a rule broken--> FAILING --the other end closes, too---'
 *
 * In FAILING the other end was told at once; what it had to say till then
 * still comes before whoever broke the rule is told.
 */
enum wsconv_step { WSCONV_OPEN, WSCONV_CLOSING, WSCONV_FAILING, WSCONV_OVER };

/* A message of ours that waits for the present one to end. */
struct wsinject {
	STAILQ_ENTRY(wsinject) link;
	enum ws_op	 op;
	struct blob	*data;
};

STAILQ_HEAD(wsinject_list, wsinject);

/* What one end says. */
struct wsdir {
	struct ws	 ws;
	struct ws_frame	 frame;		/* that is under way */
	unsigned char	 key[4];	/* its mask */
	uint64_t	 length;
	bool		 head_due;	/* its header has not gone on */
	bool		 open;		/* its header has, its end has not */
	bool		 closed;	/* a close frame came, or nonsense */
	struct chain	 text;		/* of the message so far */
	bool		 keeps;		/* it is kept */
	bool		 within;	/* a message has begun */
	/* Of one that is kept back: its frames, where it was cut. */
	bool		 held;
	struct str	 wire;
	uint32_t	*parts;
	size_t		 n_parts;
	bool		 asked;		/* an answer is awaited */
	bool		 extra;		/* more than may be kept */
	size_t		 index;		/* in the flow */
	/* Once one was made anew all compressed ones have to be, but where
	 * no context is kept. */
	bool		 remade;
	struct ws_zip	*zip;
	struct wsinject_list injects;
};

struct wsconv {
	const struct wsconv_out *out;
	void		*arg;
	struct flow	*flow;		/* reference */
	enum wsconv_step step;
	struct ws_deflate deflate;
	struct wsdir	 dir[2];	/* [1]: the client's */
	uint64_t	 kept;		/* bytes of all messages in the flow */
	bool		 client_failed;	/* FAILING: who broke the rule */
};

/* The flow becomes a WebSocket's and is live until the end. */
struct wsconv	*wsconv_new(const struct wsconv_out *, void *, struct flow *,
		    const struct ws_deflate *);
void		 wsconv_free(struct wsconv *);	/* NULL is fine */
/* Returns how many bytes it took: all, unless an answer is awaited about a
 * message of that end. */
size_t		 wsconv_feed(struct wsconv *, bool from_client, struct sp);
bool		 wsconv_is_asked(const struct wsconv *, bool from_client);
/* The answer: what became of the message, or NULL when it stays. */
void		 wsconv_decide(struct wsconv *, bool from_client,
		    const struct frame *);
/* Say something in the name of an end, after what it is saying now. Takes
 * the reference. */
void		 wsconv_inject(struct wsconv *, bool from_client, enum ws_op,
		    struct blob *);
/* That end says no more. */
void		 wsconv_eof(struct wsconv *, bool from_client);
/* It was broken off, by an end or by us; over() is called. A second time
 * nothing happens. */
void		 wsconv_break(struct wsconv *, bool from_client,
		    const char *error);

#endif
