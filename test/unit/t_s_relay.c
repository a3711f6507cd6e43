#include "proxy/session_int.h"
#include "sessionkit.h"

static void
test_raw_in_a_tunnel(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w), *o;

	connect_tunnel(w, c);
	say(c, "SSH-2.0-test\r\n");
	o = origin(w, 0);
	hears(o, "SSH-2.0-test\r\n");
	say(o, "SSH-2.0-origin\r\n");
	hears(c, "SSH-2.0-origin\r\n");
	say(c, "\1\2\3");
	hears(o, "\1\2\3");
	wire_end_write(c->w);
	hears_end(o);
	say(o, "last");
	hears(c, "last");
	wire_end_write(o->w);
	hears_end(c);
	turn_until(w, TAILQ_EMPTY(&w->node->sessions));
	assert_int_equal(over(w, 0)->type, FLOW_TCP);
	assert_int_equal(w->seen[0].flow->frames.n, 4);
}

/* Protocols in which the server speaks first. */
static void
test_server_speaks_first(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w), *o;

	connect_tunnel(w, c);
	o = origin(w, 0);
	say(o, "220 mail\r\n");
	hears(c, "220 mail\r\n");
	say(c, "GET me out\r\n");	/* whatever it looks like now */
	hears(o, "GET me out\r\n");
}

/* A lazy tunnel dials when it is clear that it is none of ours. */
static void
test_dials_late(void **state)
{
	struct world	*w = *state;
	struct peer	*c, *o;

	new_cfg(w)->eager = false;
	c = client(w);
	connect_tunnel(w, c);
	say(c, "\1raw");
	o = origin(w, 0);
	hears(o, "\1raw");
	say(o, "back");
	hears(c, "back");
}

static void
test_dials_nobody(void **state)
{
	struct world	*w = *state;
	struct peer	*c;

	listen_close(w->listener);
	w->listener = NULL;
	new_cfg(w)->eager = false;
	c = client(w);
	connect_tunnel(w, c);
	say(c, "\1raw");
	hears_end(c);
	turn_until(w, TAILQ_EMPTY(&w->node->sessions));
}

/* The server's connection failed before it was known what comes. */
static void
test_server_gone_before(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w), *o;

	connect_tunnel(w, c);
	o = origin(w, 0);
	wire_end_write(o->w);
	hears_end(o);
	listen_close(w->listener);
	w->listener = NULL;
	say(c, "\1raw");
	hears_end(c);
	turn_until(w, TAILQ_EMPTY(&w->node->sessions));
}

/* Hosts that are to be left alone are, whatever is spoken there. */
static void
test_ignored_host(void **state)
{
	struct world	*w = *state;
	struct cfg	*cfg = new_cfg(w);
	struct peer	*c, *o;

	cfg->ignore_hosts = xcalloc(2, sizeof(struct regex *));
	cfg->ignore_hosts[0] = regex_new(SP("127\\.0"), true, NULL);
	c = client(w);
	connect_tunnel(w, c);
	say(c, "GET /x HTTP/1.1\r\n broken ");
	o = origin(w, 0);
	hears(o, "GET /x HTTP/1.1\r\n broken ");
	settle(w);
	assert_int_equal(w->nseen, 0);
}

/* Either side breaks: the other sees a break. */
static void
test_breaks(void **state)
{
	struct world	*w = *state;
	struct peer	*c, *o;

	for (unsigned i = 0; i < 2; i++) {
		c = client(w);
		connect_tunnel(w, c);
		say(c, "\1raw");
		o = origin(w, i);
		hears(o, "\1raw");
		peer_reset(i == 0 ? c : o);
		turn_until(w, i == 0 ? o->failed : c->failed);
		turn_until(w, TAILQ_EMPTY(&w->node->sessions));
	}
}

static void
ask_other_host(struct world *w, struct peer *c, struct peer *o)
{
	sayf(c, "GET http://localhost:%u/ HTTP/1.1\r\nHost: x\r\n\r\n",
	    w->port);
	turn_until(w, w->norigin != 0);
	hears_start(o, "GET / HTTP/1.1\r\n");
	say(o, OK2);
	hears(c, OK2);
}

/* What becomes of a server that an earlier request went to is no matter of
 * the tunnel. */
static void
test_other_server(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w), *o;

	ask_other_host(w, c, &w->origin[0]);
	sayf(c, "GET http://127.0.0.1:%u/ HTTP/1.1\r\nHost: x\r\n"
	    "Connection: Upgrade\r\nUpgrade: chat\r\n\r\n", w->port);
	o = origin(w, 1);
	hears_start(o, "GET / HTTP/1.1\r\n");
	say(o, "HTTP/1.1 101 Go\r\nConnection: Upgrade\r\n"
	    "Upgrade: chat\r\n\r\n");
	peer_reset(&w->origin[0]);
	hears_start(c, "HTTP/1.1 101 Go\r\n");
	say(c, "ping");
	hears(o, "ping");
	say(o, "pong");
	hears(c, "pong");
	assert_false(c->eof);
}

static void
test_other_server_is_let_go(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w), *o = &w->origin[0];

	ask_other_host(w, c, o);
	connect_tunnel(w, c);
	say(c, "\1raw");
	hears(origin(w, 1), "\1raw");
	hears_end(o);
	say(c, "more");
	hears(origin(w, 1), "more");
}

/* Nor does it speak first, who was not asked. */
static void
test_other_server_speaks(void **state)
{
	struct world	*w = *state;
	struct peer	*c, *o = &w->origin[0];

	new_cfg(w)->eager = false;
	c = client(w);
	ask_other_host(w, c, o);
	connect_tunnel(w, c);
	say(o, "HTTP/1.1 408 Request Timeout\r\n\r\n");
	hears_end(o);
	assert_int_equal(c->got.n, 0);
	say(c, "\1raw");
	hears(origin(w, 1), "\1raw");
}

/* One that does not read stops the other, both ways. */
static void
test_back_pressure(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w), *o;

	connect_tunnel(w, c);
	say(c, "\1");
	o = origin(w, 0);
	hears(o, "\1");
	pour(c, o, 40u << 20);
	turn_until(w, o->got.n == 40u << 20);
	pour(o, c, 40u << 20);
	turn_until(w, c->got.n == 40u << 20);
}

/* Without a client, or a server, there is nothing to relay. */
static void
test_nothing_to_relay(void **state)
{
	struct world	*w = *state;
	struct session	*s;
	struct peer	*c = client(w);

	s = TAILQ_FIRST(&w->node->sessions);
	relay_begin(s, NULL);
	assert_int_equal(s->step, S_CLOSING);
	hears_end(c);
	turn_until(w, TAILQ_EMPTY(&w->node->sessions));
	c = client(w);
	s = TAILQ_FIRST(&w->node->sessions);
	s->step = S_RELAY;
	relay_pump(s);
	assert_int_equal(s->step, S_CLOSING);
	hears_end(c);
}

/* --- in front of one server that speaks whatever it does ----------------- */

static struct peer *
reverse(struct world *w, const char *scheme)
{
	char	spec[64];

	(void)snprintf(spec, sizeof(spec), "reverse:%s://127.0.0.1:%u", scheme,
	    w->port);
	return (client_of(w, spec));
}

static void
shake(struct peer *c, const char *const *alpn)
{
	assert_int_equal(wire_connect_tls(c->w, c->world->tls, "shop.test",
	    443, NULL, alpn, peer_tls_done, c, NULL), 0);
	turn_until(c->world, c->shaken);
	assert_false(c->failed);
}

/* Not a byte is taken for something else. */
static void
test_reverse_tcp(void **state)
{
	static const char *const	words[] = {
		"\r\n", "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
		"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "G"
	};
	struct world			*w = *state;
	struct peer			*c, *o;

	for (unsigned i = 0; i < nitems(words); i++) {
		c = reverse(w, "tcp");
		say(c, words[i]);
		o = origin(w, i);
		hears(o, words[i]);
		say(o, "back");
		hears(c, "back");
		wire_end_write(c->w);
		wire_end_write(o->w);
		hears_end(c);
		assert_int_equal(over(w, i)->type, FLOW_TCP);
		assert_int_equal(w->seen[i].flow->frames.n, 2);
	}
}

/* Either end may be silent, or have nothing to say at all. */
static void
test_reverse_tcp_one_speaks(void **state)
{
	struct world	*w = *state;
	struct peer	*c, *o;

	c = reverse(w, "tcp");
	o = origin(w, 0);
	say(o, "220 mail\r\n");
	hears(c, "220 mail\r\n");
	c = reverse(w, "tcp");
	wire_end_write(c->w);
	o = origin(w, 1);
	hears_end(o);
	say(o, "the time is now");
	hears(c, "the time is now");
	c = reverse(w, "tcp");
	o = origin(w, 2);
	wire_end_write(o->w);
	hears_end(c);
	listen_close(w->listener);
	w->listener = NULL;
	c = reverse(w, "tcp");
	hears_end(c);
	over_badly(w, 3, "refused");
}

/* A client's TLS ends here, whatever it calls what is in it. */
static void
test_reverse_tcp_and_a_client_under_tls(void **state)
{
	static const char *const	h2[] = { "h2", "http/1.1", NULL };
	struct world			*w = *state;
	struct peer			*c = reverse(w, "tcp"), *o;

	shake(c, h2);
	assert_null(wire_tls_info(c->w)->alpn);
	say(c, "GET / HTTP/1.1\r\n\r\n");
	o = origin(w, 0);
	hears(o, "GET / HTTP/1.1\r\n\r\n");
	say(o, "plain");
	hears(c, "plain");
	turn_until(w, w->nseen == 1 && w->seen[0].flow->frames.n == 2);
	assert_true(w->seen[0].flow->client->tls);
	assert_false(w->seen[0].flow->server->tls);
	assert_int_equal(w->norigin, 1);
}

/* Towards the server it is TLS; with a client's own, they agree on what
 * is in it. */
static void
test_reverse_tls(void **state)
{
	static const char *const	own[] = { "imap", "h2", NULL };
	struct world			*w = *state;
	struct peer			*c, *o;

	w->origin_tls = true;
	c = reverse(w, "tls");
	say(c, "GET / HTTP/1.1\r\n\r\n");
	o = origin(w, 0);
	hears(o, "GET / HTTP/1.1\r\n\r\n");
	assert_true(o->shaken);
	for (unsigned i = 0; i < 2; i++) {
		c = reverse(w, "tls");
		o = origin(w, i + 1);
		o->alpn = own[i];
		shake(c, own);
		assert_string_equal(wire_tls_info(c->w)->alpn, own[i]);
		say(c, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
		hears(o, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
		say(o, "back");
		hears(c, "back");
	}
	turn_until(w, w->nseen == 3);
	assert_int_equal(w->seen[2].flow->type, FLOW_TCP);
	assert_int_equal(w->norigin, 3);	/* none was dialled in vain */
}

/* Hosts that are said to be raw are, under HTTP/2's name as well. */
static void
test_raw_host_under_tls(void **state)
{
	static const char *const	h2[] = { "h2", NULL };
	struct world			*w = *state;
	struct cfg			*cfg = new_cfg(w);
	struct peer			*c, *o;

	cfg->http2 = true;
	cfg->tcp_hosts = xcalloc(2, sizeof(struct regex *));
	cfg->tcp_hosts[0] = regex_new(SP("127\\.0"), true, NULL);
	w->origin_tls = true;
	c = client(w);
	connect_tunnel(w, c);
	o = origin(w, 0);
	o->alpn = "h2";
	shake(c, h2);
	assert_string_equal(wire_tls_info(c->w)->alpn, "h2");
	say(c, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
	hears(o, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
	say(o, "settings");
	hears(c, "settings");
}

int
main(void)
{
#define row(t)	cmocka_unit_test_setup_teardown(t, world_up, world_down)
	const struct CMUnitTest	tests[] = {
		row(test_raw_in_a_tunnel),
		row(test_server_speaks_first),
		row(test_dials_late),
		row(test_dials_nobody),
		row(test_server_gone_before),
		row(test_ignored_host),
		row(test_breaks),
		row(test_other_server),
		row(test_other_server_is_let_go),
		row(test_other_server_speaks),
		row(test_back_pressure),
		row(test_nothing_to_relay),
		row(test_reverse_tcp),
		row(test_reverse_tcp_one_speaks),
		row(test_reverse_tcp_and_a_client_under_tls),
		row(test_reverse_tls),
		row(test_raw_host_under_tls),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
