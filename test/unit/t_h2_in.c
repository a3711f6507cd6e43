#include "h2kit.h"

/*
 * One row: frames of a peer, in words, what is told of them, and the frames
 * that go back. "H1 es" HEADERS with END_STREAM, "D1" DATA, "R1 8" reset;
 * behind the bar fields or bytes, "@" at their front for a usual request.
 */
struct row {
	const char	*name;
	const char	*in[5];
	const char	*events;
	const char	*frames;
	const char	*why;		/* part of it, or NULL */
};

#define USUAL	":method GET|:scheme https|:authority a|:path /"

static void
put_line(struct str *s, const char *line)
{
	struct str	fields;
	struct sp	load, words = sp_split(sp_of(line), '|', &load);
	bool		es = sp_search(words, SP(" es")) != -1;
	unsigned	id = (unsigned)(words.p[1] - '0');

	str_init(&fields, STR_MAX);
	if (words.p[0] == 'H') {
		if (sp_starts(load, "@"))
			str_puts(&fields, USUAL);
		str_add(&fields, sp_starts(load, "@") ? sp_skip(load, 1) :
		    load);
		put_headers(s, es ? ES : 0, id, str_c(&fields));
	} else if (words.p[0] == 'D')
		put_frame(s, DATA, es ? ES : 0, id, load);
	else
		put_frame(s, RST, 0, id, sp_mem("\0\0\0\10", 4));
	str_fini(&fields);
}

static void
put_lines(struct str *s, const struct row *r, bool server)
{
	size_t	i;

	if (!server)
		str_puts(s, PREFACE);
	put_frame(s, SETTINGS, 0, 0, SPNIL);
	for (i = 0; i < nitems(r->in) && r->in[i] != NULL; i++)
		put_line(s, r->in[i]);
}

/* An end that has asked for something, or not. */
static void
open_end(struct end *e, struct h2_cfg cfg, const char *method)
{
	struct head	*h;

	end_open(e, cfg);
	if (method != NULL) {
		h = head_new(HEAD_REQUEST);
		head_set_method(h, sp_of(method));
		head_set_target(h, SP("a:1"));
		(void)h2_request(e->h2, h);
		h2_end(e->h2, 1, NULL);
		head_unref(h);
	}
	end_pump(e, ALL);
	str_clear(&e->out);
}

static void
run_row(struct h2_cfg cfg, const char *method, const struct row *r)
{
	struct end	 e;
	struct str	 wire, frames;

	open_end(&e, cfg, method);
	str_init(&wire, STR_MAX);
	str_init(&frames, STR_MAX);
	put_lines(&wire, r, cfg.client);
	end_feed(&e, str_sp(&wire));
	frames_tell(&e, &frames, false);
	if (strcmp(str_c(&e.log), r->events) != 0 ||
	    strcmp(str_c(&frames), r->frames) != 0)
		fail_msg("%s: %s / %s", r->name, str_c(&e.log),
		    str_c(&frames));
	if (r->why != NULL && strstr(e.why.text, r->why) == NULL)
		fail_msg("%s: %s", r->name, e.why.text);
	str_fini(&wire);
	str_fini(&frames);
	end_close(&e);
}

/* Data comes in other pieces then, all else must be the same. */
static void
split_row(struct h2_cfg cfg, const char *method, const struct row *r,
    size_t step, struct str *want)
{
	struct end	e;
	struct str	wire;

	open_end(&e, cfg, method);
	e.mute = true;
	str_init(&wire, STR_MAX);
	put_lines(&wire, r, cfg.client);
	end_feed_steps(&e, str_sp(&wire), step);
	if (want->n == 0)
		str_add(want, str_sp(&e.log));
	assert_string_equal(str_c(&e.log), str_c(want));
	str_fini(&wire);
	end_close(&e);
}

static void
run_rows(struct h2_cfg cfg, const char *method, const struct row *r, size_t n)
{
	struct str	want;
	size_t		i, step;

	for (i = 0; i < n; i++) {
		run_row(cfg, method, &r[i]);
		str_init(&want, STR_MAX);
		split_row(cfg, method, &r[i], ALL, &want);
		for (step = 1; step < 160; step++)
			split_row(cfg, method, &r[i], step, &want);
		str_fini(&want);
	}
}

#define BAD	"1?H2_MESSAGE:PROTOCOL_ERROR1#"
#define RST1	"RST:1:PROTOCOL_ERROR"

/* RFC 9113 8.1 to 8.3, 8.5, 8.6 */
static const struct row	request_rows[] = {
	{ "whole",		{ "H1 es|@|x y" },
	    "1[GET https://a/ x=y]1.", "", NULL },
	{ "with a body",	{ "H1|@|content-length 5", "D1|hel",
	    "D1 es|lo" },
	    "1[GET https://a/ content-length=5]1+31+21.", "", NULL },
	{ "empty body",		{ "H1|@|content-length 0", "D1 es|" },
	    "1[GET https://a/ content-length=0]1.", "", NULL },
	{ "with trailers",	{ "H1|@", "D1|x", "H1 es|t v" },
	    "1[GET https://a/]1+11{ t=v}1.", "", NULL },
	{ "reset",		{ "H1|@", "R1" },
	    "1[GET https://a/]1!CANCEL", "", "client reset the stream" },
	{ "CONNECT",		{ "H1|:method CONNECT|:authority a:1", "D1|x",
	    "D1 es|y" }, "1[CONNECT a:1]1+11+11.", "", NULL },
	/* lengths: 8.1.1 */
	{ "too short",		{ "H1|@|content-length 5", "D1 es|hell" },
	    "1[GET https://a/ content-length=5]1+4" BAD, RST1, "shorter" },
	{ "too long",		{ "H1|@|content-length 1", "D1|hell" },
	    "1[GET https://a/ content-length=1]" BAD, RST1, "longer" },
	{ "none where one was said", { "H1 es|@|content-length 1" },
	    "1[GET https://a/ content-length=1]" BAD, RST1, "shorter" },
	{ "shorter, trailers",	{ "H1|@|content-length 2", "D1|h",
	    "H1 es|a b" },
	    "1[GET https://a/ content-length=2]1+11{ a=b}" BAD, RST1,
	    "shorter" },
	{ "no length",		{ "H1 es|@|content-length x" }, BAD, RST1,
	    "invalid content-length" },
	{ "zero in front",	{ "H1|@|content-length 05", "D1 es|hello" },
	    BAD, RST1, "invalid content-length" },
	{ "two lengths",	{ "H1|@|content-length 1|content-length 2" },
	    BAD, RST1, "more than one content-length" },
	/* trailers: 8.1 */
	{ "trailers do not end", { "H1|@", "H1|t v" },
	    "1[GET https://a/]" BAD, RST1, "do not end" },
	{ "pseudo in trailers",	{ "H1|@", "H1 es|:path /" },
	    "1[GET https://a/]" BAD, RST1, "no place here" },
	{ "trailers in a tunnel", { "H1|:method CONNECT|:authority a:1",
	    "H1 es|t v" }, "1[CONNECT a:1]" BAD, RST1, "tunnel" },
	{ "bad trailers",	{ "H1|@", "H1 es|connection x" },
	    "1[GET https://a/]" BAD, RST1, "connection" },
	/* sections: 8.2, 8.3 */
	{ "upper case",		{ "H1 es|@|X y" }, BAD, RST1, "upper case" },
	{ "of HTTP/1",		{ "H1 es|@|connection close" }, BAD, RST1,
	    "of HTTP/1" },
	{ "no path",		{ "H1 es|:method GET|:scheme https|"
	    ":authority a" }, BAD, RST1, ":path is missing" },
	{ "extended CONNECT, not offered", { "H1|:method CONNECT|"
	    ":protocol websocket|:scheme https|:path /|:authority a" }, BAD,
	    RST1, ":protocol" },
	/* what comes after is nobody's */
	{ "goes on",		{ "H1|@|X y", "D1|abc", "H1 es|t v" }, BAD,
	    RST1, NULL },
};

static void
test_requests(void **state unused)
{
	run_rows((struct h2_cfg){ 0 }, NULL, request_rows,
	    nitems(request_rows));
}

/* A refused message does not end the connection. */
static void
test_others_go_on(void **state unused)
{
	static const struct row	r = { "two", { "H1|@|X y", "H3 es|@" },
	    "1?H2_MESSAGE:PROTOCOL_ERROR3[GET https://a/]3.1#", RST1, NULL };

	run_row((struct h2_cfg){ 0 }, NULL, &r);
}

static const struct row	lenient_rows[] = {
	{ "too short",		{ "H1|@|content-length 5", "D1 es|hell" },
	    "1[GET https://a/ content-length=5]1+41.", "", NULL },
	{ "upper case",		{ "H1 es|@|X y" },
	    "1[GET https://a/ X=y]1.", "", NULL },
	{ "breaks lines",	{ "H1 es|@|x y\nz" }, BAD, RST1, "0x0a" },
};

static void
test_lenient(void **state unused)
{
	run_rows((struct h2_cfg){ .lenient = true }, NULL, lenient_rows,
	    nitems(lenient_rows));
}

static const struct row	extended_rows[] = {
	{ "extended CONNECT",	{ "H1|:method CONNECT|:protocol websocket|"
	    ":scheme https|:path /c|:authority a", "D1|x" },
	    "1[CONNECT https://a/c :protocol=websocket]1+1", "", NULL },
	{ "of no CONNECT",	{ "H1|@|:protocol websocket" }, BAD, RST1,
	    ":protocol without CONNECT" },
};

static void
test_extended(void **state unused)
{
	run_rows((struct h2_cfg){ .extended = true }, NULL, extended_rows,
	    nitems(extended_rows));
}

static const struct row	response_rows[] = {
	{ "whole",		{ "H1 es|:status 204" }, "1[204]1.1#", "",
	    NULL },
	{ "with a body",	{ "H1|:status 200|content-length 2", "D1|ab",
	    "D1 es|" }, "1[200 content-length=2]1+21.1#", "", NULL },
	{ "interim",		{ "H1|:status 100", "H1|:status 103|link x",
	    "H1 es|:status 200" }, "1(100)1(103 link=x)1[200]1.1#", "", NULL },
	{ "with trailers",	{ "H1|:status 200", "H1 es|grpc-status 0" },
	    "1[200]1{ grpc-status=0}1.1#", "", NULL },
	{ "reset",		{ "R1" }, "1!CANCEL", "", "server reset" },
	{ "interim ends",	{ "H1 es|:status 103" }, BAD, RST1,
	    "interim" },
	{ "101",		{ "H1 es|:status 101" }, BAD, RST1,
	    ":status has an invalid value" },
	{ "data first",		{ "H1|:status 100", "D1|x" }, "1(100)" BAD,
	    RST1, "in front of the head" },
	{ "end first",		{ "H1|:status 100", "D1 es|" }, "1(100)" BAD,
	    RST1, "in front of the head" },
	{ "204 with a body",	{ "H1|:status 204", "D1|x" }, "1[204]" BAD,
	    RST1, "longer" },
	{ "too short",		{ "H1|:status 200|content-length 2",
	    "D1 es|x" }, "1[200 content-length=2]1+1" BAD, RST1, "shorter" },
	{ "no status",		{ "H1 es|x y" }, BAD, RST1, ":status" },
	{ "request",		{ "H1 es|@" }, BAD, RST1, ":method" },
};

static const struct row	head_rows[] = {
	{ "length without body", { "H1 es|:status 200|content-length 9" },
	    "1[200 content-length=9]1.1#", "", NULL },
	{ "body",		{ "H1|:status 200|content-length 1", "D1|x" },
	    "1[200 content-length=1]" BAD, RST1, "longer" },
};

static const struct row	connect_rows[] = {
	{ "tunnel",		{ "H1|:status 200", "D1|abc" }, "1[200]1+3", "",
	    NULL },
	{ "length means nothing", { "H1|:status 200|content-length 1",
	    "D1|abc" }, "1[200 content-length=1]1+3", "", NULL },
	{ "refused",		{ "H1|:status 403|content-length 1",
	    "D1 es|a" }, "1[403 content-length=1]1+11.1#", "", NULL },
};

static void
test_responses(void **state unused)
{
	struct h2_cfg	cfg = { .client = true };

	run_rows(cfg, "GET", response_rows, nitems(response_rows));
	run_rows(cfg, "HEAD", head_rows, nitems(head_rows));
	run_rows(cfg, "CONNECT", connect_rows, nitems(connect_rows));
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_requests),
		cmocka_unit_test(test_others_go_on),
		cmocka_unit_test(test_lenient),
		cmocka_unit_test(test_extended),
		cmocka_unit_test(test_responses),
	};

	return (cmocka_run_group_tests(tests, NULL, all_gone));
}
