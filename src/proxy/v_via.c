#include "codec/uri.h"
#include "proxy/session_int.h"

/*
 * A server reached through another proxy (mode upstream): plain requests
 * go to that one with their whole URL, everything else through a tunnel
 * that it is asked for.
 *
 *	DIAL -> [VIA_TLS] -> VIA -> TLS or IDLE
 */

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
	const struct mode		*m = sv->s->mode;
	bool				 ip;
	struct why			 why;

	conn_set(&server_facts(sv)->via, m->spec);
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
	str_init(&out, 8192);
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
	    "tunnel to %s:%u: %d %.*s", sv->s->mode->host, sv->s->mode->port,
	    sv->host, sv->port, h->status, SPF(h->reason));
	server_fail(sv, &why);
}

void
server_read_via(struct server *sv)
{
	struct h1_ev	ev;
	struct why	why;
	ssize_t		n;

	n = h1_feed(&sv->h1, wire_peek(sv->wire), &ev, &why);
	if (n == -1) {
		why.code = ERR_CONNECT;
		server_fail(sv, &why);
		return;
	}
	wire_drain(sv->wire, (size_t)n);
	if (ev.kind == H1_HEAD) {
		answered(sv, ev.head);
		head_unref(ev.head);
	} else if (wire_eof(sv->wire)) {
		(void)fail(&why, ERR_CONNECT, "upstream proxy %s:%u closed "
		    "the connection", sv->s->mode->host, sv->s->mode->port);
		server_fail(sv, &why);
	}
}
