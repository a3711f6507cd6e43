#include "decidekit.h"

#include <stdlib.h>

extern const struct module	clientplay_module;

/* An engine that notes what it was to send, and a post box. */
struct bench {
	struct model	*m;
	struct flow	*sent[8];
	unsigned	 nsent;
	int		 refuse;	/* the next so many cannot be sent */
	void		(*fn)(void *);
	void		*arg;
};

static int
bench_replay(void *arg, struct flow *f, struct why *why)
{
	struct bench	*b = arg;

	if (b->refuse-- > 0)
		return ((fail)(why, ERR_CMD, "not now"));
	f->live = true;
	b->sent[b->nsent++] = f;
	return (0);
}

static const struct engine_ops bench_engine = { .replay = bench_replay };

static void
bench_post(void *post_arg, void (*fn)(void *), void *arg)
{
	struct bench	*b = post_arg;

	b->fn = fn;
	b->arg = arg;
}

static void
bench_turn(struct bench *b)
{
	void	(*fn)(void *) = b->fn;

	b->fn = NULL;
	if (fn != NULL)
		fn(b->arg);
}

static int
bench_read(struct model *m, const char *path, void (*each)(void *,
    struct flow *), void *arg, struct why *why)
{
	static const char *const urls[] = { "http://a.test/1",
		"http://a.test/2", "http://a.test/3" };
	struct flow	*f;

	(void)m;
	(void)path;
	(void)why;
	for (size_t i = 0; i < nitems(urls); i++) {
		f = decide_flow("GET", urls[i]);
		f->live = false;
		flow_set_response(f, msg_response(200, SPNIL, SPNIL));
		each(arg, f);
	}
	each(arg, flow_new(FLOW_TCP));		/* is skipped */
	return (0);
}

static void
bench_start(struct bench *b)
{
	memset(b, 0, sizeof(*b));
	b->m = decide_start(&clientplay_module);
	b->m->engine = &bench_engine;
	b->m->engine_arg = b->m->post_arg = b;
	b->m->post = bench_post;
	b->m->read_flows = bench_read;
}

static void
bench_done(struct bench *b, unsigned i)
{
	b->sent[i]->live = false;
	bus_fire(b->m->bus, BUS_FLOW_DONE, b->sent[i]);
	bench_turn(b);
}

static long long
bench_count(struct bench *b)
{
	struct cmd_res	res;
	long long	n;

	cmd_res_init(&res);
	assert_int_equal(cmds_run(b->m->cmds, "replay.client.count", &res,
	    NULL), 0);
	n = res.i;
	cmd_res_fini(&res);
	return (n);
}

static void
test_one_after_the_other(void **state)
{
	struct bench	b;

	(void)state;
	bench_start(&b);
	decide_set(b.m, "client_replay=file");
	assert_int_equal(store_n(b.m->store), 3);
	assert_int_equal(bench_count(&b), 3);
	bench_turn(&b);
	assert_int_equal(b.nsent, 1);
	assert_null(b.sent[0]->response);
	assert_int_equal(b.sent[0]->replay, REPLAY_REQUEST);
	bench_done(&b, 0);
	assert_int_equal(b.nsent, 2);
	assert_ptr_equal(b.sent[1], store_at(b.m->store, 1));
	bench_done(&b, 1);
	bench_done(&b, 2);
	assert_int_equal(bench_count(&b), 0);
	decide_end(b.m);
}

static void
test_all_at_once(void **state)
{
	struct bench	b;

	(void)state;
	bench_start(&b);
	decide_set(b.m, "client_replay_concurrency=-1");
	decide_set(b.m, "client_replay=file");
	bench_turn(&b);
	assert_int_equal(b.nsent, 3);
	bench_done(&b, 1);
	assert_int_equal(bench_count(&b), 2);
	decide_end(b.m);
}

static void
test_a_failure_does_not_stop_the_rest(void **state)
{
	struct bench	b;

	(void)state;
	bench_start(&b);
	b.refuse = 1;
	decide_set(b.m, "client_replay=file");
	bench_turn(&b);
	bench_turn(&b);
	assert_string_equal(store_at(b.m->store, 0)->error, "not now");
	assert_int_equal(b.nsent, 1);
	assert_ptr_equal(b.sent[0], store_at(b.m->store, 1));
	decide_end(b.m);
}

static void
test_stop(void **state)
{
	struct bench	b;
	struct cmd_res	res;

	(void)state;
	bench_start(&b);
	decide_set(b.m, "client_replay=file");
	bench_turn(&b);
	cmd_res_init(&res);
	assert_int_equal(cmds_run(b.m->cmds, "replay.client.stop", &res,
	    NULL), 0);
	cmd_res_fini(&res);
	assert_int_equal(bench_count(&b), 1);	/* what is under way */
	bench_done(&b, 0);
	assert_int_equal(b.nsent, 1);
	decide_end(b.m);
}

/* The model goes while a turn is still to come. */
static void
test_end_with_a_turn_to_come(void **state)
{
	struct bench	b;

	(void)state;
	bench_start(&b);
	decide_set(b.m, "client_replay=file");
	assert_non_null(b.fn);
	decide_end(b.m);
	bench_turn(&b);
	assert_int_equal(b.nsent, 0);
}

static void
test_concurrency_is_checked(void **state)
{
	struct bench	b;
	struct why	why;

	(void)state;
	bench_start(&b);
	assert_int_equal(opts_set_spec(b.m->opts,
	    "client_replay_concurrency=0", &why), -1);
	assert_non_null(strstr(why.text, "client_replay_concurrency"));
	decide_end(b.m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_after_the_other),
		cmocka_unit_test(test_all_at_once),
		cmocka_unit_test(test_a_failure_does_not_stop_the_rest),
		cmocka_unit_test(test_stop),
		cmocka_unit_test(test_end_with_a_turn_to_come),
		cmocka_unit_test(test_concurrency_is_checked),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
