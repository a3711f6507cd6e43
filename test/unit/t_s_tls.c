#include "sessionkit.h"

/* TLS through a tunnel that is there already. */
static void
shake(struct peer *c, const char *sni, const char *const *alpn)
{
	assert_int_equal(wire_connect_tls(c->w, c->world->tls, sni, 443, NULL,
	    alpn, peer_tls_done, c, NULL), 0);
	turn_until(c->world, c->shaken);
}

/* A tunnel, TLS in it, up to the handshake's end. */
static struct peer *
tls_client(struct world *w, const char *sni, const char *const *alpn)
{
	struct peer	*c = client(w);

	connect_tunnel(w, c);
	shake(c, sni, alpn);
	if (c->failed)
		fail_msg("%s", c->why.text);
	return (c);
}

static const char *const	h11[] = { "http/1.1", NULL };

static void
test_intercepts(void **state)
{
	struct world		*w = *state;
	struct peer		*c, *o;
	const struct tls_info	*ti;
	const struct flow	*f;

	w->origin_tls = true;
	c = tls_client(w, "shop.test", NULL);
	o = origin(w, 0);
	for (unsigned i = 0; i < 2; i++) {
		say(c, "GET /x HTTP/1.1\r\nHost: shop.test\r\n\r\n");
		hears(o, "GET /x HTTP/1.1\r\nHost: shop.test\r\n\r\n");
		say(o, OK2);
		hears(c, OK2);
		over_well(w, i, 200);
	}
	assert_int_equal(w->norigin, 1);
	f = over(w, 1);
	assert_true(sp_is(f->request->head->scheme, "https"));
	assert_true(f->client->tls && f->server->tls);
	assert_string_equal(f->client->sni, "shop.test");
	assert_string_equal(f->server->sni, "shop.test");
	assert_string_equal(f->client->tls_version, "TLSv1.3");
	assert_string_equal(f->server->tls_version, "TLSv1.3");
	assert_true(f->client->t_tls > 0 && f->server->t_tls > 0);
	assert_non_null(f->client->cipher);
	assert_true(f->server->established);
	/* the client has ours, the flow has both */
	ti = wire_tls_info(c->w);
	assert_non_null(f->client->mitmcert);
	assert_true(sp_eq(blob_sp(f->client->mitmcert),
	    blob_sp(ti->certs[0])));
	assert_true(f->server->ncerts > 0);
	assert_false(sp_eq(blob_sp(f->server->certs[0]),
	    blob_sp(ti->certs[0])));
}

/* The client gets the protocol that the server chose, of what is ours. */
static void
test_protocols(void **state)
{
	static const char *const	h2_h11[] = { "h2", "http/1.1", NULL };
	static const char *const	odd[] = { "spdy/9", NULL };
	static const struct {
		const char *const	*offer;
		const char		*server, *client;
	}				 rows[] = {
		{ h11, "http/1.1", "http/1.1" },
		{ h11, NULL, NULL },		/* the server chooses none */
		{ h2_h11, "http/1.1", "http/1.1" },
		{ odd, NULL, NULL },
		{ NULL, NULL, NULL },
	};
	struct world			*w = *state;

	for (unsigned i = 0; i < nitems(rows); i++) {
		struct peer	*c = client(w), *o;
		const char	*got;

		w->origin_tls = true;
		connect_tunnel(w, c);
		o = origin(w, i);
		o->alpn = rows[i].server;
		shake(c, "shop.test", rows[i].offer);
		assert_false(c->failed);
		got = wire_tls_info(c->w)->alpn;
		if (rows[i].client == NULL)
			assert_null(got);
		else
			assert_string_equal(got, rows[i].client);
		peer_close(c);
		turn_until(w, TAILQ_EMPTY(&w->node->sessions));
		w->nclient = 0;
		str_fini(&c->got);
	}
}

/* The second client of a place gets the leaf that was made. */
static void
test_leaf_from_the_cache(void **state)
{
	struct world	*w = *state;
	struct peer	*a, *b;

	w->origin_tls = true;
	a = tls_client(w, "shop.test", NULL);
	b = tls_client(w, "shop.test", NULL);
	assert_true(sp_eq(blob_sp(wire_tls_info(a->w)->certs[0]),
	    blob_sp(wire_tls_info(b->w)->certs[0])));
}

/* An address instead of a name: no SNI, the tunnel's host is certified. */
static void
test_no_name(void **state)
{
	struct world	*w = *state;
	struct peer	*c, *o;

	w->origin_tls = true;
	c = tls_client(w, NULL, h11);
	o = origin(w, 0);
	say(c, "GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
	hears(o, "GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
	say(o, OK2);
	hears(c, OK2);
	over_well(w, 0, 200);
	assert_null(over(w, 0)->server->sni);
}

/* The server is not asked first when its certificate is not wanted. */
static void
test_server_later(void **state)
{
	struct world	*w = *state;
	struct peer	*c, *o;

	for (unsigned lazy = 0; lazy < 2; lazy++) {
		w->origin_tls = true;
		if (lazy)
			new_cfg(w)->eager = false;
		else
			new_cfg(w)->upstream_cert = false;
		c = tls_client(w, "shop.test", h11);
		assert_string_equal(wire_tls_info(c->w)->alpn, "http/1.1");
		assert_true(lazy ? w->norigin == 1 : !w->origin[0].shaken);
		say(c, "GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
		o = origin(w, lazy);
		hears(o, "GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
		say(o, OK2);
		hears(c, OK2);
		over_well(w, lazy, 200);
		assert_string_equal(over(w, lazy)->server->sni, "shop.test");
	}
	assert_int_equal(w->norigin, 2);
}

/* No TLS at the server: the client is told in words, over TLS. */
static void
test_server_without_tls(void **state)
{
	struct world	*w = *state;
	struct peer	*c, *o;

	hooks_want(&w->hooks, DECIDE_SCRIPT,
	    HOOK_BIT(HOOK_tls_established_client));
	w->holds = true;
	c = client(w);
	connect_tunnel(w, c);
	assert_int_equal(wire_connect_tls(c->w, w->tls, "shop.test", 443,
	    NULL, h11, peer_tls_done, c, NULL), 0);
	o = origin(w, 0);
	turn_until(w, o->got.n != 0);	/* a ClientHello */
	say(o, "what is this?\r\n");
	turn_until(w, c->shaken);
	assert_false(c->failed);
	/* who is told of the client sees what became of the server */
	turn_until(w, w->held != NULL);
	assert_int_equal(w->held->server->peer.port, w->port);
	assert_non_null(w->held->server->error);
	decide(w, 0);
	say(c, "GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
	hears_start(c, "HTTP/1.1 502 ");
	hears_end(c);
	over_badly(w, 0, "");
	assert_null(over(w, 0)->response);
	assert_non_null(over(w, 0)->server->error);
	assert_int_equal(w->norigin, 1);
}

/* What looks like TLS and is none. */
static void
test_no_hello(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w);

	connect_tunnel(w, c);
	say(c, "\x16\x03\x01nonsense of some length, no ClientHello");
	turn_until(w, c->eof || c->failed);
	turn_until(w, TAILQ_EMPTY(&w->node->sessions));
	assert_true(log_has(w, "Client TLS handshake failed for 127.0.0.1"));
}

/* A client that does not like our certificate says so. */
static void
test_client_refuses(void **state)
{
	struct tls_settings	 strict = { .insecure = false };
	struct world		*w = *state;
	struct tlsconf		*picky = tlsconf_new(&strict, NULL);
	struct peer		*c = client(w);

	w->origin_tls = true;
	connect_tunnel(w, c);
	assert_int_equal(wire_connect_tls(c->w, picky, "shop.test", 443,
	    "shop.test", h11, peer_tls_done, c, NULL), 0);
	turn_until(w, c->shaken);
	assert_true(c->failed);
	assert_int_equal(c->why.code, ERR_TLS_VERIFY);
	turn_until(w, TAILQ_EMPTY(&w->node->sessions));
	assert_true(log_has(w, "Client TLS handshake failed for shop.test"));
	tlsconf_unref(picky);
}

/* The client goes at each place of the handshake. */
static void
test_client_gone(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w), *o;

	/* while the server is asked */
	connect_tunnel(w, c);
	assert_int_equal(wire_connect_tls(c->w, w->tls, "shop.test", 443,
	    NULL, h11, peer_tls_done, c, NULL), 0);
	o = origin(w, 0);
	turn_until(w, o->got.n != 0);
	peer_reset(c);
	hears_start(o, "\x16\x03");
	turn_until(w, TAILQ_EMPTY(&w->node->sessions));
	/* while its leaf is made */
	new_cfg(w)->upstream_cert = false;
	c = client(w);
	connect_tunnel(w, c);
	assert_int_equal(wire_connect_tls(c->w, w->tls, "other.test", 443,
	    NULL, h11, peer_tls_done, c, NULL), 0);
	settle(w);
	if (!c->shaken)
		session_close(TAILQ_FIRST(&w->node->sessions));
	else
		peer_close(c);
	turn_until(w, TAILQ_EMPTY(&w->node->sessions));
}

/* Over TLS nobody half-closes: a client that says bye has gone. */
static void
test_bye_while_it_runs(void **state)
{
	struct world	*w = *state;
	struct peer	*c, *o;

	w->origin_tls = true;
	c = tls_client(w, "shop.test", h11);
	o = origin(w, 0);
	say(c, "GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
	hears(o, "GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
	wire_end_write(c->w);
	over_badly(w, 0, "client disconnected");
	turn_until(w, o->eof || o->failed);
}

/* TLS to the proxy itself; what is asked for inside is as without it. */
static void
test_tls_to_the_proxy(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w), *o;

	shake(c, "proxy.test", h11);
	assert_false(c->failed);
	get(w, c, "/x");
	o = origin(w, 0);
	gets(w, o, "/x");
	say(o, OK2);
	hears(c, OK2);
	over_well(w, 0, 200);
	assert_true(sp_is(over(w, 0)->request->head->scheme, "http"));
	assert_true(over(w, 0)->client->tls);
	assert_false(over(w, 0)->server->tls);
}

/* Raw bytes within TLS, and what the server says first there, go by the
 * connection that was made for CONNECT. */
static void
test_raw_later(void **state)
{
	struct world	*w = *state;
	struct peer	*c, *o;

	w->origin_tls = true;
	new_cfg(w)->upstream_cert = false;
	c = tls_client(w, "mail.test", NULL);
	o = origin(w, 0);
	assert_false(o->shaken);
	say(c, "\1\2raw");
	hears(o, "\1\2raw");
	say(o, "\3back");
	hears(c, "\3back");
	assert_string_equal(wire_tls_info(o->w)->sni, "mail.test");
	assert_int_equal(w->norigin, 1);
	c = tls_client(w, "mail.test", NULL);	/* and says nothing */
	o = origin(w, 1);
	turn_until(w, o->shaken);
	say(o, "220 hello\r\n");
	hears(c, "220 hello\r\n");
	say(c, "QUIT\r\n");
	hears(o, "QUIT\r\n");
	assert_int_equal(w->norigin, 2);
}

int
main(void)
{
#define row(t)	cmocka_unit_test_setup_teardown(t, world_up, world_down)
	const struct CMUnitTest	tests[] = {
		row(test_intercepts),
		row(test_protocols),
		row(test_leaf_from_the_cache),
		row(test_no_name),
		row(test_server_later),
		row(test_raw_later),
		row(test_server_without_tls),
		row(test_no_hello),
		row(test_client_refuses),
		row(test_client_gone),
		row(test_bye_while_it_runs),
		row(test_tls_to_the_proxy),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
