#include <stdlib.h>

#include "base/date.h"
#include "base/limits.h"
#include "base/mem.h"
#include "net/hello.h"
#include "proxy/session_int.h"

/*
 * Interception: the client's handshake stops at its ClientHello; the
 * server is asked first, so that the client gets the protocol and the
 * names that the server really has.
 *
 *	ClientHello -> [server TLS] -> leaf (cache or worker) -> handshake
 */

static void
tls_finish(struct session *s, struct leaf *leaf)
{
	struct conn	*c = session_facts(s);

	s->step = S_HANDSHAKE;
	blob_unref(c->mitmcert);
	c->mitmcert = blob_ref(leaf->der);
	session_tell(s, HOOK_tls_start_client, s->conn);
	wire_give_leaf(s->client, leaf, s->alpn);
	leaf_unref(leaf);
}

static void
on_leaf(void *arg, struct leaf *leaf, const struct why *why)
{
	struct session	*s = CAST(session, arg, SESSION_MAGIC);

	s->leaf_job = NULL;
	if (leaf == NULL) {
		session_log(s, LOG_ERROR_, "No certificate for %s: %s",
		    s->sni != NULL ? s->sni : s->host, why->text);
		session_close(s);
		return;
	}
	tls_finish(s, leaf);
	session_turn(s);
}

static void
tls_want_leaf(struct session *s, struct server *sv)
{
	const char		*more[2] = { s->host, NULL };
	struct leaf_want	 want = {
		.name = s->sni != NULL ? s->sni : s->host, .names = more
	};
	struct leaf		*leaf;

	if (want.name == NULL)
		want.name = s->conn->sock.host;	/* TLS to the proxy itself */
	/* Names that nobody vouches for are not copied. */
	if (sv != NULL && sv->step != SV_FAILED && sv->conn->ncerts != 0) {
		want.upstream = sv->conn->certs[0];
		want.add_chain = s->cfg->add_upstream_chain;
		want.chain = sv->conn->certs + 1;
		want.nchain = sv->conn->ncerts - 1;
	}
	leaf = castore_cached(s->cfg->ca, &want);
	if (leaf != NULL)
		tls_finish(s, leaf);
	else
		s->leaf_job = castore_forge(s->cfg->ca, s->cfg->work,
		    s->node->loop, &want, on_leaf, s);
}

/* The client's own offer, in its words: that one, or what it likes best. */
static const char *
tls_offered(const struct session *s, const char *name)
{
	size_t	i;

	if (s->offers == NULL)
		return (NULL);
	for (i = 0; name != NULL && s->offers[i] != NULL; i++)
		if (strcmp(s->offers[i], name) == 0)
			return (s->offers[i]);
	return (s->offers[0]);
}

/* The server is up or has failed: either way the client goes on, and gets
 * the failure as an answer. */
void
tls_server_ready(struct session *s, struct server *sv)
{
	s->alpn = sv->step == SV_IDLE && sv->conn->alpn == NULL ? NULL :
	    tls_offered(s, sv->conn->alpn);
	tls_want_leaf(s, sv);
}

static void
tls_ask_server(struct session *s)
{
	struct server	*sv;

	sv = server_find(s, s->host, s->port, false);
	if (sv != NULL && sv->step == SV_IDLE)
		server_start_tls(sv);
	else if (sv != NULL && sv->step == SV_FAILED)
		tls_server_ready(s, sv);
	else if (sv == NULL)
		(void)server_open(s, s->host, s->port, true);
	else
		sv->tls = true;		/* dialling still */
}

static void
hello_facts(struct conn *c, const struct hello *h)
{
	unsigned	i;

	c->tls = true;
	free(c->sni);
	c->sni = h->sni.p != NULL ? xspdup(h->sni) : NULL;
	strv_free(c->alpn_offers);
	c->alpn_offers = xcalloc(h->nalpn + 1, sizeof(char *));
	for (i = 0; i < h->nalpn; i++)
		c->alpn_offers[i] = xspdup(h->alpn[i]);
}

static void
tls_read_hello(struct session *s, const struct hello *h)
{
	unsigned	i, n = 0;

	hello_facts(session_facts(s), h);
	if (h->sni.p != NULL)
		s->sni = xspdup(h->sni);
	if (h->nalpn == 0)
		return;
	s->offers = xcalloc(h->nalpn + 1, sizeof(char *));
	for (i = 0; i < h->nalpn; i++) {
		if (session_is_raw(s) || sp_starts(h->alpn[i], "http/1.") ||
		    (s->cfg->http2 && sp_is(h->alpn[i], "h2")))
			s->offers[n++] = xspdup(h->alpn[i]);
	}
	if (n == 0) {
		free(s->offers);
		s->offers = NULL;
	}
}

/* In reverse mode the far end may be plain though the client is not. */
static bool
tls_target(const struct session *s)
{
	return (s->mode->kind != MODE_REVERSE || mode_target_is_tls(s->mode));
}

static void
on_hello(void *arg, const struct hello *h)
{
	struct session	*s = CAST(session, arg, SESSION_MAGIC);

	if (s->step == S_CLOSING)
		return;
	tls_read_hello(s, h);
	s->step = S_LEAF;
	if (!s->tls_outer && s->cfg->upstream_cert && s->cfg->eager &&
	    tls_target(s) && !session_is_ours(s, s->host)) {
		tls_ask_server(s);
		return;
	}
	/* What comes then is no matter of ours, nor is how to call it. */
	s->alpn = session_is_raw(s) ? NULL : tls_offered(s, NULL);
	tls_want_leaf(s, NULL);
	session_turn(s);
}

static void
tls_facts(struct session *s)
{
	const struct tls_info	*ti = wire_tls_info(s->client);
	struct conn		*c = session_facts(s);
	unsigned		 i;

	c->t_tls = date_now();
	conn_set(&c->tls_version, ti->version);
	conn_set(&c->cipher, ti->cipher);
	conn_set(&c->alpn, ti->alpn);
	for (i = 0; i < ti->ncerts; i++)
		conn_add_cert(c, blob_ref(ti->certs[i]));
}

/* Whoever refuses our certificate lacks our CA, or wants one certificate
 * and no other: then it can only be left alone. */
static void
tls_failed(struct session *s, const struct why *why)
{
	const char	*host = s->sni != NULL ? s->sni : s->host;
	bool		 refused = why->code == ERR_TLS_REFUSED &&
	    host != NULL;
	struct conn	*c = session_facts(s);

	/* Main warns of a host's refusals once, and says what to do. */
	session_log(s, refused ? LOG_INFO : LOG_WARN,
	    "Client TLS handshake failed for %s: %s", host != NULL ? host :
	    "the proxy", why->text);
	conn_set(&c->error, why->text);
	if (refused)
		conn_set(&c->refused, host);
	session_tell(s, HOOK_tls_failed_client, s->conn);
	session_close(s);
}

static void
on_tls_done(void *arg, const struct why *why)
{
	struct session	*s = CAST(session, arg, SESSION_MAGIC);

	if (s->step == S_CLOSING)
		return;
	if (why != NULL) {
		tls_failed(s, why);
		return;
	}
	tls_facts(s);
	session_tell(s, HOOK_tls_established_client, s->conn);
	if (s->tls_outer) {
		free(s->sni);
		s->sni = NULL;
		strv_free(s->offers);
		s->offers = NULL;
		s->alpn = NULL;
	} else
		s->tls = true;
	/* Inside may be anything, unless both have said what. */
	if (session_is_raw(s))
		s->step = S_SNIFF;
	else if (s->conn->alpn != NULL && strcmp(s->conn->alpn, "h2") == 0)
		client_start_h2(s);
	else
		s->step = s->host == NULL || s->conn->alpn != NULL ? S_HTTP :
		    S_SNIFF;
	session_turn(s);
}

static void
tls_begin(struct session *s, bool outer)
{
	struct why	why;

	s->tls_outer = outer;
	s->step = S_HELLO;
	if (wire_accept_tls(s->client, s->cfg->tls, on_hello, on_tls_done, s,
	    &why) == -1) {
		session_log(s, LOG_WARN, "%s", why.text);
		session_close(s);
	}
}

static void
on_considered(void *arg, const struct hookcall *c)
{
	struct session	*s = CAST(session, arg, SESSION_MAGIC);

	if (s->step == S_CLOSING)
		return;
	if ((c->verdict & HV_KILL) != 0)
		session_close(s);
	else if ((c->verdict & HV_IGNORE) != 0) {
		s->ignored = true;
		relay_begin(s, NULL);
	} else
		tls_begin(s, s->host == NULL);
	if (s->step != S_CLOSING)
		session_turn(s);
}

static void
tls_ask(struct session *s, const struct hello *h)
{
	struct conn	*c = conn_dup(s->conn);
	struct hookcall	*call;

	hello_facts(c, h);
	call = session_call(s, HOOK_tls_clienthello, c);
	conn_unref(c);
	call->data = blob_of(h->raw);
	s->step = S_ASK;
	session_ask(s, call, on_considered);
}

/* Scripts may leave a client alone, so they are asked before its bytes are
 * taken. What is no proper hello is for the handshake to refuse. */
void
tls_consider(struct session *s, bool outer)
{
	struct hello	h;
	struct str	buf;
	struct sp	body;
	int		r;

	if (!hooks_wanted(s->cfg->hooks, HOOK_tls_clienthello)) {
		tls_begin(s, outer);
		return;
	}
	str_init(&buf, limit_of(HELLO_BYTES));
	r = hello_from_records(wire_peek(s->client), &buf, &body, NULL);
	if (r == 0 && hello_parse(body, &h, NULL) == 0)
		tls_ask(s, &h);
	else if (r != 1 || wire_eof(s->client))
		tls_begin(s, outer);
	str_fini(&buf);
}
