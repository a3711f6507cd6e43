#include "ui/tty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/panic.h"
#include "base/str.h"
#include "run/guard.h"

/* How long the last words wait for a terminal that does not read. */
#define GIVE_MS		500

struct tty {
	int		 fd;	/* without blocking; or stdout itself */
	struct str	 rest;	/* not sent yet, from `at` */
	size_t		 at;
};

/*
 * For a dying process, which can reach nothing else: the settings to go
 * back to and the bytes that say it. The guard has a copy.
 */
static struct {
	volatile sig_atomic_t	taken;
	struct guard_way	way;
	struct guard		*guard;
} way_back;

/* The terminal is ours, or it is not any more. */
static void
way_back_set(bool taken)
{
	way_back.taken = taken;
	way_back.way.armed = taken;
	guard_set(way_back.guard, &way_back.way);
}

static void
tty_restore(void)
{
	if (!way_back.taken)
		return;
	way_back_set(false);
	if (write(STDOUT_FILENO, way_back.way.bytes, way_back.way.n) == -1)
		return;
	(void)tcsetattr(STDIN_FILENO, TCSANOW, &way_back.way.was);
}

/* The same terminal by a description of our own: not to block is then no
 * business of the shell that shares stdout. */
static int
own_fd(void)
{
	char	name[256];
	int	fd;

	if (ttyname_r(STDOUT_FILENO, name, sizeof(name)) != 0)
		return (STDOUT_FILENO);
	fd = open(name, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	return (fd == -1 ? STDOUT_FILENO : fd);
}

struct tty *
tty_open(struct guard *guard, struct why *why)
{
	struct termios	*ours = &way_back.way.ours;
	struct tty	*t;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		(void)fail(why, ERR_TERM, "The console needs a terminal "
		    "(tty) as its input and output; weirdump does without.");
		return (NULL);
	}
	if (tcgetattr(STDIN_FILENO, &way_back.way.was) == -1) {
		(void)fail(why, ERR_TERM, "terminal settings: %s",
		    strerror(errno));
		return (NULL);
	}
	*ours = way_back.way.was;
	cfmakeraw(ours);
	ours->c_cc[VMIN] = 1;
	ours->c_cc[VTIME] = 0;
	t = xcalloc(1, sizeof(*t));
	t->fd = own_fd();
	str_init(&t->rest, STR_MAX);
	way_back.guard = guard;
	panic_restorer(tty_restore);
	return (t);
}

void
tty_close(struct tty *t)
{
	if (t == NULL)
		return;
	tty_give(t);
	if (t->fd != STDOUT_FILENO)
		(void)close(t->fd);
	str_fini(&t->rest);
	free(t);
}

void
tty_way_back(struct tty *t, struct sp bytes)
{
	struct guard_way	*w = &way_back.way;

	(void)t;
	w->n = bytes.n < sizeof(w->bytes) ? bytes.n : sizeof(w->bytes);
	memcpy(w->bytes, bytes.p, w->n);
}

void
tty_take(struct tty *t)
{
	(void)t;
	way_back_set(true);
	(void)tcsetattr(STDIN_FILENO, TCSADRAIN, &way_back.way.ours);
}

void
tty_give(struct tty *t)
{
	struct pollfd	p = { .fd = t->fd, .events = POLLOUT };

	if (!way_back.taken)
		return;
	while (!tty_drain(t) && poll(&p, 1, GIVE_MS) > 0)
		;
	str_clear(&t->rest);
	t->at = 0;
	/* What was set before, to the last flag. */
	(void)tcsetattr(STDIN_FILENO, TCSANOW, &way_back.way.was);
	way_back_set(false);
}

void
tty_send(struct tty *t, struct sp bytes)
{
	str_add(&t->rest, bytes);
	(void)tty_drain(t);
}

bool
tty_drain(struct tty *t)
{
	ssize_t	n;

	while (t->at < t->rest.n) {
		n = write(t->fd, t->rest.p + t->at, t->rest.n - t->at);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 && errno == EAGAIN)
			return (false);
		if (n == -1)
			break;	/* hung up: reading will say so */
		t->at += (size_t)n;
	}
	str_clear(&t->rest);
	t->at = 0;
	return (true);
}

int
tty_fd(const struct tty *t)
{
	return (t->fd);
}
