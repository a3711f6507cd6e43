/*
 * rawflow - the flow of a raw conversation, TCP or UDP, on its shard: its
 * messages, as many as may be kept and those that somebody decides about,
 * kept or not; what main hears of it, and when; what deciders are asked.
 *
 * Each direction has at most one message that is decided about. Embedded in
 * the conversation; thread: its shard's.
 */
#ifndef SRC_RAWFLOW_H
#define SRC_RAWFLOW_H

#include "proxy/node.h"
#include "proxy/query.h"

struct rawflow {
	struct flow	*flow;		/* reference */
	/* private */
	struct node	*node;
	void		(*conns)(void *);
	void		*arg;
	struct timer	*news;
	bool		 fresh;		/* has news for main */
	uint64_t	 kept;		/* bytes of all messages */
	struct rawdir {
		size_t	 index;		/* of the present message */
		bool	 extra;		/* it is more than may be kept */
		bool	 held;		/* somebody decides about it */
	}		 dir[2];	/* [1]: what the client says */
};

/* conns gives the flow its connections as they are, whenever somebody looks
 * at it. Main has not heard of it yet. */
void	 rawflow_init(struct rawflow *, struct node *, enum flow_type,
	    void (*conns)(void *), void *);
void	 rawflow_fini(struct rawflow *);

/* Main hears of it: now; soon; for the last time, with its last hook. */
void	 rawflow_report(struct rawflow *);
void	 rawflow_news(struct rawflow *);
void	 rawflow_end(struct rawflow *);

/* The hook of the flow as it is, by query_ask(). */
void	 rawflow_ask(struct rawflow *, enum hook, struct query **,
	    void (*then)(void *, const struct hookcall *), void *);
/* What every answer may say. False: it was killed, the flow says so. */
bool	 rawflow_heed(struct rawflow *, const struct hookcall *);
void	 rawflow_kill(struct rawflow *);

/* Does so much more pass unseen? */
bool	 rawflow_is_full(const struct rawflow *, size_t);
/* The next message; takes the blob. True: somebody is to be asked. */
bool	 rawflow_add(struct rawflow *, bool client, struct blob *,
	    bool injected);
/* What the deciders made of it, in their record. */
void	 rawflow_take(struct rawflow *, bool client, const struct hookcall *);
/* As it is to go on now. */
const struct frame *rawflow_at(const struct rawflow *, bool client);
/* It has gone on, or will not. */
void	 rawflow_settle(struct rawflow *, bool client);

#endif
