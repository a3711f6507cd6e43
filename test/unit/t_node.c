#include "proxy/session_int.h"
#include "sessionkit.h"

static struct flow *
flow(void)
{
	struct flow	*f = flow_new(FLOW_HTTP);

	flow_set_comment(f, "hello");
	return (f);
}

/* Reports come together, a tick later, in order, as records of their own. */
static void
test_reports_in_one_post(void **state)
{
	struct world	*w = *state;
	struct flow	*a = flow(), *b = flow();
	uint64_t	 t0 = date_mono_ns();

	node_report(w->node, a, false);
	node_report(w->node, b, true);
	flow_set_comment(a, "changed");	/* too late for that report */
	node_report(w->node, a, true);
	loop_once(w->loop, true);
	assert_int_equal(w->nseen, 0);
	assert_int_equal(atomic_load(&w->behind), 0);
	turn_until(w, w->nseen == 2);
	assert_true(date_mono_ns() - t0 >= (NODE_TICK_MS - 5) * 1000000ull);
	assert_int_equal(w->seen[0].flow->id, a->id);
	assert_int_equal(w->seen[1].flow->id, b->id);
	assert_string_equal(w->seen[0].flow->comment, "hello");
	assert_int_equal(w->ndone, 2);
	assert_int_equal(atomic_load(&w->behind), 0);
	flow_unref(a);
	flow_unref(b);
}

/* What is over and kept has its pack; the rest of a box goes home. */
static void
test_packs(void **state)
{
	struct world	*w = *state;
	struct flow	*f = flow();
	struct reports	*box;
	struct report	*r;
	long		 flows = obj_count(OBJ_flow);

	new_cfg(w)->keeps = true;
	node_report(w->node, f, false);
	node_report(w->node, f, true);
	box = w->node->box;
	w->node->box = NULL;
	r = box->head;
	assert_null(r->flow->pack);
	assert_non_null(r->link->flow->pack);
	flow_unref(r->flow);
	r->flow = NULL;			/* taken */
	reports_return(box);
	assert_int_equal(obj_count(OBJ_flow), flows + 1);
	turn_until(w, obj_count(OBJ_flow) == flows);
	flow_unref(f);
}

static void
test_last_reports_are_sent(void **state)
{
	struct world	*w = *state;
	struct flow	*f = flow();

	node_report(w->node, f, true);
	flow_unref(f);
	node_free(w->node);
	w->node = NULL;
	turn_until(w, w->ndone == 1);
	node_free(NULL);
}

/* Its last hook comes back when its node is gone: its marks count. */
static void
test_end_outlasts_the_node(void **state)
{
	struct world	*w = *state;
	struct flow	*f = flow();

	w->holds = true;
	hooks_want(&w->hooks, DECIDE_SCRIPT, HOOK_BIT(HOOK_error));
	node_end(w->node, f, HOOK_error);
	flow_unref(f);
	turn_until(w, w->nseen == 1);
	assert_true(w->seen[0].flow->live);
	assert_int_equal(atomic_load(&w->behind), 1);
	node_free(w->node);
	w->node = NULL;
	flow_set_comment(w->held->flow, "the end");
	decide(w, HV_MARKS);
	turn_until(w, w->ndone == 1);
	assert_false(w->seen[0].flow->live);
	assert_string_equal(w->seen[0].flow->comment, "the end");
	assert_int_equal(atomic_load(&w->behind), 0);
}

static void
test_behind(void **state)
{
	struct world	*w = *state;

	assert_false(node_is_behind(w->node));
	atomic_store(&w->behind, NODE_BEHIND_MAX);
	assert_false(node_is_behind(w->node));
	atomic_store(&w->behind, NODE_BEHIND_MAX + 1);
	assert_true(node_is_behind(w->node));
	assert_true(w->node->blocked);
	assert_true(timer_is_set(w->node->tick));
	/* it looks again at every tick until main has caught up */
	for (uint64_t t0 = date_mono_ns(); date_mono_ns() - t0 < 30000000;)
		loop_once(w->loop, true);
	assert_true(w->node->blocked);
	atomic_store(&w->behind, 0);
	turn_until(w, !w->node->blocked);
	assert_false(node_is_behind(w->node));
}

/* A short exchange is told once, when it is over; a long one before. */
static void
test_announcements(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w), *o;

	get(w, c, "/long");
	o = origin(w, 0);
	gets(w, o, "/long");
	turn_until(w, w->nseen == 1);
	assert_int_equal(w->ndone, 0);
	assert_true(TAILQ_EMPTY(&w->node->fresh));
	say(o, OK2);
	hears(c, OK2);
	over_well(w, 0, 200);
	assert_true(TAILQ_EMPTY(&w->node->fresh));
}

static struct cfg *
watched(struct world *w)
{
	struct cfg	*cfg = new_cfg(w);

	cfg->progress = true;
	return (cfg);
}

static bool
shows(const struct world *w, bool request, const char *body)
{
	const struct flow	*f = w->nseen != 0 ? w->seen[0].flow : NULL;
	const struct msg	*m;
	struct blob		*b;
	bool			 is;

	if (f == NULL || (m = request ? f->request : f->response) == NULL)
		return (false);
	b = msg_body(m);
	is = sp_is(blob_sp(b), body) && m->body_len == strlen(body);
	blob_unref(b);
	return (is);
}

/* Both bodies are seen as they come, in their own time. */
static void
test_growing(void **state)
{
	struct world	*w = *state;
	struct peer	*c, *o;

	(void)watched(w);
	c = client(w);
	sayf(c, "POST http://127.0.0.1:%u/ HTTP/1.1\r\nHost: a\r\n"
	    "Content-Length: 6\r\n\r\nab", w->port);
	o = origin(w, 0);
	turn_until(w, shows(w, true, "ab"));
	assert_false(w->seen[0].flow->request->complete);
	say(o, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	    "3\r\nabc\r\n");
	turn_until(w, shows(w, false, "abc"));
	assert_true(shows(w, true, "ab"));
	say(c, "cdef");
	turn_until(w, shows(w, true, "abcdef"));
	say(o, "3\r\ndef\r\n");
	turn_until(w, shows(w, false, "abcdef"));
	assert_true(w->seen[0].flow->live);
	assert_int_equal(w->seen[0].flow->response->t_end, 0);
	assert_int_equal(w->ndone, 0);
	say(o, "0\r\n\r\n");
	turn_until(w, w->ndone == 1);
	assert_true(shows(w, false, "abcdef"));
	assert_true(TAILQ_EMPTY(&w->node->growing));
}

/* News are no more than their pace allows, however often bytes come; when
 * nothing comes there are none. */
static void
test_growing_pace(void **state)
{
	struct world	*w = *state;
	struct peer	*c, *o;
	uint64_t	 t0;
	uint32_t	 changes;

	(void)watched(w);
	c = client(w);
	get(w, c, "/x");
	o = origin(w, 0);
	gets(w, o, "/x");
	say(o, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
	turn_until(w, w->nseen == 1 && w->seen[0].flow->response != NULL);
	settle(w);
	changes = w->seen[0].flow->changes;
	t0 = date_mono_ns();
	while (date_mono_ns() - t0 < 450000000) {
		say(o, "x");
		loop_once(w->loop, true);
	}
	changes = w->seen[0].flow->changes - changes;
	assert_in_range(changes, 2, 5);
	/* bytes may still be on their way */
	turn_until(w, !timer_is_set(w->node->pace));
	assert_true(TAILQ_EMPTY(&w->node->growing));
}

/* Who does not look on is not told. */
static void
test_growing_unseen(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w), *o;

	get(w, c, "/x");
	o = origin(w, 0);
	gets(w, o, "/x");
	say(o, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
	turn_until(w, sp_search(str_sp(&c->got), SP("hello")) > 0);
	assert_true(TAILQ_EMPTY(&w->node->growing));
	assert_false(timer_is_set(w->node->pace));
	turn_until(w, w->nseen == 1);
	assert_true(shows(w, false, ""));
}

/* New options hold from the next request on, not in the midst of one. */
static void
test_options_change(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w), *o;
	struct cfg	*cfg;

	sayf(c, "PUT http://127.0.0.1:%u/ HTTP/1.1\r\nHost: a\r\n"
	    "Content-Length: 4\r\n\r\nab", w->port);
	o = origin(w, 0);
	turn_until(w, sp_search(str_sp(&o->got), SP("ab")) > 0);
	cfg = new_cfg(w);
	cfg->body_size_limit = 1;
	say(c, "cd");
	turn_until(w, sp_search(str_sp(&o->got), SP("abcd")) > 0);
	say(o, OK2);
	hears(c, OK2);
	get(w, c, "/x");
	settle(w);
	say(o, OK2);
	hears_start(c, "HTTP/1.1 502 ");
	over_badly(w, 1, "body_size_limit");
}

/* --- on threads of their own --------------------------------------------- */

#define SHARDS	2
#define CLIENTS	8
#define ROUNDS	25

/* Main drives clients and origins; shards have the conversations. */
struct town {
	struct world	*w;
	struct shards	*shards;
	struct guest {
		struct peer	 peer;
		struct town	*town;
		unsigned	 answers;
		char		 name[32];	/* of the TLS server */
		bool		 tunnel;	/* CONNECT was answered */
	}		 guest[CLIENTS];
	struct host {
		struct peer	 peer;
		unsigned	 requests;
	}		 host[CLIENTS * 4];
	unsigned	 nhosts, answers;
	bool		 tls;
};

struct errand {
	struct post	 post;
	struct shard	*shard;
	int		 fd;
};

static void
on_errand(struct post *p)
{
	struct errand	*e = (struct errand *)(void *)p;
	struct mode	*m = mode_parse("regular", NULL);
	struct addr	 a;

	if (addr_of_peer(e->fd, &a) == 0)
		session_accept(e->shard->user, e->fd, &a, m);
	mode_unref(m);
	free(e);
}

static void
shard_init(struct shard *sh, void *arg)
{
	struct town	*t = arg;

	sh->user = node_new(sh, t->w->cfg, t->w->loop, take_reports, t->w,
	    &t->w->behind);
}

static void
shard_fini(struct shard *sh, void *arg unused)
{
	node_free(sh->user);
}

static void
guest_asks(struct guest *g)
{
	if (g->town->tls)
		say(&g->peer, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
	else
		get(g->town->w, &g->peer, "/");
}

static void
guest_shaken(void *arg, const struct why *why)
{
	struct guest	*g = arg;

	if (why != NULL)
		fail_msg("%s", why->text);
	guest_asks(g);
}

/* The tunnel is there: TLS in it, with one of a few names. */
static void
guest_shakes(struct guest *g)
{
	if (sp_search(str_sp(&g->peer.got), SP("\r\n\r\n")) < 0)
		return;
	assert_true(sp_starts(str_sp(&g->peer.got), "HTTP/1.1 200"));
	str_clear(&g->peer.got);
	g->tunnel = true;
	assert_int_equal(wire_connect_tls(g->peer.w, g->town->w->tls,
	    g->name, 443, NULL, NULL, guest_shaken, g, NULL), 0);
}

static void
guest_begins(struct guest *g)
{
	if (!g->town->tls) {
		g->tunnel = true;
		guest_asks(g);
		return;
	}
	snprintf(g->name, sizeof(g->name), "n%u.test",
	    (unsigned)(g - g->town->guest) % 3);
	sayf(&g->peer, "CONNECT 127.0.0.1:%u HTTP/1.1\r\nHost: a\r\n\r\n",
	    g->town->w->port);
}

static void
guest_readable(void *arg)
{
	struct guest	*g = arg;

	peer_readable(&g->peer);
	if (!g->tunnel) {
		guest_shakes(g);
		return;
	}
	while (g->peer.got.n >= strlen(OK2)) {
		if (!sp_is(str_sp(&g->peer.got), OK2))
			fail_msg("got: %s", str_c(&g->peer.got));
		str_clear(&g->peer.got);
		g->town->answers++;
		if (++g->answers < ROUNDS)
			guest_asks(g);
	}
}

static const struct wire_ops	guest_ops = {
	.readable = guest_readable,
	.drained = peer_drained,
	.failed = peer_failed
};

static void
host_readable(void *arg)
{
	struct host	*h = arg;

	peer_readable(&h->peer);
	if (sp_search(str_sp(&h->peer.got), SP("\r\n\r\n")) < 0)
		return;
	str_clear(&h->peer.got);
	h->requests++;
	say(&h->peer, OK2);
}

static const struct wire_ops	host_ops = {
	.readable = host_readable,
	.drained = peer_drained,
	.failed = peer_failed
};

static void
on_host(void *arg, int fd, const struct addr *from unused)
{
	struct town	*t = arg;
	struct host	*h = &t->host[t->nhosts++];

	assert_true(t->nhosts <= nitems(t->host));
	peer_init(&h->peer, t->w, fd);
	wire_set_ops(h->peer.w, &host_ops, h);
	if (t->tls)
		assert_int_equal(wire_accept_tls(h->peer.w, t->w->tls,
		    origin_hello, peer_tls_done, &h->peer, NULL), 0);
}

static void
guest_comes(struct town *t, unsigned i)
{
	struct guest	*g = &t->guest[i];
	struct errand	*e = xcalloc(1, sizeof(*e));
	int		 fd[2];

	tcp_pair(fd);
	g->town = t;
	peer_init(&g->peer, t->w, fd[1]);
	wire_set_ops(g->peer.w, &guest_ops, g);
	e->post.fn = on_errand;
	e->shard = shards_at(t->shards, i % SHARDS);
	e->fd = fd[0];
	loop_post(e->shard->loop, &e->post);
}

/* A script's thread: takes calls, gives them back. */
struct judge {
	struct hooks	*hooks;
	struct queue	*queue;
	struct thread	*thread;
	unsigned	 calls;
};

struct case_ {
	struct qitem	 item;
	struct hookcall	*call;
};

static void
judge_takes(void *arg, struct hookcall *c)
{
	struct judge	*j = arg;
	struct case_	*k = xcalloc(1, sizeof(*k));

	k->call = c;
	queue_put(j->queue, &k->item);
}

static void
judge_thread(void *arg)
{
	struct judge	*j = arg;
	struct qitem	*it;
	struct case_	*k;

	while ((it = queue_take(j->queue, -1)) != NULL) {
		k = (struct case_ *)(void *)it;
		j->calls++;
		hook_done(j->hooks, k->call);
		free(k);
	}
}

/* Shards, main and a script's thread, with everything passing between
 * them; each flow is over once, and main sees all of it. */
static void
live_on_threads(struct world *w, bool tls)
{
	struct town	*t = xcalloc(1, sizeof(*t));
	struct judge	 j = { &w->hooks, queue_new(), NULL, 0 };
	unsigned	 i;

	hooks_set(&w->hooks, DECIDE_SCRIPT, "judge", judge_takes, &j);
	hooks_want(&w->hooks, DECIDE_SCRIPT, HOOK_BIT(HOOK_request) |
	    HOOK_BIT(HOOK_response));
	j.thread = thread_start("judge", judge_thread, &j);
	t->w = w;
	t->tls = tls;
	listen_close(w->listener);
	w->listener = listen_open(w->loop, "127.0.0.1", 0, on_host, t, NULL);
	assert_non_null(w->listener);
	w->port = addr_port(listen_addr(w->listener, 0));
	t->shards = shards_start(SHARDS, shard_init, shard_fini, t);
	for (i = 0; i < CLIENTS; i++) {
		guest_comes(t, i);
		guest_begins(&t->guest[i]);
	}
	turn_until(w, t->answers == CLIENTS * ROUNDS &&
	    w->ndone == CLIENTS * ROUNDS);
	/* the program ends while everybody is still connected */
	shards_stop(t->shards);
	queue_close(j.queue);
	thread_join(j.thread);
	queue_free(j.queue);
	settle(w);
	assert_int_equal(j.calls, 2 * CLIENTS * ROUNDS);
	for (i = 0; i < CLIENTS; i++) {
		assert_int_equal(t->guest[i].answers, ROUNDS);
		peer_close(&t->guest[i].peer);
		str_fini(&t->guest[i].peer.got);
	}
	for (i = 0; i < t->nhosts; i++) {
		peer_close(&t->host[i].peer);
		str_fini(&t->host[i].peer.got);
	}
	free(t);
}

static void
test_on_threads(void **state)
{
	live_on_threads(*state, false);
}

static void
test_tls_on_threads(void **state)
{
	live_on_threads(*state, true);
}

int
main(void)
{
#define row(t)	cmocka_unit_test_setup_teardown(t, world_up, world_down)
	const struct CMUnitTest	tests[] = {
		row(test_reports_in_one_post),
		row(test_packs),
		row(test_last_reports_are_sent),
		row(test_end_outlasts_the_node),
		row(test_behind),
		row(test_announcements),
		row(test_growing),
		row(test_growing_pace),
		row(test_growing_unseen),
		row(test_options_change),
		row(test_on_threads),
		row(test_tls_on_threads),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
