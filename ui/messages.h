/*
 * messages - the messages of a conversation as lines: WebSocket, TCP, UDP.
 *
 * When not all may be shown it is the last ones that are. When all are, a
 * long conversation is not gone through again for each new message: what
 * is settled, all before the first message that somebody must decide
 * about, is made into lines once. Main thread, where nothing else is said.
 */
#ifndef UI_MESSAGES_H
#define UI_MESSAGES_H

#include "cv/cv.h"
#include "ui/term.h"

/* How lines are made, and of which messages: those from "from" on, before
 * "to"; both 0: as many of the last ones as there is room for. */
struct messages_how {
	const char	*to_server, *to_client;	/* arrows */
	size_t		 from, to;
};

struct messages_how messages_how(const struct term *);
/* Any thread, for views of scripts take their time. The flow is the
 * caller's own record. */
void	 messages_put(struct messages_how, struct flow *, const char *mode,
	    struct cv_out *);
/* How many of the first ones are settled. */
size_t	 messages_settled(struct flow *);
/* How it ended, or what else is to be said behind the last one. */
void	 messages_put_end(const struct flow *, struct cv_out *);
/* The messages of a DNS flow, which go one way. */
void	 messages_put_dns(const struct flow *, bool from_client,
	    const char *mode, struct cv_out *);
/* One message among others; the title is theirs as long as all have the
 * same. */
void	 messages_put_one(const struct flow *, struct sp, const char *mode,
	    struct cv_out *);
/* "to server", "to client": where it would go. */
const char *messages_way(const struct frame *);

#endif
