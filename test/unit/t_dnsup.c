#include "dnskit.h"

#include "proxy/dnsup.h"

struct result {
	struct dnsup	*up;		/* of a transfer, while it goes on */
	unsigned	 n;
	struct str	 answer;
	bool		 tcp;
	uint16_t	 port;
	struct why	 why;
};

static struct conn	*for_client;

static void
on_done(void *arg, const struct dnsup_got *got, const struct why *why)
{
	struct result	*r = arg;

	r->n++;
	if (got == NULL) {
		r->why = *why;
		return;
	}
	if (!got->more)
		r->up = NULL;
	str_add(&r->answer, got->answer);
	r->tcp = !got->server->udp;
	r->port = got->server->peer.port;
	assert_int_equal(got->server->address.port, r->port);
	assert_int_not_equal(got->server->sock.port, 0);
}

static struct dnsup *
begin_type(struct world *w, struct result *r, const uint16_t *ports,
    unsigned n, bool tcp, unsigned type)
{
	struct place		 v[4];
	struct str		 q;
	struct dnsup_want	 want = { .places = v, .n = n, .tcp = tcp,
	    .cfg = w->cfg, .client = for_client };
	struct dnsup		*u;

	memset(r, 0, sizeof(*r));
	str_init(&r->answer, STR_MAX);
	for (unsigned i = 0; i < n; i++)
		v[i] = (struct place){ (char *)(uintptr_t)"127.0.0.1",
		    ports[i] };
	want.query = dns_query_type(&q, 4660, "weir.test", type);
	u = r->up = dnsup_start(w->node, &want, on_done, r);
	str_fini(&q);
	return (u);
}

static struct dnsup *
begin(struct world *w, struct result *r, const uint16_t *ports, unsigned n,
    bool tcp)
{
	return (begin_type(w, r, ports, n, tcp, 1));
}

/* Answered with the asker's own id and so many records. */
static void
answered(struct world *w, struct result *r, unsigned records)
{
	struct dnsmsg	m;

	turn_until(w, r->n == 1);
	if (r->answer.n == 0)
		fail_msg("%s", r->why.text);
	assert_int_equal(dnsmsg_open(&m, str_sp(&r->answer), NULL), 0);
	assert_int_equal(m.id, 4660);
	assert_int_equal(m.count[DNSMSG_ANSWER], records);
	str_fini(&r->answer);
}

static void
test_ways(void **state)
{
	static const struct {
		enum ns_way	 way;
		bool		 tcp;	/* wanted */
		bool		 deaf;	/* no TCP there */
		unsigned	 records;
		bool		 by_tcp;
	} rows[] = {
		{ NS_GOOD, false, false, 1, false },
		{ NS_FORGED, false, false, 1, false },
		{ NS_BROKEN, false, false, 2, false },
		{ NS_CUT, false, false, 100, true },
		{ NS_CUT, false, true, 0, false },
		{ NS_GOOD, true, false, 100, true },
		{ NS_GOOD, true, true, 1, false },
		{ NS_CUT, true, true, 0, false },
	};
	struct world	*w = *state;
	struct ns	 ns;
	struct result	 r;

	for (size_t i = 0; i < nitems(rows); i++) {
		ns_up(&ns, w, rows[i].way);
		if (rows[i].deaf)
			ns_no_tcp(&ns);
		(void)begin(w, &r, &ns.port, 1, rows[i].tcp);
		answered(w, &r, rows[i].records);
		assert_int_equal(r.tcp, rows[i].by_tcp);
		ns_down(&ns);
	}
}

/* Nobody at the first, or nothing but silence. */
static void
test_the_next_server(void **state)
{
	struct world	*w = *state;
	struct ns	 a, b;
	struct result	 r;
	uint16_t	 ports[2];

	ns_up(&a, w, NS_SILENT);
	ns_up(&b, w, NS_GOOD);
	ports[0] = a.port;
	ports[1] = b.port;
	(void)begin(w, &r, ports, 2, false);
	answered(w, &r, 1);
	assert_int_equal(r.port, b.port);
	assert_int_equal(a.nudp, 1);
	ns_down(&a);
	(void)begin(w, &r, ports, 2, false);
	answered(w, &r, 1);
	assert_int_equal(r.port, b.port);
	ns_down(&b);
	(void)begin(w, &r, ports, 2, false);
	turn_until(w, r.n == 1);
	assert_int_equal(r.why.code, ERR_CONNECT);
}

/* "C+-" is a connection that was asked about, made and ended; "!" one that
 * was not to be had. */
static struct str	 hooked;

static void
take_told(void *arg, struct hookcall *c)
{
	struct world	*w = arg;

	assert_non_null(c->client);
	assert_ptr_equal(c->server, c->conn);
	str_putc(&hooked, c->hook == HOOK_server_connect ? 'C' :
	    c->hook == HOOK_server_connected ? '+' :
	    c->hook == HOOK_server_disconnected ? '-' : '!');
	if (c->hook == HOOK_server_connect && w->held == NULL && w->holds)
		w->held = c;
	else
		hook_done(&w->hooks, c);
}

static void
test_hooks(void **state)
{
	struct world	*w = *state;
	struct conn	*client = conn_new(false), *elsewhere;
	struct ns	 a, b;
	struct result	 r;

	str_init(&hooked, 100);
	hooks_set(&w->hooks, DECIDE_SCRIPT, "test", take_told, w);
	hooks_want(&w->hooks, DECIDE_SCRIPT, HOOK_BIT(HOOK_server_connect) |
	    HOOK_BIT(HOOK_server_connected) |
	    HOOK_BIT(HOOK_server_disconnected) |
	    HOOK_BIT(HOOK_server_connect_error));
	ns_up(&a, w, NS_CUT);
	ns_up(&b, w, NS_GOOD);
	for_client = client;
	(void)begin(w, &r, &a.port, 1, false);	/* UDP, then TCP */
	answered(w, &r, 100);
	assert_string_equal(str_c(&hooked), "C+-C+-");
	str_clear(&hooked);
	w->holds = true;
	for (unsigned i = 0; i < 2; i++) {
		(void)begin(w, &r, &a.port, 1, false);
		turn_until(w, w->held != NULL);
		assert_true(dnsup_is_asked(r.up));
		if (i == 0) {		/* sent elsewhere */
			elsewhere = conn_dup(w->held->server);
			conn_set_place(&elsewhere->address, "127.0.0.1",
			    b.port);
			conn_unref(w->held->server);
			w->held->server = elsewhere;
		}
		decide(w, i == 0 ? HV_CONN : HV_KILL);
		if (i == 0) {
			answered(w, &r, 1);
			assert_int_equal(r.port, b.port);
		} else
			turn_until(w, r.n == 1);
	}
	assert_string_equal(str_c(&hooked), "C+-C!");
	assert_int_equal(r.why.code, ERR_CONNECT);
	assert_string_equal(r.why.text, "refused by a script");
	conn_unref(client);
	for_client = NULL;
	str_fini(&r.answer);
	str_fini(&hooked);
	ns_down(&a);
	ns_down(&b);
}

static void
test_not_ourselves(void **state)
{
	struct world	*w = *state;
	struct ns	 ns;
	struct result	 r;
	struct addr	*own = xcalloc(1, sizeof(*own));

	ns_up(&ns, w, NS_GOOD);
	*own = *dgram_sock(ns.udp);
	w->cfg->own[1] = (struct cfg_own){ own, 1 };
	(void)begin(w, &r, &ns.port, 1, false);
	turn_until(w, r.n == 1);
	assert_non_null(strstr(r.why.text, "itself"));
	assert_int_equal(ns.nudp, 0);
	ns_down(&ns);
}

static void
test_cancelled(void **state)
{
	struct world	*w = *state;
	struct ns	 ns;
	struct result	 r;
	struct dnsup	*u;

	ns_up(&ns, w, NS_SILENT);
	dnsup_cancel(begin(w, &r, &ns.port, 1, false));
	u = begin(w, &r, &ns.port, 1, false);
	turn_until(w, ns.nudp == 1);
	dnsup_cancel(u);
	dnsup_cancel(NULL);
	settle(w);
	assert_int_equal(r.n, 0);
	ns_down(&ns);
}

/* Message by message, as the asker asks for them. */
static void
test_transfer(void **state)
{
	struct world	*w = *state;
	struct ns	 ns;
	struct result	 r;
	struct dnsup	*u;
	struct dnsmsg	 m;

	ns_up(&ns, w, NS_ZONE);
	ns.messages = 5;
	ns.records = 3;
	u = begin_type(w, &r, &ns.port, 1, true, TYPE_AXFR);
	r.up = u;
	for (unsigned i = 1; i <= 5; i++) {
		turn_until(w, r.n == i);
		settle(w);
		assert_int_equal(r.n, i);
		assert_true((r.up == NULL) == (i == 5));
		assert_int_equal(dnsmsg_open(&m, str_sp(&r.answer), NULL), 0);
		assert_int_equal(m.id, 4660);
		assert_int_equal(m.count[DNSMSG_ANSWER], 3);
		str_clear(&r.answer);
		if (r.up != NULL)
			dnsup_more(u);
	}
	str_fini(&r.answer);
	/* one message is enough for whoever asked for something else */
	(void)begin(w, &r, &ns.port, 1, true);
	answered(w, &r, 3);
	ns_down(&ns);
}

/* What was begun is not begun again elsewhere. */
static void
test_transfer_breaks(void **state)
{
	struct world	*w = *state;
	struct ns	 a, b;
	struct result	 r;
	struct dnsup	*u;
	uint16_t	 ports[2];

	ns_up(&a, w, NS_ZONE_CUT);
	ns_up(&b, w, NS_GOOD);
	a.messages = 3;
	a.records = 2;
	ports[0] = a.port;
	ports[1] = b.port;
	u = begin_type(w, &r, ports, 2, true, TYPE_AXFR);
	for (unsigned i = 1; i <= 2; i++) {
		turn_until(w, r.n == i);
		dnsup_more(u);
	}
	turn_until(w, r.n == 3);
	assert_int_equal(r.why.code, ERR_SERVER_LOST);
	assert_non_null(strstr(r.why.text, "in the middle"));
	assert_int_equal(b.nudp + b.ntcp, 0);
	str_fini(&r.answer);
	/* the asker has enough */
	u = begin_type(w, &r, ports, 1, true, TYPE_AXFR);
	turn_until(w, r.n == 1);
	dnsup_cancel(u);
	settle(w);
	assert_int_equal(r.n, 1);
	str_fini(&r.answer);
	ns_down(&a);
	ns_down(&b);
}

/* RFC 5452 9.2: nobody can guess the ids. */
static void
test_ids_are_random(void **state)
{
	struct world	*w = *state;
	struct ns	 ns;
	struct result	 r;
	unsigned	 same = 0;

	ns_up(&ns, w, NS_GOOD);
	for (int i = 0; i < 20; i++) {
		(void)begin(w, &r, &ns.port, 1, false);
		answered(w, &r, 1);
		same += i > 0 && ns.ids[i] == ns.ids[i - 1];
		same += ns.ids[i] == 4660;
	}
	assert_true(same < 2);
	ns_down(&ns);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_ways, world_up,
		    world_down),
		cmocka_unit_test_setup_teardown(test_the_next_server,
		    world_up, world_down),
		cmocka_unit_test_setup_teardown(test_hooks, world_up,
		    world_down),
		cmocka_unit_test_setup_teardown(test_not_ourselves, world_up,
		    world_down),
		cmocka_unit_test_setup_teardown(test_transfer, world_up,
		    world_down),
		cmocka_unit_test_setup_teardown(test_transfer_breaks,
		    world_up, world_down),
		cmocka_unit_test_setup_teardown(test_cancelled, world_up,
		    world_down),
		cmocka_unit_test_setup_teardown(test_ids_are_random,
		    world_up, world_down),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
