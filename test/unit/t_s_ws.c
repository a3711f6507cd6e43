#include "proxy/session_int.h"
#include "codec/wsframe.h"
#include "sessionkit.h"

#define ASKS	"Upgrade: websocket\r\nConnection: Upgrade\r\n" \
	"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" \
	"Sec-WebSocket-Version: 13\r\n"
#define YES	"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n" \
	"Connection: Upgrade\r\n" \
	"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
/* As a client writes it: masked with 1, 2, 3, 4. */
#define C_AB	"\x81\x82\1\2\3\4" "\x60\x60"
#define C_CLOSE	"\x88\x82\1\2\3\4" "\x02\xea"
#define S_OK	"\x81\x02ok"
#define S_CLOSE	"\x88\x05\x03\xe8" "bye"

static void
dial(struct world *w, struct peer **c, struct peer **o, const char *offer,
    const char *passed, const char *grant)
{
	new_cfg(w)->websocket = true;
	*c = client(w);
	sayf(*c, "GET http://127.0.0.1:%u/ws HTTP/1.1\r\n"
	    "Host: 127.0.0.1:%u\r\n" ASKS "%s\r\n", w->port, w->port, offer);
	*o = origin(w, w->norigin);
	hearsf(*o, "GET /ws HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n" ASKS "%s\r\n",
	    w->port, passed);
	sayf(*o, YES "%s\r\n", grant);
	hearsf(*c, YES "%s\r\n", grant);
}

static const struct websocket *
seen(struct world *w)
{
	assert_non_null(w->seen[0].flow->websocket);
	return (w->seen[0].flow->websocket);
}

static void
frame_is(const struct frame *fr, bool client, const char *want)
{
	assert_int_equal(fr->from_client, client);
	assert_true(sp_is(blob_sp(fr->data), want));
}

/* Reported while it runs, over when both have closed. */
static void
test_talk(void **state)
{
	struct world	*w = *state;
	struct peer	*c, *o;

	dial(w, &c, &o, "", "", "");
	turn_until(w, w->nseen == 1 && w->seen[0].flow->websocket != NULL);
	assert_true(w->seen[0].flow->live);
	say(c, C_AB);
	hears(o, C_AB);
	say(o, S_OK);
	hears(c, S_OK);
	turn_until(w, seen(w)->frames.n == 2);
	assert_int_equal(w->seen[0].done, 0);
	frame_is(frames_at(&seen(w)->frames, 0), true, "ab");
	frame_is(frames_at(&seen(w)->frames, 1), false, "ok");
	say(o, S_CLOSE);
	hears(c, S_CLOSE);
	say(c, C_CLOSE);
	hears(o, C_CLOSE);
	over_well(w, 0, 101);
	assert_int_equal(seen(w)->close_code, 1000);
	assert_string_equal(seen(w)->close_reason, "bye");
	assert_false(seen(w)->closed_by_client);
	hears_end(c);
	settle(w);		/* RFC 6455 7.1.1: the server shuts first */
	assert_false(o->eof || o->failed);
	wire_end_write(o->w);
	hears_end(o);		/* and waits for nobody then */
	peer_close(c);
	peer_close(o);
	turn_until(w, TAILQ_EMPTY(&w->node->sessions));
}

/* What comes with the 101 is not lost. */
static void
test_server_speaks_first(void **state)
{
	struct world	*w = *state;
	struct peer	*c, *o;

	new_cfg(w)->websocket = true;
	c = client(w);
	sayf(c, "GET http://127.0.0.1:%u/ws HTTP/1.1\r\nHost: x\r\n" ASKS
	    "\r\n" C_AB, w->port);
	o = origin(w, 0);
	hears_start(o, "GET /ws HTTP/1.1\r\n");
	say(o, YES "\r\n" S_OK);
	hears(c, YES "\r\n" S_OK);
	hears(o, C_AB);
	turn_until(w, w->nseen == 1 && w->seen[0].flow->websocket != NULL &&
	    seen(w)->frames.n == 2);
}

#define EXT	"Sec-WebSocket-Extensions: "

/* Nobody agrees on what we could not read. */
static void
test_offers(void **state)
{
	struct world	*w = *state;
	struct peer	*c, *o;

	dial(w, &c, &o, EXT "x-zip, permessage-deflate\r\n",
	    EXT "permessage-deflate\r\n", EXT "permessage-deflate\r\n");
	say(o, "\xc1\x07\xf2\x48\xcd\xc9\xc9\x07");
	wire_write(o->w, sp_mem("", 1));
	wire_flush(o->w);
	turn_until(w, w->nseen == 1 && w->seen[0].flow->websocket != NULL &&
	    seen(w)->frames.n == 1);
	frame_is(frames_at(&seen(w)->frames, 0), false, "Hello");
	assert_int_equal(c->got.n, 9);
}

static void
test_no_offers_left(void **state)
{
	struct world	*w = *state;
	struct peer	*c, *o;

	dial(w, &c, &o, EXT "x-zip\r\n", "", "");
	say(c, C_AB);
	hears(o, C_AB);
}

/* An answer that makes no sense is for the client to refuse: raw. */
static void
test_unasked_extension(void **state)
{
	struct world	*w = *state;
	struct peer	*c, *o;

	dial(w, &c, &o, "", "", EXT "permessage-deflate\r\n");
	over_well(w, 0, 101);
	assert_null(w->seen[0].flow->websocket);
	assert_true(log_has(w, "passes unread"));
	say(c, "\xff\xff");
	hears(o, "\xff\xff");
}

static void
test_off(void **state)
{
	struct world	*w = *state;
	struct peer	*c, *o;

	dial(w, &c, &o, "", "", "");
	peer_close(c);
	hears_end(o);
	new_cfg(w);
	c = client(w);
	sayf(c, "GET http://127.0.0.1:%u/ws HTTP/1.1\r\nHost: x\r\n" ASKS
	    EXT "x-zip\r\n\r\n", w->port);
	o = origin(w, 1);
	hears(o, "GET /ws HTTP/1.1\r\nHost: x\r\n" ASKS EXT "x-zip\r\n\r\n");
	say(o, YES "\r\n");
	hears(c, YES "\r\n");
	say(c, "\xff\xff");
	hears(o, "\xff\xff");
	over_well(w, 1, 101);
	assert_null(w->seen[1].flow->websocket);
}

/* --- bad ends ------------------------------------------------------------ */

static void
test_broken_rule(void **state)
{
	struct world	*w = *state;
	struct peer	*c, *o;

	dial(w, &c, &o, "", "", "");
	say(c, C_AB "\x83");
	turn_until(w, o->got.n == sizeof(C_AB) - 1 + 8);
	settle(w);
	assert_int_equal(c->got.n, 0);
	say(o, S_OK S_CLOSE);
	over_badly(w, 0, "invalid WebSocket frame");
	assert_int_equal(seen(w)->close_code, WS_PROTOCOL);
	hears_start(o, C_AB "\x88\x82");
	hears_start(c, S_OK "\x88");
	hears_end(c);
	peer_close(o);
}

/* Whoever broke a rule is told soon, though the other end is silent. */
static void
test_broken_rule_in_silence(void **state)
{
	struct world	*w = *state;
	struct peer	*c, *o;

	for (unsigned i = 0; i < 2; i++) {
		dial(w, &c, &o, "", "", "");
		say(i == 0 ? c : o, "\x83");
		hears_start(c, "\x88");
		hears_start(o, "\x88");
		hears_end(i == 0 ? c : o);
		hears_end(i == 0 ? o : c);
	}
	turn_until(w, w->nseen == 2);
	over_badly(w, 0, "invalid WebSocket frame");
	over_badly(w, 1, "invalid WebSocket frame");
}

static void
test_goes_away(void **state)
{
	struct world	*w = *state;
	struct peer	*c, *o;

	for (unsigned i = 0; i < 4; i++) {
		dial(w, &c, &o, "", "", "");
		say(o, S_OK);
		hears(c, S_OK);
		if (i < 2)
			peer_close(i == 0 ? c : o);
		else
			peer_reset(i == 2 ? c : o);
		hears_end(i % 2 == 0 ? o : c);
		over_badly(w, 0, "");
		assert_int_equal(seen(w)->close_code, WS_ABNORMAL);
		assert_int_equal(seen(w)->closed_by_client, i % 2 == 0);
		peer_close(i % 2 == 0 ? o : c);
		turn_until(w, TAILQ_EMPTY(&w->node->sessions));
		flow_unref(w->seen[0].flow);
		w->nseen = 0;
		peer_close(c);
		str_fini(&c->got);
		w->nclient = 0;
	}
}

static void
test_killed(void **state)
{
	struct world	*w = *state;
	struct peer	*c, *o;

	dial(w, &c, &o, "", "", "");
	session_kill_flow(w->node, id_of(w, 0));
	hears_end(c);
	hears_end(o);
	over_badly(w, 0, "killed");
	assert_true(w->seen[0].flow->killed);
}

/* --- decisions ----------------------------------------------------------- */

#define WS_HOOKS	(HOOK_BIT(HOOK_websocket_start) | \
	HOOK_BIT(HOOK_websocket_message) | HOOK_BIT(HOOK_websocket_end))

/* What a decider does to the message that is held. */
static void
edit(struct world *w, const char *text, bool dropped)
{
	struct frames	*fs = &w->held->flow->websocket->frames;

	frames_set_data(fs, fs->n - 1, blob_of(sp_of(text)));
	frames_edit(fs, fs->n - 1)->dropped = dropped;
	decide(w, 0);
}

static void
test_each_hook(void **state)
{
	struct world	*w = *state;
	struct peer	*c, *o;

	hooks_want(&w->hooks, DECIDE_SCRIPT, WS_HOOKS);
	dial(w, &c, &o, "", "", "");
	turn_until(w, w->ncalls == 1);
	say(o, S_OK);
	hears(c, S_OK);
	say(c, C_AB);
	hears(o, C_AB);
	assert_int_equal(w->ncalls, 3);
	say(o, S_CLOSE);
	hears(c, S_CLOSE);
	say(c, C_CLOSE);
	over_well(w, 0, 101);
	turn_until(w, w->ncalls == 4);
}

static void
test_held(void **state)
{
	struct world	*w = *state;
	struct peer	*c, *o;

	dial(w, &c, &o, "", "", "");
	hooks_want(&w->hooks, DECIDE_SCRIPT,
	    HOOK_BIT(HOOK_websocket_message));
	w->holds = true;
	say(o, S_OK S_OK "\x89\x01p" S_CLOSE);
	turn_until(w, w->held != NULL);
	settle(w);
	assert_int_equal(c->got.n, 0);
	assert_int_equal(w->ncalls, 1);
	edit(w, "OK!", false);
	hears(c, "\x81\x03OK!");
	turn_until(w, w->held != NULL);
	edit(w, "ok", true);
	turn_until(w, c->got.n >= 3 + 7);
	assert_true(sp_starts(str_sp(&c->got), "\x89"));
	turn_until(w, w->nseen == 1 && w->seen[0].flow->websocket != NULL &&
	    seen(w)->frames.n == 2 && frames_at(&seen(w)->frames, 1)->dropped);
	frame_is(frames_at(&seen(w)->frames, 0), false, "OK!");
}

static void
test_held_is_not_idle(void **state)
{
	struct world	*w = *state;
	struct peer	*c, *o;

	dial(w, &c, &o, "", "", "");
	hooks_want(&w->hooks, DECIDE_SCRIPT,
	    HOOK_BIT(HOOK_websocket_message));
	w->holds = true;
	say(o, S_OK);
	turn_until(w, w->held != NULL);
	outlast_idle(w);
	decide(w, 0);
	hears(c, S_OK);
}

/* The answer comes when nobody waits for it any more. */
static void
test_gone_while_held(void **state)
{
	struct world	*w = *state;
	struct peer	*c, *o;

	dial(w, &c, &o, "", "", "");
	hooks_want(&w->hooks, DECIDE_SCRIPT,
	    HOOK_BIT(HOOK_websocket_message));
	w->holds = true;
	say(o, S_OK);
	turn_until(w, w->held != NULL);
	peer_close(c);
	hears_end(o);
	peer_close(o);
	turn_until(w, TAILQ_EMPTY(&w->node->sessions));
	edit(w, "late", false);
	settle(w);
	over_badly(w, 0, "went away");
}

static void
test_killed_while_held(void **state)
{
	struct world	*w = *state;
	struct peer	*c, *o;

	dial(w, &c, &o, "", "", "");
	hooks_want(&w->hooks, DECIDE_SCRIPT,
	    HOOK_BIT(HOOK_websocket_message));
	w->holds = true;
	say(o, S_OK);
	turn_until(w, w->held != NULL);
	decide(w, HV_KILL);
	hears_end(c);
	hears_end(o);
	over_badly(w, 0, "killed");
}

/* A filter that can match a message keeps each back; main is asked about
 * those that do. */
static void
test_intercept(void **state)
{
	struct world	*w = *state;
	struct peer	*c, *o;

	dial(w, &c, &o, "", "", "");
	hooks_set(&w->hooks, DECIDE_MAIN, "main", take_call, w);
	hooks_want(&w->hooks, DECIDE_MAIN,
	    HOOK_BIT(HOOK_websocket_message));
	w->cfg->intercept = filter_parse(SP("~b ok"), NULL);
	say(c, C_AB);
	hears(o, C_AB);
	assert_int_equal(w->ncalls, 0);
	say(o, S_OK);
	hears(c, S_OK);
	assert_int_equal(w->ncalls, 1);
	say(c, C_AB);
	hears(o, C_AB);
	assert_int_equal(w->ncalls, 1);
}

static void
test_injected(void **state)
{
	struct world	*w = *state;
	struct peer	*c, *o;

	dial(w, &c, &o, "", "", "");
	session_inject(w->node, id_of(w, 0), false, true,
	    blob_of(SP("mine")));
	hears(c, "\x81\x04mine");
	session_inject(w->node, id_of(w, 0), true, false,
	    blob_of(SP("bin")));
	turn_until(w, o->got.n == 2 + 4 + 3);
	assert_true(sp_starts(str_sp(&o->got), "\x82\x83"));
	session_inject(w->node, 1u << 30, true, false, blob_of(SP("bin")));
	turn_until(w, w->seen[0].flow->websocket != NULL &&
	    seen(w)->frames.n == 2);
	assert_true(frames_at(&seen(w)->frames, 1)->injected);
	assert_true(frames_at(&seen(w)->frames, 1)->from_client);
}

/* One that does not read stops the other; nothing is lost, though it is
 * more than is kept. */
static void
test_slow_reader(void **state)
{
	struct world	*w = *state;
	struct peer	*c, *o;
	unsigned char	 head[WS_HEAD_MAX];
	struct ws_frame	 f = { WS_BINARY, true, false, NULL };
	size_t		 total = 80u << 20, n;

	dial(w, &c, &o, "", "", "");
	n = ws_put_head(head, &f, total);
	wire_write(o->w, sp_mem(head, n));
	pour(o, c, total);
	turn_until(w, c->got.n == n + total);
	say(o, S_OK);
	turn_until(w, c->got.n == n + total + 4);
	turn_until(w, w->nseen == 1 && w->seen[0].flow->websocket != NULL &&
	    seen(w)->frames.n == 1);
	frame_is(frames_at(&seen(w)->frames, 0), false, "ok");
}

int
main(void)
{
#define row(t)	cmocka_unit_test_setup_teardown(t, world_up, world_down)
	const struct CMUnitTest	tests[] = {
		row(test_talk),
		row(test_server_speaks_first),
		row(test_offers),
		row(test_no_offers_left),
		row(test_unasked_extension),
		row(test_off),
		row(test_broken_rule),
		row(test_broken_rule_in_silence),
		row(test_goes_away),
		row(test_killed),
		row(test_each_hook),
		row(test_held),
		row(test_held_is_not_idle),
		row(test_gone_while_held),
		row(test_killed_while_held),
		row(test_intercept),
		row(test_injected),
		row(test_slow_reader),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
