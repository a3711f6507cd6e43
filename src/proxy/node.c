#include "proxy/node.h"

#include <stdlib.h>

#include "base/date.h"
#include "base/mem.h"
#include "proxy/dnsport.h"
#include "proxy/dnsq.h"
#include "proxy/progress.h"
#include "proxy/session_int.h"
#include "proxy/udpport.h"

void
node_flush(struct node *n)
{
	struct reports	*box = n->box;

	if (box == NULL)
		return;
	n->box = NULL;
	atomic_fetch_add_explicit(n->behind, box->n, memory_order_relaxed);
	loop_post(n->main, &box->post);
}

/* Takes the record. */
static void
reports_add(struct reports *box, struct flow *f, bool done)
{
	struct report	*r = xmalloc(sizeof(*r));

	r->link = NULL;
	r->flow = f;
	r->done = done;
	*box->tail = r;
	box->tail = &r->link;
	box->n++;
}

static struct reports *
reports_new(const struct node *n)
{
	struct reports	*box = xcalloc(1, sizeof(*box));

	box->tail = &box->head;
	box->post.fn = n->take;
	box->arg = n->arg;
	return (box);
}

/* At home, or where there is none. */
static void
reports_free(struct post *p)
{
	struct reports	*box = (struct reports *)(void *)p;
	struct report	*r, *next;

	for (r = box->head; r != NULL; r = next) {
		next = r->link;
		flow_unref(r->flow);
		free(r);
	}
	free(box);
}

void
reports_return(struct reports *box)
{
	box->post.fn = reports_free;
	if (box->home != NULL)
		loop_post(box->home, &box->post);
	else
		reports_free(&box->post);
}

/* Takes the record. */
static void
node_give(struct node *n, struct flow *f, bool done)
{
	if (n->box == NULL) {
		n->box = reports_new(n);
		n->box->home = n->loop;
		if (!timer_is_set(n->tick))
			timer_set_ms(n->tick, NODE_TICK_MS);
	}
	reports_add(n->box, f, done);
}

static bool
behind(const struct node *n)
{
	return (atomic_load_explicit(n->behind, memory_order_relaxed) >
	    NODE_BEHIND_MAX);
}

static void
node_unblock(struct node *n)
{
	struct session	*s;

	if (behind(n)) {
		timer_set_ms(n->tick, NODE_TICK_MS);
		return;
	}
	n->blocked = false;
	TAILQ_FOREACH(s, &n->sessions, link)
		session_later(s);
	dnsport_resume(n);
	udpport_resume(n);
}

/* One that waits for an answer is not told of: what its decider has of the
 * flow is what holds. */
static bool
may_grow(const struct stream *st)
{
	return (st->x->cfg->progress && st->ask == NULL &&
	    st->req_ask == NULL && !st->x->over);
}

static void
on_tick(void *arg)
{
	struct node	*n = arg;
	struct stream	*st;

	while ((st = TAILQ_FIRST(&n->fresh)) != NULL) {
		node_unannounce(n, st);
		if (may_grow(st))
			node_give(n, progress_flow(st->x), false);
		else if (!st->x->over)
			node_report(n, st->x->flow, false);
	}
	node_flush(n);
	if (n->blocked)
		node_unblock(n);
}

/* Big ones less often: for main, a body is more work the bigger it is. */
static bool
is_due(const struct stream *st)
{
	uint64_t	span = date_mono_ns() - st->t_grown;

	return (st->x->req.len + st->x->res.len < PROGRESS_BIG ||
	    span >= PROGRESS_BIG_MS * 1000000ull);
}

static void
on_pace(void *arg)
{
	struct node	*n = arg;
	struct stream	*st, *next;

	for (st = TAILQ_FIRST(&n->growing); st != NULL; st = next) {
		next = TAILQ_NEXT(st, grows_link);
		if (may_grow(st) && !is_due(st))
			continue;
		node_ungrow(n, st);
		if (!may_grow(st))
			continue;
		st->t_grown = date_mono_ns();
		node_give(n, progress_flow(st->x), false);
	}
	if (!TAILQ_EMPTY(&n->growing))
		timer_set_ms(n->pace, NODE_PACE_MS);
	node_flush(n);	/* before somebody is asked about one of them */
}

struct node *
node_new(struct shard *sh, struct cfg *cfg, struct loop *to,
    void (*take)(struct post *), void *arg, atomic_uint *behind)
{
	struct node	*n = xcalloc(1, sizeof(*n));

	n->shard = sh;
	n->loop = sh->loop;
	n->cfg = cfg_ref(cfg);
	n->main = to;
	n->take = take;
	n->arg = arg;
	n->behind = behind;
	n->tick = timer_new(sh->loop, on_tick, n);
	n->resolver = resolver_new(sh->loop, cfg->hosts_file,
	    (const char *const *)cfg->resolvers);
	TAILQ_INIT(&n->sessions);
	TAILQ_INIT(&n->fresh);
	TAILQ_INIT(&n->growing);
	n->pace = timer_new(sh->loop, on_pace, n);
	return (n);
}

void
node_free(struct node *n)
{
	struct session	*s;

	if (n == NULL)
		return;
	TAILQ_FOREACH(s, &n->sessions, link)
		session_close(s);
	while (!TAILQ_EMPTY(&n->sessions))
		loop_once(n->loop, true);
	dnsport_close(n, NULL);
	udpport_close(n, NULL);
	dns_shared_free(n);
	wire_end_lingering(n->loop);
	loop_once(n->loop, true);	/* what they have put off */
	node_flush(n);
	timer_free(n->tick);
	timer_free(n->pace);
	resolver_free(n->resolver);
	cfg_unref(n->cfg);
	packer_fini(&n->packer);
	free(n);
}

void
node_set_cfg(struct node *n, struct cfg *cfg)
{
	cfg_unref(n->cfg);
	n->cfg = cfg;
}

void
node_report(struct node *n, const struct flow *f, bool done)
{
	struct flow	*now = flow_dup(f, true);

	if (done && n->cfg->keeps)
		pack_add(&n->packer, now);
	node_give(n, now, done);
}

/* The last report of a flow: it waits for its last hook, which may be back
 * when its node is gone. */
struct farewell {
	struct reports	*box;
	struct loop	*main;
};

/* On the thread of the decider that was last. */
static void
on_farewell(struct hookcall *c)
{
	struct farewell	*fw = c->asker;
	struct flow	*f = c->flow;

	f->live = false;
	f->marks_fresh = (c->verdict & HV_MARKS) != 0;
	reports_add(fw->box, f, true);
	c->flow = NULL;
	hookcall_free(c);
	loop_post(fw->main, &fw->box->post);
	free(fw);
}

void
node_end(struct node *n, const struct flow *f, enum hook h)
{
	struct farewell	*fw;
	struct hookcall	*c;
	struct flow	*now;

	if (!hooks_wanted(n->cfg->hooks, h)) {
		node_report(n, f, true);
		return;
	}
	now = flow_dup(f, true);
	now->live = true;		/* it goes on with the decider */
	node_give(n, now, false);
	node_flush(n);
	fw = xmalloc(sizeof(*fw));
	fw->box = reports_new(n);
	fw->main = n->main;
	/* However long deciders take, so many wait and no more. */
	atomic_fetch_add_explicit(n->behind, 1, memory_order_relaxed);
	c = hookcall_new(h, flow_dup(f, true));
	c->asker = fw;
	c->back = on_farewell;
	hook_run(n->cfg->hooks, c);
}

void
node_announce(struct node *n, struct stream *st)
{
	if (st->fresh)
		return;
	st->fresh = true;
	TAILQ_INSERT_TAIL(&n->fresh, st, fresh_link);
	if (!timer_is_set(n->tick))
		timer_set_ms(n->tick, NODE_TICK_MS);
}

void
node_unannounce(struct node *n, struct stream *st)
{
	if (!st->fresh)
		return;
	st->fresh = false;
	TAILQ_REMOVE(&n->fresh, st, fresh_link);
}

void
node_grew(struct node *n, struct stream *st)
{
	if (st->grows)
		return;
	st->grows = true;
	TAILQ_INSERT_TAIL(&n->growing, st, grows_link);
	if (!timer_is_set(n->pace))
		timer_set_ms(n->pace, NODE_PACE_MS);
}

void
node_ungrow(struct node *n, struct stream *st)
{
	if (!st->grows)
		return;
	st->grows = false;
	TAILQ_REMOVE(&n->growing, st, grows_link);
}

bool
node_is_behind(struct node *n)
{
	if (!behind(n))
		return (false);
	n->blocked = true;
	if (!timer_is_set(n->tick))
		timer_set_ms(n->tick, NODE_TICK_MS);
	return (true);
}
