#include "flowfile/ff_write.h"

#include <stdlib.h>
#include <unistd.h>

#include "flowfile/ff_room.h"
#include "model/pack.h"

#define LOG_TAG		"flowfile"

#define FLUSH_MS	300	/* what was put is on disk after this */
#define RETRY_MS	500	/* when it could not be written */
/* What may wait for room on the disk. */
#define WAIT_BYTES	((size_t)64 << 20)
/* More live flows than this between two flushes are packed fast. */
#define FAST_FLOWS	50
/* What may wait for a worker before it is no longer packed at all. */
#define BEHIND_BYTES	((uint64_t)16 << 20)
/* Packed bytes that are written in one go. */
#define BLOCK_WRITE	((size_t)256 << 10)

/* One flow: as the pack that it has already, or a record of its own. */
struct item {
	struct pack	*pack;
	struct flow	*flow;
};

struct batch {
	struct item	*v;
	size_t		 n, cap;
};

/*
 *	main: put --> next ==submit==> worker: now --> file
 *	              ^                              |
 *	              +---- done: submit again <-----+
 */
struct ff_stream {
	struct app	*app;
	char		*path;
	enum ff_form	 form;
	int		 version;
	unsigned	 flags;		/* for ff_file_open() */
	bool		 hurry;
	struct timer	*timer;
	struct batch	 next;		/* main's */
	uint64_t	 next_bytes;	/* of their bodies */
	size_t		 recent;	/* live flows since the last flush */
	bool		 busy;		/* the job is with a worker */
	bool		 unflushed;
	bool		 flush;		/* with the next job */
	bool		 failing;	/* and that was said */
	bool		 full;		/* the file is a pipe that is */
	ff_closed	*closed;	/* wanted: the next job is the last */
	void		*closed_arg;
	bool		 discard;	/* and takes the file away */
	/* The job's, while busy. */
	struct job	 job;
	struct ff_file	*file;
	struct batch	 now;
	enum ff_effort	 effort;
	bool		 now_flush, now_close;
	bool		 remade;
	size_t		 lost;		/* flows given up */
	int		 r;
	struct why	 why;
};

static void
batch_add(struct batch *b, const struct flow *f)
{
	struct item	*it;

	if (b->n == b->cap) {
		b->cap = b->cap != 0 ? b->cap * 2 : 16;
		b->v = xrealloc(b->v, b->cap, sizeof(*b->v));
	}
	it = &b->v[b->n++];
	it->pack = pack_of(f);
	it->flow = it->pack == NULL ? flow_dup(f, true) : NULL;
}

static void
batch_fini(struct batch *b)
{
	size_t	i;

	for (i = 0; i < b->n; i++) {
		pack_unref(b->v[i].pack);
		flow_unref(b->v[i].flow);
	}
	free(b->v);
	*b = (struct batch){ NULL, 0, 0 };
}

static struct ff_stream *
stream_of(struct job *j)
{
	return ((struct ff_stream *)(void *)((char *)j -
	    offsetof(struct ff_stream, job)));
}

/* Somebody removed the file: the flows to come get a new one. */
static void
make_again(struct ff_stream *s)
{
	struct ff_file	*f;

	if (s->file != NULL && !ff_file_is_gone(s->file))
		return;
	f = ff_file_open(s->path, s->form, s->version, s->flags | FF_APPEND,
	    &s->why);
	if (f == NULL) {
		s->r = -1;
		return;
	}
	if (s->file != NULL)
		(void)ff_file_close(s->file, NULL);
	s->file = f;
	s->remade = true;
}

/* What waits for a full disk is bounded; then flows are given up, and
 * counted. */
static void
put_all(struct ff_stream *s)
{
	struct pack_look	 look = { .flow = { 0 } };
	const struct item	*it;
	size_t			 i;

	ff_file_set_effort(s->file, s->effort);
	for (i = 0; i < s->now.n; i++) {
		if (ff_file_waiting(s->file) > WAIT_BYTES &&
		    ff_file_write(s->file, false, NULL) == -1) {
			s->lost++;
			continue;
		}
		it = &s->now.v[i];
		ff_file_put(s->file, it->pack != NULL ?
		    pack_look(it->pack, &look) : it->flow);
	}
	pack_look_fini(&look);
}

static void
throw_away(struct ff_stream *s)
{
	batch_fini(&s->now);
	if (s->file != NULL && !ff_file_is_gone(s->file))
		(void)unlink(s->path);
	ff_file_drop(s->file);
	s->file = NULL;
}

static bool
is_full(const struct ff_file *f, size_t max)
{
	return (f != NULL && ff_file_is_full(f) && ff_file_waiting(f) > max);
}

/* Or, where a pipe must be emptied first, not yet: it is still there. */
static void
close_file(struct ff_file **file, int *r, struct why *why)
{
	ff_file_end(*file);
	if (ff_file_write(*file, true, NULL) == 0 && is_full(*file, 0))
		return;
	*r = ff_file_close(*file, why);
	*file = NULL;
}

/* On a worker. */
static void
stream_run(struct job *j)
{
	struct ff_stream	*s = stream_of(j);

	s->r = 0;
	if (s->now_close && s->discard) {
		throw_away(s);
		return;
	}
	make_again(s);
	if (s->file != NULL)
		put_all(s);
	batch_fini(&s->now);
	if (s->file != NULL && s->r == 0 && !s->now_close)
		s->r = ff_file_write(s->file, s->now_flush, &s->why);
	if (s->file != NULL && s->now_close)
		close_file(&s->file, &s->r, &s->why);
}

/* The batches change places, and the worker has this one for itself. */
static void
submit(struct ff_stream *s)
{
	struct batch	 empty = s->now;

	s->busy = true;
	s->now = s->next;
	s->next = empty;
	s->now_close = s->closed != NULL;
	s->now_flush = s->flush;
	s->effort = s->hurry && s->next_bytes > BEHIND_BYTES ? FF_STORE :
	    s->hurry || s->recent > FAST_FLOWS ? FF_FAST : FF_SMALL;
	s->next_bytes = 0;
	if (s->flush)
		s->recent = 0;
	s->flush = false;
	work_submit_ordered(s->app->work, s->app->loop, &s->job, s);
}

static void
stream_free(struct ff_stream *s)
{
	timer_free(s->timer);
	batch_fini(&s->next);
	batch_fini(&s->now);
	free(s->path);
	free(s);
}

/* Said once, until it works again. */
static void
say(struct ff_stream *s)
{
	struct log	*l = s->app->model->log;

	if (s->remade)
		log_warn(l, "%s was removed; it is made again", s->path);
	s->remade = false;
	if (s->r == -1 && !s->failing) {
		log_error(l, "%s; flows wait in memory", s->why.text);
		if (s->app->console)
			model_status(s->app->model, "%s", s->why.text);
	} else if (s->r == 0 && s->failing)
		log_alert(l, "%s is written again", s->path);
	s->failing = s->r == -1;
}

static void
stream_closed(struct ff_stream *s)
{
	if (s->lost != 0 && s->r == 0)
		s->r = fail(&s->why, ERR_FILE, "%zu flows could not be "
		    "written to %s", s->lost, s->path);
	s->closed(s->closed_arg, s->r == -1 ? &s->why : NULL);
	stream_free(s);
}

/* The worker waits for nobody. */
static void
on_stream_room(void *arg, bool there)
{
	struct ff_stream	*s = arg;

	s->full = false;
	if (there || s->closed == NULL) {
		submit(s);
		return;
	}
	if (s->file != NULL)
		s->r = ff_file_close(s->file, &s->why);
	s->file = NULL;
	stream_closed(s);
}

static void
stream_done(struct job *j)
{
	struct ff_stream	*s = stream_of(j);

	s->busy = false;
	if (is_full(s->file, 0)) {
		s->full = true;
		ff_room_wait(s->app, ff_file_fd(s->file), on_stream_room, s);
		return;
	}
	if (s->now_close) {
		stream_closed(s);
		return;
	}
	say(s);
	if (s->now_flush && s->r == 0 && s->next.n == 0)
		s->unflushed = false;
	if (s->closed != NULL || (s->next.n != 0 && !s->failing))
		submit(s);
	else if ((s->unflushed || s->failing) && !timer_is_set(s->timer))
		timer_set_ms(s->timer, s->failing ? RETRY_MS : FLUSH_MS);
}

/* A busy worker takes the wish with its next batch. */
static void
on_flush(void *arg)
{
	struct ff_stream	*s = arg;

	s->flush = true;
	if (!s->busy && !s->full)
		submit(s);
}

struct ff_stream *
ff_stream_new(struct app *app, struct ff_file *file, const char *path,
    enum ff_form form, int version, unsigned flags)
{
	struct ff_stream	*s = xcalloc(1, sizeof(*s));

	s->app = app;
	s->file = file;
	s->path = xstrdup(path);
	s->form = form;
	s->version = version;
	s->flags = flags;
	s->timer = timer_new(app->loop, on_flush, s);
	s->job = (struct job){ .run = stream_run, .done = stream_done };
	return (s);
}

void
ff_stream_hurry(struct ff_stream *s)
{
	s->hurry = true;
}

void
ff_stream_put(struct ff_stream *s, const struct flow *f)
{
	if (s->full && s->next_bytes > WAIT_BYTES) {
		s->lost++;
		return;
	}
	batch_add(&s->next, f);
	s->next_bytes += flow_size(f) + sizeof(*f);
	if (!f->from_file)
		s->recent++;
	s->unflushed = true;
	if (!timer_is_set(s->timer))
		timer_set_ms(s->timer, FLUSH_MS);
	if (!s->busy && !s->full && !s->failing)
		submit(s);
}

void
ff_stream_close(struct ff_stream *s, ff_closed *closed, void *arg)
{
	timer_clear(s->timer);
	s->closed = closed;
	s->closed_arg = arg;
	if (!s->busy && !s->full)
		submit(s);
}

void
ff_stream_discard(struct ff_stream *s, ff_closed *closed, void *arg)
{
	batch_fini(&s->next);
	s->discard = true;
	ff_stream_close(s, closed, arg);
}

const char *
ff_stream_path(const struct ff_stream *s)
{
	return (s->path);
}

/* ---- one file ---- */

/* Flows that are written while the next are looked for: bounded work for
 * main, enough for a worker. */
#define SAVE_PIECE	256

/*
 *	fill --> worker: put, write --> full? --no--> fill
 *	            ^                     | a pipe that is
 *	            +------ room <--------+
 */
struct saving {
	struct job	 job;
	struct app	*app;
	struct ff_file	*file;		/* NULL: closed */
	struct flow	*v[SAVE_PIECE];
	size_t		 n;
	bool		 last;		/* nothing follows */
	int		 r;
	struct why	 why;
	ff_more		*more;
	void		*more_arg;
	ff_closed	*closed;
	void		*closed_arg;
};

static void
save_run(struct job *j)
{
	struct saving	*s = (struct saving *)(void *)j;
	size_t		 i;

	for (i = 0; i < s->n; i++) {
		ff_file_put(s->file, s->v[i]);
		if (ff_file_waiting(s->file) > BLOCK_WRITE)
			(void)ff_file_write(s->file, false, NULL);
	}
	if (s->last)
		close_file(&s->file, &s->r, &s->why);
	else if (s->n == 0)
		(void)ff_file_write(s->file, false, NULL);
}

/* The next piece; copies, for they go to another thread. */
static void
save_fill(struct saving *s)
{
	struct flow	*f;
	size_t		 i;

	s->n = s->more(s->more_arg, s->v, SAVE_PIECE);
	s->last = s->n == 0;
	for (i = 0; i < s->n; i++) {
		f = s->v[i];
		s->v[i] = flow_dup(f, true);
		flow_unref(f);
	}
}

static void
save_end(struct saving *s)
{
	s->closed(s->closed_arg, s->r == -1 ? &s->why : NULL);
	free(s);
}

static void
save_forget(struct saving *s)
{
	while (s->n > 0)
		flow_unref(s->v[--s->n]);
}

static void
save_submit(struct saving *s)
{
	work_submit(s->app->work, s->app->loop, &s->job);
}

static void
on_save_room(void *arg, bool there)
{
	struct saving	*s = arg;

	if (there) {
		save_submit(s);
		return;
	}
	s->r = ff_file_close(s->file, &s->why);
	save_end(s);
}

static void
save_done(struct job *j)
{
	struct saving	*s = (struct saving *)(void *)j;

	save_forget(s);
	if (s->file == NULL) {
		save_end(s);
		return;
	}
	if (is_full(s->file, s->last ? 0 : BLOCK_WRITE)) {
		ff_room_wait(s->app, ff_file_fd(s->file), on_save_room, s);
		return;
	}
	if (s->app->hasty) {
		ff_file_drop(s->file);
		s->r = fail(&s->why, ERR_FILE, "what was being saved is not "
		    "complete");
		save_end(s);
		return;
	}
	if (!s->last)
		save_fill(s);
	save_submit(s);
}

void
ff_save(struct app *app, struct ff_file *file, ff_more *more,
    void *more_arg, ff_closed *closed, void *closed_arg, bool wait)
{
	struct saving	*s = xcalloc(1, sizeof(*s));

	s->app = app;
	s->job = (struct job){ .run = save_run, .done = save_done };
	s->file = file;
	s->more = more;
	s->more_arg = more_arg;
	s->closed = closed;
	s->closed_arg = closed_arg;
	save_fill(s);
	if (!wait) {
		save_submit(s);
		return;
	}
	for (;;) {
		save_run(&s->job);
		save_forget(s);
		if (s->file == NULL)
			break;
		save_fill(s);
	}
	save_end(s);
}
