/*
 * stage - where plays are played: an exchange, the world's verbs, bytes
 * fed to it in pieces, and what came out.
 */
#ifndef TEST_STAGE_H
#define TEST_STAGE_H

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "codec/h1.h"
#include "proxy/exch.h"
#include "proxy/put.h"
#include "proxy/target.h"

struct play {
	const char	*file;
	unsigned	 line;
	unsigned	 seed;		/* 0: whole, 1: bytes, else random */
	struct cfg	*cfg;
	struct hooks	 hooks;
	struct exch	*x;
	struct h1	 client, server;
	bool		 client_more, server_more, server_up;
	struct put	 to_server, to_client;
	struct str	 server_out, client_out;
	size_t		 server_seen, client_seen;
	struct str	 client_in, server_in;	/* not used yet */
	hookbits	 wants;		/* hooks the script answers itself */
	enum hook	 asked;
	bool		 is_asked;
	bool		 is_ours;	/* the runner answers */
	bool		 shown;		/* about what has gone by */
	bool		 done, aborted, upgraded, quits;
	unsigned	 opens;
	bool		 opening;	/* an answer to open() is due */
	const char	*open_is;	/* "" it works, else why not; or NULL */

	/* how it is played */
	bool		 checks;	/* expectations count */
	bool		 holds;		/* every hook is asked, and says go */
	bool		 as_it_comes;	/* the script is about streaming */
	bool		 half;		/* of the bytes of the next word */
};

/* How one ended, to be the same in another way. */
struct outcome {
	struct str	 to_client, to_server;
	char		*error;		/* NULL: none */
};

static void
die(const struct play *p, const char *what, struct sp got)
{
	struct str	s;

	str_init(&s, STR_MAX);
	str_escape(&s, got);
	(void)fprintf(stderr, "%s:%u: (seed %u%s%s) %s: %s\n", p->file,
	    p->line, p->seed, p->holds ? ", held" : "",
	    p->checks ? "" : ", in part", what, str_c(&s));
	if (p->x != NULL) {
		str_clear(&s);
		exch_trace(p->x, &s);
		(void)fprintf(stderr, "trace: %s\n", str_c(&s));
	}
	exit(1);
}

/* --- the world's verbs --------------------------------------------------- */

static void
out_ask(void *arg, enum hook h)
{
	struct play	*p = arg;

	if (!hook_may_hold(h))
		return;
	p->asked = h;
	p->is_asked = true;
	p->shown = p->x->passing;
	p->is_ours = (p->wants & HOOK_BIT(h)) == 0;
}

static void
out_open(void *arg, bool fresh)
{
	struct play	*p = arg;

	(void)fresh;
	p->server_up = false;
	p->opening = true;
	h1_init(&p->server, true);
	if (p->opens++ != 0)
		str_clear(&p->server_in);	/* of the one before */
}

static void
out_req_head(void *arg, const struct msg *m)
{
	struct play	*p = arg;

	h1_expect(&p->server, m->head->method);
	put_request(&p->to_server, m);
}

static void
out_req_data(void *arg, struct sp d, struct blob *b)
{
	put_data(&((struct play *)arg)->to_server, d, b);
}

static void
out_req_end(void *arg, const struct head *t)
{
	put_end(&((struct play *)arg)->to_server, t);
}

static void
out_res_head(void *arg, const struct msg *m)
{
	struct play	*p = arg;

	(void)put_response(&p->to_client, m, p->x->flow->request->head);
}

static void
out_res_data(void *arg, struct sp d, struct blob *b)
{
	put_data(&((struct play *)arg)->to_client, d, b);
}

static void
out_res_end(void *arg, const struct head *t)
{
	put_end(&((struct play *)arg)->to_client, t);
}

static void
out_res_interim(void *arg, const struct head *h)
{
	put_head(&((struct play *)arg)->to_client, h);
}

static void
out_res_abort(void *arg)
{
	((struct play *)arg)->aborted = true;
}

static void
out_server_abort(void *arg)
{
	((struct play *)arg)->quits = true;
	((struct play *)arg)->server_up = false;
}

static void
out_upgrade(void *arg)
{
	((struct play *)arg)->upgraded = true;
}

static void
out_nothing(void *arg)
{
	(void)arg;
}

static void
out_done(void *arg)
{
	((struct play *)arg)->done = true;
}

static const struct exch_out play_out = {
	.ask = out_ask, .open = out_open, .req_head = out_req_head,
	.req_data = out_req_data, .req_end = out_req_end,
	.res_head = out_res_head, .res_data = out_res_data,
	.res_end = out_res_end, .res_interim = out_res_interim,
	.res_abort = out_res_abort, .server_abort = out_server_abort,
	.upgrade = out_upgrade, .changed = out_nothing, .done = out_done,
};

static void
write_str(void *arg, struct sp b)
{
	str_add(arg, b);
}

/* --- feeding ------------------------------------------------------------- */

static void
client_event(struct play *p, struct h1_ev *ev)
{
	struct target_ctx	ctx = { .scheme = "http" };
	struct exch_in		in = { .head = ev->head, .data = ev->data };
	struct why		why;

	if (ev->kind == H1_HEAD) {
		if (target_resolve(ev->head, &ctx, &why) == -1)
			die(p, "target", sp_of(why.text));
		p->client_more = in.more = h1_has_body(&p->client);
		in.kind = IN_REQ_HEAD;
	} else if (ev->kind == H1_DATA)
		in.kind = IN_REQ_DATA;
	else if (ev->kind == H1_TRAILERS)
		in.kind = IN_REQ_TRAILERS;
	else if (ev->kind == H1_END && p->client_more)
		in.kind = IN_REQ_END;
	else
		return;
	exch_input(p->x, &in);
}

static void
server_event(struct play *p, struct h1_ev *ev)
{
	struct exch_in	in = { .head = ev->head, .data = ev->data };

	if (ev->kind == H1_HEAD) {
		p->server_more = in.more = h1_has_body(&p->server);
		in.kind = IN_RES_HEAD;
	} else if (ev->kind == H1_DATA)
		in.kind = IN_RES_DATA;
	else if (ev->kind == H1_TRAILERS)
		in.kind = IN_RES_TRAILERS;
	else if (ev->kind == H1_END && p->server_more)
		in.kind = IN_RES_END;
	else
		return;
	exch_input(p->x, &in);
}

static bool
may_feed(const struct play *p, bool client)
{
	if (p->x->over)
		return (false);
	if (!client)
		return (p->server_up && exch_takes_response(p->x));
	return (p->x->flow->request == NULL || !p->client_more ||
	    exch_takes_request(p->x));
}

/* Everything that can be used of what has come; bytes in a heap copy of
 * their exact size, so that a sanitizer guards the last one. */
static void
pump(struct play *p, bool client)
{
	struct str	*in = client ? &p->client_in : &p->server_in;
	struct h1_ev	 ev = { .kind = H1_DATA };
	struct why	 why;
	struct sp	 all;
	size_t		 at = 0;
	ssize_t		 n;
	char		*copy;

	all = str_sp(in);
	copy = xmalloc(all.n);
	if (all.n != 0)
		memcpy(copy, all.p, all.n);
	while (ev.kind != H1_MORE && may_feed(p, client)) {
		n = h1_feed(client ? &p->client : &p->server,
		    sp_mem(copy + at, all.n - at), &ev, &why);
		if (n == -1) {
			exch_fail(p->x, &why);
			break;
		}
		if (client)
			client_event(p, &ev);
		else
			server_event(p, &ev);
		at += (size_t)n;
	}
	str_clear(in);
	str_add(in, sp_mem(copy + at, all.n - at));
	free(copy);
}

static void
pump_both(struct play *p)
{
	pump(p, false);
	pump(p, true);
}

/* A decider's answer to what is asked; response may be NULL. */
static void
answer(struct play *p, unsigned verdict, struct msg *response,
    struct sp body)
{
	struct exch_in	 in = { .kind = IN_DECIDED };
	struct hookcall	*c;
	struct msg	*m;

	p->is_asked = false;
	c = hookcall_new(p->asked, flow_dup(p->x->flow, true));
	c->verdict = verdict;
	c->shown = p->shown;
	if (response != NULL)
		flow_set_response(c->flow, response);
	if (body.p != NULL && p->asked == HOOK_request) {
		m = msg_dup(c->flow->request);
		msg_set_body(m, body);
		flow_set_request(c->flow, m);
	} else if (body.p != NULL) {
		m = msg_dup(c->flow->response);
		msg_set_body(m, body);
		flow_set_response(c->flow, m);
	}
	in.call = c;
	exch_input(p->x, &in);
	hookcall_free(c);
	pump_both(p);
}

static void
opened(struct play *p)
{
	struct exch_in	 in = { .kind = IN_OPENED };
	const char	*error = p->open_is;
	struct why	 why;

	p->opening = false;
	p->open_is = NULL;
	p->server_up = error[0] == '\0';
	if (!p->server_up) {
		(void)fail(&why, ERR_CONNECT, "%s", error);
		in.kind = IN_OPEN_FAILED;
		in.why = &why;
	}
	exch_input(p->x, &in);
	pump_both(p);
}

/* What the runner answers itself, once nobody's frame is on the stack. */
static void
settle(struct play *p)
{
	while (!p->x->over) {
		if (p->is_asked && p->is_ours)
			answer(p, 0, NULL, SPNIL);
		else if (p->opening && p->open_is != NULL)
			opened(p);
		else
			return;
	}
}

static void
lost(struct play *p, enum exch_kind kind, bool stale)
{
	struct exch_in	in = { .kind = kind, .stale = stale };
	struct why	why;

	(void)fail(&why, kind == IN_REQ_LOST ? ERR_CLIENT_LOST :
	    ERR_SERVER_LOST, "%s", kind == IN_REQ_LOST ?
	    "client disconnected" : "server closed connection");
	in.why = &why;
	if (kind == IN_RES_LOST)
		p->server_up = false;
	exch_input(p->x, &in);
}

static size_t
piece(struct play *p, size_t left)
{
	size_t	n;

	if (p->seed == 0)
		return (left);
	if (p->seed == 1)
		return (1);
	n = 1 + (size_t)rand() % 16;
	return (n < left ? n : left);
}

static void
feed(struct play *p, bool client, struct sp b)
{
	size_t	n;

	if (p->half)
		b.n /= 2;
	while (b.n != 0) {
		n = piece(p, b.n);
		str_add(client ? &p->client_in : &p->server_in,
		    sp_cut(b, 0, n));
		b = sp_skip(b, n);
		pump(p, client);
		settle(p);
	}
}

/* --- what came out, without chunking ------------------------------------- */

static void
normalise(struct sp raw, bool response, const struct head *request,
    struct str *out)
{
	struct h1	h;
	struct h1_ev	ev = { .kind = H1_DATA };
	ssize_t		n;

	h1_init(&h, response);
	if (response && request != NULL)
		h1_expect(&h, request->method);
	while (ev.kind != H1_MORE) {
		n = h1_feed(&h, raw, &ev, NULL);
		if (n == -1) {
			str_puts(out, "<bad>");
			return;
		}
		raw = sp_skip(raw, (size_t)n);
		if (ev.kind == H1_HEAD || ev.kind == H1_TRAILERS) {
			head_put(ev.head, out);
			head_unref(ev.head);
		} else if (ev.kind == H1_DATA)
			str_add(out, ev.data);
	}
	str_add(out, raw);
}

/* --- life ----------------------------------------------------------------- */

static void
on_take(void *arg, struct hookcall *c)
{
	(void)arg;
	(void)c;
}

static void
play_begin(struct play *p, const char *file, unsigned seed)
{
	struct flow	*f = flow_new(FLOW_HTTP);

	memset(p, 0, sizeof(*p));
	p->file = file;
	p->seed = seed;
	srand(seed);
	hooks_init(&p->hooks);
	hooks_set(&p->hooks, DECIDE_SCRIPT, "play", on_take, NULL);
	p->cfg = cfg_new();
	p->cfg->hooks = &p->hooks;
	p->cfg->keep_streamed = true;
	p->x = exch_new(&play_out, p, p->cfg, f);
	flow_unref(f);
	h1_init(&p->client, false);
	h1_init(&p->server, true);
	str_init(&p->client_in, STR_MAX);
	str_init(&p->server_in, STR_MAX);
	str_init(&p->client_out, STR_MAX);
	str_init(&p->server_out, STR_MAX);
	p->to_server.write = p->to_client.write = write_str;
	p->to_server.arg = &p->server_out;
	p->to_client.arg = &p->client_out;
}

/* All that went out, without chunking, and how it ended. */
static void
outcome_of(const struct play *p, struct outcome *out)
{
	const struct msg	*q = p->x->flow->request;
	const char		*error = p->x->flow->error;

	str_init(&out->to_client, STR_MAX);
	str_init(&out->to_server, STR_MAX);
	normalise(str_sp(&p->client_out), true, q != NULL ? q->head : NULL,
	    &out->to_client);
	normalise(str_sp(&p->server_out), false, NULL, &out->to_server);
	out->error = error != NULL ? xstrdup(error) : NULL;
}

static void
outcome_fini(struct outcome *out)
{
	str_fini(&out->to_client);
	str_fini(&out->to_server);
	free(out->error);
}

static void
play_end(struct play *p)
{
	exch_free(p->x);
	p->x = NULL;
	cfg_unref(p->cfg);
	str_fini(&p->client_in);
	str_fini(&p->server_in);
	str_fini(&p->client_out);
	str_fini(&p->server_out);
	if (obj_total() != 0)
		die(p, "objects still alive", SPNIL);
}

#endif
