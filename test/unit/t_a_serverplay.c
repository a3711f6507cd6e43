#include "decidekit.h"

#include "base/date.h"

extern const struct module	serverplay_module;

/* What a flow file would hold: GET url answered with body. */
static const struct {
	const char	*url, *body;
} recorded[] = {
	{ "http://gone.test/a", "first" },
	{ "http://gone.test/a", "second" },
	{ "http://gone.test/b?x=1", "bee" },
};

static int
read_flows(struct model *m, const char *path, void (*each)(void *,
    struct flow *), void *arg, struct why *why)
{
	struct flow	*f;

	(void)m;
	if (strcmp(path, "none") == 0)
		return ((fail)(why, ERR_FILE, "none: no such file"));
	for (size_t i = 0; i < nitems(recorded); i++) {
		f = decide_flow("GET", recorded[i].url);
		f->live = false;
		flow_set_response(f, msg_response(200, SPNIL,
		    sp_of(recorded[i].body)));
		each(arg, f);
	}
	each(arg, flow_new(FLOW_TCP));
	return (0);
}

static struct model *
start(const char *option)
{
	struct model	*m = decide_start(&serverplay_module);

	m->read_flows = read_flows;
	if (option != NULL)
		decide_set(m, option);
	decide_set(m, "server_replay=file");
	return (m);
}

/* want NULL: not answered; "!": killed; a number: this status. */
static void
ask(struct model *m, const char *url, const char *want)
{
	struct hookcall	*c;
	struct blob	*b;
	uint64_t	 status;

	c = decide_call(m, HOOK_request, decide_flow("GET", url));
	if (want == NULL)
		assert_int_equal(c->verdict, 0);
	else if (want[0] == '!')
		assert_int_equal(c->verdict, HV_KILL);
	else if (sp_u64(sp_of(want), &status) == 0)
		assert_int_equal(c->flow->response->head->status, status);
	else {
		assert_int_equal(c->verdict, HV_RESPONSE);
		assert_int_equal(c->flow->replay, REPLAY_RESPONSE);
		b = msg_body(c->flow->response);
		assert_true(sp_is(blob_sp(b), want));
		blob_unref(b);
	}
	hookcall_free(c);
}

static void
test_order(void **state)
{
	struct model	*m = start(NULL);
	struct cmd_res	 res;

	(void)state;
	ask(m, "http://gone.test/a", "first");
	ask(m, "http://gone.test/b?x=2", NULL);
	ask(m, "http://gone.test/a", "second");
	ask(m, "http://gone.test/a", NULL);
	cmd_res_init(&res);
	assert_int_equal(cmds_run(m->cmds, "replay.server.count", &res,
	    NULL), 0);
	assert_int_equal(res.i, 1);
	cmd_res_fini(&res);
	ask(m, "http://gone.test/b?x=1", "bee");
	decide_end(m);
}

static void
test_extra(void **state)
{
	static const struct {
		const char	*option, *want;
	} rows[] = {
		{ "server_replay_extra=kill", "!" },
		{ "server_replay_extra=404", "404" },
		{ "server_replay_kill_extra=true", "!" },
		{ NULL, NULL },
	};
	struct model	*m;

	(void)state;
	for (size_t i = 0; i < nitems(rows); i++) {
		m = start(rows[i].option);
		ask(m, "http://gone.test/none", rows[i].want);
		ask(m, "http://gone.test/a", "first");
		ask(m, "http://gone.test/a", "second");
		ask(m, "http://gone.test/b?x=1", "bee");
		/* also when nothing recorded is left */
		ask(m, "http://gone.test/a", rows[i].want);
		decide_end(m);
	}
}

static void
test_reuse_and_rules(void **state)
{
	struct model	*m = start("server_replay_reuse=true");

	(void)state;
	for (unsigned i = 0; i < 3; i++)
		ask(m, "http://gone.test/a", "first");
	ask(m, "http://else.test/a", NULL);
	decide_set(m, "server_replay_ignore_host=true");
	ask(m, "http://else.test/a", "first");
	ask(m, "http://else.test/b?x=2", NULL);
	decide_set(m, "server_replay_ignore_params=x");
	ask(m, "http://else.test/b?x=2", "bee");
	decide_end(m);
}

static void
test_refresh(void **state)
{
	struct model	*m = decide_start(&serverplay_module);
	struct flow	*f = decide_flow("GET", "http://d.test/");
	struct msg	*r = msg_response(200, SPNIL, SPNIL);
	struct hookcall	*c;
	struct cmd_res	 res;
	double		 then = 1600000000, got;
	char		 text[32];

	(void)state;
	date_http(then, text);
	head_add(r->head, SP("Date"), sp_of(text));
	date_http(then + 3600, text);
	head_add(r->head, SP("Expires"), sp_of(text));
	head_add(r->head, SP("Set-Cookie"), SP("a=1; Path=/; "
	    "Expires=Sun, 13 Sep 2020 13:26:40 GMT"));
	head_add(r->head, SP("Last-Modified"), SP("no date"));
	r->t_start = then;
	flow_set_response(f, r);
	f->live = false;
	store_add(m->store, f);
	flow_unref(f);
	cmd_res_init(&res);
	assert_int_equal(cmds_run(m->cmds, "replay.server @all", &res,
	    NULL), 0);
	cmd_res_fini(&res);
	c = decide_call(m, HOOK_request, decide_flow("GET",
	    "http://d.test/"));
	assert_int_equal(c->verdict, HV_RESPONSE);
	assert_int_equal(date_parse_http(head_get(c->flow->response->head,
	    "date"), &got), 0);
	assert_true(got > date_now() - 60 && got < date_now() + 60);
	assert_int_equal(date_parse_http(head_get(c->flow->response->head,
	    "expires"), &got), 0);
	assert_true(got > date_now() + 3540 && got < date_now() + 3660);
	assert_true(sp_is(head_get(c->flow->response->head,
	    "last-modified"), "no date"));
	assert_true(sp_search(head_get(c->flow->response->head,
	    "set-cookie"), SP("2020")) == -1);
	hookcall_free(c);
	decide_end(m);
}

static void
test_bad_file(void **state)
{
	struct model	*m = decide_start(&serverplay_module);
	struct why	 why;

	(void)state;
	m->read_flows = read_flows;
	assert_int_equal(opts_set_spec(m->opts, "server_replay=none", &why),
	    -1);
	assert_non_null(strstr(why.text, "no such file"));
	ask(m, "http://gone.test/a", NULL);
	decide_end(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_extra),
		cmocka_unit_test(test_reuse_and_rules),
		cmocka_unit_test(test_refresh),
		cmocka_unit_test(test_bad_file),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
