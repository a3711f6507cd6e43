/*
 * node - what the conversations of one shard have in common: its loop, its
 * resolver, the present configuration, and the box of reports to main.
 *
 * Lives on its shard's thread. Reports are gathered and handed to main in
 * one post every few milliseconds, so that a busy shard wakes main seldom
 * and a short exchange is reported once, when it is over.
 */
#ifndef SRC_NODE_H
#define SRC_NODE_H

#include <stdatomic.h>
#include <sys/queue.h>

#include "model/pack.h"
#include "net/dial.h"
#include "proxy/cfg.h"
#include "run/shard.h"

struct session;
struct stream;
struct dns_shared;

/* One flow as it is now; done: its exchange is over. */
struct report {
	struct report	*link;
	struct flow	*flow;		/* a record of its own; with its pack
					 * when it is over and kept */
	bool		 done;
};

/* To main, in order. The callee owns the list, and gives it back. */
struct reports {
	struct post	 post;
	struct report	*head, **tail;
	unsigned	 n;
	void		*arg;		/* of node_new() */
	struct loop	*home;		/* private */
};

/* Main has read them. Records that nobody else has may still be there: they
 * are freed where they were made, as memory that wanders is slow. */
void		 reports_return(struct reports *);

TAILQ_HEAD(session_list, session);
TAILQ_HEAD(fresh_list, stream);

struct node {
	struct shard	*shard;
	struct loop	*loop;
	struct resolver	*resolver;
	struct cfg	*cfg;		/* reference */
	struct loop	*main;
	void		(*take)(struct post *);	/* on main: struct reports */
	void		*arg;
	struct reports	*box;		/* NULL: empty */
	struct timer	*tick;
	struct session_list sessions;
	struct fresh_list fresh;	/* have something to announce */
	/* Reports main has not looked at yet, of all shards, and last ones
	 * that deciders still have: beyond a bound sessions stop reading. */
	atomic_uint	*behind;
	bool		 blocked;	/* a session waits for main */
	LIST_HEAD(, udpport) udp;	/* ports of reverse:udp */
	struct dns_shared *dns;		/* NULL: none has asked yet */
	struct fresh_list growing;	/* their bodies have */
	struct timer	*pace;
	struct packer	 packer;	/* of flows that are over */
};

#define NODE_TICK_MS	8
#define NODE_PACE_MS	100	/* growing bodies are looked at so often */
#define NODE_BEHIND_MAX	20000

struct node	*node_new(struct shard *, struct cfg *, struct loop *main,
		    void (*take)(struct post *), void *arg,
		    atomic_uint *behind);
/* Ends all conversations. */
void		 node_free(struct node *);
/* Takes the reference. */
void		 node_set_cfg(struct node *, struct cfg *);
/* A copy of the flow goes to main with the next post. */
void		 node_report(struct node *, const struct flow *, bool done);
/* Its exchange is over, and that is its last hook: it is done when whoever
 * wants that hook has had it, with the marks that were set there. */
void		 node_end(struct node *, const struct flow *, enum hook);
/* What was reported is on its way to main from now on: it comes there
 * before whatever whoever is asked next sends. */
void		 node_flush(struct node *);
/* The stream has news of a flow that goes on. */
void		 node_announce(struct node *, struct stream *);
void		 node_unannounce(struct node *, struct stream *);
/* A body of the stream's has grown: main hears of it now and then. */
void		 node_grew(struct node *, struct stream *);
void		 node_ungrow(struct node *, struct stream *);
/* Main cannot follow. Sessions get a turn when it has caught up. */
bool		 node_is_behind(struct node *);

#endif
