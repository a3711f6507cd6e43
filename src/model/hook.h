/*
 * hook - the only door for whoever wants to decide about traffic.
 *
 * A shard reaches a hook point of an exchange. If a decider subscribed to
 * that point (one atomic load tells), it makes a hookcall: the flow's
 * facts, frozen, in a record of its own. Deciders take it one after the
 * other, in their order: script, then main (stateful addons, intercept).
 * Each may replace messages in call->flow and set the verdict, on its own
 * thread and as late as it likes, and then gives it back with hook_done().
 * Only that stream waits. Pure addons run on the shard and need no call.
 */
#ifndef SRC_HOOK_H
#define SRC_HOOK_H

#include <stdatomic.h>

#include "model/flow.h"

enum hook {
#define HOOK(name, subject, hold, when) HOOK_##name,
#include "model/hook.def"
#undef HOOK
	HOOK_N
};

typedef uint64_t hookbits;

#define HOOK_BIT(h)	((hookbits)1 << (h))

const char	*hook_name(enum hook);
const char	*hook_when(enum hook);
bool		 hook_may_hold(enum hook);
bool		 hook_of_flow(enum hook);
/* Asked about a request: it may wait beside one about the response. */
bool		 hook_of_request(enum hook);

/* Verdict bits. */
#define HV_REQUEST	1u	/* flow->request was replaced */
#define HV_RESPONSE	2u	/* flow->response was set or replaced */
#define HV_KILL		4u	/* end it, no answer (conn: ->conn says why) */
#define HV_INTERCEPT	8u	/* a script asks: hold it for the user */
#define HV_STREAM	16u	/* headers hooks: stream this body */
#define HV_MARKS	32u	/* marked, comment, meta were changed */
#define HV_CONN		64u	/* conn hooks: ->server was replaced; of a
				 * request: only ->server->via counts */
#define HV_PIECES	256u	/* headers hooks: HV_STREAM, ask for each */
#define HV_IGNORE	128u	/* tls_clienthello, next_layer: leave it
				 * alone */
#define HV_RAW		512u	/* next_layer: bytes, as a TCP flow */
#define HV_HTTP		1024u	/* next_layer: HTTP */
#define HV_STAYS	2048u	/* HV_CONN: for what follows on the client's
				 * connection, too */

struct hookcall {
	enum hook	 hook;
	unsigned	 verdict;	/* HV_*; deciders add bits */
	unsigned	 next;		/* private: decider to ask next */
	struct flow	*flow;		/* the call's own record */
	/* conn hooks: the connection; else NULL. For a server's, the
	 * client's that it serves stands beside it. */
	const struct conn *conn, *client;
	/* The asker: gets the call back, on whatever thread gave it. */
	void		(*back)(struct hookcall *);
	void		*asker;
	struct hookcall	*link;		/* for whoever queues it */
	void		*held_by;	/* private to the decider */
	/* All of the message but its end has gone on: scripts see it, and
	 * may kill the flow; nobody else is asked. */
	bool		 shown;
	/* conn hooks: the server's connection, or what is to become it;
	 * NULL while nobody knows where the client wants to go. */
	const struct conn *server;
	/* tls_clienthello: the message's body. next_layer: what the client
	 * has said so far. Pieces: the bytes, which a decider may replace;
	 * NULL: the end. */
	struct blob	*data;
};

enum decider_id { DECIDE_SCRIPT, DECIDE_MAIN, DECIDE_N };

struct decider {
	const char	*name;		/* "script": shown with held flows */
	/* Takes the call over; any thread; must not block. */
	void		(*take)(void *, struct hookcall *);
	void		*arg;
	_Atomic hookbits mask;		/* HOOK_BITs it wants */
};

struct hooks {
	struct decider	 deciders[DECIDE_N];
	/* Flows that have passed their hooks without main having heard of
	 * it: what their deciders say in words would come before them. */
	atomic_size_t	 ahead;
};

void	 hooks_init(struct hooks *);
/* take and arg are set once, before threads start; the mask any time. */
void	 hooks_set(struct hooks *, enum decider_id, const char *,
	    void (*)(void *, struct hookcall *), void *);
void	 hooks_want(struct hooks *, enum decider_id, hookbits mask);
/* True when somebody subscribed. */
bool	 hooks_wanted(const struct hooks *, enum hook);
bool	 hooks_wanted_by(const struct hooks *, enum decider_id, enum hook);
/* Asks all subscribers in order, then calls call->back. */
void	 hook_run(struct hooks *, struct hookcall *);
/* A decider gives the call back. */
void	 hook_done(struct hooks *, struct hookcall *);
/* A flow is through and on its way to main; main has it. Any thread. */
void	 hooks_run_ahead(struct hooks *);
void	 hooks_caught_up(struct hooks *);
bool	 hooks_are_ahead(const struct hooks *);

struct hookcall	*hookcall_new(enum hook, struct flow *);  /* takes flow */
void		 hookcall_free(struct hookcall *);

#endif
