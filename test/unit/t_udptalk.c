#include "udpkit.h"

#include "base/limits.h"

static const struct flow *
flow_of(struct world *w, unsigned n)
{
	(void)id_of(w, n);
	return (w->seen[n].flow);
}

static void
frame_is(struct world *w, size_t i, bool client, const char *text)
{
	const struct frame	*fr;

	turn_until(w, flow_of(w, 0)->frames.n > i);
	fr = frames_at(&flow_of(w, 0)->frames, i);
	assert_int_equal(fr->from_client, client);
	assert_true(sp_is(blob_sp(fr->data), text));
	assert_true(fr->time > 0);
}

/* A client that has been answered once. */
static void
talk(struct udpside *s, struct world *w, unsigned silence_ms)
{
	side_up(s, w, silence_ms);
	asks(s, 0, "one");
	gets_all(&s->server, "one|");
	answers(s, "yes");
	gets_all(&s->client[0], "yes|");
}

/* --- as it comes --------------------------------------------------------- */

static void
test_passes(void **state)
{
	struct world		*w = *state;
	struct udpside		 s;
	const struct conn	*c;
	uint16_t		 from;

	talk(&s, w, LONG_MS);
	assert_true(addr_eq(&s.client[0].last.addr, &s.port));
	from = addr_port(dgram_sock(s.client[0].d));
	frame_is(w, 0, true, "one");
	frame_is(w, 1, false, "yes");
	c = flow_of(w, 0)->client;
	assert_true(c->udp && c->established && c->t_end == 0);
	assert_int_equal(c->peer.port, from);
	assert_int_equal(c->sock.port, addr_port(&s.port));
	assert_string_equal(c->mode, s.mode->spec);
	c = flow_of(w, 0)->server;
	assert_true(c->udp && c->established);
	assert_int_equal(c->address.port, s.mode->port);
	assert_int_equal(c->peer.port, s.mode->port);
	assert_int_equal(c->sock.port, addr_port(&s.server.last.addr));
	assert_true(c->t_start > 0 && c->t_tcp >= c->t_start);
	assert_true(flow_of(w, 0)->live);
	udpport_close(w->node, s.mode);
	assert_null(over(w, 0)->error);
	assert_true(over(w, 0)->client->t_end > 0);
	assert_true(over(w, 0)->server->t_end > 0);
	assert_false(over(w, 0)->server->established);
	side_down(&s);
}

/* Nothing is something, and a datagram is no stream. */
static void
test_empty_and_apart(void **state)
{
	struct world	*w = *state;
	struct udpside	 s;

	talk(&s, w, LONG_MS);
	asks(&s, 0, "");
	asks(&s, 0, "a");
	asks(&s, 0, "b");
	gets_all(&s.server, "|a|b|");
	answers(&s, "");
	gets_all(&s.client[0], "|");
	frame_is(w, 2, true, "");
	frame_is(w, 5, false, "");
	side_down(&s);
	over(w, 0);
}

/* Each client has a flow and a socket of its own. */
static void
test_two_clients(void **state)
{
	struct world	*w = *state;
	struct udpside	 s;
	struct addr	 first;

	talk(&s, w, LONG_MS);
	first = s.server.last.addr;
	asks(&s, 1, "two");
	gets_all(&s.server, "two|");
	assert_false(addr_eq(&first, &s.server.last.addr));
	answers(&s, "second");
	gets_all(&s.client[1], "second|");
	gets_none(&s.client[0]);
	assert_int_equal(w->nseen, 2);
	side_down(&s);
	over(w, 1);
}

/* Who is not the server is not heard. */
static void
test_stranger(void **state)
{
	struct world	*w = *state;
	struct udpside	 s;
	struct end	 other;

	talk(&s, w, LONG_MS);
	end_up(&other, w, any_socket());
	assert_int_equal(dgram_send(other.d, &s.server.last, SP("me!")), 0);
	gets_none(&s.client[0]);
	dgram_close(other.d);
	side_down(&s);
	assert_int_equal(over(w, 0)->frames.n, 2);
}

/* Silent is who says nothing and is told nothing. */
static void
test_silence(void **state)
{
	struct world	*w = *state;
	struct udpside	 s;
	uint64_t	 end;

	talk(&s, w, 300);
	end = date_mono_ns() + 700000000;
	while (date_mono_ns() < end) {
		answers(&s, "tick");
		settle(w);
		s.client[0].text[0] = '\0';
	}
	assert_int_equal(w->ndone, 0);
	want(w, UDP_ALL);
	assert_null(over(w, 0)->error);
	assert_int_equal(w->ncalls, 1);
	/* the next word is another conversation's */
	want(w, 0);
	asks(&s, 0, "again");
	gets_all(&s.server, "again|");
	side_down(&s);
	over(w, 1);
}

/* --- hooks --------------------------------------------------------------- */

static void
test_each_hook(void **state)
{
	struct world	*w = *state;
	struct udpside	 s;

	want(w, UDP_ALL);
	talk(&s, w, LONG_MS);
	assert_int_equal(w->ncalls, 3);
	w->holds = true;
	side_down(&s);
	holds(w, HOOK_udp_end);
	assert_int_equal(w->ndone, 0);
	flow_set_comment(w->held->flow, "the end");
	decide(w, HV_MARKS);
	assert_string_equal(over(w, 0)->comment, "the end");
	w->holds = false;
}

/* Nothing moves, nobody is looked up, until it is let go. */
static void
test_start_is_held(void **state)
{
	struct world	*w = *state;
	struct udpside	 s;
	struct conn	*to;
	uint16_t	 port;

	side_up(&s, w, 1);
	port = s.mode->port;
	s.mode->port = 9;
	udpport_close(w->node, NULL);
	side_open(&s, 1);
	want(w, HOOK_BIT(HOOK_udp_start));
	w->holds = true;
	asks(&s, 0, "a");
	holds(w, HOOK_udp_start);
	asks(&s, 0, "b");
	gets_none(&s.server);
	assert_int_equal(w->held->server->address.port, 9);
	/* elsewhere, before anybody has been spoken to */
	to = conn_dup(w->held->server);
	conn_set_place(&to->address, "127.0.0.1", port);
	conn_unref(w->held->server);
	w->held->server = to;
	decide(w, HV_CONN);
	gets_all(&s.server, "a|b|");
	s.mode->port = port;
	assert_int_equal(over(w, 0)->server->address.port, port);
	side_down(&s);
}

static void
test_start_is_killed(void **state)
{
	struct world	*w = *state;
	struct udpside	 s;

	side_up(&s, w, LONG_MS);
	want(w, HOOK_BIT(HOOK_udp_start) | HOOK_BIT(HOOK_udp_error));
	w->holds = true;
	asks(&s, 0, "a");
	holds(w, HOOK_udp_start);
	decide(w, HV_KILL);
	holds(w, HOOK_udp_error);
	assert_true(w->held->flow->killed);
	decide(w, 0);
	over_badly(w, 0, "killed");
	gets_none(&s.server);
	side_down(&s);
}

/* One direction waits, in order; the other goes on. */
static void
test_held(void **state)
{
	struct world	*w = *state;
	struct udpside	 s;

	talk(&s, w, 1);
	want(w, HOOK_BIT(HOOK_udp_message));
	w->holds = true;
	asks(&s, 0, "one");
	holds(w, HOOK_udp_message);
	want(w, 0);
	asks(&s, 0, "two");
	answers(&s, "free");
	gets_all(&s.client[0], "free|");
	gets_none(&s.server);
	want(w, HOOK_BIT(HOOK_udp_message));
	edit(w, "ONE!", false);
	holds(w, HOOK_udp_message);
	gets_all(&s.server, "ONE!|");
	edit(w, "two", true);
	gets_none(&s.server);
	w->holds = false;
	want(w, 0);
	frame_is(w, 2, true, "ONE!");
	frame_is(w, 3, false, "free");
	frame_is(w, 4, true, "two");
	assert_true(frames_at(&over(w, 0)->frames, 4)->dropped);
	side_down(&s);
}

/* What is emptied goes out empty; what nothing can carry, not at all. */
static void
test_edited(void **state)
{
	struct world	*w = *state;
	struct udpside	 s;
	char		*big = xcalloc(1, 70001);

	talk(&s, w, LONG_MS);
	memset(big, 'x', 70000);
	want(w, HOOK_BIT(HOOK_udp_message));
	w->holds = true;
	asks(&s, 0, "one");
	holds(w, HOOK_udp_message);
	edit(w, "", false);
	gets_all(&s.server, "|");
	asks(&s, 0, "two");
	holds(w, HOOK_udp_message);
	edit(w, big, false);
	settle(w);
	assert_true(log_has(w, "70000 bytes are more than a datagram"));
	answers(&s, "x");
	holds(w, HOOK_udp_message);
	edit(w, big, false);
	gets_none(&s.client[0]);
	gets_none(&s.server);
	w->holds = false;
	want(w, 0);
	side_down(&s);
	over(w, 0);
	free(big);
}

/* The filter of the user is looked at for each. */
static void
test_intercepted(void **state)
{
	struct world	*w = *state;
	struct udpside	 s;

	new_cfg(w)->intercept = filter_parse(SP("~udp & ~bq bad"), NULL);
	hooks_set(&w->hooks, DECIDE_MAIN, "main", take_call, w);
	want(w, 0);
	hooks_want(&w->hooks, DECIDE_MAIN, HOOK_BIT(HOOK_udp_message));
	w->holds = true;
	talk(&s, w, LONG_MS);
	asks(&s, 0, "bad");
	holds(w, HOOK_udp_message);
	decide(w, HV_KILL);
	over_badly(w, 0, "killed");
	assert_int_equal(w->ncalls, 1);
	side_down(&s);
}

/* --- the end ------------------------------------------------------------- */

/* Who is killed is not heard again as long as it goes on. */
static void
test_killed(void **state)
{
	struct world	*w = *state;
	struct udpside	 s;
	uint64_t	 end;

	talk(&s, w, 300);
	session_kill_flow(w->node, id_of(w, 0));
	over_badly(w, 0, "killed");
	assert_true(over(w, 0)->killed);
	end = date_mono_ns() + 700000000;
	while (date_mono_ns() < end) {
		asks(&s, 0, "still here");
		answers(&s, "so am I");
		settle(w);
	}
	assert_string_equal(s.server.text, "");
	assert_string_equal(s.client[0].text, "");
	assert_int_equal(w->nseen, 1);
	turn_until(w, obj_count(OBJ_udpclient) == 0);
	asks(&s, 0, "new");
	gets_all(&s.server, "new|");
	side_down(&s);
	over(w, 1);
}

static void
test_killed_while_held(void **state)
{
	struct world	*w = *state;
	struct udpside	 s;

	talk(&s, w, LONG_MS);
	want(w, HOOK_BIT(HOOK_udp_message));
	w->holds = true;
	asks(&s, 0, "one");
	holds(w, HOOK_udp_message);
	asks(&s, 0, "two");
	session_kill_flow(w->node, id_of(w, 0));
	over_badly(w, 0, "killed");
	decide(w, 0);
	gets_none(&s.server);
	side_down(&s);
}

/* There is nobody any more, which the next datagram tells. */
static void
test_refused(void **state)
{
	struct world	*w = *state;
	struct udpside	 s;

	talk(&s, w, LONG_MS);
	dgram_close(s.server.d);
	s.server.d = NULL;
	asks(&s, 0, "a");
	asks(&s, 0, "b");
	asks(&s, 0, "c");
	over_badly(w, 0, "(UDP): Connection refused");
	assert_string_equal(over(w, 0)->server->error, over(w, 0)->error);
	assert_true(log_has(w, "Server connection to 127.0.0.1:"));
	side_down(&s);
}

static void
test_server_is_us(void **state)
{
	struct world	*w = *state;
	struct udpside	 s;
	struct cfg	*c;

	side_up(&s, w, LONG_MS);
	c = new_cfg(w);
	c->own[1] = (struct cfg_own){ xcalloc(1, sizeof(struct addr)), 1 };
	c->own[1].v[0] = *dgram_sock(s.server.d);
	asks(&s, 0, "a");
	over_badly(w, 0, "is this proxy itself");
	gets_none(&s.server);
	side_down(&s);
}

static void
test_server_is_decided(void **state)
{
	struct world	*w = *state;
	struct udpside	 s;
	struct conn	*no;

	side_up(&s, w, LONG_MS);
	want(w, HOOK_BIT(HOOK_server_connect) |
	    HOOK_BIT(HOOK_server_connect_error) |
	    HOOK_BIT(HOOK_server_connected) |
	    HOOK_BIT(HOOK_server_disconnected));
	w->holds = true;
	asks(&s, 0, "a");
	holds(w, HOOK_server_connect);
	assert_int_equal(w->held->client->peer.port,
	    addr_port(dgram_sock(s.client[0].d)));
	no = conn_dup(w->held->conn);
	conn_set(&no->error, "not there");
	conn_unref(w->held->conn);
	w->held->conn = no;
	decide(w, HV_KILL);
	holds(w, HOOK_server_connect_error);
	assert_string_equal(w->held->conn->error, "not there");
	decide(w, 0);
	over_badly(w, 0, "not there");
	asks(&s, 0, "b");
	holds(w, HOOK_server_connect);
	decide(w, 0);
	holds(w, HOOK_server_connected);
	decide(w, 0);
	gets_all(&s.server, "b|");
	side_down(&s);
	holds(w, HOOK_server_disconnected);
	assert_true(w->held->conn->t_end > 0);
	decide(w, 0);
	w->holds = false;
	over(w, 1);
}

/* --- from outside -------------------------------------------------------- */

static void
test_injected(void **state)
{
	struct world	*w = *state;
	struct udpside	 s;

	talk(&s, w, LONG_MS);
	session_inject(w->node, id_of(w, 0), true, false, blob_of(SP("me")));
	gets_all(&s.server, "me|");
	session_inject(w->node, id_of(w, 0), false, false,
	    blob_of(SP("you")));
	gets_all(&s.client[0], "you|");
	session_inject(w->node, 1u << 30, false, false, blob_of(SP("who")));
	frame_is(w, 2, true, "me");
	frame_is(w, 3, false, "you");
	assert_true(frames_at(&flow_of(w, 0)->frames, 2)->injected);
	gets_none(&s.client[0]);
	side_down(&s);
	over(w, 0);
}

/* Who is to be left alone is not seen. */
static void
test_ignored(void **state)
{
	struct world	*w = *state;
	struct udpside	 s;
	struct cfg	*c = new_cfg(w);

	c->ignore_hosts = xcalloc(2, sizeof(*c->ignore_hosts));
	c->ignore_hosts[0] = regex_new(SP("127.0.0.1"), true, NULL);
	want(w, UDP_ALL);
	talk(&s, w, LONG_MS);
	asks(&s, 0, "two");
	gets_all(&s.server, "two|");
	side_down(&s);
	assert_int_equal(w->nseen, 0);
	assert_int_equal(w->ncalls, 0);
}

/* --- bounds -------------------------------------------------------------- */

static void
test_waiting_is_bounded(void **state)
{
	struct world	*w = *state;
	struct udpside	 s;
	unsigned	 i, max = (unsigned)limit_of(UDP_WAITING);

	talk(&s, w, LONG_MS);
	want(w, HOOK_BIT(HOOK_udp_message));
	w->holds = true;
	asks(&s, 0, "held");
	holds(w, HOOK_udp_message);
	want(w, 0);
	for (i = 0; i < max + 10; i++) {
		asks(&s, 0, "x");
		loop_once(w->loop, true);
	}
	settle(w);
	assert_true(log_has(w, "datagram not taken: too many wait: 256"));
	w->holds = false;
	decide(w, 0);
	turn_until(w, flow_of(w, 0)->frames.n == max + 3);
	side_down(&s);
	over(w, 0);
}

/* Beyond what may be kept it passes, and who wants sees it all the same. */
static void
test_kept_is_bounded(void **state)
{
	struct world	*w = *state;
	struct udpside	 s;
	size_t		 most = limit_of(TCP_FRAMES), i;
	unsigned	 calls;

	talk(&s, w, LONG_MS);
	for (i = 2; i < most; i++) {
		session_inject(w->node, w->seen[0].flow->id, i % 2 == 0,
		    false, blob_of(SP("")));
		if (i % 64 == 0)
			loop_once(w->loop, true);
	}
	settle(w);
	turn_until(w, flow_of(w, 0)->frames.n == most);
	s.server.text[0] = s.client[0].text[0] = '\0';
	asks(&s, 0, "more");
	gets_all(&s.server, "more|");
	want(w, HOOK_BIT(HOOK_udp_message));
	calls = w->ncalls;
	w->holds = true;
	answers(&s, "seen");
	holds(w, HOOK_udp_message);
	assert_int_equal(w->ncalls, calls + 1);
	assert_int_equal(w->held->flow->frames.n, most + 1);
	edit(w, "SEEN", false);
	gets_all(&s.client[0], "SEEN|");
	w->holds = false;
	want(w, 0);
	side_down(&s);
	assert_int_equal(over(w, 0)->frames.n, most);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(t) cmocka_unit_test_setup_teardown(t, world_up, world_down)
		T(test_passes),
		T(test_empty_and_apart),
		T(test_two_clients),
		T(test_stranger),
		T(test_silence),
		T(test_each_hook),
		T(test_start_is_held),
		T(test_start_is_killed),
		T(test_held),
		T(test_edited),
		T(test_intercepted),
		T(test_killed),
		T(test_killed_while_held),
		T(test_refused),
		T(test_server_is_us),
		T(test_server_is_decided),
		T(test_injected),
		T(test_ignored),
		T(test_waiting_is_bounded),
		T(test_kept_is_bounded),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
