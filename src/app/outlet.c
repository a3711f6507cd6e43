#include "app/outlet.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/date.h"
#include "base/mem.h"
#include "base/str.h"

/* More than this is not kept for a reader who does not read. */
#define KEEP_BYTES	((size_t)64 << 20)
/* What was sent is let go of when it is as much as this. */
#define SENT_BYTES	((size_t)1 << 20)

/*
 *	put --> rest --flush--> fd
 *	         ^               | full
 *	         +---- watch <---+
 */
struct outlet {
	struct loop	*loop;
	int		 fd;
	int		 own;		/* the same, not to wait; or -1 */
	bool		 socket;
	dev_t		 dev;		/* where fd led when it was looked */
	ino_t		 ino;
	struct watch	*watch;		/* for room, or NULL */
	struct timer	*timer;		/* while it ends */
	struct str	 rest;		/* from `at` */
	size_t		 at;
	uint64_t	 moved_ns;	/* when something went last */
	int		 error;
	outlet_broken	*broken;
	void		*arg;
};

struct outlet *
outlet_new(struct loop *loop, int fd, outlet_broken *broken, void *arg)
{
	struct outlet	*o = xcalloc(1, sizeof(*o));

	o->loop = loop;
	o->fd = fd;
	o->own = -1;
	o->broken = broken;
	o->arg = arg;
	str_init(&o->rest, STR_MAX);
	return (o);
}

/* Pipes and terminals by a description of our own: not to wait is then no
 * business of others who write there. */
static void
look(struct outlet *o)
{
	struct stat	st;
	char		name[32];

	if (fstat(o->fd, &st) == -1 ||
	    (st.st_dev == o->dev && st.st_ino == o->ino))
		return;
	watch_free(o->watch);
	o->watch = NULL;
	if (o->own != -1)
		(void)close(o->own);
	o->own = -1;
	o->dev = st.st_dev;
	o->ino = st.st_ino;
	o->socket = S_ISSOCK(st.st_mode);
	if (!S_ISFIFO(st.st_mode) && !isatty(o->fd))
		return;
	(void)snprintf(name, sizeof(name), "/dev/fd/%d", o->fd);
	o->own = open(name, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

static int
target(const struct outlet *o)
{
	return (o->own != -1 ? o->own : o->fd);
}

/* True: nothing is left, or nothing can be done. */
static bool
drain(struct outlet *o)
{
	ssize_t	n;

	while (o->at < o->rest.n) {
		n = o->socket ? send(o->fd, o->rest.p + o->at,
		    o->rest.n - o->at, MSG_DONTWAIT | MSG_NOSIGNAL) :
		    write(target(o), o->rest.p + o->at, o->rest.n - o->at);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 && errno == EAGAIN)
			return (false);
		if (n == -1) {
			o->error = errno;
			break;
		}
		o->at += (size_t)n;
		o->moved_ns = date_mono_ns();
	}
	str_clear(&o->rest);
	o->at = 0;
	return (true);
}

static void
tell(struct outlet *o)
{
	outlet_broken	*broken = o->broken;

	o->broken = NULL;
	if (o->error != 0 && broken != NULL)
		broken(o->arg, o->error);
}

static void
on_room(void *arg, int what)
{
	struct outlet	*o = arg;

	(void)what;
	if (!drain(o))
		return;
	watch_free(o->watch);
	o->watch = NULL;
	if (o->error != 0)
		tell(o);
}

void
outlet_flush(struct outlet *o)
{
	look(o);
	if (!drain(o) && o->watch == NULL)
		o->watch = watch_new(o->loop, target(o), WATCH_WRITE,
		    on_room, o);
	if (o->error != 0)
		tell(o);
}

/* Only when memory would be the price. */
static void
wait_for_room(struct outlet *o)
{
	struct pollfd	p = { .fd = target(o), .events = POLLOUT };

	look(o);
	while (!drain(o) && o->rest.n - o->at > KEEP_BYTES)
		(void)poll(&p, 1, -1);
}

void
outlet_put(struct outlet *o, struct sp s)
{
	if (o->error != 0)
		return;
	if (o->at > SENT_BYTES && o->at > o->rest.n / 2) {
		memmove(o->rest.p, o->rest.p + o->at, o->rest.n - o->at);
		str_cut(&o->rest, o->rest.n - o->at);
		o->at = 0;
	}
	str_add(&o->rest, s);
	if (o->rest.n - o->at > KEEP_BYTES)
		wait_for_room(o);
}

static void
on_look(void *arg)
{
	(void)arg;		/* the loop has turned */
}

void
outlet_end(struct outlet *o, unsigned ms)
{
	if (o == NULL)
		return;
	o->moved_ns = date_mono_ns();
	outlet_flush(o);
	if (ms != 0)
		o->timer = timer_new(o->loop, on_look, o);
	while (o->rest.n != 0 && (ms == 0 || date_mono_ns() - o->moved_ns <
	    (uint64_t)ms * 1000000)) {
		if (o->timer != NULL)
			timer_set_ms(o->timer, ms);
		loop_once(o->loop, false);
	}
	timer_free(o->timer);
	watch_free(o->watch);
	if (o->own != -1)
		(void)close(o->own);
	str_fini(&o->rest);
	free(o);
}
