#include "codec/uri.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

/* From a block of its exact size; spans are compared before it goes. */
static const struct row {
	const char	*text;
	const char	*scheme, *userinfo, *host, *port_text, *path;
	unsigned	 port;
	bool		 literal;
} good[] = {
	{ "http://a/",		"http", NULL, "a", NULL, "/", 80, false },
	{ "http://a",		"http", NULL, "a", NULL, "", 80, false },
	{ "https://a?q=1",	"https", NULL, "a", NULL, "?q=1", 443,
	  false },
	{ "http://a#f",		"http", NULL, "a", NULL, "#f", 80, false },
	{ "HTTP://A.Test/X",	"HTTP", NULL, "A.Test", NULL, "/X", 80,
	  false },
	{ "http://a:8080/x?y#z", "http", NULL, "a", "8080", "/x?y#z", 8080,
	  false },
	{ "http://a:/x",	"http", NULL, "a", "", "/x", 80, false },
	{ "https://a:",		"https", NULL, "a", "", "", 443, false },
	{ "http://a:00080",	"http", NULL, "a", "00080", "", 80, false },
	{ "http://u:p@a/",	"http", "u:p", "a", NULL, "/", 80, false },
	{ "http://@a/",		"http", "", "a", NULL, "/", 80, false },
	{ "http://u%40b:@a:1/",	"http", "u%40b:", "a", "1", "/", 1, false },
	{ "http://a/b@c:d",	"http", NULL, "a", NULL, "/b@c:d", 80,
	  false },
	{ "http://[::1]/",	"http", NULL, "::1", NULL, "/", 80, true },
	{ "http://[::ffff:1.2.3.4]:81?q", "http", NULL, "::ffff:1.2.3.4",
	  "81", "?q", 81, true },
	{ "http://[fe80::1%25eth0]/", "http", NULL, "fe80::1%25eth0", NULL,
	  "/", 80, true },
	{ "http://[v1f.a:b]/",	"http", NULL, "v1f.a:b", NULL, "/", 80,
	  true },
	{ "http://u@[::1]:8/",	"http", "u", "::1", "8", "/", 8, true },
	{ "ftp://a/",		"ftp", NULL, "a", NULL, "/", 0, false },
	{ "ws+x.1-2://a",	"ws+x.1-2", NULL, "a", NULL, "", 0, false },
	{ "wss://a",		"wss", NULL, "a", NULL, "", 443, false },
	{ "http://a_b-c.~!$&'()*+,;=%41/", "http", NULL,
	  "a_b-c.~!$&'()*+,;=%41", NULL, "/", 80, false },
	{ "http://b\xc3\xbc" "cher.test/\xc3\xbc", "http", NULL,
	  "b\xc3\xbc" "cher.test", NULL, "/\xc3\xbc", 80, false },
	{ "http://a/{}|^`\"<>\\%zz", "http", NULL, "a", NULL,
	  "/{}|^`\"<>\\%zz", 80, false },
	{ "http://a:65535",	"http", NULL, "a", "65535", "", 65535,
	  false },
};

static void
expect_part(struct sp got, const char *want)
{
	if (want == NULL) {
		assert_null(got.p);
		return;
	}
	assert_non_null(got.p);
	assert_true(sp_is(got, want));
}

static void
test_good(void **state unused)
{
	struct uri	u;
	struct why	why;
	char		*p;
	size_t		 n;

	for (size_t i = 0; i < nitems(good); i++) {
		n = strlen(good[i].text);
		p = malloc(n);
		memcpy(p, good[i].text, n);
		assert_int_equal(uri_parse(sp_mem(p, n), &u, &why), 0);
		expect_part(u.scheme, good[i].scheme);
		expect_part(u.userinfo, good[i].userinfo);
		expect_part(u.host, good[i].host);
		expect_part(u.port_text, good[i].port_text);
		expect_part(u.path, good[i].path);
		assert_int_equal(u.port, good[i].port);
		assert_int_equal(u.literal, good[i].literal);
		free(p);
	}
}

static void
test_bad(void **state unused)
{
	static const struct sp	bad[] = {
		SP(""), SP("a"), SP("/path"), SP("a:80"), SP("http:/a"),
		SP("http:a"), SP("://a"), SP("1http://a"), SP("h ttp://a"),
		SP("h@://a"), SP("http://"), SP("http:///p"),
		SP("http://:80/"), SP("http://u@/"), SP("http://u@:1/"),
		SP("http://a:http/"), SP("http://a:70000/"),
		SP("http://a:65536/"), SP("http://a:0/"),
		SP("http://a:-1/"), SP("http://a:+1/"), SP("http://a:8 /"),
		SP("http://a:1:2/"), SP("http://u@b@a/"), SP("http://u<@a/"),
		SP("http://[v1.a/b]/"), SP("http://[v1.a<]/"),
		SP("http://a b/"), SP("http://a\\b/"), SP("http://a<b/"),
		SP("http://a%/"), SP("http://a%4/"), SP("http://a%zz/"),
		SP("http://a\0b/"), SP("http://a\x7f/"), SP("http://\xff/"),
		SP("http://[::1/"), SP("http://[]/"), SP("http://[::g]/"),
		SP("http://[::1]x/"), SP("http://[::1]]/"),
		SP("http://[1.2.3.4]/"), SP("http://[::1\0]/"),
		SP("http://[v.a]/"), SP("http://[v1]/"), SP("http://[v1.]/"),
		SP("http://[fe80::1%]/"), SP("http://::1/"),
		SP("http://[11111111111111111111111111111111111111111111111"
		    "1111]/"),
		SP("http://a/b c"), SP("http://a/\r\n"), SP("http://a/\0"),
		SP("http://a/\t"), SP("http://a/?\x7f"),
	};
	struct uri		u;
	struct why		why;

	for (size_t i = 0; i < nitems(bad); i++) {
		why.code = ERR_NONE;
		if (uri_parse(bad[i], &u, &why) != -1)
			fail_msg("taken: %.*s", SPF(bad[i]));
		assert_int_equal(why.code, ERR_URI);
	}
}

static void
test_authority(void **state unused)
{
	static const struct {
		const char	*text, *host, *port_text;
		unsigned	 port;
	} rows[] = {
		{ "a",		"a",	NULL,	0 },
		{ "a:443",	"a",	"443",	443 },
		{ "a:",		"a",	"",	0 },
		{ "[::1]:5",	"::1",	"5",	5 },
		{ "[::1]",	"::1",	NULL,	0 },
		{ "1.2.3.4:80",	"1.2.3.4", "80", 80 },
		{ "",		NULL,	NULL,	0 },
		{ ":80",	NULL,	NULL,	0 },
		{ "u@a:80",	NULL,	NULL,	0 },
		{ "a/b",	NULL,	NULL,	0 },
		{ "http://a/",	NULL,	NULL,	0 },
		{ "a:80/",	NULL,	NULL,	0 },
		{ "a?b",	NULL,	NULL,	0 },
		{ "::1",	NULL,	NULL,	0 },
		{ "a, b",	NULL,	NULL,	0 },
	};
	struct uri	u;
	struct why	why;

	for (size_t i = 0; i < nitems(rows); i++) {
		assert_int_equal(uri_parse_authority(sp_of(rows[i].text), &u,
		    &why), rows[i].host != NULL ? 0 : -1);
		if (rows[i].host == NULL) {
			assert_int_equal(why.code, ERR_URI);
			continue;
		}
		expect_part(u.authority, rows[i].text);
		expect_part(u.host, rows[i].host);
		expect_part(u.port_text, rows[i].port_text);
		assert_int_equal(u.port, rows[i].port);
		assert_int_equal(u.scheme.n, 0);
	}
}

static void
test_put_authority(void **state unused)
{
	static const struct {
		const char	*scheme, *host;
		uint16_t	 port;
		const char	*want;
	} rows[] = {
		{ "http",	"a",	80,	"a" },
		{ "http",	"a",	443,	"a:443" },
		{ "https",	"a",	443,	"a" },
		{ "https",	"::1",	443,	"[::1]" },
		{ "http",	"::1",	8080,	"[::1]:8080" },
		{ "",		"a",	443,	"a:443" },
		{ "http",	"a",	0,	"a" },
	};
	struct str	s;

	for (size_t i = 0; i < nitems(rows); i++) {
		str_init(&s, 100);
		uri_put_authority(&s, sp_of(rows[i].scheme),
		    sp_of(rows[i].host), rows[i].port);
		assert_string_equal(str_c(&s), rows[i].want);
		str_fini(&s);
	}
}

static void
test_unescape(void **state unused)
{
	static const struct {
		const char	*in;
		bool		 plus;
		const char	*want;
	} rows[] = {
		{ "a%20b",	false,	"a b" },
		{ "a+b",	false,	"a+b" },
		{ "a+b",	true,	"a b" },
		{ "%e2%98%83",	false,	"\xe2\x98\x83" },
		{ "%4",		false,	"%4" },
		{ "%",		false,	"%" },
		{ "%zz%41",	false,	"%zzA" },
		{ "%2541",	false,	"%41" },
		{ "%2b+",	true,	"+ " },
	};
	struct str	s;

	for (size_t i = 0; i < nitems(rows); i++) {
		str_init(&s, 100);
		uri_unescape(&s, sp_of(rows[i].in), rows[i].plus);
		assert_string_equal(str_c(&s), rows[i].want);
		str_fini(&s);
	}
}

/* Every byte survives being escaped. */
static void
test_escape_both_ways(void **state unused)
{
	struct str	s, back;
	unsigned char	all[256];

	for (size_t i = 0; i < sizeof(all); i++)
		all[i] = (unsigned char)i;
	for (int plus = 0; plus < 2; plus++) {
		str_init(&s, 1000);
		str_init(&back, 1000);
		uri_escape(&s, sp_mem(all, sizeof(all)), plus);
		for (size_t i = 0; i < s.n; i++)
			assert_true(s.p[i] > 0x20 && s.p[i] < 0x7f);
		uri_unescape(&back, str_sp(&s), plus);
		assert_true(sp_eq(str_sp(&back), sp_mem(all, sizeof(all))));
		str_fini(&s);
		str_fini(&back);
	}
	str_init(&s, 100);
	uri_escape(&s, SP("a b/~-._&\xff"), true);
	assert_string_equal(str_c(&s), "a+b%2F~-._%26%FF");
	str_fini(&s);
}

static void
test_query(void **state unused)
{
	expect_part(uri_query(SP("/a?b=c?d")), "b=c?d");
	expect_part(uri_query(SP("/a?")), "");
	expect_part(uri_query(SP("/a")), NULL);
	expect_part(uri_query(SPNIL), NULL);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_authority),
		cmocka_unit_test(test_put_authority),
		cmocka_unit_test(test_unescape),
		cmocka_unit_test(test_escape_both_ways),
		cmocka_unit_test(test_query),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
