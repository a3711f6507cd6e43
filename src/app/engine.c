#include "app/engine.h"

#include <stdlib.h>
#include <unistd.h>

#include "app/engine_cfg.h"
#include "app/gone.h"
#include "app/intercept.h"
#include "app/ports.h"
#include "proxy/dnsport.h"
#include "proxy/session.h"
#include "proxy/udpclient.h"
#include "proxy/udpport.h"

#define LOG_TAG		"engine"
#define DATAGRAM_MAX	65507u	/* bytes, over IPv4 (RFC 768) */

/*
 *	shards --reports--> take_reports -> store, bus
 *	shards --hookcall-> decider_take -> decide -> back, or held
 *	options ----------> engine_renew -> node_set_cfg on each shard
 */
struct engine {
	struct app	*app;
	struct castore	*ca;
	struct cfg	*cfg;		/* what the shards have */
	struct cfg	*first_cfg;	/* what they start with */
	struct shards	*shards;
	struct ports	*ports;
	struct hookcall	*held;		/* list by link */
	struct gone	 gone;		/* deleted, and still running */
	struct defer	 renew;
	atomic_uint	 behind;
	unsigned	 next;		/* shard for the next replay */
	unsigned	 next_udp;	/* and for the next UDP socket */
	struct errand	*waiting;	/* sockets until there are shards */
	bool		 stopped;
	bool		 ports_due;	/* modes or addresses have changed */
};

/* --- reports ------------------------------------------------------------- */

/* Main's own record gets what the shard says. */
static struct flow *
engine_update(struct engine *e, struct flow *facts)
{
	struct store	*st = e->app->model->store;
	struct flow	*f = store_get(st, facts->id);

	if (f == NULL) {
		if (!gone_has(&e->gone, facts->id))
			store_add(st, facts);
		return (facts);
	}
	flow_take_facts(f, facts);
	if (facts->marks_fresh)
		flow_take_marks(f, facts);
	return (f);
}

static void
engine_done(struct engine *e, struct flow *f)
{
	struct model	*m = e->app->model;

	(void)flow_ref(f);
	gone_drop(&e->gone, f->id);
	bus_fire(m->bus, BUS_FLOW_DONE, f);
	/* Without a screen nobody looks at it any more. */
	if (!e->app->console)
		store_remove(m->store, f);
	else if (f->pack == NULL)
		store_done(m->store, f);
	flow_unref(f);
}

/* A record that was new, and that nobody else has now, goes back with its
 * report. Of others somebody may think that they stay a while. */
static void
engine_settle(struct engine *e, struct report *r)
{
	uint64_t	id = r->flow->id;

	if (!flow_is_shared(r->flow))
		return;
	flow_unref(r->flow);
	r->flow = r->done ? store_end(e->app->model->store, id) : NULL;
}

static void
engine_report(struct engine *e, struct report *r)
{
	struct model	*m = e->app->model;
	size_t		 before = store_n(m->store);
	struct flow	*f = engine_update(e, r->flow);

	if (r->done)
		flow_unhold(f);
	if (store_n(m->store) == before && f != r->flow)
		store_touch(m->store, f);
	if (r->done)
		engine_done(e, f);
	engine_settle(e, r);
}

static void
take_reports(struct post *p)
{
	struct reports	*box = (struct reports *)(void *)p;
	struct engine	*e = box->arg;
	struct report	*r;

	for (r = box->head; r != NULL; r = r->link)
		engine_report(e, r);
	/* A few at a time: main does not halt for thousands. */
	store_rest_new(e->app->model->store);
	atomic_fetch_sub_explicit(&e->behind, box->n, memory_order_relaxed);
	reports_return(box);
}

/* --- deciding on main ---------------------------------------------------- */

struct decide_post {
	struct post	 post;
	struct engine	*e;
	struct hookcall	*call;
};

/* Is it about the last message of a conversation? */
static bool
is_about_message(const struct hookcall *c)
{
	return ((HOOK_BIT(c->hook) & (HOOK_BIT(HOOK_websocket_message) |
	    HOOK_BIT(HOOK_tcp_message) | HOOK_BIT(HOOK_udp_message) |
	    HOOK_BIT(HOOK_dns_request) | HOOK_BIT(HOOK_dns_response))) != 0);
}

static void
engine_hold(struct engine *e, struct flow *f, struct hookcall *c)
{
	f->held = true;
	if (is_about_message(c))
		flow_hold_message(f, flow_messages(c->flow)->n - 1);
	c->link = e->held;
	e->held = c;
	e->app->model->held++;
}

static void
on_decide(struct post *p)
{
	struct decide_post	*dp = (struct decide_post *)(void *)p;
	struct engine		*e = dp->e;
	struct hookcall		*c = dp->call;
	struct model		*m = e->app->model;
	struct flow		*f;

	free(dp);
	model_module_decide(m, c);
	/* Nobody would see it held. */
	if (c->flow != NULL && gone_has(&e->gone, c->flow->id) &&
	    store_get(m->store, c->flow->id) == NULL)
		c->verdict |= HV_KILL;
	/* Nor does what is over wait for the user. */
	if ((c->verdict & HV_INTERCEPT) == 0 ||
	    (c->verdict & HV_KILL) != 0 || !hook_may_hold(c->hook)) {
		hook_done(&m->hooks, c);
		return;
	}
	f = store_get(m->store, c->flow->id);
	if (f == NULL) {
		f = flow_dup(c->flow, true);
		engine_hold(e, f, c);
		store_add(m->store, f);
		flow_unref(f);
		return;
	}
	flow_take_facts(f, c->flow);
	engine_hold(e, f, c);
	store_touch(m->store, f);
}

/* Any thread. */
static void
decider_take(void *arg, struct hookcall *c)
{
	struct engine		*e = arg;
	struct decide_post	*dp = xmalloc(sizeof(*dp));

	dp->post.fn = on_decide;
	dp->e = e;
	dp->call = c;
	loop_post(e->app->loop, &dp->post);
}

static struct hookcall *
engine_unhold(struct engine *e, uint64_t id)
{
	struct hookcall	**cp, *c;

	for (cp = &e->held; (c = *cp) != NULL; cp = &c->link)
		if (c->flow->id == id) {
			*cp = c->link;
			e->app->model->held--;
			return (c);
		}
	return (NULL);
}

/* What the user made of the message that is held: others may have come
 * behind it. */
static void
engine_take_message(struct flow *held, struct flow *f)
{
	struct frames		*to = flow_messages(held);
	const struct frames	*from = flow_messages(f);

	if (to->n != 0 && to->n <= from->n)
		frames_decide(to, to->n - 1, frames_at(from, to->n - 1));
}

/* Of DNS all of it: the user may have given the answer himself. */
static void
engine_take_dns(struct flow *held, const struct flow *f)
{
	size_t	i;

	frames_share(&held->frames, &f->frames);
	for (i = 0; i < held->frames.n; i++)
		frames_edit(&held->frames, i)->held = false;
}

static void
engine_let_go(struct engine *e, struct hookcall *c, struct flow *f)
{
	if (c->flow->request != f->request) {
		flow_set_request(c->flow, msg_ref(f->request));
		c->verdict |= HV_REQUEST;
	}
	if (c->flow->response != f->response) {
		flow_set_response(c->flow, msg_ref(f->response));
		c->verdict |= HV_RESPONSE;
	}
	if (is_about_message(c))
		engine_take_message(c->flow, f);
	if (f->type == FLOW_DNS)
		engine_take_dns(c->flow, f);
	c->verdict &= ~HV_INTERCEPT;
	hook_done(&e->app->model->hooks, c);
}

/* Of a conversation a message of either end may be held. */
static void
engine_resume(void *arg, struct flow *f)
{
	struct engine	*e = arg;
	struct hookcall	*c;

	while ((c = engine_unhold(e, f->id)) != NULL)
		engine_let_go(e, c, f);
}

/* --- towards the shards -------------------------------------------------- */

/* One errand to a shard: the fields that its function wants. */
struct errand {
	struct post	 post;
	struct shard	*shard;
	int		 fd;
	struct addr	 peer;
	struct mode	*mode;
	struct cfg	*cfg;
	struct flow	*flow;
	uint64_t	 id;
	struct blob	*data;
	bool		 from_client, text;
	struct errand	*next;
};

static struct errand *
errand_new(struct shard *sh, void (*fn)(struct post *))
{
	struct errand	*er = xcalloc(1, sizeof(*er));

	er->post.fn = fn;
	er->shard = sh;
	return (er);
}

static void
errand_go(struct errand *er)
{
	loop_post(er->shard->loop, &er->post);
}

static void
on_accept_there(struct post *p)
{
	struct errand	*er = (struct errand *)(void *)p;

	if (er->shard->user != NULL)
		session_accept(er->shard->user, er->fd, &er->peer, er->mode);
	else
		(void)close(er->fd);
	mode_unref(er->mode);
	free(er);
}

static void
on_accept(void *arg, int fd, const struct addr *peer, struct mode *mode)
{
	struct engine	*e = arg;
	struct errand	*er = errand_new(shards_least(e->shards),
	    on_accept_there);

	er->fd = fd;
	er->peer = *peer;
	er->mode = mode_ref(mode);
	errand_go(er);
}

static void
on_udp_there(struct post *p)
{
	struct errand	*er = (struct errand *)(void *)p;

	struct node	*n = er->shard->user;

	if (n == NULL && er->fd != -1)
		(void)close(er->fd);
	else if (n != NULL && er->fd == -1) {
		dnsport_close(n, er->mode);
		udpport_close(n, er->mode);
	} else if (n != NULL && mode_is_udp(er->mode))
		udpport_open(n, er->fd, er->mode, UDPCLIENT_SILENCE_MS);
	else if (n != NULL)
		dnsport_open(n, er->fd, er->mode);
	mode_unref(er->mode);
	free(er);
}

static void
engine_send_udp(struct engine *e, unsigned shard, int fd, struct mode *mode)
{
	struct errand	*er = errand_new(shards_at(e->shards, shard),
	    on_udp_there);

	er->fd = fd;
	er->mode = mode_ref(mode);
	errand_go(er);
}

/* The first ports are open before there are shards. */
static void
engine_keep_udp(struct engine *e, int fd, struct mode *mode)
{
	struct errand	*er = errand_new(NULL, on_udp_there);

	er->fd = fd;
	er->mode = mode_ref(mode);
	er->next = e->waiting;
	e->waiting = er;
}

static void
engine_release_udp(struct engine *e)
{
	struct errand	*er;

	while ((er = e->waiting) != NULL) {
		e->waiting = er->next;
		if (e->shards != NULL)
			engine_send_udp(e, e->next_udp++ %
			    shards_n(e->shards), er->fd, er->mode);
		else
			(void)close(er->fd);
		mode_unref(er->mode);
		free(er);
	}
}

static void
on_udp(void *arg, int fd, struct mode *mode)
{
	struct engine	*e = arg;
	unsigned	 i;

	if (e->shards == NULL && fd != -1)
		engine_keep_udp(e, fd, mode);
	else if (fd != -1)
		engine_send_udp(e, e->next_udp++ % shards_n(e->shards), fd,
		    mode);
	for (i = 0; fd == -1 && e->shards != NULL && i < shards_n(e->shards);
	    i++)
		engine_send_udp(e, i, -1, mode);
}

static void
on_kill_there(struct post *p)
{
	struct errand	*er = (struct errand *)(void *)p;

	if (er->shard->user != NULL)
		session_kill_flow(er->shard->user, er->id);
	free(er);
}

static void
engine_kill(void *arg, struct flow *f)
{
	struct engine	*e = arg;
	struct hookcall	*c;
	struct errand	*er;
	bool		 held = false;

	for (; (c = engine_unhold(e, f->id)) != NULL; held = true) {
		c->verdict |= HV_KILL;
		hook_done(&e->app->model->hooks, c);
	}
	if (held)
		return;
	if (f->shard >= shards_n(e->shards))
		return;
	er = errand_new(shards_at(e->shards, f->shard), on_kill_there);
	er->id = f->id;
	errand_go(er);
}

static void
on_replay_there(struct post *p)
{
	struct errand	*er = (struct errand *)(void *)p;

	if (er->shard->user != NULL)
		session_replay(er->shard->user, er->flow);
	else
		flow_unref(er->flow);
	free(er);
}

static int
engine_replay(void *arg, struct flow *f, struct why *why)
{
	struct engine	*e = arg;
	struct errand	*er;
	struct shard	*sh;

	if (f->type != FLOW_HTTP || f->request == NULL)
		return (fail(why, ERR_CMD, "only HTTP requests can be"
		    " replayed"));
	if (f->live)
		return (fail(why, ERR_CMD, "the flow is still live"));
	if (!f->request->has_body)
		return (fail(why, ERR_CMD, "the request's body was not"
		    " kept"));
	sh = shards_at(e->shards, e->next++ % shards_n(e->shards));
	f->live = true;
	f->replay = REPLAY_REQUEST;
	f->shard = (uint16_t)sh->index;
	flow_set_response(f, NULL);
	flow_set_error(f, NULL);
	er = errand_new(sh, on_replay_there);
	er->flow = flow_dup(f, true);
	errand_go(er);
	return (0);
}

static void
on_inject_there(struct post *p)
{
	struct errand	*er = (struct errand *)(void *)p;

	if (er->shard->user != NULL)
		session_inject(er->shard->user, er->id, er->from_client,
		    er->text, er->data);
	else
		blob_unref(er->data);
	free(er);
}

static int
engine_inject(void *arg, struct flow *f, bool from_client, bool text,
    struct sp data, struct why *why)
{
	struct engine	*e = arg;
	struct errand	*er;
	bool		 is_raw = f->type == FLOW_TCP || f->type == FLOW_UDP;

	if (!f->live || (f->websocket == NULL && !is_raw) ||
	    f->shard >= shards_n(e->shards))
		return (fail(why, ERR_CMD, is_raw ?
		    "no connection that is open" :
		    "no WebSocket that is open"));
	if (f->type == FLOW_UDP && data.n > DATAGRAM_MAX)
		return (fail(why, ERR_CMD, "more than a datagram can be: "
		    "%u bytes", DATAGRAM_MAX));
	er = errand_new(shards_at(e->shards, f->shard), on_inject_there);
	er->id = f->id;
	er->from_client = from_client;
	er->text = text;
	er->data = blob_of(data);
	errand_go(er);
	return (0);
}

static unsigned
engine_connections(void *arg)
{
	struct engine	*e = arg;
	unsigned	 i, n = 0;

	for (i = 0; e->shards != NULL && i < shards_n(e->shards); i++)
		n += atomic_load(&shards_at(e->shards, i)->load);
	return (n);
}

static const struct engine_ops engine_ops = {
	.resume = engine_resume,
	.kill = engine_kill,
	.replay = engine_replay,
	.inject = engine_inject,
	.connections = engine_connections,
};

/* --- configuration ------------------------------------------------------- */

static void
on_cfg_there(struct post *p)
{
	struct errand	*er = (struct errand *)(void *)p;

	if (er->shard->user != NULL)
		node_set_cfg(er->shard->user, er->cfg);
	else
		cfg_unref(er->cfg);
	free(er);
}

static void
own_add(struct cfg_own *o, const struct addr *a)
{
	o->v[o->n++] = *a;
}

static void
cfg_own_places(struct engine *e, struct cfg *c)
{
	const struct mode	*m;
	unsigned		 n = 0, i;

	while (ports_at(e->ports, n) != NULL)
		n++;
	c->own[0].v = xcalloc(n + 1, sizeof(struct addr));
	c->own[1].v = xcalloc(n + 1, sizeof(struct addr));
	for (i = 0; i < n; i++) {
		m = ports_mode_at(e->ports, i);
		if (!mode_is_udp(m))
			own_add(&c->own[0], ports_at(e->ports, i));
		if (mode_is_udp(m) || mode_is_dns(m))
			own_add(&c->own[1], ports_at(e->ports, i));
	}
}

/* All deciders and shards learn what the options say now. */
static int
engine_renew(struct engine *e, struct why *why)
{
	struct model	*m = e->app->model;
	struct cfg	*c = engine_cfg(e->app, e->ca, why);
	struct errand	*er;
	unsigned	 i;

	if (c == NULL)
		return (-1);
	cfg_own_places(e, c);
	hooks_want(&m->hooks, DECIDE_MAIN, model_module_hooks(m, NULL));
	for (i = 0; e->shards != NULL && i < shards_n(e->shards); i++) {
		er = errand_new(shards_at(e->shards, i), on_cfg_there);
		er->cfg = cfg_ref(c);
		errand_go(er);
	}
	cfg_unref(e->cfg);
	e->cfg = c;
	return (0);
}

static void
on_renew(void *arg)
{
	struct engine	*e = arg;
	struct why	 why;

	if (e->stopped)
		return;
	if (e->ports_due && ports_apply(e->ports, &why) == -1)
		log_error(e->app->model->log, "%s", why.text);
	e->ports_due = false;
	if (engine_renew(e, &why) == -1)
		log_error(e->app->model->log, "%s", why.text);
}

static int
on_option(void *arg, const struct opt *o, struct why *why)
{
	struct engine	*e = arg;

	(void)why;
	if (o == NULL || strncmp(o->name, "listen_", 7) == 0 ||
	    strcmp(o->name, "mode") == 0 || strcmp(o->name, "server") == 0)
		e->ports_due = true;
	/* Several options change together: one renewal. */
	loop_defer(e->app->loop, &e->renew);
	return (0);
}

/* What is live is killed, which takes its time. */
static void
on_removed(void *arg, enum bus_event ev, void *what)
{
	struct engine		*e = arg;
	const struct flow	*f = what;

	(void)ev;
	if (f->live)
		gone_add(&e->gone, f->id);
}

/* A module on main wants other hooks than before. */
static void
on_hooks(void *arg, enum bus_event ev, void *what)
{
	struct engine	*e = arg;

	(void)ev;
	(void)what;
	loop_defer(e->app->loop, &e->renew);
}

/* --- start and stop ------------------------------------------------------ */

static void
on_shard_start(struct shard *sh, void *arg)
{
	struct engine	*e = arg;

	sh->user = node_new(sh, e->first_cfg, e->app->loop, take_reports, e,
	    &e->behind);
}

static void
on_shard_stop(struct shard *sh, void *arg)
{
	struct node	*n = sh->user;

	(void)arg;
	sh->user = NULL;
	node_free(n);
}

static unsigned
engine_threads(const struct opts *o)
{
	long long	n = opts_int(o, "threads");

	if (n == 0)
		n = sysconf(_SC_NPROCESSORS_ONLN);
	return (n < 1 ? 1 : n > 64 ? 64 : (unsigned)n);
}

int
engine_start(struct app *app, struct why *why)
{
	struct engine	*e = xcalloc(1, sizeof(*e));
	struct model	*m = app->model;

	e->app = app;
	e->renew = (struct defer){ .fn = on_renew, .arg = e };
	app->engine = e;
	hooks_set(&m->hooks, DECIDE_MAIN, "main", decider_take, e);
	e->ports = ports_new(app, on_accept, e);
	ports_set_udp(e->ports, on_udp);
	if (engine_open_ca(app, &e->ca, why) == -1 ||
	    ports_apply(e->ports, why) == -1 || engine_renew(e, why) == -1)
		return (-1);
	e->first_cfg = cfg_ref(e->cfg);
	e->shards = shards_start(engine_threads(m->opts), on_shard_start,
	    on_shard_stop, e);
	engine_release_udp(e);
	m->engine = &engine_ops;
	m->engine_arg = e;
	opts_watch(m->opts, NULL, on_option, e);
	bus_sub(m->bus, BUS_HOOKS, on_hooks, e);
	bus_sub(m->bus, BUS_FLOW_REMOVED, on_removed, e);
	return (0);
}

/* What is held goes nowhere any more. */
static void
engine_drop_held(struct engine *e)
{
	struct hookcall	*c;

	while ((c = e->held) != NULL) {
		e->held = c->link;
		e->app->model->held--;
		c->verdict |= HV_KILL;
		hook_done(&e->app->model->hooks, c);
	}
}

/*
 * Conversations end here. A script may still have one of their calls and
 * give it back later, by way of us and of the shard's loop: both stay until
 * engine_free().
 */
void
engine_stop(struct app *app)
{
	struct engine	*e = app->engine;

	if (e == NULL || e->stopped)
		return;
	e->stopped = true;
	opts_unwatch(app->model->opts, on_option, e);
	bus_unsub(app->model->bus, on_hooks, e);
	bus_unsub(app->model->bus, on_removed, e);
	ports_free(e->ports);
	e->ports = NULL;
	engine_release_udp(e);
	engine_drop_held(e);
	if (e->shards != NULL)
		shards_end(e->shards);
	loop_once(app->loop, true);	/* their last reports */
	engine_drop_held(e);
	app->model->engine = NULL;
}

void
engine_free(struct app *app)
{
	struct engine	*e = app->engine;

	if (e == NULL)
		return;
	engine_drop_held(e);
	shards_free(e->shards);
	app->engine = NULL;
	cfg_unref(e->cfg);
	cfg_unref(e->first_cfg);
	castore_free(e->ca);
	gone_fini(&e->gone);
	free(e);
}

int
app_start_engine(struct app *app, struct why *why)
{
	return (engine_start(app, why));
}

void
app_stop_engine(struct app *app)
{
	engine_stop(app);
}
