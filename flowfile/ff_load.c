#include "flowfile/ff_load.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "flowfile/ff_read.h"
#include "flowfile/ff_split.h"

#define BATCH		256			/* flows main takes at once */
#define PIECE		((size_t)128 << 10)
#define BATCH_BYTES	((size_t)16 << 20)	/* read without a flow */
#define WAIT_MS		100		/* then look for a cancellation */

/* Parts under way: one for each worker, and as many that main has not
 * taken yet. */
#define PARTS		6
#define RANGES		64			/* found at once */

struct range {
	uint64_t	from, to;
};

/* One reader's share of the file, in turns of a batch each. */
struct part {
	struct job	 job;
	struct ff_load	*load;
	struct part	*next;
	struct range	 rest;		/* still to be read */
	struct ff_reader *reader;
	struct flow	**v;
	size_t		 n, cap;
	bool		 ready;		/* no worker has it */
	bool		 over;		/* read to its end */
	int		 error;		/* errno of read(2) */
};

/*
 *	         +--> part --worker--> flows --+
 *	split ---+--> part --worker--> flows --+--in order--> got()
 *	(worker) +--> ...                      |
 *	         <------- next ranges ---------+
 */
struct ff_load {
	struct app		*app;
	const struct ff_load_ops *ops;
	void			*arg;
	char			*path;
	int			 fd;
	bool			 wait;		/* a pipe: poll first */
	bool			 paused;
	bool			 pumping;
	struct part		*first, **last;	/* in the order of the file */
	unsigned		 nparts;
	struct ff_reader	*idle[PARTS];
	unsigned		 nidle;
	/* The split job's, while it runs. */
	struct job		 job;
	bool			 splitting;
	struct ff_split		 split;
	struct range		 range[RANGES];
	unsigned		 nranges;
	bool			 split_over;
	/* Comes back at once: for what must not happen in the caller. */
	struct job		 nudge;
	bool			 nudged;
	/* What was given so far. */
	uint64_t		 size, done;
	uint64_t		 flows, lost;
	uint64_t		 since;		/* flows since an index */
	unsigned		 damaged;
	uint64_t		 damaged_at;
	struct why		 why;
};

/* ---- on workers ---- */

static bool
is_cancelled(struct ff_load *l)
{
	return (atomic_load(&l->job.cancelled));
}

static void
on_flow(void *arg, struct flow *f)
{
	struct part	*p = arg;

	if (p->n == p->cap) {
		p->cap = p->cap != 0 ? p->cap * 2 : BATCH;
		p->v = xrealloc(p->v, p->cap, sizeof(*p->v));
	}
	p->v[p->n++] = f;
}

/* 0 at the end, -1 when there is nothing yet. */
static ssize_t
read_piece(struct part *p, void *buf)
{
	struct ff_load	*l = p->load;
	struct pollfd	 fd = { .fd = l->fd, .events = POLLIN };
	uint64_t	 left = p->rest.to - p->rest.from;
	size_t		 n = left < PIECE ? (size_t)left : PIECE;
	ssize_t		 r = 0;

	if (l->wait && poll(&fd, 1, WAIT_MS) == 0)
		return (-1);
	if (n != 0)
		do
			r = l->wait ? read(l->fd, buf, n) : pread(l->fd, buf,
			    n, (off_t)p->rest.from);
		while (r == -1 && errno == EINTR);
	/* A pipe that nobody writes to yet. */
	if (r == -1 && errno == EAGAIN)
		return (-1);
	if (r == -1) {
		p->error = errno;
		return (0);
	}
	p->rest.from += (uint64_t)r;
	return (r);
}

static void
part_run(struct job *j)
{
	struct part	*p = (struct part *)(void *)j;
	unsigned char	*buf = xmalloc(PIECE);
	size_t		 all = 0;
	ssize_t		 n;

	while (p->n < BATCH && all < BATCH_BYTES && !is_cancelled(p->load)) {
		if ((n = read_piece(p, buf)) == -1)
			break;
		if (n > 0 && ff_reader_feed(p->reader,
		    sp_mem(buf, (size_t)n)) == 0) {
			all += (size_t)n;
			continue;
		}
		ff_reader_end(p->reader);
		p->over = true;
		break;
	}
	free(buf);
}

static ssize_t
read_at(void *arg, uint64_t at, void *buf, size_t n)
{
	return (pread(((struct ff_load *)arg)->fd, buf, n, (off_t)at));
}

static void
split_run(struct job *j)
{
	struct ff_load	*l = (struct ff_load *)(void *)((char *)j -
			    offsetof(struct ff_load, job));
	struct range	*r = l->range;

	/* The first time: what kind of file it is. */
	if (l->split.read == NULL && (l->wait ||
	    !ff_split_init(&l->split, read_at, l, l->size))) {
		*r = (struct range){ 0, l->size };
		l->nranges = 1;
		l->split_over = true;
		return;
	}
	for (l->nranges = 0; l->nranges < RANGES && !is_cancelled(l);
	    l->nranges++, r++)
		if (!ff_split_next(&l->split, &r->from, &r->to)) {
			l->split_over = true;
			break;
		}
	/* They are taken from the end. */
	for (r = l->range; r < l->range + l->nranges / 2; r++) {
		struct range	*o = &l->range[l->nranges - 1 -
				    (r - l->range)], t = *r;

		*r = *o;
		*o = t;
	}
}

/* ---- on main ---- */

static void pump(struct ff_load *);

static void
part_done(struct job *j)
{
	struct part	*p = (struct part *)(void *)j;

	p->ready = true;
	pump(p->load);
}

static void
part_submit(struct part *p)
{
	p->ready = false;
	work_submit(p->load->app->work, p->load->app->loop, &p->job);
}

/* Readers are used again for what they know of connections. */
static void
part_new(struct ff_load *l, struct range r)
{
	struct part	*p = xcalloc(1, sizeof(*p));

	p->job = (struct job){ .run = part_run, .done = part_done };
	atomic_init(&p->job.cancelled, false);
	p->load = l;
	p->rest = r;
	if (l->nidle != 0) {
		p->reader = l->idle[--l->nidle];
		ff_reader_again(p->reader, on_flow, p);
	} else
		p->reader = ff_reader_new(on_flow, p);
	*l->last = p;
	l->last = &p->next;
	l->nparts++;
	part_submit(p);
}

static void
part_free(struct part *p)
{
	struct ff_load	*l = p->load;
	size_t		 i;

	l->first = p->next;
	if (l->first == NULL)
		l->last = &l->first;
	l->nparts--;
	l->idle[l->nidle++] = p->reader;
	for (i = 0; i < p->n; i++)
		flow_unref(p->v[i]);
	free(p->v);
	free(p);
}

/* What was wrong with a part is wrong with the file, further on. */
static void
account(struct ff_load *l, struct part *p, uint64_t from)
{
	struct why	why;
	uint64_t	at;
	unsigned	n = ff_reader_damage(p->reader, &at, &why);

	l->lost += ff_reader_lost_after(p->reader, &l->since);
	if (p->error != 0) {
		if (n++ == 0)
			fail(&why, ERR_FILE, "%s", strerror(p->error));
	}
	if (n != 0 && l->damaged == 0) {
		l->damaged_at = from + at;
		l->why = why;
	}
	l->damaged += n;
}

/* Gives the flows of the first part; false: its worker is not ready. */
static bool
give_first(struct ff_load *l)
{
	struct part	*p = l->first;
	size_t		 n, i;

	if (!p->ready)
		return (false);
	n = p->n;
	p->n = 0;
	for (i = 0; i < n; i++) {
		/* Workers number them as they come; main, as they stand. */
		flow_renumber(p->v[i]);
		l->flows++;
		l->ops->got(l->arg, p->v[i]);
	}
	if (p->over) {
		account(l, p, l->done);
		l->done = p->rest.to;
		part_free(p);
	}
	return (true);
}

static void
split_done(struct job *j)
{
	struct ff_load	*l = (struct ff_load *)(void *)((char *)j -
			    offsetof(struct ff_load, job));

	l->splitting = false;
	pump(l);
}

static void
nudge_run(struct job *j)
{
	(void)j;
}

static void
nudge_done(struct job *j)
{
	struct ff_load	*l = (struct ff_load *)(void *)((char *)j -
			    offsetof(struct ff_load, nudge));

	l->nudged = false;
	pump(l);
}

/* Goes on soon; the load may end then, but not under its caller. */
static void
nudge(struct ff_load *l)
{
	if (l->nudged)
		return;
	l->nudged = true;
	work_submit(l->app->work, l->app->loop, &l->nudge);
}

/* Keeps as many parts under way as there may be. */
static void
start_parts(struct ff_load *l)
{
	struct part	*p;

	for (p = l->first; p != NULL; p = p->next)
		if (p->ready && p->n == 0 && !p->over)
			part_submit(p);
	while (!l->splitting && l->nparts < PARTS && l->nranges != 0)
		part_new(l, l->range[--l->nranges]);
	if (!l->splitting && l->nranges == 0 && !l->split_over) {
		l->splitting = true;
		work_submit(l->app->work, l->app->loop, &l->job);
	}
}

static void
load_free(struct ff_load *l)
{
	unsigned	i;

	for (i = 0; i < l->nidle; i++)
		ff_reader_free(l->idle[i]);
	if (l->fd > STDERR_FILENO)
		(void)close(l->fd);
	free(l->path);
	free(l);
}

/* True: all was given, or nobody wants the rest. */
static bool
is_over(struct ff_load *l)
{
	struct part	*p;

	if (l->splitting || l->nudged)
		return (false);
	if (is_cancelled(l)) {
		while ((p = l->first) != NULL && p->ready)
			part_free(p);
		return (l->first == NULL);
	}
	return (l->first == NULL && l->nranges == 0 && l->split_over);
}

static void
pump(struct ff_load *l)
{
	/* Who gets a flow may call from there. */
	if (l->pumping)
		return;
	l->pumping = true;
	while (l->first != NULL && !l->paused && !is_cancelled(l)) {
		if (!give_first(l))
			break;
		l->paused = l->ops->full(l->arg);
		if (!l->paused)
			start_parts(l);
	}
	if (!l->paused && !is_cancelled(l))
		start_parts(l);
	l->pumping = false;
	if (is_over(l)) {
		l->ops->end(l->arg, l);
		load_free(l);
	}
}

static int
open_path(struct ff_load *l, struct why *why)
{
	struct stat	st;

	l->fd = strcmp(l->path, "-") == 0 ? STDIN_FILENO :
	    open(l->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (l->fd == -1 || fstat(l->fd, &st) == -1)
		return (fail(why, ERR_FILE, "cannot read %s: %s", l->path,
		    strerror(errno)));
	if (S_ISDIR(st.st_mode))
		return (fail(why, ERR_FILE, "cannot read %s: %s", l->path,
		    strerror(EISDIR)));
	l->wait = !S_ISREG(st.st_mode);
	/* What is appended meanwhile (perhaps by us) is not read. */
	l->size = l->wait ? UINT64_MAX : (uint64_t)st.st_size;
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
	l->last = &l->first;
	l->job = (struct job){ .run = split_run, .done = split_done };
	l->nudge = (struct job){ .run = nudge_run, .done = nudge_done };
	atomic_init(&l->job.cancelled, false);
	atomic_init(&l->nudge.cancelled, false);
	if (open_path(l, why) == -1) {
		load_free(l);
		return (NULL);
	}
	start_parts(l);
	return (l);
}

void
ff_load_go(struct ff_load *l)
{
	if (!l->paused)
		return;
	l->paused = false;
	nudge(l);
}

void
ff_load_cancel(struct ff_load *l)
{
	atomic_store(&l->job.cancelled, true);
	l->paused = false;
	nudge(l);
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
	return (l->flows);
}

uint64_t
ff_load_lost(const struct ff_load *l)
{
	return (l->lost);
}

int
ff_load_percent(const struct ff_load *l)
{
	uint64_t	at = l->done;

	if (l->wait || l->size == 0)
		return (-1);
	/* One part may be all of the file. */
	if (l->nparts == 1 && l->first->ready)
		at = l->first->rest.from;
	return ((int)((double)at * 100 / (double)l->size));
}

unsigned
ff_load_damage(const struct ff_load *l, uint64_t *at, struct why *why)
{
	if (at != NULL)
		*at = l->damaged_at;
	if (why != NULL && l->damaged != 0)
		*why = l->why;
	return (l->damaged);
}
