#include "addonkit.h"

static void
test_pages(void **state)
{
	static const struct {
		const char	*method, *url;
		int		 status;
		const char	*type, *body;	/* body NULL: any */
	} rows[] = {
		{ "GET", "http://weir.it/", 200,
		  "text/html; charset=utf-8", NULL },
		{ "GET", "http://MITM.it/", 200,
		  "text/html; charset=utf-8", NULL },
		{ "GET", "https://weir.it/?x", 200,
		  "text/html; charset=utf-8", NULL },
		{ "GET", "http://weir.it/cert/pem", 200,
		  "application/x-x509-ca-cert", "PEM bytes" },
		{ "GET", "http://weir.it:8080/cert/p12", 200,
		  "application/x-pkcs12", "P12 bytes" },
		{ "HEAD", "http://weir.it/cert/pem", 200,
		  "application/x-x509-ca-cert", "" },
		{ "GET", "http://weir.it/cert/cer", 404, "text/plain",
		  NULL },
		{ "GET", "http://weir.it/no", 404, "text/plain", NULL },
	};
	struct kit	k;

	(void)state;
	kit_start(&k, (const char *const[]){ NULL });
	for (size_t i = 0; i < nitems(rows); i++) {
		(void)kit_request(&k, rows[i].method, rows[i].url);
		kit_run(&k, HOOK_requestheaders);
		assert_int_equal(k.verdict, HV_RESPONSE);
		assert_int_equal(k.flow->response->head->status,
		    rows[i].status);
		kit_has(k.flow->response, "content-type", rows[i].type);
		if (rows[i].body != NULL)
			kit_body_is(k.flow->response, rows[i].body);
	}
	(void)kit_request(&k, "GET", "http://weir.it/cert/pem");
	kit_run(&k, HOOK_requestheaders);
	kit_has(k.flow->response, "content-disposition",
	    "attachment; filename=weir-ca-cert.pem");
	kit_end(&k);
}

static void
test_head_has_the_length(void **state)
{
	struct kit	k;

	(void)state;
	kit_start(&k, (const char *const[]){ NULL });
	(void)kit_request(&k, "HEAD", "http://weir.it/cert/pem");
	kit_run(&k, HOOK_requestheaders);
	kit_has(k.flow->response, "content-length", "9");
	kit_end(&k);
}

static void
test_names(void **state)
{
	struct kit	k;

	(void)state;
	kit_start(&k, (const char *const[]){ "onboarding_host=my.test",
	    NULL });
	assert_true(addons_is_ours(k.addons, SP("my.test")));
	assert_true(addons_is_ours(k.addons, SP("mitm.it")));
	assert_false(addons_is_ours(k.addons, SP("weir.it")));
	assert_false(addons_is_ours(k.addons, SP("a.test")));
	(void)kit_request(&k, "GET", "http://a.test/");
	kit_run(&k, HOOK_requestheaders);
	assert_null(k.flow->response);
	kit_end(&k);
	kit_start(&k, (const char *const[]){ "onboarding=false", NULL });
	assert_false(addons_is_ours(k.addons, SP("mitm.it")));
	kit_end(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pages),
		cmocka_unit_test(test_head_has_the_length),
		cmocka_unit_test(test_names),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
