#include "codec/uri.h"
#include "proxy/session_int.h"

/*
 * A server reached through another proxy (mode upstream, or as a script
 * wishes): plain requests go to that one with their whole URL, everything
 * else through a tunnel that it is asked for.
 *
 *	DIAL -> [VIA_TLS] -> VIA -> TLS or IDLE
 */

/* --- by which one -------------------------------------------------------- */

struct mode *
session_via(const struct session *s)
{
	if (s->via.chosen)
		return (s->via.proxy);
	if (s->mode == NULL)
		return (s->cfg->via);
	return (s->mode->kind == MODE_UPSTREAM ? s->mode : NULL);
}

struct mode *
stream_via(const struct stream *st)
{
	return (st->via.chosen ? st->via.proxy : session_via(st->s));
}

bool
via_is(const struct mode *a, const struct mode *b)
{
	if (a == NULL || b == NULL)
		return (a == b);
	return (a == b || (a->port == b->port &&
	    strcmp(a->host, b->host) == 0 &&
	    strcmp(a->scheme, b->scheme) == 0));
}

void
via_fini(struct via *v)
{
	mode_unref(v->proxy);
	v->proxy = NULL;
}

void
via_tell(const struct mode *via, struct conn *c)
{
	struct str	url;

	if (via == NULL) {
		conn_set(&c->via, NULL);
		return;
	}
	str_init(&url, 512);
	str_printf(&url, "%s://", via->scheme);
	uri_put_authority(&url, SPNIL, sp_of(via->host), via->port);
	conn_set(&c->via, str_c(&url));
	str_fini(&url);
}

/* What the facts name, a reference. -1: they name none that can be. */
static int
via_of(const struct conn *c, struct mode **via, struct why *why)
{
	struct str	spec;

	*via = NULL;
	if (c->via == NULL)
		return (0);
	str_init(&spec, 512);
	str_printf(&spec, "upstream:%s", c->via);
	*via = mode_parse(str_c(&spec), why);
	str_fini(&spec);
	return (*via != NULL ? 0 : -1);
}

/* Where nothing else is said, v is what it was. */
static void
via_take(struct session *s, struct via *v, const struct mode *now,
    const struct conn *c)
{
	struct mode	*via;
	struct why	 why;

	if (via_of(c, &via, &why) == -1) {
		session_log(s, LOG_WARN, "%s", why.text);
		return;
	}
	if (via_is(via, now)) {
		mode_unref(via);
		return;
	}
	via_fini(v);
	v->chosen = true;
	v->proxy = via;
}

void
session_take_via(struct session *s, const struct conn *c)
{
	via_take(s, &s->via, session_via(s), c);
}

void
stream_take_via(struct stream *st, const struct hookcall *c)
{
	if ((c->verdict & HV_STAYS) != 0)
		session_take_via(st->s, c->server);
	via_take(st->s, &st->via, stream_via(st), c->server);
}

void
server_set_via(struct server *sv, struct mode *via)
{
	struct mode	*old = sv->via;

	if (via != NULL || sv->conn->via != NULL)
		via_tell(via, server_facts(sv));
	sv->via = via != NULL ? mode_ref(via) : NULL;
	mode_unref(old);
}

void
server_take_via(struct server *sv, const struct conn *c)
{
	struct mode	*via;
	struct why	 why;

	if (via_of(c, &via, &why) == -1) {
		session_log(sv->s, LOG_WARN, "%s", why.text);
		return;
	}
	server_set_via(sv, via);
	mode_unref(via);
}

void
stream_fit_login(struct stream *st, const struct server *sv)
{
	const struct cfg	*cfg = st->s->cfg;
	const char		*auth = cfg->addons != NULL ?
	    cfg->addon_ops->upstream_auth(cfg->addons) : NULL;
	struct msg		*m;

	/* Of those that come in upstream mode an addon has seen to it. */
	if (!st->via.chosen && !st->s->via.chosen && st->s->mode != NULL)
		return;
	if (auth == NULL || sv->absolute == sp_is(head_get_tok(
	    st->x->flow->request->head, TOK_proxy_authorization), auth))
		return;
	m = msg_dup(st->x->flow->request);
	(void)head_drop_tok(m->head, TOK_proxy_authorization);
	if (sv->absolute)
		head_set(m->head, SP("Proxy-Authorization"), sp_of(auth));
	flow_set_request(st->x->flow, m);
}

/* --- getting through it -------------------------------------------------- */

static void
on_tls_done(void *arg, const struct why *why)
{
	struct server	*sv = arg;

	if (sv->s->step == S_CLOSING)
		return;
	if (why != NULL)
		server_fail(sv, why);
	else
		server_ask_via(sv);
}

void
server_start_via(struct server *sv)
{
	static const char *const	alpn[] = { "http/1.1", NULL };
	const struct mode		*m = sv->via;
	bool				 ip;
	struct why			 why;

	if (strcmp(m->scheme, "https") != 0) {
		server_ask_via(sv);
		return;
	}
	sv->step = SV_VIA_TLS;
	ip = addr_host_is_ip(sp_of(m->host));
	if (wire_connect_tls(sv->wire, sv->s->cfg->tls, ip ? NULL : m->host,
	    m->port, m->host, alpn, on_tls_done, sv, &why) == -1)
		server_fail(sv, &why);
}

/* RFC 9110 9.3.6 */
void
server_ask_via(struct server *sv)
{
	const struct cfg	*cfg = sv->s->cfg;
	const char		*auth = cfg->addons != NULL ?
	    cfg->addon_ops->upstream_auth(cfg->addons) : NULL;
	struct str		 at, out;

	if (!sv->tls && sv->s->host == NULL) {
		sv->absolute = true;
		server_go_on(sv);
		return;
	}
	str_init(&at, 512);
	str_init(&out, STR_MAX);	/* the login is the user's own */
	uri_put_authority(&at, SPNIL, sp_of(sv->conn->address.host),
	    sv->conn->address.port);
	str_printf(&out, "CONNECT %s HTTP/1.1\r\n", str_c(&at));
	if (cfg->connect_host)
		str_printf(&out, "Host: %s\r\n", str_c(&at));
	if (auth != NULL)
		str_printf(&out, "Proxy-Authorization: %s\r\n", auth);
	str_puts(&out, "\r\n");
	sv->step = SV_VIA;
	h1_init(&sv->h1, true);
	h1_expect(&sv->h1, SP("CONNECT"));
	wire_write(sv->wire, str_sp(&out));
	wire_flush(sv->wire);
	str_fini(&out);
	str_fini(&at);
}

static void
answered(struct server *sv, const struct head *h)
{
	struct why	why;

	h1_init(&sv->h1, true);
	sv->h1.lenient = !sv->s->cfg->validate;
	if (h->status / 100 == 2) {
		server_go_on(sv);
		return;
	}
	(void)fail(&why, ERR_CONNECT, "upstream proxy %s:%u refused the "
	    "tunnel to %s:%u: %d %.*s", sv->via->host, sv->via->port,
	    sv->host, sv->port, h->status, SPF(h->reason));
	server_fail(sv, &why);
}

/* RFC 9110 15.2: some more may come in front of the answer. */
static bool
is_interim(const struct head *h)
{
	return (h->status / 100 == 1 && h->status != 101);
}

void
server_read_via(struct server *sv)
{
	struct h1_ev	ev;
	struct why	why;
	ssize_t		n;

	do {
		n = h1_feed(&sv->h1, wire_peek(sv->wire), &ev, &why);
		if (n == -1) {
			why.code = ERR_CONNECT;
			server_fail(sv, &why);
			return;
		}
		wire_drain(sv->wire, (size_t)n);
		if (ev.kind == H1_HEAD && !is_interim(ev.head)) {
			answered(sv, ev.head);
			head_unref(ev.head);
			return;
		}
		head_unref(ev.head);
	} while (ev.kind != H1_MORE);
	if (wire_eof(sv->wire)) {
		(void)fail(&why, ERR_CONNECT, "upstream proxy %s:%u closed "
		    "the connection", sv->via->host, sv->via->port);
		server_fail(sv, &why);
	}
}
