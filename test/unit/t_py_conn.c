#include "pykit.h"

static struct conn *
client(void)
{
	struct conn	*c = conn_new(false);

	conn_set_place(&c->peer, "192.0.2.1", 5000);
	conn_set_place(&c->sock, "192.0.2.2", 8080);
	c->tls = c->established = true;
	conn_set(&c->sni, "a.test");
	conn_set(&c->alpn, "http/1.1");
	conn_set(&c->tls_version, "TLSv1.3");
	c->alpn_offers = xcalloc(2, sizeof(char *));
	c->alpn_offers[0] = xstrdup("h2");
	c->t_start = 5;
	c->t_tls = 6;
	return (c);
}

static struct flow *
flow(void)
{
	struct flow	*f = pk_flow();
	struct conn	*s = conn_new(true);

	conn_set_place(&s->address, "origin.test", 443);
	conn_set(&s->via, "http://proxy.test:3128");
	s->t_tcp = 7;
	flow_set_client(f, client());
	flow_set_server(f, s);
	return (f);
}

static const struct pk_row rows[] = {
	{ "c = flow.client_conn; (c.peername, c.sockname, c.tls, c.sni,"
	    " c.alpn, c.alpn_offers, c.tls_version, c.tls_established)",
	    "(('192.0.2.1', 5000), ('192.0.2.2', 8080), True, 'a.test',"
	    " b'http/1.1', [b'h2'], 'TLSv1.3', True)" },
	{ "(flow.client_conn.connected, flow.client_conn.timestamp_start,"
	    " flow.client_conn.timestamp_end)", "(True, 5.0, None)" },
	{ "s = flow.server_conn; (s.address, s.via, s.timestamp_tcp_setup,"
	    " s.peername, s.connected)",
	    "(('origin.test', 443), ('http', ('proxy.test', 3128)), 7.0,"
	    " None, False)" },
	{ "flow.client_conn is flow.client_conn", "True" },
	{ "len(flow.client_conn.id)", "36" },
	{ "flow.client_conn.certificate_list", "[]" },
};

static void
test_facts(void **state)
{
	size_t	 i;
	char	*value;

	pk_load_eval(*state);
	for (i = 0; i < nitems(rows); i++) {
		value = pk_eval_flow(*state, rows[i].text, flow());
		assert_string_equal(value, rows[i].want);
		free(value);
	}
}

static void
test_no_connections(void **state)
{
	char	*value;

	pk_load_eval(*state);
	value = pk_eval_flow(*state, "flow.client_conn, flow.server_conn."
	    "address", pk_flow());
	assert_string_equal(value, "(None, None)");
	free(value);
}

static struct conn *
server_at(const char *host, uint16_t port)
{
	struct conn	*c = conn_new(true);

	conn_set_place(&c->address, host, port);
	return (c);
}

/* RFC 8446 4.1.2: version, random, no session, two suites, no compression,
 * a name and two protocols. */
static const char	hello[] =
    "\3\3" "0123456789abcdef0123456789abcdef" "\0"
    "\0\4\x13\1\0\x35" "\1\0" "\0\x17"
    "\0\0\0\x8" "\0\6\0\0\3a.b"
    "\0\x10\0\7" "\0\5\2h2\1x";

/* Events of connections. */
static struct hookcall *
ask_conn(struct pk *pk, enum hook h, struct conn *server)
{
	struct hookcall	*c = hookcall_new(h, NULL);
	struct pk_call	 pc = { .pk = pk };

	c->client = client();
	c->server = server;
	c->conn = conn_ref(h == HOOK_server_connect ? server : c->client);
	if (h == HOOK_tls_clienthello)
		c->data = blob_of(sp_mem(hello, sizeof(hello) - 1));
	c->back = pk_back;
	c->asker = &pc;
	hook_run(&pk->m->hooks, c);
	while (!pc.back)
		assert_true(pk_turn(pk, PK_WAIT_MS));
	return (c);
}

static void
test_events(void **state)
{
	struct pk	*pk = *state;
	struct hookcall	*c;

	pk_script(pk, "def client_connected(client):\n"
	    "    print('client', client.peername)\n");
	c = ask_conn(pk, HOOK_client_connected, NULL);
	assert_int_equal(c->verdict, 0);
	hookcall_free(c);
	assert_true(pk_logged(pk, "client ('192.0.2.1', 5000)"));
}

static void
test_refused(void **state)
{
	struct pk	*pk = *state;
	struct hookcall	*c;

	pk_script(pk, "def client_connected(client):\n"
	    "    client.error = 'no'\n"
	    "def server_connect(data):\n"
	    "    data.server.error = data.client.peername[0]\n");
	c = ask_conn(pk, HOOK_client_connected, NULL);
	assert_int_equal(c->verdict, HV_KILL);
	assert_string_equal(c->conn->error, "no");
	hookcall_free(c);
	c = ask_conn(pk, HOOK_server_connect, server_at("a.test", 80));
	assert_int_equal(c->verdict, HV_KILL);
	assert_string_equal(c->conn->error, "192.0.2.1");
	hookcall_free(c);
}

/* Both dialects send a connection elsewhere; nonsense is refused. */
static void
test_moved(void **state)
{
	struct pk	*pk = *state;
	struct hookcall	*c;

	pk_script(pk, "def server_connect(data):\n"
	    "    host, port = data.server.address\n"
	    "    data.server.address = ('b.test', port + 1)\n"
	    "def clientconnect(context, h):\n"
	    "    h.set_server_address(('c.test', 5))\n");
	c = ask_conn(pk, HOOK_server_connect, server_at("a.test", 80));
	assert_int_equal(c->verdict, HV_CONN);
	assert_string_equal(c->server->address.host, "b.test");
	assert_int_equal(c->server->address.port, 81);
	hookcall_free(c);
	c = ask_conn(pk, HOOK_client_connected, server_at("a.test", 80));
	assert_int_equal(c->verdict, HV_CONN);
	assert_string_equal(c->server->address.host, "c.test");
	hookcall_free(c);
	c = ask_conn(pk, HOOK_server_connect, server_at("a.test", 65535));
	assert_int_equal(c->verdict, 0);
	hookcall_free(c);
	assert_true(pk_logged(pk, "no address of a server: b.test:65536"));
}

/* What scripts say of the upstream proxy, and what the call has then. */
static const struct {
	enum hook	 hook;
	const char	*line;
	unsigned	 verdict;
	const char	*via;
} vias[] = {
	{ HOOK_request, "flow.server_conn.via", 0, NULL },
	{ HOOK_request, "flow.server_conn.via = ('http', ('a.test', 1))",
	    HV_CONN, "http://a.test:1" },
	{ HOOK_requestheaders, "flow.server_conn = Server(address=None)",
	    HV_CONN, NULL },
	{ HOOK_request, "flow.server_conn = Server(address=None,"
	    " via=('https', ['::1', 2]))", HV_CONN, "https://[::1]:2" },
	{ HOOK_http_connect, "flow.server_conn.via = server_spec.parse("
	    "'https://b.test')", HV_CONN, "https://b.test:443" },
	{ HOOK_request, "flow.server_conn.via = ServerSpec('http', ('c', 3))",
	    HV_CONN, "http://c:3" },
	{ HOOK_request, "flow.server_conn.via = ('ftp', ('a', 1))", 0, NULL },
	{ HOOK_request, "flow.server_conn.via = ('http', ('a', 65536))", 0,
	    NULL },
	{ HOOK_response, "flow.server_conn.via = ('http', ('a', 1))", 0,
	    NULL },
};

static void
test_via(void **state)
{
	struct hookcall	*c;
	struct pk	*pk;
	char		 text[512];
	size_t		 i;

	(void)state;
	for (i = 0; i < nitems(vias); i++) {
		assert_int_equal(pk_start((void **)&pk), 0);
		(void)snprintf(text, sizeof(text), "from mitmproxy.connection"
		    " import Server\nfrom mitmproxy.net import server_spec\n"
		    "from mitmproxy.net.server_spec import ServerSpec\n"
		    "def %s(flow):\n    %s\n", hook_name(vias[i].hook),
		    vias[i].line);
		pk_script(pk, text);
		c = pk_ask(pk, vias[i].hook, pk_flow());
		assert_int_equal(c->verdict, vias[i].verdict);
		assert_int_equal(c->server != NULL, vias[i].verdict != 0);
		if (vias[i].via != NULL)
			assert_string_equal(c->server->via, vias[i].via);
		else if (c->server != NULL)
			assert_null(c->server->via);
		hookcall_free(c);
		assert_int_equal(pk_end((void **)&pk), 0);
	}
}

/* In the classic face the proxy is the server. */
static void
test_classic_via(void **state)
{
	struct pk	*pk = *state;
	struct hookcall	*c;
	struct conn	*s = server_at("a.test", 443), *up = client();
	struct flow	*f = pk_flow();

	pk_script(pk, "def serverconnect(context, h):\n"
	    "    print('leads to', h.server_conn.address(), h.server_conn."
	    "state)\n    h.set_server_address(('b.test', 5))\n"
	    "def request(context, flow):\n"
	    "    live = flow.live\n"
	    "    print(live.change_server(('c.test', 6), ssl=True, "
	    "persistent_change=True), live.c.server_conn.address())\n");
	s->tls = true;
	conn_set(&s->via, "https://p.test:3");
	c = ask_conn(pk, HOOK_server_connect, s);
	assert_int_equal(c->verdict, HV_CONN);
	assert_string_equal(c->server->address.host, "a.test");
	assert_string_equal(c->server->via, "https://b.test:5");
	hookcall_free(c);
	assert_true(pk_logged(pk, "leads to ('p.test', 3) [('http', {'state':"
	    " 'connect', 'host': 'a.test', 'port': 443})]"));
	conn_set(&up->mode, "upstream:p.test:3");
	flow_set_client(f, up);
	f->live = true;
	c = pk_ask(pk, HOOK_request, f);
	assert_int_equal(c->verdict, HV_CONN | HV_STAYS);
	assert_string_equal(c->server->via, "https://c.test:6");
	hookcall_free(c);
	assert_true(pk_logged(pk, "True ('c.test', 6)"));
}

static void
test_hello(void **state)
{
	struct pk	*pk = *state;
	struct hookcall	*c;

	pk_script(pk, "def tls_clienthello(data):\n"
	    "    h = data.client_hello\n"
	    "    print(h.sni, h.cipher_suites, h.alpn_protocols, [k for k, _"
	    " in h.extensions], len(h.raw_bytes()), h.raw_bytes(False)[:4])\n"
	    "    print(data.context.server.address)\n"
	    "    data.ignore_connection = True\n");
	c = ask_conn(pk, HOOK_tls_clienthello, server_at("a.test", 443));
	assert_int_equal(c->verdict, HV_IGNORE);
	hookcall_free(c);
	assert_true(pk_logged(pk, "a.b [4865, 53] [b'h2', b'x'] [0, 16] 77 "
	    "b'\\x03\\x03"));
	assert_true(pk_logged(pk, "('a.test', 443)"));
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test_setup_teardown(test_facts, pk_start, pk_end),
		cmocka_unit_test_setup_teardown(test_no_connections,
		    pk_start, pk_end),
		cmocka_unit_test_setup_teardown(test_events, pk_start, pk_end),
		cmocka_unit_test_setup_teardown(test_refused, pk_start,
		    pk_end),
		cmocka_unit_test_setup_teardown(test_moved, pk_start, pk_end),
		cmocka_unit_test(test_via),
		cmocka_unit_test_setup_teardown(test_classic_via, pk_start,
		    pk_end),
		cmocka_unit_test_setup_teardown(test_hello, pk_start, pk_end),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
