#include "h2sesskit.h"

/*
 * A server's end under HTTP/2, with clients of both protocols.
 */

#define GET_A	"1[GET https://a.test/a]1."

static void
trailers(struct end *e, int32_t id)
{
	struct head	*h = head_new(HEAD_TRAILERS);

	head_add(h, SP("sum"), SP("1"));
	h2_end(e->h2, id, h);
	head_unref(h);
}

/* Informational heads, body, trailers: what the origin says is what the
 * client gets. */
static void
test_h2_to_h2(void **state)
{
	struct talk	t;

	talk_tls(&t, *state, true, true);
	assert_int_equal(h2_get(&t, "/a"), 1);
	told(&t, &t.oe[0], GET_A);
	h2_answer(&t.oe[0], 1, 103, NULL);
	told(&t, &t.ce, "1(103)");
	h2_answer(&t.oe[0], 1, 200, "abc");
	told(&t, &t.ce, "1[200]1+3");
	trailers(&t.oe[0], 1);
	told(&t, &t.ce, "1{ sum=1}1.1#");
	told(&t, &t.oe[0], "1#");
	over_well(t.w, 0, 200);
	assert_non_null(over(t.w, 0)->response->trailers);
	talk_close(&t);
}

static void
test_h1_to_h2(void **state)
{
	struct talk	t;

	talk_tls(&t, *state, false, true);
	say(t.c, "POST /a HTTP/1.1\r\nHost: a.test\r\n"
	    "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nsum: 1\r\n"
	    "\r\n");
	talk_origin(&t, 0, true);
	told(&t, &t.oe[0], "1[POST https://a.test/a]1+31{ sum=1}1.");
	h2_answer(&t.oe[0], 1, 103, NULL);
	talk_settle(&t);
	hears_start(t.c, "HTTP/1.1 103");
	h2_answer(&t.oe[0], 1, 200, "ok");
	trailers(&t.oe[0], 1);
	talk_settle(&t);
	hears(t.c, "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
	    "2\r\nok\r\n0\r\nsum: 1\r\n\r\n");
	over_well(t.w, 0, 200);
	talk_close(&t);
}

/* Each stream is answered for itself, in any order. */
static void
test_concurrent(void **state)
{
	struct talk	t;
	int32_t		id;

	talk_tls(&t, *state, true, true);
	for (id = 1; id < 100; id += 2)
		assert_int_equal(h2_get(&t, "/a"), id);
	talk_until(&t, h2_open_streams(t.oe[0].h2) == 50);
	for (id = 99; id > 0; id -= 2) {
		h2_answer(&t.oe[0], id, 200, "ok");
		h2_end(t.oe[0].h2, id, NULL);
	}
	talk_until(&t, t.w->ndone == 50);
	for (unsigned i = 0; i < 50; i++)
		over_well(t.w, i, 200);
	talk_until(&t, t.ce.body.n == 100);
	assert_int_equal(t.w->norigin, 1);
	talk_close(&t);
}

/* A reset ends its stream alone. */
static void
test_reset(void **state)
{
	struct talk	t;

	talk_tls(&t, *state, true, true);
	h2_get(&t, "/a");
	h2_get(&t, "/b");
	talk_until(&t, h2_open_streams(t.oe[0].h2) == 2);
	str_clear(&t.oe[0].log);
	h2_answer(&t.oe[0], 1, 200, "ab");
	told(&t, &t.ce, "1[200]1+2");
	h2_reset(t.oe[0].h2, 1, H2_INTERNAL_ERROR);
	told(&t, &t.ce, "1!INTERNAL_ERROR");
	over_badly(t.w, 0, "INTERNAL_ERROR");
	h2_answer(&t.oe[0], 3, 200, NULL);
	h2_end(t.oe[0].h2, 3, NULL);
	told(&t, &t.ce, "3[200]3.3#");
	over_well(t.w, 1, 200);
	talk_close(&t);
}

/* And before a head it is a 502. */
static void
test_reset_at_once(void **state)
{
	struct talk	t;

	talk_tls(&t, *state, true, true);
	h2_get(&t, "/a");
	told(&t, &t.oe[0], GET_A);
	h2_reset(t.oe[0].h2, 1, H2_CANCEL);
	talk_until(&t, strstr(str_c(&t.ce.log), "1.") != NULL);
	assert_true(sp_starts(str_sp(&t.ce.log), "1[502"));
	over_badly(t.w, 0, "CANCEL");
	talk_close(&t);
}

/* RFC 9113 8.7: what was refused unseen is asked again. */
static void
test_refused(void **state)
{
	struct talk	t;

	talk_tls(&t, *state, true, true);
	h2_get(&t, "/a");
	told(&t, &t.oe[0], GET_A);
	h2_reset(t.oe[0].h2, 1, H2_REFUSED_STREAM);
	talk_origin(&t, 1, true);
	told(&t, &t.oe[1], GET_A);
	h2_answer(&t.oe[1], 1, 204, NULL);
	h2_end(t.oe[1].h2, 1, NULL);
	told(&t, &t.ce, "1[204]1.1#");
	over_well(t.w, 0, 204);
	talk_close(&t);
}

/* RFC 9113 6.8: those that go on do, new ones dial anew. */
static void
test_goaway(void **state)
{
	struct talk	t;

	talk_tls(&t, *state, true, true);
	h2_get(&t, "/a");
	told(&t, &t.oe[0], GET_A);
	h2_shutdown(t.oe[0].h2);
	talk_settle(&t);
	h2_get(&t, "/b");
	talk_origin(&t, 1, true);
	told(&t, &t.oe[1], "1[GET https://a.test/b]1.");
	h2_answer(&t.oe[1], 1, 200, "b");
	h2_end(t.oe[1].h2, 1, NULL);
	told(&t, &t.ce, "3[200]3+13.3#");
	h2_answer(&t.oe[0], 1, 200, "a");
	h2_end(t.oe[0].h2, 1, NULL);
	told(&t, &t.ce, "1[200]1+11.1#");
	turn_until(t.w, t.w->origin[0].eof);
	talk_close(&t);
}

/* The connection goes, and all of its streams. */
static void
test_lost(void **state)
{
	struct talk	t;

	talk_tls(&t, *state, true, true);
	h2_get(&t, "/a");
	h2_get(&t, "/b");
	talk_until(&t, h2_open_streams(t.oe[0].h2) == 2);
	h2_answer(&t.oe[0], 1, 200, "ab");
	talk_until(&t, t.ce.body.n == 2);
	peer_reset(&t.w->origin[0]);
	over_badly(t.w, 0, "");
	over_badly(t.w, 1, "");
	talk_settle(&t);
	assert_non_null(strstr(str_c(&t.ce.log), "1!INTERNAL_ERROR"));
	assert_non_null(strstr(str_c(&t.ce.log), "3[502"));
	talk_close(&t);
}

/* It has said all and is gone before the request was: that is an answer. */
static void
test_early_and_gone(void **state)
{
	struct talk	t;

	talk_tls(&t, *state, true, true);
	assert_int_equal(h2_ask(&t, "POST", "/a"), 1);
	told(&t, &t.oe[0], "1[POST https://a.test/a]");
	h2_answer(&t.oe[0], 1, 403, "no");
	h2_end(t.oe[0].h2, 1, NULL);
	end_turn(&t.oe[0], &t.w->origin[0]);
	peer_close(&t.w->origin[0]);
	talk_until(&t, strstr(str_c(&t.ce.log), "1.") != NULL);
	assert_true(sp_starts(str_sp(&t.ce.log), "1[403]1+2"));
	h2_end(t.ce.h2, 1, NULL);
	talk_until(&t, t.w->ndone == 1);
	over_well(t.w, 0, 403);
	talk_close(&t);
}

/* A quiet one is asked for a sign of life, which is enough; without one it
 * has gone. */
static void
test_ping(void **state)
{
	struct world	*w = *state;
	struct talk	 t;
	uint64_t	 had;

	w->cfg->ping_ms = 60;
	talk_tls(&t, w, true, true);
	h2_get(&t, "/a");
	told(&t, &t.oe[0], GET_A);
	had = wire_received(w->origin[0].w);
	/* five PINGs of 8 bytes behind a head of 9 (RFC 9113 6.7) */
	talk_until(&t, wire_received(w->origin[0].w) >= had + 5 * 17);
	assert_int_equal(w->ndone, 0);
	turn_until(w, w->ndone == 1);	/* nobody answers for the origin */
	over_badly(w, 0, "PING");
	talk_close(&t);
}

/* A frame that is none. */
static void
test_broken(void **state)
{
	struct talk	t;

	talk_tls(&t, *state, true, true);
	h2_get(&t, "/a");
	told(&t, &t.oe[0], GET_A);
	put_frame(&t.oe[0].out, WINDOW, 0, 0, SP("\0\0\0\0"));
	talk_until(&t, strstr(str_c(&t.ce.log), "1[502") != NULL);
	over_badly(t.w, 0, "");
	talk_close(&t);
}

/* A head that breaks the rules spoils its stream alone. */
static void
test_bad_head(void **state)
{
	struct talk	t;

	talk_tls(&t, *state, true, true);
	h2_get(&t, "/a");
	told(&t, &t.oe[0], GET_A);
	put_headers(&t.oe[0].out, ES, 1, ":status 200|Bad Name x");
	talk_until(&t, strstr(str_c(&t.ce.log), "1[502") != NULL);
	over_badly(t.w, 0, "");
	talk_settle(&t);
	assert_false(t.w->origin[0].eof);
	talk_close(&t);
}

/* --- flow control -------------------------------------------------------- */

/* A client that gives no credit stops the origin; then all goes through. */
static void
test_slow_client(void **state)
{
	unsigned char	*block = xcalloc(1, 65536);
	size_t		 total = 32u << 20, sent = 0;
	struct talk	 t;
	unsigned	 stuck = 0;

	talk_tls(&t, *state, true, true);
	new_cfg(t.w)->keep_max = 1;
	t.ce.keep = t.ce.mute = true;
	h2_get(&t, "/a");
	told(&t, &t.oe[0], GET_A);
	h2_answer(&t.oe[0], 1, 200, NULL);
	while (sent < total) {
		if (h2_queued(t.oe[0].h2, 1) < H2_QUEUE_LOW) {
			h2_data(t.oe[0].h2, 1, sp_mem(block, 65536), NULL);
			sent += 65536;
			stuck = 0;
		} else if (++stuck == 2000 && t.ce.keep) {
			assert_in_range(sent, 65536, total - 65536);
			t.ce.keep = false;
			h2_consumed(t.ce.h2, 1, t.ce.body.n);
		}
		talk_turn(&t);
	}
	h2_end(t.oe[0].h2, 1, NULL);
	talk_until(&t, t.w->ndone == 1);
	talk_until(&t, t.ce.body.n == total);
	assert_false(t.ce.keep);
	over_well(t.w, 0, 200);
	free(block);
	talk_close(&t);
}

/* And an origin that gives none stops the client. */
static void
test_slow_origin(void **state)
{
	unsigned char	*block = xcalloc(1, 65536);
	size_t		 total = 32u << 20, sent = 0;
	struct talk	 t;
	unsigned	 stuck = 0;

	talk_tls(&t, *state, true, true);
	new_cfg(t.w)->keep_max = 1;
	t.oe[0].keep = t.oe[0].mute = true;
	h2_ask(&t, "POST", "/a");
	told(&t, &t.oe[0], "1[POST https://a.test/a]");
	while (sent < total) {
		if (h2_queued(t.ce.h2, 1) < H2_QUEUE_LOW) {
			h2_data(t.ce.h2, 1, sp_mem(block, 65536), NULL);
			sent += 65536;
			stuck = 0;
		} else if (++stuck == 2000 && t.oe[0].keep) {
			assert_in_range(sent, 65536, total - 65536);
			t.oe[0].keep = false;
			h2_consumed(t.oe[0].h2, 1, t.oe[0].body.n);
		}
		talk_turn(&t);
	}
	h2_end(t.ce.h2, 1, NULL);
	talk_until(&t, t.oe[0].body.n == total);
	assert_false(t.oe[0].keep);
	h2_answer(&t.oe[0], 1, 200, NULL);
	h2_end(t.oe[0].h2, 1, NULL);
	talk_until(&t, t.w->ndone == 1);
	over_well(t.w, 0, 200);
	free(block);
	talk_close(&t);
}

/* --- MAX_CONCURRENT_STREAMS ---------------------------------------------- */

/* The frames that an origin got, in words. */
static void
got_frames(struct talk *t, const char *want)
{
	struct peer	*o = &t->w->origin[0];
	struct end	 e = { .out = o->got };
	struct str	 s;

	str_init(&s, STR_MAX);
	frames_tell(&e, &s, false);
	o->got = e.out;
	assert_string_equal(str_c(&s), want);
	str_fini(&s);
}

/* What is too many for the origin waits its turn. */
static void
test_queued(void **state)
{
	static const char	*const want[] = { "HEADERS:1:ES",
		"HEADERS:3:ES", "HEADERS:5:ES", "HEADERS:7:ES" };
	struct talk		 t;
	struct str		 s;
	unsigned		 i;

	talk_tls(&t, *state, true, true);
	t.oh2[0] = false;		/* written by hand */
	str_init(&s, STR_MAX);
	/* SETTINGS_MAX_CONCURRENT_STREAMS: 1 */
	put_frame(&s, SETTINGS, 0, 0, sp_mem("\0\3\0\0\0\1", 6));
	for (i = 0; i < nitems(want); i++) {
		wire_write(t.w->origin[0].w, str_sp(&s));
		wire_flush(t.w->origin[0].w);
		str_clear(&s);
		talk_settle(&t);
		if (i == 0) {
			got_frames(&t, "");
			for (unsigned n = 0; n < nitems(want); n++)
				h2_get(&t, "/a");
			talk_settle(&t);
		}
		got_frames(&t, want[i]);
		put_headers(&s, ES, 2 * i + 1, ":status 204");
	}
	wire_write(t.w->origin[0].w, str_sp(&s));
	wire_flush(t.w->origin[0].w);
	talk_until(&t, t.w->ndone == nitems(want));
	for (i = 0; i < nitems(want); i++)
		over_well(t.w, i, 204);
	assert_int_equal(t.w->norigin, 1);
	str_fini(&s);
	end_close(&t.oe[0]);
	talk_close(&t);
}

/* One that takes none is not waited for without end. */
static void
test_shut(void **state)
{
	struct talk	t;
	struct str	s;

	talk_tls(&t, *state, true, true);
	t.oh2[0] = false;		/* written by hand */
	t.w->cfg->idle_ms = 50;
	str_init(&s, STR_MAX);
	/* SETTINGS_MAX_CONCURRENT_STREAMS: 0 */
	put_frame(&s, SETTINGS, 0, 0, sp_mem("\0\3\0\0\0\0", 6));
	wire_write(t.w->origin[0].w, str_sp(&s));
	wire_flush(t.w->origin[0].w);
	str_fini(&s);
	talk_settle(&t);
	h2_get(&t, "/a");
	talk_until(&t, t.w->ndone == 1);
	over_badly(t.w, 0, "takes no requests");
	talk_until(&t, strstr(str_c(&t.ce.log), "1[502") != NULL);
	got_frames(&t, "");
	talk_until(&t, t.w->origin[0].eof || t.w->origin[0].failed);
	assert_false(t.c->eof || t.c->failed);
	end_close(&t.oe[0]);
	talk_close(&t);
}

/* --- without TLS ---------------------------------------------------------- */

/* A client that knows what its server speaks, in a tunnel. */
static void
talk_within(struct talk *t, struct world *w, bool mirrored, bool eager)
{
	struct cfg	*c = new_cfg(w);

	c->http2 = true;
	c->h2_plain = mirrored;
	c->eager = eager;
	memset(t, 0, sizeof(*t));
	t->w = w;
	t->c = client(w);
	connect_tunnel(w, t->c);
}

static void
test_plaintext(void **state)
{
	struct world	*w = *state;
	struct talk	 t;
	char		 want[80];
	int32_t		 id;

	talk_within(&t, w, true, false);
	client_h2_end(&t);
	for (id = 1; id < 6; id += 2)
		assert_int_equal(h2_get(&t, "/a"), id);
	talk_origin(&t, 0, true);
	talk_until(&t, h2_open_streams(t.oe[0].h2) == 3);
	(void)snprintf(want, sizeof(want), "[GET http://127.0.0.1:%u/a]",
	    w->port);
	assert_non_null(strstr(str_c(&t.oe[0].log), want));
	for (id = 1; id < 6; id += 2) {
		h2_answer(&t.oe[0], id, 200, "ok");
		trailers(&t.oe[0], id);
	}
	talk_until(&t, w->ndone == 3);
	assert_non_null(over(w, 2)->response->trailers);
	assert_true(sp_is(over(w, 0)->response->head->version, "HTTP/2.0"));
	assert_int_equal(w->norigin, 1);
	talk_close(&t);
}

/* A server that says so by itself: whatever the client speaks. */
static void
test_plaintext_unasked(void **state)
{
	struct world	*w = *state;
	struct talk	 t;
	char		 want[80];

	talk_within(&t, w, false, true);
	talk_origin(&t, 0, true);
	talk_settle(&t);
	sayf(t.c, "GET /a HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n\r\n", w->port);
	(void)snprintf(want, sizeof(want), "1[GET http://127.0.0.1:%u/a]1.",
	    w->port);
	told(&t, &t.oe[0], want);
	h2_answer(&t.oe[0], 1, 204, NULL);
	h2_end(t.oe[0].h2, 1, NULL);
	talk_settle(&t);
	hears(t.c, "HTTP/1.1 204 No Content\r\n\r\n");
	over_well(w, 0, 204);
	talk_close(&t);
}

/* What it knows of a proxy it does not know of its server. */
static void
test_plaintext_of_a_proxy(void **state)
{
	struct world	*w = *state;
	struct cfg	*c = new_cfg(w);
	struct talk	 t;

	c->http2 = c->h2_plain = true;
	talk_plain(&t, w);
	h2_get(&t, "/a");
	hears_start(talk_origin(&t, 0, false), "GET /a HTTP/1.1");
	talk_close(&t);
}

/* The answer says which option it was. */
static void
test_plaintext_to_h1(void **state)
{
	struct world	*w = *state;
	struct talk	 t;
	struct peer	*o;

	talk_within(&t, w, true, true);
	client_h2_end(&t);
	h2_get(&t, "/a");
	o = talk_origin(&t, 0, false);
	talk_until(&t, o->got.n != 0);
	hears_start(o, "PRI * HTTP/2.0");
	say(o, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
	talk_until(&t, strstr(str_c(&t.ce.log), "1.") != NULL);
	assert_true(sp_starts(str_sp(&t.ce.log), "1[502"));
	over_badly(w, 0, "http2_plaintext");
	talk_close(&t);
}

int
main(void)
{
#define row(t)	cmocka_unit_test_setup_teardown(t, world_up, world_down)
	const struct CMUnitTest	tests[] = {
		row(test_h2_to_h2),
		row(test_h1_to_h2),
		row(test_concurrent),
		row(test_reset),
		row(test_reset_at_once),
		row(test_refused),
		row(test_goaway),
		row(test_lost),
		row(test_early_and_gone),
		row(test_ping),
		row(test_broken),
		row(test_bad_head),
		row(test_slow_client),
		row(test_slow_origin),
		row(test_queued),
		row(test_shut),
		row(test_plaintext),
		row(test_plaintext_unasked),
		row(test_plaintext_of_a_proxy),
		row(test_plaintext_to_h1),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
