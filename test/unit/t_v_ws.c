#include "h2sesskit.h"

/*
 * WebSockets to origins that speak HTTP/2, by clients of both protocols.
 */

#define KEY	"dGhlIHNhbXBsZSBub25jZQ=="
#define ASKS	"GET /ws HTTP/1.1\r\nHost: a.test\r\nUpgrade: websocket\r\n" \
	"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n" \
	"Sec-WebSocket-Key: " KEY "\r\n\r\n"
#define YES	"HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\n" \
	"upgrade: websocket\r\n" \
	"sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
#define ASKED	"1[CONNECT https://a.test/ws :protocol=websocket " \
	"sec-websocket-version=13]"
#define C_AB	"\x81\x82\1\2\3\4" "\x60\x60"
#define C_CLOSE	"\x88\x82\1\2\3\4" "\x02\xea"
#define S_OK	"\x81\x02ok"
#define S_CLOSE	"\x88\x02\x03\xe8"

static const char *const	only_h1[] = { "http/1.1", NULL };
static const char *const	both[] = { "h2", "http/1.1", NULL };

/* A client in TLS in a tunnel, in front of an origin that speaks one
 * protocol. */
static void
come(struct talk *t, struct world *w, const char *const *offers,
    const char *origin_alpn)
{
	struct cfg	*c = new_cfg(w);

	c->websocket = c->http2 = true;
	memset(t, 0, sizeof(*t));
	t->w = w;
	w->origin_tls = true;
	w->origin_alpn = origin_alpn;
	t->c = client(w);
	connect_tunnel(w, t->c);
	assert_int_equal(wire_connect_tls(t->c->w, w->tls, "a.test", 443,
	    NULL, offers, peer_tls_done, t->c, NULL), 0);
	turn_until(w, t->c->shaken);
	assert_false(t->c->failed);
	if (offers == both && strcmp(origin_alpn, "h2") == 0)
		client_h2_end(t);
}

/* An origin's connection that takes no extended CONNECT. */
static void
plain_h2_end(struct talk *t, unsigned n)
{
	talk_until(t, t->w->norigin > n);
	talk_until(t, t->w->origin[n].shaken);
	end_open(&t->oe[n], (struct h2_cfg){ .client = false });
	t->oh2[n] = true;
}

static void
grant(struct end *e)
{
	h2_answer(e, 1, 200, NULL);
}

static void
client_hears(struct talk *t, const char *want)
{
	talk_until(t, t->c->got.n >= strlen(want) || t->c->eof ||
	    t->c->failed);
	assert_string_equal(str_c(&t->c->got), want);
	str_clear(&t->c->got);
}

/* The body that the origin has of the stream so far. */
static void
origin_has(struct talk *t, struct end *e, const char *want)
{
	talk_until(t, e->body.n >= strlen(want));
	assert_string_equal(str_c(&e->body), want);
}

static void
is_socket(struct talk *t, size_t messages)
{
	const struct flow	*f = over(t->w, 0);

	assert_null(f->error);
	assert_true(sp_is(f->request->head->method, "GET"));
	assert_int_equal(f->response->head->status, 101);
	assert_non_null(f->websocket);
	assert_int_equal(f->websocket->frames.n, messages);
	assert_int_equal(f->websocket->close_code, 1000);
	assert_true(f->server->alpn == NULL ||
	    strcmp(f->server->alpn, "h2") == 0);
}

static void
talk_it_over(struct talk *t, struct end *o)
{
	say(t->c, C_AB);
	origin_has(t, o, C_AB);
	h2_data(o->h2, 1, SP(S_OK), NULL);
	client_hears(t, S_OK);
	say(t->c, C_CLOSE);
	origin_has(t, o, C_AB C_CLOSE);
	h2_data(o->h2, 1, SP(S_CLOSE), NULL);
	client_hears(t, S_CLOSE);
	h2_end(o->h2, 1, NULL);
	talk_until(t, strstr(str_c(&o->log), "1#") != NULL);
	assert_non_null(strstr(str_c(&o->log), "1."));	/* an end, no reset */
	is_socket(t, 2);
}

/* HTTP/1 is refused in the handshake: HTTP/2 is offered then. */
static void
test_h1_to_h2(void **state)
{
	struct talk	 t;

	come(&t, *state, only_h1, "h2");
	assert_string_equal(wire_tls_info(t.c->w)->alpn, "http/1.1");
	talk_origin(&t, 1, true);
	say(t.c, ASKS);
	told(&t, &t.oe[1], ASKED);
	grant(&t.oe[1]);
	client_hears(&t, YES);
	talk_it_over(&t, &t.oe[1]);
	assert_int_equal(t.w->norigin, 2);
	talk_close(&t);
}

/* Whatever the client asks for. */
static void
test_any_request_to_h2_only(void **state)
{
	struct talk	t;

	come(&t, *state, only_h1, "h2");
	talk_origin(&t, 1, true);
	say(t.c, "GET /a HTTP/1.1\r\nHost: a.test\r\n\r\n");
	told(&t, &t.oe[1], "1[GET https://a.test/a]1.");
	h2_answer(&t.oe[1], 1, 204, NULL);
	h2_end(t.oe[1].h2, 1, NULL);
	client_hears(&t, "HTTP/1.1 204 No Content\r\n\r\n");
	over_well(t.w, 0, 204);
	talk_close(&t);
}

/* An origin that hangs up, not having answered by ALPN. */
static void
test_h1_misread(void **state)
{
	struct talk	 t;
	struct peer	*o;

	come(&t, *state, NULL, NULL);
	o = origin(t.w, 0);
	say(t.c, ASKS);
	hears_start(o, "GET /ws");
	peer_close(o);
	t.w->origin_alpn = "h2";
	talk_origin(&t, 1, true);
	told(&t, &t.oe[1], ASKED);
	grant(&t.oe[1]);
	client_hears(&t, YES);
	talk_it_over(&t, &t.oe[1]);
	talk_close(&t);
}

/* But once only. */
static void
test_h1_hung_up(void **state)
{
	struct talk	t;

	come(&t, *state, NULL, NULL);
	say(t.c, ASKS);
	hears_start(origin(t.w, 0), "GET /ws");
	peer_close(origin(t.w, 0));
	talk_until(&t, t.w->norigin == 2);
	hears_start(origin(t.w, 1), "GET /ws");
	peer_close(origin(t.w, 1));
	hears_start(t.c, "HTTP/1.1 502 ");
	over_badly(t.w, 0, "server");
	assert_int_equal(t.w->norigin, 2);
	talk_close(&t);
}

/* SETTINGS that nobody has asked for are no greeting to be relayed. */
static void
test_unasked(void **state)
{
	struct talk	t;

	come(&t, *state, NULL, NULL);
	talk_origin(&t, 0, true);
	talk_settle(&t);
	say(t.c, ASKS);
	told(&t, &t.oe[0], ASKED);
	grant(&t.oe[0]);
	client_hears(&t, YES);
	talk_it_over(&t, &t.oe[0]);
	assert_int_equal(t.w->norigin, 1);
	talk_close(&t);
}

static int32_t
ws_ask(struct talk *t)
{
	struct head	*h = h2_ask_head(t, "CONNECT", "/ws");
	int32_t		 id;

	head_add(h, SP(":protocol"), SP("websocket"));
	head_add(h, SP("sec-websocket-version"), SP("13"));
	talk_until(t, h2_takes_extended(t->ce.h2));
	id = h2_request(t->ce.h2, h);
	head_unref(h);
	return (id);
}

/* Within the connection that is there. */
static void
test_h2_to_h2(void **state)
{
	struct talk	t;

	come(&t, *state, both, "h2");
	talk_origin(&t, 0, true);
	assert_int_equal(ws_ask(&t), 1);
	told(&t, &t.oe[0], ASKED);
	grant(&t.oe[0]);
	told(&t, &t.ce, "1[200]");
	h2_data(t.ce.h2, 1, SP(C_AB), NULL);
	told(&t, &t.oe[0], "1+8");
	/* others are served beside it */
	assert_int_equal(h2_get(&t, "/a"), 3);
	told(&t, &t.oe[0], "3[GET https://a.test/a]3.");
	h2_answer(&t.oe[0], 3, 200, "abc");
	h2_end(t.oe[0].h2, 3, NULL);
	told(&t, &t.ce, "3[200]3+33.3#");
	str_clear(&t.oe[0].log);
	h2_data(t.oe[0].h2, 1, SP(S_OK), NULL);
	told(&t, &t.ce, "1+4");
	h2_data(t.ce.h2, 1, SP(C_CLOSE), NULL);
	told(&t, &t.oe[0], "1+8");
	h2_data(t.oe[0].h2, 1, SP(S_CLOSE), NULL);
	h2_end(t.oe[0].h2, 1, NULL);
	told(&t, &t.ce, "1+41.");
	h2_end(t.ce.h2, 1, NULL);
	told(&t, &t.oe[0], "1.1#");
	assert_int_equal(t.w->norigin, 1);
	talk_until(&t, t.w->ndone == 2);
	is_socket(&t, 2);
	talk_close(&t);
}

/* SETTINGS are waited for; they do not allow it, and HTTP/1 is spoken. */
static void
test_not_allowed(void **state)
{
	struct talk	 t;
	struct peer	*o;

	come(&t, *state, both, "h2");
	assert_int_equal(ws_ask(&t), 1);
	talk_settle(&t);
	assert_int_equal(t.w->norigin, 1);
	t.w->origin_alpn = "http/1.1";
	plain_h2_end(&t, 0);
	o = talk_origin(&t, 1, false);
	talk_until(&t, strstr(str_c(&o->got), "\r\n\r\n") != NULL);
	assert_string_equal(wire_tls_info(o->w)->alpn, "http/1.1");
	assert_true(sp_starts(str_sp(&o->got), "GET /ws HTTP/1.1\r\n"));
	say(o, "HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade"
	    "\r\nSec-WebSocket-Accept: x\r\n\r\n" S_OK);
	told(&t, &t.ce, "1[200]1+4");
	str_clear(&o->got);
	h2_data(t.ce.h2, 1, SP(C_AB), NULL);
	talk_until(&t, o->got.n == 8);
	hears(o, C_AB);
	h2_reset(t.ce.h2, 1, H2_CANCEL);
	talk_until(&t, o->eof || o->failed);
	talk_close(&t);
}

/* Nor is HTTP/1 spoken. */
static void
test_nowhere(void **state)
{
	struct talk	t;

	come(&t, *state, only_h1, "h2");
	plain_h2_end(&t, 1);
	say(t.c, ASKS);
	talk_settle(&t);
	hears_start(t.c, "HTTP/1.1 502 ");
	over_badly(t.w, 0, "RFC 8441");
	talk_close(&t);
}

/* What is said in place of a grant. */
static void
test_refused(void **state)
{
	struct talk	 t;
	struct head	*h;

	come(&t, *state, only_h1, "h2");
	talk_origin(&t, 1, true);
	say(t.c, ASKS);
	told(&t, &t.oe[1], ASKED);
	h2_answer(&t.oe[1], 1, 103, NULL);
	h2_answer(&t.oe[1], 1, 403, "no");
	h = head_new(HEAD_TRAILERS);
	head_add(h, SP("sum"), SP("1"));
	h2_end(t.oe[1].h2, 1, h);
	head_unref(h);
	client_hears(&t, "HTTP/1.1 103 Early Hints\r\n\r\n"
	    "HTTP/1.1 403 Forbidden\r\ntransfer-encoding: chunked\r\n\r\n"
	    "2\r\nno\r\n0\r\nsum: 1\r\n\r\n");
	over_well(t.w, 0, 403);
	told(&t, &t.oe[1], "1.1#");
	/* the connection goes on for both */
	say(t.c, "GET /a HTTP/1.1\r\nHost: a.test\r\n\r\n");
	told(&t, &t.oe[1], "3[GET https://a.test/a]3.");
	h2_answer(&t.oe[1], 3, 204, NULL);
	h2_end(t.oe[1].h2, 3, NULL);
	client_hears(&t, "HTTP/1.1 204 No Content\r\n\r\n");
	assert_int_equal(t.w->norigin, 2);
	talk_close(&t);
}

static void
test_refused_without_body(void **state)
{
	struct talk	 t;

	come(&t, *state, only_h1, "h2");
	talk_origin(&t, 1, true);
	say(t.c, ASKS);
	told(&t, &t.oe[1], ASKED);
	h2_answer(&t.oe[1], 1, 404, NULL);
	h2_end(t.oe[1].h2, 1, NULL);
	client_hears(&t, "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n");
	over_well(t.w, 0, 404);
	talk_close(&t);
}

/* Asked for in HTTP/1, and granted. */
static struct end *
open_granted(struct talk *t)
{
	talk_origin(t, 1, true);
	say(t->c, ASKS);
	told(t, &t->oe[1], ASKED);
	grant(&t->oe[1]);
	client_hears(t, YES);
	return (&t->oe[1]);
}

static struct end *
open_socket(struct talk *t, struct world *w)
{
	come(t, w, only_h1, "h2");
	return (open_granted(t));
}

/* One that nobody looks into. */
static struct end *
open_raw(struct talk *t, struct world *w)
{
	come(t, w, only_h1, "h2");
	new_cfg(w)->http2 = true;
	return (open_granted(t));
}

/* Before it was granted: the client is told why. */
static void
test_reset_early(void **state)
{
	struct talk	 t;

	come(&t, *state, only_h1, "h2");
	talk_origin(&t, 1, true);
	say(t.c, ASKS);
	told(&t, &t.oe[1], ASKED);
	h2_reset(t.oe[1].h2, 1, H2_ENHANCE_YOUR_CALM);
	talk_settle(&t);
	hears_start(t.c, "HTTP/1.1 502 ");
	over_badly(t.w, 0, "ENHANCE_YOUR_CALM");
	talk_close(&t);
}

/* What came before the reset comes to the client before the end. */
static void
test_reset_late(void **state)
{
	struct talk	 t;
	struct end	*o = open_socket(&t, *state);

	h2_data(o->h2, 1, SP(S_OK), NULL);
	talk_settle(&t);
	h2_reset(o->h2, 1, H2_CANCEL);
	client_hears(&t, S_OK);
	talk_until(&t, t.c->eof || t.c->failed);
	over_badly(t.w, 0, "server went away");
	talk_close(&t);
}

/* And raw it looks cut. */
static void
test_reset_raw(void **state)
{
	struct talk	 t;
	struct end	*o = open_raw(&t, *state);

	say(t.c, "\1\2");		/* nobody looks into it */
	origin_has(&t, o, "\1\2");
	h2_reset(o->h2, 1, H2_CANCEL);
	talk_until(&t, t.c->failed);
	talk_close(&t);
}

/* Half an end is passed on in both directions. */
static void
test_half_close(void **state)
{
	struct talk	 t;
	struct end	*o = open_raw(&t, *state);

	h2_data(o->h2, 1, SP("bye"), NULL);
	h2_end(o->h2, 1, NULL);
	client_hears(&t, "bye");
	talk_until(&t, t.c->eof);
	say(t.c, "still");
	origin_has(&t, o, "still");
	wire_end_write(t.c->w);
	told(&t, o, "1+51.1#");
	talk_close(&t);
}

static void
test_client_gone(void **state)
{
	struct talk	 t;
	struct end	*o = open_socket(&t, *state);

	peer_reset(t.c);
	talk_until(&t, t.w->origin[1].eof || t.w->origin[1].failed);
	over_badly(t.w, 0, "");
	(void)o;
	talk_close(&t);
}

/* The client's stream alone: the connection is not its own. */
static void
test_client_resets(void **state)
{
	struct talk	t;

	come(&t, *state, both, "h2");
	talk_origin(&t, 0, true);
	assert_int_equal(ws_ask(&t), 1);
	told(&t, &t.oe[0], ASKED);
	h2_reset(t.ce.h2, 1, H2_CANCEL);
	told(&t, &t.oe[0], "1!CANCEL");
	over_badly(t.w, 0, "");
	assert_int_equal(h2_get(&t, "/a"), 3);
	told(&t, &t.oe[0], "3[GET https://a.test/a]3.");
	h2_answer(&t.oe[0], 3, 204, NULL);
	h2_end(t.oe[0].h2, 3, NULL);
	talk_until(&t, t.w->ndone == 2);
	assert_int_equal(t.w->norigin, 1);
	talk_close(&t);
}

static void
test_carrier_gone(void **state)
{
	struct talk	 t;

	open_socket(&t, *state);
	peer_close(&t.w->origin[1]);
	talk_until(&t, t.c->eof || t.c->failed);
	over_badly(t.w, 0, "server went away");
	talk_close(&t);
}

static void
test_carrier_gone_early(void **state)
{
	struct talk	 t;

	come(&t, *state, only_h1, "h2");
	talk_origin(&t, 1, true);
	say(t.c, ASKS);
	told(&t, &t.oe[1], ASKED);
	peer_close(&t.w->origin[1]);
	talk_settle(&t);
	hears_start(t.c, "HTTP/1.1 502 ");
	over_badly(t.w, 0, "server");
	talk_close(&t);
}

/* Before its SETTINGS. */
static void
test_carrier_gone_at_once(void **state)
{
	struct talk	 t;

	come(&t, *state, only_h1, "h2");
	say(t.c, ASKS);
	talk_until(&t, t.w->norigin == 2 && t.w->origin[1].shaken);
	talk_settle(&t);
	peer_close(&t.w->origin[1]);
	talk_settle(&t);
	hears_start(t.c, "HTTP/1.1 502 ");
	over_badly(t.w, 0, "");
	talk_close(&t);
}

/* An origin that does not read is not read for. */
static void
test_slow_origin(void **state)
{
	size_t		 total = 32u << 20, sent = 0;
	unsigned char	*block = xcalloc(1, 65536);
	unsigned	 stuck = 0;
	struct talk	 t;
	struct end	*o = open_raw(&t, *state);

	o->keep = o->mute = true;
	while (sent < total) {
		if (wire_out_len(t.c->w) < 65536) {
			wire_write(t.c->w, sp_mem(block, 65536));
			wire_flush(t.c->w);
			sent += 65536;
			stuck = 0;
		} else if (++stuck == 2000) {
			assert_in_range(sent, 65536, total - 65536);
			o->keep = false;
			h2_consumed(o->h2, 1, o->body.n);
		}
		talk_turn(&t);
	}
	assert_false(o->keep);		/* it was stuck once */
	talk_until(&t, o->body.n == total);
	free(block);
	talk_close(&t);
}

/* The origin has said all, more than its client takes for now. */
static void
test_end_before_a_slow_client(void **state)
{
	size_t		 total = 7u << 20;
	unsigned char	*block = xcalloc(1, total);
	int		 small = 128 << 10;
	struct talk	 t;
	struct end	*o;

	o = open_raw(&t, *state);
	(void)setsockopt(t.c->fd, SOL_SOCKET, SO_RCVBUF, &small,
	    sizeof(small));
	wire_end_write(t.c->w);
	told(&t, o, "1.");
	t.c->asleep = true;
	wire_pause(t.c->w, PAUSE_FULL);
	h2_data(o->h2, 1, sp_mem(block, total), NULL);
	h2_end(o->h2, 1, NULL);
	talk_until(&t, h2_queued(o->h2, 1) == 0);
	talk_settle(&t);
	peer_close(&t.w->origin[1]);	/* it has nothing to do any more */
	talk_settle(&t);
	t.c->asleep = false;
	wire_resume(t.c->w, PAUSE_FULL);
	talk_until(&t, t.c->eof || t.c->failed);
	assert_int_equal(t.c->got.n, total);
	assert_false(t.c->failed);
	free(block);
	talk_close(&t);
}

/* Whoever relays within a stream ends with the stream that carries it. */
static void
test_ends_with_its_carrier(void **state)
{
	struct talk	t;

	come(&t, *state, both, "h2");
	new_cfg(t.w)->http2 = true;
	talk_origin(&t, 0, true);
	assert_int_equal(ws_ask(&t), 1);
	told(&t, &t.oe[0], ASKED);
	grant(&t.oe[0]);
	told(&t, &t.ce, "1[200]");
	h2_data(t.oe[0].h2, 1, SP("bye"), NULL);
	h2_end(t.oe[0].h2, 1, NULL);
	told(&t, &t.ce, "1+31.");
	h2_end(t.ce.h2, 1, NULL);
	told(&t, &t.oe[0], "1.1#");
	talk_until(&t, obj_count(OBJ_session) == 1);
	talk_close(&t);
}

int
main(void)
{
#define row(t)	cmocka_unit_test_setup_teardown(t, world_up, world_down)
	const struct CMUnitTest	tests[] = {
		row(test_h1_to_h2),
		row(test_any_request_to_h2_only),
		row(test_h1_misread),
		row(test_h1_hung_up),
		row(test_unasked),
		row(test_h2_to_h2),
		row(test_not_allowed),
		row(test_nowhere),
		row(test_refused),
		row(test_refused_without_body),
		row(test_reset_early),
		row(test_reset_late),
		row(test_reset_raw),
		row(test_half_close),
		row(test_client_gone),
		row(test_client_resets),
		row(test_carrier_gone),
		row(test_carrier_gone_early),
		row(test_carrier_gone_at_once),
		row(test_slow_origin),
		row(test_end_before_a_slow_client),
		row(test_ends_with_its_carrier),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
