#include "addonkit.h"

static void
test_switches(void **state)
{
	struct kit	 k;
	struct msg	*m;

	(void)state;
	kit_start(&k, (const char *const[]){ "anticache=true",
	    "anticomp=true", NULL });
	m = kit_request(&k, "GET", "http://a.test/");
	head_add(m->head, SP("If-None-Match"), SP("x"));
	head_add(m->head, SP("if-modified-since"), SP("y"));
	head_add(m->head, SP("Accept-Encoding"), SP("gzip"));
	head_add(m->head, SP("accept-encoding"), SP("br"));
	head_add(m->head, SP("Cache-Control"), SP("no-cache"));
	kit_run(&k, HOOK_requestheaders);
	assert_int_equal(k.verdict, HV_REQUEST);
	kit_has(k.flow->request, "if-none-match", NULL);
	kit_has(k.flow->request, "if-modified-since", NULL);
	kit_has(k.flow->request, "accept-encoding", "identity");
	assert_int_equal(head_count_tok(k.flow->request->head,
	    TOK_accept_encoding), 1);
	kit_has(k.flow->request, "cache-control", "no-cache");
	kit_end(&k);
}

static void
test_off_costs_nothing(void **state)
{
	struct kit	 k;

	(void)state;
	kit_start(&k, (const char *const[]){ "onboarding=false", NULL });
	assert_int_equal(addons_hooks(k.addons), 0);
	kit_end(&k);
}

static void
test_one_alone(void **state)
{
	struct kit	 k;
	struct msg	*m;

	(void)state;
	kit_start(&k, (const char *const[]){ "anticache=true", NULL });
	m = kit_request(&k, "GET", "http://a.test/");
	head_add(m->head, SP("Accept-Encoding"), SP("gzip"));
	kit_run(&k, HOOK_requestheaders);
	kit_has(k.flow->request, "accept-encoding", "gzip");
	kit_end(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_switches),
		cmocka_unit_test(test_off_costs_nothing),
		cmocka_unit_test(test_one_alone),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
