#include "proxy/session.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "codec/uri.h"
#include "net/origin.h"
#include "proxy/dnsq.h"
#include "proxy/facts.h"
#include "proxy/session_int.h"
#include "proxy/udpport.h"

#define LOG_TAG	"session"

struct conn *
session_facts(struct session *s)
{
	return (facts_edit(&s->conn));
}

void
session_log(struct session *s, enum log_level level, const char *fmt, ...)
{
	char	text[512];
	va_list	ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	log_put(s->cfg->log, level, "proxy", "[%s:%u] %s",
	    s->conn->peer.host != NULL ? s->conn->peer.host : "replay",
	    s->conn->peer.port, text);
}

bool
session_is_ours(const struct session *s, const char *host)
{
	return (s->cfg->addons != NULL &&
	    s->cfg->addon_ops->is_ours(s->cfg->addons, sp_of(host)));
}

bool
session_asks_login(const struct session *s)
{
	return (s->cfg->addons != NULL &&
	    s->cfg->addon_ops->asks_login != NULL &&
	    s->cfg->addon_ops->asks_login(s->cfg->addons));
}

/* RFC 9113 3.3: where no TLS could tell, a client knows beforehand; but of
 * its server, so not when it speaks to a proxy. */
bool
session_mirrors_h2(const struct session *s, bool tls)
{
	if (s->within != NULL && s->within->outer->host != NULL)
		s = s->within->outer;	/* a WebSocket of that client */
	return (s->cfg->h2_plain && !tls && s->h2 != NULL && s->host != NULL);
}

bool
session_target_is_tls(const struct session *s)
{
	if (s->mode != NULL && s->mode->kind == MODE_REVERSE)
		return (mode_target_is_tls(s->mode));
	return (s->tls);
}

const char *
session_scheme(const struct session *s)
{
	return (session_target_is_tls(s) ? "https" : "http");
}

bool
session_is_raw(const struct session *s)
{
	return (s->mode != NULL && s->host != NULL && (mode_is_raw(s->mode) ||
	    cfg_is_raw(s->cfg, s->host, s->port, s->sni)));
}

void
session_fit_host(struct session *s, struct head *h)
{
	struct str	at;

	if (s->mode == NULL || s->mode->kind != MODE_REVERSE ||
	    s->cfg->keep_host)
		return;
	str_init(&at, 512);
	uri_put_authority(&at, sp_of(session_scheme(s)), sp_of(s->host),
	    s->port);
	if (head_find_tok(h, TOK_host, 0) != -1 || h->authority.n == 0)
		head_set(h, SP("Host"), str_sp(&at));
	if (h->authority.n != 0)
		head_set_url(h, h->scheme, str_sp(&at), h->host, h->port,
		    h->path);
	str_fini(&at);
}

struct conn *
session_far_end(const struct session *s, bool lost_too)
{
	const struct server	*sv;
	struct conn		*c;

	if (s->host == NULL)
		return (NULL);
	LIST_FOREACH(sv, &s->servers, link)
		if (sv->port == s->port && strcmp(sv->host, s->host) == 0 &&
		    (lost_too || (!sv->goes && sv->step != SV_FAILED)))
			return (conn_ref(sv->conn));
	c = conn_new(true);
	conn_set_place(&c->address, s->host, s->port);
	via_tell(session_via(s), c);
	return (c);
}

struct hookcall *
session_call(struct session *s, enum hook h, const struct conn *conn)
{
	struct hookcall	*c = hookcall_new(h, NULL);

	c->conn = conn_ref(conn);
	c->client = conn_ref(s->conn);
	c->server = conn->server ? conn_ref(conn) :
	    session_far_end(s, true);
	return (c);
}

void
session_tell(struct session *s, enum hook h, const struct conn *conn)
{
	if (hooks_wanted(s->cfg->hooks, h))
		query_tell(s->cfg->hooks, session_call(s, h, conn));
}

void
session_tell_flow(struct session *s, enum hook h, const struct flow *f)
{
	if (hooks_wanted(s->cfg->hooks, h))
		query_tell(s->cfg->hooks, hookcall_new(h,
		    flow_dup(f, true)));
}

void
session_ask(struct session *s, struct hookcall *c,
    void (*then)(void *, const struct hookcall *))
{
	query_ask(&s->query, s->node->loop, s->cfg->hooks, c, then, s);
}

static void
servers_free(struct session *s)
{
	struct server	*sv;

	while ((sv = LIST_FIRST(&s->servers)) != NULL)
		server_free(sv);
}

/* From the loop: no frame of ours is on the stack. */
static void
session_end(void *arg)
{
	struct session	*s = CAST(session, arg, SESSION_MAGIC);
	struct stream	*st;

	while ((st = LIST_FIRST(&s->streams)) != NULL) {
		stream_lose_client(st);
		stream_end(st);
	}
	if (s->turn.queued) {	/* a turn is queued behind us: wait for it */
		loop_defer(s->node->loop, &s->end);
		return;
	}
	query_forget(&s->query);
	timer_free(s->silence);
	waiters_free(s);
	relay_end(s);
	dns_end(s);
	client_end_connect(s);
	if (s->leaf_job != NULL)
		leaf_job_cancel(s->leaf_job);
	tunnels_free(s);
	if (s->within != NULL)
		s->within->s = NULL;
	if (s->h2 != NULL && s->client != NULL)
		(void)h2_pump(s->h2, H2_TURN);	/* its last words */
	h2_free(s->h2);
	servers_free(s);
	if (s->met) {
		facts_end(&s->conn);
		session_tell(s, HOOK_client_disconnected, s->conn);
	}
	if (s->broken)
		wire_reset(s->client);
	else if (s->client != NULL)
		wire_close(s->client, true);
	conn_unref(s->conn);
	mode_unref(s->mode);
	via_fini(&s->via);
	free(s->socks);
	TAILQ_REMOVE(&s->node->sessions, s, link);
	atomic_fetch_sub(&s->node->shard->load, 1);
	cfg_unref(s->cfg);
	free(s->host);
	free(s->sni);
	strv_free(s->offers);
	obj_gone(OBJ_session);
	s->magic = 0;
	free(s);
}

static void
on_turn(void *arg)
{
	struct session	*s = CAST(session, arg, SESSION_MAGIC);

	if (s->step != S_CLOSING)
		session_turn(s);
}

static struct session *
session_new(struct node *n)
{
	struct session	*s = xcalloc(1, sizeof(*s));

	s->magic = SESSION_MAGIC;
	s->node = n;
	s->cfg = cfg_ref(n->cfg);
	s->step = S_SNIFF;
	LIST_INIT(&s->servers);
	LIST_INIT(&s->streams);
	LIST_INIT(&s->waiters);
	LIST_INIT(&s->tunnels);
	s->turn = (struct defer){ .fn = on_turn, .arg = s };
	s->end = (struct defer){ .fn = session_end, .arg = s };
	TAILQ_INSERT_TAIL(&n->sessions, s, link);
	atomic_fetch_add(&n->shard->load, 1);
	obj_born(OBJ_session);
	return (s);
}

/* What the mode says of where it goes. -1: nowhere. */
static int
session_aim(struct session *s, int fd, struct why *why)
{
	struct addr	a;
	char		host[64];

	if (s->mode->kind == MODE_REVERSE) {
		s->host = xstrdup(s->mode->host);
		s->port = s->mode->port;
	} else if (s->mode->kind == MODE_TRANSPARENT) {
		if (origin_of(fd, &a, why) == -1)
			return (-1);
		addr_host(&a, host);
		s->host = xstrdup(host);
		s->port = addr_port(&a);
	}
	return (0);
}

static void
session_enter(struct session *s)
{
	s->step = S_SNIFF;
	if (s->mode->kind == MODE_SOCKS5)
		client_start_socks(s);
	else if (mode_is_dns(s->mode))
		dns_begin(s);
	else if (s->host != NULL && s->cfg->eager)
		/* it may be the server that speaks first */
		(void)server_open(s, s->host, s->port, false);
	session_later(s);
}

/* Scripts have seen the client, and where it goes if the mode tells. */
static void
on_welcome(void *arg, const struct hookcall *c)
{
	struct session	*s = CAST(session, arg, SESSION_MAGIC);

	if (s->step == S_CLOSING)
		return;
	if ((c->verdict & HV_KILL) != 0) {
		session_log(s, LOG_INFO, "client refused: %s",
		    c->conn->error != NULL ? c->conn->error : "by a script");
		session_close(s);
		return;
	}
	if ((c->verdict & HV_CONN) != 0)
		session_take_via(s, c->server);
	if ((c->verdict & HV_CONN) != 0 && s->host != NULL) {
		free(s->host);
		s->host = xstrdup(c->server->address.host);
		s->port = c->server->address.port;
	}
	session_enter(s);
	if (s->step != S_CLOSING)
		session_turn(s);
}

static void
session_welcome(struct session *s)
{
	s->met = true;
	if (!hooks_wanted(s->cfg->hooks, HOOK_client_connected)) {
		session_enter(s);
		return;
	}
	s->step = S_WELCOME;
	session_ask(s, session_call(s, HOOK_client_connected, s->conn),
	    on_welcome);
}

void
session_accept(struct node *n, int fd, const struct addr *peer,
    struct mode *mode)
{
	struct session	*s = session_new(n);
	struct why	 why;

	s->client = wire_new(n->loop, fd, &client_ops, s);
	wire_set_idle_ms(s->client, s->cfg->idle_ms);
	s->conn = facts_of_client(peer, wire_sock(s->client), mode);
	s->mode = mode_ref(mode);
	h1_init(&s->h1, false);
	s->h1.lenient = !s->cfg->validate;
	if ((s->cfg->addons != NULL && !s->cfg->addon_ops->admit(
	    s->cfg->addons, s->conn, &why)) ||
	    session_aim(s, fd, &why) == -1) {
		session_log(s, LOG_WARN, "%s", why.text);
		session_close(s);
	} else
		session_welcome(s);
}

void
session_within(struct session *outer, int fd, bool same_target,
    struct within *within)
{
	struct session	*s = session_new(outer->node);

	within->s = s;
	s->within = within;
	s->client = wire_new(s->node->loop, fd, &client_ops, s);
	wire_set_idle_ms(s->client, s->cfg->idle_ms);
	s->conn = conn_dup(outer->conn);
	s->mode = mode_ref(outer->mode);
	s->via = outer->via;
	if (s->via.proxy != NULL)
		(void)mode_ref(s->via.proxy);
	s->client_bits = outer->client_bits;
	h1_init(&s->h1, false);
	s->h1.lenient = !s->cfg->validate;
	s->step = S_HTTP;
	if (!same_target)
		return;
	s->host = outer->host != NULL ? xstrdup(outer->host) : NULL;
	s->port = outer->port;
	s->tls = outer->tls;
	s->sni = outer->sni != NULL ? xstrdup(outer->sni) : NULL;
}

void
session_replay(struct node *n, struct flow *f)
{
	struct session	*s = session_new(n);

	s->conn = f->client != NULL ? conn_dup(f->client) : conn_new(false);
	s->step = S_HTTP;
	f->replay = REPLAY_REQUEST;
	s->st = stream_replay(s, f);
	flow_unref(f);
	exch_replay(s->st->x);
	session_later(s);
}

void
session_close(struct session *s)
{
	if (s->step == S_CLOSING)
		return;
	s->step = S_CLOSING;
	loop_defer(s->node->loop, &s->end);
}

void
session_later(struct session *s)
{
	if (s->step != S_CLOSING)
		loop_defer(s->node->loop, &s->turn);
}

static void
session_flush(struct session *s)
{
	struct server	*sv;

	if (s->client != NULL)
		wire_flush(s->client);
	LIST_FOREACH(sv, &s->servers, link)
		if (sv->wire != NULL && wire_out_len(sv->wire) != 0)
			wire_flush(sv->wire);
}

/* Streams whose exchange is over go; servers have what came for them. */
static void
session_sweep(struct session *s)
{
	struct stream	*st, *next;

	for (st = LIST_FIRST(&s->streams); st != NULL; st = next) {
		next = LIST_NEXT(st, link);
		if (st->x->over)
			stream_end(st);
	}
}

void
session_assign(struct session *s)
{
	struct stream	*st;

	LIST_FOREACH(st, &s->streams, link)
		if (st->seeks && !st->x->over)
			stream_seek(st, false);
}

static void
servers_pump(struct session *s)
{
	struct server	*sv, *next;

	for (sv = LIST_FIRST(&s->servers); sv != NULL; sv = next) {
		next = LIST_NEXT(sv, link);
		if (sv->h2 != NULL && (sv->step == SV_FAILED ||
		    (sv->goes && sv->nstreams == 0)))
			server_free(sv);
		else if (sv->h2 != NULL)
			server_h2(sv);
		else if (sv->step == SV_BUSY && sv->st != NULL)
			server_pump(sv);
	}
}

/* Frames that the calls of this turn have made. */
static void
session_pump_h2(struct session *s)
{
	struct server	*sv;

	if (s->h2 != NULL && s->client != NULL)
		client_h2_pump(s);
	LIST_FOREACH(sv, &s->servers, link)
		if (sv->h2 != NULL && sv->step != SV_FAILED)
			server_h2_pump(sv);
}

static void
session_pump(struct session *s)
{
	struct stream	*st;

	do {
		s->again = false;
		servers_pump(s);
		LIST_FOREACH(st, &s->streams, link)
			stream_feed(st);
		session_sweep(s);
		if (s->client != NULL && s->step != S_CLOSING)
			client_pump(s);
		session_assign(s);
		session_pump_h2(s);
		LIST_FOREACH(st, &s->streams, link)
			if (st->x->over)
				s->again = true;
	} while (s->again && s->step != S_CLOSING);
}

/* A server in HTTP/2 may carry what is relayed. */
static void
session_pump_relay(struct session *s)
{
	do {
		s->again = false;
		servers_pump(s);
		relay_pump(s);
		session_pump_h2(s);
	} while (s->again && s->step != S_CLOSING);
}

/*
 * Move everything on as far as it goes, then send what was written. Each
 * callback ends here; nothing else calls the pumps.
 */
void
session_turn(struct session *s)
{
	if (s->in_turn)
		return;
	s->in_turn = true;
	if (s->step != S_RELAY && s->step != S_DNS)
		session_pump(s);
	if (s->step == S_DNS)
		dns_pump(s);
	if (s->step == S_RELAY)		/* maybe since just now */
		session_pump_relay(s);
	s->in_turn = false;
	session_flush(s);
}

bool
session_is_held(const struct session *s)
{
	const struct stream	*st;
	const struct server	*sv;

	LIST_FOREACH(st, &s->streams, link)
		if (st->ask != NULL || st->req_ask != NULL)
			return (true);
	LIST_FOREACH(sv, &s->servers, link)
		if (sv->query != NULL)
			return (true);
	return (s->query != NULL || tcp_is_held(s) || ws_is_held(s) ||
	    dns_is_held(s) || tunnels_are_held(s));
}

static struct stream *
session_stream_of(struct session *s, uint64_t id)
{
	struct stream	*st;

	LIST_FOREACH(st, &s->streams, link)
		if (!st->x->over && st->x->flow->id == id)
			return (st);
	return (NULL);
}

void
session_kill_flow(struct node *n, uint64_t id)
{
	struct exch_in	 in = { .kind = IN_KILL };
	struct session	*s;
	struct stream	*st;

	if (dnsq_kill(n, id) || udpport_kill(n, id))
		return;
	TAILQ_FOREACH(s, &n->sessions, link) {
		if (ws_kill(s, id) || tcp_kill(s, id))
			return;
		if ((st = session_stream_of(s, id)) != NULL) {
			exch_input(st->x, &in);
			session_turn(s);
			return;
		}
	}
}

void
session_inject(struct node *n, uint64_t id, bool from_client, bool text,
    struct blob *data)
{
	struct session	*s;

	if (udpport_inject(n, id, from_client, data))
		return;
	TAILQ_FOREACH(s, &n->sessions, link) {
		if (ws_has_flow(s, id))
			ws_inject(s, from_client, text, data);
		else if (tcp_has_flow(s, id))
			tcp_inject(s, from_client, data);
		else
			continue;
		return;
	}
	blob_unref(data);
}
