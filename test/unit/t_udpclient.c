#include "sessionkit.h"

#include "proxy/udpclient.h"

#define MOST	50
#define WAITING	20

/* A port without a socket, and what scripts were told. */
struct port {
	struct world	*w;
	struct mode	*mode;
	struct addr	 sock;
	struct udpclients *all;
	unsigned	 got;		/* datagrams */
	const struct conn *last;	/* whose the last one was: reference */
	bool		 refuses, waits;
	bool		 holds;
	struct hookcall	*held;		/* the last one */
	unsigned	 came, gone, told;
	unsigned char	 first_gone[16];
};

static int
on_got(void *arg, struct udpclient *c, const struct dgram_peer *peer unused,
    struct sp msg, struct why *why)
{
	struct port	*p = arg;

	assert_true(sp_is(msg, "hello"));
	if (p->refuses)
		return ((fail)(why, ERR_LIMIT, "no more"));
	p->got++;
	c->talk = p;
	conn_unref(p->last);
	p->last = conn_ref(c->conn);
	return (0);
}

static bool
on_waits(void *arg, const struct udpclient *c)
{
	struct port	*p = arg;

	assert_true(c->talk == p || c->talk == NULL);
	return (p->waits);
}

static void
on_gone(void *arg, struct udpclient *c)
{
	((struct port *)arg)->gone++;
	assert_false(c->conn->established);
	assert_true(c->conn->t_end >= c->conn->t_start);
}

static const struct udpclient_ops	ops = { on_got, on_waits, on_gone };

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
		assert_string_equal(c->conn->mode, "dns");
	} else {
		if (p->told++ == 0)
			memcpy(p->first_gone, c->conn->id, 16);
		assert_false(c->conn->established);
		assert_true(c->conn->t_end >= c->conn->t_start);
	}
	if (p->holds && c->hook == HOOK_client_connected)
		p->held = c;
	else
		hook_done(&p->w->hooks, c);
}

static void
port_up(struct port *p, struct world *w, unsigned silence_ms)
{
	struct udpport_facts	 f = { .node = w->node,
	    .silence_ms = silence_ms, .most = MOST, .waiting = WAITING,
	    .what = "datagram" };

	memset(p, 0, sizeof(*p));
	p->w = w;
	f.mode = p->mode = mode_parse("dns", NULL);
	f.sock = &p->sock;
	assert_int_equal(addr_parse(&p->sock, "127.0.0.1", 53, NULL), 0);
	hooks_set(&w->hooks, DECIDE_SCRIPT, "script", on_call, p);
	hooks_want(&w->hooks, DECIDE_SCRIPT, HOOK_BIT(HOOK_client_connected) |
	    HOOK_BIT(HOOK_client_disconnected));
	p->all = udpclients_new(&f, &ops, p);
}

static void
port_down(struct port *p)
{
	udpclients_free(p->all);
	assert_int_equal(obj_count(OBJ_udpclient), 0);
	assert_int_equal(p->came, p->told);
	settle(p->w);
	conn_unref(p->last);
	mode_unref(p->mode);
}

static void
say_from(struct port *p, const char *host, unsigned port)
{
	struct dgram_peer	peer = { .own_len = 0 };

	assert_int_equal(addr_parse(&peer.addr, host, (uint16_t)port, NULL),
	    0);
	udpclients_got(p->all, &peer, SP("hello"));
	settle(p->w);
}

/* Two from one port are one client's. */
static void
test_who_is_one(void **state)
{
	struct world	*w = *state;
	struct port	 p;
	unsigned char	 a[16];

	port_up(&p, w, 60000);
	say_from(&p, "192.0.2.1", 1000);
	memcpy(a, p.last->id, 16);
	say_from(&p, "192.0.2.1", 1000);
	assert_int_equal(p.got, 2);
	assert_memory_equal(a, p.last->id, 16);
	say_from(&p, "192.0.2.1", 1001);
	assert_memory_not_equal(a, p.last->id, 16);
	say_from(&p, "2001:db8::1", 1000);
	assert_memory_not_equal(a, p.last->id, 16);
	assert_string_equal(p.last->peer.host, "2001:db8::1");
	assert_int_equal(p.last->peer.port, 1000);
	assert_int_equal(p.came, 3);
	assert_int_equal(p.gone, 0);
	port_down(&p);
	assert_int_equal(p.gone, 3);
}

/* It says no more; and its next word is another client's. */
static void
test_goes(void **state)
{
	struct world	*w = *state;
	struct port	 p;

	port_up(&p, w, 1);
	say_from(&p, "192.0.2.1", 1000);
	turn_until(w, p.told == 1);
	assert_int_equal(p.gone, 1);
	assert_memory_equal(p.first_gone, p.last->id, 16);
	say_from(&p, "192.0.2.1", 1000);
	assert_int_equal(p.came, 2);
	turn_until(w, p.told == 2);
	assert_memory_not_equal(p.first_gone, p.last->id, 16);
	port_down(&p);
}

/* Who waits for us is there, however long that takes. */
static void
test_not_while_it_waits(void **state)
{
	struct world	*w = *state;
	struct port	 p;
	uint64_t	 end;

	port_up(&p, w, 1);
	p.waits = true;
	say_from(&p, "192.0.2.1", 1000);
	end = date_mono_ns() + 50000000;
	turn_until(w, date_mono_ns() > end);
	assert_int_equal(p.gone, 0);
	p.waits = false;
	turn_until(w, p.gone == 1);
	port_down(&p);
}

static void
refuse_held(struct port *p, const char *error)
{
	struct conn	*no = conn_dup(p->held->conn);

	conn_set(&no->error, error);
	conn_unref(p->held->conn);
	p->held->conn = no;
	p->held->verdict |= HV_KILL;
	hook_done(&p->w->hooks, p->held);
}

static void
test_decided(void **state)
{
	struct world	*w = *state;
	struct port	 p;

	port_up(&p, w, 1);
	p.holds = true;
	say_from(&p, "192.0.2.1", 1000);
	say_from(&p, "192.0.2.1", 1000);
	assert_int_equal(p.got, 0);
	assert_int_equal(p.came, 1);
	hook_done(&w->hooks, p.held);
	turn_until(w, p.got == 2);
	turn_until(w, p.gone == 1);
	/* refused: it is as if nothing had been said */
	say_from(&p, "192.0.2.1", 1000);
	refuse_held(&p, "not you");
	turn_until(w, p.gone == 2);
	assert_true(log_has(w, "client refused: not you"));
	say_from(&p, "192.0.2.1", 1000);
	refuse_held(&p, NULL);
	turn_until(w, p.gone == 3);
	assert_true(log_has(w, "client refused: by a script"));
	assert_int_equal(p.got, 2);
	/* the port goes while somebody decides */
	say_from(&p, "192.0.2.1", 1000);
	assert_int_equal(p.came, 4);
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
	unsigned	 i;

	port_up(&p, w, 60000);
	for (i = 0; i < MOST + 10; i++) {
		(void)snprintf(host, sizeof(host), "192.0.2.%u", i);
		say_from(&p, host, 1000);
	}
	assert_int_equal(obj_count(OBJ_udpclient), MOST);
	assert_int_equal(p.gone, 10);
	assert_true(log_has(w, "[192.0.2.0:1000] forgotten: more than 50 "
	    "clients"));
	assert_false(log_has(w, "[192.0.2.1:1000] forgotten"));
	/* all wait: one of them goes all the same */
	p.waits = true;
	say_from(&p, "198.51.100.1", 1000);
	assert_int_equal(obj_count(OBJ_udpclient), MOST);
	p.waits = false;
	p.holds = true;
	for (i = 0; i < WAITING + 5; i++)
		say_from(&p, "198.51.100.2", 1000);
	hook_done(&w->hooks, p.held);
	settle(w);
	assert_int_equal(p.got, MOST + 11 + WAITING);
	port_down(&p);
}

/* A flood of what is not taken is a line a second. */
static void
test_warns(void **state)
{
	struct world	*w = *state;
	struct port	 p;

	port_up(&p, w, 60000);
	p.refuses = true;
	say_from(&p, "192.0.2.1", 1000);
	say_from(&p, "192.0.2.2", 1000);
	say_from(&p, "192.0.2.3", 1000);
	assert_true(log_has(w, "[192.0.2.1:1000] datagram not taken: "
	    "no more"));
	assert_false(log_has(w, "192.0.2.2"));
	port_down(&p);
}

/* Nobody wants to know: nothing is asked, and it is the same client. */
static void
test_nobody_asked(void **state)
{
	struct world	*w = *state;
	struct port	 p;
	unsigned char	 a[16];

	port_up(&p, w, 60000);
	hooks_want(&w->hooks, DECIDE_SCRIPT, 0);
	say_from(&p, "192.0.2.1", 1000);
	memcpy(a, p.last->id, 16);
	say_from(&p, "192.0.2.1", 1000);
	assert_memory_equal(a, p.last->id, 16);
	assert_int_equal(p.got, 2);
	port_down(&p);
	assert_int_equal(p.came, 0);
	assert_int_equal(p.gone, 1);
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
		T(test_warns),
		T(test_nobody_asked),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
