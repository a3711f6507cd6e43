#include <stdlib.h>

#include "base/date.h"
#include "base/limits.h"
#include "base/mem.h"
#include "proxy/session_int.h"

/*
 * A raw connection that is shown: what passes is kept run by run in a TCP
 * flow, and whoever wants to decides about each run before it goes on.
 *
 *	ASKED --tcp_start is answered--> OPEN --both ends have ended,
 *	one breaks, it is killed, or the session closes--> tcp_end, tcp_error
 *
 * Either direction for itself, so that one that waits does not stop the
 * other:
 *
 *	FLOWS --somebody wants this run--> HELD --answer--> FLOWS
 *	  `--all has gone on, and its end with it--> ENDED
 */

#define NEWS_MS		50	/* main hears of messages at most so often */

/* Something to say in the name of an end. */
struct tcp_inject {
	STAILQ_ENTRY(tcp_inject) link;
	struct blob	*data;
};

STAILQ_HEAD(tcp_injects, tcp_inject);

struct tcp_dir {
	struct tcp_talk	*t;
	bool		 client;	/* it is the client that speaks */
	bool		 ended;
	struct query	*query;		/* HELD: the answer awaited */
	size_t		 index;		/* HELD: the message's, in the flow */
	bool		 extra;		/* HELD: more than may be kept */
	struct tcp_injects injects;
};

struct tcp_talk {
	struct session	*s;
	struct flow	*flow;
	struct query	*start;		/* ASKED */
	struct tcp_dir	 dir[2];	/* [1]: the client's */
	struct timer	*news;
	bool		 fresh;		/* has news for main */
	uint64_t	 kept;		/* bytes of all messages */
};

static struct wire *
tcp_wire(const struct session *s, bool client)
{
	return (client ? s->client : s->peer->wire);
}

/* Before there is a connection, the server is where it will go to. */
static void
tcp_conns(struct tcp_talk *t)
{
	struct session	*s = t->s;
	struct conn	*c;

	session_flow_conns(s, t->flow, s->peer);
	if (t->flow->server != NULL)
		return;
	c = conn_new(true);
	conn_set_place(&c->address, s->host, s->port);
	flow_set_server(t->flow, c);
}

static void
tcp_report(struct tcp_talk *t)
{
	t->fresh = false;
	tcp_conns(t);
	node_report(t->s->node, t->flow, false);
	t->flow->marks_fresh = false;
}

static void
on_news(void *arg)
{
	struct tcp_talk	*t = arg;

	if (t->fresh)
		tcp_report(t);
}

static void
tcp_news(struct tcp_talk *t)
{
	t->fresh = true;
	if (!timer_is_set(t->news))
		timer_set_ms(t->news, NEWS_MS);
}

/* --- asking -------------------------------------------------------------- */

static void
tcp_die(struct tcp_talk *t)
{
	t->flow->killed = true;
	flow_set_error(t->flow, err_text(ERR_KILLED));
	session_close(t->s);
}

/* What every answer may say. False: it goes no further. */
static bool
tcp_heed(struct tcp_talk *t, const struct hookcall *c)
{
	if (t->s->step == S_CLOSING)
		return (false);
	if ((c->verdict & HV_KILL) != 0) {
		tcp_die(t);
		return (false);
	}
	if ((c->verdict & HV_MARKS) != 0) {
		flow_take_marks(t->flow, c->flow);
		t->flow->marks_fresh = true;
		tcp_news(t);
	}
	return (true);
}

static void
tcp_ask(struct tcp_talk *t, enum hook h, struct query **at,
    void (*then)(void *, const struct hookcall *), void *arg)
{
	struct hookcall	*c;

	tcp_conns(t);
	c = hookcall_new(h, flow_dup(t->flow, true));
	c->server = conn_ref(t->flow->server);
	query_ask(at, t->s->node->loop, t->s->cfg->hooks, c, then, arg);
}

/* May somebody decide about what comes? By the options as they are now: it
 * may have begun long ago. */
static bool
tcp_is_wanted(const struct tcp_talk *t, bool *surely)
{
	const struct cfg	*cfg = t->s->node->cfg;

	*surely = hooks_wanted_by(cfg->hooks, DECIDE_SCRIPT,
	    HOOK_tcp_message) ||
	    (cfg->main_hooks & HOOK_BIT(HOOK_tcp_message)) != 0;
	return (*surely || cfg->intercept != NULL);
}

/* --- messages ------------------------------------------------------------ */

static bool
tcp_has_room(const struct tcp_talk *t, size_t more)
{
	return (t->flow->frames.n < limit_of(TCP_FRAMES) &&
	    t->kept + more <= limit_of(TCP_BYTES));
}

/* What was kept only to be asked about. */
static void
dir_forget(struct tcp_dir *d)
{
	struct tcp_dir	*o = &d->t->dir[!d->client];
	struct frames	*fs = &d->t->flow->frames;

	d->extra = false;
	d->t->kept -= frames_at(fs, d->index)->data->n;
	frames_remove(fs, d->index);
	if (o->query != NULL && o->index > d->index)
		o->index--;
}

static void
dir_take(struct tcp_dir *d, const struct frame *to)
{
	struct frames	*fs = &d->t->flow->frames;

	d->t->kept += to->data->n - frames_at(fs, d->index)->data->n;
	frames_decide(fs, d->index, to);
}

/* It goes on as it is in the flow, or not. */
static void
dir_settle(struct tcp_dir *d)
{
	struct tcp_talk		*t = d->t;
	const struct frame	*fr = frames_at(&t->flow->frames, d->index);
	struct wire		*to = tcp_wire(t->s, !d->client);

	if (!fr->dropped && fr->data->n != 0)
		wire_write_blob(to, fr->data, 0, fr->data->n);
	if (d->extra)
		dir_forget(d);
	tcp_news(t);
}

/* The flow's last message is the one that was asked about. */
static void
on_message(void *arg, const struct hookcall *c)
{
	struct tcp_dir	*d = arg;
	struct tcp_talk	*t = d->t;

	if (!tcp_heed(t, c))
		return;
	if (c->flow->frames.n != 0)
		dir_take(d, frames_last(&c->flow->frames));
	dir_settle(d);
	session_later(t->s);
}

/* Takes the data. */
static void
dir_pass(struct tcp_dir *d, struct blob *data, bool injected)
{
	struct tcp_talk	*t = d->t;
	struct frame	 fr = { .from_client = d->client,
			    .injected = injected, .data = data };
	bool		 surely;

	fr.time = date_now();
	d->index = t->flow->frames.n;
	d->extra = !tcp_has_room(t, data->n);
	t->kept += data->n;
	frames_add(&t->flow->frames, fr);
	if (tcp_is_wanted(t, &surely) && (surely ||
	    filter_match_last(t->s->node->cfg->intercept, t->flow)))
		tcp_ask(t, HOOK_tcp_message, &d->query, on_message, d);
	else
		dir_settle(d);
}

static void
dir_pass_run(struct tcp_dir *d, struct sp b)
{
	bool	surely;

	if (tcp_has_room(d->t, b.n) || tcp_is_wanted(d->t, &surely))
		dir_pass(d, blob_of(b), false);
	else
		wire_write(tcp_wire(d->t->s, !d->client), b);
}

static void
dir_pass_inject(struct tcp_dir *d)
{
	struct tcp_inject	*in = STAILQ_FIRST(&d->injects);
	struct blob		*data = in->data;

	STAILQ_REMOVE_HEAD(&d->injects, link);
	free(in);
	dir_pass(d, data, true);
}

/* As far as it goes: the other end may have no room, or somebody has to
 * decide first. */
static void
dir_move(struct tcp_dir *d)
{
	struct wire	*from = tcp_wire(d->t->s, d->client);
	struct wire	*to = tcp_wire(d->t->s, !d->client);
	struct sp	 b;

	while (d->query == NULL && !d->ended) {
		b = wire_front(from);
		if (wire_out_len(to) > WIRE_HIGH) {
			wire_pause(from, PAUSE_FULL);
			return;
		}
		if (!STAILQ_EMPTY(&d->injects))
			dir_pass_inject(d);
		else if (b.n != 0) {
			dir_pass_run(d, b);
			wire_drain(from, b.n);
		} else if (wire_eof(from)) {
			d->ended = true;
			wire_end_write(to);
		} else
			return;
	}
}

void
tcp_pump(struct session *s)
{
	struct tcp_talk	*t = s->tcp;

	dir_move(&t->dir[1]);
	dir_move(&t->dir[0]);
	if (t->dir[0].ended && t->dir[1].ended)
		relay_over(s);
}

/* --- from outside -------------------------------------------------------- */

bool
tcp_has_flow(const struct session *s, uint64_t id)
{
	return (s->tcp != NULL && s->step != S_CLOSING &&
	    s->tcp->flow->id == id);
}

void
tcp_inject(struct session *s, bool from_client, struct blob *data)
{
	struct tcp_dir		*d = &s->tcp->dir[from_client];
	struct tcp_inject	*in = xcalloc(1, sizeof(*in));

	in->data = data;
	STAILQ_INSERT_TAIL(&d->injects, in, link);
	session_later(s);
}

bool
tcp_kill(struct session *s, uint64_t id)
{
	if (!tcp_has_flow(s, id))
		return (false);
	tcp_die(s->tcp);
	return (true);
}

void
tcp_lost(struct session *s, bool client, const struct why *why)
{
	struct tcp_talk	*t = s->tcp;

	/* Who has heard the other out may go as it likes. */
	if (t != NULL && !t->dir[!client].ended && t->flow->error == NULL)
		flow_set_error(t->flow, why->text);
}

/* --- begin and end ------------------------------------------------------- */

/* Elsewhere, as long as nobody has been connected to. */
static void
tcp_move(struct tcp_talk *t, const struct conn *to)
{
	struct session	*s = t->s;
	struct server	*sv = s->peer;

	if (sv != NULL && (sv->step == SV_IDLE || sv->step == SV_BUSY))
		return;
	if (sv != NULL)
		server_free(sv);
	free(s->host);
	s->host = xstrdup(to->address.host);
	s->port = to->address.port;
	session_take_via(s, to);
	flow_set_server(t->flow, NULL);
}

static void
on_start(void *arg, const struct hookcall *c)
{
	struct tcp_talk	*t = arg;

	if (!tcp_heed(t, c))
		return;
	if ((c->verdict & HV_CONN) != 0)
		tcp_move(t, c->server);
	relay_begin(t->s, t->s->peer);
	session_later(t->s);
}

bool
tcp_is_asked(const struct session *s)
{
	return (s->tcp != NULL && s->tcp->start != NULL);
}

bool
tcp_is_held(const struct session *s)
{
	const struct tcp_talk	*t = s->tcp;

	return (t != NULL && (t->start != NULL || t->dir[0].query != NULL ||
	    t->dir[1].query != NULL));
}

void
tcp_begin(struct session *s)
{
	struct tcp_talk	*t = s->tcp = xcalloc(1, sizeof(*t));
	unsigned	 i;

	t->s = s;
	for (i = 0; i < 2; i++) {
		t->dir[i].t = t;
		t->dir[i].client = i == 1;
		STAILQ_INIT(&t->dir[i].injects);
	}
	t->news = timer_new(s->node->loop, on_news, t);
	t->flow = flow_new(FLOW_TCP);
	t->flow->live = true;
	t->flow->shard = (uint16_t)s->node->shard->index;
	tcp_report(t);
	/* Who is asked about it may send main there. */
	node_flush(s->node);
	if (hooks_wanted(s->cfg->hooks, HOOK_tcp_start))
		tcp_ask(t, HOOK_tcp_start, &t->start, on_start, t);
}

static void
dir_fini(struct tcp_dir *d)
{
	struct tcp_inject	*in;

	if (d->query != NULL && d->extra)
		dir_forget(d);
	query_forget(&d->query);
	while ((in = STAILQ_FIRST(&d->injects)) != NULL) {
		STAILQ_REMOVE_HEAD(&d->injects, link);
		blob_unref(in->data);
		free(in);
	}
}

void
tcp_end(struct session *s)
{
	struct tcp_talk	*t = s->tcp;
	struct flow	*f;

	if (t == NULL)
		return;
	f = t->flow;
	query_forget(&t->start);
	dir_fini(&t->dir[0]);
	dir_fini(&t->dir[1]);
	f->live = false;
	if (f->error == NULL && s->peer != NULL &&
	    s->peer->step == SV_FAILED)
		flow_set_error(f, s->peer->why.text);
	tcp_conns(t);
	node_end(s->node, f, f->error != NULL ? HOOK_tcp_error :
	    HOOK_tcp_end);
	s->tcp = NULL;
	timer_free(t->news);
	flow_unref(f);
	free(t);
}
