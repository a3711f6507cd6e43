/*
 * loop - one thread's turn-taking: file descriptors, timers, posts from
 * other threads, and ends that wait until no frame of ours is on the
 * stack.
 *
 * A loop belongs to the thread that runs it. Only the posts and
 * loop_stop() may be called from other threads.
 */
#ifndef SRC_LOOP_H
#define SRC_LOOP_H

#include "base/base.h"

struct event_base;
struct loop;

/* A message to another thread: embed it, cast back in fn. */
struct post {
	void		(*fn)(struct post *);
	struct post	*link;		/* private */
};

/* Something to do when the present callbacks have returned. */
struct defer {
	void		(*fn)(void *);
	void		*arg;
	struct defer	*link;		/* private */
	bool		 queued;
};

struct timer;
struct watch;

#define WATCH_READ	1
#define WATCH_WRITE	2

struct loop	*loop_new(const char *name);
/* Runs what is still posted, then frees; not while it runs. */
void		 loop_free(struct loop *);
/* Until loop_stop(). */
void		 loop_run(struct loop *);
/* One turn: waits for something unless nowait. For tests. */
void		 loop_once(struct loop *, bool nowait);
void		 loop_stop(struct loop *);		/* any thread */
/* Any thread; in order for one sender. fn runs on the loop's thread. */
void		 loop_post(struct loop *, struct post *);
/* The same, behind what was posted before, but the loop may sleep on: it
 * is done at its next turn, whatever that is for. */
void		 loop_post_quietly(struct loop *, struct post *);
void		 loop_defer(struct loop *, struct defer *);
struct event_base *loop_base(struct loop *);	/* for src/net only */
const char	*loop_library(void);	/* "libevent 2.1.12-stable" */
const char	*loop_name(const struct loop *);

/* Not running after creation. Firing once; setting again moves it. */
struct timer	*timer_new(struct loop *, void (*)(void *), void *);
void		 timer_free(struct timer *);		/* NULL is fine */
void		 timer_set_ms(struct timer *, unsigned);
void		 timer_clear(struct timer *);
bool		 timer_is_set(const struct timer *);

/* An fd that is not a wire: terminal, pipe. Called with WATCH_ bits. */
struct watch	*watch_new(struct loop *, int fd, int what,
		    void (*)(void *, int), void *);
void		 watch_free(struct watch *);		/* NULL is fine */
/* A signal as an event of the loop. */
struct watch	*watch_signal(struct loop *, int sig, void (*)(void *, int),
		    void *);

#endif
