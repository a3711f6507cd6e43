/*
 * messages - the messages of a conversation as lines: WebSocket, TCP, UDP.
 *
 * When not all may be shown it is the last ones that are. Main thread,
 * where nothing else is said.
 */
#ifndef UI_MESSAGES_H
#define UI_MESSAGES_H

#include "cv/cv.h"
#include "ui/term.h"

/* Lines into body, and what ended it into foot; mode: the content view. */
void	 messages_put(const struct term *, struct flow *, const char *mode,
	    struct cv_out *body, struct cv_out *foot);
/* The same in two halves. The first may run on a worker: views of scripts
 * take their time. */
struct arrows {
	const char	*to_server, *to_client;
};
struct arrows messages_arrows(const struct term *);
void	 messages_put_body(struct arrows, struct flow *, const char *mode,
	    struct cv_out *body);
void	 messages_put_end(const struct flow *, struct cv_out *foot);
/* The lines are of all messages of "known", which the flow still begins
 * with: those behind them are added. */
void	 messages_put_more(const struct term *, struct flow *,
	    const char *mode, const struct frames *known, struct cv_out *body,
	    struct cv_out *foot);
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
