#include "run/thread.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "base/panic.h"

struct thread {
	pthread_t	 id;
	void		(*fn)(void *);
	void		*arg;
	char		 name[16];	/* the kernel takes 15 */
};

struct lock {
	pthread_mutex_t	 m;
};

struct queue {
	pthread_mutex_t	 m;
	pthread_cond_t	 filled;
	struct qitem	*head, **tail;
	bool		 closed;
};

static void *
thread_main(void *arg)
{
	struct thread	*t = arg;

	(void)pthread_setname_np(pthread_self(), t->name);
	t->fn(t->arg);
	return (NULL);
}

struct thread *
thread_start(const char *name, void (*fn)(void *), void *arg)
{
	struct thread	*t = xcalloc(1, sizeof(*t));
	sigset_t	 all, old;
	int		 e;

	t->fn = fn;
	t->arg = arg;
	memcpy(t->name, name, strnlen(name, sizeof(t->name) - 1));
	/* Signals are events of the main loop, so nobody else takes them. */
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &old);
	e = pthread_create(&t->id, NULL, thread_main, t);
	(void)pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (e != 0)
		panic("cannot start thread %s: %s", name, strerror(e));
	return (t);
}

void
thread_join(struct thread *t)
{
	if (t == NULL)
		return;
	(void)pthread_join(t->id, NULL);
	free(t);
}

bool
thread_is_me(const struct thread *t)
{
	return (pthread_equal(t->id, pthread_self()) != 0);
}

struct lock *
lock_new(void)
{
	struct lock	*l = xcalloc(1, sizeof(*l));

	(void)pthread_mutex_init(&l->m, NULL);
	return (l);
}

void
lock_free(struct lock *l)
{
	if (l == NULL)
		return;
	(void)pthread_mutex_destroy(&l->m);
	free(l);
}

void
lock_take(struct lock *l)
{
	(void)pthread_mutex_lock(&l->m);
}

void
lock_give(struct lock *l)
{
	(void)pthread_mutex_unlock(&l->m);
}

struct queue *
queue_new(void)
{
	struct queue		*q = xcalloc(1, sizeof(*q));
	pthread_condattr_t	 attr;

	(void)pthread_mutex_init(&q->m, NULL);
	(void)pthread_condattr_init(&attr);
	(void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&q->filled, &attr);
	(void)pthread_condattr_destroy(&attr);
	q->tail = &q->head;
	return (q);
}

void
queue_free(struct queue *q)
{
	if (q == NULL)
		return;
	(void)pthread_cond_destroy(&q->filled);
	(void)pthread_mutex_destroy(&q->m);
	free(q);
}

void
queue_put(struct queue *q, struct qitem *it)
{
	it->link = NULL;
	(void)pthread_mutex_lock(&q->m);
	*q->tail = it;
	q->tail = &it->link;
	(void)pthread_cond_signal(&q->filled);
	(void)pthread_mutex_unlock(&q->m);
}

/* False: the time is over. */
static bool
queue_wait(struct queue *q, const struct timespec *until)
{
	if (until == NULL) {
		(void)pthread_cond_wait(&q->filled, &q->m);
		return (true);
	}
	return (pthread_cond_timedwait(&q->filled, &q->m, until) != ETIMEDOUT);
}

static void
deadline(struct timespec *ts, int ms)
{
	(void)clock_gettime(CLOCK_MONOTONIC, ts);
	ts->tv_sec += ms / 1000;
	ts->tv_nsec += (long)(ms % 1000) * 1000000;
	if (ts->tv_nsec >= 1000000000) {
		ts->tv_sec++;
		ts->tv_nsec -= 1000000000;
	}
}

struct qitem *
queue_take(struct queue *q, int timeout_ms)
{
	struct timespec	 ts;
	struct qitem	*it;

	if (timeout_ms >= 0)
		deadline(&ts, timeout_ms);
	(void)pthread_mutex_lock(&q->m);
	while (q->head == NULL && !q->closed)
		if (!queue_wait(q, timeout_ms >= 0 ? &ts : NULL))
			break;
	it = q->head;
	if (it != NULL) {
		q->head = it->link;
		if (q->head == NULL)
			q->tail = &q->head;
	}
	(void)pthread_mutex_unlock(&q->m);
	return (it);
}

void
queue_close(struct queue *q)
{
	(void)pthread_mutex_lock(&q->m);
	q->closed = true;
	(void)pthread_cond_broadcast(&q->filled);
	(void)pthread_mutex_unlock(&q->m);
}

bool
queue_is_closed(struct queue *q)
{
	bool	closed;

	(void)pthread_mutex_lock(&q->m);
	closed = q->closed;
	(void)pthread_mutex_unlock(&q->m);
	return (closed);
}
