#include "proxy/rawflow.h"

#include "base/date.h"
#include "base/limits.h"

#define NEWS_MS		50	/* main hears of messages at most so often */

static enum hook
hook_of(const struct rawflow *r, enum hook tcp, enum hook udp)
{
	return (r->flow->type == FLOW_TCP ? tcp : udp);
}

static enum hook
message_hook(const struct rawflow *r)
{
	return (hook_of(r, HOOK_tcp_message, HOOK_udp_message));
}

/* --- main ---------------------------------------------------------------- */

static void
on_news(void *arg)
{
	struct rawflow	*r = arg;

	if (r->fresh)
		rawflow_report(r);
}

void
rawflow_init(struct rawflow *r, struct node *n, enum flow_type type,
    void (*conns)(void *), void *arg)
{
	memset(r, 0, sizeof(*r));
	r->node = n;
	r->conns = conns;
	r->arg = arg;
	r->flow = flow_new(type);
	r->flow->live = true;
	r->flow->shard = (uint16_t)n->shard->index;
	r->news = timer_new(n->loop, on_news, r);
}

void
rawflow_fini(struct rawflow *r)
{
	timer_free(r->news);
	flow_unref(r->flow);
}

void
rawflow_report(struct rawflow *r)
{
	r->fresh = false;
	r->conns(r->arg);
	node_report(r->node, r->flow, false);
	r->flow->marks_fresh = false;
}

void
rawflow_news(struct rawflow *r)
{
	if (!r->flow->live)
		return;
	r->fresh = true;
	if (!timer_is_set(r->news))
		timer_set_ms(r->news, NEWS_MS);
}

void
rawflow_end(struct rawflow *r)
{
	r->fresh = false;
	r->flow->live = false;
	r->conns(r->arg);
	node_end(r->node, r->flow, r->flow->error != NULL ?
	    hook_of(r, HOOK_tcp_error, HOOK_udp_error) :
	    hook_of(r, HOOK_tcp_end, HOOK_udp_end));
}

/* --- asking -------------------------------------------------------------- */

void
rawflow_ask(struct rawflow *r, enum hook h, struct query **at,
    void (*then)(void *, const struct hookcall *), void *arg)
{
	struct hookcall	*c;

	r->conns(r->arg);
	c = hookcall_new(h, flow_dup(r->flow, true));
	c->server = conn_ref(r->flow->server);
	query_ask(at, r->node->loop, r->node->cfg->hooks, c, then, arg);
}

void
rawflow_kill(struct rawflow *r)
{
	r->flow->killed = true;
	flow_set_error(r->flow, err_text(ERR_KILLED));
}

bool
rawflow_heed(struct rawflow *r, const struct hookcall *c)
{
	if ((c->verdict & HV_KILL) != 0) {
		rawflow_kill(r);
		return (false);
	}
	if ((c->verdict & HV_MARKS) != 0) {
		flow_take_marks(r->flow, c->flow);
		r->flow->marks_fresh = true;
		rawflow_news(r);
	}
	return (true);
}

/* --- messages ------------------------------------------------------------ */

/* Whatever it is? By the options as they are now: the conversation may have
 * begun long ago. */
static bool
is_surely_wanted(const struct rawflow *r)
{
	const struct cfg	*cfg = r->node->cfg;
	enum hook		 h = message_hook(r);

	return (hooks_wanted_by(cfg->hooks, DECIDE_SCRIPT, h) ||
	    (cfg->main_hooks & HOOK_BIT(h)) != 0);
}

static bool
has_room(const struct rawflow *r, size_t more)
{
	return (r->flow->frames.n < limit_of(TCP_FRAMES) &&
	    r->kept + more <= limit_of(TCP_BYTES));
}

bool
rawflow_is_full(const struct rawflow *r, size_t more)
{
	return (!has_room(r, more) && !is_surely_wanted(r) &&
	    r->node->cfg->intercept == NULL);
}

bool
rawflow_add(struct rawflow *r, bool client, struct blob *data, bool injected)
{
	const struct cfg	*cfg = r->node->cfg;
	struct rawdir		*d = &r->dir[client];
	struct frame		 fr = { .from_client = client,
				    .injected = injected, .data = data };

	fr.time = date_now();
	d->index = r->flow->frames.n;
	d->extra = !has_room(r, data->n);
	r->kept += data->n;
	frames_add(&r->flow->frames, fr);
	d->held = is_surely_wanted(r) || (cfg->intercept != NULL &&
	    filter_match_last(cfg->intercept, r->flow));
	return (d->held);
}

const struct frame *
rawflow_at(const struct rawflow *r, bool client)
{
	return (frames_at(&r->flow->frames, r->dir[client].index));
}

/* The last message there is the one that was asked about. */
void
rawflow_take(struct rawflow *r, bool client, const struct hookcall *c)
{
	const struct frame	*to = frames_last(&c->flow->frames);

	if (to == NULL)
		return;
	r->kept += to->data->n - rawflow_at(r, client)->data->n;
	frames_decide(&r->flow->frames, r->dir[client].index, to);
}

/* What was kept only to be asked about is forgotten. */
void
rawflow_settle(struct rawflow *r, bool client)
{
	struct rawdir	*d = &r->dir[client], *o = &r->dir[!client];

	rawflow_news(r);
	d->held = false;
	if (!d->extra)
		return;
	d->extra = false;
	r->kept -= rawflow_at(r, client)->data->n;
	frames_remove(&r->flow->frames, d->index);
	if (o->held && o->index > d->index)
		o->index--;
}
