#include <stdlib.h>

#include "base/date.h"
#include "base/limits.h"
#include "base/mem.h"
#include "codec/h2c.h"
#include "codec/uri.h"
#include "net/hello.h"
#include "proxy/errpage.h"
#include "proxy/session_int.h"

/* The client's end: what it says, and what it is told outside of
 * exchanges. */

#define SILENCE_MS	500	/* before the server may speak first */
#define METHOD_MAX	32	/* bytes in which a blank must come */

static void
on_readable(void *arg)
{
	struct session	*s = CAST(session, arg, SESSION_MAGIC);

	if (s->step != S_CLOSING)
		session_turn(s);
}

static void
on_drained(void *arg)
{
	struct session	*s = CAST(session, arg, SESSION_MAGIC);
	struct server	*sv;

	LIST_FOREACH(sv, &s->servers, link)
		if (sv->wire != NULL)
			wire_resume(sv->wire, PAUSE_FULL);
	session_later(s);
}

static void
on_failed(void *arg, const struct why *why)
{
	struct session	*s = CAST(session, arg, SESSION_MAGIC);

	relay_lost(s, true, why);
	session_close(s);	/* its streams hear of it at the end */
}

static bool
is_held(void *arg)
{
	return (session_is_held(CAST(session, arg, SESSION_MAGIC)));
}

const struct wire_ops client_ops = {
	.readable = on_readable,
	.drained = on_drained,
	.failed = on_failed,
	.is_held = is_held,
};

/* Send a message that is whole, outside of any exchange. */
static void
client_send(struct session *s, const struct msg *m)
{
	struct str	out;
	unsigned	i;

	str_init(&out, STR_MAX);
	head_put(m->head, &out);
	for (i = 0; i < m->body.n; i++)
		str_add(&out, chain_at(&m->body, i));
	wire_write(s->client, str_sp(&out));
	str_fini(&out);
}

/* Something that is no proper request: still a flow to look at. */
void
client_show_refused(struct session *s, struct head *h,
    const struct why *why)
{
	struct flow	*f = flow_new(FLOW_HTTP);
	struct msg	*m = msg_new(h);

	m->t_start = m->t_end = date_now();
	m->has_body = true;
	flow_set_request(f, m);
	flow_set_error(f, why->text);
	session_flow_conns(s, f, NULL);
	node_end(s->node, f, HOOK_error);
	flow_unref(f);
}

static void
client_send_error(struct session *s, const struct why *why)
{
	struct msg	*page = errpage(err_status(why->code), why->text);

	client_send(s, page);
	msg_unref(page);
	s->refused = true;
	session_close(s);
}

/* The bytes cannot be a request: show them, say why, close (RFC 9112 9.6). */
void
client_error(struct session *s, const struct why *why)
{
	struct head	*h;

	if (s->st != NULL) {	/* in the body of a request */
		exch_fail(s->st->x, why);
		s->refused = true;
		return;
	}
	session_log(s, LOG_WARN, "Bad request refused: %s", why->text);
	h = h1_salvage(wire_peek(s->client), false);
	(void)target_resolve(h, &(struct target_ctx){ .scheme =
	    session_scheme(s), .host = s->host, .port = s->port },
	    NULL);
	client_show_refused(s, h, why);
	client_send_error(s, why);
}

/* --- CONNECT ------------------------------------------------------------- */

static void
connect_report(struct session *s, const char *error)
{
	struct flow	*f = s->connect_flow;

	s->connect_flow = NULL;
	session_flow_conns(s, f, LIST_FIRST(&s->servers));
	if (error != NULL) {
		flow_set_error(f, error);
		node_end(s->node, f, HOOK_http_connect_error);
	} else
		session_tell_flow(s, HOOK_http_connected, f);
	flow_unref(f);
}

void
client_end_connect(struct session *s)
{
	if (s->connect_flow == NULL)
		return;
	flow_set_error(s->connect_flow, err_text(ERR_CLIENT_LOST));
	session_tell_flow(s, HOOK_http_connect_error, s->connect_flow);
	flow_unref(s->connect_flow);
	s->connect_flow = NULL;
}

/* What a script has said in our place, without what RFC 9110 9.3.6 does
 * not allow there. */
static void
connect_grant(struct session *s, const struct msg *m)
{
	struct head	*h = head_dup(m->head);
	struct str	 out;

	(void)head_drop_tok(h, TOK_content_length);
	(void)head_drop_tok(h, TOK_transfer_encoding);
	str_init(&out, STR_MAX);
	head_put(h, &out);
	wire_write(s->client, str_sp(&out));
	str_fini(&out);
	head_unref(h);
}

static void
connect_fail(struct session *s, const struct why *why)
{
	struct why	more;

	(void)fail(&more, why->code, "%.100s (connection_strategy=lazy "
	    "connects with the first request)", why->text);
	client_send_error(s, s->cfg->eager ? &more : why);
}

void
client_reply_connect(struct session *s, const struct why *why)
{
	if (s->socks != NULL) {
		client_reply_socks(s, why);
		return;
	}
	if (why != NULL) {
		connect_report(s, why->text);
		session_log(s, LOG_WARN, "CONNECT %s:%u failed: %s", s->host,
		    s->port, why->text);
		connect_fail(s, why);
		return;
	}
	if (s->connect_flow->response != NULL)
		connect_grant(s, s->connect_flow->response);
	else
		wire_write(s->client,
		    SP("HTTP/1.1 200 Connection established\r\n\r\n"));
	connect_report(s, NULL);
	s->step = S_SNIFF;
	s->again = true;
	h1_init(&s->h1, false);
	s->h1.lenient = !s->cfg->validate;
}

/* Was a CONNECT answered by anything but yes? */
static bool
connect_refused(struct session *s, unsigned verdict)
{
	const struct msg	*m = s->connect_flow->response;

	if ((verdict & HV_KILL) == 0 &&
	    (m == NULL || m->head->status / 100 == 2))
		return (false);
	if ((verdict & HV_KILL) == 0)
		client_send(s, m);
	connect_report(s, (verdict & HV_KILL) == 0 ? "refused" :
	    err_text(ERR_KILLED));
	s->refused = true;
	session_close(s);
	return (true);
}

static void
connect_go(struct session *s)
{
	if (s->cfg->eager && s->connect_flow->response == NULL &&
	    !session_is_ours(s, s->host))
		(void)server_open(s, s->host, s->port, false);
	else
		client_reply_connect(s, NULL);
}

static void
on_connect_decided(void *arg, const struct hookcall *c)
{
	struct session	*s = CAST(session, arg, SESSION_MAGIC);
	struct flow	*f = s->connect_flow;

	if (s->step == S_CLOSING)
		return;
	if ((c->verdict & HV_REQUEST) != 0 &&
	    c->flow->request->head->host.n != 0) {
		flow_set_request(f, msg_ref(c->flow->request));
		free(s->host);
		s->host = xspdup(f->request->head->host);
		s->port = f->request->head->port;
	}
	if ((c->verdict & HV_RESPONSE) != 0)
		flow_set_response(f, msg_ref(c->flow->response));
	if ((c->verdict & HV_CONN) != 0)
		session_take_via(s, c->server);
	if (!connect_refused(s, c->verdict))
		connect_go(s);
	session_turn(s);
}

/* Addons may answer a CONNECT: no password, no tunnel. */
static void
connect_ask(struct session *s, unsigned bits)
{
	unsigned	verdict = s->client_bits | (bits & CFG_HEAD_BITS);

	if ((s->cfg->addon_hooks & HOOK_BIT(HOOK_http_connect)) != 0) {
		s->cfg->addon_ops->run(s->cfg->addons, HOOK_http_connect,
		    s->connect_flow, &verdict);
		s->client_bits = verdict & CFG_CLIENT_BITS & ~CFG_HEAD_BITS;
	}
	if (connect_refused(s, verdict))
		return;
	if (hooks_wanted(s->cfg->hooks, HOOK_http_connect))
		session_ask(s, hookcall_new(HOOK_http_connect,
		    flow_dup(s->connect_flow, true)), on_connect_decided);
	else
		connect_go(s);
}

static void
client_connect(struct session *s, const struct arrival *a)
{
	struct head	*h = a->head;
	struct msg	*m = msg_new(h);

	m->t_start = m->t_end = date_now();
	m->has_body = m->complete = true;
	s->connect_flow = flow_new(FLOW_HTTP);
	flow_set_request(s->connect_flow, m);
	session_flow_conns(s, s->connect_flow, NULL);
	s->host = xspdup(h->host);
	s->port = h->port;
	s->step = S_CONNECT;
	connect_ask(s, a->bits);
}

/* --- requests ------------------------------------------------------------ */

/* RFC 7540 3.2: the request becomes stream 1. */
static void
client_upgrade_h2(struct session *s, struct arrival *a)
{
	struct head	*h = a->head;
	struct str	 settings;
	struct why	 why;

	str_init(&settings, 4096);
	if (h2c_settings_of(h, &settings, &why) == -1) {
		client_show_refused(s, h, &why);
		client_send_error(s, &why);
		str_fini(&settings);
		return;
	}
	wire_write(s->client, SP("HTTP/1.1 101 Switching Protocols\r\n"
	    "Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n"));
	client_start_h2(s);
	if (h2_upgrade(s->h2, str_sp(&settings), h->method, &why) == -1) {
		head_unref(h);
		session_close(s);
	} else {
		(void)head_drop(h, SP("HTTP2-Settings"));
		(void)head_drop_tok(h, TOK_upgrade);
		(void)head_drop_tok(h, TOK_connection);
		a->id = 1;
		(void)stream_begin_h2(s, a);
	}
	str_fini(&settings);
}

static void
client_take(struct session *s, struct arrival *a)
{
	struct target_ctx	 ctx = {
		.scheme = session_scheme(s),
		.host = s->host, .port = s->port
	};
	struct head		*h = a->head;
	struct why		 why;

	s->step = S_HTTP;	/* it has waited, maybe */
	if (target_resolve(h, &ctx, &why) == -1) {
		session_log(s, LOG_WARN, "Bad request refused: %s", why.text);
		client_show_refused(s, h, &why);
		client_send_error(s, &why);
		return;
	}
	(void)head_drop_tok(h, TOK_proxy_connection);
	session_fit_host(s, h);
	ws_fit_offers(s, h);
	if (s->cfg->http2 && !h1_has_body(&s->h1) && h2c_is_upgrade(h)) {
		client_upgrade_h2(s, a);
		return;
	}
	if (h->path.n == 0 && sp_is(h->method, "CONNECT"))
		client_connect(s, a);
	else {
		a->more = h1_has_body(&s->h1);
		s->st = stream_begin(s, a,
		    h1_keeps_alive(h, &s->h1.framing));
	}
}

static void
client_request(struct session *s, struct head *h)
{
	struct arrival	a = { .head = h };

	cfg_unref(s->cfg);	/* options as they are now */
	s->cfg = cfg_ref(s->node->cfg);
	if (!arrival_settle(s, &a, client_take))
		s->step = S_LOGIN;
}

static void
client_event(struct session *s, const struct h1_ev *ev)
{
	struct exch_in	in = { .head = ev->head, .data = ev->data };

	switch (ev->kind) {
	case H1_HEAD:
		client_request(s, ev->head);
		return;
	case H1_DATA:
		in.kind = IN_REQ_DATA;
		break;
	case H1_TRAILERS:
		in.kind = IN_REQ_TRAILERS;
		break;
	case H1_END:
		if (s->st == NULL)
			return;		/* CONNECT, or answered */
		s->st->req_read = true;
		if (!s->st->req_more)
			return;
		in.kind = IN_REQ_END;
		break;
	case H1_MORE:
		return;
	}
	if (s->st != NULL)
		exch_input(s->st->x, &in);
	else if (in.head != NULL)
		head_unref(in.head);
}

/* May the next piece of the client's bytes be looked at? */
static bool
client_may_feed(struct session *s)
{
	struct stream	*st = s->st;

	if (s->step != S_HTTP || s->refused)
		return (false);
	if (st == NULL)
		return (!node_is_behind(s->node));
	if (st->x->over || st->req_read)
		return (false);	/* the next request waits for its turn */
	if (!exch_takes_request(st->x))
		return (false);
	if (stream_server_is_full(st)) {
		wire_pause(s->client, PAUSE_FULL);
		return (false);
	}
	return (true);
}

/* No more bytes will come and the decoder waits for some. */
static void
client_eof(struct session *s)
{
	struct h1_ev	ev;
	struct why	why;

	if (s->st == NULL &&
	    h1_eof(&s->h1, wire_peek(s->client), &ev, &why) == -1)
		session_log(s, LOG_DEBUG, "%s", why.text);
	session_close(s);
}

/* One look: how many bytes were used, -1 when that was the last. */
static ssize_t
client_feed(struct session *s, struct h1_ev *ev)
{
	struct sp	in = wire_front(s->client);
	struct why	why;
	ssize_t		n;

	n = h1_feed(&s->h1, in, ev, &why);
	if (n == 0 && ev->kind == H1_MORE && in.n < wire_in_len(s->client))
		n = h1_feed(&s->h1, wire_peek(s->client), ev, &why);
	if (n == -1)
		client_error(s, &why);
	return (n);
}

static void
client_http(struct session *s)
{
	struct h1_ev	ev = { .kind = H1_DATA };
	bool		stuck = false;
	ssize_t		n;

	while (!stuck && client_may_feed(s)) {
		n = client_feed(s, &ev);
		if (n == -1)
			return;
		client_event(s, &ev);
		if (s->client == NULL)
			return;		/* killed on the way */
		wire_drain(s->client, (size_t)n);
		if (s->h2 != NULL) {
			s->again = true;	/* upgraded just now */
			return;
		}
		/* the next run of bytes may go on where this one ended */
		stuck = ev.kind == H1_MORE &&
		    (n == 0 || wire_in_len(s->client) == 0);
	}
	if (!wire_eof(s->client) || s->step != S_HTTP || s->refused)
		return;
	/* RFC 9112 9.6: a client that has said all may still listen; over
	 * TLS nobody half-closes, there it has gone. */
	if (stuck)
		client_eof(s);
	else if (s->tls && s->st != NULL && !s->st->x->over)
		session_close(s);
}

/* --- what will it speak? ------------------------------------------------- */

enum guess { GUESS_NO, GUESS_YES, GUESS_LATER };

/* A method is letters, three at least, and a blank (and not SSH's). */
static enum guess
looks_like_http(struct sp b)
{
	size_t	i;

	for (i = 0; i < b.n && i < METHOD_MAX; i++) {
		if (b.p[i] == ' ' && i >= 3)
			return (GUESS_YES);
		if (i < 3 && ((b.p[i] | 0x20) < 'a' || (b.p[i] | 0x20) > 'z'))
			return (GUESS_NO);
		if (b.p[i] <= ' ' || b.p[i] >= 0x7f)
			return (GUESS_NO);
		if (i == 3 && sp_starts(b, "SSH-"))
			return (GUESS_NO);
	}
	return (i == METHOD_MAX ? GUESS_NO : GUESS_LATER);
}

/* The name in a ClientHello, without taking anything from the wire. -1:
 * not all of it is there. */
static int
peek_sni(struct session *s)
{
	struct hello	h;
	struct str	buf;
	struct sp	body;
	int		r;

	if (s->cfg->ignore_hosts == NULL && s->cfg->allow_hosts == NULL)
		return (0);
	str_init(&buf, limit_of(HELLO_BYTES));
	r = hello_from_records(wire_peek(s->client), &buf, &body, NULL);
	if (r == 0 && s->sni == NULL && hello_parse(body, &h, NULL) == 0 &&
	    h.sni.p != NULL)
		s->sni = xspdup(h.sni);
	str_fini(&buf);
	return (r == 1 && !wire_eof(s->client) ? -1 : 0);
}

/* A request inside a tunnel may name the host that only had an address;
 * the rules for hosts go by that as by SNI. -1: not all of it is there. */
static int
peek_host(struct session *s, struct sp b)
{
	struct sp	at;
	struct uri	u;
	struct head	*h;

	if ((s->cfg->ignore_hosts == NULL && s->cfg->allow_hosts == NULL) ||
	    s->tls || s->sni != NULL || looks_like_http(b) != GUESS_YES)
		return (0);
	if (s->cfg->allow_hosts == NULL &&
	    cfg_ignores(s->cfg, s->host, s->port, NULL))
		return (0);	/* the address says enough */
	if (sp_search(b, SP("\r\n\r\n")) == -1)
		return (b.n < limit_of(HEAD_BYTES) && !wire_eof(s->client) &&
		    sp_find(b, '\n') != -1 ? -1 : 0);
	h = h1_salvage(b, false);
	at = head_get_tok(h, TOK_host);
	if (at.n != 0 && uri_parse_authority(at, &u, NULL) == 0 &&
	    u.host.n != 0)
		s->sni = xspdup(u.host);
	head_unref(h);
	return (0);
}

/* The server that is there or on its way; where it wants TLS, that begins
 * now. */
static struct server *
client_far_end(struct session *s)
{
	bool		 tls = session_target_is_tls(s);
	struct server	*sv = server_find(s, s->host, s->port, tls);

	if (sv != NULL || !tls)
		return (sv);
	sv = server_find(s, s->host, s->port, false);
	if (sv != NULL && sv->step == SV_IDLE)
		server_start_tls(sv);
	else if (sv != NULL)
		sv->tls = true;		/* dialling still */
	return (sv);
}

static void
client_relay(struct session *s)
{
	relay_begin(s, client_far_end(s));
}

/* A client that says nothing may wait for its server's greeting. */
static void
on_silence(void *arg)
{
	struct session	*s = CAST(session, arg, SESSION_MAGIC);
	struct server	*sv;

	if (s->step != S_SNIFF)
		return;
	sv = client_far_end(s);
	/* Either has said something, which is too little to tell. */
	if (wire_in_len(s->client) != 0 || (sv != NULL && sv->h2 == NULL &&
	    sv->step == SV_IDLE && wire_in_len(sv->wire) != 0))
		relay_begin(s, sv);
	else if (sv == NULL)
		(void)server_open(s, s->host, s->port,
		    session_target_is_tls(s));
	session_turn(s);
}

static void
client_await(struct session *s)
{
	if (s->host == NULL || s->mode == NULL ||
	    (s->mode->kind == MODE_REVERSE && mode_is_http(s->mode)) ||
	    session_is_ours(s, s->host))
		return;
	if (s->silence == NULL)
		s->silence = timer_new(s->node->loop, on_silence, s);
	timer_set_ms(s->silence, SILENCE_MS);
}

static void
client_guess(struct session *s, struct sp b)
{
	enum guess	g = looks_like_http(b);

	if (g == GUESS_YES)
		s->step = S_HTTP;
	else if (g == GUESS_NO || wire_eof(s->client))
		client_relay(s);
	else
		client_await(s);
}

/* mitmproxy-features.md 2.2: what comes next. */
static void
client_choose(struct session *s, struct sp b)
{
	bool	 tunnel = s->host != NULL;
	bool	 hello = b.p[0] == 0x16 && !s->tls;
	unsigned wish = s->next_verdict;

	if (tunnel && (hello ? peek_sni(s) : peek_host(s, b)) == -1)
		return;
	if (tunnel && cfg_ignores(s->cfg, s->host, s->port, s->sni)) {
		client_relay(s);
		return;
	}
	if (!s->tls) {		/* it was only looked at */
		free(s->sni);
		s->sni = NULL;
	}
	if (tunnel && (wish & (HV_RAW | HV_IGNORE)) != 0) {
		s->ignored = (wish & HV_IGNORE) != 0;
		client_relay(s);
	} else if (hello)
		tls_consider(s, !tunnel);
	else if ((wish & HV_HTTP) != 0)
		s->step = S_HTTP;
	else if (session_is_raw(s))
		client_relay(s);
	else if (h2c_is_preface(b) == 1)
		client_start_h2(s);
	else if (h2c_is_preface(b) == -1 && !wire_eof(s->client))
		return;			/* "PRI" so far */
	else if (!tunnel || !s->cfg->rawtcp ||
	    (s->mode->kind == MODE_REVERSE && mode_is_http(s->mode)))
		s->step = S_HTTP;
	else
		client_guess(s, b);
}

static void
client_sniff(struct session *s)
{
	struct sp	b = wire_front(s->client);

	/* Clients that end CONNECT with a line too many. */
	while (b.n != 0 && mode_is_http(s->mode) &&
	    (b.p[0] == '\r' || b.p[0] == '\n')) {
		wire_drain(s->client, 1);
		b = wire_front(s->client);
	}
	if (b.n == 0) {
		if (wire_eof(s->client) && session_is_raw(s))
			client_relay(s);	/* it may only listen */
		else if (wire_eof(s->client))
			session_close(s);
		else if (s->silence == NULL)
			client_await(s);
		return;
	}
	b = wire_peek(s->client);	/* a preface may lie in two runs */
	if (!next_is_settled(s, b))
		return;
	client_choose(s, b);
	if (s->step != S_SNIFF) {	/* inside of it anew */
		timer_free(s->silence);
		s->silence = NULL;
		s->next_asked = false;
		s->next_verdict = 0;
	}
}

void
client_pump(struct session *s)
{
	if (s->step == S_SOCKS)
		client_socks(s);
	if (s->step == S_SNIFF)
		client_sniff(s);
	if (s->step == S_HTTP && s->h2 != NULL)
		client_h2(s);
	else if (s->step == S_HTTP)
		client_http(s);
	else if ((s->step == S_CONNECT || (s->step == S_LOGIN &&
	    (s->tls || s->socks != NULL))) && wire_eof(s->client))
		session_close(s);	/* else it may listen still */
}
