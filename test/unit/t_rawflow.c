#include "sessionkit.h"

#include "base/limits.h"
#include "proxy/rawflow.h"

/* A conversation without wires. */
struct talk {
	struct world	*w;
	struct rawflow	 raw;
	unsigned	 looks;		/* at its connections */
	struct query	*query;
	unsigned	 answers, verdict;
};

static void
conns(void *arg)
{
	struct talk	*t = arg;
	struct conn	*c = conn_new(true);

	t->looks++;
	conn_set_place(&c->address, "server.test", 7);
	flow_set_server(t->raw.flow, c);
}

static void
on_answer(void *arg, const struct hookcall *c)
{
	struct talk	*t = arg;

	t->answers++;
	t->verdict = rawflow_heed(&t->raw, c);
	rawflow_take(&t->raw, true, c);
}

static void
talk_up(struct talk *t, struct world *w, enum flow_type type)
{
	memset(t, 0, sizeof(*t));
	t->w = w;
	rawflow_init(&t->raw, w->node, type, conns, t);
	rawflow_report(&t->raw);
	(void)id_of(w, 0);
}

static bool
add(struct talk *t, bool client, const char *text)
{
	return (rawflow_add(&t->raw, client, blob_of(sp_of(text)), false));
}

static void
said(struct talk *t, bool client, const char *text)
{
	(void)add(t, client, text);
	rawflow_settle(&t->raw, client);
}

static size_t
seen(struct talk *t)
{
	return (t->w->seen[0].flow->frames.n);
}

/* Main hears of many at once, and has all of it at the end. */
static void
test_news(void **state)
{
	struct talk	t;

	talk_up(&t, *state, FLOW_TCP);
	assert_string_equal(t.w->seen[0].flow->server->address.host,
	    "server.test");
	said(&t, true, "a");
	said(&t, false, "b");
	assert_int_equal(seen(&t), 0);
	turn_until(t.w, seen(&t) == 2);
	assert_int_equal(t.looks, 2);
	said(&t, true, "c");
	rawflow_end(&t.raw);
	said(&t, true, "too late to be news");
	rawflow_fini(&t.raw);
	assert_null(over(t.w, 0)->error);
	assert_int_equal(seen(&t), 3);
}

/* How it ends is asked for, by the hook that says so. */
static void
test_last_hook(void **state)
{
	static const struct {
		enum flow_type	 type;
		const char	*error;
		enum hook	 hook;
	} rows[] = {
		{ FLOW_TCP, NULL, HOOK_tcp_end },
		{ FLOW_TCP, "x", HOOK_tcp_error },
		{ FLOW_UDP, NULL, HOOK_udp_end },
		{ FLOW_UDP, "x", HOOK_udp_error },
	};
	struct world	*w = *state;
	struct talk	 t;

	w->holds = true;
	for (unsigned i = 0; i < nitems(rows); i++) {
		hooks_want(&w->hooks, DECIDE_SCRIPT, HOOK_BIT(rows[i].hook));
		talk_up(&t, w, rows[i].type);
		flow_set_error(t.raw.flow, rows[i].error);
		rawflow_end(&t.raw);
		rawflow_fini(&t.raw);
		turn_until(w, w->held != NULL);
		assert_int_equal(w->held->hook, rows[i].hook);
		decide(w, 0);
		turn_until(w, w->ndone == i + 1);
	}
}

static void
ask(struct talk *t, unsigned verdict, const char *text)
{
	struct world	*w = t->w;

	assert_true(add(t, true, "as it came"));
	rawflow_ask(&t->raw, HOOK_udp_message, &t->query, on_answer, t);
	turn_until(w, w->held != NULL);
	assert_int_equal(w->held->server->address.port, 7);
	frames_set_data(&w->held->flow->frames,
	    w->held->flow->frames.n - 1, blob_of(sp_of(text)));
	flow_set_comment(w->held->flow, "looked at");
	decide(w, verdict);
	turn_until(w, t->query == NULL);
}

static void
test_decided(void **state)
{
	struct world	*w = *state;
	struct talk	 t;

	hooks_want(&w->hooks, DECIDE_SCRIPT, HOOK_BIT(HOOK_udp_message));
	w->holds = true;
	talk_up(&t, w, FLOW_UDP);
	ask(&t, HV_MARKS, "mine");
	assert_true(t.verdict);
	assert_true(sp_is(blob_sp(rawflow_at(&t.raw, true)->data), "mine"));
	rawflow_settle(&t.raw, true);
	turn_until(w, seen(&t) == 1);
	assert_string_equal(w->seen[0].flow->comment, "looked at");
	ask(&t, HV_KILL, "never");
	assert_false(t.verdict);
	assert_true(t.raw.flow->killed);
	assert_non_null(strstr(t.raw.flow->error, "killed"));
	w->holds = false;
	rawflow_end(&t.raw);
	rawflow_fini(&t.raw);
	over_badly(w, 0, "killed");
}

/* What is too much is kept only as long as somebody decides about it. */
static void
test_bounds(void **state)
{
	struct world	*w = *state;
	struct talk	 t;
	struct blob	*big = blob_of(SPNIL);
	size_t		 most = limit_of(TCP_FRAMES);

	talk_up(&t, w, FLOW_UDP);
	while (t.raw.flow->frames.n < most - 1) {
		(void)rawflow_add(&t.raw, false, blob_ref(big), false);
		rawflow_settle(&t.raw, false);
	}
	blob_unref(big);
	assert_false(rawflow_is_full(&t.raw, 1));
	assert_true(rawflow_is_full(&t.raw, limit_of(TCP_BYTES) + 1));
	said(&t, true, "the last one");
	assert_true(rawflow_is_full(&t.raw, 0));
	/* somebody wants it: both ways, and the first one is settled first */
	hooks_want(&w->hooks, DECIDE_SCRIPT, HOOK_BIT(HOOK_udp_message));
	assert_false(rawflow_is_full(&t.raw, 0));
	assert_true(add(&t, true, "from here"));
	assert_true(add(&t, false, "from there"));
	assert_int_equal(t.raw.flow->frames.n, most + 2);
	rawflow_settle(&t.raw, true);
	assert_true(sp_is(blob_sp(rawflow_at(&t.raw, false)->data),
	    "from there"));
	rawflow_settle(&t.raw, false);
	assert_int_equal(t.raw.flow->frames.n, most);
	assert_int_equal(t.raw.kept, strlen("the last one"));
	rawflow_end(&t.raw);
	rawflow_fini(&t.raw);
	over(w, 0);
}

/* The user's filter is for the last message. */
static void
test_filter(void **state)
{
	struct world	*w = *state;
	struct talk	 t;

	new_cfg(w)->intercept = filter_parse(SP("~b bad"), NULL);
	talk_up(&t, w, FLOW_TCP);
	assert_false(add(&t, true, "good"));
	rawflow_settle(&t.raw, true);
	assert_true(add(&t, true, "bad"));
	rawflow_settle(&t.raw, true);
	assert_false(add(&t, false, "fine"));
	rawflow_settle(&t.raw, false);
	rawflow_end(&t.raw);
	rawflow_fini(&t.raw);
	over(w, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(t) cmocka_unit_test_setup_teardown(t, world_up, world_down)
		T(test_news),
		T(test_last_hook),
		T(test_decided),
		T(test_bounds),
		T(test_filter),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
