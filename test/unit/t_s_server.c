#include "sessionkit.h"

/* --- connections that are used again ------------------------------------- */

/* Between two requests the server hangs up: the next one dials anew. */
static void
test_idle_and_closed(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w), *o;

	get(w, c, "/1");
	o = origin(w, 0);
	gets(w, o, "/1");
	say(o, OK2);
	hears(c, OK2);
	wire_end_write(o->w);
	hears_end(o);			/* the idle end is given up at once */
	get(w, c, "/2");
	o = origin(w, 1);
	gets(w, o, "/2");
	say(o, OK2);
	hears(c, OK2);
	over_well(w, 1, 200);
}

/* Bytes nobody asked for: that connection is not trusted again. */
static void
test_idle_and_talking(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w), *o;

	get(w, c, "/1");
	o = origin(w, 0);
	gets(w, o, "/1");
	say(o, OK2);
	hears(c, OK2);
	say(o, OK2);			/* an answer too many */
	hears_end(o);
	get(w, c, "/2");
	gets(w, origin(w, 1), "/2");
}

/* An answer too many in the same breath. */
static void
test_two_answers_at_once(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w), *o;

	get(w, c, "/1");
	get(w, c, "/2");
	o = origin(w, 0);
	gets(w, o, "/1");
	say(o, OK2 "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
	hears(c, OK2);
	o = origin(w, 1);
	gets(w, o, "/2");		/* is asked for itself */
	say(o, OK2);
	hears(c, OK2);
}

/* It died just when we used it again: what may be repeated is. */
static void
test_stale(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w), *o;

	for (unsigned reset = 0; reset < 2; reset++) {
		get(w, c, "/1");
		o = origin(w, w->norigin == 0 ? 0 : w->norigin - 1);
		gets(w, o, "/1");
		say(o, OK2);
		hears(c, OK2);
		get(w, c, "/2");
		gets(w, o, "/2");
		if (reset)
			peer_reset(o);
		else
			wire_end_write(o->w);
		o = origin(w, reset + 1);
		gets(w, o, "/2");
		say(o, OK2);
		hears(c, OK2);
		over_well(w, reset * 2 + 1, 200);
	}
	assert_int_equal(w->norigin, 3);
}

/* A first use that fails is no stale one. */
static void
test_fresh_and_dead(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w), *o;

	get(w, c, "/1");
	o = origin(w, 0);
	gets(w, o, "/1");
	wire_end_write(o->w);
	hears_start(c, "HTTP/1.1 502 ");
	hears_end(c);
	over_badly(w, 0, "server closed connection");
	assert_int_equal(w->norigin, 1);
}

/* The server says that it closes: nothing more is sent to it. */
static void
test_connection_close(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w), *o;

	get(w, c, "/1");
	o = origin(w, 0);
	gets(w, o, "/1");
	say(o, "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok");
	hears(c, "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok");
	hears_end(o);
	over_well(w, 0, 200);
}

/* Several places, each with a connection of its own that is kept. */
static void
test_two_places(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w), *o;

	for (unsigned i = 0; i < 4; i++) {
		sayf(c, "GET http://%s:%u/ HTTP/1.1\r\nHost: a\r\n\r\n",
		    i % 2 == 0 ? "127.0.0.1" : "localhost", w->port);
		o = origin(w, i % 2);
		hears(o, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
		say(o, OK2);
		hears(c, OK2);
	}
	assert_int_equal(w->norigin, 2);
}

/* Nobody gets a connection that another client has used. */
static void
test_not_shared(void **state)
{
	struct world	*w = *state;
	struct peer	*a = client(w), *b = client(w), *o;

	get(w, a, "/a");
	o = origin(w, 0);
	gets(w, o, "/a");
	say(o, OK2);
	hears(a, OK2);
	get(w, b, "/b");
	gets(w, origin(w, 1), "/b");
}

/* --- answers ------------------------------------------------------------- */

/* The end of the connection is the end of the body. */
static void
test_body_until_the_end(void **state)
{
	struct world		*w = *state;
	struct peer		*c = client(w), *o;
	const struct flow	*f;

	get(w, c, "/1");
	o = origin(w, 0);
	gets(w, o, "/1");
	say(o, "HTTP/1.1 200 OK\r\n\r\nsome");
	hears(c, "HTTP/1.1 200 OK\r\n\r\nsome");
	say(o, "more");
	hears(c, "more");
	wire_end_write(o->w);
	hears_end(c);
	assert_false(c->failed);	/* an orderly end */
	over_well(w, 0, 200);
	f = over(w, 0);
	assert_int_equal(f->response->body.len, 8);
}

/* A server that dies in mid-answer: the client must see the cut. */
static void
test_dies(void **state)
{
	static const struct {
		const char	*wire;
		bool		 reset;
	}		 rows[] = {
		{ "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", false },
		{ "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", true },
		{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
		    "4\r\nhalf\r\n", false },
		{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
		    "4\r\nhalf\r\n", true },
	};
	struct world	*w = *state;

	for (unsigned i = 0; i < nitems(rows); i++) {
		struct peer	*c = client(w), *o;

		get(w, c, "/1");
		o = origin(w, i);
		gets(w, o, "/1");
		say(o, rows[i].wire);
		hears(c, rows[i].wire);
		if (rows[i].reset)
			peer_reset(o);
		else
			wire_end_write(o->w);
		hears_end(c);
		over_badly(w, i, rows[i].reset ? "reset" : "closed");
		assert_int_equal(over(w, i)->response->body.len, 4);
		assert_false(over(w, i)->response->complete);
	}
}

/* Where only the end of the connection ends a body, a cut is a reset. */
static void
test_dies_in_a_body_without_length(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w), *o;

	get(w, c, "/1");
	o = origin(w, 0);
	gets(w, o, "/1");
	say(o, "HTTP/1.1 200 OK\r\n\r\nhalf");
	hears(c, "HTTP/1.1 200 OK\r\n\r\nhalf");
	peer_reset(o);
	over_badly(w, 0, "reset");
	turn_until(w, c->failed || c->eof);
	assert_true(c->failed);
}

static void
test_dies_in_a_head(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w), *o;

	get(w, c, "/1");
	o = origin(w, 0);
	gets(w, o, "/1");
	say(o, "HTTP/1.1 200 OK\r\nConte");
	settle(w);
	wire_end_write(o->w);
	hears_start(c, "HTTP/1.1 502 ");
	over_badly(w, 0, "closed");
	assert_null(over(w, 0)->response);
}

static void
test_speaks_nonsense(void **state)
{
	static const char *const	rows[] = {
		"220 mail ready\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n"
		    "Transfer-Encoding: chunked\r\n\r\n",
	};
	struct world			*w = *state;

	for (unsigned i = 0; i < nitems(rows); i++) {
		struct peer	*c = client(w), *o;

		get(w, c, "/1");
		o = origin(w, i);
		gets(w, o, "/1");
		say(o, rows[i]);
		hears_start(c, "HTTP/1.1 502 ");
		hears_end(c);
		over_badly(w, i, "");
		hears_end(o);
	}
}

/* A head that comes in many pieces, and is longer than one run of bytes. */
static void
test_head_in_pieces(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w), *o;
	struct str	 s;

	get(w, c, "/1");
	o = origin(w, 0);
	gets(w, o, "/1");
	str_init(&s, STR_MAX);
	str_puts(&s, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n");
	for (unsigned i = 0; i < 300; i++)
		str_printf(&s, "X-Field-%u: %0100u\r\n", i, i);
	str_puts(&s, "\r\n");
	for (size_t at = 0; at < s.n; at += 997) {
		struct sp	piece = sp_cut(str_sp(&s), at, 997);

		wire_write(o->w, piece);
		wire_flush(o->w);
		settle(w);
	}
	hears(c, str_c(&s));
	over_well(w, 0, 200);
	str_fini(&s);
}

static void
test_trailers(void **state)
{
	static const char	wire[] = "HTTP/1.1 200 OK\r\n"
	    "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n"
	    "X-Sum: 9\r\n\r\n";
	struct world		*w = *state;
	struct peer		*c = client(w), *o;

	get(w, c, "/1");
	o = origin(w, 0);
	gets(w, o, "/1");
	say(o, wire);
	hears(c, wire);
	over_well(w, 0, 200);
}

static void
test_back_pressure(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w), *o;

	new_cfg(w)->keep_max = 1;
	sayf(c, "PUT http://127.0.0.1:%u/ HTTP/1.1\r\nHost: a\r\n"
	    "Content-Length: %u\r\n\r\n", w->port, 40u << 20);
	o = origin(w, 0);
	turn_until(w, o->got.n != 0);
	pour(c, o, 40u << 20);
	str_clear(&o->got);
	sayf(o, "HTTP/1.1 200 OK\r\nContent-Length: %u\r\n\r\n", 40u << 20);
	pour(o, c, 40u << 20);
	over_well(w, 0, 200);
}

/* --- TLS ------------------------------------------------------------------ */

/* Asked for by its URL, with no tunnel: TLS to the server alone. */
static void
test_https_by_url(void **state)
{
	struct world		*w = *state;
	struct peer		*c = client(w), *o;
	const struct flow	*f;

	w->origin_tls = true;
	for (unsigned i = 0; i < 2; i++) {
		sayf(c, "GET https://localhost:%u/x HTTP/1.1\r\nHost: a\r\n"
		    "\r\n", w->port);
		o = origin(w, 0);
		hears(o, "GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
		say(o, OK2);
		hears(c, OK2);
		over_well(w, i, 200);
	}
	f = over(w, 1);
	assert_true(f->server->tls && f->server->established);
	assert_string_equal(f->server->sni, "localhost");
	assert_true(f->server->ncerts > 0);
	assert_true(f->server->t_tls >= f->server->t_tcp);
	assert_false(f->client->tls);
	assert_int_equal(w->norigin, 1);
}

static void
test_no_tls_there(void **state)
{
	struct world	*w = *state;

	for (unsigned i = 0; i < 3; i++) {
		struct peer	*c = client(w), *o;

		sayf(c, "GET https://localhost:%u/x HTTP/1.1\r\nHost: a\r\n"
		    "\r\n", w->port);
		o = origin(w, i);
		turn_until(w, o->got.n != 0);
		if (i == 0)
			say(o, "what is this?");
		else if (i == 1)
			wire_end_write(o->w);
		else
			peer_reset(o);
		hears_start(c, "HTTP/1.1 502 ");
		hears_end(c);
		over_badly(w, i, "");
		assert_false(over(w, i)->server->established);
	}
}

static void
test_not_trusted(void **state)
{
	struct tls_settings	 strict = { .insecure = false };
	struct world		*w = *state;
	struct cfg		*cfg = new_cfg(w);
	struct peer		*c;

	tlsconf_unref(cfg->tls);
	cfg->tls = tlsconf_new(&strict, NULL);
	w->origin_tls = true;
	c = client(w);
	sayf(c, "GET https://localhost:%u/x HTTP/1.1\r\nHost: a\r\n\r\n",
	    w->port);
	hears_start(c, "HTTP/1.1 502 ");
	hears_end(c);
	over_badly(w, 0, "ertificate");
	assert_false(over(w, 0)->server->established);
}

/* --- who cannot be reached ----------------------------------------------- */

static void
test_refused(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w);

	listen_close(w->listener);
	w->listener = NULL;
	get(w, c, "/1");
	hears_start(c, "HTTP/1.1 502 ");
	hears_end(c);
	over_badly(w, 0, "refused");
	assert_non_null(over(w, 0)->server);
	assert_non_null(over(w, 0)->server->error);
	assert_false(over(w, 0)->server->established);
	assert_true(log_has(w, "Server connection to 127.0.0.1"));
}

/* A request for ourselves would come back for ever. */
static void
test_loop(void **state)
{
	struct world	*w = *state;
	struct cfg	*cfg = new_cfg(w);
	struct peer	*c;

	cfg->own[0] = (struct cfg_own){ xcalloc(2, sizeof(struct addr)), 2 };
	assert_int_equal(addr_parse(&cfg->own[0].v[0], "127.0.0.1", 1, NULL),
	    0);
	cfg->own[0].v[1] = *listen_addr(w->listener, 0);
	c = client(w);
	get(w, c, "/1");
	hears_start(c, "HTTP/1.1 508 ");
	hears_end(c);
	over_badly(w, 0, "proxy itself");
}

/* --- through another proxy ----------------------------------------------- */

/* What it says before its answer is none (RFC 9110 15.2). */
static void
test_via_with_an_interim_answer(void **state)
{
	static const char	*says[] = {
		"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
		"HTTP/1.1 200 OK\r\n\r\n",
		"HTTP/1.1 100 Continue\r\n\r\n"
		"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n",
	};
	struct world		*w = *state;
	struct peer		*c, *o;
	char			 spec[64];

	snprintf(spec, sizeof(spec), "upstream:http://127.0.0.1:%u", w->port);
	for (unsigned i = 0; i < nitems(says); i++) {
		c = client_of(w, spec);
		say(c, "CONNECT a.test:80 HTTP/1.1\r\nHost: x\r\n\r\n");
		o = origin(w, i);
		hears(o, "CONNECT a.test:80 HTTP/1.1\r\n\r\n");
		say(o, says[i]);
		hears(c, "HTTP/1.1 200 Connection established\r\n\r\n");
		say(c, "GET /1 HTTP/1.1\r\nHost: a.test\r\n\r\n");
		hears(o, "GET /1 HTTP/1.1\r\nHost: a.test\r\n\r\n");
		say(o, OK2);
		hears(c, OK2);
		over_well(w, i, 200);
	}
}

static void
test_via_refused(void **state)
{
	struct world	*w = *state;
	struct peer	*c, *o;
	char		 spec[64];

	snprintf(spec, sizeof(spec), "upstream:http://127.0.0.1:%u", w->port);
	c = client_of(w, spec);
	say(c, "CONNECT a.test:80 HTTP/1.1\r\nHost: x\r\n\r\n");
	o = origin(w, 0);
	hears_start(o, "CONNECT a.test:80 ");
	say(o, "HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n");
	hears_start(c, "HTTP/1.1 502 ");
	over_badly(w, 0, "refused the tunnel to a.test:80: 403 No");
}

int
main(void)
{
#define row(t)	cmocka_unit_test_setup_teardown(t, world_up, world_down)
	const struct CMUnitTest	tests[] = {
		row(test_idle_and_closed),
		row(test_idle_and_talking),
		row(test_two_answers_at_once),
		row(test_stale),
		row(test_fresh_and_dead),
		row(test_connection_close),
		row(test_two_places),
		row(test_not_shared),
		row(test_body_until_the_end),
		row(test_dies),
		row(test_dies_in_a_body_without_length),
		row(test_dies_in_a_head),
		row(test_speaks_nonsense),
		row(test_head_in_pieces),
		row(test_trailers),
		row(test_back_pressure),
		row(test_https_by_url),
		row(test_no_tls_there),
		row(test_not_trusted),
		row(test_refused),
		row(test_loop),
		row(test_via_with_an_interim_answer),
		row(test_via_refused),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
