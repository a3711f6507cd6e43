#include "addonkit.h"

#include "addon/basic.h"
#include "addon/login.h"

/* A request with this login in this header. */
static void
ask(struct kit *k, const char *header, const char *login, enum hook h)
{
	struct msg	*m = kit_request(k, "GET", "http://a.test/");
	struct str	 value;

	str_init(&value, 1000);
	if (login != NULL) {
		basic_put(&value, sp_of(login));
		head_add(m->head, sp_of(header), str_sp(&value));
	}
	str_fini(&value);
	kit_run(k, h);
}

static void
test_one_login(void **state)
{
	static const struct {
		const char	*header, *login;
		bool		 passes;
	} rows[] = {
		{ "Proxy-Authorization", "user:a:b", true },
		{ "proxy-authorization", "user:a:b", true },
		{ "Proxy-Authorization", "user:a", false },
		{ "Proxy-Authorization", "user", false },
		{ "Proxy-Authorization", "user:a:bc", false },
		{ "Proxy-Authorization", ":", false },
		{ "Authorization", "user:a:b", false },
		{ NULL, NULL, false },
	};
	struct kit	k;

	(void)state;
	kit_start(&k, (const char *const[]){ "proxyauth=user:a:b", NULL });
	for (size_t i = 0; i < nitems(rows); i++) {
		ask(&k, rows[i].header, rows[i].login, HOOK_requestheaders);
		if (rows[i].passes) {
			assert_null(k.flow->response);
			assert_true(k.verdict & HV_REQUEST);
			/* It is a secret between client and us. */
			kit_has(k.flow->request, "proxy-authorization",
			    NULL);
			assert_string_equal(flow_get_meta(k.flow,
			    "proxyauth"), "[\"user\", \"a:b\"]");
			continue;
		}
		assert_int_equal(k.flow->response->head->status, 407);
		kit_has(k.flow->response, "proxy-authenticate",
		    "Basic realm=\"weir\"");
	}
	kit_end(&k);
}

static void
test_broken_headers(void **state)
{
	static const char *const values[] = { "Basic ***", "Digest x",
		"Basic", "", "Basic dXNlcg==" };
	struct kit	 k;
	struct msg	*m;

	(void)state;
	kit_start(&k, (const char *const[]){ "proxyauth=any", NULL });
	for (size_t i = 0; i < nitems(values); i++) {
		m = kit_request(&k, "GET", "http://a.test/");
		head_add(m->head, SP("Proxy-Authorization"),
		    sp_of(values[i]));
		kit_run(&k, HOOK_requestheaders);
		assert_non_null(k.flow->response);
	}
	ask(&k, "Proxy-Authorization", "who:ever", HOOK_requestheaders);
	assert_null(k.flow->response);
	kit_end(&k);
}

/* A login with CONNECT holds for all that is inside the tunnel. */
static void
test_connect_is_enough(void **state)
{
	struct kit	k;

	(void)state;
	kit_start(&k, (const char *const[]){ "proxyauth=u:p", NULL });
	ask(&k, "Proxy-Authorization", "u:p", HOOK_http_connect);
	assert_true(k.verdict & AV_TRUSTED);
	(void)kit_request(&k, "GET", "https://a.test/");
	k.verdict = AV_TRUSTED;
	addons_run(k.addons, HOOK_requestheaders, k.flow, &k.verdict);
	assert_null(k.flow->response);
	ask(&k, NULL, NULL, HOOK_http_connect);
	assert_false(k.verdict & AV_TRUSTED);
	assert_int_equal(k.flow->response->head->status, 407);
	kit_end(&k);
}

static void
set_mode(struct flow *f, const char *mode)
{
	struct conn	*c = conn_new(false);

	conn_set(&c->mode, mode);
	flow_set_client(f, c);
}

static void
test_reverse_asks_as_a_server(void **state)
{
	struct kit	 k;
	struct msg	*m;

	(void)state;
	kit_start(&k, (const char *const[]){ "proxyauth=u:p", NULL });
	(void)kit_request(&k, "GET", "http://a.test/");
	set_mode(k.flow, "reverse:http://b.test");
	kit_run(&k, HOOK_requestheaders);
	assert_int_equal(k.flow->response->head->status, 401);
	kit_has(k.flow->response, "www-authenticate",
	    "Basic realm=\"weir\"");
	m = kit_request(&k, "GET", "http://a.test/");
	head_add(m->head, SP("Authorization"), SP("Basic dTpw"));
	set_mode(k.flow, "reverse:http://b.test");
	kit_run(&k, HOOK_requestheaders);
	assert_null(k.flow->response);
	kit_has(k.flow->request, "authorization", NULL);
	/* the other header is not ours, whatever it says */
	m = kit_request(&k, "GET", "http://a.test/");
	head_add(m->head, SP("Proxy-Authorization"), SP("Basic dTpw"));
	head_add(m->head, SP("Authorization"), SP("Basic dTpx"));
	set_mode(k.flow, "reverse:http://b.test");
	kit_run(&k, HOOK_requestheaders);
	assert_int_equal(k.flow->response->head->status, 401);
	kit_end(&k);
}

/* Who cannot be judged is not asked for another password. */
static void
test_not_judged(void **state)
{
	static const struct {
		enum login_is	 is;
		const char	*text;
	} rows[] = {
		{ LOGIN_BUSY, "Too many logins wait" },
		{ LOGIN_DOWN, "does not answer" },
		{ LOGIN_UNKNOWN, "cannot be judged" },
	};
	struct kit	k;
	struct msg	*m;

	(void)state;
	kit_start(&k, (const char *const[]){ "proxyauth=u:p", NULL });
	for (size_t i = 0; i < nitems(rows); i++) {
		m = kit_request(&k, "GET", "http://a.test/");
		head_add(m->head, SP("Proxy-Authorization"),
		    SP("Basic dTpw"));
		k.verdict = AV_LOGIN(rows[i].is);
		addons_run(k.addons, HOOK_requestheaders, k.flow, &k.verdict);
		assert_int_equal(k.flow->response->head->status, 503);
		kit_has(k.flow->response, "proxy-authenticate", NULL);
		assert_true(sp_search(chain_at(&k.flow->response->body, 0),
		    sp_of(rows[i].text)) != -1);
	}
	kit_end(&k);
}

/* As a proxy is asked: with the whole URL. */
static void
set_absolute(struct flow *f)
{
	struct head	*h = f->request->head;

	head_set_url(h, h->scheme, SP("a.test"), h->host, h->port, h->path);
}

static void
test_upstream(void **state)
{
	struct kit	k;

	(void)state;
	kit_start(&k, (const char *const[]){ "upstream_auth=u:p", NULL });
	assert_string_equal(addons_upstream_auth(k.addons), "Basic dTpw");
	(void)kit_request(&k, "GET", "http://a.test/");
	set_mode(k.flow, "upstream:http://p.test:3128");
	set_absolute(k.flow);
	kit_run(&k, HOOK_requestheaders);
	kit_has(k.flow->request, "proxy-authorization", "Basic dTpw");
	/* through a tunnel the proxy has its login already */
	(void)kit_request(&k, "GET", "http://a.test/");
	set_mode(k.flow, "upstream:http://p.test:3128");
	kit_run(&k, HOOK_requestheaders);
	assert_int_equal(k.verdict, 0);
	(void)kit_request(&k, "GET", "https://a.test/");
	set_mode(k.flow, "upstream:http://p.test:3128");
	kit_run(&k, HOOK_requestheaders);
	assert_int_equal(k.verdict, 0);
	(void)kit_request(&k, "GET", "http://a.test/");
	set_mode(k.flow, "reverse:http://b.test");
	kit_run(&k, HOOK_requestheaders);
	kit_has(k.flow->request, "authorization", "Basic dTpw");
	(void)kit_request(&k, "GET", "http://a.test/");
	kit_run(&k, HOOK_requestheaders);
	assert_int_equal(k.verdict, 0);
	kit_end(&k);
}

static void
test_refused(void **state)
{
	(void)state;
	kit_refused("proxyauth", "nocolon", "nocolon");
	kit_refused("proxyauth", "@/no/such/users", "/no/such/users");
	kit_refused("proxyauth", "ldap:host:dn:pw", "ldap");
	kit_refused("upstream_auth", "nocolon", "nocolon");
	kit_refused("upstream_auth", ":p", ":p");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_login),
		cmocka_unit_test(test_broken_headers),
		cmocka_unit_test(test_connect_is_enough),
		cmocka_unit_test(test_reverse_asks_as_a_server),
		cmocka_unit_test(test_not_judged),
		cmocka_unit_test(test_upstream),
		cmocka_unit_test(test_refused),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
