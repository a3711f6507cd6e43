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

void
exch_begin(struct session *s, struct head *h)
{
	struct exch_in	 in = {
		.kind = IN_REQ_HEAD, .head = h, .more = s->req_more
	};
	struct flow	*f = flow_new(FLOW_HTTP);

	f->shard = (uint16_t)s->node->shard->index;
	session_flow_conns(s, f, NULL);
	s->x = exch_new(&session_exch_out, s, s->cfg, f);
	flow_unref(f);
	s->x->client_bits = s->client_bits;
	s->client_stays = h1_keeps_alive(h, &s->h1.framing);
	node_announce(s->node, s);
	exch_input(s->x, &in);
}

void
ask_forget(struct session *s)
{
	if (s->ask == NULL)
		return;
	s->ask->s = NULL;	/* it is freed when its answer comes */
	s->ask = NULL;
}

void
exch_over(struct session *s)
{
	struct exch	*x = s->x;
	bool		 kept = x->rq == RQ_sent && x->rs == RS_sent &&
	    !x->answered;

	ask_forget(s);
	node_unannounce(s->node, s);
	if (s->sv != NULL && s->step != S_RELAY)
		server_release(s->sv, kept);
	s->x = NULL;
	s->client_bits = x->client_bits;
	exch_free(x);
	if (s->step == S_RELAY || s->step == S_CLOSING)
		return;
	if (s->client == NULL || !s->client_stays || !s->req_read)
		session_close(s);
}

/* --- asking -------------------------------------------------------------- */

static void
on_answer(struct post *p)
{
	struct ask	*a = (struct ask *)(void *)p;
	struct session	*s = a->s;
	struct exch_in	 in = { .kind = IN_DECIDED, .call = a->call };

	if (s != NULL) {
		s->ask = NULL;
		exch_input(s->x, &in);
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
	struct session	*s = CAST(session, arg, SESSION_MAGIC);
	struct ask	*a = xcalloc(1, sizeof(*a));

	if (s->sv != NULL)
		session_flow_conns(s, s->x->flow, s->sv);
	a->post.fn = on_answer;
	a->loop = s->node->loop;
	a->call = hookcall_new(h, flow_dup(s->x->flow, true));
	a->call->back = call_back;
	a->call->asker = a;
	if (hook_may_hold(h)) {
		a->s = s;
		s->ask = a;
	}
	hook_run(s->cfg->hooks, a->call);
}

/* --- towards the server -------------------------------------------------- */

void
exch_server_ready(struct session *s, struct server *sv)
{
	struct exch_in	in = { .kind = IN_OPENED };
	struct why	why = sv->why;	/* sv goes while it is read */

	session_flow_conns(s, s->x->flow, sv);
	if (sv->step == SV_FAILED) {
		in.kind = IN_OPEN_FAILED;
		in.why = &why;
		exch_input(s->x, &in);
		return;
	}
	sv->step = SV_BUSY;
	sv->uses++;
	sv->answered = false;
	sv->keeps = true;
	exch_input(s->x, &in);
}

static void
out_open(void *arg, bool fresh)
{
	struct session		*s = CAST(session, arg, SESSION_MAGIC);
	const struct head	*h = s->x->flow->request->head;
	bool			 tls = sp_is(h->scheme, "https");
	char			*host = xspdup(h->host);
	struct server		*sv;

	sv = fresh ? NULL : server_find(s, host, h->port, tls);
	if (sv == NULL && !fresh && tls && s->host != NULL) {
		/* connected for CONNECT, not yet under TLS */
		sv = server_find(s, host, h->port, false);
		if (sv != NULL && sv->step == SV_IDLE && sv->uses == 0)
			server_start_tls(sv);
		else
			sv = NULL;
	}
	if (sv == NULL)
		sv = server_open(s, host, h->port, tls);
	s->sv = sv;
	free(host);
	if (sv->step == SV_IDLE || sv->step == SV_FAILED)
		exch_server_ready(s, sv);
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
	struct session	*s = CAST(session, arg, SESSION_MAGIC);

	h1_expect(&s->sv->h1, m->head->method);
	put_to(&s->to_server, s->sv->wire);
	put_request(&s->to_server, m);
}

static void
out_req_data(void *arg, struct sp d, struct blob *b)
{
	struct session	*s = CAST(session, arg, SESSION_MAGIC);

	put_data(&s->to_server, d, b);
}

static void
out_req_end(void *arg, const struct head *trailers)
{
	struct session	*s = CAST(session, arg, SESSION_MAGIC);

	put_end(&s->to_server, trailers);
}

static void
out_server_abort(void *arg)
{
	struct session	*s = CAST(session, arg, SESSION_MAGIC);

	if (s->sv != NULL)
		server_release(s->sv, false);
}

/* --- towards the client -------------------------------------------------- */

static void
out_res_head(void *arg, const struct msg *m)
{
	struct session	*s = CAST(session, arg, SESSION_MAGIC);

	if (s->client == NULL)
		return;
	put_to(&s->to_client, s->client);
	if (!put_response(&s->to_client, m, s->x->flow->request->head))
		s->client_stays = false;
	if (!m->complete)
		node_announce(s->node, s);
}

static void
out_res_data(void *arg, struct sp d, struct blob *b)
{
	struct session	*s = CAST(session, arg, SESSION_MAGIC);

	if (s->client != NULL)
		put_data(&s->to_client, d, b);
}

static void
out_res_end(void *arg, const struct head *trailers)
{
	struct session	*s = CAST(session, arg, SESSION_MAGIC);

	if (s->client != NULL)
		put_end(&s->to_client, trailers);
}

static void
out_res_interim(void *arg, const struct head *h)
{
	struct session	*s = CAST(session, arg, SESSION_MAGIC);

	/* RFC 9110 15.2: never to an HTTP/1.0 client */
	if (s->client == NULL || !head_is_11(s->x->flow->request->head))
		return;
	put_to(&s->to_client, s->client);
	put_head(&s->to_client, h);
}

/* A cut body must look cut: where its end is the connection's, only a
 * reset says that. */
static void
out_res_abort(void *arg)
{
	struct session	*s = CAST(session, arg, SESSION_MAGIC);

	s->client_stays = false;
	s->refused = true;
	if (s->client == NULL)
		return;
	if (!s->x->res_sent || s->to_client.frame == H1_CLOSE) {
		wire_close(s->client, false);
		s->client = NULL;
	}
}

static void
out_upgrade(void *arg)
{
	struct session	*s = CAST(session, arg, SESSION_MAGIC);

	relay_begin(s, s->sv);
}

static void
out_changed(void *arg)
{
	struct session	*s = CAST(session, arg, SESSION_MAGIC);

	if (s->sv != NULL)
		session_flow_conns(s, s->x->flow, s->sv);
	node_report(s->node, s->x->flow, s->x->over);
	s->x->flow->marks_fresh = false;
}

/* The pump that is on the stack sees that x is over. */
static void
out_done(void *arg)
{
	struct session	*s = CAST(session, arg, SESSION_MAGIC);

	session_later(s);
}

const struct exch_out session_exch_out = {
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
