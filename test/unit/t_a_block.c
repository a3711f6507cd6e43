#include "addonkit.h"

static void
test_rows(void **state)
{
	/* option, URL, does the answer come, status (0: killed) */
	static const struct row {
		const char	*rule, *url;
		bool		 hit;
		int		 status;
	} rows[] = {
		{ "block_list=/~u bad/403", "http://a.test/bad", true, 403 },
		{ "block_list=/~u bad/403", "http://a.test/good", false, 0 },
		{ "block_list=|~u /x/y|410", "http://a.test/x/y", true, 410 },
		{ "block_list=/~u bad/444", "http://a.test/bad", true, 0 },
	};
	struct kit	k;

	(void)state;
	for (size_t i = 0; i < nitems(rows); i++) {
		kit_start(&k, (const char *const[]){ rows[i].rule, NULL });
		(void)kit_request(&k, "GET", rows[i].url);
		kit_run(&k, HOOK_requestheaders);
		assert_null(k.flow->response);
		kit_run(&k, HOOK_request);
		if (!rows[i].hit)
			assert_int_equal(k.verdict, 0);
		else if (rows[i].status == 0)
			assert_true(k.verdict & HV_KILL);
		else {
			assert_true(k.verdict & HV_RESPONSE);
			assert_int_equal(k.flow->response->head->status,
			    rows[i].status);
			assert_int_equal(k.flow->response->body_len, 0);
			kit_has(k.flow->response, "Server", "weir");
			assert_string_equal(flow_get_meta(k.flow,
			    "blocklisted"), "true");
		}
		kit_end(&k);
	}
}

static void
test_last_rule_wins(void **state)
{
	struct kit	k;

	(void)state;
	kit_start(&k, (const char *const[]){ "block_list=/~u a/403",
	    "block_list=/~u b/404", NULL });
	(void)kit_request(&k, "GET", "http://x.test/ab");
	kit_run(&k, HOOK_request);
	assert_int_equal(k.flow->response->head->status, 404);
	kit_end(&k);
}

static void
test_answered_flows_are_left_alone(void **state)
{
	struct kit	k;

	(void)state;
	kit_start(&k, (const char *const[]){ "block_list=/~u ./403", NULL });
	(void)kit_request(&k, "GET", "http://x.test/");
	(void)kit_response(&k, 200, "text/plain", "mine");
	kit_run(&k, HOOK_request);
	assert_int_equal(k.verdict, 0);
	assert_int_equal(k.flow->response->head->status, 200);
	kit_end(&k);
}

static void
test_refused(void **state)
{
	(void)state;
	kit_refused("block_list", "/~q/abc", "abc");
	kit_refused("block_list", "/~q", "/~q");
	kit_refused("block_list", "/~zz/403", "~zz");
	kit_refused("block_list", "/~q/403/x", "too many");
	kit_refused("block_list", "/~q/99", "99");
}

static void
test_who_may_connect(void **state)
{
	static const struct {
		const char	*host;
		bool		 by_default, private_too;
	} rows[] = {
		{ "127.0.0.1", true, true },
		{ "127.9.9.9", true, true },
		{ "::1", true, true },
		{ "::ffff:127.0.0.1", true, true },
		{ "10.1.2.3", true, false },
		{ "172.16.0.1", true, false },
		{ "172.32.0.1", false, false },
		{ "192.168.3.4", true, false },
		{ "::ffff:192.168.3.4", true, false },
		{ "fe80::1%eth0", true, false },
		{ "fd00::1", true, false },
		{ "8.8.8.8", false, false },
		{ "::ffff:8.8.8.8", false, false },
		{ "2001:4860::8888", false, false },
	};
	struct conn	*c;
	struct kit	 k, p;
	struct why	 why;

	(void)state;
	kit_start(&k, (const char *const[]){ NULL });
	kit_start(&p, (const char *const[]){ "block_private=true", NULL });
	for (size_t i = 0; i < nitems(rows); i++) {
		c = conn_new(false);
		conn_set_place(&c->peer, rows[i].host, 1);
		if (addons_admit(k.addons, c, &why) != rows[i].by_default ||
		    addons_admit(p.addons, c, &why) != rows[i].private_too)
			fail_msg("%s", rows[i].host);
		conn_unref(c);
	}
	addons_unref(p.addons);
	opts_free(p.opts);
	kit_end(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_last_rule_wins),
		cmocka_unit_test(test_answered_flows_are_left_alone),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_who_may_connect),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
