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

/* Events of connections. */
static void
test_events(void **state)
{
	struct pk	*pk = *state;
	struct hookcall	*c = hookcall_new(HOOK_client_connected, NULL);
	struct pk_call	 pc = { .pk = pk };

	pk_script(pk, "def client_connected(client):\n"
	    "    print('client', client.peername)\n");
	c->conn = client();
	c->back = pk_back;
	c->asker = &pc;
	hook_run(&pk->m->hooks, c);
	while (!pc.back)
		assert_true(pk_turn(pk, PK_WAIT_MS));
	hookcall_free(c);
	assert_true(pk_logged(pk, "client ('192.0.2.1', 5000)"));
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test_setup_teardown(test_facts, pk_start, pk_end),
		cmocka_unit_test_setup_teardown(test_no_connections,
		    pk_start, pk_end),
		cmocka_unit_test_setup_teardown(test_events, pk_start, pk_end),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
