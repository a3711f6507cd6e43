#include "app/lifecycle.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "app/app.h"
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

/* Main need not wake up for each flow: for so many, or after so long. */
#define QUIET_FLOWS	64
#define QUIET_MS	5

struct convoy;

/* One flow on its way. */
struct lifecycle_item {
	struct convoy		*convoy;	/* NULL: it waits */
	struct flow		*flow;
	unsigned		 point;
	size_t			 nmessages;	/* that were shown */
	struct lifecycle_item	*next;
};

/*
 * Flows that pass the hooks one behind the other. Whoever gives a call back
 * walks on from there, so that a script's thread has its next call at once
 * and need not wait for main; each flow that is through goes to main.
 *
 *	main      feed --> waiting --> convoy
 *	                                  |
 *	any thread             walk <-----+    one thread at a time: who has
 *	                       |  ^            the call has the convoy
 *	                 call  v  |  back
 *	                      decider
 *	                                  posts
 *	main      arrive <-- flows, in order --'
 */
struct convoy {
	struct model		*model;
	struct lifecycle	*lc;		/* main's; NULL: it was freed */
	atomic_bool		 stopped;	/* nobody waits for the rest */
	/* The walker's. */
	struct lifecycle_item	*first;
	unsigned		 quiet;		/* posts that woke nobody */
};

struct lifecycle {
	struct model		*model;
	struct lifecycle_item	*first, **last;	/* they wait for the convoy */
	struct convoy		*convoy;	/* under way, or NULL */
	struct timer		*timer;		/* runs while there is one */
	size_t			 pending;
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
	/* A script has one of its flows; the convoy ends when it is back. */
	if (lc->convoy != NULL) {
		lc->convoy->lc = NULL;
		atomic_store(&lc->convoy->stopped, true);
	}
	while ((item = lc->first) != NULL) {
		lc->first = item->next;
		lifecycle_item_free(item);
	}
	timer_free(lc->timer);
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
		/*
		 * A stored one may have both, and shows both; a WebSocket has
		 * ended already.
		 */
		return (f->error != NULL && f->websocket == NULL);
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

/* Goes on to the next message, if there is one. */
static bool
lifecycle_has_message(struct lifecycle_item *item)
{
	if (item->nmessages >= flow_messages(item->flow)->n)
		return (false);
	item->nmessages++;
	return (true);
}

/* The next point that somebody wants to see; false: the flow is through. */
static bool
lifecycle_step(const struct model *m, struct lifecycle_item *item,
    enum hook *h)
{
	while (item->point < nitems(lifecycle_points)) {
		*h = lifecycle_points[item->point++];
		if (!lifecycle_applies(item->flow, *h) ||
		    !hooks_wanted(&m->hooks, *h))
			continue;
		if ((HOOK_BIT(*h) & MESSAGES) == 0)
			return (true);
		if (!lifecycle_has_message(item))
			continue;
		item->point--;	/* and once more */
		return (true);
	}
	return (false);
}

static void convoy_walk(struct convoy *);

/* On the thread of the decider that was last. */
static void
lifecycle_answered(struct hookcall *c)
{
	struct lifecycle_item	*item = c->asker;

	lifecycle_take(item->flow, c);
	hookcall_free(c);
	convoy_walk(item->convoy);
}

/* The convoy is not ours any more when it is asked. */
static void
lifecycle_ask(struct model *m, struct lifecycle_item *item, enum hook h)
{
	struct hookcall	*c;

	/* A record of its own: it may have to be forgotten. */
	c = hookcall_new(h, flow_dup(item->flow, true));
	c->asker = item;
	c->back = lifecycle_answered;
	if (h == HOOK_dns_request || h == HOOK_dns_response)
		item->nmessages = h == HOOK_dns_request ? 1 : 2;
	if ((HOOK_BIT(h) & SO_FAR) != 0)
		lifecycle_cut(c->flow, item->nmessages);
	hook_run(&m->hooks, c);
}

static void lifecycle_pump(struct lifecycle *);

static void
lifecycle_arrive(struct lifecycle *lc, struct lifecycle_item *item)
{
	lc->pending--;
	store_add(lc->model->store, item->flow);
	bus_fire(lc->model->bus, BUS_FLOW_DONE, item->flow);
	/* As with live ones: without a screen nobody looks at it any more. */
	if (!lc->model->console)
		store_remove(lc->model->store, item->flow);
	lifecycle_item_free(item);
}

/* Turns the loop, so that it finds what was posted quietly. */
static void
lifecycle_look(void *arg)
{
	struct lifecycle	*lc = arg;

	timer_set_ms(lc->timer, QUIET_MS);
}

static void
lifecycle_end_convoy(struct lifecycle *lc)
{
	lc->convoy = NULL;
	if (lc->timer != NULL)
		timer_clear(lc->timer);
}

/* On main again. */
static void
convoy_arrive(void *arg)
{
	struct lifecycle_item	*item = arg;
	struct convoy		*cv = item->convoy;
	struct lifecycle	*lc = cv->lc;
	bool			 last = item->next == NULL;

	hooks_caught_up(&cv->model->hooks);
	if (last && lc != NULL)
		lifecycle_end_convoy(lc);
	if (last)
		free(cv);
	if (lc != NULL)
		lifecycle_arrive(lc, item);
	else
		lifecycle_item_free(item);
	if (last && lc != NULL)
		lifecycle_pump(lc);
}

/* With the last one the convoy is main's. */
static void
convoy_send(struct convoy *cv, struct lifecycle_item *item)
{
	struct model	*m = cv->model;

	hooks_run_ahead(&m->hooks);
	if (m->post_quietly != NULL && cv->first != NULL &&
	    ++cv->quiet % QUIET_FLOWS != 0)
		m->post_quietly(m->post_arg, convoy_arrive, item);
	else
		m->post(m->post_arg, convoy_arrive, item);
}

/* Any thread: one flow after the other, so that they keep their order. */
static void
convoy_walk(struct convoy *cv)
{
	struct model		*m = cv->model;
	struct lifecycle_item	*item;
	enum hook		 h;
	bool			 last = false;

	while (!last) {
		item = cv->first;
		if (!atomic_load_explicit(&cv->stopped,
		    memory_order_relaxed) && lifecycle_step(m, item, &h)) {
			lifecycle_ask(m, item, h);
			return;
		}
		cv->first = item->next;
		last = cv->first == NULL;
		convoy_send(cv, item);
	}
}

/* All that wait, from the first on, which has a hook to pass. */
static void
lifecycle_depart(struct lifecycle *lc, enum hook h)
{
	struct convoy		*cv = xcalloc(1, sizeof(*cv));
	struct lifecycle_item	*item;

	cv->model = lc->model;
	cv->lc = lc;
	atomic_init(&cv->stopped, false);
	cv->first = lc->first;
	for (item = cv->first; item != NULL; item = item->next)
		item->convoy = cv;
	lc->convoy = cv;
	lc->first = NULL;
	lc->last = &lc->first;
	if (lc->timer == NULL && lc->model->app != NULL)
		lc->timer = timer_new(lc->model->app->loop, lifecycle_look,
		    lc);
	if (lc->timer != NULL)
		timer_set_ms(lc->timer, QUIET_MS);
	lifecycle_ask(lc->model, cv->first, h);
}

/* What nobody wants to see needs no convoy. */
static void
lifecycle_pump(struct lifecycle *lc)
{
	struct lifecycle_item	*item;
	enum hook		 h;

	/* Who hears of a flow may feed the next one from there. */
	if (lc->pumping)
		return;
	lc->pumping = true;
	while ((item = lc->first) != NULL && lc->convoy == NULL) {
		if (lifecycle_step(lc->model, item, &h)) {
			lifecycle_depart(lc, h);
			break;
		}
		lc->first = item->next;
		if (lc->first == NULL)
			lc->last = &lc->first;
		lifecycle_arrive(lc, item);
	}
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
