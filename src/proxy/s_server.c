#include <stdlib.h>

#include "base/date.h"
#include "base/mem.h"
#include "codec/h2c.h"
#include "proxy/facts.h"
#include "proxy/session_int.h"

/*
 * A server's end. Idle ones stay with the session that made them, so no
 * client ever gets a connection that another one has authenticated.
 *
 *	DIAL -> TLS -> IDLE <-> BUSY
 *	   \      \
 *	    `------`--> FAILED
 *
 * A server may refuse TLS for want of HTTP/2 in it: it is dialled once more
 * and offered that alone. Who stands for a stream of another server (v_ws.c)
 * has a wire, but no connection of its own.
 */

#define DIAL_TIMEOUT_MS	30000

const char *const	alpn_h1[] = { "http/1.1", NULL };
const char *const	alpn_h2[] = { "h2", NULL };

struct conn *
server_facts(struct server *sv)
{
	return (facts_edit(&sv->conn));
}

/* The streams that it serves, or was to serve, are rid of it. */
static void
server_leave(struct server *sv)
{
	struct stream	*st;

	if (sv->st != NULL)
		sv->st->sv = NULL;
	sv->st = NULL;
	if (sv->h2 == NULL)
		return;
	LIST_FOREACH(st, &sv->s->streams, link)
		if (st->sv == sv)
			st->sv = NULL;
}

bool
server_is_free(const struct server *sv)
{
	if (sv->h2 != NULL)
		return (!sv->goes && h2_can_open(sv->h2));
	return (sv->st == NULL);
}

static void
server_hang_up(struct server *sv)
{
	struct session	*s = sv->s;

	if (sv->wire == NULL)
		return;
	if (!sv->borrowed) {
		facts_end(&sv->conn);
		session_tell(s, HOOK_server_disconnected, sv->conn);
	}
	if (s->broken)
		wire_reset(sv->wire);
	else
		wire_close(sv->wire, false);
	sv->wire = NULL;
}

/* Of what there was to lose. */
static const struct why *
server_going(struct why *why)
{
	(void)fail(why, ERR_SERVER_LOST, "%s", err_text(ERR_SERVER_LOST));
	return (why);
}

void
server_free(struct server *sv)
{
	struct session	*s = sv->s;
	struct why	 why;

	query_forget(&sv->query);
	server_leave(sv);
	if (s->peer == sv)
		s->peer = NULL;
	if (sv->dial != NULL)
		dial_cancel(sv->dial);
	timer_free(sv->quiet);
	timer_free(sv->shut);
	xconnects_lose(sv, server_going(&why));
	xconnect_leave(sv);
	h2_free(sv->h2);
	server_hang_up(sv);
	LIST_REMOVE(sv, link);
	s->nservers--;
	conn_unref(sv->conn);
	mode_unref(sv->via);
	mode_unref(sv->asked_via);
	free(sv->host);
	free(sv);
}

struct server *
server_find_via(struct session *s, const char *host, uint16_t port, bool tls,
    const struct mode *via)
{
	struct server	*sv;

	LIST_FOREACH(sv, &s->servers, link)
		if (sv->port == port && sv->tls == tls && server_is_free(sv) &&
		    strcmp(sv->host, host) == 0 && via_is(sv->asked_via, via))
			return (sv);
	return (NULL);
}

struct server *
server_find(struct session *s, const char *host, uint16_t port, bool tls)
{
	return (server_find_via(s, host, port, tls, session_via(s)));
}

/* Is it the far end of the tunnel, or may it be? Servers of requests that
 * came before on the same connection may be others. */
static bool
server_is_far_end(const struct server *sv)
{
	const struct session	*s = sv->s;

	if (s->step == S_RELAY)
		return (sv == s->peer);
	return (s->host != NULL && sv->port == s->port &&
	    strcmp(sv->host, s->host) == 0);
}

/* Whoever waits for this server is told, from wherever it stands. */
void
server_settled(struct server *sv)
{
	struct session	*s = sv->s;
	bool		 far = server_is_far_end(sv);

	if (s->step == S_CONNECT && far)
		client_reply_connect(s, sv->step == SV_FAILED ? &sv->why :
		    NULL);
	else if (s->step == S_LEAF && far)
		tls_server_ready(s, sv);
	else if (far && (s->step == S_RELAY || (s->step == S_SNIFF &&
	    sv->step == SV_FAILED && session_is_raw(s))))
		relay_begin(s, sv);
	else {
		if (sv->st != NULL)
			stream_server_ready(sv->st, sv);
		session_assign(s);
	}
	if (s->step != S_CLOSING)
		session_turn(s);
}

void
server_fail(struct server *sv, const struct why *why)
{
	bool	tls = sv->step == SV_TLS;

	sv->step = SV_FAILED;
	sv->why = *why;
	conn_set(&server_facts(sv)->error, why->text);
	session_tell(sv->s, tls ? HOOK_tls_failed_server :
	    HOOK_server_connect_error, sv->conn);
	session_log(sv->s, LOG_WARN, "Server connection to %s:%u failed: %s",
	    sv->host, sv->port, why->text);
	server_settled(sv);
}

/* --- its wire ------------------------------------------------------------ */

/* One that has not said by ALPN that it speaks HTTP/2 may begin with its
 * SETTINGS all the same (RFC 9113 3.4): 1 it does, 0 no, -1 it may yet. */
static int
server_begins_h2(const struct server *sv)
{
	const struct session	*s = sv->s;

	if (sv->h2 != NULL || sv->step != SV_IDLE || sv->st != NULL ||
	    sv == s->peer || sv->conn->alpn != NULL || !s->cfg->http2 ||
	    session_is_raw(s) || (s->host != NULL &&
	    cfg_ignores(s->cfg, s->host, s->port, s->sni)))
		return (0);
	if (wire_in_len(sv->wire) == 0)
		return (0);
	return (h2c_is_greeting(wire_peek(sv->wire)));
}

/* A WebSocket's server that hung up on HTTP/1, or said what is none, may
 * want to be asked in HTTP/2: by ALPN it has not answered. */
static bool
server_is_misread(const struct server *sv)
{
	const struct stream	*st = sv->st;

	return (st != NULL && !sv->answered && !sv->borrowed && sv->tls &&
	    sv->conn->alpn == NULL && sv->s->cfg->http2 && !st->only_h2 &&
	    stream_is_socket(st));
}

/* It speaks, or ends, and nobody has asked it. */
static void
server_unasked(struct server *sv)
{
	struct session	*s = sv->s;
	int		 h2 = server_begins_h2(sv);

	if (h2 == -1 && !wire_eof(sv->wire))
		return;
	if (h2 == 1)
		server_start_h2(sv);
	else if (s->step == S_SNIFF && server_is_far_end(sv) &&
	    (wire_in_len(sv->wire) != 0 || session_is_raw(s)))
		relay_begin(s, sv);
	else {
		server_free(sv);
		return;
	}
	session_turn(s);
}

static void
on_readable(void *arg)
{
	struct server	*sv = arg;
	struct session	*s = CAST(session, sv->s, SESSION_MAGIC);

	if (s->step == S_CLOSING)
		return;
	if (sv->step == SV_VIA)
		server_read_via(sv);
	else if (sv == s->peer || sv->st != NULL || sv->h2 != NULL)
		session_turn(s);
	else if (sv->step == SV_IDLE && (wire_eof(sv->wire) ||
	    wire_in_len(sv->wire) != 0))
		server_unasked(sv);
}

static void
on_drained(void *arg)
{
	struct server	*sv = arg;

	if (sv->s->client != NULL)
		wire_resume(sv->s->client, PAUSE_FULL);
	session_later(sv->s);
}

static void
server_lost(struct server *sv, const struct why *why)
{
	struct why	 copy = *why;	/* it may be the wire's own */
	struct session	*s = sv->s;
	struct stream	*st, *one = sv->st;
	bool		 stale = !sv->answered && sv->uses > 1;

	if (server_is_misread(sv))
		stale = one->only_h2 = true;
	sv->step = SV_FAILED;
	LIST_FOREACH(st, &s->streams, link)
		st->lost = st->sv == sv;
	server_free(sv);
	if (one != NULL)
		stream_lose_server(one, stale, &copy);
	LIST_FOREACH(st, &s->streams, link)
		if (st->lost && st != one)
			stream_lose_server(st, false, &copy);
}

void
server_broke(struct server *sv, const struct why *why)
{
	struct session	*s = CAST(session, sv->s, SESSION_MAGIC);

	if (s->step == S_CLOSING)
		return;
	if (s->step == S_RELAY && sv == s->peer) {
		relay_lost(s, false, why);
		session_close(s);
		return;
	}
	if (sv->step < SV_IDLE) {
		server_fail(sv, why);
		return;
	}
	if (sv->st != NULL || sv->h2 != NULL) {
		server_lost(sv, why);
		session_turn(s);
	} else
		server_free(sv);
}

static void
on_failed(void *arg, const struct why *why)
{
	server_broke(arg, why);
}

static bool
is_held(void *arg)
{
	const struct server	*sv = arg;

	return (session_is_held(sv->s));
}

static const struct wire_ops server_ops = {
	.readable = on_readable,
	.drained = on_drained,
	.failed = on_failed,
	.is_held = is_held,
};

/* --- opening ------------------------------------------------------------- */

static void
server_tls_facts(struct server *sv)
{
	const struct tls_info	*ti = wire_tls_info(sv->wire);
	struct conn		*c = server_facts(sv);
	unsigned		 i;

	if (ti == NULL)
		return;
	conn_set(&c->tls_version, ti->version);
	conn_set(&c->cipher, ti->cipher);
	conn_set(&c->alpn, ti->alpn);
	conn_set(&c->sni, ti->sni);
	for (i = 0; i < ti->ncerts; i++)
		conn_add_cert(c, blob_ref(ti->certs[i]));
}

/* Was it offered anything but HTTP/2, which it may want? */
static bool
server_may_want_h2(const struct server *sv, const struct why *why)
{
	char *const	*offers = sv->conn->alpn_offers;
	size_t		 i;

	if (why->code != ERR_TLS_ALPN || !sv->s->cfg->http2 ||
	    session_is_raw(sv->s))
		return (false);
	for (i = 0; offers != NULL && offers[i] != NULL; i++)
		if (strcmp(offers[i], "h2") == 0)
			return (false);
	return (true);
}

/* Once more, with other offers. */
static void
server_redial(struct server *sv, const char *const *offers)
{
	struct conn	*c = conn_new(true);

	session_tell(sv->s, HOOK_tls_failed_server, sv->conn);
	server_hang_up(sv);
	conn_unref(sv->conn);
	sv->conn = c;
	c->t_start = date_now();
	c->tls = true;
	conn_set_place(&c->address, sv->host, sv->port);
	server_set_via(sv, sv->asked_via);
	sv->offers = offers;
	sv->step = SV_DIAL;
	server_reach(sv);
}

static void
on_tls_done(void *arg, const struct why *why)
{
	struct server	*sv = arg;

	if (sv->s->step == S_CLOSING)
		return;
	server_tls_facts(sv);
	if (why != NULL && server_may_want_h2(sv, why)) {
		server_redial(sv, alpn_h2);
		return;
	}
	if (why != NULL) {
		server_fail(sv, why);
		return;
	}
	sv->step = SV_IDLE;
	server_facts(sv)->established = true;
	sv->conn->t_tls = date_now();
	session_tell(sv->s, HOOK_tls_established_server, sv->conn);
	if (sv->conn->alpn != NULL && strcmp(sv->conn->alpn, "h2") == 0 &&
	    !session_is_raw(sv->s))
		server_start_h2(sv);
	server_settled(sv);
}

/* Who the server is to be: what the client asked for by SNI, unless we
 * stand for a server of our own. */
static const char *
server_name(const struct server *sv)
{
	const struct session	*s = sv->s;
	bool			 reverse = s->mode != NULL &&
	    s->mode->kind == MODE_REVERSE && !s->cfg->keep_host;

	return (s->sni != NULL && s->host != NULL && !reverse ? s->sni :
	    sv->host);
}

void
server_start_tls(struct server *sv)
{
	struct session		*s = sv->s;
	const char		*name = server_name(sv);
	bool			 ip = addr_host_is_ip(sp_of(name));
	struct conn		*c = server_facts(sv);
	const char *const	*offers = sv->offers;
	struct why		 why;

	if (offers == NULL)
		offers = (const char *const *)s->offers;
	sv->tls = true;
	sv->step = SV_TLS;
	c->tls = true;
	conn_set(&c->sni, ip ? NULL : name);
	strv_free(c->alpn_offers);
	c->alpn_offers = strv_dup((char *const *)(uintptr_t)offers);
	session_tell(s, HOOK_tls_start_server, sv->conn);
	if (wire_connect_tls(sv->wire, s->cfg->tls, ip ? NULL : name,
	    sv->port, name, offers, on_tls_done, sv, &why) == -1)
		server_fail(sv, &why);
}

static void
server_tcp_facts(struct server *sv, const struct addr *a)
{
	struct conn	*c = server_facts(sv);

	c->t_tcp = date_now();
	c->established = !sv->tls;
	facts_set_ends(c, a, wire_sock(sv->wire));
}

void
server_go_on(struct server *sv)
{
	if (sv->tls) {
		server_start_tls(sv);
		return;
	}
	sv->step = SV_IDLE;
	server_settled(sv);
}

static void
on_dialled(void *arg, int fd, const struct addr *a, const struct why *why)
{
	struct server	*sv = arg;
	struct session	*s = CAST(session, sv->s, SESSION_MAGIC);
	struct why	 loop;

	sv->dial = NULL;
	if (fd == -1) {
		server_fail(sv, why);
		return;
	}
	sv->wire = wire_new(s->node->loop, fd, &server_ops, sv);
	wire_set_idle_ms(sv->wire, s->cfg->idle_ms);
	/* it would come back for ever */
	if (cfg_is_own(s->cfg, false, a, wire_sock(sv->wire))) {
		(void)fail(&loop, ERR_LOOP, "the request is for this proxy"
		    " itself (%s:%u)", sv->host, sv->port);
		server_fail(sv, &loop);
		return;
	}
	server_tcp_facts(sv, a);
	session_tell(s, HOOK_server_connected, sv->conn);
	if (sv->via != NULL)
		server_start_via(sv);
	else
		server_go_on(sv);
}

static void
server_dial(struct server *sv)
{
	struct session		*s = sv->s;
	struct dial_target	 t = {
		.host = sv->conn->address.host,
		.port = sv->conn->address.port,
		.bind = s->cfg->connect_addr, .timeout_ms = DIAL_TIMEOUT_MS
	};

	if (sv->via != NULL) {
		t.host = sv->via->host;
		t.port = sv->via->port;
	}
	sv->dial = dial_start(s->node->resolver, &t, on_dialled, sv);
}

/* A script may send the connection elsewhere, or forbid it. */
static void
on_decided(void *arg, const struct hookcall *c)
{
	struct server		*sv = arg;
	const struct place	*p = &c->server->address;
	struct why		 why;

	if (sv->s->step == S_CLOSING)
		return;
	if (query_refuses(c, &why)) {
		server_fail(sv, &why);
		return;
	}
	if ((c->verdict & HV_CONN) != 0) {
		conn_set_place(&server_facts(sv)->address, p->host, p->port);
		server_take_via(sv, c->server);
	}
	server_dial(sv);
}

void
server_reach(struct server *sv)
{
	struct session	*s = sv->s;

	if (hooks_wanted(s->cfg->hooks, HOOK_server_connect))
		query_ask(&sv->query, s->node->loop, s->cfg->hooks,
		    session_call(s, HOOK_server_connect, sv->conn),
		    on_decided, sv);
	else
		server_dial(sv);
}

struct server *
server_new(struct session *s, const char *host, uint16_t port, bool tls,
    struct mode *via)
{
	struct server	*sv = xcalloc(1, sizeof(*sv));

	sv->s = s;
	sv->host = xstrdup(host);
	sv->port = port;
	sv->tls = tls;
	sv->conn = conn_new(true);
	sv->conn->t_start = date_now();
	sv->conn->tls = tls;
	conn_set_place(&sv->conn->address, host, port);
	LIST_INSERT_HEAD(&s->servers, sv, link);
	s->nservers++;
	h1_init(&sv->h1, true);
	sv->h1.lenient = !s->cfg->validate;
	LIST_INIT(&sv->xconnects);
	sv->asked_via = via != NULL ? mode_ref(via) : NULL;
	server_set_via(sv, via);
	return (sv);
}

void
server_borrow(struct server *sv, int fd, const struct server *carrier)
{
	conn_unref(sv->conn);
	sv->conn = conn_ref(carrier->conn);
	sv->borrowed = true;
	sv->wire = wire_new(sv->s->node->loop, fd, &server_ops, sv);
	wire_set_idle_ms(sv->wire, sv->s->cfg->idle_ms);
	sv->step = SV_IDLE;
}

struct server *
server_open(struct session *s, const char *host, uint16_t port, bool tls)
{
	struct server	*sv = server_new(s, host, port, tls, session_via(s));

	server_reach(sv);
	return (sv);
}

/* --- responses ----------------------------------------------------------- */

static void
server_release_h2(struct server *sv, struct stream *st, bool keep)
{
	st->sv = NULL;
	sv->nstreams--;
	if (!keep)
		h2_reset(sv->h2, st->sid, H2_CANCEL);
	st->sid = 0;	/* servers_pump() frees one that has no more to do */
}

/* The exchange is done with it. */
void
server_release(struct server *sv, struct stream *st, bool keep)
{
	struct session	*s = sv->s;

	s->again = true;	/* somebody may wait for it */
	if (sv->h2 != NULL && st->sid != 0) {
		server_release_h2(sv, st, keep);
		return;
	}
	server_leave(sv);
	if (!keep || !sv->keeps || sv->borrowed || sv->wire == NULL ||
	    wire_eof(sv->wire) || wire_in_len(sv->wire) != 0 ||
	    s->nservers > SERVERS_MAX) {
		server_free(sv);
		return;
	}
	sv->step = SV_IDLE;
	wire_resume(sv->wire, PAUSE_FULL);
}

static void
server_event(struct server *sv, const struct h1_ev *ev)
{
	struct exch_in	in = { .head = ev->head, .data = ev->data };

	switch (ev->kind) {
	case H1_HEAD:
		in.kind = IN_RES_HEAD;
		sv->answered = true;
		sv->res_more = h1_has_body(&sv->h1);
		in.more = sv->res_more;
		if (ev->head->status / 100 != 1)
			sv->keeps = h1_keeps_alive(ev->head,
			    &sv->h1.framing);
		break;
	case H1_DATA:
		in.kind = IN_RES_DATA;
		break;
	case H1_TRAILERS:
		in.kind = IN_RES_TRAILERS;
		break;
	case H1_END:
		if (!sv->res_more)
			return;
		in.kind = IN_RES_END;
		break;
	case H1_MORE:
		return;
	}
	exch_input(sv->st->x, &in);
}

static bool
server_may_feed(struct server *sv)
{
	if (sv->st == NULL || sv->step != SV_BUSY ||
	    !exch_takes_response(sv->st->x))
		return (false);
	if (stream_client_is_full(sv->st)) {
		wire_pause(sv->wire, PAUSE_FULL);
		return (false);
	}
	return (true);
}

static void
server_eof(struct server *sv)
{
	struct h1_ev	ev;
	struct why	why;

	if (h1_eof(&sv->h1, wire_peek(sv->wire), &ev, &why) == -1) {
		why.code = ERR_SERVER_LOST;
		server_lost(sv, &why);
	} else if (ev.kind == H1_END)
		server_event(sv, &ev);
	else {
		(void)fail(&why, ERR_SERVER_LOST, "%s",
		    err_text(ERR_SERVER_LOST));
		server_lost(sv, &why);
	}
}

static ssize_t
server_feed(struct server *sv, struct h1_ev *ev, struct why *why)
{
	struct sp	in = wire_front(sv->wire);
	ssize_t		n = h1_feed(&sv->h1, in, ev, why);

	if (n == 0 && ev->kind == H1_MORE && in.n < wire_in_len(sv->wire))
		n = h1_feed(&sv->h1, wire_peek(sv->wire), ev, why);
	return (n);
}

void
server_pump(struct server *sv)
{
	struct stream	*st = sv->st;
	struct h1_ev	 ev = { .kind = H1_DATA };
	struct wire	*w = sv->wire;
	struct why	 why;
	bool		 stuck = false;
	ssize_t		 n;

	while (!stuck && server_may_feed(sv)) {
		n = server_feed(sv, &ev, &why);
		if (n == -1) {
			why.code = ERR_SERVER_LOST;	/* a 502, not a 400 */
			server_lost(sv, &why);
			return;
		}
		server_event(sv, &ev);
		if (st->sv != sv)	/* it was aborted in there */
			return;
		wire_drain(w, (size_t)n);
		stuck = ev.kind == H1_MORE && (n == 0 || wire_in_len(w) == 0);
	}
	if (stuck && wire_eof(w))
		server_eof(sv);
}
