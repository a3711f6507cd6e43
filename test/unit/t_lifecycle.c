#include "app/lifecycle.h"
#include "base/mem.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

/* A decider that writes down what it is asked, and answers when told. */
struct bench {
	struct model	*m;
	struct lifecycle *lc;
	char		 seen[400];
	struct hookcall	*asked;
	struct {			/* posted to main, in order */
		void	(*fn)(void *);
		void	*arg;
	}		 posts[8];
	unsigned	 nposts, done, idle;
};

static void
bench_take(void *arg, struct hookcall *c)
{
	struct bench	*b = arg;
	size_t		 n = strlen(b->seen);

	if (c->flow->type == FLOW_HTTP)
		(void)snprintf(b->seen + n, sizeof(b->seen) - n, "%.*s:%s ",
		    SPF(c->flow->request->head->path),
		    hook_name(c->hook));
	else
		(void)snprintf(b->seen + n, sizeof(b->seen) - n, "%s %zu ",
		    hook_name(c->hook), c->flow->frames.n);
	assert_null(b->asked);
	b->asked = c;
}

static void
bench_post(void *post_arg, void (*fn)(void *), void *arg)
{
	struct bench	*b = post_arg;

	assert_true(b->nposts < nitems(b->posts));
	b->posts[b->nposts].fn = fn;
	b->posts[b->nposts++].arg = arg;
}

/* Main has its turn. */
static void
bench_main(struct bench *b)
{
	unsigned	i;

	for (i = 0; i < b->nposts; i++)
		b->posts[i].fn(b->posts[i].arg);
	b->nposts = 0;
}

static void
bench_answer(struct bench *b, unsigned verdict)
{
	struct hookcall	*c = b->asked;

	b->asked = NULL;
	c->verdict |= verdict;
	hook_done(&b->m->hooks, c);
	bench_main(b);
}

static void
bench_on_done(void *arg, enum bus_event ev, void *what)
{
	struct bench	*b = arg;

	(void)ev;
	(void)what;
	b->done++;
}

static void
bench_on_idle(void *arg)
{
	struct bench	*b = arg;

	assert_int_equal(lifecycle_pending(b->lc), 0);
	b->idle++;
}

static void
bench_start(struct bench *b, hookbits wants)
{
	memset(b, 0, sizeof(*b));
	b->m = model_new();
	b->m->console = true;
	b->m->post = bench_post;
	b->m->post_arg = b;
	hooks_set(&b->m->hooks, DECIDE_SCRIPT, "test", bench_take, b);
	hooks_want(&b->m->hooks, DECIDE_SCRIPT, wants);
	bus_sub(b->m->bus, BUS_FLOW_DONE, bench_on_done, b);
	b->lc = lifecycle_new(b->m);
	lifecycle_on_idle(b->lc, bench_on_idle, b);
}

static void
bench_end(struct bench *b)
{
	lifecycle_free(b->lc);
	model_free(b->m);
	assert_int_equal(obj_total(), 0);
}

static void
bench_feed(struct bench *b, const char *path, bool answered)
{
	struct flow	*f = flow_new(FLOW_HTTP);
	char		 url[60];

	(void)snprintf(url, sizeof(url), "http://a.test%s", path);
	flow_set_request(f, msg_request(SP("GET"), sp_of(url), NULL));
	if (answered)
		flow_set_response(f, msg_response(200, SPNIL, SPNIL));
	else
		flow_set_error(f, "lost");
	lifecycle_feed(b->lc, f);
}

#define ALL	(HOOK_BIT(HOOK_requestheaders) | HOOK_BIT(HOOK_request) | \
	HOOK_BIT(HOOK_responseheaders) | HOOK_BIT(HOOK_response) | \
	HOOK_BIT(HOOK_error))

static void
test_nobody_wants_it(void **state)
{
	struct bench	b;

	(void)state;
	bench_start(&b, 0);
	bench_feed(&b, "/1", true);
	bench_feed(&b, "/2", false);
	assert_int_equal(store_n(b.m->store), 2);
	assert_int_equal(b.done, 2);
	assert_string_equal(b.seen, "");
	bench_end(&b);
}

static void
test_hooks_in_order(void **state)
{
	struct bench	b;

	(void)state;
	bench_start(&b, ALL);
	bench_feed(&b, "/1", true);
	bench_feed(&b, "/2", false);
	assert_int_equal(lifecycle_pending(b.lc), 2);
	while (b.asked != NULL)
		bench_answer(&b, 0);
	assert_string_equal(b.seen, "/1:requestheaders /1:request "
	    "/1:responseheaders /1:response /2:requestheaders /2:request "
	    "/2:error ");
	assert_int_equal(b.done, 2);
	assert_int_equal(b.idle, 1);
	assert_true(sp_is(store_at(b.m->store, 0)->request->head->path,
	    "/1"));
	bench_end(&b);
}

/* Each message is seen with those before it; what is made of it stays. */
static void
test_websocket(void **state)
{
	static const size_t	 n[] = { 0, 1, 2, 2 };
	struct flow		*f = flow_new(FLOW_HTTP);
	struct frames		*fs = &flow_websocket(f)->frames, *seen;
	struct bench		 b;

	(void)state;
	flow_set_request(f, msg_request(SP("GET"), SP("http://a.test/ws"),
	    NULL));
	frames_add(fs, (struct frame){ .data = blob_of(SP("one")) });
	frames_add(fs, (struct frame){ .data = blob_of(SP("two")) });
	flow_set_error(f, "lost");
	bench_start(&b, HOOK_BIT(HOOK_websocket_start) |
	    HOOK_BIT(HOOK_websocket_message) |
	    HOOK_BIT(HOOK_websocket_end) | HOOK_BIT(HOOK_error));
	lifecycle_feed(b.lc, flow_ref(f));
	for (size_t i = 0; i < nitems(n); i++) {
		seen = &b.asked->flow->websocket->frames;
		assert_int_equal(seen->n, n[i]);
		if (i == 1)
			frames_edit(seen, 0)->dropped = true;
		bench_answer(&b, 0);
	}
	assert_string_equal(b.seen, "/ws:websocket_start "
	    "/ws:websocket_message /ws:websocket_message "
	    "/ws:websocket_end ");
	assert_int_equal(b.done, 1);
	assert_true(frames_at(fs, 0)->dropped);
	assert_false(frames_at(fs, 1)->dropped);
	flow_unref(f);
	bench_end(&b);
}

/* Flows without a request: how many messages each of their points shows. */
static const struct raw {
	enum flow_type	 type;
	unsigned	 nmessages;
	const char	*error;
	const char	*points;
} raws[] = {
	{ FLOW_TCP, 2, NULL,
	    "tcp_start 0 tcp_message 1 tcp_message 2 tcp_end 2 " },
	{ FLOW_TCP, 1, "reset", "tcp_start 0 tcp_message 1 tcp_error 1 " },
	{ FLOW_TCP, 0, NULL, "tcp_start 0 tcp_end 0 " },
	{ FLOW_UDP, 2, NULL,
	    "udp_start 0 udp_message 1 udp_message 2 udp_end 2 " },
	{ FLOW_UDP, 0, "lost", "udp_start 0 udp_error 0 " },
	{ FLOW_DNS, 2, NULL, "dns_request 1 dns_response 2 " },
	{ FLOW_DNS, 1, "no answer", "dns_request 1 dns_error 1 " },
	{ FLOW_DNS, 1, NULL, "dns_request 1 " },
};

static struct flow *
raw_flow(const struct raw *r)
{
	struct flow	*f = flow_new(r->type);

	for (unsigned i = 0; i < r->nmessages; i++)
		frames_add(&f->frames, (struct frame){
		    .data = blob_of(SP("text")), .from_client = i == 0 });
	flow_set_error(f, r->error);
	return (f);
}

static void
test_raw(void **state)
{
	struct bench	b;

	(void)state;
	for (size_t i = 0; i < nitems(raws); i++) {
		bench_start(&b, ~(hookbits)0);
		lifecycle_feed(b.lc, raw_flow(&raws[i]));
		while (b.asked != NULL)
			bench_answer(&b, 0);
		assert_string_equal(b.seen, raws[i].points);
		assert_int_equal(b.done, 1);
		bench_end(&b);
	}
}

/* Each message's decider changes that message and no other. */
static void
test_raw_changes(void **state)
{
	struct bench	 b;
	struct frames	*fs;
	struct flow	*f;

	(void)state;
	for (size_t i = 0; i < nitems(raws); i += 5) {	/* TCP, DNS */
		bench_start(&b, HOOK_BIT(HOOK_tcp_message) |
		    HOOK_BIT(HOOK_dns_request) |
		    HOOK_BIT(HOOK_dns_response));
		f = raw_flow(&raws[i]);
		lifecycle_feed(b.lc, flow_ref(f));
		fs = &b.asked->flow->frames;
		frames_set_data(fs, 0, blob_of(SP("other")));
		bench_answer(&b, 0);
		frames_edit(&b.asked->flow->frames, 1)->dropped = true;
		bench_answer(&b, 0);
		assert_null(b.asked);
		assert_true(sp_is(blob_sp(frames_at(&f->frames, 0)->data),
		    "other"));
		assert_true(sp_is(blob_sp(frames_at(&f->frames, 1)->data),
		    "text"));
		assert_false(frames_at(&f->frames, 0)->dropped);
		assert_true(frames_at(&f->frames, 1)->dropped);
		flow_unref(f);
		bench_end(&b);
	}
}

static void
test_changes_are_taken(void **state)
{
	struct bench	b;
	struct flow	*f;

	(void)state;
	bench_start(&b, HOOK_BIT(HOOK_request));
	bench_feed(&b, "/1", false);
	assert_int_equal(store_n(b.m->store), 0);
	f = b.asked->flow;
	flow_set_response(f, msg_response(204, SPNIL, SPNIL));
	flow_set_comment(f, "seen");
	flow_set_meta(f, "k", "1");
	bench_answer(&b, HV_RESPONSE | HV_MARKS);
	f = store_at(b.m->store, 0);
	assert_int_equal(f->response->head->status, 204);
	assert_string_equal(f->comment, "seen");
	assert_string_equal(flow_get_meta(f, "k"), "1");
	bench_end(&b);
}

/* A verdict without its bit changes nothing. */
static void
test_unsaid_changes_are_not(void **state)
{
	struct bench	b;

	(void)state;
	bench_start(&b, HOOK_BIT(HOOK_request));
	bench_feed(&b, "/1", false);
	flow_set_response(b.asked->flow, msg_response(204, SPNIL, SPNIL));
	flow_set_comment(b.asked->flow, "seen");
	bench_answer(&b, 0);
	assert_null(store_at(b.m->store, 0)->response);
	assert_null(store_at(b.m->store, 0)->comment);
	bench_end(&b);
}

static void
test_freed_in_between(void **state)
{
	struct bench	b;

	(void)state;
	bench_start(&b, ALL);
	bench_feed(&b, "/1", true);
	bench_feed(&b, "/2", true);
	lifecycle_free(b.lc);
	b.lc = NULL;
	bench_answer(&b, 0);
	assert_int_equal(store_n(b.m->store), 0);
	bench_end(&b);
}

/* Where nobody looks at them flows are not kept. */
static void
test_no_screen(void **state)
{
	struct bench	b;

	(void)state;
	bench_start(&b, HOOK_BIT(HOOK_request));
	b.m->console = false;
	bench_feed(&b, "/1", false);
	bench_answer(&b, 0);
	assert_int_equal(b.done, 1);
	assert_int_equal(store_n(b.m->store), 0);
	bench_end(&b);
}

/* Whoever gives a call back has the next one at once, main's turn or not;
 * and who asks is told that main does not know all yet. */
static void
test_main_is_not_waited_for(void **state)
{
	struct bench	b;
	struct hookcall	*c;

	(void)state;
	bench_start(&b, HOOK_BIT(HOOK_request));
	bench_feed(&b, "/1", false);
	bench_feed(&b, "/2", false);
	bench_feed(&b, "/3", false);
	bench_answer(&b, 0);		/* the first goes alone */
	assert_string_equal(b.seen, "/1:request /2:request ");
	c = b.asked;
	b.asked = NULL;
	hook_done(&b.m->hooks, c);
	assert_string_equal(b.seen, "/1:request /2:request /3:request ");
	assert_true(hooks_are_ahead(&b.m->hooks));
	assert_int_equal(store_n(b.m->store), 1);
	bench_main(&b);
	assert_false(hooks_are_ahead(&b.m->hooks));
	assert_int_equal(store_n(b.m->store), 2);
	bench_answer(&b, 0);
	assert_int_equal(b.done, 3);
	assert_int_equal(b.idle, 1);
	bench_end(&b);
}

static void
bench_post_quietly(void *post_arg, void (*fn)(void *), void *arg)
{
	bench_post(post_arg, fn, arg);
}

static void
bench_feed_next(void *arg, enum bus_event ev, void *what)
{
	struct bench	*b = arg;

	(void)ev;
	(void)what;
	if (b->done < 3)
		bench_feed(b, "/next", false);
}

/* Who hears of a flow feeds the next one. */
static void
test_fed_from_its_end(void **state)
{
	struct bench	b;

	(void)state;
	bench_start(&b, HOOK_BIT(HOOK_request));
	b.m->post_quietly = bench_post_quietly;
	bus_sub(b.m->bus, BUS_FLOW_DONE, bench_feed_next, &b);
	bench_feed(&b, "/1", false);
	while (b.asked != NULL)
		bench_answer(&b, 0);
	assert_int_equal(b.done, 3);
	assert_int_equal(b.idle, 1);
	bench_end(&b);
}

/* The rest of a convoy whose owner is gone passes nobody any more. */
static void
test_freed_on_its_way(void **state)
{
	struct bench	b;

	(void)state;
	bench_start(&b, HOOK_BIT(HOOK_request));
	bench_feed(&b, "/1", false);
	bench_feed(&b, "/2", false);
	bench_feed(&b, "/3", false);
	bench_answer(&b, 0);
	lifecycle_free(b.lc);
	b.lc = NULL;
	bench_answer(&b, 0);
	assert_string_equal(b.seen, "/1:request /2:request ");
	bench_end(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nobody_wants_it),
		cmocka_unit_test(test_hooks_in_order),
		cmocka_unit_test(test_websocket),
		cmocka_unit_test(test_raw),
		cmocka_unit_test(test_raw_changes),
		cmocka_unit_test(test_changes_are_taken),
		cmocka_unit_test(test_unsaid_changes_are_not),
		cmocka_unit_test(test_freed_in_between),
		cmocka_unit_test(test_main_is_not_waited_for),
		cmocka_unit_test(test_fed_from_its_end),
		cmocka_unit_test(test_freed_on_its_way),
		cmocka_unit_test(test_no_screen),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
