#include "sessionkit.h"

/* --- requests ------------------------------------------------------------ */

/* What is no request: a page says why, main has a flow to show, the
 * connection ends (RFC 9112 9.6). */
static void
test_refused(void **state)
{
	static const struct {
		const char	*wire;
		int		 status;
		const char	*error;
	}		 rows[] = {
		{ "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400,
		    "Host" },
		{ "GET / HTTP/3.0\r\nHost: a\r\n\r\n", 505, "" },
		{ "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400, "scheme" },
		{ "POST http://a/ HTTP/1.1\r\nHost: a\r\nContent-Length: x"
		    "\r\n\r\n", 400, "content-length" },
	};
	struct world	*w = *state;
	char		 line[32];

	for (unsigned i = 0; i < nitems(rows); i++) {
		struct peer	*c = client(w);

		say(c, rows[i].wire);
		snprintf(line, sizeof(line), "HTTP/1.1 %d ", rows[i].status);
		hears_start(c, line);
		hears_end(c);
		over_badly(w, i, rows[i].error);
		assert_true(over(w, i)->request->head->method.n != 0);
		assert_null(over(w, i)->server);
	}
	assert_int_equal(w->norigin, 0);
	assert_true(log_has(w, "Bad request refused"));
}

/* A request behind a refused one is not even looked at. */
static void
test_nothing_behind_a_refused_one(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w);

	sayf(c, "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n"
	    "GET http://127.0.0.1:%u/ HTTP/1.1\r\nHost: a\r\n\r\n", w->port);
	hears_start(c, "HTTP/1.1 400 ");
	hears_end(c);
	over_badly(w, 0, "scheme");
	assert_int_equal(w->norigin, 0);
	assert_int_equal(w->nseen, 1);
}

static void
test_nonsense_in_a_body(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w), *o;

	sayf(c, "POST http://127.0.0.1:%u/ HTTP/1.1\r\nHost: a\r\n"
	    "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", w->port);
	o = origin(w, 0);
	turn_until(w, sp_search(str_sp(&o->got), SP("abc")) > 0);
	say(c, "no chunk");
	hears_start(c, "HTTP/1.1 400 ");
	hears_end(c);
	over_badly(w, 0, "chunk");
	turn_until(w, o->eof || o->failed);
}

/* The client goes at each place of a request. */
static void
test_gone_early(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w), *o;

	say(c, "GET /half-a-head HT");
	settle(w);
	wire_end_write(c->w);
	hears_end(c);			/* there is no flow of it */
	assert_int_equal(w->nseen, 0);

	c = client(w);
	say(c, "P");			/* of POST, or of a preface */
	settle(w);
	wire_end_write(c->w);
	hears_end(c);

	c = client(w);
	sayf(c, "POST http://127.0.0.1:%u/ HTTP/1.1\r\nHost: a\r\n"
	    "Content-Length: 5\r\n\r\nab", w->port);
	o = origin(w, 0);
	hears(o, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab");
	wire_end_write(c->w);
	over_badly(w, 0, "client disconnected");
	assert_false(over(w, 0)->request->complete);
	hears_end(o);

	c = client(w);
	get(w, c, "/x");
	o = origin(w, 1);
	gets(w, o, "/x");
	peer_reset(c);
	over_badly(w, 1, "client disconnected");
	hears_end(o);
	turn_until(w, TAILQ_EMPTY(&w->node->sessions));
}

/* A body that is read at once and one that dribbles, the same to a byte. */
static void
test_upload(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w), *o;
	struct str	 all;

	sayf(c, "PUT http://127.0.0.1:%u/ HTTP/1.1\r\nHost: a\r\n"
	    "Content-Length: 600000\r\n\r\n", w->port);
	o = origin(w, 0);
	hears(o, "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 600000\r\n"
	    "\r\n");
	str_init(&all, STR_MAX);
	for (unsigned i = 0; all.n < 600000; i++)
		str_printf(&all, "%u,", i);
	str_cut(&all, 600000);
	say(c, str_c(&all));
	turn_until(w, o->got.n == 600000);
	assert_true(sp_eq(str_sp(&o->got), str_sp(&all)));
	say(o, OK2);
	hears(c, OK2);
	over_well(w, 0, 200);
	assert_int_equal(over(w, 0)->request->body.len, 600000);
	str_fini(&all);
}

/* An origin that does not read stops the client, and nothing piles up. */
static void
test_upload_to_one_who_sleeps(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w), *o;
	size_t		 total = 48u << 20;

	new_cfg(w)->keep_max = 1;
	sayf(c, "PUT http://127.0.0.1:%u/ HTTP/1.1\r\nHost: a\r\n"
	    "Content-Length: %zu\r\n\r\n", w->port, total);
	o = origin(w, 0);
	turn_until(w, o->got.n != 0);
	str_clear(&o->got);
	pour(c, o, total);
	turn_until(w, o->got.n == total);
	say(o, OK2);
	hears(c, OK2);
	over_well(w, 0, 200);
}

static void
test_upload_with_trailers(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w), *o;

	sayf(c, "PUT http://127.0.0.1:%u/ HTTP/1.1\r\nHost: a\r\n"
	    "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n"
	    "X-Sum: 9\r\n\r\n", w->port);
	o = origin(w, 0);
	hears(o, "PUT / HTTP/1.1\r\nHost: a\r\n"
	    "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n"
	    "X-Sum: 9\r\n\r\n");
	say(o, OK2);
	hears(c, OK2);
	over_well(w, 0, 200);
	assert_non_null(over(w, 0)->request->trailers);
}

/* A head that lies in several runs of bytes. */
static void
test_long_head(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w), *o;
	struct str	 s;

	str_init(&s, STR_MAX);
	str_puts(&s, "GET /x HTTP/1.1\r\nHost: a\r\n");
	for (unsigned i = 0; i < 400; i++)
		str_printf(&s, "X-Field-%u: %0100u\r\n", i, i);
	str_puts(&s, "\r\n");
	sayf(c, "GET http://127.0.0.1:%u/x HTTP/1.1\r\n", w->port);
	for (size_t at = 17; at < s.n; at += 4999) {
		wire_write(c->w, sp_cut(str_sp(&s), at, 4999));
		wire_flush(c->w);
		settle(w);
	}
	o = origin(w, 0);
	hears(o, str_c(&s));
	str_fini(&s);
}

/* A client that does not read its answer stops the server. */
static void
test_download_by_one_who_sleeps(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w), *o;

	new_cfg(w)->keep_max = 1;
	get(w, c, "/x");
	o = origin(w, 0);
	gets(w, o, "/x");
	sayf(o, "HTTP/1.1 200 OK\r\nContent-Length: %u\r\n\r\n", 40u << 20);
	pour(o, c, 40u << 20);
	over_well(w, 0, 200);
}

/* --- what does it speak? -------------------------------------------------- */

static void
test_raw_in_a_tunnel(void **state)
{
	static const char *const	first[] = { "SSH-2.0-x\r\n", "\1\2\3",
		"G3T me" };
	struct world			*w = *state;

	for (unsigned i = 0; i < nitems(first); i++) {
		struct peer	*c = client(w), *o;

		connect_tunnel(w, c);
		say(c, first[i]);
		o = origin(w, i);
		hears(o, first[i]);
	}
}

static void
test_tls_in_a_tunnel(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w), *o;

	w->origin_tls = true;
	connect_tunnel(w, c);
	assert_int_equal(wire_connect_tls(c->w, w->tls, "a.test", 443, NULL,
	    NULL, peer_tls_done, c, NULL), 0);
	turn_until(w, c->shaken);
	say(c, "GET /x HTTP/1.1\r\nHost: a.test\r\n\r\n");
	o = origin(w, 0);
	hears(o, "GET /x HTTP/1.1\r\nHost: a.test\r\n\r\n");
	wire_end_write(c->w);
	over_badly(w, 0, "client disconnected");
}

/* --- CONNECT ------------------------------------------------------------- */

static void
test_connect_and_plain_http(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w), *o;

	connect_tunnel(w, c);
	o = origin(w, 0);
	for (unsigned i = 0; i < 2; i++) {
		say(c, "GET /in HTTP/1.1\r\nHost: other\r\n\r\n");
		/* goes where the tunnel goes, whatever Host says */
		hears(o, "GET /in HTTP/1.1\r\nHost: other\r\n\r\n");
		say(o, OK2);
		hears(c, OK2);
		over_well(w, i, 200);
		assert_int_equal(over(w, i)->request->head->port, w->port);
	}
	/* the CONNECT itself is no flow when it went well */
	assert_int_equal(w->nseen, 2);
	assert_int_equal(w->norigin, 1);
}

static void
test_connect_inside_a_tunnel(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w);

	connect_tunnel(w, c);
	say(c, "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n");
	hears_start(c, "HTTP/1.1 400 ");
	hears_end(c);
	over_badly(w, 0, "CONNECT inside a tunnel");
}

/* Blank lines behind the CONNECT are some clients' habit. */
static void
test_connect_with_blank_lines(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w), *o;

	connect_tunnel(w, c);
	say(c, "\r\n\n");
	settle(w);
	say(c, "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
	o = origin(w, 0);
	hears(o, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
	say(o, OK2);
	hears(c, OK2);
}

/* Nobody there: said at once when we dial first, else with the request. */
static void
test_connect_to_nobody(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w);

	listen_close(w->listener);
	w->listener = NULL;
	sayf(c, "CONNECT 127.0.0.1:%u HTTP/1.1\r\nHost: a\r\n\r\n", w->port);
	hears_start(c, "HTTP/1.1 502 ");
	hears_end(c);
	over_badly(w, 0, "refused");
	assert_true(sp_is(over(w, 0)->request->head->method, "CONNECT"));
	assert_non_null(over(w, 0)->server);
	assert_true(log_has(w, "CONNECT 127.0.0.1"));

	new_cfg(w)->eager = false;
	c = client(w);
	connect_tunnel(w, c);
	say(c, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
	hears_start(c, "HTTP/1.1 502 ");
	hears_end(c);
	over_badly(w, 1, "refused");
	assert_true(sp_is(over(w, 1)->request->head->method, "GET"));
}

/* A lazy tunnel dials with the first request. */
static void
test_connect_lazily(void **state)
{
	struct world	*w = *state;
	struct peer	*c, *o;

	new_cfg(w)->eager = false;
	c = client(w);
	connect_tunnel(w, c);
	settle(w);
	assert_int_equal(w->norigin, 0);
	say(c, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
	o = origin(w, 0);
	hears(o, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
	say(o, OK2);
	hears(c, OK2);
}

/* The client goes while its server is dialled, or says nothing after. */
static void
test_connect_and_gone(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w);

	sayf(c, "CONNECT 127.0.0.1:%u HTTP/1.1\r\nHost: a\r\n\r\n", w->port);
	wire_end_write(c->w);
	turn_until(w, TAILQ_EMPTY(&w->node->sessions));
	c = client(w);
	connect_tunnel(w, c);
	wire_end_write(c->w);
	hears_end(c);
	turn_until(w, TAILQ_EMPTY(&w->node->sessions));
	assert_int_equal(w->nseen, 0);
}

/* The same with no address to be found so soon. */
static void
test_connect_and_gone_while_dialling(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w);

	say(c, "CONNECT 192.0.2.1:9 HTTP/1.1\r\nHost: a\r\n\r\n");
	settle(w);
	peer_close(c);
	turn_until(w, TAILQ_EMPTY(&w->node->sessions));
}

/* --- addons at the door -------------------------------------------------- */

static unsigned	connect_verdict;

static void
on_hook(const struct addons *a unused, enum hook h, struct flow *f,
    unsigned *verdict)
{
	if (h == HOOK_requestheaders &&
	    sp_is(f->request->head->path, "/kill"))
		*verdict |= HV_KILL;
	if (h == HOOK_requestheaders &&
	    sp_is(f->request->head->path, "/answer")) {
		*verdict |= HV_RESPONSE;
		flow_set_response(f, msg_response(200, SPNIL, SP("here")));
	}
	if (h != HOOK_http_connect)
		return;
	*verdict |= connect_verdict;
	if ((connect_verdict & HV_RESPONSE) != 0)
		flow_set_response(f, msg_response(407, SPNIL, SP("who?")));
}

static bool
admit(const struct addons *a unused, const struct conn *c unused,
    struct why *why unused)
{
	return (true);
}

static bool
is_ours(const struct addons *a unused, struct sp host)
{
	return (sp_is(host, "127.0.0.1"));
}

static void
keep(struct addons *a unused)
{
}

static const struct addon_ops	addon_ops = {
	.run = on_hook, .admit = admit, .is_ours = is_ours, .unref = keep
};

static void
with_addons(struct world *w, unsigned verdict)
{
	static char	token[1];
	struct cfg	*cfg = new_cfg(w);

	connect_verdict = verdict;
	cfg->addons = (struct addons *)(void *)token;
	cfg->addon_ops = &addon_ops;
	cfg->addon_hooks = HOOK_BIT(HOOK_http_connect);
}

/* Killed at its head: the client is closed in the middle of it all. */
static void
test_killed_by_an_addon(void **state)
{
	struct world	*w = *state;
	struct peer	*c;

	with_addons(w, 0);
	w->cfg->addon_hooks = HOOK_BIT(HOOK_requestheaders);
	c = client(w);
	sayf(c, "PUT http://127.0.0.1:%u/kill HTTP/1.1\r\nHost: a\r\n"
	    "Content-Length: 9\r\n\r\nabc", w->port);
	hears_end(c);
	over_badly(w, 0, err_text(ERR_KILLED));
	turn_until(w, TAILQ_EMPTY(&w->node->sessions));
}

/* Answered at its head, before the decoder has told its end: the connection
 * stays as it is (RFC 9112 9.3). */
static void
test_answered_by_an_addon(void **state)
{
	struct world	*w = *state;
	struct peer	*c;
	int		 i;

	with_addons(w, 0);
	w->cfg->addon_hooks = HOOK_BIT(HOOK_requestheaders);
	c = client(w);
	for (i = 0; i < 3; i++) {
		sayf(c, "GET http://127.0.0.1:%u/answer HTTP/1.1\r\n"
		    "Host: a\r\n\r\n", w->port);
		hears(c, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nhere");
	}
	assert_int_equal(w->norigin, 0);
}

static void
test_connect_refused_by_an_addon(void **state)
{
	struct world	*w = *state;
	struct peer	*c;

	with_addons(w, HV_RESPONSE);
	c = client(w);
	sayf(c, "CONNECT 127.0.0.1:%u HTTP/1.1\r\nHost: a\r\n\r\n", w->port);
	hears(c, "HTTP/1.1 407 Proxy Authentication Required\r\n"
	    "Content-Length: 4\r\n\r\nwho?");
	hears_end(c);
	over_badly(w, 0, "refused");
	assert_int_equal(over(w, 0)->response->head->status, 407);

	with_addons(w, HV_KILL);
	c = client(w);
	sayf(c, "CONNECT 127.0.0.1:%u HTTP/1.1\r\nHost: a\r\n\r\n", w->port);
	hears_end(c);
	over_badly(w, 1, err_text(ERR_KILLED));
	assert_int_equal(w->norigin, 0);
}

/* A host of our own is not dialled for. */
static void
test_connect_to_ourselves(void **state)
{
	struct world	*w = *state;
	struct peer	*c;

	with_addons(w, 0);
	c = client(w);
	connect_tunnel(w, c);
	settle(w);
	assert_int_equal(w->norigin, 0);
}

/* --- main falls behind --------------------------------------------------- */

static void
test_waits_for_main(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w), *o;

	atomic_store(&w->behind, NODE_BEHIND_MAX + 1);
	get(w, c, "/x");
	settle(w);
	assert_int_equal(w->norigin, 0);
	atomic_store(&w->behind, 0);
	o = origin(w, 0);
	gets(w, o, "/x");
	say(o, OK2);
	hears(c, OK2);
	over_well(w, 0, 200);
}

int
main(void)
{
#define row(t)	cmocka_unit_test_setup_teardown(t, world_up, world_down)
	const struct CMUnitTest	tests[] = {
		row(test_refused),
		row(test_nothing_behind_a_refused_one),
		row(test_nonsense_in_a_body),
		row(test_gone_early),
		row(test_upload),
		row(test_upload_to_one_who_sleeps),
		row(test_upload_with_trailers),
		row(test_long_head),
		row(test_download_by_one_who_sleeps),
		row(test_raw_in_a_tunnel),
		row(test_tls_in_a_tunnel),
		row(test_connect_and_plain_http),
		row(test_connect_inside_a_tunnel),
		row(test_connect_with_blank_lines),
		row(test_connect_to_nobody),
		row(test_connect_lazily),
		row(test_connect_and_gone),
		row(test_connect_and_gone_while_dialling),
		row(test_killed_by_an_addon),
		row(test_answered_by_an_addon),
		row(test_connect_refused_by_an_addon),
		row(test_connect_to_ourselves),
		row(test_waits_for_main),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
