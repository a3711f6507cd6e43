#include "proxy/udptalk.h"

#include <errno.h>
#include <stdlib.h>

#include "base/mem.h"
#include "proxy/rawflow.h"
#include "proxy/udpqueue.h"
#include "proxy/udpup.h"

/*
 *	ASKED --udp_start is answered--> REACHING --server--> OPEN
 *	  |                                  |                 |
 *	  |  killed, no server, nobody there |                 |
 *	  `----------------------------------+-----------------+--> CLOSING
 *
 *	CLOSING --> udp_end or udp_error --killed--> DEAD --client goes--> freed
 *	                                 `---------------------------------^
 *
 * Either direction for itself: while somebody decides about a datagram of
 * it, those behind that wait in a queue.
 */
enum talk_step { T_ASKED, T_REACHING, T_OPEN, T_CLOSING, T_DEAD };

struct udpdir {
	struct udptalk	*t;
	bool		 client;	/* it is the client that speaks */
	struct query	*query;		/* the answer awaited */
	struct udpqueue	 queue;
};

struct udptalk {
	LIST_ENTRY(udptalk) link;
	struct udptalk_port *port;
	struct udpclient *client;
	struct dgram_peer peer;		/* of its last datagram */
	enum talk_step	 step;
	bool		 hidden;	/* no flow, no hooks: left alone */
	struct rawflow	 raw;
	struct udpup	*up;
	struct query	*start;
	struct udpdir	 dir[2];	/* [1]: the client's */
	struct timer	*end;		/* runs when CLOSING */
};

static bool
is_over(const struct udptalk *t)
{
	return (t->step == T_CLOSING || t->step == T_DEAD);
}

static void
talk_conns(void *arg)
{
	struct udptalk	*t = arg;

	flow_set_client(t->raw.flow, conn_ref(t->client->conn));
	flow_set_server(t->raw.flow, conn_ref(udpup_conn(t->up)));
}

/* --- the end ------------------------------------------------------------- */

/* From wherever we stand: the rest is done when nobody does. */
static void
talk_close(struct udptalk *t)
{
	t->step = T_CLOSING;
	udpup_close(t->up);
	timer_set_ms(t->end, 0);
}

void
udptalk_kill(struct udptalk *t)
{
	rawflow_kill(&t->raw);
	talk_close(t);
}

static void
dir_fini(struct udpdir *d)
{
	if (d->query != NULL)
		rawflow_settle(&d->t->raw, d->client);
	query_forget(&d->query);
	udpqueue_fini(&d->queue);
}

/* The flow is over. */
static void
talk_bury(struct udptalk *t)
{
	if (t->step == T_DEAD)
		return;
	t->step = T_DEAD;
	query_forget(&t->start);
	dir_fini(&t->dir[0]);
	dir_fini(&t->dir[1]);
	udpup_close(t->up);
	if (!t->hidden)
		rawflow_end(&t->raw);
}

static void
on_end(void *arg)
{
	struct udptalk	*t = arg;

	if (t->raw.flow->killed)
		talk_bury(t);
	else
		udpclient_leave(t->client);
}

void
udptalk_free(struct udptalk *t)
{
	talk_bury(t);
	LIST_REMOVE(t, link);
	udpup_free(t->up);
	rawflow_fini(&t->raw);
	timer_free(t->end);
	free(t);
}

/* --- asking -------------------------------------------------------------- */

/* False: it goes no further. */
static bool
talk_heed(struct udptalk *t, const struct hookcall *c)
{
	if (is_over(t))
		return (false);
	if (rawflow_heed(&t->raw, c))
		return (true);
	talk_close(t);
	return (false);
}

/* --- datagrams ----------------------------------------------------------- */

static void
dir_send(struct udpdir *d, struct sp data)
{
	struct udptalk	*t = d->t;
	struct why	 why;
	int		 r;

	if (d->client)
		r = udpup_send(t->up, data, &why);
	else if (t->port->send(t->port->arg, &t->peer, data) == EMSGSIZE)
		r = fail(&why, ERR_LIMIT, "%zu bytes are more than a "
		    "datagram can be", data.n);
	else
		return;
	if (r == -1)
		udpclient_lost(t->client, &why);
}

/* It goes on as it is in the flow, or not. */
static void
dir_settle(struct udpdir *d)
{
	struct udptalk		*t = d->t;
	const struct frame	*fr = rawflow_at(&t->raw, d->client);

	if (!fr->dropped)
		dir_send(d, blob_sp(fr->data));
	rawflow_settle(&t->raw, d->client);
}

static void dir_move(struct udpdir *);

static void
on_message(void *arg, const struct hookcall *c)
{
	struct udpdir	*d = arg;

	if (!talk_heed(d->t, c))
		return;
	rawflow_take(&d->t->raw, d->client, c);
	dir_settle(d);
	dir_move(d);
}

/* Nobody sees what passes. */
static bool
passes_by(const struct udptalk *t, size_t n)
{
	return (t->hidden || rawflow_is_full(&t->raw, n));
}

/* Takes the blob. */
static void
dir_pass(struct udpdir *d, struct blob *data, bool injected)
{
	struct udptalk	*t = d->t;

	if (passes_by(t, data->n)) {
		dir_send(d, blob_sp(data));
		blob_unref(data);
	} else if (rawflow_add(&t->raw, d->client, data, injected))
		rawflow_ask(&t->raw, HOOK_udp_message, &d->query, on_message,
		    d);
	else
		dir_settle(d);
}

static bool
dir_is_free(const struct udpdir *d)
{
	return (d->t->step == T_OPEN && d->query == NULL);
}

static void
dir_move(struct udpdir *d)
{
	struct blob	*data;
	bool		 injected;

	while (dir_is_free(d) &&
	    (data = udpqueue_take(&d->queue, &injected)) != NULL)
		dir_pass(d, data, injected);
}

static int
dir_got(struct udpdir *d, struct sp data, struct why *why)
{
	if (is_over(d->t))
		return (0);
	if (!dir_is_free(d) || d->queue.n != 0)
		return (udpqueue_add(&d->queue, blob_of(data), false, why));
	if (passes_by(d->t, data.n))
		dir_send(d, data);
	else
		dir_pass(d, blob_of(data), false);
	return (0);
}

int
udptalk_got(struct udptalk *t, const struct dgram_peer *peer, struct sp data,
    struct why *why)
{
	t->peer = *peer;
	return (dir_got(&t->dir[1], data, why));
}

void
udptalk_inject(struct udptalk *t, bool from_client, struct blob *data)
{
	struct udpdir	*d = &t->dir[from_client];
	struct why	 why;

	if (udpqueue_add(&d->queue, data, true, &why) == -1)
		udpclient_lost(t->client, &why);
	dir_move(d);
}

/* --- the server ---------------------------------------------------------- */

static void
on_ready(void *arg)
{
	struct udptalk	*t = arg;

	t->step = T_OPEN;
	if (!t->hidden)
		rawflow_news(&t->raw);
	dir_move(&t->dir[1]);
	dir_move(&t->dir[0]);
}

static void
on_got(void *arg, struct sp data)
{
	struct udptalk	*t = arg;
	struct why	 why;

	udpclient_touch(t->client);
	if (dir_got(&t->dir[0], data, &why) == -1)
		udpclient_lost(t->client, &why);
	if (node_is_behind(t->port->node))
		udpup_pause(t->up, true);
}

static void
on_failed(void *arg, const struct why *why)
{
	struct udptalk		*t = arg;
	const struct place	*to = &udpup_conn(t->up)->address;
	struct why		 said = *why;

	(void)fail_prefix(&said, "Server connection to %.120s:%u failed: ",
	    to->host, to->port);
	udpclient_log(t->client, LOG_WARN, said.text);
	flow_set_error(t->raw.flow, why->text);
	talk_close(t);
}

static const struct udpup_ops	up_ops = {
	.ready = on_ready,
	.got = on_got,
	.failed = on_failed,
};

/* --- the beginning ------------------------------------------------------- */

static void
talk_reach(struct udptalk *t)
{
	t->step = T_REACHING;
	udpup_reach(t->up, t->client->conn);
}

static void
on_start(void *arg, const struct hookcall *c)
{
	struct udptalk	*t = arg;

	if (!talk_heed(t, c))
		return;
	if ((c->verdict & HV_CONN) != 0)
		udpup_move(t->up, &c->server->address);
	talk_reach(t);
}

static void
talk_begin(struct udptalk *t)
{
	const struct cfg	*cfg = t->port->node->cfg;
	const struct place	*to = &t->port->to;

	t->hidden = !cfg->show_ignored &&
	    cfg_ignores(cfg, to->host, to->port, NULL);
	if (!t->hidden) {
		rawflow_report(&t->raw);
		/* Who is asked about it may send main there. */
		node_flush(t->port->node);
	}
	if (!t->hidden && hooks_wanted(cfg->hooks, HOOK_udp_start))
		rawflow_ask(&t->raw, HOOK_udp_start, &t->start, on_start, t);
	else
		talk_reach(t);
}

struct udptalk *
udptalk_new(struct udptalk_port *p, struct udpclient *client)
{
	struct udptalk	*t = xcalloc(1, sizeof(*t));
	unsigned	 i;

	t->port = p;
	t->client = client;
	for (i = 0; i < 2; i++) {
		t->dir[i].t = t;
		t->dir[i].client = i == 1;
		udpqueue_init(&t->dir[i].queue, &p->waiting);
	}
	LIST_INSERT_HEAD(&p->talks, t, link);
	t->end = timer_new(p->node->loop, on_end, t);
	t->up = udpup_new(p->node, &p->to, &up_ops, t);
	rawflow_init(&t->raw, p->node, FLOW_UDP, talk_conns, t);
	talk_begin(t);
	return (t);
}

bool
udptalk_waits(const struct udptalk *t)
{
	return (t->step < T_OPEN || t->dir[0].query != NULL ||
	    t->dir[1].query != NULL);
}

void
udptalk_resume(const struct udptalk_port *p)
{
	struct udptalk	*t;

	LIST_FOREACH(t, &p->talks, link)
		udpup_pause(t->up, false);
}

struct udptalk *
udptalk_find(const struct udptalk_port *p, uint64_t id)
{
	struct udptalk	*t;

	LIST_FOREACH(t, &p->talks, link)
		if (!is_over(t) && t->raw.flow->id == id)
			return (t);
	return (NULL);
}
