#include "flowfile/budget.h"

#include <assert.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/app.h"
#include "base/date.h"
#include "base/spill.h"

#define LOG_TAG		"memory"

/* One job: what a worker writes in some ten milliseconds, and what main
 * exchanges in well under one. */
#define BATCH_BYTES	((uint64_t)16 << 20)
#define BATCH_FLOWS	500
/* Smaller ones cost as much as they give. */
#define SMALL_BYTES	512
/* When the disk did not take it. */
#define RETRY_NS	((uint64_t)10 * 1000000000)

/* A flow in the queue; the oldest goes first. */
struct entry {
	uint64_t	id, bytes;
};

/* Where in a flow a piece belongs. */
enum spot { REQUEST, RESPONSE, OLD_REQUEST, OLD_RESPONSE, FRAME, OLD_FRAME,
	WS_FRAME };

/* One message or frame that is to lie in the file. */
struct piece {
	uint64_t	 flow;
	enum spot	 spot;
	size_t		 index;		/* of a frame */
	const struct msg *msg;		/* or NULL; reference */
	struct blob	*data;		/* of a frame; reference */
	uint64_t	 off, len;	/* in the file */
	struct msg	*new_msg;
	struct blob	*new_data;
};

/*
 *	budget_add --> queue --take--> pieces ==worker==> file
 *	                                  |                 |
 *	          flow of the store <--exchange-- mapped <--+
 */
struct budget {
	struct model	*model;
	uint64_t	 limit, used;
	struct entry	*queue;
	size_t		 head, n, cap;	/* queue[head .. head + n) */
	uint64_t	 retry_ns;	/* not before this; 0: it works */
	bool		 busy;
	/* The job's, while busy. */
	struct job	 job;
	struct piece	*v;
	size_t		 nv, capv;
	int		 r;
	struct why	 why;
};

uint64_t
budget_default(void)
{
	long	pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);

	if (pages <= 0 || size <= 0)
		return ((uint64_t)1 << 30);
	return ((uint64_t)pages * (uint64_t)size / 4);
}

/* ---- what a flow holds ---- */

static uint64_t
msg_bytes(const struct msg *m)
{
	uint64_t	n = 0;
	unsigned	i;

	for (i = 0; m != NULL && i < m->body.n; i++)
		if (!blob_is_mapped(m->body.v[i].blob))
			n += m->body.v[i].n;
	return (n);
}

static uint64_t
live_bytes(const struct frames *fs)
{
	const struct frame	*fr;
	uint64_t		 n = 0;
	size_t			 i;

	for (i = 0; i < fs->n; i++) {
		fr = frames_at(fs, i);
		if (!blob_is_mapped(fr->data))
			n += fr->data->n;
	}
	return (n);
}

static uint64_t
flow_bytes(const struct flow *f)
{
	uint64_t	n;

	n = msg_bytes(f->request) + msg_bytes(f->response) +
	    live_bytes(&f->frames);
	if (f->websocket != NULL)
		n += live_bytes(&f->websocket->frames);
	return (n);
}

/* ---- the worker's part ---- */

static int
write_piece(struct spill *s, struct piece *p, struct why *why)
{
	p->off = spill_len(s);
	if (p->msg != NULL)
		return (spill_add_chain(s, &p->msg->body, why));
	return (spill_add(s, blob_sp(p->data), why));
}

/* The message it was, but for where its body lies. Both are frozen, so
 * they may have one head. */
static struct msg *
moved(const struct msg *o, struct blob *body)
{
	struct msg	*m = msg_new(head_ref(o->head));

	m->has_body = o->has_body;
	m->complete = o->complete;
	m->trailers = o->trailers != NULL ? head_ref(o->trailers) : NULL;
	m->body_len = o->body_len;
	m->t_start = o->t_start;
	m->t_end = o->t_end;
	chain_push(&m->body, body);
	return (m);
}

static void
budget_run(struct job *j)
{
	struct budget	*b;
	struct spill	*s;
	struct blob	*all = NULL, *part;
	struct piece	*p;

	b = (struct budget *)(void *)((char *)j - offsetof(struct budget, job));
	b->r = -1;
	if ((s = spill_new(&b->why)) == NULL)
		return;
	for (p = b->v; p < b->v + b->nv; p++)
		if (write_piece(s, p, &b->why) == -1)
			break;
	if (p == b->v + b->nv && (all = spill_blob(s)) == NULL)
		fail(&b->why, ERR_FILE, "no address space is left");
	spill_free(s);
	if (all == NULL)
		return;
	for (p = b->v; p < b->v + b->nv; p++) {
		part = blob_part(all, (size_t)p->off, (size_t)p->len);
		if (p->msg != NULL)
			p->new_msg = moved(p->msg, part);
		else
			p->new_data = part;
	}
	blob_unref(all);
	b->r = 0;
}

/* ---- main's part ---- */

static void
enqueue(struct budget *b, uint64_t id, uint64_t bytes)
{
	if (b->head + b->n == b->cap && b->head > b->cap / 2) {
		memmove(b->queue, b->queue + b->head,
		    b->n * sizeof(*b->queue));
		b->head = 0;
	} else if (b->head + b->n == b->cap) {
		b->cap = b->cap != 0 ? b->cap * 2 : 256;
		b->queue = xrealloc(b->queue, b->cap, sizeof(*b->queue));
	}
	b->queue[b->head + b->n++] = (struct entry){ id, bytes };
	b->used += bytes;
}

static struct piece *
new_piece(struct budget *b, const struct flow *f, enum spot spot)
{
	struct piece	*p;

	if (b->nv == b->capv) {
		b->capv = b->capv != 0 ? b->capv * 2 : 256;
		b->v = xrealloc(b->v, b->capv, sizeof(*b->v));
	}
	p = &b->v[b->nv++];
	*p = (struct piece){ .flow = f->id, .spot = spot };
	return (p);
}

static void
take_msg(struct budget *b, const struct flow *f, enum spot spot,
    const struct msg *m)
{
	struct piece	*p;

	if (msg_bytes(m) < SMALL_BYTES)
		return;
	p = new_piece(b, f, spot);
	p->msg = msg_ref(m);
	p->len = m->body.len;
}

/* But for those that stand in others, too, which are taken there. */
static void
take_frames(struct budget *b, const struct flow *f, enum spot spot,
    const struct frames *fs, const struct frames *others)
{
	struct piece	*p;
	struct blob	*data;
	size_t		 i;

	for (i = 0; i < fs->n; i++) {
		data = frames_at(fs, i)->data;
		if (data->n < SMALL_BYTES || blob_is_mapped(data) ||
		    (others != NULL && i < others->n &&
		    frames_at(others, i)->data == data))
			continue;
		p = new_piece(b, f, spot);
		p->index = i;
		p->data = blob_ref(data);
		p->len = p->data->n;
	}
}

/* What "revert" goes back to counts as well: it is often as large. */
static void
take_flow(struct budget *b, const struct flow *f)
{
	const struct frames	*ws = f->websocket != NULL ?
	    &f->websocket->frames : NULL;

	take_msg(b, f, REQUEST, f->request);
	take_msg(b, f, RESPONSE, f->response);
	if (f->backup != NULL) {
		take_msg(b, f, OLD_REQUEST, f->backup->request);
		take_msg(b, f, OLD_RESPONSE, f->backup->response);
		take_frames(b, f, OLD_FRAME, &f->backup->frames,
		    ws != NULL ? ws : &f->frames);
	}
	take_frames(b, f, FRAME, &f->frames, NULL);
	if (ws != NULL)
		take_frames(b, f, WS_FRAME, ws, NULL);
}

/* Begins to write some, when there is too much. To three quarters of the
 * limit, so that it is not done for every single flow. */
static void
look(struct budget *b)
{
	uint64_t	 low = b->limit / 4 * 3, bytes = 0;
	unsigned	 flows = 0;
	struct entry	 e;
	struct flow	*f;

	if (b->busy || b->used <= b->limit ||
	    (b->retry_ns != 0 && date_mono_ns() < b->retry_ns))
		return;
	while (b->n != 0 && b->used > low && bytes < BATCH_BYTES &&
	    flows < BATCH_FLOWS) {
		e = b->queue[b->head++];
		b->n--;
		/* What is not there any more was subtracted when it went. */
		if ((f = store_get(b->model->store, e.id)) == NULL)
			continue;
		b->used -= e.bytes < b->used ? e.bytes : b->used;
		/* A replay's end brings it here again. */
		if (f->live)
			continue;
		bytes += e.bytes;
		flows++;
		take_flow(b, f);
	}
	if (b->nv == 0)
		return;
	b->busy = true;
	work_submit(b->model->app->work, b->model->app->loop, &b->job);
}

static const struct msg **
msg_spot(struct flow *f, enum spot spot)
{
	switch (spot) {
	case REQUEST:
		return (&f->request);
	case RESPONSE:
		return (&f->response);
	case OLD_REQUEST:
		return (f->backup != NULL ? &f->backup->request : NULL);
	case OLD_RESPONSE:
		return (f->backup != NULL ? &f->backup->response : NULL);
	default:
		return (NULL);
	}
}

static struct frames *
frame_spot(struct flow *f, enum spot spot)
{
	switch (spot) {
	case FRAME:
		return (&f->frames);
	case OLD_FRAME:
		return (f->backup != NULL ? &f->backup->frames : NULL);
	case WS_FRAME:
		return (f->websocket != NULL ? &f->websocket->frames : NULL);
	default:
		return (NULL);
	}
}

/* Only what is still the same is exchanged: the user may have edited it,
 * or asked again. */
static void
put_back(struct flow *f, struct piece *p)
{
	const struct msg	**at = msg_spot(f, p->spot);
	struct frames		 *fs = frame_spot(f, p->spot);

	if (at != NULL && *at == p->msg) {
		msg_unref(*at);
		*at = p->new_msg;
		p->new_msg = NULL;
	}
	if (fs == NULL || p->index >= fs->n)
		return;
	if (frames_at(fs, p->index)->data == p->data)
		frames_set_data(fs, p->index, blob_ref(p->new_data));
	fs = frame_spot(f, OLD_FRAME);
	if (fs != NULL && p->index < fs->n &&
	    frames_at(fs, p->index)->data == p->data)
		frames_set_data(fs, p->index, blob_ref(p->new_data));
}

static void
drop_piece(struct piece *p)
{
	msg_unref(p->msg);
	msg_unref(p->new_msg);
	blob_unref(p->data);
	blob_unref(p->new_data);
}

static void
budget_done(struct job *j)
{
	struct budget	*b;
	struct flow	*f;
	struct piece	*p;

	b = (struct budget *)(void *)((char *)j - offsetof(struct budget, job));
	b->busy = false;
	if (b->r == -1 && b->retry_ns == 0)
		log_warn(b->model->log, "bodies stay in memory: %s",
		    b->why.text);
	b->retry_ns = b->r == -1 ? date_mono_ns() + RETRY_NS : 0;
	for (p = b->v; p < b->v + b->nv; p++) {
		f = store_get(b->model->store, p->flow);
		if (f != NULL && b->r == 0)
			put_back(f, p);
		else if (f != NULL)
			enqueue(b, p->flow, p->len);
		drop_piece(p);
	}
	b->nv = 0;
	look(b);
}

struct budget *
budget_new(struct model *m)
{
	struct budget	*b = xcalloc(1, sizeof(*b));

	b->model = m;
	b->limit = budget_default();
	b->job = (struct job){ .run = budget_run, .done = budget_done };
	atomic_init(&b->job.cancelled, false);
	return (b);
}

void
budget_free(struct budget *b)
{
	if (b == NULL)
		return;
	assert(!b->busy);
	free(b->queue);
	free(b->v);
	free(b);
}

/* A lower one takes effect at once, batch by batch. */
void
budget_set_limit(struct budget *b, uint64_t bytes)
{
	b->limit = bytes;
	look(b);
}

void
budget_add(struct budget *b, const struct flow *f)
{
	uint64_t	bytes = flow_bytes(f);

	if (bytes < SMALL_BYTES)
		return;
	enqueue(b, f->id, bytes);
	look(b);
}

void
budget_remove(struct budget *b, const struct store_gone *gone)
{
	struct pack_look	 look = { .flow = { 0 } };
	const struct flow	*f;
	const struct pick	*p;
	uint64_t		 bytes;

	for (p = gone->v; p < gone->v + gone->n; p++) {
		f = p->pack != NULL ? pack_look(p->pack, &look) : p->flow;
		bytes = f == NULL || f->shelved ? 0 : flow_bytes(f);
		b->used -= bytes < b->used ? bytes : b->used;
		/* weirdump lets go of each flow that is over. */
		if (b->n != 0 && b->queue[b->head + b->n - 1].id == p->id)
			b->n--;
	}
	pack_look_fini(&look);
}

void
budget_clear(struct budget *b)
{
	b->head = b->n = 0;
	b->used = 0;
}

uint64_t
budget_used(const struct budget *b)
{
	return (b->used);
}

bool
budget_busy(const struct budget *b)
{
	return (b->busy);
}
