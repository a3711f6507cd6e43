#include "sessionkit.h"

#define ALL	(HOOK_BIT(HOOK_requestheaders) | HOOK_BIT(HOOK_request) | \
		    HOOK_BIT(HOOK_responseheaders) | HOOK_BIT(HOOK_response))

static void
hold(struct world *w, hookbits hooks)
{
	w->holds = true;
	hooks_want(&w->hooks, DECIDE_SCRIPT, hooks);
}

/* --- questions ----------------------------------------------------------- */

/* Through every point, each held: the same bytes as without. */
static void
test_held_at_each_point(void **state)
{
	static const enum hook	order[] = { HOOK_requestheaders, HOOK_request,
		HOOK_responseheaders, HOOK_response };
	struct world		*w = *state;
	struct peer		*c = client(w), *o;

	hold(w, ALL);
	get(w, c, "/x");
	for (size_t i = 0; i < nitems(order); i++) {
		if (i == 2) {
			o = origin(w, 0);
			gets(w, o, "/x");
			say(o, OK2);
		}
		turn_until(w, w->held != NULL);
		assert_int_equal(w->held->hook, order[i]);
		settle(w);
		assert_int_equal(w->norigin, i < 2 ? 0 : 1);
		assert_int_equal(c->got.n, 0);
		if (i >= 2)
			assert_non_null(w->held->flow->server);
		decide(w, 0);
	}
	hears(c, OK2);
	over_well(w, 0, 200);
}

/* What a decider makes of a message is what goes out. */
static void
test_edited(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w), *o;
	struct msg	*m;

	hold(w, HOOK_BIT(HOOK_request) | HOOK_BIT(HOOK_response));
	sayf(c, "POST http://127.0.0.1:%u/x HTTP/1.1\r\nHost: a\r\n"
	    "Content-Length: 3\r\n\r\nabc", w->port);
	turn_until(w, w->held != NULL);
	m = msg_dup(w->held->flow->request);
	msg_set_body(m, SP("longer"));
	flow_set_request(w->held->flow, m);
	decide(w, HV_REQUEST);
	o = origin(w, 0);
	hears(o, "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\n"
	    "longer");
	say(o, OK2);
	turn_until(w, w->held != NULL);
	m = msg_dup(w->held->flow->response);
	head_set_status(m->head, 201);
	head_set_reason(m->head, SP("Made"));
	flow_set_response(w->held->flow, m);
	decide(w, HV_RESPONSE);
	hears(c, "HTTP/1.1 201 Made\r\nContent-Length: 2\r\n\r\nok");
	over_well(w, 0, 201);
}

/* A request sent elsewhere by its edit. */
static void
test_sent_elsewhere(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w), *o;
	struct msg	*m;

	hold(w, HOOK_BIT(HOOK_request));
	say(c, "GET http://192.0.2.1:1/x HTTP/1.1\r\nHost: a\r\n\r\n");
	turn_until(w, w->held != NULL);
	m = msg_dup(w->held->flow->request);
	msg_set_host(m, SP("127.0.0.1"), w->port);
	flow_set_request(w->held->flow, m);
	decide(w, HV_REQUEST);
	o = origin(w, 0);
	gets(w, o, "/x");
	say(o, OK2);
	hears(c, OK2);
}

/* The client goes while somebody decides; the answer comes too late. */
static void
test_gone_while_held(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w);

	hold(w, HOOK_BIT(HOOK_request));
	get(w, c, "/x");
	turn_until(w, w->held != NULL);
	peer_reset(c);
	over_badly(w, 0, "client disconnected");
	turn_until(w, TAILQ_EMPTY(&w->node->sessions));
	assert_int_equal(obj_count(OBJ_hookcall), 1);
	decide(w, 0);
	settle(w);
	assert_int_equal(obj_count(OBJ_hookcall), 0);
	assert_int_equal(w->norigin, 0);
}

static void
test_killed_while_held(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w);

	hold(w, HOOK_BIT(HOOK_request));
	get(w, c, "/x");
	turn_until(w, w->held != NULL);
	session_kill_flow(w->node, w->held->flow->id);
	over_badly(w, 0, err_text(ERR_KILLED));
	hears_end(c);
	decide(w, 0);
}

static void
test_killed_by_the_decider(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w);

	hold(w, HOOK_BIT(HOOK_request));
	get(w, c, "/x");
	turn_until(w, w->held != NULL);
	decide(w, HV_KILL);
	over_badly(w, 0, err_text(ERR_KILLED));
	hears_end(c);
}

/* The server goes while its whole answer is held: it does not matter. */
static void
test_server_gone_while_held(void **state)
{
	struct world	*w = *state;

	for (unsigned reset = 0; reset < 2; reset++) {
		struct peer	*c = client(w), *o;

		hold(w, HOOK_BIT(HOOK_response));
		get(w, c, "/x");
		o = origin(w, reset);
		gets(w, o, "/x");
		say(o, OK2);
		turn_until(w, w->held != NULL);
		if (reset)
			peer_reset(o);
		else
			wire_end_write(o->w);
		settle(w);
		decide(w, 0);
		hears(c, OK2);
		over_well(w, reset, 200);
	}
}

/* Who wants to know of a flow's bad end marks it there; the client does
 * not wait. */
static void
test_error_hook(void **state)
{
	struct world		*w = *state;
	struct peer		*c = client(w);
	const struct flow	*f;

	listen_close(w->listener);
	w->listener = NULL;
	hold(w, HOOK_BIT(HOOK_error));
	get(w, c, "/x");
	hears_start(c, "HTTP/1.1 502 ");
	turn_until(w, w->held != NULL);
	assert_int_equal(w->held->hook, HOOK_error);
	assert_non_null(w->held->flow->error);
	settle(w);
	assert_int_equal(w->nseen, 1);
	assert_true(w->seen[0].flow->live);
	assert_int_equal(w->ndone, 0);
	flow_set_comment(w->held->flow, "looked at");
	decide(w, HV_MARKS);
	over_badly(w, 0, "refused");
	f = w->seen[0].flow;
	assert_false(f->live);
	assert_string_equal(f->comment, "looked at");
}

/* Answered at the head; the rest of the upload is read and forgotten, so
 * that the next request is found behind it. */
static void
test_answered_early_and_again(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w);
	struct msg	*m;

	hold(w, HOOK_BIT(HOOK_requestheaders));
	for (unsigned i = 0; i < 2; i++) {
		sayf(c, "POST http://127.0.0.1:%u/x HTTP/1.1\r\nHost: a\r\n"
		    "Content-Length: 6\r\n\r\nabc", w->port);
		turn_until(w, w->held != NULL);
		m = msg_response(403, SPNIL, SP("no"));
		flow_set_response(w->held->flow, m);
		decide(w, HV_RESPONSE);
		hears(c, "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n"
		    "\r\nno");
		settle(w);
		assert_int_equal(w->ndone, i);
		say(c, "def");
		over_well(w, i, 403);
	}
	assert_int_equal(w->norigin, 0);
}

/* --- what the client gets ------------------------------------------------ */

static void
test_interim(void **state)
{
	static const char	early[] = "HTTP/1.1 103 Early\r\nLink: x\r\n"
	    "\r\n";
	struct world		*w = *state;
	struct peer		*c = client(w), *o;

	get(w, c, "/x");
	o = origin(w, 0);
	gets(w, o, "/x");
	say(o, early);
	hears(c, early);
	say(o, early);
	hears(c, early);
	say(o, OK2);
	hears(c, OK2);

	/* never to HTTP/1.0 (RFC 9110 15.2) */
	c = client(w);
	sayf(c, "GET http://127.0.0.1:%u/x HTTP/1.0\r\n\r\n", w->port);
	o = origin(w, 1);
	hears(o, "GET /x HTTP/1.0\r\n\r\n");
	say(o, early);
	say(o, OK2);
	hears(c, OK2);
	hears_end(c);
}

/* A client that waits to be asked for its body. */
static void
test_expect_continue(void **state)
{
	static const char	go[] = "HTTP/1.1 100 Continue\r\n\r\n";
	struct world		*w = *state;
	struct peer		*c = client(w), *o;
	unsigned		 i;

	/* streamed: it is the server that asks; held: we do */
	for (i = 0; i < 2; i++) {
		hooks_want(&w->hooks, DECIDE_SCRIPT,
		    i == 0 ? 0 : HOOK_BIT(HOOK_request));
		sayf(c, "PUT http://127.0.0.1:%u/x HTTP/1.1\r\nHost: a\r\n"
		    "Content-Length: 3\r\nExpect: 100-continue\r\n\r\n",
		    w->port);
		if (i == 0) {
			o = origin(w, 0);
			hears(o, "PUT /x HTTP/1.1\r\nHost: a\r\n"
			    "Content-Length: 3\r\nExpect: 100-continue\r\n"
			    "\r\n");
			say(o, go);
		}
		hears(c, go);
		say(c, "abc");
		o = origin(w, 0);
		hears(o, i == 0 ? "abc" : "PUT /x HTTP/1.1\r\nHost: a\r\n"
		    "Content-Length: 3\r\n\r\nabc");
		say(o, OK2);
		hears(c, OK2);
		over_well(w, i, 200);
	}
}

/* An answer instead: the body is never sent, the connection ends. */
static void
test_expectation_failed(void **state)
{
	static const char	no[] = "HTTP/1.1 417 No\r\n"
	    "Content-Length: 0\r\n\r\n";
	struct world		*w = *state;
	struct peer		*c = client(w), *o;

	sayf(c, "PUT http://127.0.0.1:%u/x HTTP/1.1\r\nHost: a\r\n"
	    "Content-Length: 3\r\nExpect: 100-continue\r\n\r\n", w->port);
	o = origin(w, 0);
	turn_until(w, o->got.n != 0);
	say(o, no);
	hears(c, no);
	hears_end(c);
	over_well(w, 0, 417);
	assert_false(over(w, 0)->request->complete);
}

/* HTTP/1.0 knows no chunks: its body ends with the connection. */
static void
test_old_client(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w), *o;

	sayf(c, "GET http://127.0.0.1:%u/x HTTP/1.0\r\n"
	    "Connection: keep-alive\r\n\r\n", w->port);
	o = origin(w, 0);
	turn_until(w, o->got.n != 0);
	say(o, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	    "3\r\nabc\r\n0\r\n\r\n");
	hears(c, "HTTP/1.1 200 OK\r\n\r\nabc");
	hears_end(c);
	over_well(w, 0, 200);
}

static void
test_trailers(void **state)
{
	static const char	wire[] = "HTTP/1.1 200 OK\r\n"
	    "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n"
	    "X-Sum: 9\r\n\r\n";
	struct world		*w = *state;
	struct peer		*c = client(w), *o;

	get(w, c, "/x");
	o = origin(w, 0);
	gets(w, o, "/x");
	say(o, wire);
	hears(c, wire);
	over_well(w, 0, 200);
	assert_non_null(over(w, 0)->response->trailers);
}

/* What goes on is shown before it is over. */
static void
test_reported_while_it_runs(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w), *o;

	get(w, c, "/x");
	o = origin(w, 0);
	gets(w, o, "/x");
	turn_until(w, w->nseen == 1);
	assert_int_equal(w->seen[0].done, 0);
	assert_true(w->seen[0].flow->live);
	assert_null(w->seen[0].flow->response);
	say(o, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n");
	turn_until(w, w->seen[0].flow->response != NULL);
	assert_false(w->seen[0].flow->response->complete);
	assert_int_equal(w->ndone, 0);
	say(o, "ok");
	over_well(w, 0, 200);
}

/* --- back-pressure ------------------------------------------------------- */

/* A client that does not read stops the server; what is kept meanwhile is
 * the kernel's buffers and ours, however long the answer. */
static void
test_slow_reader(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w), *o;
	size_t		 total = 64u << 20;

	new_cfg(w)->keep_max = 1;	/* nothing is kept of it */
	get(w, c, "/x");
	o = origin(w, 0);
	gets(w, o, "/x");
	sayf(o, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", total);
	pour(o, c, total);
	over_well(w, 0, 200);
	assert_int_equal(over(w, 0)->response->body_len, total);
	assert_false(over(w, 0)->response->has_body);
	turn_until(w, c->got.n > total);
}

/* --- 101 ----------------------------------------------------------------- */

static void
test_upgrade(void **state)
{
	static const char	yes[] = "HTTP/1.1 101 Switching Protocols\r\n"
	    "Upgrade: x\r\nConnection: upgrade\r\n\r\n";
	struct world		*w = *state;
	struct peer		*c = client(w), *o;

	sayf(c, "GET http://127.0.0.1:%u/x HTTP/1.1\r\nHost: a\r\n"
	    "Connection: upgrade\r\nUpgrade: x\r\n\r\nearly", w->port);
	o = origin(w, 0);
	turn_until(w, o->got.n != 0);
	settle(w);
	hears(o, "GET /x HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\n"
	    "Upgrade: x\r\n\r\n");	/* and no more, before the answer */
	sayf(o, "%sfirst", yes);
	hearsf(c, "%sfirst", yes);
	hears(o, "early");
	say(c, "\1\2GET / HTTP/1.1\r\n");
	hears(o, "\1\2GET / HTTP/1.1\r\n");
	say(o, "answer");
	hears(c, "answer");
	over_well(w, 0, 101);
	/* each side ends for itself */
	wire_end_write(c->w);
	hears_end(o);
	say(o, "still");
	hears(c, "still");
	wire_end_write(o->w);
	hears_end(c);
	turn_until(w, TAILQ_EMPTY(&w->node->sessions));
}

/* Nobody is there to go on with. */
static void
test_upgrade_held_and_gone(void **state)
{
	static const char	yes[] = "HTTP/1.1 101 Switching Protocols\r\n"
				    "Connection: upgrade\r\n"
				    "Upgrade: x\r\n\r\n";
	struct world		*w = *state;
	struct peer		*c = client(w), *o;

	hold(w, HOOK_BIT(HOOK_response));
	sayf(c, "GET http://127.0.0.1:%u/x HTTP/1.1\r\nHost: a\r\n"
	    "Connection: upgrade\r\nUpgrade: x\r\n\r\n", w->port);
	o = origin(w, 0);
	turn_until(w, o->got.n != 0);
	say(o, yes);
	turn_until(w, w->held != NULL);
	peer_reset(o);
	settle(w);
	decide(w, 0);
	hears(c, yes);
	hears_end(c);
	over_well(w, 0, 101);
	assert_int_equal(w->norigin, 1);
	turn_until(w, TAILQ_EMPTY(&w->node->sessions));
}

int
main(void)
{
#define row(t)	cmocka_unit_test_setup_teardown(t, world_up, world_down)
	const struct CMUnitTest	tests[] = {
		row(test_held_at_each_point),
		row(test_edited),
		row(test_sent_elsewhere),
		row(test_gone_while_held),
		row(test_killed_while_held),
		row(test_killed_by_the_decider),
		row(test_server_gone_while_held),
		row(test_error_hook),
		row(test_answered_early_and_again),
		row(test_interim),
		row(test_expect_continue),
		row(test_expectation_failed),
		row(test_old_client),
		row(test_trailers),
		row(test_reported_while_it_runs),
		row(test_slow_reader),
		row(test_upgrade),
		row(test_upgrade_held_and_gone),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
