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
 *
 *	tcp_start -> tcp_message, one a message -> tcp_end or tcp_error
 *	udp_*: the same
 *	dns_request -> dns_response or dns_error
 */
static const enum hook lifecycle_points[] = {
	HOOK_requestheaders, HOOK_request, HOOK_responseheaders,
	HOOK_response, HOOK_websocket_start, HOOK_websocket_message,
	HOOK_websocket_end, HOOK_error,
	HOOK_tcp_start, HOOK_tcp_message, HOOK_tcp_end, HOOK_tcp_error,
	HOOK_udp_start, HOOK_udp_message, HOOK_udp_end, HOOK_udp_error,
	HOOK_dns_request, HOOK_dns_response, HOOK_dns_error
};

#define MESSAGES	(HOOK_BIT(HOOK_websocket_message) | \
	HOOK_BIT(HOOK_tcp_message) | HOOK_BIT(HOOK_udp_message))
/* Deciders may change the flow's last message. */
#define LAST_ONE	(MESSAGES | HOOK_BIT(HOOK_dns_request) | \
	HOOK_BIT(HOOK_dns_response))
/* The flow is shown with the messages so far. */
#define SO_FAR		(LAST_ONE | HOOK_BIT(HOOK_websocket_start) | \
	HOOK_BIT(HOOK_tcp_start) | HOOK_BIT(HOOK_udp_start))

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
lifecycle_applies_http(const struct flow *f, enum hook h)
{
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

/* What was asked is the first message, what was answered the next. */
static bool
lifecycle_applies_dns(const struct flow *f, enum hook h)
{
	switch (h) {
	case HOOK_dns_request:
		return (f->frames.n > 0);
	case HOOK_dns_response:
		return (f->frames.n > 1);
	case HOOK_dns_error:
		return (f->error != NULL);
	default:
		return (false);
	}
}

static bool
lifecycle_applies(const struct flow *f, enum hook h)
{
	enum hook	first, bad;

	if (f->type == FLOW_HTTP)
		return (lifecycle_applies_http(f, h));
	if (f->type == FLOW_DNS)
		return (lifecycle_applies_dns(f, h));
	first = f->type == FLOW_TCP ? HOOK_tcp_start : HOOK_udp_start;
	bad = f->type == FLOW_TCP ? HOOK_tcp_error : HOOK_udp_error;
	return (h >= first && h <= bad &&
	    h != (f->error != NULL ? bad - 1 : bad));
}

/* Each message is seen with those before it. */
static void
lifecycle_cut(struct flow *f, size_t n)
{
	frames_cut(flow_messages(f), n);
}

/* The message that was asked about is the last one there. */
static void
lifecycle_take_message(struct flow *f, struct flow *from)
{
	const struct frames	*fs = flow_messages(from);

	if (fs->n != 0 && fs->n <= flow_messages(f)->n)
		frames_decide(flow_messages(f), fs->n - 1, frames_last(fs));
}

/* What the deciders changed in their record becomes true of ours. */
static void
lifecycle_take(struct flow *f, const struct hookcall *c)
{
	struct flow	*from = c->flow;

	if ((HOOK_BIT(c->hook) & LAST_ONE) != 0)
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
	if (h == HOOK_dns_request || h == HOOK_dns_response)
		item->nmessages = h == HOOK_dns_request ? 1 : 2;
	if ((HOOK_BIT(h) & SO_FAR) != 0)
		lifecycle_cut(c->flow, item->nmessages);
	lc->asking = true;
	hook_run(&lc->model->hooks, c);
}

/* Goes on to the next message, if there is one. */
static bool
lifecycle_has_message(struct lifecycle_item *item)
{
	if (item->nmessages >= flow_messages(item->flow)->n)
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
		if (!lifecycle_applies(item->flow, h) ||
		    !hooks_wanted(&lc->model->hooks, h))
			continue;
		if ((HOOK_BIT(h) & MESSAGES) != 0) {
			if (!lifecycle_has_message(item))
				continue;
			item->point--;	/* and once more */
		}
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

/* The server we stand in front of, or NULL. */
static struct mode *
lifecycle_target(const struct model *m)
{
	struct mode	*mode;

	if (opts_find(m->opts, "mode") == NULL ||
	    opts_seq_n(m->opts, "mode") != 1)
		return (NULL);
	mode = mode_parse(opts_seq_at(m->opts, "mode", 0), NULL);
	if (mode == NULL || mode->kind == MODE_REVERSE)
		return (mode);
	mode_unref(mode);
	return (NULL);
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

	if (f->type != FLOW_HTTP || f->request == NULL)
		return;
	if ((mode = lifecycle_target(m)) != NULL) {
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

bool
lifecycle_is_plain(const struct lifecycle *lc)
{
	struct mode	*mode;
	size_t		 i;

	for (i = 0; i < nitems(lifecycle_points); i++)
		if (hooks_wanted(&lc->model->hooks, lifecycle_points[i]))
			return (false);
	mode = lifecycle_target(lc->model);
	if (mode != NULL)
		mode_unref(mode);
	return (mode == NULL);
}
