#include "app/opt_core.h"
#include "base/mem.h"
#include "model/module.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

extern const struct module	core_module;

static void
test_sizes(void **state)
{
	static const struct {
		const char	*text;
		uint64_t	 size;
		bool		 ok;
	} rows[] = {
		{ "0", 0, true }, { "500", 500, true }, { "5b", 5, true },
		{ "64k", 65536, true }, { "1m", 1048576, true },
		{ "1M", 1048576, true }, { "2g", 2147483648u, true },
		{ "1t", 1099511627776u, true },
		{ "8388607t", 8388607ull << 40, true },
		{ "8388608t", 0, false }, { "", 0, false },
		{ "k", 0, false }, { "12x", 0, false }, { "abc", 0, false },
		{ "-1", 0, false }, { "1.5m", 0, false },
		{ "99999999999999999999", 0, false }, { "1 m", 0, false },
	};
	uint64_t	got;
	struct why	why;

	(void)state;
	for (size_t i = 0; i < nitems(rows); i++) {
		got = 0;
		if ((opt_core_size(rows[i].text, &got, &why) == 0) !=
		    rows[i].ok || got != rows[i].size)
			fail_msg("%s", rows[i].text);
	}
}

static void
test_values(void **state)
{
	static const struct {
		const char	*option, *value;
		bool		 ok;
	} rows[] = {
		{ "listen_host", "", true },
		{ "listen_host", "*", true },
		{ "listen_host", "127.0.0.1", true },
		{ "listen_host", "::", true },
		{ "listen_host", "not an address", false },
		{ "listen_port", "0", true },
		{ "listen_port", "65536", false },
		{ "connect_addr", "10.0.0.1", true },
		{ "connect_addr", "x", false },
		{ "dns_name_servers", "9.9.9.9", true },
		{ "dns_name_servers", "dns.test", false },
		{ "ignore_hosts", "a\\.test:443", true },
		{ "ignore_hosts", "(", false },
		{ "allow_hosts", "(", false },
		{ "certs", "/no/such.pem", false },
		{ "certs", "*.a.test=/no/such.pem", false },
		{ "certs", "/dev/null", true },
		{ "ca_import", "/no/such.pem", false },
		{ "confdir", "", false },
		{ "body_size_limit", "12x", false },
		{ "body_size_limit", "1m", true },
		{ "stream_large_bodies", "abc", false },
		{ "connection_strategy", "sometimes", false },
		{ "tls_version_client_min", "TLS9", false },
		{ "tls_version_client_min", "TLS1_3", true },
		{ "ca_key", "rsa", true },
		{ "threads", "-1", false },
		{ "mode", "nonsense", false },
	};
	struct opts	*o = opts_new();
	struct why	 why;

	(void)state;
	assert_int_equal(opts_add(o, core_module.opts, core_module.nopts,
	    &why), 0);
	for (size_t i = 0; i < nitems(rows); i++) {
		why.text[0] = '\0';
		if ((opts_set1(o, rows[i].option, rows[i].value, &why) ==
		    0) != rows[i].ok)
			fail_msg("%s=%s: %s", rows[i].option, rows[i].value,
			    why.text);
		if (!rows[i].ok &&
		    strstr(why.text, rows[i].option) == NULL)
			fail_msg("%s is not named: %s", rows[i].option,
			    why.text);
	}
	opts_free(o);
}

/* Each row says in words what it is for. */
static void
test_help(void **state)
{
	const struct opt	*o = core_module.opts;

	(void)state;
	for (size_t i = 0; i < core_module.nopts; i++) {
		assert_true(strlen(o[i].help) > 10);
		assert_int_equal(o[i].help[strlen(o[i].help) - 1], '.');
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_help),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
