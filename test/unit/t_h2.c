#include "h2kit.h"

static struct head *
request(const char *method, const char *path)
{
	struct head	*h = head_new(HEAD_REQUEST);

	head_set_version(h, SP("HTTP/2.0"));
	head_set_method(h, sp_of(method));
	head_set_target(h, sp_of(path));
	head_set_url(h, SP("https"), SP("a.test"), SP("a.test"), 443,
	    sp_of(path));
	return (h);
}

static struct head *
response(int status)
{
	struct head	*h = head_new(HEAD_RESPONSE);

	head_set_status(h, status);
	return (h);
}

static int32_t
ask(struct end *c, const char *method, const char *path)
{
	struct head	*h = request(method, path);
	int32_t		 id = h2_request(c->h2, h);

	head_unref(h);
	return (id);
}

static void
answer(struct end *s, int32_t id, int status)
{
	struct head	*h = response(status);

	h2_respond(s->h2, id, h);
	head_unref(h);
}

static void
pair_open(struct end *c, struct end *s)
{
	end_open(c, (struct h2_cfg){ .client = true });
	end_open(s, (struct h2_cfg){ .extended = true });
}

static void
pair_close(struct end *c, struct end *s)
{
	end_close(c);
	end_close(s);
}

/* --- whole messages, at every split --- */

/* A server that gives back what it got. */
static void
echo(struct end *e, const struct h2_ev *ev)
{
	struct head	*h;

	if (ev->kind == H2_HEAD) {
		answer(e, ev->id, 103);
		h = response(200);
		head_add(h, SP("X-Path"), ev->head->path);
		head_add(h, SP("Connection"), SP("close"));
		h2_respond(e->h2, ev->id, h);
		head_unref(h);
	} else if (ev->kind == H2_DATA)
		h2_data(e->h2, ev->id, ev->data, NULL);
	else if (ev->kind == H2_TRAILERS)
		h2_end(e->h2, ev->id, ev->head);
	else if (ev->kind == H2_END)
		h2_end(e->h2, ev->id, NULL);
}

static void
talk_in_steps(int32_t only, const char *told, const char *came_back,
    size_t step)
{
	struct end	 c, s;
	struct head	*t = head_new(HEAD_TRAILERS);

	pair_open(&c, &s);
	c.mute = s.mute = true;
	c.only = s.only = only;
	s.act = echo;
	head_add(t, SP("sum"), SP("1"));
	assert_int_equal(ask(&c, "GET", "/a"), 1);
	h2_end(c.h2, 1, NULL);
	assert_int_equal(ask(&c, "POST", "/b"), 3);
	assert_true(h2_data(c.h2, 3, SP("hello "), NULL));
	h2_data(c.h2, 3, SP("world"), NULL);
	h2_end(c.h2, 3, t);
	ends_talk(&c, &s, step);
	assert_string_equal(str_c(&s.log), told);
	assert_string_equal(str_c(&s.body), "hello world");
	assert_string_equal(str_c(&c.log), came_back);
	assert_string_equal(str_c(&c.body), "hello world");
	assert_int_equal(h2_open_streams(c.h2) + h2_open_streams(s.h2), 0);
	head_unref(t);
	pair_close(&c, &s);
}

static void
test_every_split(void **state unused)
{
	static const char	told1[] = "1[GET https://a.test/a]1.1#";
	static const char	back1[] = "1(103)1[200 x-path=/a]1.1#";
	static const char	told3[] =
	    "3[POST https://a.test/b]3{ sum=1}3.3#";
	static const char	back3[] =
	    "3(103)3[200 x-path=/b]3{ sum=1}3.3#";
	size_t			step;

	for (step = 1; step < 400; step++) {
		talk_in_steps(1, told1, back1, step);
		talk_in_steps(3, told3, back3, step);
	}
	talk_in_steps(1, told1, back1, ALL);
	talk_in_steps(3, told3, back3, ALL);
}

/* --- frames: END_STREAM goes with the last one there is --- */

static void
expect_frames(struct end *e, const char *want)
{
	struct str	s;

	str_init(&s, STR_MAX);
	end_pump(e, ALL);
	frames_tell(e, &s, false);
	assert_string_equal(str_c(&s), want);
	str_fini(&s);
}

/* A server that has read a whole GET on stream 1. */
static void
server_open(struct end *s)
{
	struct str	wire;

	end_open(s, (struct h2_cfg){ 0 });
	str_init(&wire, STR_MAX);
	str_puts(&wire, PREFACE);
	put_frame(&wire, SETTINGS, 0, 0, SPNIL);
	put_headers(&wire, ES, 1,
	    ":method GET|:scheme https|:authority a|:path /");
	end_feed(s, str_sp(&wire));
	assert_string_equal(str_c(&s->log), "1[GET https://a/]1.");
	str_fini(&wire);
	str_clear(&s->log);
	str_clear(&s->out);
}

static void
test_requests_end(void **state unused)
{
	struct end	 c;
	struct head	*t = head_new(HEAD_TRAILERS);

	head_add(t, SP("a"), SP("b"));
	end_open(&c, (struct h2_cfg){ .client = true });
	expect_frames(&c, "");
	assert_int_equal(ask(&c, "GET", "/"), 1);
	h2_end(c.h2, 1, NULL);
	expect_frames(&c, "HEADERS:1:ES");
	assert_int_equal(ask(&c, "POST", "/"), 3);
	h2_data(c.h2, 3, SP("hello"), NULL);
	h2_end(c.h2, 3, NULL);
	expect_frames(&c, "HEADERS:3 DATA:3:5:ES");
	assert_int_equal(ask(&c, "POST", "/"), 5);
	h2_end(c.h2, 5, t);
	expect_frames(&c, "HEADERS:5 HEADERS:5:ES");
	assert_int_equal(ask(&c, "POST", "/"), 7);
	h2_data(c.h2, 7, SP("hello"), NULL);
	h2_end(c.h2, 7, t);
	expect_frames(&c, "HEADERS:7 DATA:7:5 HEADERS:7:ES");
	/* known too late: an empty frame is the only way */
	assert_int_equal(ask(&c, "POST", "/"), 9);
	expect_frames(&c, "HEADERS:9");
	h2_data(c.h2, 9, SP("hello"), NULL);
	expect_frames(&c, "DATA:9:5");
	h2_end(c.h2, 9, NULL);
	expect_frames(&c, "DATA:9:0:ES");
	assert_int_equal(ask(&c, "POST", "/"), 11);
	expect_frames(&c, "HEADERS:11");
	h2_end(c.h2, 11, t);
	expect_frames(&c, "HEADERS:11:ES");
	head_unref(t);
	end_close(&c);
}

static void
test_responses_end(void **state unused)
{
	struct end	s;

	server_open(&s);
	answer(&s, 1, 103);
	expect_frames(&s, "HEADERS:1");
	answer(&s, 1, 204);
	answer(&s, 1, 500);	/* there is only one */
	answer(&s, 1, 103);
	h2_end(s.h2, 1, NULL);
	expect_frames(&s, "HEADERS:1:ES");
	assert_string_equal(str_c(&s.log), "1#");
	/* it is gone */
	answer(&s, 1, 200);
	assert_true(h2_data(s.h2, 1, SP("x"), NULL));
	h2_end(s.h2, 1, NULL);
	h2_reset(s.h2, 1, H2_CANCEL);
	h2_consumed(s.h2, 1, 5);
	assert_int_equal(h2_queued(s.h2, 1), 0);
	expect_frames(&s, "");
	end_close(&s);
}

static void
test_first_bytes(void **state unused)
{
	struct end	c, s;
	struct str	t;

	pair_open(&c, &s);
	str_init(&t, STR_MAX);
	end_pump(&c, ALL);
	assert_true(sp_starts(str_sp(&c.out), PREFACE));
	frames_tell(&c, &t, true);
	assert_string_equal(str_c(&t), "SETTINGS WINDOW");
	str_clear(&t);
	end_pump(&s, ALL);
	frames_tell(&s, &t, true);
	assert_string_equal(str_c(&t), "SETTINGS WINDOW");
	str_fini(&t);
	pair_close(&c, &s);
}

/* --- flow control --- */

static struct blob *
big_blob(size_t n)
{
	struct blob	*b = blob_new(n);

	memset(b->data, 'x', n);
	b->n = n;
	return (b);
}

/* Asks, and lets n bytes wait behind the answer. */
static int32_t
ask_for(struct end *c, struct end *s, struct blob *b, size_t n)
{
	int32_t	id = ask(c, "GET", "/");
	size_t	now;

	h2_end(c->h2, id, NULL);
	ends_talk(c, s, ALL);
	answer(s, id, 200);
	for (; n != 0; n -= now) {
		now = n < b->n ? n : b->n;
		h2_data(s->h2, id, sp_mem(b->data, now), b);
	}
	h2_end(s->h2, id, NULL);
	return (id);
}

static void
test_back_pressure(void **state unused)
{
	struct end	 c, s;
	struct blob	*b = big_blob(100000);
	int32_t		 id;

	pair_open(&c, &s);
	c.mute = true;
	id = ask(&c, "GET", "/");
	h2_end(c.h2, id, NULL);
	ends_talk(&c, &s, ALL);
	answer(&s, id, 200);
	str_clear(&s.log);
	assert_true(h2_data(s.h2, id, blob_sp(b), b));
	assert_true(h2_data(s.h2, id, blob_sp(b), b));
	assert_false(h2_data(s.h2, id, blob_sp(b), b));
	assert_false(h2_data(s.h2, id, blob_sp(b), b));
	assert_int_equal(h2_queued(s.h2, id), 400000);
	/* a little at a time */
	assert_true(h2_pump(s.h2, 1000));
	assert_in_range(s.out.n, 1000, 1000 + 16384 + 9);
	while (h2_queued(s.h2, id) > H2_QUEUE_LOW) {
		assert_string_equal(str_c(&s.log), "");
		assert_true(h2_pump(s.h2, 1000));
		end_drain(&s);
	}
	assert_string_equal(str_c(&s.log), "1^");
	assert_true(h2_data(s.h2, id, blob_sp(b), b));
	h2_end(s.h2, id, NULL);
	ends_talk(&c, &s, ALL);
	assert_int_equal(c.body.n, 500000);
	assert_true(s.blobs > 400000);	/* not copied */
	blob_unref(b);
	pair_close(&c, &s);
}

/* Nothing but h2_consumed() lets the peer go on. */
static void
test_windows(void **state unused)
{
	size_t		 one = limit_of(H2_STREAM_WINDOW);
	size_t		 all = limit_of(H2_CONN_WINDOW);
	struct end	 c, s;
	struct blob	*b = big_blob(1 << 20);
	int32_t		 id[3], i;

	pair_open(&c, &s);
	c.mute = c.keep = true;
	id[0] = ask_for(&c, &s, b, one + 5);
	ends_talk(&c, &s, ALL);
	assert_int_equal(c.body.n, one);
	h2_consumed(c.h2, id[0], one + 1);	/* more than there was */
	ends_talk(&c, &s, ALL);
	assert_int_equal(c.body.n, one + 5);
	h2_consumed(c.h2, id[0], 5);
	str_clear(&c.body);
	/* three fill the connection */
	for (i = 0; i < 3; i++)
		id[i] = ask_for(&c, &s, b, one);
	ends_talk(&c, &s, ALL);
	assert_in_range(c.body.n, all - 10, all);
	str_clear(&c.log);
	/* one is given up, and what it held is free again */
	h2_reset(c.h2, id[0], H2_CANCEL);
	ends_talk(&c, &s, ALL);
	assert_int_equal(c.body.n, 3 * one);
	blob_unref(b);
	pair_close(&c, &s);
}

/* Data that nobody reads holds nobody up. */
static void
test_refused_data(void **state unused)
{
	struct end	 c, s;
	struct blob	*b = big_blob(1 << 20);
	struct head	*h;
	int32_t		 id;
	int		 i;

	pair_open(&c, &s);
	s.keep = s.mute = true;
	for (i = 0; i < 20; i++) {
		h = request("POST", "/");
		head_add(h, SP("content-length"), SP("1"));
		id = h2_request(c.h2, h);
		head_unref(h);
		h2_data(c.h2, id, blob_sp(b), b);
		h2_end(c.h2, id, NULL);
		ends_talk(&c, &s, ALL);
		assert_non_null(strstr(str_c(&c.log), "!PROTOCOL_ERROR"));
		str_clear(&c.log);
	}
	assert_int_equal(s.body.n, 0);
	blob_unref(b);
	pair_close(&c, &s);
}

/* --- streams that end early --- */

static void
test_reset(void **state unused)
{
	struct end	c, s;

	pair_open(&c, &s);
	assert_int_equal(ask(&c, "POST", "/"), 1);
	ends_talk(&c, &s, ALL);
	h2_reset(c.h2, 1, H2_CANCEL);
	h2_reset(c.h2, 1, H2_CANCEL);
	ends_talk(&c, &s, ALL);
	assert_string_equal(str_c(&s.log), "1[POST https://a.test/]1!CANCEL");
	assert_string_equal(str_c(&c.log), "1#");
	str_clear(&c.log);
	str_clear(&s.log);
	assert_int_equal(ask(&c, "POST", "/"), 3);
	ends_talk(&c, &s, ALL);
	h2_reset(s.h2, 3, H2_HTTP_1_1_REQUIRED);
	ends_talk(&c, &s, ALL);
	assert_string_equal(str_c(&s.log), "3[POST https://a.test/]3#");
	assert_string_equal(str_c(&c.log), "3!HTTP_1_1_REQUIRED");
	pair_close(&c, &s);
}

/* Ids stay in order when a request goes before it was sent. */
static void
test_reset_unsent(void **state unused)
{
	struct end	c, s;

	pair_open(&c, &s);
	assert_int_equal(ask(&c, "POST", "/1"), 1);
	assert_int_equal(ask(&c, "POST", "/3"), 3);
	h2_reset(c.h2, 1, H2_CANCEL);
	assert_int_equal(ask(&c, "POST", "/5"), 5);
	ends_talk(&c, &s, ALL);
	assert_null(strstr(str_c(&s.log), "/1"));
	assert_non_null(strstr(str_c(&s.log), "3[POST https://a.test/3]"));
	assert_non_null(strstr(str_c(&s.log), "5[POST https://a.test/5]"));
	assert_string_equal(str_c(&c.log), "1#");
	pair_close(&c, &s);
}

/* RFC 9113 8.1: the answer is whole, the rest of the request not needed. */
static void
test_reset_after_answer(void **state unused)
{
	struct end	c, s;

	pair_open(&c, &s);
	assert_int_equal(ask(&c, "POST", "/"), 1);
	h2_data(c.h2, 1, SP("part"), NULL);
	ends_talk(&c, &s, ALL);
	answer(&s, 1, 413);
	h2_data(s.h2, 1, SP("no"), NULL);
	h2_reset(s.h2, 1, H2_NO_ERROR);
	h2_end(s.h2, 1, NULL);
	ends_talk(&c, &s, ALL);
	assert_string_equal(str_c(&c.log), "1[413]1+21.1!NO_ERROR");
	assert_string_equal(str_c(&s.log),
	    "1[POST https://a.test/]1+41#");
	pair_close(&c, &s);
}

static void
test_too_large(void **state unused)
{
	static char	 value[70000];
	struct end	 c, s;
	struct head	*h;

	memset(value, 'x', sizeof(value));
	pair_open(&c, &s);
	h = request("GET", "/");
	head_add(h, SP("a"), sp_mem(value, sizeof(value)));
	assert_int_equal(h2_request(c.h2, h), 1);
	head_unref(h);
	ends_talk(&c, &s, ALL);
	assert_string_equal(str_c(&s.log), "1?H1_HEAD_SIZE:NO_ERROR");
	answer(&s, 1, err_status(s.why.code));
	h2_end(s.h2, 1, NULL);
	h2_reset(s.h2, 1, H2_NO_ERROR);
	ends_talk(&c, &s, ALL);
	assert_string_equal(str_c(&c.log), "1[431]1.1!NO_ERROR");
	pair_close(&c, &s);
}

/* --- how many, and no more --- */

static void
test_can_open(void **state unused)
{
	struct end	c, s;
	unsigned	n;

	pair_open(&c, &s);
	assert_false(h2_can_open(s.h2));
	ends_talk(&c, &s, ALL);
	for (n = 0; h2_can_open(c.h2); n++)
		assert_int_equal(ask(&c, "POST", "/"), (int32_t)n * 2 + 1);
	assert_int_equal(n, limit_of(H2_STREAMS));
	assert_int_equal(ask(&c, "POST", "/"), -1);
	ends_talk(&c, &s, ALL);
	assert_int_equal(h2_open_streams(s.h2), n);
	h2_reset(c.h2, 1, H2_CANCEL);
	ends_talk(&c, &s, ALL);
	assert_true(h2_can_open(c.h2));
	assert_int_equal(h2_open_streams(s.h2), n - 1);
	pair_close(&c, &s);
}

static void
test_goaway(void **state unused)
{
	struct end	c, s;

	pair_open(&c, &s);
	assert_int_equal(ask(&c, "POST", "/"), 1);
	ends_talk(&c, &s, ALL);
	h2_shutdown(s.h2);
	assert_int_equal(ask(&c, "POST", "/"), 3);
	end_pump(&c, ALL);	/* they cross */
	ends_talk(&c, &s, ALL);
	assert_false(h2_can_open(c.h2));
	assert_non_null(strstr(str_c(&c.log), "g1 NO_ERROR"));
	assert_non_null(strstr(str_c(&c.log), "3!REFUSED_STREAM"));
	assert_null(strstr(str_c(&s.log), "3["));
	assert_false(h2_is_over(s.h2));
	h2_end(c.h2, 1, NULL);
	answer(&s, 1, 200);
	h2_end(s.h2, 1, NULL);
	ends_talk(&c, &s, ALL);
	assert_non_null(strstr(str_c(&c.log), "1[200]1.1#"));
	assert_true(h2_is_over(s.h2));
	assert_true(h2_is_over(c.h2));
	pair_close(&c, &s);
}

static void
test_ping(void **state unused)
{
	struct end	c, s;

	pair_open(&c, &s);
	ends_talk(&c, &s, ALL);
	h2_ping(c.h2);
	h2_ping(s.h2);
	ends_talk(&c, &s, ALL);
	assert_string_equal(str_c(&c.log), "p");
	assert_string_equal(str_c(&s.log), "p");
	pair_close(&c, &s);
}

static void
test_abort(void **state unused)
{
	struct end	c, s;

	pair_open(&c, &s);
	assert_int_equal(ask(&c, "POST", "/"), 1);
	ends_talk(&c, &s, ALL);
	h2_abort(s.h2, H2_INTERNAL_ERROR);
	ends_talk(&c, &s, ALL);
	assert_non_null(strstr(str_c(&c.log), "g1 INTERNAL_ERROR"));
	assert_null(strstr(str_c(&s.log), "x "));
	assert_true(h2_is_over(s.h2));
	pair_close(&c, &s);
}

/* --- tunnels --- */

static void
test_extended_connect(void **state unused)
{
	struct end	 c, s;
	struct head	*h = request("CONNECT", "/chat");

	head_add(h, SP(":protocol"), SP("websocket"));
	pair_open(&c, &s);
	assert_false(h2_takes_extended(c.h2));
	ends_talk(&c, &s, ALL);
	assert_true(h2_takes_extended(c.h2));
	assert_int_equal(h2_request(c.h2, h), 1);
	head_unref(h);
	h2_data(c.h2, 1, SP("ping"), NULL);
	ends_talk(&c, &s, ALL);
	answer(&s, 1, 200);
	h2_data(s.h2, 1, SP("pong"), NULL);
	ends_talk(&c, &s, ALL);
	h2_end(s.h2, 1, NULL);
	ends_talk(&c, &s, ALL);
	h2_data(c.h2, 1, SP("more"), NULL);
	h2_end(c.h2, 1, NULL);
	ends_talk(&c, &s, ALL);
	assert_string_equal(str_c(&s.log),
	    "1[CONNECT https://a.test/chat :protocol=websocket]1+41+41.1#");
	assert_string_equal(str_c(&c.log), "1[200]1+41.1#");
	pair_close(&c, &s);
}

static void
test_upgrade(void **state unused)
{
	static const char	settings[] = "\0\4\0\0\0\5";	/* window 5 */
	struct end		s;
	struct str		wire;

	end_open(&s, (struct h2_cfg){ 0 });
	assert_int_equal(h2_upgrade(s.h2, sp_mem(settings, 5), SP("GET"),
	    NULL), -1);
	assert_int_equal(h2_upgrade(s.h2, sp_mem(settings, 6), SP("GET"),
	    NULL), 0);
	answer(&s, 1, 200);
	h2_data(s.h2, 1, SP("hello world"), NULL);
	h2_end(s.h2, 1, NULL);
	expect_frames(&s, "HEADERS:1 DATA:1:5");
	str_init(&wire, STR_MAX);
	str_puts(&wire, PREFACE);
	put_frame(&wire, SETTINGS, 0, 0, SPNIL);
	put_frame(&wire, WINDOW, 0, 1, sp_mem("\0\0\0\6", 4));
	put_headers(&wire, ES, 3,
	    ":method GET|:scheme http|:authority a|:path /next");
	end_feed(&s, str_sp(&wire));
	expect_frames(&s, "DATA:1:6:ES");
	assert_non_null(strstr(str_c(&s.log), "3[GET http://a/next]3."));
	assert_non_null(strstr(str_c(&s.log), "1#"));
	str_fini(&wire);
	end_close(&s);
}

/* --- peers that mean no good --- */

/* Connections that end: frames by hand behind a good beginning. */
static const struct {
	const char	*name;
	int		 type, flags;
	unsigned	 id;
	const char	*load;
	size_t		 n;
	const char	*told;
} broken[] = {
	{ "data on stream 0",	DATA, 0, 0, "x", 1, "x PROTOCOL_ERROR" },
	{ "idle stream",	DATA, 0, 5, "x", 1, "x PROTOCOL_ERROR" },
	{ "reset of idle",	RST, 0, 5, "\0\0\0\1", 4,
	    "x PROTOCOL_ERROR" },
	{ "even stream",	HEADERS, EH, 2, "\x82", 1,
	    "x PROTOCOL_ERROR" },
	{ "short ping",		PING, 0, 0, "1234", 4, "x FRAME_SIZE_ERROR" },
	{ "settings with ack",	SETTINGS, ES, 0, "\0\3\0\0\0\1", 6,
	    "x FRAME_SIZE_ERROR" },
	{ "window of nothing",	WINDOW, 0, 0, "\0\0\0\0", 4,
	    "x PROTOCOL_ERROR" },
	{ "window too wide",	WINDOW, 0, 0, "\x7f\xff\xff\xff", 4,
	    "x FLOW_CONTROL_ERROR" },
	{ "push to a server",	PUSH, EH, 1, "\0\0\0\2\x82", 5,
	    "x PROTOCOL_ERROR" },
	{ "continues nothing",	CONTINUATION, EH, 1, "\x82", 1,
	    "x PROTOCOL_ERROR" },
	{ "no such index",	HEADERS, EH, 3, "\xff\x7f", 2,
	    "x COMPRESSION_ERROR" },
	{ "depends on itself",	PRIORITY, 0, 3, "\0\0\0\3\1", 5,
	    "x PROTOCOL_ERROR" },
	{ "wrong padding",	HEADERS, PADDED | EH, 3, "\x09\x82", 2,
	    "x PROTOCOL_ERROR" },
};

static void
test_broken(void **state unused)
{
	struct end	s;
	struct str	wire;
	size_t		i;

	for (i = 0; i < nitems(broken); i++) {
		server_open(&s);
		str_init(&wire, STR_MAX);
		put_frame(&wire, broken[i].type, broken[i].flags,
		    broken[i].id, sp_mem(broken[i].load, broken[i].n));
		end_feed(&s, str_sp(&wire));
		if (strcmp(str_c(&s.log), broken[i].told) != 0)
			fail_msg("%s: %s", broken[i].name, str_c(&s.log));
		assert_true(s.why.text[0] != '\0');
		assert_true(h2_is_over(s.h2));
		/* and nothing is read any more */
		end_feed(&s, str_sp(&wire));
		assert_string_equal(str_c(&s.log), broken[i].told);
		str_fini(&wire);
		end_close(&s);
	}
}

/* Frames that break one stream only (RFC 9113 6.9.1). */
static void
test_broken_stream(void **state unused)
{
	struct end	s;
	struct str	wire;

	server_open(&s);
	str_init(&wire, STR_MAX);
	put_frame(&wire, WINDOW, 0, 1, sp_mem("\x7f\xff\xff\xff", 4));
	end_feed(&s, str_sp(&wire));
	assert_string_equal(str_c(&s.log), "1!FLOW_CONTROL_ERROR");
	assert_non_null(strstr(s.why.text, "client broke the stream"));
	assert_false(h2_is_over(s.h2));
	str_fini(&wire);
	end_close(&s);
}

static void
test_no_preface(void **state unused)
{
	struct end	s;

	end_open(&s, (struct h2_cfg){ 0 });
	end_feed(&s, SP("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
	assert_string_equal(str_c(&s.log), "x PROTOCOL_ERROR");
	assert_non_null(strstr(s.why.text, "does not start like HTTP/2"));
	end_close(&s);
}

/* RFC 9113 5.1.1: ids rise; trailers of an old stream are no new one. */
static void
test_old_ids(void **state unused)
{
	static const char	get[] =
	    ":method GET|:scheme https|:authority a|:path /";
	struct end		s;
	struct str		wire;

	server_open(&s);
	str_init(&wire, STR_MAX);
	put_headers(&wire, 0, 9, get);
	put_headers(&wire, 0, 11, get);
	put_headers(&wire, ES, 9, "a b");
	end_feed(&s, str_sp(&wire));
	assert_null(strstr(str_c(&s.log), "x "));
	str_clear(&wire);
	put_headers(&wire, ES, 5, get);
	end_feed(&s, str_sp(&wire));
	assert_non_null(strstr(str_c(&s.log), "x PROTOCOL_ERROR"));
	str_fini(&wire);
	end_close(&s);
}

static void
feed_until_lost(struct end *s, struct sp wire, unsigned max)
{
	while (strstr(str_c(&s->log), "x ") == NULL && max-- > 0) {
		str_clear(&s->out);
		end_feed(s, wire);
	}
	assert_non_null(strstr(str_c(&s->log), "x ENHANCE_YOUR_CALM"));
	assert_int_equal(s->why.code, ERR_H2_FLOOD);
}

/* CVE-2023-44487 */
static void
test_rapid_reset(void **state unused)
{
	struct end	c, s;
	unsigned	i;
	int32_t		id;

	pair_open(&c, &s);
	for (i = 0; i < 3 * limit_of(H2_RESETS) &&
	    strstr(str_c(&s.log), "x ") == NULL; i++) {
		str_clear(&s.log);
		id = ask(&c, "GET", "/");
		ends_talk(&c, &s, ALL);
		h2_reset(c.h2, id, H2_CANCEL);
		ends_talk(&c, &s, ALL);
	}
	assert_int_equal(i, limit_of(H2_RESETS) + 1);
	assert_non_null(strstr(str_c(&s.log), "x ENHANCE_YOUR_CALM"));
	pair_close(&c, &s);
}

/* Who also lets streams end, may reset some. */
static void
test_resets_made_up_for(void **state unused)
{
	struct end	c, s;
	unsigned	i;
	int32_t		id;

	pair_open(&c, &s);
	s.act = echo;
	for (i = 0; i < 2 * limit_of(H2_RESETS); i++) {
		id = ask(&c, "GET", "/");
		if (i % 2 == 0)
			h2_end(c.h2, id, NULL);
		ends_talk(&c, &s, ALL);
		h2_reset(c.h2, id, H2_CANCEL);
		ends_talk(&c, &s, ALL);
		assert_null(strstr(str_c(&s.log), "x "));
		str_clear(&s.log);
	}
	pair_close(&c, &s);
}

static void
test_floods(void **state unused)
{
	static const struct {
		int		 type, flags;
		unsigned	 id;
		size_t		 n;
	} rows[] = {
		{ PING, 0, 0, 8 }, { SETTINGS, 0, 0, 0 },
		{ PRIORITY, 0, 7, 5 }, { DATA, 0, 1, 0 },
	};
	struct end	s;
	struct str	wire;
	size_t		i, j;

	for (i = 0; i < nitems(rows); i++) {
		end_open(&s, (struct h2_cfg){ 0 });
		str_init(&wire, STR_MAX);
		str_puts(&wire, PREFACE);
		put_frame(&wire, SETTINGS, 0, 0, SPNIL);
		put_headers(&wire, 0, 1,
		    ":method POST|:scheme https|:authority a|:path /");
		end_feed(&s, str_sp(&wire));
		str_clear(&wire);
		for (j = 0; j < 900; j++)
			put_frame(&wire, rows[i].type, rows[i].flags,
			    rows[i].id, sp_mem("\0\0\0\0\0\0\0\0",
			    rows[i].n));
		feed_until_lost(&s, str_sp(&wire), 2000);
		str_fini(&wire);
		end_close(&s);
	}
}

/* More to acknowledge than is read: memory stays bounded. */
static void
test_unread_acks(void **state unused)
{
	struct end	s;
	struct str	wire;
	int		i;

	server_open(&s);
	str_init(&wire, STR_MAX);
	for (i = 0; i < 2000; i++)
		put_frame(&wire, PING, 0, 0, SP("12345678"));
	end_feed(&s, str_sp(&wire));
	assert_string_equal(str_c(&s.log), "x ENHANCE_YOUR_CALM");
	str_fini(&wire);
	end_close(&s);
}

/* A header section that never ends (CVE-2024-28182 and its like). */
static void
test_endless_head(void **state unused)
{
	struct end	s;
	struct str	wire, block;
	int		i;

	server_open(&s);
	str_init(&wire, STR_MAX);
	str_init(&block, STR_MAX);
	put_field(&block, SP("a"), SP("b"));
	put_frame(&wire, HEADERS, 0, 3, str_sp(&block));
	for (i = 0; i < 100; i++)
		put_frame(&wire, CONTINUATION, 0, 3, str_sp(&block));
	end_feed(&s, str_sp(&wire));
	assert_non_null(strstr(str_c(&s.log), "x "));
	str_fini(&wire);
	str_fini(&block);
	end_close(&s);
}

/* One byte a field, out of the table: large when it is written out. */
static void
test_head_bomb(void **state unused)
{
	struct end	s;
	struct str	wire, block;
	char		value[4000];
	int		i;

	memset(value, 'x', sizeof(value));
	server_open(&s);
	str_init(&wire, STR_MAX);
	str_init(&block, STR_MAX);
	str_putc(&block, 0x40);		/* indexed from now on */
	put_hpack_str(&block, SP("a"));
	put_hpack_str(&block, sp_mem(value, sizeof(value)));
	for (i = 0; i < 10000; i++)
		str_putc(&block, 0x80 | 62);
	put_frame(&wire, HEADERS, EH | ES, 3, str_sp(&block));
	end_feed(&s, str_sp(&wire));
	assert_string_equal(str_c(&s.log), "x ENHANCE_YOUR_CALM");
	str_fini(&wire);
	str_fini(&block);
	end_close(&s);
}

/* --- the end in the middle --- */

/* Whatever waits is let go: events, heads, bodies, half a section. */
static void
test_free_any_time(void **state unused)
{
	struct end	 c, s;
	struct blob	*b = big_blob(10000);
	size_t		 n;

	for (n = 0; n < 400; n += 3) {
		pair_open(&c, &s);
		assert_int_equal(ask(&c, "POST", "/"), 1);
		h2_data(c.h2, 1, blob_sp(b), b);
		end_pump(&c, ALL);
		assert_int_equal(ask(&c, "POST", "/"), 3);
		h2_data(c.h2, 3, SP("x"), NULL);
		h2_feed(s.h2, sp_cut(str_sp(&c.out), 0, n));
		pair_close(&c, &s);
	}
	assert_int_equal(atomic_load(&b->refs), 1);
	blob_unref(b);
	h2_free(NULL);
}

static void
test_names(void **state unused)
{
	assert_string_equal(h2_code_name(H2_NO_ERROR), "NO_ERROR");
	assert_string_equal(h2_code_name(H2_HTTP_1_1_REQUIRED),
	    "HTTP_1_1_REQUIRED");
	assert_non_null(h2_code_name(4711));
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_every_split),
		cmocka_unit_test(test_requests_end),
		cmocka_unit_test(test_responses_end),
		cmocka_unit_test(test_first_bytes),
		cmocka_unit_test(test_back_pressure),
		cmocka_unit_test(test_windows),
		cmocka_unit_test(test_refused_data),
		cmocka_unit_test(test_reset),
		cmocka_unit_test(test_reset_unsent),
		cmocka_unit_test(test_reset_after_answer),
		cmocka_unit_test(test_too_large),
		cmocka_unit_test(test_can_open),
		cmocka_unit_test(test_goaway),
		cmocka_unit_test(test_ping),
		cmocka_unit_test(test_abort),
		cmocka_unit_test(test_extended_connect),
		cmocka_unit_test(test_upgrade),
		cmocka_unit_test(test_broken),
		cmocka_unit_test(test_broken_stream),
		cmocka_unit_test(test_no_preface),
		cmocka_unit_test(test_old_ids),
		cmocka_unit_test(test_rapid_reset),
		cmocka_unit_test(test_resets_made_up_for),
		cmocka_unit_test(test_floods),
		cmocka_unit_test(test_unread_acks),
		cmocka_unit_test(test_endless_head),
		cmocka_unit_test(test_head_bomb),
		cmocka_unit_test(test_free_any_time),
		cmocka_unit_test(test_names),
	};

	return (cmocka_run_group_tests(tests, NULL, all_gone));
}
