#include "net/addr.h"

#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

static const struct {
	const char	*host, *text;	/* text NULL: refused */
	char		 kind;		/* l loopback, p private, g global */
} rows[] = {
	{ "127.0.0.1",	"127.0.0.1:80",		'l' },
	{ "127.8.9.1",	"127.8.9.1:80",		'l' },
	{ "::1",	"[::1]:80",		'l' },
	{ "::ffff:127.0.0.1", "[::ffff:127.0.0.1]:80", 'l' },
	{ "10.1.2.3",	"10.1.2.3:80",		'p' },
	{ "172.31.0.1",	"172.31.0.1:80",	'p' },
	{ "172.32.0.1",	"172.32.0.1:80",	'g' },
	{ "192.168.1.1", "192.168.1.1:80",	'p' },
	{ "169.254.1.1", "169.254.1.1:80",	'p' },
	{ "100.64.0.1",	"100.64.0.1:80",	'p' },
	{ "0.0.0.0",	"0.0.0.0:80",		'p' },
	{ "255.255.255.255", "255.255.255.255:80", 'p' },
	{ "8.8.8.8",	"8.8.8.8:80",		'g' },
	{ "fe80::1%1",	NULL,			'p' },
	{ "fd00::1",	"[fd00::1]:80",		'p' },
	{ "2001:db8::1", "[2001:db8::1]:80",	'p' },
	{ "2606:4700::1", "[2606:4700::1]:80",	'g' },
	{ "::ffff:8.8.8.8", "[::ffff:8.8.8.8]:80", 'g' },
	{ "127.1",	NULL,			0 },
	{ "0x7f000001",	NULL,			0 },
	{ "[::1]",	NULL,			0 },
	{ "1.2.3.4.5",	NULL,			0 },
	{ "::1%nosuchinterface", NULL,		0 },
	{ "",		NULL,			0 },
	{ "a.test",	NULL,			0 },
};

static void
test_parse_print_judge(void **state unused)
{
	struct addr	a, b;
	struct why	why;
	char		text[80];
	size_t		i;

	for (i = 0; i < nitems(rows); i++) {
		if (addr_parse(&a, rows[i].host, 80, &why) == -1) {
			assert_null(rows[i].text);
			assert_int_equal(why.code, ERR_ADDR);
			continue;
		}
		assert_int_not_equal(rows[i].kind, 0);
		assert_int_equal(addr_port(&a), 80);
		addr_text(&a, text);
		if (rows[i].text != NULL)
			assert_string_equal(text, rows[i].text);
		assert_int_equal(addr_is_loopback(&a), rows[i].kind == 'l');
		assert_int_equal(addr_is_private(&a), rows[i].kind == 'p');
		assert_int_equal(addr_is_global(&a), rows[i].kind == 'g');
		b = a;
		assert_true(addr_eq(&a, &b));
		assert_int_equal(addr_cmp(&a, &b), 0);
		assert_int_equal(addr_parse(&b, rows[i].host, 81, NULL), 0);
		assert_false(addr_eq(&a, &b));
		assert_true(addr_cmp(&a, &b) < 0);
		assert_true(addr_cmp(&b, &a) > 0);
	}
}

/* One order of all: by family, port, address, scope. */
static void
test_order(void **state unused)
{
	static const struct {
		const char	*host;
		uint16_t	 port;
	} v[] = {
		{ "9.0.0.1", 1 }, { "9.0.0.2", 1 }, { "10.0.0.1", 1 },
		{ "1.0.0.1", 2 }, { "::1", 1 }, { "fe80::", 1 },
		{ "fe80::1%1", 1 }, { "fe80::%2", 1 }, { "::1", 2 },
	};
	struct addr	a, b;
	size_t		i, k;

	for (i = 0; i < nitems(v); i++)
		for (k = 0; k < nitems(v); k++) {
			assert_int_equal(addr_parse(&a, v[i].host, v[i].port,
			    NULL), 0);
			assert_int_equal(addr_parse(&b, v[k].host, v[k].port,
			    NULL), 0);
			assert_true((addr_cmp(&a, &b) < 0) == (i < k));
			assert_true((addr_cmp(&a, &b) == 0) == (i == k));
			assert_true(addr_eq(&a, &b) == (i == k));
		}
}

static const struct {
	const char	*in, *out;
} hosts[] = {
	{ "Example.COM",	"example.com" },
	{ "example.com.",	"example.com" },
	{ "b\303\274cher.test",	"xn--bcher-kva.test" },
	{ "B\303\234CHER.test",	"xn--bcher-kva.test" },
	{ "stra\303\237e.test",	"xn--strae-oqa.test" },
	{ "xn--bcher-kva.test",	"xn--bcher-kva.test" },
	{ "_dmarc.a.test",	"_dmarc.a.test" },
	{ "127.0.0.1",		"127.0.0.1" },
	{ "FE80::A",		"fe80::a" },
	{ "",			NULL },
	{ ".",			NULL },
	{ "a..b",		NULL },
	{ ".a",			NULL },
	{ "a b",		NULL },
	{ "a/b",		NULL },
	{ "a:80",		NULL },
	{ "*.a.test",		NULL },
	{ "\377\376",		NULL },
	{ "x123456789012345678901234567890123456789012345678901234567890123"
	  ".test",		NULL },
};

static void
test_host_names(void **state unused)
{
	struct why	why;
	char		out[256];
	size_t		i;

	for (i = 0; i < nitems(hosts); i++) {
		if (addr_host_ascii(sp_of(hosts[i].in), out, &why) == -1) {
			assert_null(hosts[i].out);
			assert_int_equal(why.code, ERR_ADDR);
			continue;
		}
		assert_non_null(hosts[i].out);
		assert_string_equal(out, hosts[i].out);
	}
	assert_int_equal(addr_host_ascii(sp_mem("a\0b", 3), out, NULL), -1);
	assert_true(addr_host_is_ip(SP("::1")));
	assert_true(addr_host_is_ip(SP("1.2.3.4")));
	assert_false(addr_host_is_ip(SP("[::1]")));
	assert_false(addr_host_is_ip(SP("a.test")));
	assert_false(addr_host_is_ip(SPNIL));
}

static void
test_long_names(void **state unused)
{
	char	name[300], out[256];

	memset(name, 'a', sizeof(name));
	for (size_t i = 49; i < sizeof(name); i += 50)
		name[i] = '.';
	assert_int_equal(addr_host_ascii(sp_mem(name, 253), out, NULL), 0);
	assert_int_equal(addr_host_ascii(sp_mem(name, 254), out, NULL), -1);
	assert_int_equal(addr_host_ascii(sp_mem(name, 300), out, NULL), -1);
}

static void
test_odd_ones(void **state unused)
{
	struct addr	a, b;
	char		text[80];
	int		fd = socket(AF_INET, SOCK_STREAM, 0);

	/* An interface that is not there has its number. */
	assert_int_equal(addr_parse(&a, "fe80::1%4000000000", 80, NULL), 0);
	addr_text(&a, text);
	assert_string_equal(text, "[fe80::1%4000000000]:80");
	assert_int_equal(addr_parse(&a, "0123456789012345678901234567890123456"
	    "78901234567890", 80, NULL), -1);
	assert_int_equal(addr_of_sock(fd, &a), 0);
	assert_int_equal(addr_port(&a), 0);
	assert_int_equal(addr_of_peer(fd, &b), -1);
	close(fd);
	memset(&a, 0, sizeof(a));
	assert_int_equal(addr_port(&a), 0);
	assert_true(addr_is_private(&a));
	assert_false(addr_is_loopback(&a));
	assert_false(addr_eq(&a, &a));
	addr_text(&a, text);
	assert_string_equal(text, "?:0");
	assert_int_equal(addr_parse(&a, "::", 80, NULL), 0);
	assert_true(addr_is_private(&a));
}

static void
test_owners(void **state unused)
{
	static const struct {
		const char	*host, *owner;
	} owners[] = {
		{ "10.1.2.3", "10.1.2.3" },
		{ "2001:db8::1", "2001:db8::" },
		{ "2001:db8:0:1:2:3:4:5", "2001:db8:0:1::" },
		{ "::1", "::" },
	};
	struct addr	a;
	char		owner[64];

	for (size_t i = 0; i < nitems(owners); i++) {
		assert_int_equal(addr_parse(&a, owners[i].host, 0, NULL), 0);
		addr_owner(&a, owner);
		assert_string_equal(owner, owners[i].owner);
	}
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_parse_print_judge),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_host_names),
		cmocka_unit_test(test_long_names),
		cmocka_unit_test(test_odd_ones),
		cmocka_unit_test(test_owners),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
