#include "flowfile/ff_load.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "flowfile/ff_read.h"

#define BATCH		256			/* flows main takes at once */
#define PIECE		((size_t)128 << 10)
#define BATCH_BYTES	((size_t)16 << 20)	/* read without a flow */
#define WAIT_MS		100		/* then look for a cancellation */

struct flow_list {
	struct flow	**v;
	size_t		  n, cap;
};

struct ff_load {
	struct app		*app;
	const struct ff_load_ops *ops;
	void			*arg;
	char			*path;
	bool			 paused;
	/* The job's, while it runs. */
	struct job		 job;
	int			 fd;
	bool			 wait;		/* a pipe: poll first */
	uint64_t		 left;		/* of a file that may grow */
	struct ff_reader	*reader;
	struct flow_list	 list;
	bool			 over;
	int			 error;		/* errno of read(2) */
};

static struct ff_load *
load_of(struct job *j)
{
	return ((struct ff_load *)(void *)((char *)j -
	    offsetof(struct ff_load, job)));
}

static void
on_flow(void *arg, struct flow *f)
{
	struct flow_list	*l = &((struct ff_load *)arg)->list;

	if (l->n == l->cap) {
		l->cap = l->cap != 0 ? l->cap * 2 : BATCH;
		l->v = xrealloc(l->v, l->cap, sizeof(*l->v));
	}
	l->v[l->n++] = f;
}

/* 0 at the end, -1 when there is nothing yet. */
static ssize_t
read_piece(struct ff_load *l, void *buf)
{
	struct pollfd	p = { .fd = l->fd, .events = POLLIN };
	size_t		n = l->left < PIECE ? (size_t)l->left : PIECE;
	ssize_t		r;

	if (l->wait && poll(&p, 1, WAIT_MS) == 0)
		return (-1);
	do
		r = n != 0 ? read(l->fd, buf, n) : 0;
	while (r == -1 && errno == EINTR);
	if (r == -1) {
		l->error = errno;
		return (0);
	}
	if (!l->wait)
		l->left -= (uint64_t)r;
	return (r);
}

/* On a worker. */
static void
load_run(struct job *j)
{
	struct ff_load	*l = load_of(j);
	unsigned char	*buf = xmalloc(PIECE);
	size_t		 all = 0;
	ssize_t		 n;

	while (l->list.n < BATCH && all < BATCH_BYTES &&
	    !atomic_load(&j->cancelled)) {
		if ((n = read_piece(l, buf)) == -1)
			break;
		if (n > 0 && ff_reader_feed(l->reader,
		    sp_mem(buf, (size_t)n)) == 0) {
			all += (size_t)n;
			continue;
		}
		ff_reader_end(l->reader);
		l->over = true;
		break;
	}
	free(buf);
}

static void
load_free(struct ff_load *l)
{
	size_t	i;

	for (i = 0; i < l->list.n; i++)
		flow_unref(l->list.v[i]);
	free(l->list.v);
	ff_reader_free(l->reader);
	if (l->fd > STDERR_FILENO)
		(void)close(l->fd);
	free(l->path);
	free(l);
}

static void
submit(struct ff_load *l)
{
	work_submit(l->app->work, l->app->loop, &l->job);
}

static void
load_done(struct job *j)
{
	struct ff_load		*l = load_of(j);
	struct flow_list	 list = l->list;
	bool			 over = l->over || ff_load_cancelled(l);
	size_t			 i;

	l->list = (struct flow_list){ NULL, 0, 0 };
	l->paused = !over && l->ops->full(l->arg);
	if (!over && !l->paused)
		submit(l);		/* while main takes these */
	for (i = 0; i < list.n; i++)
		l->ops->got(l->arg, list.v[i]);
	free(list.v);
	if (over) {
		l->ops->end(l->arg, l);
		load_free(l);
	}
}

static int
open_path(struct ff_load *l, struct why *why)
{
	struct stat	st;

	l->fd = strcmp(l->path, "-") == 0 ? STDIN_FILENO :
	    open(l->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (l->fd == -1 || fstat(l->fd, &st) == -1)
		return (fail(why, ERR_FILE, "cannot read %s: %s", l->path,
		    strerror(errno)));
	if (S_ISDIR(st.st_mode))
		return (fail(why, ERR_FILE, "cannot read %s: %s", l->path,
		    strerror(EISDIR)));
	l->wait = !S_ISREG(st.st_mode);
	/* What is appended meanwhile (perhaps by us) is not read. */
	l->left = l->wait ? UINT64_MAX : (uint64_t)st.st_size;
	return (0);
}

struct ff_load *
ff_load_new(struct app *app, const char *path, const struct ff_load_ops *ops,
    void *arg, struct why *why)
{
	struct ff_load	*l = xcalloc(1, sizeof(*l));

	l->app = app;
	l->ops = ops;
	l->arg = arg;
	l->path = xstrdup(path);
	l->job = (struct job){ .run = load_run, .done = load_done };
	atomic_init(&l->job.cancelled, false);
	if (open_path(l, why) == -1) {
		load_free(l);
		return (NULL);
	}
	l->reader = ff_reader_new(on_flow, l);
	submit(l);
	return (l);
}

void
ff_load_go(struct ff_load *l)
{
	if (!l->paused)
		return;
	l->paused = false;
	submit(l);
}

void
ff_load_cancel(struct ff_load *l)
{
	atomic_store(&l->job.cancelled, true);
	ff_load_go(l);
}

const char *
ff_load_path(const struct ff_load *l)
{
	return (l->path);
}

bool
ff_load_cancelled(const struct ff_load *l)
{
	return (atomic_load(&l->job.cancelled));
}

uint64_t
ff_load_flows(const struct ff_load *l)
{
	return (ff_reader_flows(l->reader));
}

uint64_t
ff_load_lost(const struct ff_load *l)
{
	return (ff_reader_lost(l->reader));
}

unsigned
ff_load_damage(const struct ff_load *l, uint64_t *at, struct why *why)
{
	unsigned	n = ff_reader_damage(l->reader, at, why);

	if (l->error == 0)
		return (n);
	if (n == 0)
		fail(why, ERR_FILE, "%s", strerror(l->error));
	return (n + 1);
}
