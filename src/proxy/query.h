/*
 * query - a question to the deciders about a connection or a tunnel.
 *
 * Belongs to its asker's shard but may outlive the asker: whoever has the
 * call gives it back some day, and then nobody may be there to listen.
 */
#ifndef SRC_QUERY_H
#define SRC_QUERY_H

#include "model/hook.h"
#include "run/loop.h"

struct query;

/* then() is given the answer, borrowed, on this loop; until that *at is
 * not NULL. Takes the call. */
void	 query_ask(struct query **at, struct loop *, struct hooks *,
	    struct hookcall *, void (*then)(void *, const struct hookcall *),
	    void *arg);
/* Nobody waits for what they say to it. Takes the call. */
void	 query_tell(struct hooks *, struct hookcall *);
/* A call about a connection to a server, on behalf of that client. */
struct hookcall *query_of_server(enum hook, const struct conn *server,
	    const struct conn *client);
/* The answer to that: is it not to be? The reason is the script's own. */
bool	 query_refuses(const struct hookcall *, struct why *);
/* The asker goes: no answer will be given. NULL *at is fine. */
void	 query_forget(struct query **at);

#endif
