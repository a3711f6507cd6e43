#include <stdlib.h>

#include "base/date.h"
#include "base/mem.h"
#include "proxy/session_int.h"

/* What an exchange does to the world: the verbs of struct exch_out over
 * HTTP/1, and the questions to deciders. */

void
session_flow_conns(struct session *s, struct flow *f, struct server *sv)
{
	flow_set_client(f, conn_ref(s->conn));
	if (sv != NULL)
		flow_set_server(f, conn_ref(sv->conn));
}

/* --- begin and end ------------------------------------------------------- */

static struct stream *
stream_new(struct session *s, struct flow *f)
{
	struct stream	*st = xcalloc(1, sizeof(*st));

	st->s = s;
	st->x = exch_new(&stream_out, st, s->cfg, f);
	st->x->client_bits = s->client_bits;
	LIST_INSERT_HEAD(&s->streams, st, link);
	return (st);
}

struct stream *
stream_begin(struct session *s, struct head *h, bool more, bool stays)
{
	struct exch_in	 in = {
		.kind = IN_REQ_HEAD, .head = h, .more = more
	};
	struct flow	*f = flow_new(FLOW_HTTP);
	struct stream	*st;

	f->shard = (uint16_t)s->node->shard->index;
	session_flow_conns(s, f, NULL);
	st = stream_new(s, f);
	flow_unref(f);
	st->req_more = more;
	st->stays = stays;
	node_announce(s->node, st);
	exch_input(st->x, &in);
	return (st);
}

struct stream *
stream_replay(struct session *s, struct flow *f)
{
	struct stream	*st = stream_new(s, f);

	st->req_read = true;
	return (st);
}

void
stream_lose_client(struct stream *st)
{
	struct exch_in	in = { .kind = IN_REQ_LOST };
	struct why	why;

	(void)fail(&why, ERR_CLIENT_LOST, "%s", err_text(ERR_CLIENT_LOST));
	in.why = &why;
	exch_input(st->x, &in);
}

static void
ask_forget(struct stream *st)
{
	if (st->ask == NULL)
		return;
	st->ask->st = NULL;	/* it is freed when its answer comes */
	st->ask = NULL;
}

void
stream_end(struct stream *st)
{
	struct session	*s = st->s;
	struct exch	*x = st->x;
	bool		 whole = x->rq == RQ_sent && x->rs == RS_sent &&
	    !x->answered;
	bool		 last = s->client == NULL || !st->stays ||
	    !st->req_read;

	ask_forget(st);
	node_unannounce(s->node, st);
	if (st->sv != NULL && s->step != S_RELAY)
		server_release(st->sv, whole);
	else if (st->sv != NULL)
		st->sv->st = NULL;
	s->client_bits = x->client_bits;
	exch_free(x);
	LIST_REMOVE(st, link);
	if (s->st == st)
		s->st = NULL;
	free(st);
	if (last && s->step != S_RELAY)
		session_close(s);
}

/* --- asking -------------------------------------------------------------- */

static void
on_answer(struct post *p)
{
	struct ask	*a = (struct ask *)(void *)p;
	struct stream	*st = a->st;
	struct exch_in	 in = { .kind = IN_DECIDED, .call = a->call };
	struct session	*s;

	if (st != NULL) {
		s = st->s;
		st->ask = NULL;
		exch_input(st->x, &in);
		session_turn(s);
	}
	hookcall_free(a->call);
	free(a);
}

/* On the decider's thread. */
static void
call_back(struct hookcall *c)
{
	struct ask	*a = c->asker;

	loop_post(a->loop, &a->post);
}

static void
out_ask(void *arg, enum hook h)
{
	struct stream	*st = arg;
	struct session	*s = st->s;
	struct ask	*a = xcalloc(1, sizeof(*a));

	if (st->sv != NULL)
		session_flow_conns(s, st->x->flow, st->sv);
	a->post.fn = on_answer;
	a->loop = s->node->loop;
	a->call = hookcall_new(h, flow_dup(st->x->flow, true));
	a->call->back = call_back;
	a->call->asker = a;
	if (hook_may_hold(h)) {
		a->st = st;
		st->ask = a;
	}
	hook_run(s->cfg->hooks, a->call);
}

/* --- towards the server -------------------------------------------------- */

void
stream_server_ready(struct stream *st, struct server *sv)
{
	struct exch_in	in = { .kind = IN_OPENED };
	struct why	why = sv->why;	/* sv goes while it is read */

	session_flow_conns(st->s, st->x->flow, sv);
	if (sv->step == SV_FAILED) {
		in.kind = IN_OPEN_FAILED;
		in.why = &why;
		exch_input(st->x, &in);
		return;
	}
	sv->step = SV_BUSY;
	sv->uses++;
	sv->answered = false;
	sv->keeps = true;
	exch_input(st->x, &in);
}

static void
out_open(void *arg, bool fresh)
{
	struct stream		*st = arg;
	struct session		*s = st->s;
	const struct head	*h = st->x->flow->request->head;
	bool			 tls = sp_is(h->scheme, "https");
	char			*host = xspdup(h->host);
	struct server		*sv;

	sv = fresh ? NULL : server_find(s, host, h->port, tls);
	if (sv == NULL && !fresh && tls && st->s->host != NULL) {
		/* connected for CONNECT, not yet under TLS */
		sv = server_find(s, host, h->port, false);
		if (sv != NULL && sv->step == SV_IDLE && sv->uses == 0)
			server_start_tls(sv);
		else
			sv = NULL;
	}
	if (sv == NULL)
		sv = server_open(s, host, h->port, tls);
	st->sv = sv;
	sv->st = st;
	free(host);
	if (sv->step == SV_IDLE || sv->step == SV_FAILED)
		stream_server_ready(st, sv);
}

static void
write_copy(void *arg, struct sp b)
{
	wire_write(arg, b);
}

static void
write_blob(void *arg, struct blob *b, size_t off, size_t n)
{
	wire_write_blob(arg, b, off, n);
}

static void
put_to(struct put *p, struct wire *w)
{
	p->write = write_copy;
	p->blob = write_blob;
	p->arg = w;
}

static void
out_req_head(void *arg, const struct msg *m)
{
	struct stream	*st = arg;

	h1_expect(&st->sv->h1, m->head->method);
	put_to(&st->to_server, st->sv->wire);
	put_request(&st->to_server, m);
}

static void
out_req_data(void *arg, struct sp d, struct blob *b)
{
	struct stream	*st = arg;

	put_data(&st->to_server, d, b);
}

static void
out_req_end(void *arg, const struct head *trailers)
{
	struct stream	*st = arg;

	put_end(&st->to_server, trailers);
}

static void
out_server_abort(void *arg)
{
	struct stream	*st = arg;

	if (st->sv != NULL)
		server_release(st->sv, false);
}

/* --- towards the client -------------------------------------------------- */

static void
out_res_head(void *arg, const struct msg *m)
{
	struct stream	*st = arg;

	if (st->s->client == NULL)
		return;
	put_to(&st->to_client, st->s->client);
	if (!put_response(&st->to_client, m, st->x->flow->request->head))
		st->stays = false;
	if (!m->complete)
		node_announce(st->s->node, st);
}

static void
out_res_data(void *arg, struct sp d, struct blob *b)
{
	struct stream	*st = arg;

	if (st->s->client != NULL)
		put_data(&st->to_client, d, b);
}

static void
out_res_end(void *arg, const struct head *trailers)
{
	struct stream	*st = arg;

	if (st->s->client != NULL)
		put_end(&st->to_client, trailers);
}

static void
out_res_interim(void *arg, const struct head *h)
{
	struct stream	*st = arg;

	/* RFC 9110 15.2: never to an HTTP/1.0 client */
	if (st->s->client == NULL || !head_is_11(st->x->flow->request->head))
		return;
	put_to(&st->to_client, st->s->client);
	put_head(&st->to_client, h);
}

/* A cut body must look cut: where its end is the connection's, only a
 * reset says that. */
static void
out_res_abort(void *arg)
{
	struct stream	*st = arg;

	st->stays = false;
	st->s->refused = true;
	if (st->s->client == NULL)
		return;
	if (!st->x->res_sent)
		wire_close(st->s->client, false);
	else if (st->to_client.frame == H1_CLOSE)
		wire_reset(st->s->client);
	else
		return;
	st->s->client = NULL;
}

static void
out_upgrade(void *arg)
{
	struct stream	*st = arg;

	relay_begin(st->s, st->sv);
}

static void
out_changed(void *arg)
{
	struct stream	*st = arg;

	if (st->sv != NULL)
		session_flow_conns(st->s, st->x->flow, st->sv);
	node_report(st->s->node, st->x->flow, st->x->over);
	st->x->flow->marks_fresh = false;
}

/* The pump that is on the stack sees that x is over. */
static void
out_done(void *arg)
{
	struct stream	*st = arg;

	session_later(st->s);
}

const struct exch_out stream_out = {
	.ask = out_ask,
	.open = out_open,
	.req_head = out_req_head,
	.req_data = out_req_data,
	.req_end = out_req_end,
	.res_head = out_res_head,
	.res_data = out_res_data,
	.res_end = out_res_end,
	.res_interim = out_res_interim,
	.res_abort = out_res_abort,
	.server_abort = out_server_abort,
	.upgrade = out_upgrade,
	.changed = out_changed,
	.done = out_done,
};
