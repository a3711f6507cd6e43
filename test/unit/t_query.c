#include "sessionkit.h"

/* Questions about connections: each is held, and nothing goes on until it
 * is answered. */

static void
hold(struct world *w, enum hook h)
{
	w->holds = true;
	hooks_want(&w->hooks, DECIDE_SCRIPT, HOOK_BIT(h));
}

static struct hookcall *
held(struct world *w, enum hook h)
{
	turn_until(w, w->held != NULL);
	settle(w);
	assert_int_equal(w->held->hook, h);
	assert_true(hook_may_hold(h));
	return (w->held);
}

/* What a script writes on a connection. */
static struct conn *
edit(const struct conn **at)
{
	struct conn	*c = conn_dup(*at);

	conn_unref(*at);
	*at = c;
	return (c);
}

/* --- clients ------------------------------------------------------------- */

static void
test_client_waits(void **state)
{
	struct world	*w = *state;
	struct hookcall	*call;
	struct peer	*c, *o;

	hold(w, HOOK_client_connected);
	c = client(w);
	get(w, c, "/x");
	call = held(w, HOOK_client_connected);
	assert_string_equal(call->conn->peer.host, "127.0.0.1");
	assert_null(call->server);	/* who knows where it goes */
	assert_int_equal(w->norigin, 0);
	decide(w, 0);
	o = origin(w, 0);
	gets(w, o, "/x");
	say(o, OK2);
	hears(c, OK2);
	over_well(w, 0, 200);
}

static void
test_client_refused(void **state)
{
	struct world	*w = *state;
	struct peer	*c;

	hold(w, HOOK_client_connected);
	c = client(w);
	get(w, c, "/x");
	conn_set(&edit(&held(w, HOOK_client_connected)->conn)->error,
	    "not today");
	decide(w, HV_KILL);
	hears_end(c);
	assert_true(log_has(w, "not today"));
	assert_int_equal(w->norigin + w->nseen, 0);
}

static void
test_client_gone(void **state)
{
	struct world	*w = *state;

	hold(w, HOOK_client_connected);
	peer_close(client(w));
	(void)held(w, HOOK_client_connected);
	decide(w, 0);
	turn_until(w, TAILQ_EMPTY(&w->node->sessions));
}

/* Nobody gives the answer before the program ends. */
static void
test_never_answered(void **state)
{
	struct world	*w = *state;

	hold(w, HOOK_client_connected);
	(void)client(w);
	(void)held(w, HOOK_client_connected);
}

/* The mode says where a client goes; a script may know better. */
static void
test_reverse_target(void **state)
{
	struct world	*w = *state;
	struct mode	*m = mode_parse("reverse:http://192.0.2.1:9", NULL);
	struct peer	*c = &w->client[w->nclient++], *o;
	struct hookcall	*call;
	struct addr	 a;
	int		 fd[2];

	hold(w, HOOK_client_connected);
	tcp_pair(fd);
	assert_int_equal(addr_of_peer(fd[0], &a), 0);
	peer_init(c, w, fd[1]);
	session_accept(w->node, fd[0], &a, m);
	mode_unref(m);
	call = held(w, HOOK_client_connected);
	assert_string_equal(call->server->address.host, "192.0.2.1");
	conn_set_place(&edit(&call->server)->address, "127.0.0.1", w->port);
	decide(w, HV_CONN);
	o = origin(w, 0);	/* it may want to speak first */
	say(c, "GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
	gets(w, o, "/x");
	say(o, OK2);
	hears(c, OK2);
	over_well(w, 0, 200);
}

/* --- servers ------------------------------------------------------------- */

static void
test_server_moved(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w), *o;
	struct hookcall	*call;

	hold(w, HOOK_server_connect);
	for (unsigned i = 0; i < 2; i++) {
		say(c, "GET http://192.0.2.1:9/x HTTP/1.1\r\nHost: a\r\n\r\n");
		if (i == 0) {
			call = held(w, HOOK_server_connect);
			assert_int_equal(call->conn->address.port, 9);
			assert_non_null(call->client);
			conn_set_place(&edit(&call->server)->address,
			    "127.0.0.1", w->port);
			decide(w, HV_CONN);
		}
		o = origin(w, 0);	/* the same one serves both */
		hears(o, "GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
		say(o, OK2);
		hears(c, OK2);
		over_well(w, i, 200);
		assert_int_equal(over(w, i)->server->address.port, w->port);
	}
}

static void
test_server_refused(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w);

	hold(w, HOOK_server_connect);
	get(w, c, "/x");
	conn_set(&edit(&held(w, HOOK_server_connect)->conn)->error,
	    "out of bounds");
	decide(w, HV_KILL);
	hears_start(c, "HTTP/1.1 502 ");
	over_badly(w, 0, "out of bounds");
	assert_int_equal(w->norigin, 0);
}

/* Whoever wanted the server has gone when the answer comes. */
static void
test_server_for_nobody(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w);

	hold(w, HOOK_server_connect);
	get(w, c, "/x");
	(void)held(w, HOOK_server_connect);
	peer_reset(c);
	over_badly(w, 0, "client disconnected");
	turn_until(w, TAILQ_EMPTY(&w->node->sessions));
	decide(w, 0);
	settle(w);
	assert_int_equal(w->norigin, 0);
}

/* --- tunnels ------------------------------------------------------------- */

static struct hookcall *
asked_for_tunnel(struct world *w, struct peer *c)
{
	hold(w, HOOK_http_connect);
	say(c, "CONNECT 192.0.2.1:9 HTTP/1.1\r\nHost: x\r\n\r\n");
	return (held(w, HOOK_http_connect));
}

static void
test_tunnel_answered(void **state)
{
	static const struct {
		unsigned	 verdict;
		int		 status;
		const char	*hears, *error;
	}		 rows[] = {
		{ HV_RESPONSE, 403, "HTTP/1.1 403 Forbidden\r\n"
		    "Content-Length: 4\r\n\r\nsaid", "refused" },
		{ HV_KILL, 403, "", "Connection killed." },
		/* RFC 9110 9.3.6: no body, whatever was said */
		{ HV_RESPONSE, 200, "HTTP/1.1 200 OK\r\n\r\n", NULL },
	};
	struct world	*w = *state;
	struct hookcall	*call;
	struct peer	*c;

	for (size_t i = 0; i < nitems(rows); i++) {
		c = client(w);
		call = asked_for_tunnel(w, c);
		flow_set_response(call->flow, msg_response(rows[i].status,
		    SPNIL, SP("said")));
		decide(w, rows[i].verdict);
		if (rows[i].error == NULL) {
			hears(c, rows[i].hears);
			continue;
		}
		turn_until(w, c->eof || c->failed);
		assert_string_equal(str_c(&c->got), rows[i].hears);
		over_badly(w, (unsigned)i, rows[i].error);
	}
	assert_int_equal(w->nseen, 2);
}

static void
test_tunnel_moved(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w);
	struct hookcall	*call = asked_for_tunnel(w, c);
	struct msg	*m = msg_dup(call->flow->request);

	head_set_url(m->head, m->head->scheme, m->head->authority,
	    SP("127.0.0.1"), w->port, m->head->path);
	flow_set_request(call->flow, m);
	decide(w, HV_REQUEST);
	hears(c, "HTTP/1.1 200 Connection established\r\n\r\n");
	(void)origin(w, 0);
}

static void
test_tunnel_for_nobody(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w);

	(void)asked_for_tunnel(w, c);
	peer_close(c);
	turn_until(w, TAILQ_EMPTY(&w->node->sessions));
	decide(w, 0);
	settle(w);
	assert_int_equal(w->norigin, 0);
}

/* --- TLS ----------------------------------------------------------------- */

/* Left alone: the client has the server's own certificate, and there is no
 * flow. */
static void
test_hello_ignored(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w), *o;
	struct hookcall	*call;
	struct hello	 h;

	w->origin_tls = true;
	connect_tunnel(w, c);
	hold(w, HOOK_tls_clienthello);
	assert_int_equal(wire_connect_tls(c->w, w->tls, "shop.test", 443,
	    NULL, NULL, peer_tls_done, c, NULL), 0);
	call = held(w, HOOK_tls_clienthello);
	assert_string_equal(call->conn->sni, "shop.test");
	assert_int_equal(call->server->address.port, w->port);
	assert_int_equal(hello_parse(blob_sp(call->data), &h, NULL), 0);
	assert_true(sp_is(h.sni, "shop.test"));
	decide(w, HV_IGNORE);
	turn_until(w, c->shaken);
	o = origin(w, 0);
	say(c, "anything");
	hears(o, "anything");
	assert_int_equal(w->nseen, 0);
}

/* --- what is told, in its order ------------------------------------------ */

static void
take_name(void *arg, struct hookcall *c)
{
	struct world	*w = arg;

	str_printf(&w->client[3].got, "%s ", hook_name(c->hook));
	hook_done(&w->hooks, c);
}

static void
told(struct world *w, const char *last, const char *want)
{
	struct str	*trail = &w->client[3].got;

	turn_until(w, strstr(str_c(trail), last) != NULL);
	assert_string_equal(str_c(trail), want);
	str_fini(trail);
	w->nclient = 1;
}

static struct peer *
listen_to_all(struct world *w)
{
	str_init(&w->client[3].got, STR_MAX);
	hooks_set(&w->hooks, DECIDE_SCRIPT, "test", take_name, w);
	hooks_want(&w->hooks, DECIDE_SCRIPT, UINT64_MAX);
	return (client(w));
}

static void
test_told_of_tls(void **state)
{
	struct world	*w = *state;
	struct peer	*c = listen_to_all(w), *o;

	w->origin_tls = true;
	connect_tunnel(w, c);
	assert_int_equal(wire_connect_tls(c->w, w->tls, "shop.test", 443,
	    NULL, NULL, peer_tls_done, c, NULL), 0);
	turn_until(w, c->shaken);
	say(c, "GET /x HTTP/1.1\r\nHost: shop.test\r\n\r\n");
	o = origin(w, 0);
	hears(o, "GET /x HTTP/1.1\r\nHost: shop.test\r\n\r\n");
	say(o, OK2);
	hears(c, OK2);
	peer_close(c);
	told(w, "client_disconnected", "client_connected next_layer "
	    "http_connect server_connect server_connected http_connected "
	    "next_layer tls_clienthello tls_start_server "
	    "tls_established_server tls_start_client tls_established_client "
	    "next_layer requestheaders request responseheaders response "
	    "server_disconnected client_disconnected ");
}

static void
test_told_of_failures(void **state)
{
	struct world	*w = *state;
	struct peer	*c = listen_to_all(w);

	listen_close(w->listener);
	w->listener = NULL;
	sayf(c, "CONNECT 127.0.0.1:%u HTTP/1.1\r\nHost: a\r\n\r\n", w->port);
	hears_start(c, "HTTP/1.1 502 ");
	told(w, "client_disconnected", "client_connected next_layer "
	    "http_connect server_connect server_connect_error "
	    "http_connect_error client_disconnected ");
}

/* What is no request is a flow, and that has an end. */
static void
test_told_of_nonsense(void **state)
{
	struct world	*w = *state;
	struct peer	*c = listen_to_all(w);

	say(c, "GET nonsense HTTP/1.1\r\n\r\n");
	hears_start(c, "HTTP/1.1 400 ");
	told(w, "client_disconnected",
	    "client_connected next_layer error client_disconnected ");
}

int
main(void)
{
#define row(t)	cmocka_unit_test_setup_teardown(t, world_up, world_down)
	const struct CMUnitTest	tests[] = {
		row(test_client_waits),
		row(test_client_refused),
		row(test_client_gone),
		row(test_never_answered),
		row(test_reverse_target),
		row(test_server_moved),
		row(test_server_refused),
		row(test_server_for_nobody),
		row(test_tunnel_answered),
		row(test_tunnel_moved),
		row(test_tunnel_for_nobody),
		row(test_hello_ignored),
		row(test_told_of_tls),
		row(test_told_of_failures),
		row(test_told_of_nonsense),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
