/*
 * thread - threads, and a queue one thread sleeps on, for those who are
 * not loops (workers, the Python thread).
 *
 * All of pthreads that the program uses stands behind this file.
 */
#ifndef SRC_THREAD_H
#define SRC_THREAD_H

#include "base/base.h"

struct thread;
struct lock;
struct queue;

/* All signals are blocked in it. */
struct thread	*thread_start(const char *name, void (*)(void *), void *);
void		 thread_join(struct thread *);	/* and frees */
bool		 thread_is_me(const struct thread *);

struct lock	*lock_new(void);
void		 lock_free(struct lock *);
void		 lock_take(struct lock *);
void		 lock_give(struct lock *);

/* Items in order; any thread puts, any takes. */
struct qitem {
	struct qitem	*link;
};
struct queue	*queue_new(void);
void		 queue_free(struct queue *);	/* must be empty */
void		 queue_put(struct queue *, struct qitem *);
/* Sleeps until there is one (timeout_ms -1: forever); NULL after
 * queue_close() when none is left, or on timeout. */
struct qitem	*queue_take(struct queue *, int timeout_ms);
void		 queue_close(struct queue *);
bool		 queue_is_closed(struct queue *);

#endif
