#include "run/loop.h"

#include <errno.h>
#include <event2/event.h>
#include <event2/thread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/panic.h"

#define LOOP_MAGIC	0x6c6f6f70u

/*
 * Posts come over a stack that senders push to with one atomic exchange;
 * the loop takes all of it at once and turns it round. Only the first
 * sender since then has to wake the loop, so a burst costs one system call.
 *
 *	sender --push--> inbox --take all, reverse--> run in order
 *	   `-- not woken yet? write(eventfd)
 */
struct loop {
	uint32_t		 magic;
	struct event_base	*base;
	const char		*name;
	int			 wakefd;
	struct event		*wake;
	struct event		*deferred;
	_Atomic(struct post *)	 inbox;
	atomic_bool		 woken;	/* a sender has, since the last take */
	struct defer		*defer_head, **defer_tail;
	atomic_bool		 stop;
};

struct timer {
	struct event	*ev;
	void		(*fn)(void *);
	void		*arg;
};

struct watch {
	struct event	*ev;
	void		(*fn)(void *, int);
	void		*arg;
	int		 sig;
};

static void
loop_take_posts(struct loop *l)
{
	struct post	*p, *next, *in_order = NULL;

	/* In this order: who pushes from now on wakes us again. */
	(void)atomic_exchange_explicit(&l->woken, false,
	    memory_order_acq_rel);
	p = atomic_exchange_explicit(&l->inbox, NULL, memory_order_acq_rel);
	while (p != NULL) {
		next = p->link;
		p->link = in_order;
		in_order = p;
		p = next;
	}
	while (in_order != NULL) {
		p = in_order;
		in_order = p->link;	/* p may be freed by its fn */
		p->fn(p);
	}
}

static void
on_wake(evutil_socket_t fd, short what, void *arg)
{
	struct loop	*l = CAST(loop, arg, LOOP_MAGIC);
	uint64_t	 n;

	(void)what;
	if (read(fd, &n, sizeof(n)) == -1 && errno != EAGAIN)
		panic("loop %s: %s", l->name, strerror(errno));
	loop_take_posts(l);
}

static void
on_deferred(evutil_socket_t fd, short what, void *arg)
{
	struct loop	*l = CAST(loop, arg, LOOP_MAGIC);
	struct defer	*d;

	(void)fd;
	(void)what;
	while ((d = l->defer_head) != NULL) {
		l->defer_head = d->link;
		if (l->defer_head == NULL)
			l->defer_tail = &l->defer_head;
		d->queued = false;
		d->fn(d->arg);
	}
}

struct loop *
loop_new(const char *name)
{
	struct loop		*l = xcalloc(1, sizeof(*l));
	struct event_config	*cfg;

	/* For libevent's globals (its random numbers); bases have no locks. */
	(void)evthread_use_pthreads();
	cfg = event_config_new();
	l->magic = LOOP_MAGIC;
	l->name = name;
	l->defer_tail = &l->defer_head;
	/* Each base lives on one thread: no locks in libevent. */
	(void)event_config_set_flag(cfg, EVENT_BASE_FLAG_NOLOCK);
	l->base = event_base_new_with_config(cfg);
	event_config_free(cfg);
	l->wakefd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (l->base == NULL || l->wakefd == -1)
		panic("cannot make loop %s: %s", name, strerror(errno));
	l->wake = event_new(l->base, l->wakefd, EV_READ | EV_PERSIST, on_wake,
	    l);
	l->deferred = event_new(l->base, -1, 0, on_deferred, l);
	(void)event_add(l->wake, NULL);
	return (l);
}

void
loop_free(struct loop *l)
{
	if (l == NULL)
		return;
	loop_take_posts(l);
	on_deferred(-1, 0, l);
	event_free(l->wake);
	event_free(l->deferred);
	event_base_free(l->base);
	(void)close(l->wakefd);
	free(l);
}

void
loop_once(struct loop *l, bool nowait)
{
	(void)event_base_loop(l->base, EVLOOP_ONCE |
	    (nowait ? EVLOOP_NONBLOCK : 0));
	/* Those that woke nobody; others have a turn of their own. */
	if (!atomic_load_explicit(&l->woken, memory_order_relaxed) &&
	    atomic_load_explicit(&l->inbox, memory_order_relaxed) != NULL)
		loop_take_posts(l);
}

void
loop_run(struct loop *l)
{
	while (!atomic_load(&l->stop))
		loop_once(l, false);
	atomic_store(&l->stop, false);
}

static void
loop_wake(struct loop *l)
{
	uint64_t	one = 1;

	if (write(l->wakefd, &one, sizeof(one)) == -1 && errno != EAGAIN)
		panic("loop %s: %s", l->name, strerror(errno));
}

void
loop_stop(struct loop *l)
{
	atomic_store(&l->stop, true);
	loop_wake(l);
}

void
loop_post_quietly(struct loop *l, struct post *p)
{
	struct post	*top;

	top = atomic_load_explicit(&l->inbox, memory_order_relaxed);
	do {
		p->link = top;
	} while (!atomic_compare_exchange_weak_explicit(&l->inbox, &top, p,
	    memory_order_acq_rel, memory_order_relaxed));
}

void
loop_post(struct loop *l, struct post *p)
{
	loop_post_quietly(l, p);
	if (!atomic_exchange_explicit(&l->woken, true, memory_order_acq_rel))
		loop_wake(l);
}

void
loop_defer(struct loop *l, struct defer *d)
{
	if (d->queued)
		return;
	d->queued = true;
	d->link = NULL;
	*l->defer_tail = d;
	l->defer_tail = &d->link;
	event_active(l->deferred, EV_TIMEOUT, 1);
}

struct event_base *
loop_base(struct loop *l)
{
	return (l->base);
}

const char *
loop_library(void)
{
	return ("libevent " LIBEVENT_VERSION);
}

const char *
loop_name(const struct loop *l)
{
	return (l->name);
}

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct timer	*t = arg;

	(void)fd;
	(void)what;
	t->fn(t->arg);
}

struct timer *
timer_new(struct loop *l, void (*fn)(void *), void *arg)
{
	struct timer	*t = xcalloc(1, sizeof(*t));

	t->fn = fn;
	t->arg = arg;
	t->ev = event_new(l->base, -1, 0, on_timer, t);
	return (t);
}

void
timer_free(struct timer *t)
{
	if (t == NULL)
		return;
	event_free(t->ev);
	free(t);
}

void
timer_set_ms(struct timer *t, unsigned ms)
{
	struct timeval	tv = { ms / 1000, (long)(ms % 1000) * 1000 };

	(void)event_add(t->ev, &tv);
}

void
timer_clear(struct timer *t)
{
	(void)event_del(t->ev);
}

bool
timer_is_set(const struct timer *t)
{
	return (event_pending(t->ev, EV_TIMEOUT, NULL) != 0);
}

static void
on_watch(evutil_socket_t fd, short what, void *arg)
{
	struct watch	*w = arg;
	int		 bits = 0;

	(void)fd;
	if (w->sig != 0)
		bits = w->sig;
	else {
		if ((what & EV_READ) != 0)
			bits |= WATCH_READ;
		if ((what & EV_WRITE) != 0)
			bits |= WATCH_WRITE;
	}
	w->fn(w->arg, bits);
}

static struct watch *
watch_add(struct loop *l, int fd, short what, int sig,
    void (*fn)(void *, int), void *arg)
{
	struct watch	*w = xcalloc(1, sizeof(*w));

	w->fn = fn;
	w->arg = arg;
	w->sig = sig;
	w->ev = event_new(l->base, fd, (short)(what | EV_PERSIST), on_watch,
	    w);
	(void)event_add(w->ev, NULL);
	return (w);
}

struct watch *
watch_new(struct loop *l, int fd, int what, void (*fn)(void *, int),
    void *arg)
{
	short	ev = 0;

	if ((what & WATCH_READ) != 0)
		ev |= EV_READ;
	if ((what & WATCH_WRITE) != 0)
		ev |= EV_WRITE;
	return (watch_add(l, fd, ev, 0, fn, arg));
}

struct watch *
watch_signal(struct loop *l, int sig, void (*fn)(void *, int), void *arg)
{
	return (watch_add(l, sig, EV_SIGNAL, sig, fn, arg));
}

void
watch_free(struct watch *w)
{
	if (w == NULL)
		return;
	event_free(w->ev);
	free(w);
}
