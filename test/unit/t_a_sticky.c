#include "decidekit.h"

extern const struct module	sticky_module;

static void
answer(struct model *m, const char *url, const char *set_cookie)
{
	struct flow	*f = decide_flow("GET", url);
	struct msg	*r = msg_response(200, SPNIL, SPNIL);

	head_add(r->head, SP("Set-Cookie"), sp_of(set_cookie));
	flow_set_response(f, r);
	hookcall_free(decide_call(m, HOOK_responseheaders, f));
}

static void
test_cookies(void **state)
{
	struct model	*m = decide_start(&sticky_module);

	(void)state;
	assert_int_equal(model_module_hooks(m, NULL), 0);
	decide_set(m, "stickycookie=~u /st");
	answer(m, "http://a.test/st/login", "sid=1; Path=/st");
	answer(m, "http://a.test/st/login", "other=2; Path=/");
	decide_header(m, "http://a.test/st/page", "cookie",
	    "sid=1; other=2");
	decide_header(m, "http://a.test/no", "cookie", NULL);
	decide_header(m, "http://a.test:81/st/page", "cookie", NULL);
	decide_header(m, "http://b.test/st/page", "cookie", NULL);
	decide_header(m, "http://x.a.test/st/page", "cookie", NULL);
	/* a new value takes the old one's place */
	answer(m, "http://a.test/", "sid=9; path=/st");
	decide_header(m, "http://a.test/st", "cookie", "sid=9; other=2");
	decide_end(m);
}

static void
test_domains(void **state)
{
	struct model	*m = decide_start(&sticky_module);

	(void)state;
	decide_set(m, "stickycookie=.*");
	answer(m, "http://www.a.test/", "d=1; Domain=.a.test");
	decide_header(m, "http://b.a.test/", "cookie", "d=1");
	decide_header(m, "http://ba.test/", "cookie", NULL);
	/* not for others, and not for addresses with the same tail */
	answer(m, "http://evil.test/", "d=2; Domain=a.test");
	decide_header(m, "http://a.test/", "cookie", "d=1");
	answer(m, "http://10.0.0.1/", "n=1; Domain=0.0.1");
	decide_header(m, "http://9.0.0.1/", "cookie", NULL);
	decide_end(m);
}

static void
test_expiry(void **state)
{
	static const char *const ends[] = {
		"s=; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
		"s=; Max-Age=0", "s=; max-age=-1" };
	struct model	*m = decide_start(&sticky_module);

	(void)state;
	decide_set(m, "stickycookie=.*");
	for (size_t i = 0; i < nitems(ends); i++) {
		answer(m, "http://a.test/", "s=1");
		decide_header(m, "http://a.test/x", "cookie", "s=1");
		answer(m, "http://a.test/", ends[i]);
		decide_header(m, "http://a.test/x", "cookie", NULL);
	}
	/* Max-Age wins over Expires, RFC 6265 5.3 */
	answer(m, "http://a.test/", "s=1; Max-Age=60; "
	    "Expires=Thu, 01 Jan 1970 00:00:00 GMT");
	decide_header(m, "http://a.test/x", "cookie", "s=1");
	decide_end(m);
}

static void
test_logins(void **state)
{
	struct model	*m = decide_start(&sticky_module);
	struct flow	*f;
	struct msg	*r;

	(void)state;
	decide_set(m, "stickyauth=~u /st");
	f = decide_flow("GET", "http://a.test/in");
	r = msg_dup(f->request);
	head_add(r->head, SP("Authorization"), SP("Basic eHg="));
	flow_set_request(f, r);
	hookcall_free(decide_call(m, HOOK_requestheaders, f));
	decide_header(m, "http://a.test/st/b", "authorization",
	    "Basic eHg=");
	decide_header(m, "http://a.test/other", "authorization", NULL);
	decide_header(m, "http://b.test/st/b", "authorization", NULL);
	decide_end(m);
}

/* A flow from a file is history, not a request to be changed. */
static void
test_dead_flows(void **state)
{
	struct model	*m = decide_start(&sticky_module);
	struct hookcall	*c;
	struct flow	*f;

	(void)state;
	decide_set(m, "stickycookie=.*");
	answer(m, "http://a.test/", "s=1");
	f = decide_flow("GET", "http://a.test/");
	f->live = false;
	c = decide_call(m, HOOK_requestheaders, f);
	assert_int_equal(c->verdict, 0);
	hookcall_free(c);
	decide_end(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cookies),
		cmocka_unit_test(test_domains),
		cmocka_unit_test(test_expiry),
		cmocka_unit_test(test_logins),
		cmocka_unit_test(test_dead_flows),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
