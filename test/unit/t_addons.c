#include "addonkit.h"

/* Who refuses comes before who answers and who rewrites. */
static void
test_order(void **state)
{
	struct kit	k;

	(void)state;
	kit_start(&k, (const char *const[]){ "proxyauth=u:p",
	    "block_list=/./403", "modify_headers=/~q/X-A/b",
	    "map_remote=|a.test|b.test", NULL });
	(void)kit_request(&k, "GET", "http://weir.it/");
	kit_run(&k, HOOK_requestheaders);
	assert_int_equal(k.flow->response->head->status, 407);
	kit_has(k.flow->request, "x-a", NULL);
	kit_run(&k, HOOK_request);
	assert_int_equal(k.flow->response->head->status, 407);
	kit_end(&k);
}

static void
test_kill_ends_it(void **state)
{
	struct kit	k;

	(void)state;
	kit_start(&k, (const char *const[]){ "block_list=/./444",
	    "map_remote=|a.test|b.test", NULL });
	(void)kit_request(&k, "GET", "http://a.test/");
	kit_run(&k, HOOK_request);
	assert_int_equal(k.verdict, HV_KILL | HV_MARKS);
	kit_has(k.flow->request, "host", "a.test");
	kit_end(&k);
}

/* A hook that nobody asked for changes nothing, whatever the flow is. */
static void
test_other_hooks(void **state)
{
	struct kit	k;

	(void)state;
	kit_start(&k, (const char *const[]){ "modify_body=/a/b",
	    "modify_headers=/X/y", "map_remote=|a|b", "anticomp=true",
	    "map_local=|no|/", NULL });
	(void)kit_request(&k, "GET", "http://a.test/");
	for (unsigned h = 0; h < HOOK_N; h++)
		if ((addons_hooks(k.addons) & HOOK_BIT(h)) == 0) {
			kit_run(&k, (enum hook)h);
			assert_int_equal(k.verdict, 0);
		}
	kit_end(&k);
}

/* What one has compiled stays as it was when the options move on. */
static void
test_frozen(void **state)
{
	struct addons	*old;
	struct kit	 k;

	(void)state;
	kit_start(&k, (const char *const[]){ "modify_headers=/X/old",
	    NULL });
	old = addons_ref(k.addons);
	assert_int_equal(opts_set1(k.opts, "modify_headers", "/X/new",
	    NULL), 0);
	addons_unref(k.addons);
	k.addons = addons_new(k.opts, NULL, NULL);
	(void)kit_request(&k, "GET", "http://a.test/");
	addons_run(old, HOOK_requestheaders, k.flow, &k.verdict);
	kit_has(k.flow->request, "x", "old");
	kit_run(&k, HOOK_requestheaders);
	kit_has(k.flow->request, "x", "new");
	addons_unref(old);
	kit_end(&k);
}

/* A file that was there when the option was set may be gone later. */
static void
test_cannot_be_made(void **state)
{
	static const char	path[] = "t_addons.users";
	struct kit		k;
	struct why		why;

	(void)state;
	(void)kit_file(path, "a:{SHA}x\n");
	kit_start(&k, (const char *const[]){ "proxyauth=@t_addons.users",
	    NULL });
	assert_int_equal(remove(path), 0);
	assert_null(addons_new(k.opts, NULL, &why));
	assert_non_null(strstr(why.text, path));
	kit_end(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_kill_ends_it),
		cmocka_unit_test(test_other_hooks),
		cmocka_unit_test(test_frozen),
		cmocka_unit_test(test_cannot_be_made),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
