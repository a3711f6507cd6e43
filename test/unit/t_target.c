#include "headkit.h"
#include "proxy/target.h"

#include <stdio.h>

/* What came in, and where it goes: "scheme host port path". */
struct row {
	const char	*head;		/* start line and fields */
	const char	*to;		/* NULL: refused */
	const char	*line;		/* what a server gets */
	enum err	 err;
};

static void
try_row(const struct row *r, const struct target_ctx *ctx)
{
	struct head	*h = head_parse(r->head, false, NULL);
	struct why	 why = { 0 };
	struct str	 s;
	int		 res = target_resolve(h, ctx, &why);

	str_init(&s, 1000);
	if (r->to == NULL) {
		if (res != -1)
			fail_msg("taken: %s", r->head);
		if (why.code != r->err)
			fail_msg("%s: %s, %s", r->head, err_name(why.code),
			    why.text);
		assert_true(why.text[0] != '\0');
	} else {
		if (res != 0)
			fail_msg("%s: %s", r->head, why.text);
		str_printf(&s, "%.*s %.*s %u %.*s", SPF(h->scheme),
		    SPF(h->host), h->port, SPF(h->path));
		assert_string_equal(str_c(&s), r->to);
		str_clear(&s);
		head_put(h, &s);
		if (!sp_starts(str_sp(&s), r->line))
			fail_msg("goes out as %s", str_c(&s));
	}
	str_fini(&s);
	head_unref(h);
}

static const struct row	explicit_rows[] = {
	{ "GET http://a.test/x?y HTTP/1.1\r\nHost: a.test\r\n\r\n",
	    "http a.test 80 /x?y", "GET /x?y HTTP/1.1\r\n", 0 },
	{ "GET HTTP://a.test:81/ HTTP/1.1\r\nHost: a.test:81\r\n\r\n",
	    "http a.test 81 /", "GET / HTTP/1.1\r\n", 0 },
	{ "GET https://a.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n",
	    "https a.test 443 /", "GET / HTTP/1.1\r\n", 0 },
	{ "GET http://[::1]:8/ HTTP/1.1\r\nHost: [::1]:8\r\n\r\n",
	    "http ::1 8 /", "GET / HTTP/1.1\r\n", 0 },
	/* an empty path is "/" */
	{ "GET http://a.test HTTP/1.1\r\nHost: a.test\r\n\r\n",
	    "http a.test 80 /", "GET / HTTP/1.1\r\n", 0 },
	{ "GET http://a.test?q=1 HTTP/1.1\r\nHost: a.test\r\n\r\n",
	    "http a.test 80 /?q=1", "GET /?q=1 HTTP/1.1\r\n", 0 },
	/* the URL is above Host (RFC 9112 3.2.2) */
	{ "GET http://a.test/ HTTP/1.1\r\nHost: b.test\r\n\r\n",
	    "http a.test 80 /", "GET / HTTP/1.1\r\nHost: b.test", 0 },
	/* origin-form to a proxy: Host says where */
	{ "GET /x HTTP/1.1\r\nHost: a.test:82\r\n\r\n",
	    "http a.test 82 /x", "GET /x HTTP/1.1\r\n", 0 },
	{ "GET /x HTTP/1.1\r\nHost: a.test\r\n\r\n",
	    "http a.test 80 /x", "GET /x HTTP/1.1\r\n", 0 },
	/* a path may hold a URL */
	{ "GET /http://b.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n",
	    "http a.test 80 /http://b.test/", "GET /http://b.test/ ", 0 },
	{ "OPTIONS * HTTP/1.1\r\nHost: a.test\r\n\r\n",
	    "http a.test 80 *", "OPTIONS * HTTP/1.1\r\n", 0 },
	{ "CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\n\r\n",
	    " a.test 443 ", "CONNECT a.test:443 HTTP/1.1\r\n", 0 },
	{ "CONNECT [::1]:443 HTTP/1.1\r\nHost: [::1]:443\r\n\r\n",
	    " ::1 443 ", "CONNECT [::1]:443 HTTP/1.1\r\n", 0 },

	{ "GET /x HTTP/1.0\r\n\r\n", NULL, NULL, ERR_H1_HOST },
	{ "GET /x HTTP/1.1\r\nHost: :80\r\n\r\n", NULL, NULL, ERR_URI },
	{ "GET /x HTTP/1.0\r\nHost: a:x\r\n\r\n", NULL, NULL, ERR_URI },
	{ "GET * HTTP/1.1\r\nHost: a.test\r\n\r\n", NULL, NULL,
	    ERR_H1_TARGET },
	{ "GET x HTTP/1.1\r\nHost: a.test\r\n\r\n", NULL, NULL,
	    ERR_H1_TARGET },
	{ "GET ftp://a.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n", NULL, NULL,
	    ERR_H1_TARGET },
	{ "GET http:///x HTTP/1.1\r\nHost: a.test\r\n\r\n", NULL, NULL,
	    ERR_URI },
	{ "GET http://a:99999/ HTTP/1.1\r\nHost: a\r\n\r\n", NULL, NULL,
	    ERR_URI },
	{ "CONNECT a.test HTTP/1.1\r\nHost: a.test\r\n\r\n", NULL, NULL,
	    ERR_H1_TARGET },
	{ "CONNECT :443 HTTP/1.1\r\nHost: a.test\r\n\r\n", NULL, NULL,
	    ERR_URI },
	{ "CONNECT u@a.test:443 HTTP/1.1\r\nHost: a.test\r\n\r\n", NULL,
	    NULL, ERR_URI },
	{ "CONNECT a:b:c HTTP/1.1\r\nHost: a.test\r\n\r\n", NULL, NULL,
	    ERR_URI },
};

static void
test_to_a_proxy(void **state unused)
{
	const struct target_ctx	ctx = { .scheme = "http" };

	for (size_t i = 0; i < nitems(explicit_rows); i++)
		try_row(&explicit_rows[i], &ctx);
}

/* Inside TLS without a fixed place, Host's default port is 443. */
static void
test_to_a_proxy_over_tls(void **state unused)
{
	const struct target_ctx	ctx = { .scheme = "https" };
	const struct row	row = {
		"GET /x HTTP/1.1\r\nHost: a.test\r\n\r\n",
		"https a.test 443 /x", "GET /x HTTP/1.1\r\n", 0
	};

	try_row(&row, &ctx);
}

static const struct row	fixed_rows[] = {
	{ "GET /x HTTP/1.1\r\nHost: a.test\r\n\r\n",
	    "https a.test 443 /x", "GET /x HTTP/1.1\r\n", 0 },
	/* the connection is above Host, which stays as it was */
	{ "GET /x HTTP/1.1\r\nHost: b.test:1\r\n\r\n",
	    "https a.test 443 /x", "GET /x HTTP/1.1\r\nHost: b.test:1", 0 },
	{ "GET /x HTTP/1.0\r\n\r\n",
	    "https a.test 443 /x", "GET /x HTTP/1.0\r\n", 0 },
	{ "OPTIONS * HTTP/1.1\r\nHost: a.test\r\n\r\n",
	    "https a.test 443 *", "OPTIONS * HTTP/1.1\r\n", 0 },
	{ "CONNECT c.test:443 HTTP/1.1\r\nHost: c.test\r\n\r\n", NULL, NULL,
	    ERR_H1_TARGET },
	{ "GET x HTTP/1.1\r\nHost: a.test\r\n\r\n", NULL, NULL,
	    ERR_H1_TARGET },
};

static void
test_inside_a_tunnel(void **state unused)
{
	const struct target_ctx	ctx = { "https", "a.test", 443 };

	for (size_t i = 0; i < nitems(fixed_rows); i++)
		try_row(&fixed_rows[i], &ctx);
}

/* A URL inside a tunnel names what is in it, not another place. */
static void
test_url_inside_a_tunnel(void **state unused)
{
	const struct target_ctx	ctx = { "https", "a.test", 443 };
	const struct row	row = {
		"GET http://b.test/x HTTP/1.1\r\nHost: b.test\r\n\r\n",
		"https a.test 443 /x", "GET /x HTTP/1.1\r\n", 0
	};

	try_row(&row, &ctx);
}

/* HTTP/2 has the parts already; a tunnel says where they lead. */
static void
test_http2(void **state unused)
{
	static const struct {
		const char	*scheme, *authority, *host;
		const char	*in_tunnel;	/* its place, or NULL */
		const char	*to;		/* NULL: refused */
	}		 rows[] = {
		{ "https", "a.test", NULL, NULL, "https a.test 443" },
		{ "http", "a.test:81", NULL, NULL, "http a.test 81" },
		{ "https", "", "b.test", NULL, "https b.test 443" },
		{ "https", "a.test", NULL, "c.test", "https c.test 444" },
		{ "https", "", NULL, NULL, NULL },
		{ "https", "a b", NULL, NULL, NULL },
	};

	for (size_t i = 0; i < nitems(rows); i++) {
		struct target_ctx	 ctx = { "https", rows[i].in_tunnel,
			rows[i].in_tunnel != NULL ? 444 : 0 };
		struct head		*h = head_new(HEAD_REQUEST);
		struct str		 s;

		head_set_version(h, SP("HTTP/2.0"));
		head_set_method(h, SP("GET"));
		head_set_url(h, sp_of(rows[i].scheme),
		    sp_of(rows[i].authority), SPNIL, 0, SP("/x"));
		if (rows[i].host != NULL)
			head_add(h, SP("host"), sp_of(rows[i].host));
		str_init(&s, 100);
		if (target_resolve(h, &ctx, NULL) == 0)
			str_printf(&s, "%.*s %.*s %u", SPF(h->scheme),
			    SPF(h->host), h->port);
		assert_string_equal(str_c(&s), rows[i].to != NULL ?
		    rows[i].to : "");
		assert_true(sp_is(h->path, "/x"));
		str_fini(&s);
		head_unref(h);
	}
}

/* The refusal quotes a little of what came, not all of it. */
static void
test_long_nonsense(void **state unused)
{
	const struct target_ctx	ctx = { .scheme = "http" };
	char			wire[1100], line[1000];
	struct head		*h;
	struct why		 why;

	memset(line, 'x', sizeof(line));
	line[sizeof(line) - 1] = '\0';
	snprintf(wire, sizeof(wire), "GET %s HTTP/1.1\r\nHost: a\r\n\r\n",
	    line);
	h = head_parse(wire, false, NULL);
	assert_int_equal(target_resolve(h, &ctx, &why), -1);
	assert_in_range(strlen(why.text), 90, 130);
	head_unref(h);
}

int
main(void)
{
#define row(t)	cmocka_unit_test_teardown(t, all_gone)
	const struct CMUnitTest	tests[] = {
		row(test_to_a_proxy),
		row(test_to_a_proxy_over_tls),
		row(test_inside_a_tunnel),
		row(test_url_inside_a_tunnel),
		row(test_http2),
		row(test_long_nonsense),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
