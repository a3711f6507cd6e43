#include "codec/h1_parse.h"
#include "codec/h2_head.h"

#include "headkit.h"

/* A head out of text: "name value|..." behind what is in its start line. */
static struct head *
make(enum head_kind kind, const char *version, const char *fields)
{
	struct head	*h = head_new(kind);
	struct sp	 all = sp_of(fields), one, value;

	head_set_version(h, sp_of(version));
	while (all.n != 0) {
		one = sp_split(sp_split(all, '|', &all), ' ', &value);
		head_add(h, one, value);
	}
	return (h);
}

static struct head *
make_request(const char *method, const char *fields)
{
	struct head	*h = make(HEAD_REQUEST, "HTTP/2.0", fields);

	head_set_method(h, sp_of(method));
	head_set_url(h, SP("https"), SP("a.test"), SP("a.test"), 443,
	    SP("/x?q"));
	head_set_target(h, h->path);
	return (h);
}

static struct head *
make_response(int status, const char *fields)
{
	struct head	*h = make(HEAD_RESPONSE, "HTTP/2.0", fields);

	head_set_status(h, status);
	return (h);
}

/* Takes both. */
static void
expect(struct head *h, struct head *made, const char *want)
{
	assert_int_equal(head_is_sane(made, NULL), 0);
	head_expect(made, want);
	head_unref(made);
	head_unref(h);
}

static const struct {
	const char	*method, *fields;
	enum h2_body	 body;
	const char	*want;
} to_h1[] = {
	{ "GET", "a b", H2_EMPTY,
	    "GET /x?q HTTP/1.1\r\nhost: a.test\r\na: b\r\n\r\n" },
	/* Host: RFC 9113 8.3.1, once and in front */
	{ "GET", "a b|host a.test", H2_EMPTY,
	    "GET /x?q HTTP/1.1\r\nhost: a.test\r\na: b\r\n\r\n" },
	/* cookies: 8.2.3 */
	{ "GET", "cookie a=1|x y|cookie b=2", H2_EMPTY,
	    "GET /x?q HTTP/1.1\r\nhost: a.test\r\ncookie: a=1; b=2\r\n"
	    "x: y\r\n\r\n" },
	/* what a lenient one brought along stays here */
	{ "GET", "te trailers|connection x|transfer-encoding chunked",
	    H2_EMPTY,
	    "GET /x?q HTTP/1.1\r\nhost: a.test\r\nte: trailers\r\n\r\n" },
	{ "POST", "content-length 3", H2_BODY,
	    "POST /x?q HTTP/1.1\r\nhost: a.test\r\ncontent-length: 3\r\n"
	    "\r\n" },
	{ "POST", "", H2_BODY,
	    "POST /x?q HTTP/1.1\r\nhost: a.test\r\n"
	    "transfer-encoding: chunked\r\n\r\n" },
	{ "POST", "", H2_EMPTY,
	    "POST /x?q HTTP/1.1\r\nhost: a.test\r\ncontent-length: 0\r\n"
	    "\r\n" },
	/* RFC 8441 5 */
	{ "CONNECT", ":protocol websocket|sec-websocket-version 13", H2_BODY,
	    "GET /x?q HTTP/1.1\r\nhost: a.test\r\n"
	    "sec-websocket-version: 13\r\nconnection: upgrade\r\n"
	    "upgrade: websocket\r\n\r\n" },
};

static void
test_requests_to_h1(void **state unused)
{
	struct head	*h;
	size_t		 i;

	for (i = 0; i < nitems(to_h1); i++) {
		h = make_request(to_h1[i].method, to_h1[i].fields);
		expect(h, h2_head_to_h1(h, to_h1[i].body), to_h1[i].want);
	}
	h = make_request("CONNECT", "a b");
	head_set_target(h, SP("a.test:443"));
	expect(h, h2_head_to_h1(h, H2_BODY),
	    "CONNECT a.test:443 HTTP/1.1\r\nhost: a.test\r\na: b\r\n\r\n");
}

static void
test_responses_to_h1(void **state unused)
{
	struct head	*h = make_response(200, "a b");

	expect(h, h2_head_to_h1(h, H2_BODY),
	    "HTTP/1.1 200 OK\r\na: b\r\ntransfer-encoding: chunked\r\n\r\n");
	h = make_response(404, "");
	expect(h, h2_head_to_h1(h, H2_EMPTY),
	    "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n");
	h = make_response(200, "content-length 7");
	expect(h, h2_head_to_h1(h, H2_MUTED),
	    "HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n");
	h = make_response(204, "");
	expect(h, h2_head_to_h1(h, H2_EMPTY),
	    "HTTP/1.1 204 No Content\r\n\r\n");
	h = make_response(103, "link x");
	expect(h, h2_head_to_h1(h, H2_MUTED),
	    "HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n");
	h = make_response(299, "set-cookie a|set-cookie b");
	expect(h, h2_head_to_h1(h, H2_MUTED),
	    "HTTP/1.1 299 \r\nset-cookie: a\r\nset-cookie: b\r\n\r\n");
	h = make(HEAD_TRAILERS, "HTTP/2.0", "sum 1");
	expect(h, h2_head_to_h1(h, H2_BODY), "sum: 1\r\n\r\n");
	h = make_response(200, "x y");
	expect(h, h2_upgrade_to_h1(h, SP("websocket"), SP("abc=")),
	    "HTTP/1.1 101 Switching Protocols\r\nx: y\r\n"
	    "connection: upgrade\r\nupgrade: websocket\r\n"
	    "sec-websocket-accept: abc=\r\n\r\n");
}

#define A16	"aaaaaaaaaaaaaaaa"
#define A64	A16 A16 A16 A16

static const struct {
	const char	*wire;
	bool		 crumbs;
	const char	*method, *authority, *path;
	const char	*fields;	/* as head_put() writes them */
} from_h1[] = {
	{ "GET /p HTTP/1.1\r\nHost: a.test\r\nAccept: x\r\n\r\n", false,
	    "GET", "a.test", "/p", "accept: x\r\n" },
	{ "GET /p HTTP/1.1\r\nHost: a\r\nConnection: X-One, keep-alive\r\n"
	    "X-One: 1\r\nKeep-Alive: 3\r\nX-Two: 2\r\nTE: gzip, Trailers\r\n"
	    "TE: trailers\r\nProxy-Connection: x\r\nHTTP2-Settings: q\r\n"
	    "Upgrade: h2c\r\n\r\n", false, "GET", "a", "/p",
	    "x-two: 2\r\nte: trailers\r\n" },
	{ "GET /p HTTP/1.1\r\nHost: a\r\nTE: gzip\r\n\r\n", false, "GET", "a",
	    "/p", "" },
	{ "GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\n 2\r\n\r\n", false, "GET",
	    "a", "/", "x: 1   2\r\n" },
	{ "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n", false,
	    "POST", "a", "/", "content-length: 3\r\n" },
	{ "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
	    false, "POST", "a", "/", "" },
	/* RFC 9112 6.3: its body had another length */
	{ "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n"
	    "Transfer-Encoding: chunked\r\n\r\n", false, "POST", "a", "/",
	    "" },
	{ "GET / HTTP/1.1\r\nHost: a\r\nConnection: x-" A64 "\r\n"
	    "X-" A64 ": 1\r\nY: 2\r\n\r\n", false, "GET", "a", "/",
	    "y: 2\r\n" },
	{ "GET / HTTP/1.1\r\nHost: a\r\nCookie: a=1; b=2;\r\n\r\n", true,
	    "GET", "a", "/", "cookie: a=1\r\ncookie: b=2\r\n" },
	{ "GET / HTTP/1.1\r\nHost: a\r\nCookie: a=1; b=2\r\n\r\n", false,
	    "GET", "a", "/", "cookie: a=1; b=2\r\n" },
	{ "CONNECT a:443 HTTP/1.1\r\nHost: b\r\n\r\n", false, "CONNECT",
	    "a:443", "", "" },
	{ "GET /c HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\n"
	    "Upgrade: websocket\r\nSec-WebSocket-Key: x\r\n"
	    "Sec-WebSocket-Version: 13\r\n\r\n", false, "CONNECT", "a", "/c",
	    ":protocol: websocket\r\nsec-websocket-version: 13\r\n" },
};

static void
expect_fields(const struct head *h, const char *want)
{
	struct str	s;
	unsigned	i;

	str_init(&s, STR_MAX);
	for (i = 0; i < h->n; i++)
		str_printf(&s, "%.*s: %.*s\r\n", SPF(field_name(&h->v[i])),
		    SPF(field_value(&h->v[i])));
	assert_string_equal(str_c(&s), want);
	str_fini(&s);
}

static void
test_requests_from_h1(void **state unused)
{
	struct head	*h, *to;
	size_t		 i;

	for (i = 0; i < nitems(from_h1); i++) {
		h = h1_parse_head(sp_of(from_h1[i].wire), false, true, NULL);
		assert_false(h2_head_fits(h));
		to = h2_head_from_h1(h, from_h1[i].crumbs);
		assert_true(h2_head_fits(to));
		assert_true(sp_is(to->method, from_h1[i].method));
		assert_true(sp_is(to->authority, from_h1[i].authority));
		assert_true(sp_is(to->path, from_h1[i].path));
		expect_fields(to, from_h1[i].fields);
		head_unref(to);
		head_unref(h);
	}
}

static void
test_responses_from_h1(void **state unused)
{
	struct head	*h, *to;

	h = head_parse("HTTP/1.1 200 Fine\r\nServer: x\r\n"
	    "Content-Length: 1\r\n\r\n", true, NULL);
	assert_true(h2_head_fits(h));	/* names get lower case on their way */
	to = h2_head_from_h1(h, false);
	assert_int_equal(to->status, 200);
	expect_fields(to, "server: x\r\ncontent-length: 1\r\n");
	head_unref(h);
	head_unref(to);
	h = head_parse("HTTP/1.1 101 X\r\nConnection: Upgrade\r\n"
	    "Upgrade: websocket\r\nSec-WebSocket-Accept: x\r\nA: b\r\n\r\n",
	    true, NULL);
	assert_false(h2_head_fits(h));
	to = h2_head_from_h1(h, false);
	assert_int_equal(to->status, 200);
	expect_fields(to, "a: b\r\n");
	head_unref(h);
	head_unref(to);
}

/* There and back: what stood there is what stands there. */
static void
test_there_and_back(void **state unused)
{
	static const char	wire[] = "GET /x HTTP/1.1\r\nhost: a.test\r\n"
				    "accept: */*\r\ncookie: a; b\r\n\r\n";
	struct head		*h = head_parse(wire, false, NULL);
	struct head		*two = h2_head_from_h1(h, true);

	assert_int_equal(two->n, 3);
	expect(two, h2_head_to_h1(two, H2_EMPTY), wire);
	head_unref(h);
}

static void
test_length(void **state unused)
{
	static const struct {
		const char	*fields;
		int		 rv;
		uint64_t	 n;
	} rows[] = {
		{ "a b",				0,	0 },
		{ "content-length 5",			1,	5 },
		{ "content-length 0",			1,	0 },
		{ "content-length +5",			-1,	0 },
		{ "content-length 05",			-1,	0 },
		{ "content-length 9223372036854775807",	1,	INT64_MAX },
		{ "content-length 9223372036854775808",	-1,	0 },
		{ "content-length 5, 5",		-1,	0 },
		{ "content-length ",			-1,	0 },
		{ "content-length 5|content-length 5",	-1,	0 },
		{ "content-length 99999999999999999999", -1,	0 },
	};
	struct head	*h;
	struct why	 why;
	uint64_t	 n;
	size_t		 i;

	for (i = 0; i < nitems(rows); i++) {
		h = make(HEAD_RESPONSE, "HTTP/2.0", rows[i].fields);
		n = 0;
		assert_int_equal(h2_length(h, &n, &why), rows[i].rv);
		assert_int_equal(n, rows[i].n);
		head_unref(h);
	}
}

static void
test_fits(void **state unused)
{
	static const struct {
		const char	*fields;
		bool		 fits;
	} rows[] = {
		{ "a b|Upper c|te trailers",	true },
		{ "te gzip",			false },
		{ "connection x",		false },
		{ "http2-settings x",		false },
		{ "a b\nc",			false },
		{ "a b\r\n c",			false },
	};
	struct head	*h;
	size_t		 i;

	for (i = 0; i < nitems(rows); i++) {
		h = make_request("GET", rows[i].fields);
		assert_int_equal(h2_head_fits(h), rows[i].fits);
		head_unref(h);
	}
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_requests_to_h1),
		cmocka_unit_test(test_responses_to_h1),
		cmocka_unit_test(test_requests_from_h1),
		cmocka_unit_test(test_responses_from_h1),
		cmocka_unit_test(test_there_and_back),
		cmocka_unit_test(test_length),
		cmocka_unit_test(test_fits),
	};

	return (cmocka_run_group_tests(tests, NULL, all_gone));
}
