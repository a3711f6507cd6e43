#include "proxy/session_int.h"
#include "sessionkit.h"

/* A request and its answer, and what main learns of it. */
static void
test_one(void **state)
{
	struct world		*w = *state;
	struct peer		*c = client(w), *o;
	const struct flow	*f;
	struct blob		*b;

	get(w, c, "/x");
	o = origin(w, 0);
	gets(w, o, "/x");
	say(o, OK2);
	hears(c, OK2);
	over_well(w, 0, 200);
	f = over(w, 0);
	b = msg_body(f->response);
	assert_true(sp_is(blob_sp(b), "ok"));
	blob_unref(b);
	assert_string_equal(f->client->peer.host, "127.0.0.1");
	assert_int_equal(f->client->peer.port, addr_port(wire_sock(c->w)));
	assert_string_equal(f->client->mode, "regular");
	assert_non_null(f->server);
	assert_int_equal(f->server->address.port, w->port);
	assert_int_equal(f->server->peer.port, w->port);
	assert_true(f->server->established);
	assert_true(f->server->t_tcp >= f->server->t_start);
	assert_int_equal(atomic_load(&w->shard.load), 1);
	peer_close(c);
	turn_until(w, TAILQ_EMPTY(&w->node->sessions));
	hears_end(o);
}

static void
test_keep_alive(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w), *o;

	for (unsigned i = 0; i < 5; i++) {
		get(w, c, "/again");
		o = origin(w, 0);
		gets(w, o, "/again");
		say(o, OK2);
		hears(c, OK2);
		over_well(w, i, 200);
	}
	assert_int_equal(w->norigin, 1);	/* one connection served all */
	assert_int_equal(w->ndone, 5);
}

/* Requests on top of each other are answered in their order. */
static void
test_pipelining(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w), *o;

	get(w, c, "/1");
	get(w, c, "/2");
	get(w, c, "/3");
	o = origin(w, 0);
	gets(w, o, "/1");
	settle(w);
	assert_int_equal(o->got.n, 0);	/* the second waits for its turn */
	say(o, OK2);
	gets(w, o, "/2");
	hears(c, OK2);
	say(o, "HTTP/1.1 204 No Content\r\n\r\n");
	gets(w, o, "/3");
	hears(c, "HTTP/1.1 204 No Content\r\n\r\n");
	say(o, OK2);
	hears(c, OK2);
	over_well(w, 0, 200);
	over_well(w, 1, 204);
	over_well(w, 2, 200);
}

/* A client that has said all it has to say still listens. */
static void
test_half_closed_client(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w), *o;

	get(w, c, "/1");
	get(w, c, "/2");
	wire_end_write(c->w);
	o = origin(w, 0);
	gets(w, o, "/1");
	say(o, OK2);
	gets(w, o, "/2");
	say(o, OK2);
	hears(c, OK2 OK2);
	hears_end(c);
	over_well(w, 1, 200);
	turn_until(w, TAILQ_EMPTY(&w->node->sessions));
}

static void
test_client_that_says_nothing(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w);

	wire_end_write(c->w);
	hears_end(c);
	turn_until(w, TAILQ_EMPTY(&w->node->sessions));
	assert_int_equal(w->nseen, 0);
}

/* --- ends ---------------------------------------------------------------- */

static void
test_close_from_outside(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w), *o;
	struct session	*s = TAILQ_FIRST(&w->node->sessions);

	get(w, c, "/x");
	o = origin(w, 0);
	gets(w, o, "/x");
	session_close(s);
	session_close(s);		/* as often as one likes */
	session_later(s);		/* it has no more turns */
	over_badly(w, 0, "client disconnected");
	hears_end(c);
	hears_end(o);
	assert_true(TAILQ_EMPTY(&w->node->sessions));
}

/* One is closed while its turn is queued: nothing of it is used after. */
static void
test_close_with_a_turn_queued(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w);
	struct session	*s = TAILQ_FIRST(&w->node->sessions);

	session_later(s);
	session_close(s);
	hears_end(c);
	turn_until(w, TAILQ_EMPTY(&w->node->sessions));
}

static void
test_closed_at_the_end_of_the_program(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w), *idle = client(w);

	get(w, c, "/x");
	gets(w, origin(w, 0), "/x");
	(void)idle;
	/* world_down() ends them, and counts */
}

static void
test_kill(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w), *o;

	get(w, c, "/x");
	o = origin(w, 0);
	gets(w, o, "/x");
	session_kill_flow(w->node, id_of(w, 0) + 1000);
	settle(w);
	assert_int_equal(w->ndone, 0);
	session_kill_flow(w->node, id_of(w, 0));
	over_badly(w, 0, err_text(ERR_KILLED));
	assert_true(over(w, 0)->killed);
	hears_end(c);			/* no page, no answer */
	hears_end(o);
	turn_until(w, TAILQ_EMPTY(&w->node->sessions));
}

static void
test_kill_in_mid_answer(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w), *o;

	get(w, c, "/x");
	o = origin(w, 0);
	gets(w, o, "/x");
	say(o, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab");
	hears(c, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab");
	session_kill_flow(w->node, id_of(w, 0));
	over_badly(w, 0, err_text(ERR_KILLED));
	hears_end(c);
	hears_end(o);
}

/* --- replay -------------------------------------------------------------- */

static struct flow *
stored(struct world *w, const char *method, const char *body)
{
	struct flow	*f = flow_new(FLOW_HTTP);
	struct msg	*m;
	char		 url[64];

	snprintf(url, sizeof(url), "http://127.0.0.1:%u/again", w->port);
	m = msg_request(sp_of(method), sp_of(url), NULL);
	if (body != NULL)
		msg_set_body(m, sp_of(body));
	flow_set_request(f, m);
	return (f);
}

static void
test_replay(void **state)
{
	struct world		*w = *state;
	struct flow		*f = stored(w, "PUT", "body");
	struct peer		*o;
	uint64_t		 id = f->id;

	flow_set_client(f, conn_new(false));
	flow_set_response(f, msg_response(500, SPNIL, SP("of old")));
	session_replay(w->node, f);
	o = origin(w, 0);
	hearsf(o, "PUT /again HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n"
	    "content-length: 4\r\n\r\nbody", w->port);
	/* what only makes sense to a client goes nowhere */
	say(o, "HTTP/1.1 100 Continue\r\n\r\n");
	say(o, OK2);
	over_well(w, 0, 200);
	assert_int_equal(over(w, 0)->id, id);
	assert_int_equal(over(w, 0)->replay, REPLAY_REQUEST);
	turn_until(w, TAILQ_EMPTY(&w->node->sessions));
	hears_end(o);
}

static void
test_replays_that_fail(void **state)
{
	struct world	*w = *state;
	struct flow	*f = stored(w, "GET", NULL);
	struct peer	*o;

	session_replay(w->node, f);
	o = origin(w, 0);
	turn_until(w, o->got.n != 0);
	say(o, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab");
	wire_end_write(o->w);
	over_badly(w, 0, "closed");
	/* nobody there */
	listen_close(w->listener);
	w->listener = NULL;
	session_replay(w->node, stored(w, "GET", NULL));
	over_badly(w, 1, "refused");
	turn_until(w, TAILQ_EMPTY(&w->node->sessions));
}

static void
test_replay_is_killed(void **state)
{
	struct world	*w = *state;
	struct flow	*f = stored(w, "GET", NULL);
	uint64_t	 id = f->id;

	session_replay(w->node, f);
	turn_until(w, origin(w, 0)->got.n != 0);
	session_kill_flow(w->node, id);
	over_badly(w, 0, err_text(ERR_KILLED));
	turn_until(w, TAILQ_EMPTY(&w->node->sessions));
}

/* One that is held, then answered without a server. */
static void
test_replay_is_held(void **state)
{
	struct world	*w = *state;

	w->holds = true;
	hooks_want(&w->hooks, DECIDE_SCRIPT, HOOK_BIT(HOOK_request));
	session_replay(w->node, stored(w, "GET", NULL));
	turn_until(w, w->held != NULL);
	flow_set_response(w->held->flow, msg_response(418, SPNIL, SPNIL));
	decide(w, HV_RESPONSE);
	over_well(w, 0, 418);
	assert_int_equal(w->norigin, 0);
}

/* --- who may come -------------------------------------------------------- */

static bool
refuse(const struct addons *a unused, const struct conn *c, struct why *why)
{
	return ((fail)(why, ERR_ARG, "%s is not welcome", c->peer.host) == 0);
}

static bool
ours(const struct addons *a unused, struct sp host)
{
	return (sp_is(host, "weir.it"));
}

static void
keep(struct addons *a unused)
{
}

static void
test_admission(void **state)
{
	static const struct addon_ops	 ops = {
		.admit = refuse, .is_ours = ours, .unref = keep
	};
	static char			 token[1];
	struct world			*w = *state;
	struct cfg			*cfg = new_cfg(w);
	struct peer			*c;

	cfg->addons = (struct addons *)(void *)token;
	cfg->addon_ops = &ops;
	c = client(w);
	assert_true(session_is_ours(TAILQ_FIRST(&w->node->sessions),
	    "weir.it"));
	hears_end(c);
	assert_true(log_has(w, "127.0.0.1 is not welcome"));
}

/* A request and an answer that somebody decides about. */
static void
test_held_is_not_idle(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w), *o;

	hooks_want(&w->hooks, DECIDE_SCRIPT, HOOK_BIT(HOOK_request) |
	    HOOK_BIT(HOOK_response));
	w->holds = true;
	get(w, c, "/x");
	turn_until(w, w->held != NULL);
	outlast_idle(w);
	decide(w, 0);
	o = origin(w, 0);
	gets(w, o, "/x");
	say(o, OK2);
	turn_until(w, w->held != NULL);
	outlast_idle(w);
	decide(w, 0);
	hears(c, OK2);
	over_well(w, 0, 200);
}

int
main(void)
{
#define row(t)	cmocka_unit_test_setup_teardown(t, world_up, world_down)
	const struct CMUnitTest	tests[] = {
		row(test_one),
		row(test_keep_alive),
		row(test_pipelining),
		row(test_half_closed_client),
		row(test_client_that_says_nothing),
		row(test_close_from_outside),
		row(test_close_with_a_turn_queued),
		row(test_closed_at_the_end_of_the_program),
		row(test_kill),
		row(test_kill_in_mid_answer),
		row(test_replay),
		row(test_replays_that_fail),
		row(test_replay_is_killed),
		row(test_replay_is_held),
		row(test_admission),
		row(test_held_is_not_idle),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
