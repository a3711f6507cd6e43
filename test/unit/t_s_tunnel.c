#include "h2sesskit.h"

#include "base/limits.h"

/*
 * Streams that are tunnels, in front of origins that speak HTTP/1 or
 * nothing that we know.
 */

#define C_AB	"\x81\x82\1\2\3\4" "\x60\x60"
#define S_OK	"\x81\x02ok"

/* RFC 9113 8.5: neither :scheme nor :path. */
static int32_t
h2_connect(struct talk *t, uint16_t port)
{
	struct head	*h = head_new(HEAD_REQUEST);
	struct str	 at;
	int32_t		 id;

	str_init(&at, 64);
	str_printf(&at, "127.0.0.1:%u", port);
	head_set_version(h, SP("HTTP/2.0"));
	head_set_method(h, SP("CONNECT"));
	head_set_target(h, str_sp(&at));
	head_set_url(h, SPNIL, str_sp(&at), SP("127.0.0.1"), port, SPNIL);
	id = h2_request(t->ce.h2, h);
	head_unref(h);
	str_fini(&at);
	return (id);
}

/* What nobody took for HTTP. */
static const char	raw[] = "\1\2 early";

static void
heard(struct talk *t, struct peer *p, const char *want)
{
	talk_until(t, p->got.n >= strlen(want) || p->eof || p->failed);
	hears(p, want);
}

/* Stream 1 is open to the only origin. */
static struct peer *
open_tunnel(struct talk *t, struct world *w)
{
	struct peer	*o;

	talk_plain(t, w);
	assert_int_equal(h2_connect(t, w->port), 1);
	told(t, &t->ce, "1[200]");
	h2_data(t->ce.h2, 1, sp_of(raw), NULL);
	o = talk_origin(t, 0, false);
	heard(t, o, raw);
	return (o);
}

/* All sessions within have gone; the client's own is left. */
static void
only_client(struct talk *t)
{
	struct session	*s;

	talk_until(t, (s = TAILQ_FIRST(&t->w->node->sessions)) != NULL &&
	    obj_count(OBJ_session) == 1);
}

static void
test_half_close(void **state)
{
	struct talk	 t;
	struct peer	*o = open_tunnel(&t, *state);

	say(o, "hello");
	told(&t, &t.ce, "1+5");
	h2_end(t.ce.h2, 1, NULL);
	talk_until(&t, o->eof);
	say(o, "still");
	told(&t, &t.ce, "1+5");
	wire_end_write(o->w);
	told(&t, &t.ce, "1.1#");
	only_client(&t);
	talk_close(&t);
}

static void
test_half_close_by_the_server(void **state)
{
	struct talk	 t;
	struct peer	*o = open_tunnel(&t, *state);

	say(o, "bye");
	wire_end_write(o->w);
	told(&t, &t.ce, "1+31.");
	h2_data(t.ce.h2, 1, SP("still"), NULL);
	heard(&t, o, "still");
	h2_end(t.ce.h2, 1, NULL);
	told(&t, &t.ce, "1#");
	only_client(&t);
	talk_close(&t);
}

/* RFC 9113 8.5: a break on one side is one on the other. */
static void
test_reset_by_the_client(void **state)
{
	struct talk	 t;
	struct peer	*o = open_tunnel(&t, *state);

	h2_reset(t.ce.h2, 1, H2_CANCEL);
	talk_until(&t, o->eof || o->failed);
	only_client(&t);
	talk_close(&t);
}

static void
test_reset_by_the_server(void **state)
{
	struct talk	 t;

	open_tunnel(&t, *state);
	peer_reset(&t.w->origin[0]);
	talk_until(&t, t.ce.log.n != 0);
	talk_settle(&t);
	assert_string_equal(str_c(&t.ce.log), "1!CONNECT_ERROR");
	only_client(&t);
	talk_close(&t);
}

/* The client's connection goes, and all that lies in it. */
static void
test_client_gone(void **state)
{
	struct talk	 t;
	struct peer	*o = open_tunnel(&t, *state);

	peer_reset(t.c);
	talk_until(&t, o->eof || o->failed);
	talk_until(&t, TAILQ_EMPTY(&t.w->node->sessions));
	talk_close(&t);
}

/* Nobody there: a 502 with its reason, and the stream is over. */
static void
test_refused(void **state)
{
	struct talk	 t;

	talk_plain(&t, *state);
	listen_close(t.w->listener);
	t.w->listener = NULL;
	h2_connect(&t, t.w->port);
	talk_until(&t, strstr(str_c(&t.ce.log), "1.") != NULL);
	assert_true(sp_starts(str_sp(&t.ce.log), "1[502"));
	assert_non_null(strstr(str_c(&t.ce.body), "refused"));
	only_client(&t);
	talk_close(&t);
}

/* HTTP in a tunnel is HTTP, with its flow. */
static void
test_http_within(void **state)
{
	struct talk	 t;
	struct peer	*o;

	talk_plain(&t, *state);
	h2_connect(&t, t.w->port);
	told(&t, &t.ce, "1[200]");
	h2_data(t.ce.h2, 1, SP("GET /x HTTP/1.1\r\nHost: a\r\n\r\n"), NULL);
	o = talk_origin(&t, 0, false);
	heard(&t, o, "GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
	say(o, OK2);
	talk_until(&t, t.ce.body.n == strlen(OK2));
	assert_string_equal(str_c(&t.ce.body), OK2);
	over_well(t.w, 0, 200);
	h2_end(t.ce.h2, 1, NULL);
	talk_until(&t, o->eof);
	only_client(&t);
	talk_close(&t);
}

/* One that takes nothing stops the other, either way. */
static void
test_slow_client(void **state)
{
	size_t		 total = 32u << 20, sent = 0;
	unsigned char	*block = xcalloc(1, 65536);
	struct talk	 t;
	struct peer	*o = open_tunnel(&t, *state);
	unsigned	 stuck = 0;

	t.ce.keep = t.ce.mute = true;
	while (sent < total) {
		if (wire_out_len(o->w) < 65536) {
			wire_write(o->w, sp_mem(block, 65536));
			wire_flush(o->w);
			sent += 65536;
			stuck = 0;
		} else if (++stuck == 2000 && t.ce.keep) {
			assert_in_range(sent, 65536, total - 65536);
			t.ce.keep = false;
			h2_consumed(t.ce.h2, 1, t.ce.body.n);
		}
		talk_turn(&t);
	}
	talk_until(&t, t.ce.body.n == total);
	assert_false(t.ce.keep);
	free(block);
	talk_close(&t);
}

static void
test_slow_server(void **state)
{
	size_t		 total = 32u << 20, sent = 0;
	unsigned char	*block = xcalloc(1, 65536);
	struct talk	 t;
	struct peer	*o = open_tunnel(&t, *state);
	unsigned	 stuck = 0;

	o->asleep = true;
	wire_pause(o->w, PAUSE_FULL);
	while (sent < total) {
		if (h2_queued(t.ce.h2, 1) < H2_QUEUE_LOW) {
			h2_data(t.ce.h2, 1, sp_mem(block, 65536), NULL);
			sent += 65536;
			stuck = 0;
		} else if (++stuck == 2000 && o->asleep) {
			assert_in_range(sent, 65536, total - 65536);
			o->asleep = false;
			wire_resume(o->w, PAUSE_FULL);
		}
		talk_turn(&t);
	}
	talk_until(&t, o->got.n == total);
	assert_false(o->asleep);
	free(block);
	talk_close(&t);
}

/*
 * A client that has said all is done with the tunnel, whatever its server
 * has taken of it: that gets everything, and the credit for it comes back.
 * Together it is more than the connection's window.
 */
static void
test_end_before_a_slow_server(void **state)
{
	size_t		 total = 7u << 20;
	unsigned char	*block = xcalloc(1, total);
	struct talk	 t;
	struct peer	*o = open_tunnel(&t, *state);
	int32_t		 id = 1;
	int		 small = 128 << 10;

	t.ce.mute = true;
	for (unsigned i = 0; i < 6; i++) {
		(void)setsockopt(o->fd, SOL_SOCKET, SO_RCVBUF, &small,
		    sizeof(small));
		wire_end_write(o->w);
		o->asleep = true;
		wire_pause(o->w, PAUSE_FULL);
		talk_settle(&t);
		h2_data(t.ce.h2, id, sp_mem(block, total), NULL);
		h2_end(t.ce.h2, id, NULL);
		talk_until(&t, h2_queued(t.ce.h2, id) == 0);
		talk_settle(&t);
		o->asleep = false;
		wire_resume(o->w, PAUSE_FULL);
		talk_until(&t, o->eof || o->failed);
		assert_int_equal(o->got.n, total);
		only_client(&t);
		if (i == 5)
			break;
		id = h2_connect(&t, t.w->port);
		h2_data(t.ce.h2, id, sp_of(raw), NULL);
		o = talk_origin(&t, i + 1, false);
		heard(&t, o, raw);
	}
	free(block);
	talk_close(&t);
}

/* --- WebSockets (RFC 8441) ----------------------------------------------- */

static struct head *
ws_head(struct talk *t, const char *protocol)
{
	struct head	*h = h2_ask_head(t, "CONNECT", "/ws");

	head_add(h, SP(":protocol"), sp_of(protocol));
	head_add(h, SP("sec-websocket-version"), SP("13"));
	return (h);
}

static void
ws_ask(struct talk *t, const char *protocol)
{
	struct head	*h = ws_head(t, protocol);

	talk_settle(t);
	assert_true(h2_takes_extended(t->ce.h2));
	assert_int_equal(h2_request(t->ce.h2, h), 1);
	head_unref(h);
}

static void
test_websocket(void **state)
{
	struct talk	 t;
	struct peer	*o;
	char		*key, accept[64];

	talk_plain(&t, *state);
	new_cfg(t.w)->websocket = true;
	ws_ask(&t, "websocket");
	o = talk_origin(&t, 0, false);
	talk_until(&t, strstr(str_c(&o->got), "\r\n\r\n") != NULL);
	assert_true(sp_starts(str_sp(&o->got), "GET /ws HTTP/1.1\r\n"));
	key = strcasestr(str_c(&o->got), "sec-websocket-key: ");
	assert_non_null(key);
	assert_non_null(strcasestr(str_c(&o->got), "upgrade: websocket"));
	snprintf(accept, sizeof(accept), "%.20s", key + 19);
	assert_true(strlen(accept) == 20);
	str_clear(&o->got);
	sayf(o, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
	    "Connection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n" S_OK,
	    "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
	talk_until(&t, t.ce.body.n == 4);
	assert_true(sp_starts(str_sp(&t.ce.log), "1[200"));
	assert_memory_equal(str_c(&t.ce.body), S_OK, 4);
	h2_data(t.ce.h2, 1, SP(C_AB), NULL);
	heard(&t, o, C_AB);
	talk_until(&t, t.w->nseen == 1 && t.w->seen[0].flow->websocket !=
	    NULL && t.w->seen[0].flow->websocket->frames.n == 2);
	/* RFC 8441 5: END_STREAM is the end of the connection */
	h2_end(t.ce.h2, 1, NULL);
	talk_until(&t, o->eof || o->failed);
	wire_end_write(o->w);
	only_client(&t);
	talk_close(&t);
}

/* What the origin says instead of 101 is the answer. */
static void
test_websocket_denied(void **state)
{
	struct talk	 t;
	struct peer	*o;

	talk_plain(&t, *state);
	new_cfg(t.w)->websocket = true;
	ws_ask(&t, "websocket");
	o = talk_origin(&t, 0, false);
	talk_until(&t, strstr(str_c(&o->got), "\r\n\r\n") != NULL);
	say(o, "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
	talk_until(&t, strstr(str_c(&t.ce.log), "1.") != NULL);
	assert_true(sp_starts(str_sp(&t.ce.log), "1[403"));
	assert_string_equal(str_c(&t.ce.body), "no");
	over_well(t.w, 0, 403);
	only_client(&t);
	talk_close(&t);
}

static void
test_unknown_protocol(void **state)
{
	struct talk	t;

	talk_plain(&t, *state);
	ws_ask(&t, "connect-udp");
	talk_until(&t, strstr(str_c(&t.ce.log), "1.") != NULL);
	assert_true(sp_starts(str_sp(&t.ce.log), "1[5"));
	assert_non_null(strstr(str_c(&t.ce.body), "connect-udp"));
	assert_int_equal(t.w->norigin, 0);
	talk_close(&t);
}

/* One too many is told so; when one has gone there is room again. */
static void
test_too_many(void **state)
{
	struct talk	 t;
	int32_t		 id = 0;
	char		 want[32];

	new_cfg(*state)->eager = false;
	talk_plain(&t, *state);
	listen_close(t.w->listener);	/* none of them goes anywhere */
	t.w->listener = NULL;
	for (size_t i = 0; i < limit_of(H2_TUNNELS); i++) {
		talk_until(&t, h2_can_open(t.ce.h2));
		id = h2_connect(&t, t.w->port);
	}
	snprintf(want, sizeof(want), "%d[200]", id);
	talk_until(&t, strstr(str_c(&t.ce.log), want) != NULL);
	assert_null(strstr(str_c(&t.ce.log), "[5"));
	for (unsigned i = 0; i < 2; i++) {
		str_clear(&t.ce.log);
		str_clear(&t.ce.body);
		id = h2_connect(&t, t.w->port);
		snprintf(want, sizeof(want), "%d[%s", id, i == 0 ? "503" :
		    "200");
		talk_until(&t, strstr(str_c(&t.ce.log), want) != NULL);
		if (i == 0)
			h2_reset(t.ce.h2, 1, H2_CANCEL);
		talk_settle(&t);
	}
	talk_close(&t);
}

/* What is held within the tunnel holds the connection around it as well. */
static void
test_held_is_not_idle(void **state)
{
	struct world	*w = *state;
	struct talk	 t;
	struct peer	*o = open_tunnel(&t, w);

	hooks_want(&w->hooks, DECIDE_SCRIPT, HOOK_BIT(HOOK_tcp_message));
	w->holds = true;
	say(o, "one");
	talk_until(&t, w->held != NULL);
	outlast_idle(w);
	str_clear(&t.ce.body);
	w->holds = false;
	decide(w, 0);
	talk_until(&t, t.ce.body.n == 3);
	assert_string_equal(str_c(&t.ce.body), "one");
	talk_close(&t);
}

int
main(void)
{
#define row(t)	cmocka_unit_test_setup_teardown(t, world_up, world_down)
	const struct CMUnitTest	tests[] = {
		row(test_half_close),
		row(test_half_close_by_the_server),
		row(test_reset_by_the_client),
		row(test_reset_by_the_server),
		row(test_client_gone),
		row(test_refused),
		row(test_http_within),
		row(test_slow_client),
		row(test_slow_server),
		row(test_end_before_a_slow_server),
		row(test_too_many),
		row(test_held_is_not_idle),
		row(test_websocket),
		row(test_websocket_denied),
		row(test_unknown_protocol),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
