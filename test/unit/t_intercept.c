#include "app/intercept.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "model/model.h"

#define BOTH	(HOOK_BIT(HOOK_request) | HOOK_BIT(HOOK_response) | \
	HOOK_BIT(HOOK_websocket_message) | HOOK_BIT(HOOK_tcp_message) | \
	HOOK_BIT(HOOK_udp_message) | HOOK_BIT(HOOK_dns_request) | \
	HOOK_BIT(HOOK_dns_response))

static int
make(void **state)
{
	struct model	*m = model_new();

	assert_int_equal(model_add_module(m, &intercept_module, NULL), 0);
	*state = m;
	return (0);
}

static int
unmake(void **state)
{
	model_free(*state);
	return (0);
}

static unsigned
decide(struct model *m, enum hook hook, const char *url,
    enum flow_replay replay, unsigned verdict)
{
	struct flow	*f = flow_new(FLOW_HTTP);
	struct hookcall	*call;

	f->replay = replay;
	f->live = strstr(url, "file") == NULL;
	flow_set_request(f, msg_request(SP("GET"), sp_of(url), NULL));
	call = hookcall_new(hook, f);
	call->verdict = verdict;
	model_module_decide(m, call);
	verdict = call->verdict;
	hookcall_free(call);
	return (verdict);
}

static void
test_filter_switches_it(void **state)
{
	struct model	*m = *state;
	struct filter	*f;
	struct why	 why;

	assert_int_equal(model_module_hooks(m, NULL), 0);
	assert_null(intercept_filter(m->opts));
	assert_int_equal(opts_set1(m->opts, "intercept", "~u held", NULL), 0);
	assert_true(opts_bool(m->opts, "intercept_active"));
	assert_int_equal(model_module_hooks(m, NULL), BOTH);
	f = intercept_filter(m->opts);
	assert_string_equal(filter_text(f), "~u held");
	filter_unref(f);
	assert_int_equal(opts_set1(m->opts, "intercept_active", "toggle",
	    NULL), 0);
	assert_int_equal(model_module_hooks(m, NULL), 0);
	assert_null(intercept_filter(m->opts));
	/* The same filter again means: on. */
	assert_int_equal(opts_set1(m->opts, "intercept", "~u held", NULL), 0);
	assert_int_equal(model_module_hooks(m, NULL), BOTH);
	assert_int_equal(opts_set1(m->opts, "intercept", "~u (", &why), -1);
	assert_non_null(strstr(why.text, "nvalid"));
	assert_int_equal(model_module_hooks(m, NULL), BOTH);
	assert_int_equal(opts_set1(m->opts, "intercept", "", NULL), 0);
	assert_false(opts_bool(m->opts, "intercept_active"));
	assert_int_equal(model_module_hooks(m, NULL), 0);
}

static void
test_deciding(void **state)
{
	struct model	*m = *state;

	assert_int_equal(decide(m, HOOK_request, "http://a.test/held",
	    REPLAY_NO, 0), 0);
	assert_int_equal(opts_set1(m->opts, "intercept", "~u held", NULL), 0);
	assert_int_equal(decide(m, HOOK_request, "http://a.test/held",
	    REPLAY_NO, 0), HV_INTERCEPT);
	assert_int_equal(decide(m, HOOK_response, "http://a.test/held",
	    REPLAY_NO, HV_RESPONSE), HV_INTERCEPT | HV_RESPONSE);
	assert_int_equal(decide(m, HOOK_request, "http://a.test/free",
	    REPLAY_NO, 0), 0);
	assert_int_equal(decide(m, HOOK_requestheaders,
	    "http://a.test/held", REPLAY_NO, 0), 0);
	assert_int_equal(decide(m, HOOK_request, "http://a.test/held",
	    REPLAY_REQUEST, 0), 0);
	assert_int_equal(decide(m, HOOK_request, "http://a.test/held",
	    REPLAY_NO, HV_KILL), HV_KILL);
	assert_int_equal(decide(m, HOOK_request, "http://file.test/held",
	    REPLAY_NO, 0), 0);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, make, unmake)

/* Of a conversation's messages each is judged for itself. */
static void
judge_messages(struct model *m, struct flow *f, enum hook hook)
{
	static const char *const texts[] = { "plain", "held", "plain again" };
	struct hookcall		*call;

	f->live = true;
	for (size_t i = 0; i < nitems(texts); i++) {
		frames_add(flow_messages(f), (struct frame){
		    .data = blob_of(sp_of(texts[i])) });
		call = hookcall_new(hook, flow_ref(f));
		model_module_decide(m, call);
		assert_int_equal(call->verdict, i == 1 ? HV_INTERCEPT : 0);
		hookcall_free(call);
	}
	flow_unref(f);
}

static void
test_messages(void **state)
{
	struct model	*m = *state;
	struct flow	*f = flow_new(FLOW_HTTP);

	assert_int_equal(opts_set1(m->opts, "intercept", "~b held", NULL), 0);
	flow_set_request(f, msg_request(SP("GET"), SP("http://a.test/"),
	    NULL));
	(void)flow_websocket(f);
	judge_messages(m, f, HOOK_websocket_message);
	judge_messages(m, flow_new(FLOW_TCP), HOOK_tcp_message);
	judge_messages(m, flow_new(FLOW_UDP), HOOK_udp_message);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		TEST(test_filter_switches_it),
		TEST(test_messages),
		TEST(test_deciding),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
