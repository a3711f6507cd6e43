#include <stdlib.h>

#include "base/mem.h"
#include "proxy/rawflow.h"
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
	struct tcp_injects injects;
};

struct tcp_talk {
	struct session	*s;
	struct rawflow	 raw;
	struct query	*start;		/* ASKED */
	struct tcp_dir	 dir[2];	/* [1]: the client's */
};

static struct wire *
tcp_wire(const struct session *s, bool client)
{
	return (client ? s->client : s->peer->wire);
}

/* Before there is a connection, the server is where it will go to. */
static void
tcp_conns(void *arg)
{
	struct tcp_talk	*t = arg;
	struct session	*s = t->s;
	struct conn	*c;

	session_flow_conns(s, t->raw.flow, s->peer);
	if (t->raw.flow->server != NULL)
		return;
	c = conn_new(true);
	conn_set_place(&c->address, s->host, s->port);
	flow_set_server(t->raw.flow, c);
}

/* --- asking -------------------------------------------------------------- */

/* False: it goes no further. */
static bool
tcp_heed(struct tcp_talk *t, const struct hookcall *c)
{
	if (t->s->step == S_CLOSING)
		return (false);
	if (rawflow_heed(&t->raw, c))
		return (true);
	session_close(t->s);
	return (false);
}

/* --- messages ------------------------------------------------------------ */

/* It goes on as it is in the flow, or not. */
static void
dir_settle(struct tcp_dir *d)
{
	struct tcp_talk		*t = d->t;
	const struct frame	*fr = rawflow_at(&t->raw, d->client);
	struct wire		*to = tcp_wire(t->s, !d->client);

	if (!fr->dropped && fr->data->n != 0)
		wire_write_blob(to, fr->data, 0, fr->data->n);
	rawflow_settle(&t->raw, d->client);
}

static void
on_message(void *arg, const struct hookcall *c)
{
	struct tcp_dir	*d = arg;
	struct tcp_talk	*t = d->t;

	if (!tcp_heed(t, c))
		return;
	rawflow_take(&t->raw, d->client, c);
	dir_settle(d);
	session_later(t->s);
}

/* Takes the data. */
static void
dir_pass(struct tcp_dir *d, struct blob *data, bool injected)
{
	struct tcp_talk	*t = d->t;

	if (rawflow_add(&t->raw, d->client, data, injected))
		rawflow_ask(&t->raw, HOOK_tcp_message, &d->query, on_message,
		    d);
	else
		dir_settle(d);
}

static void
dir_pass_run(struct tcp_dir *d, struct sp b)
{
	if (rawflow_is_full(&d->t->raw, b.n))
		wire_write(tcp_wire(d->t->s, !d->client), b);
	else
		dir_pass(d, blob_of(b), false);
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
	    s->tcp->raw.flow->id == id);
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
	rawflow_kill(&s->tcp->raw);
	session_close(s);
	return (true);
}

void
tcp_lost(struct session *s, bool client, const struct why *why)
{
	struct tcp_talk	*t = s->tcp;

	/* Who has heard the other out may go as it likes. */
	if (t != NULL && !t->dir[!client].ended && t->raw.flow->error == NULL)
		flow_set_error(t->raw.flow, why->text);
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
	flow_set_server(t->raw.flow, NULL);
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
	rawflow_init(&t->raw, s->node, FLOW_TCP, tcp_conns, t);
	rawflow_report(&t->raw);
	/* Who is asked about it may send main there. */
	node_flush(s->node);
	if (hooks_wanted(s->cfg->hooks, HOOK_tcp_start))
		rawflow_ask(&t->raw, HOOK_tcp_start, &t->start, on_start, t);
}

static void
dir_fini(struct tcp_dir *d)
{
	struct tcp_inject	*in;

	if (d->query != NULL)
		rawflow_settle(&d->t->raw, d->client);
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

	if (t == NULL)
		return;
	query_forget(&t->start);
	dir_fini(&t->dir[0]);
	dir_fini(&t->dir[1]);
	if (t->raw.flow->error == NULL && s->peer != NULL &&
	    s->peer->step == SV_FAILED)
		flow_set_error(t->raw.flow, s->peer->why.text);
	rawflow_end(&t->raw);
	s->tcp = NULL;
	rawflow_fini(&t->raw);
	free(t);
}
