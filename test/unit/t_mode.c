#include "proxy/mode.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

static void
test_good(void **state)
{
	static const struct {
		const char	*spec;
		enum mode_kind	 kind;
		const char	*scheme, *host;
		int		 port;
		const char	*listen_host;
		int		 listen_port;
	} rows[] = {
		{ "regular", MODE_REGULAR, NULL, NULL, 0, NULL, -1 },
		{ "REGULAR@8081", MODE_REGULAR, NULL, NULL, 0, NULL, 8081 },
		{ "regular@127.0.0.1:0", MODE_REGULAR, NULL, NULL, 0,
		    "127.0.0.1", 0 },
		{ "socks5@[::1]:1081", MODE_SOCKS5, NULL, NULL, 0, "::1",
		    1081 },
		{ "reverse:a.test", MODE_REVERSE, "https", "a.test", 443,
		    NULL, -1 },
		{ "reverse:http://a.test/", MODE_REVERSE, "http", "a.test",
		    80, NULL, -1 },
		{ "reverse:tcp://[::1]:7@9", MODE_REVERSE, "tcp", "::1", 7,
		    NULL, 9 },
		{ "upstream:http://p.test:3128", MODE_UPSTREAM, "http",
		    "p.test", 3128, NULL, -1 },
		{ "transparent", MODE_TRANSPARENT, NULL, NULL, 0, NULL, -1 },
		{ "dns", MODE_DNS, NULL, NULL, 0, NULL, -1 },
		{ "dns@127.0.0.1:5353", MODE_DNS, NULL, NULL, 0,
		    "127.0.0.1", 5353 },
		{ "reverse:udp://game.test:27015@0", MODE_REVERSE, "udp",
		  "game.test", 27015, NULL, 0 },
		{ "reverse:dns://ns.test", MODE_REVERSE, "dns", "ns.test",
		    53, NULL, -1 },
	};
	struct mode	*m;
	struct why	 why;
	size_t		 i;

	(void)state;
	for (i = 0; i < nitems(rows); i++) {
		m = mode_parse(rows[i].spec, &why);
		if (m == NULL)
			fail_msg("%s: %s", rows[i].spec, why.text);
		assert_int_equal(m->kind, rows[i].kind);
		assert_true(sp_eq(sp_of(m->scheme), sp_of(rows[i].scheme)));
		assert_true(sp_eq(sp_of(m->host), sp_of(rows[i].host)));
		assert_int_equal(m->port, rows[i].port);
		assert_true(sp_eq(sp_of(m->listen_host),
		    sp_of(rows[i].listen_host)));
		assert_int_equal(m->listen_port, rows[i].listen_port);
		assert_string_equal(m->spec, rows[i].spec);
		mode_unref(m);
	}
	mode_unref(NULL);
}

static void
test_bad(void **state)
{
	static const struct {
		const char	*spec, *words;
	} rows[] = {
		{ "", "unknown mode" }, { "regualr", "unknown mode" },
		{ "regular:x", "takes no" }, { "regular@x", "not a port" },
		{ "regular@65536", "not a port" }, { "regular@", "port" },
		{ "reverse:", "server is missing" },
		{ "reverse:http://", "server is missing" },
		{ "reverse:gopher://x:1", "unknown scheme" },
		{ "reverse:gopher://x:1", "http tcp tls udp dns" },
		{ "reverse:tcp://x", "needs a port" },
		{ "reverse:udp://x", "needs a port" },
		{ "upstream:udp://x:1", "unknown scheme" },
		{ "upstream:tcp://x:1", "unknown scheme" },
		{ "regular@:80", "listen" },
	};
	struct mode	*m;
	struct why	 why;
	size_t		 i;

	(void)state;
	for (i = 0; i < nitems(rows); i++) {
		m = mode_parse(rows[i].spec, &why);
		if (m != NULL)
			fail_msg("%s was taken", rows[i].spec);
		if (strstr(why.text, rows[i].words) == NULL)
			fail_msg("%s: %s", rows[i].spec, why.text);
	}
}

static void
test_words(void **state)
{
	struct mode	*m = mode_parse("reverse:tls://x.test:5", NULL);
	char		 text[200];

	(void)state;
	mode_describe(m, text);
	assert_string_equal(text, "reverse proxy to tls://x.test:5");
	assert_true(mode_target_is_tls(m));
	assert_false(mode_is_http(m));
	assert_int_equal(mode_default_port(m), 8080);
	assert_ptr_equal(mode_ref(m), m);
	mode_unref(m);
	mode_unref(m);
	m = mode_parse("socks5", NULL);
	assert_int_equal(mode_default_port(m), 1080);
	mode_describe(m, text);
	assert_string_equal(text, "SOCKS v5 proxy");
	assert_false(mode_is_udp(m));
	mode_unref(m);
	m = mode_parse("reverse:UDP://x.test:5", NULL);
	assert_true(mode_is_udp(m));
	assert_false(mode_is_dns(m) || mode_is_raw(m) || mode_is_http(m));
	assert_int_equal(mode_default_port(m), 8080);
	mode_describe(m, text);
	assert_string_equal(text, "reverse proxy to udp://x.test:5");
	mode_unref(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good), cmocka_unit_test(test_bad),
		cmocka_unit_test(test_words),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
