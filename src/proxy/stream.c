#include <stdlib.h>

#include "base/date.h"
#include "base/mem.h"
#include "codec/h2_head.h"
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

/* Who is asked may want to know where it goes before anybody serves it:
 * where all of this client's go, if that is known. */
static void
stream_show_server(struct stream *st)
{
	struct session	*s = st->s;
	struct flow	*f = st->x->flow;

	if (st->sv != NULL)
		session_flow_conns(s, f, st->sv);
	else if (f->server == NULL)
		flow_set_server(f, session_far_end(s, false));
}

/* --- begin and end ------------------------------------------------------- */

static struct stream *
stream_new(struct session *s, struct flow *f)
{
	struct stream	*st = xcalloc(1, sizeof(*st));

	st->s = s;
	st->x = exch_new(&stream_out, st, s->cfg, f);
	st->x->client_bits = s->client_bits;
	inbox_init(&st->req_in);
	inbox_init(&st->res_in);
	LIST_INSERT_HEAD(&s->streams, st, link);
	return (st);
}

static struct stream *
stream_start(struct session *s, const struct arrival *a)
{
	struct exch_in	 in = {
		.kind = IN_REQ_HEAD, .head = a->head, .more = a->more
	};
	struct flow	*f = flow_new(FLOW_HTTP);
	struct stream	*st;

	f->shard = (uint16_t)s->node->shard->index;
	session_flow_conns(s, f, NULL);
	st = stream_new(s, f);
	flow_unref(f);
	st->id = a->id;
	st->x->client_bits |= a->bits & CFG_HEAD_BITS;
	st->req_more = a->more;
	/* It may be answered at once; its end, which the decoder tells
	 * later, is then nobody's. */
	st->req_read = !a->more;
	st->stays = true;
	node_announce(s->node, st);
	exch_input(st->x, &in);
	return (st);
}

struct stream *
stream_begin(struct session *s, const struct arrival *a, bool stays)
{
	struct stream	*st = stream_start(s, a);

	st->stays = st->stays && stays;
	return (st);
}

struct stream *
stream_begin_h2(struct session *s, const struct arrival *a)
{
	struct stream	*st = stream_start(s, a);

	if (a->req_in != NULL)
		inbox_move(&st->req_in, a->req_in);
	st->req_read = true;	/* the codec reads, whatever we do */
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

void
stream_lose_server(struct stream *st, bool stale, const struct why *why)
{
	struct exch_in	in = {
		.kind = IN_RES_LOST, .stale = stale, .why = why,
		.whole = st->res_whole
	};

	st->lost = false;
	if (!st->res_whole)
		inbox_fini(&st->res_in);
	exch_input(st->x, &in);
}

static void
ask_forget(struct stream *st)
{
	/* they are freed when their answers come */
	if (st->ask != NULL)
		st->ask->st = NULL;
	if (st->req_ask != NULL)
		st->req_ask->st = NULL;
	st->ask = st->req_ask = NULL;
}

void
stream_end(struct stream *st)
{
	struct session	*s = st->s;
	struct exch	*x = st->x;
	bool		 whole = x->rq == RQ_sent && x->rs == RS_sent &&
	    !x->answered && !st->cut;
	bool		 last = s->client == NULL || (s->h2 == NULL &&
	    (!st->stays || !st->req_read));

	ask_forget(st);
	node_unannounce(s->node, st);
	node_ungrow(s->node, st);
	if (st->sv != NULL && s->step != S_RELAY)
		server_release(st->sv, st, whole);
	else if (st->sv != NULL)
		st->sv->st = NULL;
	s->client_bits |= x->client_bits & ~CFG_HEAD_BITS;
	/* RFC 9113 8.1: an answer that did not need all of its request */
	if (s->h2 != NULL && !st->gone && x->rq != RQ_sent)
		h2_reset(s->h2, st->id, H2_NO_ERROR);
	exch_free(x);
	inbox_fini(&st->req_in);
	inbox_fini(&st->res_in);
	via_fini(&st->via);
	LIST_REMOVE(st, link);
	if (s->st == st)
		s->st = NULL;
	free(st);
	if (last && s->step != S_RELAY)
		session_close(s);
}

/* --- asking -------------------------------------------------------------- */

static struct ask **
ask_slot(struct stream *st, enum hook h)
{
	return (hook_of_request(h) ? &st->req_ask : &st->ask);
}

static void
on_answer(struct post *p)
{
	struct ask	*a = (struct ask *)(void *)p;
	struct stream	*st = a->st;
	struct exch_in	 in = { .kind = IN_DECIDED, .call = a->call };
	struct session	*s;

	if (st != NULL) {
		s = st->s;
		*ask_slot(st, a->call->hook) = NULL;
		if ((a->call->verdict & HV_CONN) != 0)
			stream_take_via(st, a->call);
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
	struct ask	*a;

	if (h == HOOK_error) {		/* when it is over */
		st->failed = true;
		return;
	}
	a = xcalloc(1, sizeof(*a));
	stream_show_server(st);
	a->post.fn = on_answer;
	a->loop = s->node->loop;
	a->call = hookcall_new(h, flow_dup(st->x->flow, true));
	a->call->back = call_back;
	a->call->asker = a;
	a->call->shown = st->x->passing;
	if (st->x->piece != NULL)
		a->call->data = blob_ref(st->x->piece);
	a->st = st;
	*ask_slot(st, h) = a;
	hook_run(s->cfg->hooks, a->call);
}

/* --- towards the server -------------------------------------------------- */

void
stream_take_server(struct stream *st, struct server *sv)
{
	st->sv = sv;
	if (sv->h2 == NULL)
		sv->st = st;
	if (sv->step == SV_IDLE || sv->step == SV_FAILED)
		stream_server_ready(st, sv);
}

void
stream_server_ready(struct stream *st, struct server *sv)
{
	struct exch_in	in = { .kind = IN_OPENED };
	struct why	why = sv->why;	/* sv goes while it is read */

	server_mirror_h2(sv);
	if (sv->h2 != NULL && stream_is_socket(st)) {
		sv->st = NULL;
		stream_take_server(st, xconnect_open(st->s, sv));
		return;
	}

	session_flow_conns(st->s, st->x->flow, sv);
	if (sv->step == SV_FAILED) {
		in.kind = IN_OPEN_FAILED;
		in.why = &why;
		exch_input(st->x, &in);
		return;
	}
	stream_fit_login(st, sv);
	sv->uses++;
	if (sv->h2 != NULL) {
		sv->st = NULL;
		sv->nstreams++;
	} else {
		sv->step = SV_BUSY;
		sv->answered = false;
		sv->keeps = true;
	}
	exch_input(st->x, &in);
}

static void
out_open(void *arg, bool fresh)
{
	stream_seek(arg, fresh);
}

void
to_wire(void *wire, struct sp b)
{
	wire_write(wire, b);
}

void
blob_to_wire(void *wire, struct blob *b, size_t off, size_t n)
{
	wire_write_blob(wire, b, off, n);
}

static void
put_to(struct put *p, struct wire *w)
{
	p->write = to_wire;
	p->blob = blob_to_wire;
	p->arg = w;
}

static void
out_req_head(void *arg, const struct msg *m)
{
	struct stream	*st = arg;
	struct server	*sv = st->sv;

	if (sv->h2 != NULL) {
		st->sid = h2_request(sv->h2, m->head);
		return;
	}
	h1_expect(&sv->h1, m->head->method);
	if (sv->xconnect != NULL) {
		xconnect_ask(sv, m);
		return;
	}
	put_to(&st->to_server, sv->wire);
	if (sv->absolute)
		put_absolute(&st->to_server, m);
	else
		put_request(&st->to_server, m);
}

static void
out_req_data(void *arg, struct sp d, struct blob *b)
{
	struct stream	*st = arg;

	if (st->sv->h2 != NULL)
		(void)h2_data(st->sv->h2, st->sid, d, b);
	else
		put_data(&st->to_server, d, b);
}

static void
out_req_end(void *arg, const struct head *trailers)
{
	struct stream	*st = arg;

	if (st->sv->h2 != NULL)
		h2_end(st->sv->h2, st->sid, trailers);
	else if (!put_end(&st->to_server, trailers)) {
		st->cut = true;
		wire_end_write(st->sv->wire);
	}
}

static void
out_server_abort(void *arg)
{
	struct stream	*st = arg;

	st->seeks = false;
	if (st->sv != NULL)
		server_release(st->sv, st, false);
}

/* --- towards the client -------------------------------------------------- */

static void
out_res_head(void *arg, const struct msg *m)
{
	struct stream	*st = arg;
	struct session	*s = st->s;

	if (s->client == NULL || st->gone)
		return;
	if (s->h2 != NULL)
		h2_respond(s->h2, st->id, m->head);
	else {
		put_to(&st->to_client, s->client);
		if (!put_response(&st->to_client, m,
		    st->x->flow->request->head))
			st->stays = false;
	}
	if (!m->complete)
		node_announce(s->node, st);
}

static void
out_res_data(void *arg, struct sp d, struct blob *b)
{
	struct stream	*st = arg;

	if (st->s->client == NULL || st->gone)
		return;
	if (st->s->h2 != NULL)
		(void)h2_data(st->s->h2, st->id, d, b);
	else
		put_data(&st->to_client, d, b);
}

static void
out_res_end(void *arg, const struct head *trailers)
{
	struct stream	*st = arg;

	if (st->s->client == NULL || st->gone)
		return;
	if (st->s->h2 != NULL)
		h2_end(st->s->h2, st->id, trailers);
	else if (!put_end(&st->to_client, trailers))
		st->stays = false;
}

static void
out_res_interim(void *arg, const struct head *h)
{
	struct stream	*st = arg;
	struct head	*mine;

	if (st->s->client == NULL || st->gone)
		return;
	if (st->s->h2 != NULL) {
		h2_respond(st->s->h2, st->id, h);
		return;
	}
	/* RFC 9110 15.2: never to an HTTP/1.0 client */
	if (!head_is_11(st->x->flow->request->head))
		return;
	put_to(&st->to_client, st->s->client);
	mine = sp_starts(h->version, "HTTP/2") ? h2_head_to_h1(h, H2_MUTED) :
	    head_ref(h);
	put_head(&st->to_client, mine);
	head_unref(mine);
}

/* A cut body must look cut: where its end is the connection's, only a
 * reset says that. */
static void
out_res_abort(void *arg)
{
	struct stream	*st = arg;

	if (st->s->h2 != NULL) {
		if (st->s->client != NULL && !st->gone) {
			/* What has come goes out in front of it. */
			(void)h2_pump(st->s->h2, H2_TURN);
			h2_reset(st->s->h2, st->id, st->code != 0 ? st->code :
			    H2_INTERNAL_ERROR);
		}
		st->gone = true;
		return;
	}
	st->stays = false;
	st->s->refused = true;
	if (st->s->client == NULL)
		return;
	if (!st->x->res_sent)
		wire_close(st->s->client, false);
	else if (st->to_client.frame == H1_CLOSE) {
		if (st->s->within != NULL)
			st->s->within->broken = true;
		wire_reset(st->s->client);
	} else
		return;
	st->s->client = NULL;
}

static void
out_upgrade(void *arg)
{
	struct stream	*st = arg;

	if (st->sv == NULL) {	/* it went while its answer was held */
		session_close(st->s);
		return;
	}
	if (st->s->h2 != NULL || st->sv->h2 != NULL)
		return;
	st->x->goes_on = ws_begin(st->s, st->x->flow);
	relay_begin(st->s, st->sv);
}

static void
out_changed(void *arg)
{
	struct stream	*st = arg;
	struct flow	*f = st->x->flow;
	bool		 done = st->x->over && !st->x->goes_on;

	if (st->sv != NULL)
		session_flow_conns(st->s, f, st->sv);
	if (done && st->failed)
		node_end(st->s->node, f, HOOK_error);
	else
		node_report(st->s->node, f, done);
	st->x->flow->marks_fresh = false;
}

static void
out_grew(void *arg)
{
	struct stream	*st = arg;

	node_grew(st->s->node, st);
}

/* The pump that is on the stack sees that x is over. */
static void
out_done(void *arg)
{
	struct stream	*st = arg;

	session_later(st->s);
}

bool
stream_client_is_full(const struct stream *st)
{
	const struct session	*s = st->s;

	if (s->client == NULL)
		return (false);
	if (s->h2 != NULL)
		return (h2_queued(s->h2, st->id) > H2_QUEUE_HIGH);
	return (wire_out_len(s->client) > WIRE_HIGH);
}

bool
stream_server_is_full(const struct stream *st)
{
	const struct server	*sv = st->sv;

	if (sv == NULL || sv->wire == NULL)
		return (false);
	if (sv->h2 != NULL)
		return (h2_queued(sv->h2, st->sid) > H2_QUEUE_HIGH);
	return (wire_out_len(sv->wire) > WIRE_HIGH);
}

/* --- what came before it could be taken ---------------------------------- */

/* One thing out of an inbox; false: nothing that can be taken now. */
static bool
feed_request(struct stream *st)
{
	struct exch_in	 in = { .kind = IN_REQ_DATA };
	struct inbox	*b = &st->req_in;

	if (!exch_takes_request(st->x))
		return (false);
	if (inbox_has_data(b)) {
		if (stream_server_is_full(st))
			return (false);
		in.data = inbox_front(b);
		exch_input(st->x, &in);
		h2_consumed(st->s->h2, st->id, in.data.n);
		inbox_took(b);
		return (true);
	}
	if (b->trailers != NULL) {
		in.kind = IN_REQ_TRAILERS;
		in.head = b->trailers;
		b->trailers = NULL;
	} else if (b->end) {
		in.kind = IN_REQ_END;
		b->end = false;
	} else
		return (false);
	exch_input(st->x, &in);
	return (true);
}

static bool
feed_response(struct stream *st)
{
	struct exch_in	 in = { .kind = IN_RES_DATA };
	struct inbox	*b = &st->res_in;
	struct server	*sv = st->sv;

	if ((sv == NULL ? !st->res_whole : sv->h2 == NULL) ||
	    !exch_takes_response(st->x))
		return (false);
	if (inbox_has_data(b)) {
		if (stream_client_is_full(st))
			return (false);
		in.data = inbox_front(b);
		if (sv != NULL)
			h2_consumed(sv->h2, st->sid, in.data.n);
		exch_input(st->x, &in);
		inbox_took(b);
		return (true);
	}
	if (b->trailers != NULL) {
		in.kind = IN_RES_TRAILERS;
		in.head = b->trailers;
		b->trailers = NULL;
	} else if (b->end && st->res_more) {
		in.kind = IN_RES_END;
		b->end = false;
	} else
		return (false);
	exch_input(st->x, &in);
	return (true);
}

void
stream_feed(struct stream *st)
{
	if (st->s->h2 != NULL)
		while (feed_request(st))
			;
	while (feed_response(st))
		;
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
	.grew = out_grew,
	.done = out_done,
};
