#include "play/memnet.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/queue.h>

#include "base/mem.h"

#define TURNS_MAX	1000000u	/* without any time passing */

TAILQ_HEAD(timers, timer);

struct loop {
	struct post	*posts, **posts_tail;
	struct defer	*defers, **defers_tail;
	struct timers	 timers;	/* those that are set */
	uint64_t	 now_ms;
};

struct timer {
	struct loop	*loop;
	TAILQ_ENTRY(timer) link;
	bool		 set;
	uint64_t	 at_ms;
	void		(*fn)(void *);
	void		*arg;
};

static bool
run_posts(struct loop *l)
{
	struct post	*p, *next;

	p = l->posts;
	l->posts = NULL;
	l->posts_tail = &l->posts;
	if (p == NULL)
		return (false);
	for (; p != NULL; p = next) {
		next = p->link;
		p->fn(p);
	}
	return (true);
}

static bool
run_defers(struct loop *l)
{
	struct defer	*d;
	bool		 any = false;

	while ((d = l->defers) != NULL) {
		l->defers = d->link;
		if (l->defers == NULL)
			l->defers_tail = &l->defers;
		d->queued = false;
		d->fn(d->arg);
		any = true;
	}
	return (any);
}

bool
mem_turn(struct loop *l)
{
	return (run_posts(l) || run_defers(l) || mem_deliver(l));
}

void
mem_settle(struct loop *l)
{
	unsigned	n;

	for (n = 0; mem_turn(l); n++) {
		if (n == TURNS_MAX) {
			fputs("the loop turns without end\n", stderr);
			abort();
		}
	}
}

/* The next to fire, if it does so until then. */
static struct timer *
next_timer(struct loop *l, uint64_t until_ms)
{
	struct timer	*t, *first = NULL;

	TAILQ_FOREACH(t, &l->timers, link)
		if (t->at_ms <= until_ms &&
		    (first == NULL || t->at_ms < first->at_ms))
			first = t;
	return (first);
}

static void
fire(struct timer *t)
{
	t->loop->now_ms = t->at_ms;
	timer_clear(t);
	t->fn(t->arg);
}

void
mem_pass_ms(struct loop *l, unsigned ms)
{
	uint64_t	 until = l->now_ms + ms;
	struct timer	*t;

	mem_settle(l);
	while ((t = next_timer(l, until)) != NULL) {
		fire(t);
		mem_settle(l);
	}
	l->now_ms = until;
}

/* --- run/loop.h ----------------------------------------------------------- */

struct loop *
loop_new(const char *name unused)
{
	struct loop	*l = xcalloc(1, sizeof(*l));

	l->posts_tail = &l->posts;
	l->defers_tail = &l->defers;
	TAILQ_INIT(&l->timers);
	return (l);
}

void
loop_free(struct loop *l)
{
	mem_settle(l);
	free(l);
}

void
loop_once(struct loop *l, bool nowait)
{
	struct timer	*t;

	if (!mem_turn(l) && !nowait &&
	    (t = next_timer(l, UINT64_MAX)) != NULL)
		fire(t);
}

void
loop_run(struct loop *l)
{
	mem_settle(l);
}

void
loop_stop(struct loop *l unused)
{
}

void
loop_post(struct loop *l, struct post *p)
{
	p->link = NULL;
	*l->posts_tail = p;
	l->posts_tail = &p->link;
}

void
loop_defer(struct loop *l, struct defer *d)
{
	if (d->queued)
		return;
	d->queued = true;
	d->link = NULL;
	*l->defers_tail = d;
	l->defers_tail = &d->link;
}

struct event_base *
loop_base(struct loop *l unused)
{
	return (NULL);
}

const char *
loop_library(void)
{
	return ("memory");
}

const char *
loop_name(const struct loop *l unused)
{
	return ("memory");
}

struct timer *
timer_new(struct loop *l, void (*fn)(void *), void *arg)
{
	struct timer	*t = xcalloc(1, sizeof(*t));

	t->loop = l;
	t->fn = fn;
	t->arg = arg;
	return (t);
}

void
timer_free(struct timer *t)
{
	if (t == NULL)
		return;
	timer_clear(t);
	free(t);
}

void
timer_set_ms(struct timer *t, unsigned ms)
{
	timer_clear(t);
	t->set = true;
	t->at_ms = t->loop->now_ms + ms;
	TAILQ_INSERT_TAIL(&t->loop->timers, t, link);
}

void
timer_clear(struct timer *t)
{
	if (t->set)
		TAILQ_REMOVE(&t->loop->timers, t, link);
	t->set = false;
}

bool
timer_is_set(const struct timer *t)
{
	return (t->set);
}

/* Nobody watches descriptors where there are none. */
struct watch *
watch_new(struct loop *l unused, int fd unused, int what unused,
    void (*fn)(void *, int) unused, void *arg unused)
{
	abort();
}

struct watch *
watch_signal(struct loop *l unused, int sig unused,
    void (*fn)(void *, int) unused, void *arg unused)
{
	abort();
}

void
watch_free(struct watch *w unused)
{
}
