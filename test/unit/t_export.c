#include "app/export.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "codec/enc.h"

/* A request of the table: method, URL, "name: value" lines, body. */
struct ask {
	const char	*method, *url, *fields, *body;
};

static struct flow *
flow_of(const struct ask *a)
{
	struct flow	*f = flow_new(FLOW_HTTP);
	struct msg	*m = msg_request(sp_of(a->method), sp_of(a->url),
	    NULL);
	struct sp	 rest = sp_of(a->fields), line, value;

	assert_non_null(m);
	while (rest.n != 0) {
		line = sp_split(rest, '\n', &rest);
		line = sp_split(line, ':', &value);
		head_add(m->head, line, sp_trim(value));
	}
	if (a->body != NULL)
		msg_set_body(m, sp_of(a->body));
	flow_set_request(f, m);
	return (f);
}

static char *
export_text(const struct flow *f, const char *format,
    const struct export_how *how, struct why *why)
{
	static const struct export_how	plain;
	struct str			s;

	str_init(&s, STR_MAX);
	if (export_find(format)->put(f, how != NULL ? how : &plain, &s,
	    why) == 0)
		return (str_take(&s));
	str_fini(&s);
	return (NULL);
}

static const struct {
	struct ask	 ask;
	const char	*curl, *httpie;
} rows[] = {
	{ { "GET", "http://a.test/x", NULL, NULL },
	  "curl http://a.test/x",
	  "http GET http://a.test/x" },
	{ { "POST", "http://example.com/page?q=1", "X-Req: Value", "n=v&t=2" },
	  "curl -H 'X-Req: Value' -X POST 'http://example.com/page?q=1' "
	  "-d 'n=v&t=2'",
	  "http POST 'http://example.com/page?q=1' 'X-Req: Value' "
	  "<<< 'n=v&t=2'" },
	{ { "GET", "https://ex.com:8443/it's?a=b", "Accept-Encoding: gzip\n"
	    "A: b'c", NULL },
	  "curl -H 'Host: ex.com:8443' --compressed -H 'A: b'\"'\"'c' "
	  "'https://ex.com:8443/it'\"'\"'s?a=b'",
	  "http GET 'https://ex.com:8443/it'\"'\"'s?a=b' "
	  "'Host: ex.com:8443' 'Accept-Encoding: gzip' 'A: b'\"'\"'c'" },
	{ { "POST", "http://a.test/", NULL, NULL },
	  "curl -H 'content-length: 0' -X POST http://a.test/",
	  "http POST http://a.test/" },
	{ { "PUT", "http://a.test/", NULL, "a\x01'\\%b" },
	  "curl -X PUT http://a.test/ "
	  "-d \"$(printf 'a\\001'\"'\"'\\\\%%b')\"",
	  "http PUT http://a.test/ "
	  "<<< \"$(printf 'a\\001'\"'\"'\\\\%%b')\"" },
	{ { "PUT", "http://a.test/", NULL, "it's\n" },
	  "curl -X PUT http://a.test/ -d $'it\\'s\\012'",
	  "http PUT http://a.test/ <<< $'it\\'s\\012'" },
	{ { "PUT", "http://a.test/", NULL, "@/etc/passwd" },
	  "curl -X PUT http://a.test/ --data-raw @/etc/passwd",
	  "http PUT http://a.test/ <<< @/etc/passwd" },
	{ { "PUT", "http://a.test/", NULL, "$(rm -rf /)`x`" },
	  "curl -X PUT http://a.test/ -d '$(rm -rf /)`x`'",
	  "http PUT http://a.test/ <<< '$(rm -rf /)`x`'" },
	{ { "PUT", "http://a.test/", NULL, "\xff" }, NULL, NULL },
};

static void
test_commands(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(rows); i++) {
		struct why	 why = { ERR_NONE, "" };
		struct flow	*f = flow_of(&rows[i].ask);
		char		*curl = export_text(f, "curl", NULL, &why);
		char		*httpie = export_text(f, "httpie", NULL, &why);

		if (rows[i].curl == NULL) {
			assert_null(curl);
			assert_null(httpie);
			assert_true(why.text[0] != '\0');
		} else {
			assert_string_equal(curl, rows[i].curl);
			assert_string_equal(httpie, rows[i].httpie);
		}
		free(curl);
		free(httpie);
		flow_unref(f);
	}
}

/* A shell gives back exactly the bytes of the body. */
static void
test_a_shell_agrees(void **state)
{
	static const char *const	bodies[] = { "plain", "a b'c\"d\\e",
	    "a\tb\nc", "%s%%\x01\x7f", "$HOME `id` !x", "ends\n", "\n\n",
	    "caf\xc3\xa9\x02" };
	struct ask			ask = { "POST", "http://a/", NULL,
					    NULL };
	char				got[64], *text, *cmd;
	struct flow			*f;
	FILE				*p;
	size_t				n;

	(void)state;
	for (size_t i = 0; i < nitems(bodies); i++) {
		ask.body = bodies[i];
		f = flow_of(&ask);
		text = export_text(f, "curl", NULL, NULL);
		assert_non_null(text);
		cmd = xasprintf("curl() { shift 4; printf %%s \"$1\"; }\n%s",
		    text);
		assert_int_equal(setenv("WEIR_TEST", cmd, 1), 0);
		p = popen("command -v bash >/dev/null || exit 0; "
		    "bash -c \"$WEIR_TEST\"", "r");
		assert_non_null(p);
		n = fread(got, 1, sizeof(got), p);
		(void)pclose(p);
		if (n != 0) {
			assert_int_equal(n, strlen(bodies[i]));
			assert_memory_equal(got, bodies[i], n);
		}
		free(cmd);
		free(text);
		flow_unref(f);
	}
}

static void
test_original_ip(void **state)
{
	struct export_how	 how = { .original_ip = true };
	struct ask		 ask = { "GET", "https://a.test/", NULL, NULL };
	struct flow		*f = flow_of(&ask);
	struct conn		*c = conn_new(true);
	char			*text;

	(void)state;
	conn_set_place(&c->peer, "10.1.2.3", 443);
	flow_set_server(f, c);
	text = export_text(f, "curl", &how, NULL);
	assert_string_equal(text,
	    "curl --resolve 'a.test:443:[10.1.2.3]' https://a.test/");
	free(text);
	flow_unref(f);
}

static void
expect_raw(const struct flow *f, const char *format, const char *want)
{
	char	*text = export_text(f, format, NULL, NULL);

	if (want == NULL) {
		assert_null(text);
		return;
	}
	assert_non_null(text);
	assert_string_equal(text, want);
	free(text);
}

#define REQUEST	"POST /x HTTP/1.1\r\nHost: a.test\r\n"	\
	"content-length: 4\r\n\r\nbody"
#define RESPONSE "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"

static void
test_raw(void **state)
{
	struct ask	 ask = { "POST", "http://a.test/x", NULL, "body" };
	struct flow	*f = flow_of(&ask);
	struct frame	 fr = { .opcode = 1, .from_client = true };

	(void)state;
	expect_raw(f, "raw_request", REQUEST);
	expect_raw(f, "raw_response", NULL);
	expect_raw(f, "raw", REQUEST);
	flow_set_response(f, msg_response(200, SPNIL, SP("abc")));
	expect_raw(f, "raw_response", RESPONSE);
	expect_raw(f, "raw", REQUEST "\r\n\r\n" RESPONSE);
	fr.data = blob_of(SP("hi"));
	frames_add(&flow_websocket(f)->frames, fr);
	fr.data = blob_of(SP("ho"));
	fr.from_client = false;
	frames_add(&flow_websocket(f)->frames, fr);
	expect_raw(f, "raw", REQUEST "\r\n\r\n" RESPONSE
	    "\r\n\r\n[OUTGOING] hi\n[INCOMING] ho");
	flow_unref(f);
}

static void
test_codings(void **state)
{
	struct flow	*f = flow_new(FLOW_HTTP);
	struct msg	*m;
	struct str	 packed;

	(void)state;
	str_init(&packed, STR_MAX);
	assert_int_equal(enc_encode(SP("gzip"), SP("abc"), &packed, NULL), 0);
	m = msg_response(200, SPNIL, str_sp(&packed));
	head_add(m->head, SP("Content-Encoding"), SP("gzip"));
	flow_set_response(f, m);
	expect_raw(f, "raw_response", RESPONSE);
	m = msg_response(200, SPNIL, SP("abc"));
	(void)head_drop(m->head, SP("content-length"));
	head_add(m->head, SP("Transfer-Encoding"), SP("chunked"));
	flow_set_response(f, m);
	expect_raw(f, "raw_response", "HTTP/1.1 200 OK\r\n"
	    "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
	m = msg_response(200, SPNIL, SP("abc"));
	m->has_body = false;
	flow_set_response(f, m);
	expect_raw(f, "raw_response", NULL);
	flow_unref(f);
	str_fini(&packed);
}

static void
test_quote(void **state)
{
	static const struct {
		const char	*word, *quoted;
	} v[] = {
		{ "", "''" }, { "a@%+=:,./-_9", "a@%+=:,./-_9" },
		{ "a b", "'a b'" }, { "'", "''\"'\"''" },
		{ "a'", "'a'\"'\"''" }, { "~", "'~'" },
		{ "\xc3\xa9", "'\xc3\xa9'" },
	};
	struct str	s;

	(void)state;
	for (size_t i = 0; i < nitems(v); i++) {
		str_init(&s, STR_MAX);
		shell_quote(&s, sp_of(v[i].word));
		assert_string_equal(str_c(&s), v[i].quoted);
		str_fini(&s);
	}
}

static void
test_table(void **state)
{
	const struct export_format	*f;
	unsigned			 i;

	(void)state;
	for (i = 0; (f = export_at(i)) != NULL; i++) {
		assert_string_equal(export_names(NULL)[i], f->name);
		assert_ptr_equal(export_find(f->name), f);
	}
	assert_null(export_names(NULL)[i]);
	assert_null(export_find("har"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_commands),
		cmocka_unit_test(test_a_shell_agrees),
		cmocka_unit_test(test_original_ip),
		cmocka_unit_test(test_raw),
		cmocka_unit_test(test_codings),
		cmocka_unit_test(test_quote),
		cmocka_unit_test(test_table),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
