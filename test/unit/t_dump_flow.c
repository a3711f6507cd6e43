#include "app/dump.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

static struct conn *
conn_to(bool server, const char *host, uint16_t port)
{
	struct conn	*c = conn_new(server);

	conn_set_place(server ? &c->address : &c->peer, host, port);
	return (c);
}

static struct flow *
sample(enum flow_type type)
{
	struct flow	*f = flow_new(type);

	flow_set_client(f, conn_to(false, "127.0.0.1", 50000));
	flow_set_server(f, conn_to(true, "a.test", 80));
	return (f);
}

static struct flow *
http(const char *method, const char *url, const char *body, int status,
    const char *type, struct sp answer)
{
	struct flow	*f = sample(FLOW_HTTP);
	struct msg	*m = msg_request(sp_of(method), sp_of(url), NULL);

	assert_non_null(m);
	if (body != NULL) {
		head_add(m->head, SP("Content-Type"),
		    SP("application/x-www-form-urlencoded"));
		msg_set_body(m, sp_of(body));
	}
	flow_set_request(f, m);
	if (status != 0)
		flow_set_response(f, msg_response(status, sp_of(type),
		    answer));
	return (f);
}

static void
expect(struct flow *f, int detail, const char *want)
{
	struct dump_look	look = { .detail = detail, .view = "auto",
				    .max_lines = 5, .width = 80 };
	struct str		out;

	str_init(&out, STR_MAX);
	dump_put_flow(&look, f, &out);
	assert_string_equal(str_c(&out), want);
	str_fini(&out);
	flow_unref(f);
}

static void
test_levels(void **state)
{
	struct flow	*f = http("POST", "http://a.test/x", "a=b", 201,
	    "application/json", SP("[1]"));

	(void)state;
	expect(flow_ref(f), 0, "");
	expect(flow_ref(f), 1,
	    "127.0.0.1:50000: POST http://a.test/x\n"
	    "              << 201 Created 3b\n");
	expect(flow_ref(f), 2,
	    "127.0.0.1:50000: POST http://a.test/x\n"
	    "    Host: a.test\n"
	    "    Content-Type: application/x-www-form-urlencoded\n"
	    "    content-length: 3\n\n"
	    " << 201 Created 3b\n"
	    "    Content-Type: application/json\n"
	    "    Content-Length: 3\n\n");
	expect(f, 3,
	    "127.0.0.1:50000: POST http://a.test/x\n"
	    "    Host: a.test\n"
	    "    Content-Type: application/x-www-form-urlencoded\n"
	    "    content-length: 3\n\n"
	    "    a: b\n\n"
	    " << 201 Created 3b\n"
	    "    Content-Type: application/json\n"
	    "    Content-Length: 3\n\n"
	    "    [\n        1\n    ]\n\n");
}

static void
test_long_bodies_are_cut(void **state)
{
	struct flow	*f = http("GET", "http://a.test/", NULL, 200, "a/b",
	    SP("1\n2\n3\n4\n5\n6\n"));
	struct str	 out;
	struct dump_look look = { .detail = 3, .view = "auto",
			    .max_lines = 5, .width = 80 };

	(void)state;
	str_init(&out, STR_MAX);
	dump_put_flow(&look, f, &out);
	assert_non_null(strstr(str_c(&out), "    5\n    (cut off)\n"));
	str_clear(&out);
	look.detail = 4;
	dump_put_flow(&look, f, &out);
	assert_non_null(strstr(str_c(&out), "    5\n    6\n\n"));
	assert_null(strstr(str_c(&out), "cut off"));
	str_fini(&out);
	flow_unref(f);
}

static void
test_long_urls_are_cut(void **state)
{
	char	url[300] = "http://a.test/";
	char	want[1000];
	size_t	i;

	(void)state;
	for (i = strlen(url); i < sizeof(url) - 1; i++)
		url[i] = 'x';
	(void)snprintf(want, sizeof(want),
	    "127.0.0.1:50000: GET %.55s…\n", url);
	expect(http("GET", url, NULL, 0, NULL, SPNIL), 1, want);
	(void)snprintf(want, sizeof(want), "127.0.0.1:50000: GET %s\n"
	    "    Host: a.test\n\n", url);
	expect(http("GET", url, NULL, 0, NULL, SPNIL), 2, want);
}

static void
test_missing_error_replay(void **state)
{
	struct flow	*f = http("GET", "http://a.test/", NULL, 200, "a/b",
	    SP("x"));
	struct msg	*m = msg_dup(f->response);

	(void)state;
	m->has_body = false;
	flow_set_response(f, m);
	expect(f, 1, "127.0.0.1:50000: GET http://a.test/\n"
	    "              << 200 OK (content missing)\n");
	f = http("GET", "http://a.test/", NULL, 0, NULL, SPNIL);
	flow_set_error(f, "it broke");
	f->replay = REPLAY_REQUEST;
	expect(f, 1, "[replay]: GET http://a.test/\n << it broke\n");
}

static void
test_versions(void **state)
{
	struct flow	*f = http("GET", "http://a.test/", NULL, 200, "a/b",
	    SPNIL);
	struct msg	*m = msg_dup(f->request);

	(void)state;
	head_set_version(m->head, SP("HTTP/2.0"));
	flow_set_request(f, m);
	expect(f, 1, "127.0.0.1:50000: GET http://a.test/ HTTP/2.0\n"
	    "     << HTTP/1.1 200 OK 0b\n");
}

static void
test_showhost_and_colours(void **state)
{
	struct flow		*f = http("DELETE", "http://10.0.0.1/",
	    NULL, 500, NULL, SP("x"));
	struct msg		*m = msg_dup(f->request);
	struct dump_look	 look = { .detail = 1, .view = "auto",
				    .width = 80, .showhost = true,
				    .colour = true };
	struct str		 out;

	(void)state;
	head_set(m->head, SP("Host"), SP("named.test"));
	flow_set_request(f, m);
	str_init(&out, STR_MAX);
	dump_put_flow(&look, f, &out);
	assert_non_null(strstr(str_c(&out), "http://named.test/"));
	assert_non_null(strstr(str_c(&out), "\033[31mDELETE\033[0m"));
	assert_non_null(strstr(str_c(&out), "\033[31m500\033[0m"));
	str_fini(&out);
	flow_unref(f);
}

/* Nothing from outside reaches the terminal as it is. */
static void
test_escapes(void **state)
{
	struct flow	*f = http("GET", "http://a.test/", NULL, 200,
	    "text/plain", SP("\x1b[31mbody\x07"));
	struct msg	*m = msg_dup(f->request);
	struct dump_look look = { .detail = 4, .view = "auto",
			    .width = 80 };
	struct str	 out;

	(void)state;
	head_set_method(m->head, SP("G\x1b[1m"));
	head_add(m->head, SP("X-E\x1b"), SP("\x1b[2J\r\n"));
	head_set_url(m->head, SP("http"), SPNIL, SP("h\x1b"), 80,
	    SP("/\x1b[31m"));
	flow_set_request(f, m);
	m = msg_dup(f->response);
	head_set_reason(m->head, SP("\x1b[5mblink"));
	flow_set_response(f, m);
	flow_set_error(f, "\x1b[7merror");
	str_init(&out, STR_MAX);
	dump_put_flow(&look, f, &out);
	assert_null(strpbrk(str_c(&out), "\x1b\x07\r"));
	assert_non_null(strstr(str_c(&out), "blink"));
	str_fini(&out);
	flow_unref(f);
}

static struct frame
frame(const char *text, bool from_client, unsigned char opcode)
{
	return ((struct frame){ .data = blob_of(sp_of(text)),
	    .opcode = opcode, .from_client = from_client });
}

static void
test_websocket(void **state)
{
	struct flow	 *f = http("GET", "http://a.test/ws", NULL, 101, NULL,
	    SPNIL);
	struct websocket *ws = flow_websocket(f);

	(void)state;
	frames_add(&ws->frames, frame("hello", true, 1));
	frames_add(&ws->frames, frame("bin", false, 2));
	ws->close_code = 1000;
	expect(f, 1, "127.0.0.1:50000: GET http://a.test/ws\n"
	    "              << 101 Switching Protocols 0b\n"
	    "127.0.0.1:50000 -> WebSocket text message -> a.test:80/ws\n"
	    "127.0.0.1:50000 <- WebSocket binary message <- a.test:80/ws\n"
	    "WebSocket connection closed by server: 1000 \n");
}

/* While it runs: the handshake, then what has come since. */
static void
test_websocket_that_runs(void **state)
{
	static const struct {
		size_t		 from;
		bool		 live;
		const char	*want;
	} rows[] = {
		{ 1, true, "127.0.0.1:50000 -> WebSocket text message -> "
		    "a.test:80/ws\n127.0.0.1:50000 <- WebSocket text "
		    "message <- a.test:80/ws\n" },
		{ 2, true, "127.0.0.1:50000 <- WebSocket text message <- "
		    "a.test:80/ws\n" },
		{ 3, true, "" },
		{ 3, false, "WebSocket connection closed by server: 1006 \n"
		    " << gone\n" },
	};
	struct dump_look  look = { .detail = 1, .view = "auto", .width = 80 };
	struct flow	 *f = http("GET", "http://a.test/ws", NULL, 101, NULL,
	    SPNIL);
	struct websocket *ws = flow_websocket(f);
	struct str	  out;

	(void)state;
	frames_add(&ws->frames, frame("one", true, 1));
	frames_add(&ws->frames, frame("two", false, 1));
	for (size_t i = 0; i < nitems(rows); i++) {
		f->live = rows[i].live;
		if (!f->live)
			ws->close_code = 1006;
		flow_set_error(f, f->live ? NULL : "gone");
		look.from = rows[i].from;
		str_init(&out, STR_MAX);
		dump_put_flow(&look, f, &out);
		assert_string_equal(str_c(&out), rows[i].want);
		str_fini(&out);
	}
	flow_unref(f);
}

/* It is over, but that is told later. */
static void
test_goes_on(void **state)
{
	struct dump_look	 look = { .detail = 1, .width = 80,
	    .view = "auto", .goes_on = true };
	struct flow		*f = sample(FLOW_UDP);
	struct str		 out;

	(void)state;
	frames_add(&f->frames, frame("hello", true, 0));
	flow_set_error(f, "refused");
	str_init(&out, STR_MAX);
	dump_put_flow(&look, f, &out);
	assert_string_equal(str_c(&out), "127.0.0.1:50000 -> udp -> "
	    "a.test:80\n");
	str_clear(&out);
	look.from = 1;
	look.goes_on = false;
	dump_put_flow(&look, f, &out);
	assert_string_equal(str_c(&out), "Error in UDP connection to "
	    "a.test:80: refused\n");
	str_fini(&out);
	flow_unref(f);
}

static void
test_tcp(void **state)
{
	struct flow	*f = sample(FLOW_TCP);

	(void)state;
	frames_add(&f->frames, frame("hello", true, 0));
	frames_add(&f->frames, frame("it's me", false, 0));
	flow_set_error(f, "reset");
	expect(f, 3, "127.0.0.1:50000 -> tcp -> a.test:80\n\n    hello\n\n"
	    "127.0.0.1:50000 <- tcp <- a.test:80\n\n    it's me\n\n"
	    "Error in TCP connection to a.test:80: reset\n");
}

static void
test_dns(void **state)
{
	static const char	ask[] = "\0\7\1\0\0\1\0\0\0\0\0\0"
	    "\3dns\6google\0\0\1\0\1";
	static const char	answer[] = "\0\7\x81\0\0\1\0\1\0\0\0\0"
	    "\3dns\6google\0\0\1\0\1\xc0\x0c\0\1\0\1\0\0\0\1\0\4\x08\x08\x08"
	    "\x08";
	struct flow		*f = sample(FLOW_DNS);

	(void)state;
	frames_add(&f->frames, (struct frame){ .from_client = true,
	    .data = blob_of(sp_mem(ask, sizeof(ask) - 1)) });
	frames_add(&f->frames, (struct frame){
	    .data = blob_of(sp_mem(answer, sizeof(answer) - 1)) });
	expect(f, 1, "127.0.0.1:50000: DNS QUERY (A) dns.google\n"
	    " << 8.8.8.8\n");
}

static void
test_trailers(void **state)
{
	struct flow	*f = http("GET", "http://a.test/", NULL, 200, NULL,
	    SPNIL);
	struct msg	*m = msg_dup(f->response);
	struct dump_look look = { .detail = 2, .view = "auto",
			    .width = 80 };
	struct str	 out;

	(void)state;
	m->trailers = head_new(HEAD_TRAILERS);
	head_add(m->trailers, SP("X-Trailer"), SP("tail"));
	flow_set_response(f, m);
	str_init(&out, STR_MAX);
	dump_put_flow(&look, f, &out);
	assert_non_null(strstr(str_c(&out),
	    "    --- HTTP Trailers\n    X-Trailer: tail\n"));
	str_fini(&out);
	flow_unref(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_long_bodies_are_cut),
		cmocka_unit_test(test_long_urls_are_cut),
		cmocka_unit_test(test_missing_error_replay),
		cmocka_unit_test(test_versions),
		cmocka_unit_test(test_showhost_and_colours),
		cmocka_unit_test(test_escapes),
		cmocka_unit_test(test_websocket),
		cmocka_unit_test(test_websocket_that_runs),
		cmocka_unit_test(test_tcp),
		cmocka_unit_test(test_goes_on),
		cmocka_unit_test(test_dns),
		cmocka_unit_test(test_trailers),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
