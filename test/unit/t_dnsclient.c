#include "dnskit.h"

#include "base/limits.h"
#include "proxy/dnsclient.h"

/* A port without a socket, and what scripts were told. */
struct port {
	struct world	*w;
	struct ns	 ns;
	struct mode	*mode;
	struct addr	 sock;
	struct dns_asker asker;
	struct dnsclients *all;
	unsigned	 replies;
	bool		 holds;
	struct hookcall	*held;		/* the last one */
	unsigned	 came, gone;
	unsigned char	 first_gone[16];
	double		 t_gone;
};

static void
on_reply(void *arg, const struct dgram_peer *peer unused, struct sp msg unused)
{
	((struct port *)arg)->replies++;
}

static void
on_call(void *arg, struct hookcall *c)
{
	struct port	*p = arg;

	assert_true(c->conn->udp && !c->conn->server);
	assert_ptr_equal(c->conn, c->client);
	if (c->hook == HOOK_client_connected) {
		p->came++;
		assert_true(c->conn->established);
		assert_true(c->conn->t_end == 0);
		assert_string_equal(c->conn->sock.host, "127.0.0.1");
	} else {
		if (p->gone++ == 0)
			memcpy(p->first_gone, c->conn->id, 16);
		assert_false(c->conn->established);
		p->t_gone = c->conn->t_end;
		assert_true(p->t_gone >= c->conn->t_start);
	}
	if (p->holds && c->hook == HOOK_client_connected)
		p->held = c;
	else
		hook_done(&p->w->hooks, c);
}

static void
port_up(struct port *p, struct world *w, enum ns_way way, unsigned silence_ms)
{
	char	text[64];

	memset(p, 0, sizeof(*p));
	p->w = w;
	ns_up(&p->ns, w, way);
	(void)snprintf(text, sizeof(text), "reverse:dns://127.0.0.1:%u",
	    p->ns.port);
	p->mode = mode_parse(text, NULL);
	assert_int_equal(addr_parse(&p->sock, "127.0.0.1", 53, NULL), 0);
	dns_asker_init(&p->asker, w->node, p->mode);
	p->asker.reply = on_reply;
	p->asker.arg = p;
	hooks_set(&w->hooks, DECIDE_SCRIPT, "script", on_call, p);
	hooks_want(&w->hooks, DECIDE_SCRIPT, HOOK_BIT(HOOK_client_connected) |
	    HOOK_BIT(HOOK_client_disconnected));
	p->all = dnsclients_new(&p->asker, &p->sock, silence_ms);
}

static void
port_down(struct port *p)
{
	dns_asker_end(&p->asker, "the end");
	dnsclients_free(p->all);
	assert_int_equal(obj_count(OBJ_dnsclient), 0);
	assert_int_equal(p->came, p->gone);
	settle(p->w);
	mode_unref(p->mode);
	ns_down(&p->ns);
}

static int
ask(struct port *p, const char *host, unsigned port, unsigned id)
{
	struct dgram_peer	peer = { .own_len = 0 };
	struct str		s;
	struct why		why;
	int			r;

	assert_int_equal(addr_parse(&peer.addr, host, (uint16_t)port, NULL),
	    0);
	r = dnsclients_got(p->all, &peer, dns_query(&s, id, "weir.test"),
	    &why);
	if (r == -1)
		assert_int_equal(why.code, ERR_LIMIT);
	str_fini(&s);
	return (r);
}

/* Of the n-th flow of this address. */
static const struct conn *
client_named(struct world *w, const char *host, unsigned port, unsigned n)
{
	const struct conn	*c;

	turn_until(w, w->ndone == w->nseen);
	for (unsigned i = 0; i < w->nseen; i++) {
		c = w->seen[i].flow->client;
		if (strcmp(c->peer.host, host) == 0 && c->peer.port == port &&
		    n-- == 0)
			return (c);
	}
	fail_msg("no flow of %s", host);
	return (NULL);
}

/* Two from one port are one client's. */
static void
test_who_is_one(void **state)
{
	struct world		*w = *state;
	struct port		 p;
	const struct conn	*a, *b, *c, *six;

	port_up(&p, w, NS_GOOD, 60000);
	assert_int_equal(ask(&p, "192.0.2.1", 1000, 1), 0);
	turn_until(w, p.replies == 1);
	assert_int_equal(ask(&p, "192.0.2.1", 1000, 2), 0);
	assert_int_equal(ask(&p, "192.0.2.1", 1001, 3), 0);
	assert_int_equal(ask(&p, "2001:db8::1", 1000, 4), 0);
	turn_until(w, p.replies == 4);
	a = over(w, 0)->client;
	b = client_named(w, "192.0.2.1", 1000, 1);
	c = client_named(w, "192.0.2.1", 1001, 0);
	six = client_named(w, "2001:db8::1", 1000, 0);
	assert_memory_equal(a->id, b->id, 16);
	assert_memory_not_equal(a->id, c->id, 16);
	assert_memory_not_equal(a->id, six->id, 16);
	assert_int_equal(p.came, 3);
	assert_int_equal(p.gone, 0);
	port_down(&p);
}

/* It says no more; and its next word is another client's. */
static void
test_goes(void **state)
{
	struct world	*w = *state;
	struct port	 p;

	port_up(&p, w, NS_GOOD, 1);
	assert_int_equal(ask(&p, "192.0.2.1", 1000, 1), 0);
	turn_until(w, p.gone == 1);
	assert_int_equal(p.replies, 1);
	assert_memory_equal(p.first_gone, over(w, 0)->client->id, 16);
	assert_int_equal(ask(&p, "192.0.2.1", 1000, 2), 0);
	assert_int_equal(p.came, 2);
	turn_until(w, p.gone == 2);
	assert_memory_not_equal(p.first_gone, over(w, 1)->client->id, 16);
	port_down(&p);
}

/* Who waits for an answer is there, however long that takes. */
static void
test_not_while_it_waits(void **state)
{
	struct world	*w = *state;
	struct port	 p;
	uint64_t	 end;

	port_up(&p, w, NS_SILENT, 1);
	assert_int_equal(ask(&p, "192.0.2.1", 1000, 1), 0);
	end = date_mono_ns() + 50000000;
	turn_until(w, p.ns.nudp == 1 && date_mono_ns() > end);
	assert_int_equal(p.gone, 0);
	session_kill_flow(w->node, id_of(w, 0));
	turn_until(w, p.gone == 1);
	port_down(&p);
}

static void
test_decided(void **state)
{
	struct world	*w = *state;
	struct port	 p;
	struct conn	*no;

	port_up(&p, w, NS_GOOD, 1);
	p.holds = true;
	assert_int_equal(ask(&p, "192.0.2.1", 1000, 1), 0);
	assert_int_equal(ask(&p, "192.0.2.1", 1000, 2), 0);
	settle(w);
	assert_int_equal(p.ns.nudp, 0);
	assert_int_equal(w->nseen, 0);
	assert_int_equal(p.came, 1);
	hook_done(&w->hooks, p.held);
	turn_until(w, p.replies == 2);
	turn_until(w, p.gone == 1);
	/* refused: it is as if nothing had been said */
	assert_int_equal(ask(&p, "192.0.2.1", 1000, 3), 0);
	no = conn_dup(p.held->conn);
	conn_set(&no->error, "not you");
	conn_unref(p.held->conn);
	p.held->conn = no;
	p.held->verdict |= HV_KILL;
	hook_done(&w->hooks, p.held);
	turn_until(w, p.gone == 2);
	assert_true(log_has(w, "client refused: not you"));
	assert_int_equal(p.ns.nudp, 2);
	/* the port goes while somebody decides */
	assert_int_equal(ask(&p, "192.0.2.1", 1000, 4), 0);
	assert_int_equal(p.came, 3);
	port_down(&p);
	hook_done(&w->hooks, p.held);
	settle(w);
}

/* Anybody can say to be somebody else. */
static void
test_bounds(void **state)
{
	struct world	*w = *state;
	struct port	 p;
	char		 host[32];
	unsigned	 i, max = (unsigned)limit_of(DNS_CLIENTS);
	unsigned	 queries = (unsigned)limit_of(DNS_QUERIES);

	port_up(&p, w, NS_GOOD, 60000);
	dns_shared(w->node)->n = queries;	/* no query is taken */
	p.holds = true;
	for (i = 0; i < max + 100; i++) {
		(void)snprintf(host, sizeof(host), "192.0.%u.%u", i / 250,
		    i % 250);
		(void)ask(&p, host, 1000, 1);
		hook_done(&w->hooks, p.held);
	}
	assert_int_equal(obj_count(OBJ_dnsclient), max);
	assert_int_equal(p.gone, 100);
	settle(w);
	for (i = 0; i < queries; i++)
		assert_int_equal(ask(&p, "198.51.100.1", 1000, i), 0);
	assert_int_equal(ask(&p, "198.51.100.1", 1000, i), -1);
	hook_done(&w->hooks, p.held);
	settle(w);
	assert_true(log_has(w, "wait for their answers"));
	dns_shared(w->node)->n = 0;
	port_down(&p);
}

/* Nobody wants to know: nothing is asked, and it is the same client. */
static void
test_nobody_asked(void **state)
{
	struct world	*w = *state;
	struct port	 p;

	port_up(&p, w, NS_GOOD, 1);
	hooks_want(&w->hooks, DECIDE_SCRIPT, 0);
	assert_int_equal(ask(&p, "192.0.2.1", 1000, 1), 0);
	assert_int_equal(ask(&p, "192.0.2.1", 1000, 2), 0);
	turn_until(w, p.replies == 2);
	assert_memory_equal(over(w, 0)->client->id, over(w, 1)->client->id,
	    16);
	turn_until(w, obj_count(OBJ_dnsclient) == 0);
	assert_int_equal(p.came, 0);
	port_down(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(t) cmocka_unit_test_setup_teardown(t, world_up, world_down)
		T(test_who_is_one),
		T(test_goes),
		T(test_not_while_it_waits),
		T(test_decided),
		T(test_bounds),
		T(test_nobody_asked),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
