#include "h2sesskit.h"

/*
 * The client's end under HTTP/2: what it says, and what it is told. Servers
 * that speak it too have tests of their own (t_v_h2.c).
 */

/* What an HTTP/1 origin gets next. */
static void
o_gets(struct talk *t, struct peer *o, const char *want)
{
	talk_until(t, o->got.n >= strlen(want) || o->eof || o->failed);
	talk_settle(t);
	hears(o, want);
}

static void
o_gets_path(struct talk *t, struct peer *o, const char *path)
{
	struct str	s;

	str_init(&s, STR_MAX);
	str_printf(&s, "GET %s HTTP/1.1\r\nhost: 127.0.0.1:%u\r\n\r\n", path,
	    t->w->port);
	o_gets(t, o, str_c(&s));
	str_fini(&s);
}

/* Asked on stream id, over the n-th connection, and answered: the client's
 * own lives. */
static void
still_alive(struct talk *t, int32_t id, unsigned n)
{
	struct str	s;

	str_clear(&t->ce.log);
	assert_int_equal(h2_get(t, "/alive"), id);
	o_gets_path(t, talk_origin(t, n, false), "/alive");
	say(&t->w->origin[n], OK2);
	str_init(&s, STR_MAX);
	str_printf(&s, "%d[200 content-length=2]%d+2%d.%d#", id, id, id, id);
	told(t, &t->ce, str_c(&s));
	str_fini(&s);
}

/* --- servers of HTTP/1 --------------------------------------------------- */

/* Heads, 1xx and trailers go over from one protocol to the other. */
static void
test_to_h1(void **state)
{
	struct talk	 t;
	struct head	*h;
	struct peer	*o;
	struct str	 want;

	talk_plain(&t, *state);
	h = h2_ask_head(&t, "POST", "/a");
	head_add(h, SP("cookie"), SP("a=1"));
	head_add(h, SP("cookie"), SP("b=2"));
	assert_int_equal(h2_request(t.ce.h2, h), 1);
	head_unref(h);
	h2_data(t.ce.h2, 1, SP("abc"), NULL);
	h = head_new(HEAD_TRAILERS);
	head_add(h, SP("sum"), SP("1"));
	o = talk_origin(&t, 0, false);
	str_init(&want, STR_MAX);
	str_printf(&want, "POST /a HTTP/1.1\r\nhost: 127.0.0.1:%u\r\n"
	    "cookie: a=1; b=2\r\ntransfer-encoding: chunked\r\n\r\n"
	    "3\r\nabc\r\n", t.w->port);
	o_gets(&t, o, str_c(&want));
	str_fini(&want);
	h2_end(t.ce.h2, 1, h);
	head_unref(h);
	o_gets(&t, o, "0\r\nsum: 1\r\n\r\n");
	say(o, "HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n");
	told(&t, &t.ce, "1(103 link=<x>)");
	say(o, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
	    "Connection: x-hop\r\nX-Hop: 1\r\n\r\n2\r\nok\r\n");
	told(&t, &t.ce, "1[200]1+2");
	say(o, "0\r\nSum: 2\r\n\r\n");
	told(&t, &t.ce, "1{ sum=2}1.1#");
	over_well(t.w, 0, 200);
	assert_non_null(over(t.w, 0)->response->trailers);
	talk_close(&t);
}

/* Streams do not wait for one another, as far as connections go round. */
static void
test_several_to_h1(void **state)
{
	struct talk	t;
	unsigned	i;

	talk_plain(&t, *state);
	for (i = 0; i < 3; i++)
		h2_get(&t, "/a");
	for (i = 0; i < 3; i++)
		o_gets_path(&t, talk_origin(&t, i, false), "/a");
	say(&t.w->origin[2], OK2);
	talk_until(&t, t.w->ndone == 1);
	for (i = 0; i < 2; i++)
		say(&t.w->origin[i], OK2);
	talk_until(&t, t.w->ndone == 3);
	talk_until(&t, t.ce.body.n == 6);
	assert_int_equal(t.w->norigin, 3);
	talk_close(&t);
}

/* --- what is no request -------------------------------------------------- */

/* The frames that a client got of a stream, in words. */
static void
got_of(struct peer *c, unsigned id, const char *what)
{
	struct end	e = { .out = c->got };
	struct str	s;
	char		want[32];

	str_init(&s, STR_MAX);
	frames_tell(&e, &s, false);
	c->got = e.out;
	snprintf(want, sizeof(want), "%s:%u", what, id);
	if (strstr(str_c(&s), want) == NULL)
		fail_msg("not %s: %s", want, str_c(&s));
	str_fini(&s);
}

static void
send_head(struct peer *c, unsigned id, const char *fields)
{
	struct str	s;

	str_init(&s, STR_MAX);
	put_headers(&s, ES, id, fields);
	wire_write(c->w, str_sp(&s));
	wire_flush(c->w);
	str_fini(&s);
}

/* It is answered, or reset, and shown; the connection and its other streams
 * go on. */
static void
test_refused(void **state)
{
	static const struct {
		const char	*fields, *says;
	}		 rows[] = {
		/* no request at all (RFC 9113 8.1.1) */
		{ ":method GET|:scheme http|:path /", "RST" },
		{ ":method GET|:scheme http|:authority a|:path /|Big x",
		    "RST" },
		{ ":method GET|:scheme http|:authority a|:path /|"
		    "connection x", "RST" },
		{ ":method GET|:scheme http|:authority a b|:path /", "RST" },
		{ ":method GET|:scheme http|:authority a|:path /|"
		    "content-length 2", "RST" },
		{ ":method GET|:scheme http|:authority a:b|:path /", "RST" },
		/* one that leads nowhere */
		{ ":method CONNECT|:authority a", "HEADERS" },
	};
	struct world	*w = *state;
	struct peer	*c = client(w);
	struct str	 good;
	unsigned	 i;

	say(c, PREFACE);
	wire_write(c->w, sp_mem("\0\0\0\4\0\0\0\0\0", 9));	/* SETTINGS */
	for (i = 0; i < nitems(rows); i++) {
		settle(w);
		str_clear(&c->got);
		send_head(c, 2 * i + 1, rows[i].fields);
		turn_until(w, w->ndone == i + 1);
		over_badly(w, i, "");
		settle(w);
		got_of(c, 2 * i + 1, rows[i].says);
	}
	str_init(&good, STR_MAX);
	str_printf(&good, ":method GET|:scheme http|:authority 127.0.0.1:%u|"
	    ":path /", w->port);
	send_head(c, 2 * i + 1, str_c(&good));
	str_fini(&good);
	hears_start(origin(w, 0), "GET / HTTP/1.1\r\n");
	say(origin(w, 0), OK2);
	over_well(w, i, 200);
	assert_false(c->eof || c->failed);
	assert_true(log_has(w, "Bad request refused"));
}

/* --- resets and goodbyes ------------------------------------------------- */

/* The server hears of it; the client's other streams do not. */
static void
test_reset_by_the_client(void **state)
{
	struct talk	t;

	talk_tls(&t, *state, true, true);
	h2_get(&t, "/a");
	h2_get(&t, "/b");
	talk_until(&t, h2_open_streams(t.oe[0].h2) == 2);
	str_clear(&t.oe[0].log);
	h2_reset(t.ce.h2, 1, H2_INTERNAL_ERROR);
	told(&t, &t.oe[0], "1!CANCEL");
	over_badly(t.w, 0, "client");
	str_clear(&t.ce.log);
	h2_answer(&t.oe[0], 3, 204, NULL);
	h2_end(t.oe[0].h2, 3, NULL);
	told(&t, &t.ce, "3[204]3.3#");
	over_well(t.w, 1, 204);
	talk_close(&t);
}

/* An HTTP/1 connection can be told only by its end. */
static void
test_reset_before_h1(void **state)
{
	struct talk	t;

	talk_plain(&t, *state);
	h2_get(&t, "/a");
	o_gets_path(&t, talk_origin(&t, 0, false), "/a");
	h2_reset(t.ce.h2, 1, H2_CANCEL);
	talk_until(&t, t.w->origin[0].eof || t.w->origin[0].failed);
	over_badly(t.w, 0, "client");
	still_alive(&t, 3, 1);
	talk_close(&t);
}

/* What the client can act upon it is told, of the rest that it failed. */
static void
test_reset_by_the_server(void **state)
{
	static const struct {
		uint32_t	 code;
		const char	*told;
	}		rows[] = {
		{ H2_CANCEL, "!CANCEL" },
		{ H2_HTTP_1_1_REQUIRED, "!HTTP_1_1_REQUIRED" },
		{ H2_NO_ERROR, "!INTERNAL_ERROR" },
		{ H2_PROTOCOL_ERROR, "!INTERNAL_ERROR" },
		{ H2_ENHANCE_YOUR_CALM, "!INTERNAL_ERROR" },
	};
	struct talk	t;
	int32_t		id;

	talk_tls(&t, *state, true, true);
	for (unsigned i = 0; i < nitems(rows); i++) {
		id = h2_get(&t, "/a");
		talk_until(&t, t.oe[0].log.n != 0);
		h2_answer(&t.oe[0], id, 200, "ab");
		talk_until(&t, t.ce.body.n == 2 * i + 2);
		str_clear(&t.ce.log);
		put_frame(&t.oe[0].out, RST, 0, (unsigned)id, sp_mem(
		    (unsigned char[]){ 0, 0, 0, (unsigned char)rows[i].code },
		    4));
		talk_until(&t, t.ce.log.n != 0);
		if (strstr(str_c(&t.ce.log), rows[i].told) == NULL)
			fail_msg("%u: %s", i, str_c(&t.ce.log));
		over_badly(t.w, i, h2_code_name(rows[i].code));
		str_clear(&t.oe[0].log);
	}
	talk_close(&t);
}

/*
 * Without validation a body may be longer or shorter than was said. An
 * origin in HTTP/1 is not told what it would take for another request, nor
 * may one follow.
 */
static void
test_unlike_its_length(void **state)
{
	static const struct {
		const char	*body, *told;
	}		rows[] = {
		{ "okGET /evil HTTP/1.1\r\n\r\n",	"ok" },
		{ "o",					"o" },
	};
	struct talk	 t;
	struct peer	*o;
	struct head	*h;
	int32_t		 id;

	new_cfg(*state)->validate = false;
	talk_plain(&t, *state);
	for (unsigned i = 0; i < nitems(rows); i++) {
		h = h2_ask_head(&t, "POST", "/p");
		head_add(h, SP("content-length"), SP("2"));
		id = h2_request(t.ce.h2, h);
		head_unref(h);
		h2_data(t.ce.h2, id, sp_of(rows[i].body), NULL);
		h2_end(t.ce.h2, id, NULL);
		o = talk_origin(&t, i, false);
		talk_until(&t, o->eof);
		assert_true(sp_starts(str_sp(&o->got), "POST /p HTTP/1.1\r\n"));
		assert_string_equal(strstr(str_c(&o->got), "\r\n\r\n") + 4,
		    rows[i].told);
		say(o, OK2);
		over_well(t.w, i, 200);
	}
	assert_int_equal(t.w->norigin, 2);
	talk_close(&t);
}

/* While main cannot follow nothing begins, and nothing is lost. */
static void
test_main_is_behind(void **state)
{
	struct talk	t;
	uint64_t	end;

	talk_plain(&t, *state);
	talk_settle(&t);
	atomic_fetch_add(&t.w->behind, NODE_BEHIND_MAX + 1);
	h2_get(&t, "/a");
	for (end = date_mono_ns() + 200000000ull; date_mono_ns() < end; )
		talk_turn(&t);
	assert_int_equal(t.w->norigin, 0);
	atomic_fetch_sub(&t.w->behind, NODE_BEHIND_MAX + 1);
	o_gets_path(&t, talk_origin(&t, 0, false), "/a");
	say(&t.w->origin[0], OK2);
	told(&t, &t.ce, "1[200 content-length=2]1+21.1#");
	over_well(t.w, 0, 200);
	talk_close(&t);
}

/* A client that says goodbye still gets its answers; then all is over. */
static void
test_goaway_by_the_client(void **state)
{
	struct talk	t;

	talk_plain(&t, *state);
	h2_get(&t, "/a");
	o_gets_path(&t, talk_origin(&t, 0, false), "/a");
	h2_shutdown(t.ce.h2);
	talk_settle(&t);
	say(&t.w->origin[0], OK2);
	told(&t, &t.ce, "1[200 content-length=2]1+21.1#");
	over_well(t.w, 0, 200);
	peer_close(t.c);
	talk_until(&t, TAILQ_EMPTY(&t.w->node->sessions));
	talk_close(&t);
}

/* RFC 9113 6.8: what the server did not see is asked again elsewhere, what
 * it saw goes on. */
static void
test_goaway_by_the_server(void **state)
{
	struct talk	t;

	talk_tls(&t, *state, true, true);
	h2_get(&t, "/a");
	h2_get(&t, "/b");
	talk_until(&t, h2_open_streams(t.oe[0].h2) == 2);
	put_frame(&t.oe[0].out, GOAWAY, 0, 0,
	    sp_mem("\0\0\0\1\0\0\0\0", 8));
	talk_origin(&t, 1, true);
	told(&t, &t.oe[1], "1[GET https://a.test/b]1.");
	h2_answer(&t.oe[1], 1, 204, NULL);
	h2_end(t.oe[1].h2, 1, NULL);
	told(&t, &t.ce, "3[204]3.3#");
	h2_answer(&t.oe[0], 1, 200, NULL);
	h2_end(t.oe[0].h2, 1, NULL);
	told(&t, &t.ce, "1[200]1.1#");
	assert_int_equal(over(t.w, 0)->response->head->status +
	    over(t.w, 1)->response->head->status, 200 + 204);
	talk_close(&t);
}

/* --- whose connection it is ---------------------------------------------- */

/*
 * A client may use one connection for names that our certificate covers as
 * well. It is a tunnel all the same: all goes to its own server, whose 421
 * is for the client to act upon (RFC 9110 15.5.20).
 */
static void
test_misdirected(void **state)
{
	struct talk	 t;
	struct head	*h;

	talk_tls(&t, *state, true, true);
	h = h2_ask_head(&t, "GET", "/a");
	head_set_url(h, SP("https"), SP("b.test"), SP("b.test"), 443,
	    SP("/a"));
	assert_int_equal(h2_request(t.ce.h2, h), 1);
	h2_end(t.ce.h2, 1, NULL);
	head_unref(h);
	told(&t, &t.oe[0], "1[GET https://b.test/a]1.");
	h2_answer(&t.oe[0], 1, 421, NULL);
	h2_end(t.oe[0].h2, 1, NULL);
	told(&t, &t.ce, "1[421]1.1#");
	over_well(t.w, 0, 421);
	assert_int_equal(t.w->norigin, 1);
	talk_close(&t);
}

/* A proxy's client names the server with each request: no two places share
 * a connection, whatever name or certificate they have in common. */
static void
test_places_are_apart(void **state)
{
	struct talk	 t;
	struct head	*h;
	struct str	 at;

	talk_plain(&t, *state);
	h2_get(&t, "/a");
	o_gets_path(&t, talk_origin(&t, 0, false), "/a");
	say(&t.w->origin[0], OK2);
	talk_until(&t, t.w->ndone == 1);
	str_init(&at, 64);
	str_printf(&at, "localhost:%u", t.w->port);
	h = h2_ask_head(&t, "GET", "/b");
	head_set_url(h, SP("http"), str_sp(&at), SP("localhost"), t.w->port,
	    SP("/b"));
	h2_end(t.ce.h2, h2_request(t.ce.h2, h), NULL);
	head_unref(h);
	str_fini(&at);
	(void)talk_origin(&t, 1, false);
	talk_until(&t, t.w->origin[1].got.n != 0);
	assert_int_equal(t.w->origin[0].got.n, 0);
	talk_close(&t);
}

/* --- names --------------------------------------------------------------- */

/* RFC 9113 8.2.1, unless somebody wishes otherwise. */
static void
names(void **state, bool cased)
{
	struct world	*w = *state;
	struct talk	 t;
	struct head	*h;

	w->cfg->cased = cased;
	w->cfg->validate = false;
	talk_tls(&t, w, true, true);
	end_close(&t.ce);
	end_open(&t.ce, (struct h2_cfg){ .client = true, .cased = true });
	end_close(&t.oe[0]);
	end_open(&t.oe[0], (struct h2_cfg){ .lenient = true });
	h = h2_ask_head(&t, "GET", "/a");
	head_add(h, SP("X-Own"), SP("1"));
	assert_int_equal(h2_request(t.ce.h2, h), 1);
	h2_end(t.ce.h2, 1, NULL);
	head_unref(h);
	told(&t, &t.oe[0], cased ? "1[GET https://a.test/a X-Own=1]1." :
	    "1[GET https://a.test/a x-own=1]1.");
	talk_close(&t);
}

static void
test_lower_case(void **state)
{
	names(state, false);
}

static void
test_any_case(void **state)
{
	names(state, true);
}

int
main(void)
{
#define row(t)	cmocka_unit_test_setup_teardown(t, world_up, world_down)
	const struct CMUnitTest	tests[] = {
		row(test_to_h1),
		row(test_several_to_h1),
		row(test_refused),
		row(test_reset_by_the_client),
		row(test_reset_before_h1),
		row(test_reset_by_the_server),
		row(test_unlike_its_length),
		row(test_main_is_behind),
		row(test_goaway_by_the_client),
		row(test_goaway_by_the_server),
		row(test_misdirected),
		row(test_places_are_apart),
		row(test_lower_case),
		row(test_any_case),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
