#include "app/cut.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

static struct flow *
sample(void)
{
	struct flow	*f = flow_new(FLOW_HTTP);
	struct msg	*m = msg_request(SP("PUT"),
	    SP("https://a.test:8443/p?q=1"), NULL);
	struct conn	*c;

	assert_non_null(m);
	head_add(m->head, SP("X-Two"), SP("1"));
	head_add(m->head, SP("x-two"), SP("2"));
	msg_set_body(m, SP("ask"));
	m->t_start = 1700000000.25;
	m->t_end = 0;
	flow_set_request(f, m);
	m = msg_response(404, SP("text/plain"), SP("a\0\"b"));
	flow_set_response(f, m);
	c = conn_new(false);
	conn_set_place(&c->peer, "127.0.0.1", 5000);
	conn_set(&c->sni, "a.test");
	c->tls = true;
	c->t_tls = 1;
	flow_set_client(f, c);
	c = conn_new(true);
	conn_set_place(&c->address, "a.test", 8443);
	conn_set_place(&c->peer, "::1", 8443);
	conn_add_cert(c, blob_of(SP("0123456789012345678901234567890123456"
	    "78901234567890")));
	flow_set_server(f, c);
	flow_set_comment(f, "a remark");
	return (f);
}

static const struct {
	const char	*spec, *value;
	bool		 bytes;
} rows[] = {
	{ "request.method", "PUT", false },
	{ "request.scheme", "https", false },
	{ "request.host", "a.test", false },
	{ "request.port", "8443", false },
	{ "request.path", "/p?q=1", false },
	{ "request.url", "https://a.test:8443/p?q=1", false },
	{ "request.http_version", "HTTP/1.1", false },
	{ "request.text", "ask", false },
	{ "request.content", "ask", true },
	{ "request.raw_content", "ask", true },
	{ "request.timestamp_start", "1700000000.250000", false },
	{ "request.timestamp_end", "", false },
	{ "request.header[x-two]", "1, 2", false },
	{ "request.header[none]", "", false },
	{ " response.status_code", "404", false },
	{ "response.reason", "Not Found", false },
	{ "response.header[Content-Type]", "text/plain", false },
	{ "client_conn.peername.host", "127.0.0.1", false },
	{ "client_conn.peername.port", "5000", false },
	{ "client_conn.tls_established", "true", false },
	{ "client_conn.sni", "a.test", false },
	{ "client_conn.tls_version", "", false },
	{ "server_conn.address.host", "a.test", false },
	{ "server_conn.address.port", "8443", false },
	{ "server_conn.ip_address.host", "::1", false },
	{ "server_conn.tls_established", "false", false },
	{ "server_conn.certificate_list",
	  "-----BEGIN CERTIFICATE-----\n"
	  "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3"
	  "\nODkw\n-----END CERTIFICATE-----\n", false },
	{ "comment", "a remark", false },
	{ "marked", "", false },
	{ "type", "http", false },
	{ "error.msg", "", false },
};

static void
test_values(void **state)
{
	struct flow	*f = sample();
	struct str	 s;
	bool		 bytes;

	(void)state;
	for (size_t i = 0; i < nitems(rows); i++) {
		str_init(&s, STR_MAX);
		assert_int_equal(cut_put(f, sp_of(rows[i].spec), &s, &bytes,
		    NULL), 0);
		if (strcmp(str_c(&s), rows[i].value) != 0)
			print_error("%s\n", rows[i].spec);
		assert_string_equal(str_c(&s), rows[i].value);
		assert_int_equal(bytes, rows[i].bytes);
		str_fini(&s);
	}
	flow_unref(f);
}

static void
test_unknown(void **state)
{
	static const char *const	bad[] = { "", "request", "request.",
	    "request.nonsense", "request.header[", "response.method",
	    "client_conn.header[x]", "_id" };
	struct flow			*f = sample();
	struct why			 why;
	struct str			 s;

	(void)state;
	for (size_t i = 0; i < nitems(bad); i++) {
		str_init(&s, STR_MAX);
		why.text[0] = '\0';
		assert_int_equal(cut_put(f, sp_of(bad[i]), &s, NULL, &why),
		    -1);
		assert_non_null(strstr(why.text, bad[i]));
		str_fini(&s);
	}
	flow_unref(f);
}

/* Facts of what is not there are empty, not errors. */
static void
test_absent(void **state)
{
	static const char *const	specs[] = { "request.method",
	    "response.content", "response.header[a]", "client_conn.sni",
	    "server_conn.address.port" };
	struct flow			*f = flow_new(FLOW_TCP);
	struct str			 s;

	(void)state;
	for (size_t i = 0; i < nitems(specs); i++) {
		str_init(&s, STR_MAX);
		assert_int_equal(cut_put(f, sp_of(specs[i]), &s, NULL, NULL),
		    0);
		assert_string_equal(str_c(&s), "");
		str_fini(&s);
	}
	flow_unref(f);
}

static void
test_websocket_content(void **state)
{
	struct flow	*f = sample();
	struct frame	 fr = { .opcode = 1, .data = blob_of(SP("hi")) };
	struct str	 s;

	(void)state;
	frames_add(&flow_websocket(f)->frames, fr);
	str_init(&s, STR_MAX);
	assert_int_equal(cut_put(f, SP("response.content"), &s, NULL, NULL),
	    0);
	assert_string_equal(str_c(&s), "[INCOMING] hi");
	str_fini(&s);
	flow_unref(f);
}

static void
test_csv(void **state)
{
	static const struct {
		struct sp	 value;
		bool		 bytes;
		const char	*text;
	} v[] = {
		{ SP("plain"), false, "plain" },
		{ SP(""), false, "" },
		{ SP("a,b"), false, "\"a,b\"" },
		{ SP("say \"x\"\n"), false, "\"say \"\"x\"\"\n\"" },
		{ SP("ab\0\xff"), true, "b'ab\\x00\\xff'" },
		{ SP("it's"), true, "\"b\"\"it's\"\"\"" },
		{ SP("\\"), true, "b'\\\\'" },
	};
	struct str	s;

	(void)state;
	for (size_t i = 0; i < nitems(v); i++) {
		str_init(&s, STR_MAX);
		cut_put_csv(&s, v[i].value, v[i].bytes);
		assert_string_equal(str_c(&s), v[i].text);
		str_fini(&s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_absent),
		cmocka_unit_test(test_websocket_content),
		cmocka_unit_test(test_csv),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
