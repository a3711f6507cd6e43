#include "app/lifecycle.h"

#include <stdlib.h>

#include "base/mem.h"
#include "proxy/mode.h"

/*
 * The points a finished flow passes, in order:
 *
 *	requestheaders -> request -> responseheaders -> response -> DONE
 *	                     |                            |          ^
 *	                     |             websocket_*, one a message
 *	                     |                            v          |
 *	                     +--------- no response ----> error -----+
 */
static const enum hook lifecycle_points[] = {
	HOOK_requestheaders, HOOK_request, HOOK_responseheaders,
	HOOK_response, HOOK_websocket_start, HOOK_websocket_message,
	HOOK_websocket_end, HOOK_error
};

/* One flow on its way. */
struct lifecycle_item {
	struct lifecycle	*lc;	/* NULL: nobody waits any more */
	struct model		*model;
	struct flow		*flow;
	unsigned		 point;
	size_t			 nmessages;	/* that were shown */
	struct lifecycle_item	*next;
};

struct lifecycle {
	struct model		*model;
	struct lifecycle_item	*first, **last;
	size_t			 pending;
	bool			 asking;	/* a decider has the first */
	bool			 pumping;
	void			(*idle)(void *);
	void			*idle_arg;
};

struct lifecycle *
lifecycle_new(struct model *m)
{
	struct lifecycle	*lc = xcalloc(1, sizeof(*lc));

	lc->model = m;
	lc->last = &lc->first;
	return (lc);
}

static void
lifecycle_item_free(struct lifecycle_item *item)
{
	flow_unref(item->flow);
	free(item);
}

void
lifecycle_free(struct lifecycle *lc)
{
	struct lifecycle_item	*item;

	if (lc == NULL)
		return;
	/* The first may be with a script; it frees itself when it is back. */
	if (lc->asking && (item = lc->first) != NULL) {
		lc->first = item->next;
		item->lc = NULL;
	}
	while ((item = lc->first) != NULL) {
		lc->first = item->next;
		lifecycle_item_free(item);
	}
	free(lc);
}

size_t
lifecycle_pending(const struct lifecycle *lc)
{
	return (lc->pending);
}

void
lifecycle_on_idle(struct lifecycle *lc, void (*idle)(void *), void *arg)
{
	lc->idle = idle;
	lc->idle_arg = arg;
}

static bool
lifecycle_applies(const struct flow *f, enum hook h)
{
	if (f->type != FLOW_HTTP)
		return (false);
	switch (h) {
	case HOOK_requestheaders:
	case HOOK_request:
		return (f->request != NULL);
	case HOOK_responseheaders:
	case HOOK_response:
		return (f->response != NULL);
	case HOOK_websocket_start:
	case HOOK_websocket_message:
	case HOOK_websocket_end:
		return (f->websocket != NULL);
	case HOOK_error:
		/* A stored one may have both, and shows both. */
		return (f->error != NULL);
	default:
		return (false);
	}
}

/* Each message is seen with those before it. */
static void
lifecycle_cut(struct flow *f, size_t n)
{
	struct frames	*fs = &f->websocket->frames;

	while (fs->n > n)
		blob_unref(fs->v[--fs->n].data);
}

/* The message that was asked about is the last one there. */
static void
lifecycle_take_message(struct flow *f, const struct flow *from)
{
	const struct frames	*fs = &from->websocket->frames;
	struct frame		*to;

	if (fs->n == 0 || fs->n > f->websocket->frames.n)
		return;
	to = &f->websocket->frames.v[fs->n - 1];
	(void)blob_ref(fs->v[fs->n - 1].data);
	blob_unref(to->data);
	to->data = fs->v[fs->n - 1].data;
	to->dropped = fs->v[fs->n - 1].dropped;
}

/* What the deciders changed in their record becomes true of ours. */
static void
lifecycle_take(struct flow *f, const struct hookcall *c)
{
	const struct flow	*from = c->flow;

	if (c->hook == HOOK_websocket_message)
		lifecycle_take_message(f, from);
	if ((c->verdict & HV_REQUEST) != 0)
		flow_set_request(f, msg_ref(from->request));
	if ((c->verdict & HV_RESPONSE) != 0)
		flow_set_response(f, msg_ref(from->response));
	if ((c->verdict & HV_KILL) != 0)
		flow_set_error(f, err_text(ERR_KILLED));
	if ((c->verdict & HV_MARKS) != 0)
		flow_take_marks(f, from);
}

static void lifecycle_pump(struct lifecycle *);

/* On main again. */
static void
lifecycle_back(void *arg)
{
	struct hookcall		*c = arg;
	struct lifecycle_item	*item = c->asker;
	struct lifecycle	*lc = item->lc;

	if (lc == NULL)
		lifecycle_item_free(item);
	else
		lifecycle_take(item->flow, c);
	hookcall_free(c);
	if (lc == NULL)
		return;
	lc->asking = false;
	lifecycle_pump(lc);
}

/* On the thread of the decider that was last. */
static void
lifecycle_answered(struct hookcall *c)
{
	struct lifecycle_item	*item = c->asker;

	item->model->post(item->model->post_arg, lifecycle_back, c);
}

static void
lifecycle_ask(struct lifecycle *lc, struct lifecycle_item *item, enum hook h)
{
	struct hookcall	*c;

	/* A record of its own: it goes to other threads. */
	c = hookcall_new(h, flow_dup(item->flow, true));
	c->asker = item;
	c->back = lifecycle_answered;
	if (h >= HOOK_websocket_start && h < HOOK_websocket_end)
		lifecycle_cut(c->flow, item->nmessages);
	lc->asking = true;
	hook_run(&lc->model->hooks, c);
}

/* Goes on to the next message, if there is one. */
static bool
lifecycle_has_message(struct lifecycle_item *item)
{
	const struct websocket	*w = item->flow->websocket;

	if (w == NULL || item->nmessages >= w->frames.n)
		return (false);
	item->nmessages++;
	return (true);
}

/* True: the flow is through. */
static bool
lifecycle_step(struct lifecycle *lc, struct lifecycle_item *item)
{
	enum hook	h;

	while (item->point < nitems(lifecycle_points)) {
		h = lifecycle_points[item->point++];
		if (h == HOOK_websocket_message &&
		    lifecycle_has_message(item))
			item->point--;	/* and once more */
		else if (h == HOOK_websocket_message)
			continue;
		if (!lifecycle_applies(item->flow, h) ||
		    !hooks_wanted(&lc->model->hooks, h))
			continue;
		lifecycle_ask(lc, item, h);
		return (false);
	}
	return (true);
}

static void
lifecycle_arrive(struct lifecycle *lc, struct lifecycle_item *item)
{
	lc->first = item->next;
	if (lc->first == NULL)
		lc->last = &lc->first;
	lc->pending--;
	store_add(lc->model->store, item->flow);
	bus_fire(lc->model->bus, BUS_FLOW_DONE, item->flow);
	lifecycle_item_free(item);
}

/* The only loop: one flow after the other, so that they keep their order. */
static void
lifecycle_pump(struct lifecycle *lc)
{
	/* Who hears of a flow may feed the next one from there. */
	if (lc->pumping)
		return;
	lc->pumping = true;
	while (lc->first != NULL && !lc->asking &&
	    lifecycle_step(lc, lc->first))
		lifecycle_arrive(lc, lc->first);
	lc->pumping = false;
	if (lc->pending == 0 && lc->idle != NULL)
		lc->idle(lc->idle_arg);
}

/*
 * In front of one server, recorded flows are turned to that server, ready
 * to be replayed against it (mitmproxy-features.md 2.1).
 */
static void
lifecycle_aim(struct model *m, struct flow *f)
{
	struct mode	*mode;
	struct msg	*aimed;
	struct head	*h;

	if (f->type != FLOW_HTTP || f->request == NULL ||
	    opts_find(m->opts, "mode") == NULL ||
	    opts_seq_n(m->opts, "mode") != 1)
		return;
	mode = mode_parse(opts_seq_at(m->opts, "mode", 0), NULL);
	if (mode != NULL && mode->kind == MODE_REVERSE) {
		aimed = msg_dup(f->request);
		h = aimed->head;
		head_set_url(h, sp_of(mode_target_is_tls(mode) ? "https" :
		    "http"), h->authority, h->host, h->port, h->path);
		msg_set_host(aimed, sp_of(mode->host), mode->port);
		flow_set_request(f, aimed);
	}
	mode_unref(mode);
}

void
lifecycle_feed(struct lifecycle *lc, struct flow *f)
{
	struct lifecycle_item	*item = xcalloc(1, sizeof(*item));

	lifecycle_aim(lc->model, f);
	item->lc = lc;
	item->model = lc->model;
	item->flow = f;
	*lc->last = item;
	lc->last = &item->next;
	lc->pending++;
	lifecycle_pump(lc);
}
