#include "base/limits.h"
#include "proxy/session_int.h"
#include "sessionkit.h"

#define TCP_ALL	(HOOK_BIT(HOOK_tcp_start) | HOOK_BIT(HOOK_tcp_message) | \
	HOOK_BIT(HOOK_tcp_end) | HOOK_BIT(HOOK_tcp_error))

/* A raw connection that has said its first word, "\1". */
static void
dial(struct world *w, struct peer **c, struct peer **o)
{
	*c = client(w);
	connect_tunnel(w, *c);
	say(*c, "\1");
	*o = origin(w, 0);
	hears(*o, "\1");
	turn_until(w, w->nseen > 0 && w->seen[0].flow->frames.n == 1);
}

static void
want(struct world *w, hookbits mask)
{
	hooks_want(&w->hooks, DECIDE_SCRIPT, mask);
}

static void
holds(struct world *w, enum hook h)
{
	turn_until(w, w->held != NULL);
	assert_int_equal(w->held->hook, h);
}

/* What a decider does to the message that is held. */
static void
edit(struct world *w, const char *text, bool dropped)
{
	struct frames	*fs = &w->held->flow->frames;

	frames_set_data(fs, fs->n - 1, blob_of(sp_of(text)));
	frames_edit(fs, fs->n - 1)->dropped = dropped;
	decide(w, 0);
}

static void
frame_is(struct world *w, size_t i, bool client, const char *want)
{
	const struct frame	*fr;

	turn_until(w, w->seen[0].flow->frames.n > i);
	fr = frames_at(&w->seen[0].flow->frames, i);
	assert_int_equal(fr->from_client, client);
	assert_true(sp_is(blob_sp(fr->data), want));
}

/* So much at once. */
static void
shout(struct peer *p, size_t n)
{
	char	*b = xcalloc(1, n);

	wire_write(p->w, sp_mem(b, n));
	wire_flush(p->w);
	free(b);
}

/* Main knows of it before anybody is asked; then one call a message. */
static void
test_each_hook(void **state)
{
	struct world	*w = *state;
	struct peer	*c, *o;

	want(w, TCP_ALL);
	dial(w, &c, &o);
	assert_int_equal(w->ncalls, 2);
	say(o, "yes");
	hears(c, "yes");
	assert_int_equal(w->ncalls, 3);
	wire_end_write(c->w);
	hears_end(o);
	say(o, "last");
	hears(c, "last");
	assert_int_equal(w->ncalls, 4);
	wire_end_write(o->w);
	hears_end(c);
	assert_null(over(w, 0)->error);
	turn_until(w, w->ncalls == 5);
	frame_is(w, 1, false, "yes");
	assert_false(w->seen[0].flow->live);
}

/* Nothing moves, nobody is dialled, until it is let go. */
static void
test_start_is_held(void **state)
{
	struct world	*w = *state;
	struct peer	*c, *o;

	new_cfg(w)->eager = false;
	want(w, HOOK_BIT(HOOK_tcp_start));
	w->holds = true;
	c = client(w);
	connect_tunnel(w, c);
	say(c, "\1");
	holds(w, HOOK_tcp_start);
	assert_int_equal(w->held->flow->type, FLOW_TCP);
	assert_string_equal(w->held->flow->server->address.host,
	    "127.0.0.1");
	settle(w);
	assert_int_equal(w->norigin, 0);
	flow_set_comment(w->held->flow, "seen");
	decide(w, HV_MARKS);
	o = origin(w, 0);
	hears(o, "\1");
}

static void
test_start_is_killed(void **state)
{
	struct world	*w = *state;
	struct peer	*c;

	want(w, HOOK_BIT(HOOK_tcp_start) | HOOK_BIT(HOOK_tcp_error));
	w->holds = true;
	c = client(w);
	connect_tunnel(w, c);
	say(c, "\1");
	holds(w, HOOK_tcp_start);
	decide(w, HV_KILL);
	hears_end(c);
	holds(w, HOOK_tcp_error);
	assert_true(w->held->flow->killed);
	decide(w, 0);
	over_badly(w, 0, "killed");
}

/* One direction waits, in order; the other goes on. */
static void
test_held(void **state)
{
	struct world	*w = *state;
	struct peer	*c, *o;

	dial(w, &c, &o);
	want(w, HOOK_BIT(HOOK_tcp_message));
	w->holds = true;
	say(o, "one");
	holds(w, HOOK_tcp_message);
	say(o, "two");
	wire_end_write(o->w);
	want(w, 0);
	say(c, "free");
	hears(o, "free");
	settle(w);
	assert_int_equal(c->got.n, 0);
	want(w, HOOK_BIT(HOOK_tcp_message));
	edit(w, "ONE!", false);
	hears(c, "ONE!");
	holds(w, HOOK_tcp_message);
	assert_false(c->eof);
	edit(w, "two", true);
	hears_end(c);
	frame_is(w, 1, false, "ONE!");
	frame_is(w, 2, true, "free");
	frame_is(w, 3, false, "two");
	assert_true(frames_at(&w->seen[0].flow->frames, 3)->dropped);
	w->holds = false;
	say(c, "more");
	hears(o, "more");
	wire_end_write(c->w);
	hears_end(o);
	assert_null(over(w, 0)->error);
}

/* Where it goes is a decider's to say, as long as nobody went. */
static void
test_sent_elsewhere(void **state)
{
	struct world	*w = *state;
	struct conn	*to;
	struct peer	*c;

	for (unsigned eager = 0; eager < 2; eager++) {
		new_cfg(w)->eager = eager != 0;
		want(w, HOOK_BIT(HOOK_tcp_start));
		w->holds = true;
		c = client(w);
		if (eager)
			connect_tunnel(w, c);
		else {
			say(c, "CONNECT dead.invalid:9 HTTP/1.1\r\n"
			    "Host: x\r\n\r\n");
			hears_start(c, "HTTP/1.1 200 ");
		}
		say(c, "\1raw");
		holds(w, HOOK_tcp_start);
		assert_string_equal(w->held->server->address.host,
		    eager ? "127.0.0.1" : "dead.invalid");
		to = conn_dup(w->held->server);
		conn_unref(w->held->server);
		conn_set_place(&to->address, eager ? "dead.invalid" :
		    "127.0.0.1", w->port);
		w->held->server = to;
		w->holds = false;
		decide(w, HV_CONN);
		hears(origin(w, eager), "\1raw");
		say(origin(w, eager), "back");
		hears(c, "back");
		turn_until(w, w->nseen == eager + 1 &&
		    w->seen[eager].flow->frames.n == 2);
		assert_string_equal(w->seen[eager].flow->server->address.host,
		    "127.0.0.1");
	}
}

/* Whoever decides may take his time; the other direction goes on. */
static void
test_held_is_not_idle(void **state)
{
	struct world	*w = *state;
	struct peer	*c, *o;

	want(w, HOOK_BIT(HOOK_tcp_start));
	w->holds = true;
	c = client(w);
	connect_tunnel(w, c);
	say(c, "\1raw");
	holds(w, HOOK_tcp_start);
	outlast_idle(w);
	decide(w, 0);
	o = origin(w, 0);
	hears(o, "\1raw");
	want(w, HOOK_BIT(HOOK_tcp_message));
	say(o, "one");
	holds(w, HOOK_tcp_message);
	outlast_idle(w);
	want(w, 0);
	say(c, "free");
	hears(o, "free");
	decide(w, 0);
	hears(c, "one");
	/* and nobody for ever */
	set_idle(w, 20);
	hears_end(c);
	hears_end(o);
}

/* An empty one does not go on, and takes nothing with it. */
static void
test_emptied(void **state)
{
	struct world	*w = *state;
	struct peer	*c, *o;

	dial(w, &c, &o);
	want(w, HOOK_BIT(HOOK_tcp_message));
	w->holds = true;
	say(c, "secret");
	holds(w, HOOK_tcp_message);
	edit(w, "", false);
	say(c, "next");
	holds(w, HOOK_tcp_message);
	decide(w, 0);
	hears(o, "next");
}

static void
test_killed_while_held(void **state)
{
	struct world	*w = *state;
	struct peer	*c, *o;

	dial(w, &c, &o);
	want(w, HOOK_BIT(HOOK_tcp_message));
	w->holds = true;
	say(c, "bad");
	holds(w, HOOK_tcp_message);
	decide(w, HV_KILL);
	hears_end(c);
	hears_end(o);
	over_badly(w, 0, "killed");
	assert_int_equal(o->got.n, 0);
}

static void
test_killed(void **state)
{
	struct world	*w = *state;
	struct peer	*c, *o;

	dial(w, &c, &o);
	session_kill_flow(w->node, id_of(w, 0));
	hears_end(c);
	hears_end(o);
	over_badly(w, 0, "killed");
	assert_true(w->seen[0].flow->killed);
}

/* The answer comes when nobody waits for it any more. */
static void
test_gone_while_held(void **state)
{
	struct world	*w = *state;
	struct peer	*c, *o;

	dial(w, &c, &o);
	want(w, HOOK_BIT(HOOK_tcp_message));
	w->holds = true;
	say(o, "late");
	holds(w, HOOK_tcp_message);
	peer_reset(c);
	hears_end(o);
	turn_until(w, TAILQ_EMPTY(&w->node->sessions));
	edit(w, "late", false);
	settle(w);
	assert_non_null(over(w, 0)->error);
}

/* It ended badly where an end breaks that the other still had to hear. */
static void
test_broken(void **state)
{
	struct world	*w = *state;
	struct peer	*c, *o;

	want(w, HOOK_BIT(HOOK_tcp_error));
	dial(w, &c, &o);
	peer_reset(o);
	hears_end(c);
	assert_non_null(over(w, 0)->error);
	turn_until(w, w->ncalls == 1);
}

static void
test_unreachable(void **state)
{
	struct world	*w = *state;
	struct peer	*c;

	listen_close(w->listener);
	w->listener = NULL;
	new_cfg(w)->eager = false;
	want(w, HOOK_BIT(HOOK_tcp_error));
	c = client(w);
	connect_tunnel(w, c);
	say(c, "\1raw");
	hears_end(c);
	assert_non_null(over(w, 0)->error);
	turn_until(w, w->ncalls == 1);
}

/* Main is asked about those messages that match, each for itself. */
static void
test_intercept(void **state)
{
	struct world	*w = *state;
	struct peer	*c, *o;

	dial(w, &c, &o);
	hooks_set(&w->hooks, DECIDE_MAIN, "main", take_call, w);
	hooks_want(&w->hooks, DECIDE_MAIN, HOOK_BIT(HOOK_tcp_message));
	w->cfg->intercept = filter_parse(SP("~tcp & ~bs ok"), NULL);
	say(c, "ok?");
	hears(o, "ok?");
	assert_int_equal(w->ncalls, 0);
	say(o, "ok!");
	hears(c, "ok!");
	assert_int_equal(w->ncalls, 1);
	say(o, "no");
	hears(c, "no");
	assert_int_equal(w->ncalls, 1);
}

/* Behind what is held; the hooks see it. */
static void
test_injected(void **state)
{
	struct world	*w = *state;
	struct peer	*c, *o;

	dial(w, &c, &o);
	want(w, HOOK_BIT(HOOK_tcp_message));
	w->holds = true;
	say(o, "first");
	holds(w, HOOK_tcp_message);
	session_inject(w->node, id_of(w, 0), false, false,
	    blob_of(SP("mine")));
	settle(w);
	decide(w, 0);
	hears(c, "first");
	holds(w, HOOK_tcp_message);
	assert_true(frames_at(&w->held->flow->frames, 2)->injected);
	edit(w, "ours", false);
	hears(c, "ours");
	w->holds = false;
	session_inject(w->node, id_of(w, 0), true, false,
	    blob_of(SP("up")));
	hears(o, "up");
	session_inject(w->node, 1u << 30, true, false, blob_of(SP("no")));
	frame_is(w, 2, false, "ours");
	frame_is(w, 3, true, "up");
	assert_true(frames_at(&w->seen[0].flow->frames, 3)->injected);
}

/* Nothing is said for an end behind its last word. */
static void
test_injected_late(void **state)
{
	struct world	*w = *state;
	struct peer	*c, *o;

	dial(w, &c, &o);
	wire_end_write(o->w);
	hears_end(c);
	session_inject(w->node, id_of(w, 0), false, false,
	    blob_of(SP("late")));
	session_inject(w->node, id_of(w, 0), true, false,
	    blob_of(SP("up")));
	hears(o, "up");
	assert_int_equal(c->got.n, 0);
}

/* More than may be kept passes all the same, and is asked about. */
static void
test_more_than_is_kept(void **state)
{
	struct world	*w = *state;
	struct peer	*c, *o;
	size_t		 total = limit_of(TCP_BYTES) + (1u << 20);

	dial(w, &c, &o);
	pour(o, c, total);
	turn_until(w, c->got.n == total);
	str_clear(&c->got);
	settle(w);
	assert_true(flow_size(w->seen[0].flow) <= limit_of(TCP_BYTES));
	want(w, HOOK_BIT(HOOK_tcp_message));
	w->holds = true;
	shout(o, 200000);
	holds(w, HOOK_tcp_message);
	w->holds = false;
	decide(w, 0);
	turn_until(w, c->got.n == 200000);
	peer_close(o);
	peer_close(c);
	assert_true(flow_size(over(w, 0)) <= limit_of(TCP_BYTES));
	assert_true(flow_size(over(w, 0)) >= limit_of(TCP_BYTES) - 100000);
}

/* A held one stops its sender, when there is as much as a wire takes. */
static void
test_held_stops_the_sender(void **state)
{
	struct world	*w = *state;
	struct peer	*c, *o;

	dial(w, &c, &o);
	want(w, HOOK_BIT(HOOK_tcp_message));
	w->holds = true;
	shout(o, 40u << 20);
	holds(w, HOOK_tcp_message);
	settle(w);
	assert_true(wire_out_len(o->w) > 20u << 20);
	w->holds = false;
	decide(w, 0);
	turn_until(w, c->got.n == 40u << 20);
}

int
main(void)
{
#define row(t)	cmocka_unit_test_setup_teardown(t, world_up, world_down)
	const struct CMUnitTest	tests[] = {
		row(test_each_hook),
		row(test_start_is_held),
		row(test_start_is_killed),
		row(test_held),
		row(test_emptied),
		row(test_killed_while_held),
		row(test_killed),
		row(test_gone_while_held),
		row(test_broken),
		row(test_unreachable),
		row(test_intercept),
		row(test_injected),
		row(test_injected_late),
		row(test_more_than_is_kept),
		row(test_held_stops_the_sender),
		row(test_held_is_not_idle),
		row(test_sent_elsewhere),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
